"""Funnel and retention tables as an analyst would make them in pandas, and the same from a ruleset."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import rulecard

RULESET = """
ruleset: funnel
version: 1.0.0
entity: shop
period: month
time: at
sources:
  signups: {columns: {shop: text, at: datetime, user: integer}}
  events: {columns: {shop: text, at: datetime, user: integer, kind: text}}
inputs:
  bought_7d:
    conversion: {from: signups, to: events, id: user, within: 7 days, to_where: kind == "order"}
  back_d1: {retention: {from: events, id: user, after: 1 day}}
  back_d7: {retention: {from: events, id: user, after: 7 days}}
  back_m1: {retention: {from: events, id: user, after: 1 month}}
  bought_again: {retention: {from: events, id: user, after: 1 day, within: 30 days}, where: kind == "order"}
  active_d1: {retention: {from: events, id: user, after: 1 day, cohort: signups}}
metrics:
""" + "".join(
    f"  {name}_hits: {{formula: {name}}}\n  {name}_of: {{formula: cohort_size({name})}}\n"
    for name in ("bought_7d", "back_d1", "back_d7", "back_m1", "bought_again", "active_d1")
)


def some_events(kinds: list[str], rows: int, users: int, seed: int) -> pd.DataFrame:
    """Half a year of events, thinly spread over users, to the second and often at the same one."""
    chance = random.Random(seed)
    start = datetime(2024, 1, 1)
    return pd.DataFrame(
        {
            "shop": [chance.choice("ABC") for _ in range(rows)],
            "at": [start + timedelta(hours=chance.randrange(182 * 24)) for _ in range(rows)],
            "user": [chance.randrange(users) for _ in range(rows)],
            "kind": [chance.choice(kinds) for _ in range(rows)],
        }
    )


def counted(cohort: pd.DataFrame, hit: pd.Series[bool]) -> pd.DataFrame:
    """Distinct users that were followed, and all of them, by shop and month of the first event."""
    cohort = cohort.assign(hit=hit.reindex(cohort.index, fill_value=False), month=cohort["at"].dt.strftime("%Y-%m"))
    users = cohort.groupby(["shop", "month", "user"])["hit"].max()
    return users.groupby(level=["shop", "month"]).agg(["sum", "count"])


def retained(cohort: pd.DataFrame, events: pd.DataFrame, days: range) -> pd.DataFrame:
    both = cohort.reset_index().merge(events, on=["shop", "user"], suffixes=("", "_later"))
    gone_by = (both["at_later"].dt.normalize() - both["at"].dt.normalize()).dt.days
    return counted(cohort, gone_by.isin(days).groupby(both["index"]).any())


def by_hand(signups: pd.DataFrame, events: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The table of each input."""
    orders = events[events["kind"] == "order"]
    firsts = events.sort_values("at").drop_duplicates(["shop", "user"])
    first_orders = orders.sort_values("at").drop_duplicates(["shop", "user"])
    first_signups = signups.sort_values("at").drop_duplicates(["shop", "user"])
    pairs = signups.reset_index().merge(orders, on=["shop", "user"], suffixes=("", "_later"))
    waited = pairs["at_later"] - pairs["at"]
    quick = (waited >= timedelta(0)) & (waited <= timedelta(days=7))
    months = firsts.reset_index().merge(events, on=["shop", "user"], suffixes=("", "_later"))
    number = months[["at", "at_later"]].apply(lambda column: column.dt.year * 12 + column.dt.month)
    return {
        "bought_7d": counted(signups, quick.groupby(pairs["index"]).any()),
        "back_d1": retained(firsts, events, range(1, 2)),
        "back_d7": retained(firsts, events, range(7, 8)),
        "back_m1": counted(firsts, (number["at_later"] - number["at"] == 1).groupby(months["index"]).any()),
        "bought_again": retained(first_orders, orders, range(1, 31)),
        "active_d1": retained(first_signups, events, range(1, 2)),
    }


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_same_as_by_hand(tmp_path: Path, engine: str) -> None:
    signups = some_events(["signup"], 900, 500, seed=1).drop(columns="kind")
    events = some_events(["order", "visit"], 4_000, 500, seed=2)
    file = tmp_path / "funnel.yaml"
    file.write_text(RULESET, encoding="utf-8")
    cards = list(rulecard.run(file, data={"signups": signups, "events": events}, engine=engine).scorecards())
    assert len(cards) == 3 * 6
    tables = by_hand(signups, events)
    for card in cards:
        month: Any = card.period
        for name, table in tables.items():
            hits, size = card.metrics[f"{name}_hits"], card.metrics[f"{name}_of"]
            # the windows of June reach into July
            if month == "2024-06":
                assert (hits.status, size.status) == ("window_open", "window_open")
                continue
            expected = (
                table.loc[(card.entity["shop"], month)] if (card.entity["shop"], month) in table.index else [0, 0]
            )
            assert [hits.value, size.value] == list(expected), (card.entity, month, name)
    assert sum(int(table["sum"].sum()) for table in tables.values()) > 300
