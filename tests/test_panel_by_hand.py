"""Numbers of the generated chain of shops, by month, beside the same worked out in pandas from the same files."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rulecard

from .panel_data import FILES, PANEL

Card = tuple[int, str, str]
MONTHS = [str(month) for month in pd.period_range("2024-01", "2025-09", freq="M")]


class Hand:
    """Sums by shop and month, and what is asked of them over the calendar; None where there is no value."""

    def __init__(self, sales: pd.DataFrame) -> None:
        sales = sales[~(sales["amount"] > 1_000_000)].copy()
        sales["month"] = sales["day"].str[:7]
        self.cards: dict[Card, pd.DataFrame] = {
            (int(shop), region, month): rows
            for (shop, region, month), rows in sales.groupby(["shop", "region", "month"])
        }
        self.revenue = {card: float(rows["amount"].sum()) for card, rows in self.cards.items()}

    def month(self, card: Card, back: int = 0) -> str | None:
        place = MONTHS.index(card[2]) - back
        return MONTHS[place] if place >= 0 else None

    def revenue_at(self, card: Card, back: int) -> float | None:
        month = self.month(card, back)
        return None if month is None else self.revenue.get((card[0], card[1], month))

    def window(self, card: Card, length: int) -> list[float]:
        found = [self.revenue_at(card, back) for back in range(length)]
        return [value for value in found if value is not None]

    def peers(self, card: Card) -> list[float]:
        return [value for (_, _, month), value in self.revenue.items() if month == card[2]]

    def metrics(self, card: Card) -> dict[str, float | None]:
        rows, revenue = self.cards[card], self.revenue[card]
        before = self.revenue_at(card, 1)
        return {
            "refund_rate": None if len(rows) < 5 else float((rows["refunded"] == True).sum()) / len(rows),  # noqa: E712
            "grown": None if before is None else revenue / before - 1,
            "trend": sum(self.window(card, 3)) / 3 if len(self.window(card, 3)) == 3 else None,
            "loose_trend": sum(self.window(card, 4)) if len(self.window(card, 4)) >= 2 else None,
            "noise": float(pd.Series(self.window(card, 4)).std()) if len(self.window(card, 4)) >= 2 else None,
            "before": self.revenue_at(card, 2),
            "so_far": self.so_far(card),
            "rising": self.rising(card),
            "since_spring": self.share(revenue, self.revenue.get((card[0], card[1], "2024-04"))),
            "since_go_live": self.share(revenue, self.revenue.get((card[0], card[1], "2024-03"))),
            "online_share": self.share(float(rows.loc[rows["channel"] == "online", "amount"].sum()), revenue),
            "repeat": rows["customer"].count() / rows["customer"].nunique(),
            "days_off": float(rows["weekend"].mean()),
            "refunds_measured": float(rows["refunded"].dropna().astype(bool).mean()),
            "against_peers": revenue / float(pd.Series(self.peers(card)).median()),
            "low": self.units(card, min),
            "odd": self.odd(rows),
        }

    def share(self, part: float, whole: float | None) -> float | None:
        return None if whole is None or whole == 0 else part / whole

    def so_far(self, card: Card) -> float | None:
        """From January, or from the shop's first month of all; a month left out in between leaves no sum."""
        first = min(month for shop, region, month in self.cards if (shop, region) == card[:2])
        months = [month for month in MONTHS if max(first, card[2][:4]) <= month <= card[2]]
        found = [self.revenue.get((card[0], card[1], month)) for month in months]
        return None if None in found else sum(value for value in found if value is not None)

    def rising(self, card: Card) -> float:
        length = 0
        while True:
            now, before = self.revenue_at(card, length), self.revenue_at(card, length + 1)
            if now is None or before is None or now <= before:
                return float(length)
            length += 1

    def units(self, card: Card, how: Any) -> float | None:
        keys = [(card[0], card[1], self.month(card, back)) for back in range(3)]
        if not all(key in self.cards for key in keys):
            return None
        return float(how(self.cards[key]["units"].sum() for key in keys if key[2] is not None))  # type: ignore[index]

    def odd(self, rows: pd.DataFrame) -> float | None:
        """As Excel would: halves away from zero; the big amounts have no value above 900."""
        if not (rows["refunded"] == True).any():  # noqa: E712
            return -1.0
        amounts = rows["amount"].dropna()
        big = float(amounts.quantile(0.9))
        spread = float(amounts.std())
        if math.isnan(spread) or big > 900:
            return None
        price = math.floor(float(amounts.sum()) / float(rows["units"].sum()) * 10 + 0.5 + 1e-9) / 10
        return float(price + math.floor(amounts.median() / 7) - math.ceil(big / 100) + min(max(spread, 5), 50) ** 0.5)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_metrics_by_month(panel: Path, engine: str) -> None:
    result = rulecard.run(PANEL, FILES, engine=engine)
    sales = pd.concat(pd.read_csv(file) for file in sorted(panel.glob("sales-*.csv")))
    hand = Hand(sales)
    cards = {(card.entity["shop"], card.entity["region"], card.period): card for card in result.scorecards()}
    assert set(cards) == set(hand.cards)
    compared = 0
    for key, card in cards.items():
        for name, wanted in hand.metrics(key).items():  # type: ignore[arg-type]
            found = card.metrics[name].value
            assert found == (None if wanted is None else pytest.approx(wanted, rel=1e-9, abs=1e-9)), (key, name)
            compared += wanted is not None
    assert compared > 1_000


def test_sources_are_as_many_rows_as_the_files_have(panel: Path) -> None:
    result = rulecard.run(PANEL, FILES)
    told = {source["path"]: source["rows"] for source in result.sources}
    for name, rows in told.items():
        read = pd.read_csv if name.endswith(".csv") else pd.read_parquet
        assert rows == len(read(panel / name)), name
    dropped = [problem.message for problem in result.problems if problem.code == "RC506"]
    assert [message.split(":")[0] for message in dropped] == ["sales-1.csv and sales-2.csv"]
    assert all("column `amount`: above 1000000 in" in message for message in dropped)
