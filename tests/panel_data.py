"""A generated chain of shops: rows of four sources over 21 months, with gaps, empty cells, zeros and wrong rows."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import polars as pl

PANEL = Path(__file__).parent / "panel" / "panel.yaml"
# (number, region): first day, last day, sales a day, growth a day
SHOPS = {
    (1, "north"): (dt.date(2024, 1, 1), dt.date(2025, 9, 30), 0.6, 1.0015),
    (2, "north"): (dt.date(2024, 1, 1), dt.date(2025, 9, 30), 0.5, 0.998),
    (2, "south"): (dt.date(2024, 3, 5), dt.date(2025, 9, 30), 0.3, 1.0),
    (10, "西部"): (dt.date(2024, 2, 29), dt.date(2025, 6, 15), 0.4, 1.002),
    (11, "西部"): (dt.date(2025, 5, 1), dt.date(2025, 9, 30), 0.2, 1.0),
}
# nobody sells in these days
CLOSED = {
    (2, "north"): [(dt.date(2024, 7, 1), dt.date(2024, 9, 2))],
    (10, "西部"): [(dt.date(2024, 5, 6), dt.date(2024, 5, 12)), (dt.date(2024, 12, 1), dt.date(2025, 2, 28))],
}
# where `write_panel` puts the rows of each source
FILES = {"sales": "sales-*.csv", "reviews": "reviews.parquet", "plans": "plans.parquet", "rates": "rates.csv"}


def write_panel(folder: Path, seed: int = 20240101) -> dict[str, list[str]]:
    """Writes the sources and gives back their files; the sales come as CSV in two parts, reviews as Parquet."""
    chance = random.Random(seed)
    sales, reviews = [], []
    for (shop, region), (first, last, a_day, growth) in SHOPS.items():
        level = 100.0
        day = first
        while day <= last:
            level *= growth
            if not any(start <= day <= end for start, end in CLOSED.get((shop, region), [])):
                for _ in range(_times(chance, a_day)):
                    sales.append(_sale(chance, shop, region, day, level))
                if chance.random() < 0.12:
                    reviews.append(_review(chance, shop, region, day))
            day += dt.timedelta(days=1)
    chance.shuffle(sales)
    table = pl.DataFrame(sales, infer_schema_length=None)
    half = table.height // 2
    table[:half].write_csv(folder / "sales-1.csv")
    table[half:].write_csv(folder / "sales-2.csv")
    pl.DataFrame(reviews, infer_schema_length=None).write_parquet(folder / "reviews.parquet")
    plans = {
        "shop": [1, 2, 2, 10],
        "region": ["north", "north", "south", "西部"],
        "goal": [2000.0, 1500.0, None, 900.0],
        "kind": ["mall", "street", "mall", "pier"],
    }
    pl.DataFrame(plans).write_parquet(folder / "plans.parquet")
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=step) for step in range(0, 600)]
    rates = {"day": days, "fx": [1 + step % 7 / 10 for step in range(len(days))]}
    pl.DataFrame(rates).write_csv(folder / "rates.csv")
    return {"sales": ["sales-1.csv", "sales-2.csv"], "reviews": ["reviews.parquet"], "plans": ["plans.parquet"],
            "rates": ["rates.csv"]}  # fmt: skip


def _times(chance: random.Random, mean: float) -> int:
    return sum(chance.random() < mean for _ in range(2))


def _sale(chance: random.Random, shop: int, region: str, day: dt.date, level: float) -> dict[str, object]:
    amount: float | None = round(max(0.0, chance.gauss(level, level / 2)), 2)
    if chance.random() < 0.02:
        amount = None
    if chance.random() < 0.005:
        amount = 2_000_000.0
    return {
        "shop": shop,
        "region": region,
        "day": day,
        "units": chance.choice([0, 1, 1, 2, 3, None]),
        "amount": amount,
        "channel": chance.choice(["online", "store", "store"]),
        "customer": chance.choice([*(f"C{number}" for number in range(40)), None]),
        "refunded": chance.choice([True, *[False] * 11, None]) if shop != 2 else chance.random() < 0.25,
        "hours": round(chance.expovariate(1 / 40), 3),
        "weekend": day.weekday() >= 5,
    }


def _review(chance: random.Random, shop: int, region: str, day: dt.date) -> dict[str, object]:
    stars: float | None = float(chance.choice([1, 3, 4, 4, 5, 5]))
    if chance.random() < 0.05:
        stars = chance.choice([None, float("nan"), float("inf")])
    words = chance.choice(["good", "bad", "awful", None])
    return {"shop": shop, "region": region, "day": day, "stars": stars, "words": words}
