"""Inputs over the last days or months up to the end of each card's period: a row stands for each card it counts in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import narwhals as nw
import polars as pl

from .. import calendars
from ..engines import Engine
from ..language.durations import Duration
from ..language.model import Period
from ..reasons import NO_PRIOR_PERIOD
from ..scoring.values import Context, Value
from .grouping import Table
from .trailing_windows import last_place, periods_ahead, window

Frame = nw.LazyFrame[Any]


class Trailing:
    """A window that ends with each period: of whole days, or of whole months where months or years are written."""

    def __init__(self, period: Period, table: Table, duration: Duration, engine: Engine) -> None:
        self.period, self.table, self.engine = period, table, engine
        self.scale, self.size = window(duration)
        time = nw.col(table.column(table.source.time))
        day = engine.measure(table.frame.select(first=time.min())).item()
        self.first: int | None = None if day is None else self._place(day.year, day.month, day.timetuple().tm_yday)
        self.time = time

    def rows(self, frame: Frame) -> Frame:
        """The rows again for each period in whose window they lie; `p` is that period."""
        year, month = self.time.dt.year().cast(nw.Int64), self.time.dt.month().cast(nw.Int64)
        place = self._place(year, month, self.time.dt.ordinal_day().cast(nw.Int64))
        steps = pl.DataFrame({"ahead": range(periods_ahead(self.period, self.scale, self.size))})
        ahead = self.engine.enter(steps.lazy())
        frame = frame.with_columns(place=place).join(ahead, how="cross")
        frame = frame.with_columns(p=nw.col("p") + nw.col("ahead"))
        return frame.filter(nw.col("place") >= self._begins(nw.col("p")))

    def value(self, value: Value, cards: Context) -> Value:
        """The value of a card, none where its window reaches before the first row of the source."""
        if self.first is None:
            return value
        early = self._begins(nw.col("p")) < self.first
        reasons = ((cards.new_name(), cards.when(early, cards.code(NO_PRIOR_PERIOD))), *value.reasons)
        return replace(value, expr=cards.when(~early, value.expr), reasons=reasons, size=value.size + 2, column=None)

    def _begins(self, number: nw.Expr) -> nw.Expr:
        begins: nw.Expr = last_place(self.period, self.scale, number) - (self.size - 1)
        return begins

    def _place(self, year: Any, month: Any, day_of_year: Any) -> Any:
        return year * 12 + month - 1 if self.scale == "month" else calendars.day_number(year, day_of_year)
