"""The windows of conversions and retentions: ranges on scales of whole numbers, and up to where they are over."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Any

from .. import calendars
from ..language.model import Cohort, Period

_MINUTES = {"minute": 1, "hour": 60, "day": 24 * 60, "week": 7 * 24 * 60}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# Days of a month on the scale `date`, on which a month later is always the same step.
_MONTH = 32
# The years that data may have, with some room beyond the last day.
_EARLIEST, _LATEST = dt.date(1000, 1, 1), dt.date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class Window:
    """Where the second event lies, counted from the first, both ends included.

    `scale` is what is counted: `moment` (microseconds), `day`, `date` (the same day of another month), or the numbers
    of calendar weeks, months, quarters and years.
    """

    scale: str
    least: int
    most: int


def window_of(cohort: Cohort, moments: bool) -> Window:
    """The window of a checked conversion or retention; `moments` says that both events have a time of day."""
    if cohort.after is not None:
        until = cohort.within or cohort.after
        return Window(cohort.after.unit, cohort.after.count, until.count)
    assert cohort.within is not None, "the checks refuse a duration that cannot be read"
    count, unit = cohort.within.count, cohort.within.unit
    if unit in _MONTHS:
        return Window("date", 0, count * _MONTHS[unit] * _MONTH)
    if moments:
        return Window("moment", 0, count * _MINUTES[unit] * 60_000_000)
    return Window("day", 0, count * (7 if unit == "week" else 1))


def place(period: Period | None, scale: str, year: Any, month: Any, day: Any, ordinal: Any) -> Any:
    """Where a day stands on a scale; of numbers or of columns."""
    if scale == "date":
        return (year * 12 + month - 1) * _MONTH + day
    return calendars.period_number(replace(period or Period("day"), grain=scale), year, month, ordinal)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the data that is looked into reaches: to the moment of its last row on the scale `moment`, else through
    the day of it. `end` is None where there is no row."""

    period: Period | None
    window: Window
    end: dt.date | None

    @property
    def limit(self) -> int:
        """The first place on the window's scale that the data does not reach."""
        if self.end is None:
            return -(1 << 62)
        if self.window.scale == "moment":
            assert isinstance(self.end, dt.datetime), "moments come of columns of moments"
            return _moment(self.end) + 1
        return self._place(self._last_day + dt.timedelta(days=1))

    def last_period(self, whole: bool) -> int:
        """The last period for whose first events the window is over: for the earliest possible, or for all of them."""
        assert self.period is not None
        first = calendars.number_of(self.period, _EARLIEST)
        if self.end is None:
            return first - 1
        periods = range(first, calendars.number_of(self.period, self._last_day) + 1)
        return first + bisect_right(periods, False, key=lambda number: not self._is_over(number, whole)) - 1

    def _is_over(self, number: int, whole: bool) -> bool:
        assert self.period is not None
        day = calendars.first_day(self.period, number + 1 if whole else number)
        if self.window.scale == "moment":
            latest = _moment(dt.datetime(day.year, day.month, day.day)) - (1 if whole else 0)
        else:
            latest = self._place(day - dt.timedelta(days=1 if whole else 0))
        return latest + self.window.most < self.limit

    @property
    def _last_day(self) -> dt.date:
        assert self.end is not None
        day = self.end.date() if isinstance(self.end, dt.datetime) else self.end
        return min(day, _LATEST)

    def _place(self, day: dt.date) -> int:
        return int(place(self.period, self.window.scale, day.year, day.month, day.day, day.toordinal()))


def _moment(time: dt.datetime) -> int:
    return (time - calendars.EPOCH) // dt.timedelta(microseconds=1)
