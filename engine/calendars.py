"""Calendar periods as whole numbers that count up by one, for people's labels and for frames alike.

The functions that take `Any` work on Python integers and on column expressions: only + - * and // are used.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from .language.model import Period

GRAINS = ("day", "week", "month", "quarter", "year")
# where frames begin to count moments
EPOCH = dt.datetime(1970, 1, 1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
# Days are counted from 0001-01-01 = 1, as date.toordinal does; that day was a Monday.
_LABELS = {
    "day": re.compile(r"(\d{4})-(\d{2})-(\d{2})"),
    "week": re.compile(r"(\d{4})-W(\d{2})"),
    "month": re.compile(r"(\d{4})-(\d{2})"),
    "quarter": re.compile(r"(\d{4})-Q([1-4])"),
    "year": re.compile(r"(\d{4})"),
}
_WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")


def day_number(year: Any, day_of_year: Any) -> Any:
    """The ordinal of a day of a year."""
    q = year - 1
    return q * 365 + q // 4 - q // 100 + q // 400 + day_of_year


def period_number(period: Period, year: Any, month: Any, ordinal: Any) -> Any:
    """The number of the period that a date lies in, from its year, month and ordinal."""
    match period.grain:
        case "day":
            return ordinal
        case "week":
            return (ordinal - 1 - period.week_starts) // 7
    months = year * 12 + month - 1
    if period.grain == "month":
        return months
    return (months - (period.year_starts - 1)) // (3 if period.grain == "quarter" else 12)


def number_of(period: Period, day: dt.date) -> int:
    """The number of the period that a day lies in."""
    return int(period_number(period, day.year, day.month, day.toordinal()))


def first_day(period: Period, number: int) -> dt.date:
    """The first day of a period."""
    match period.grain:
        case "day":
            return dt.date.fromordinal(number)
        case "week":
            return dt.date.fromordinal(number * 7 + 1 + period.week_starts)
    months = number * MONTHS[period.grain] + (0 if period.grain == "month" else period.year_starts - 1)
    return dt.date(months // 12, months % 12 + 1, 1)


def last_day(period: Period, number: Any) -> Any:
    """The ordinal of the last day of a period."""
    if period.grain == "day":
        return number
    if period.grain == "week":
        return number * 7 + 7 + period.week_starts
    return _first_of_month(next_month(period, number)) - 1


def next_month(period: Period, number: Any) -> Any:
    """The month after a period of months, counted from January of the year 0."""
    months = (number + 1) * MONTHS[period.grain]
    return months + (0 if period.grain == "month" else period.year_starts - 1)


def _first_of_month(months: Any) -> Any:
    """The ordinal of the first day of a month; years are taken to begin in March."""
    year, month = (months - 2) // 12, (months - 2) % 12
    return year * 365 + year // 4 - year // 100 + year // 400 + (month * 153 + 2) // 5 - 305


def label(period: Period, number: int) -> str:
    """How a period is written: 2025-03-01, 2025-W10, 2025-03, 2025-Q1, 2025."""
    day = first_day(period, number)
    match period.grain:
        case "day":
            return day.isoformat()
        case "week":
            # a week belongs to the year of its fourth day, which for Mondays is ISO 8601
            middle = day + dt.timedelta(days=3)
            return f"{middle.year:04d}-W{(middle.timetuple().tm_yday - 1) // 7 + 1:02d}"
        case "month":
            return f"{day.year:04d}-{day.month:02d}"
        case "quarter":
            return f"{number // 4:04d}-Q{number % 4 + 1}"
    return f"{number:04d}"


def parse_label(period: Period, text: str) -> int | None:
    """The number of a written period, or None where it is not one of this grain."""
    found = _LABELS[period.grain].fullmatch(text.strip())
    if not found:
        return None
    parts = [int(part) for part in found.groups()]
    try:
        match period.grain:
            case "day":
                return dt.date(parts[0], parts[1], parts[2]).toordinal()
            case "week":
                number = number_of(period, dt.date(parts[0], 1, 4)) + parts[1] - 1
                return number if label(period, number) == text.strip() else None
            case "month":
                return number_of(period, dt.date(parts[0], parts[1], 1))
            case "quarter":
                return parts[0] * 4 + parts[1] - 1
    except (ValueError, OverflowError):
        return None
    return parts[0]


def read_moment(text: str, calendar: Period) -> tuple[dt.date, str] | None:
    """A date in a formula and what it names: `time` for 2025-01-31 18:00 (a datetime), `day` for 2025-01-31, else the
    grain of a period such as 2025-W10, 2025-03 or 2025-Q1 (its first day); None where it is none of them."""
    if _WITH_TIME.fullmatch(text):
        try:
            return dt.datetime.fromisoformat(text), "time"
        except ValueError:
            return None
    for grain in ("day", "week", "month", "quarter"):
        period = Period(grain, calendar.week_starts, calendar.year_starts)
        number = parse_label(period, text)
        if number is not None:
            return first_day(period, number), grain
    return None


def larger_than(period: Period) -> tuple[str, ...]:
    """The grains that `to_date` may count within. Weeks cross months, so only their own year holds them."""
    if period.grain == "week":
        return ("year",)
    return GRAINS[GRAINS.index(period.grain) + 1 :]


def larger_period(period: Period, grain: str, number: int) -> tuple[int, int]:
    """The number of the larger period that a period lies in, and the number of the first period in that."""
    day = first_day(period, number)
    if period.grain == "week":
        year = (day + dt.timedelta(days=3)).year
        return year, number_of(period, dt.date(year, 1, 4))
    larger = Period(grain, period.week_starts, period.year_starts)
    bucket = number_of(larger, day)
    return bucket, number_of(period, first_day(larger, bucket))
