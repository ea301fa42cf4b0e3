"""Polars, the default: lazy, in memory."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl


class PolarsEngine:
    def enter(self, frame: pl.LazyFrame) -> nw.LazyFrame[Any]:
        return nw.from_native(frame)

    def persist(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        return nw.from_native(self.collect(frame).lazy())

    def measure(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        native: pl.LazyFrame = nw.to_native(frame)
        return native.collect(engine="streaming")

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        native: pl.LazyFrame = nw.to_native(frame)
        return native.collect()
