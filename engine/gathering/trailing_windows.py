"""Windows that end with a period, in whole days or months: where they begin, and how many periods they reach over."""

from __future__ import annotations

from typing import Any

from ..calendars import MONTHS, last_day, next_month
from ..language.durations import Duration
from ..language.model import Period

# The fewest days that a period has.
_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}


def window(duration: Duration) -> tuple[str, int]:
    """What a window is counted in, days or months, and how many there are."""
    if duration.unit in MONTHS:
        return "month", duration.count * MONTHS[duration.unit]
    return "day", duration.count * (7 if duration.unit == "week" else 1)


def periods_ahead(period: Period, scale: str, size: int) -> int:
    """At most so many periods have a row in their windows."""
    each = MONTHS[period.grain] if scale == "month" else _DAYS[period.grain]
    return (size - 1) // each + 1


def last_place(period: Period, scale: str, number: Any) -> Any:
    """The last day, or month, of a period."""
    return next_month(period, number) - 1 if scale == "month" else last_day(period, number)
