"""Windows that end with a period, in whole days or months: where they begin, and how many periods they reach over."""

from __future__ import annotations

from typing import Any

from ..language.durations import Duration
from ..language.model import Period

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
# The fewest days that a period has.
_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}


def window(duration: Duration) -> tuple[str, int]:
    """What a window is counted in, days or months, and how many there are."""
    if duration.unit in _MONTHS:
        return "month", duration.count * _MONTHS[duration.unit]
    return "day", duration.count * (7 if duration.unit == "week" else 1)


def periods_ahead(period: Period, scale: str, size: int) -> int:
    """At most so many periods have a row in their windows."""
    each = _MONTHS[period.grain] if scale == "month" else _DAYS[period.grain]
    return (size - 1) // each + 1


def last_place(period: Period, scale: str, number: Any) -> Any:
    """The last day, or month, of a period."""
    if period.grain == "day":
        return number
    if period.grain == "week":
        return number * 7 + 7 + period.week_starts
    size = _MONTHS[period.grain]
    months = (number + 1) * size + (0 if period.grain == "month" else period.year_starts - 1)
    return months - 1 if scale == "month" else _first_of_month(months) - 1


def _first_of_month(months: Any) -> Any:
    """The ordinal of the first day of a month, counted from the year 0; years are taken to begin in March."""
    year, month = (months - 2) // 12, (months - 2) % 12
    return year * 365 + year // 4 - year // 100 + year // 400 + (month * 153 + 2) // 5 - 305
