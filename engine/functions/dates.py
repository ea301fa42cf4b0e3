"""Functions of dates and times, for any formula. Times are those of the clock on the wall.

What names a calendar period gives its first day: a number from 1 to 12 would put two Decembers into one group.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from .declare import Function, Parameter

_DATE = Parameter("x", "date")
_DATES = (Parameter("a", "date"), Parameter("b", "date"))
_MOMENTS = (Parameter("a", "moment"), Parameter("b", "moment"))
_HOUR = 3.6e9  # microseconds


def _day_of(c: Any, x: Any) -> Any:
    return x.expr.cast(c.nw.Date)


def _elapsed(size: float, whole_days: bool = False) -> Any:
    def meaning(c: Any, a: Any, b: Any) -> Any:
        a, b = c.settle(a), c.settle(b)
        start, end = ((_day_of(c, x) if whole_days else x.expr).cast(c.nw.Datetime("us")) for x in (a, b))
        passed = (end - start).dt.total_microseconds().cast(c.nw.Float64)
        return c.number(passed / c.divisor(passed, size), a, b, finite=True)

    return meaning


def _day(c: Any, x: Any) -> Any:
    x = c.settle(x)
    return c.typed("date", _day_of(c, x), x)


def _week(c: Any, x: Any) -> Any:
    x = c.settle(x)
    day = _day_of(c, x)
    since = (day.dt.weekday().cast(c.nw.Int64) + (6 - c.calendar.week_starts)) % 7
    start = day.cast(c.nw.Datetime("us")) - since * c.nw.lit(dt.timedelta(days=1))
    return c.typed("date", start.cast(c.nw.Date), x)


def _month(c: Any, x: Any) -> Any:
    x = c.settle(x)
    return c.typed("date", _truncated(c, _day_of(c, x), "1mo"), x)


def _quarter(c: Any, x: Any) -> Any:
    x = c.settle(x)
    day, later = _day_of(c, x), (c.calendar.year_starts - 1) % 3
    if later:
        # moved back from the first of a month, which every month has
        day = _truncated(c, day, "1mo").dt.offset_by(f"-{later}mo").cast(c.nw.Date)
    start = _truncated(c, day, "1q")
    return c.typed("date", start.dt.offset_by(f"{later}mo").cast(c.nw.Date) if later else start, x)


def _truncated(c: Any, day: Any, every: str) -> Any:
    return day.dt.truncate(every).cast(c.nw.Date)


def _year(c: Any, x: Any) -> Any:
    x = c.settle(x)
    year, starts = x.expr.dt.year(), c.calendar.year_starts
    if starts > 1:
        year = c.when(x.expr.dt.month() < starts, year - 1, year)
    return c.number(year.cast(c.nw.Float64), x, finite=True)


def _part(operation: str) -> Any:
    def meaning(c: Any, x: Any) -> Any:
        x = c.settle(x)
        return c.number(getattr(x.expr.dt, operation)().cast(c.nw.Float64), x, finite=True)

    return meaning


def _period_end(c: Any) -> Any:
    return c.typed("date", c.last_day)


DATES: tuple[Function, ...] = (
    Function("days_between", "相隔天数", "date", _DATES,
             "Calendar days from `a` to `b`, whole, whatever the hour; below 0 where `b` is earlier.",
             'days_between(joined, "2025-12-31")', _elapsed(24 * _HOUR, whole_days=True), unit="day"),
    Function("hours_between", "相隔小时数", "date", _MOMENTS, "Hours from `a` to `b`, with their fraction.",
             "median(hours_between(created, first_reply))", _elapsed(_HOUR), unit="hour"),
    Function("minutes_between", "相隔分钟数", "date", _MOMENTS, "Minutes from `a` to `b`, with their fraction.",
             "mean(minutes_between(created, first_reply))", _elapsed(_HOUR / 60), unit="minute"),
    Function("day", "日", "date", (_DATE,),
             "The calendar day, without the time of day.", "count_distinct(day(created))",
             _day, gives="date", unit="none", grain="day"),
    Function("week", "周", "date", (_DATE,), 'The week, as its first day, compared with one such as "2025-W10".',
             'week(joined) == "2025-W10"', _week, gives="date", unit="none", grain="week"),
    Function("month", "月", "date", (_DATE,),
             'The month of its year, as its first day, compared with one such as "2025-12".',
             'month(joined) == "2025-12"', _month, gives="date", unit="none", grain="month"),
    Function("quarter", "季度", "date", (_DATE,),
             'The quarter of its year, as its first day, compared with one such as "2025-Q4".',
             'quarter(joined) >= "2025-Q4"', _quarter, gives="date", unit="none", grain="quarter"),
    Function("year", "年", "date", (_DATE,),
             "The year as a number; a fiscal year has the name of the year it starts in.",
             "year(joined) == 2025", _year, unit="none"),
    Function("month_of_year", "几月", "date", (_DATE,), "1 for January to 12 for December, whatever the year.",
             "month_of_year(joined) == 12", _part("month"), unit="none", between=(1, 12)),
    Function("day_of_month", "几号", "date", (_DATE,), "1 to 31, whatever the month.", "day_of_month(joined) <= 10",
             _part("day"), unit="none", between=(1, 31)),
    Function("weekday", "星期几", "date", (_DATE,), "1 for Monday to 7 for Sunday, whatever day weeks start on.",
             "weekday(joined) <= 5", _part("weekday"), unit="none", between=(1, 7)),
    Function("hour", "几点", "date", (Parameter("x", "moment"),), "The hour of the day, 0 to 23.",
             "share(hour(created) >= 18)", _part("hour"), unit="none", between=(0, 23)),
    Function("period_end", "期末日", "calendar", (),
             "The last day of the card's period: how old things are then, such as an open ticket or the last order.",
             "days_between(max(created), period_end())", _period_end, gives="date", unit="none", grain="day"),
)  # fmt: skip
