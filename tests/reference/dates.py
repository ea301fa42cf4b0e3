"""Days and times: what a formula asks of them, and how two of them compare."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from .periods import Calendar
from .values import Value

PERIODS = ("day", "week", "month", "quarter", "year")
ELAPSED = {"hours_between": timedelta(hours=1), "minutes_between": timedelta(minutes=1)}
NAMES = {*PERIODS, *ELAPSED, "days_between", "month_of_year", "day_of_month", "weekday", "hour"}


def day_of(moment: date) -> date:
    """The day that a date, or a moment, lies on."""
    return moment.date() if isinstance(moment, datetime) else moment


def written(text: str, calendar: Calendar) -> date:
    """The day or moment that a text stands for; the first day of a week, month or quarter."""
    if "T" in text or " " in text:
        return datetime.fromisoformat(text)
    if found := re.fullmatch(r"(\d{4})-W(\d{2})", text):
        weeks = Calendar("week", calendar.week_starts)
        # the first week of a year holds its fourth of January
        return weeks.shift(weeks.start(date(int(found[1]), 1, 4)), int(found[2]) - 1)
    if found := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        months = (int(found[2]) - 1) * 3 + calendar.year_starts - 1
        return date(int(found[1]) + months // 12, months % 12 + 1, 1)
    if re.fullmatch(r"\d{4}-\d{2}", text):
        return date.fromisoformat(f"{text}-01")
    return date.fromisoformat(text)


def alike(a: Value, b: Value, calendar: Calendar) -> tuple[Value, Value]:
    """Two sides of a comparison: a text beside a date is one, and a moment beside a day counts by its day."""
    if isinstance(a, date) and isinstance(b, str):
        b = written(b, calendar)
    if isinstance(b, date) and isinstance(a, str):
        a = written(a, calendar)
    if isinstance(a, date) and isinstance(b, date) and isinstance(a, datetime) != isinstance(b, datetime):
        return day_of(a), day_of(b)
    return a, b


def call(name: str, values: list[Value], calendar: Calendar) -> Value:
    """The value of a call of one of this page's functions, whose arguments have values."""
    moments = [written(value, calendar) if isinstance(value, str) else value for value in values]
    first = moments[0]
    assert isinstance(first, date), first
    if name in ELAPSED:
        last = moments[1]
        assert isinstance(first, datetime) and isinstance(last, datetime)
        return (last - first) / ELAPSED[name]
    if name == "days_between":
        last = moments[1]
        assert isinstance(last, date)
        return float((day_of(last) - day_of(first)).days)
    if name == "year":
        return float(calendar.start(day_of(first), "year").year)
    if name in PERIODS:
        return calendar.start(day_of(first), name)
    if name == "hour":
        assert isinstance(first, datetime)
        return float(first.hour)
    parts = {"month_of_year": first.month, "day_of_month": first.day, "weekday": first.isoweekday()}
    return float(parts[name])
