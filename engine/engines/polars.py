"""Polars, the default: lazy; large data streams through."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl

from . import REPEATABLE


class PolarsEngine:
    """Streaming, only what comes of the rows need be in memory; but its threads add up as they happen to finish.
    What has a row for each card needs its memory anyway, and is quicker without."""

    def __init__(self, repeatable: bool = False) -> None:
        self.repeatable = repeatable

    def for_rows(self, rows: int) -> PolarsEngine:
        return PolarsEngine(rows <= REPEATABLE)

    def enter(self, frame: pl.LazyFrame) -> nw.LazyFrame[Any]:
        return nw.from_native(frame)

    def persist(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        found = self.collect(frame) if self.repeatable else self.measure(frame)
        return nw.from_native(found.lazy())

    def measure(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        native: pl.LazyFrame = nw.to_native(frame)
        return native.collect(engine="streaming")

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        native: pl.LazyFrame = nw.to_native(frame)
        if not self.repeatable:
            return native.collect()
        # a sort before a sum must not be taken for needless
        return native.collect(engine="in-memory", optimizations=pl.QueryOptFlags(check_order_observe=False))
