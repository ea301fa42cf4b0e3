"""Small rulesets with one conversion or retention over signups and orders, run over a few rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

import rulecard

ENGINES = ["polars", "duckdb"]
TIMES: dict[str, Any] = {"date": pl.Date, "datetime": pl.Datetime("us")}
RULESET = """
ruleset: cohorts
version: 1.0.0
{head}
sources:
  signups: {{time: at, columns: {{{who}at: {first}, user: text, channel: text}}}}
  orders: {{time: at, columns: {{{who}at: {later}, user: text, channel: text}}}}
inputs:
  x: {spec}
metrics:
  hits: {{formula: x}}
  size: {{formula: cohort_size(x)}}
"""


class Events:
    """Signups and orders, each `(time, user)` with an entity and a channel behind it or not, and how to run them."""

    def __init__(self, folder: Path, first: str = "date", later: str = "date", entity: bool = False) -> None:
        self.file = folder / "cohorts.yaml"
        self.types = {"signups": first, "orders": later}
        self.entity = entity

    def run(
        self, spec: str, signups: list[Any], orders: list[Any], period: str | None = None, engine: str = "polars"
    ) -> dict[str, Any]:
        """By entity and period: followed and size, or the reason of each that has no value."""
        head = ("entity: shop\n" if self.entity else "") + (f"period: {period}\n" if period else "")
        text = RULESET.format(
            head=head, who="shop: text, " if self.entity else "", spec=spec, first=self.types["signups"],
            later=self.types["orders"],
        )  # fmt: skip
        self.file.write_text(text, encoding="utf-8")
        data = {"signups": self._frame("signups", signups), "orders": self._frame("orders", orders)}
        cards = rulecard.run(self.file, data=data, engine=engine).scorecards()
        return {
            "/".join(filter(None, [*map(str, card.entity.values()), card.period])): tuple(
                metric.status if metric.value is None else metric.value for metric in card.metrics.values()
            )
            for card in cards
        }

    def _frame(self, name: str, rows: list[Any]) -> pl.DataFrame:
        full = [(*row, "A", "web")[:4] if len(row) == 2 else (*row, "web")[:4] for row in rows]
        schema = {"at": TIMES[self.types[name]], "user": pl.String, "shop": pl.String, "channel": pl.String}
        return pl.DataFrame(full, schema=schema, orient="row")
