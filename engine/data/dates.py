"""Dates and times of data: written in one of the forms that cannot be misread, or typed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from .. import calendars
from ..files.opened import Cells
from ..language.model import Column, Ruleset

# Forms in which the year comes first; where it does not, day and month cannot be told apart.
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_COMPACT = "%Y%m%d"
_FORMS = (
    *_DAYS, _COMPACT,
    *(f"{day}{between}{time}" for day in _DAYS for between in (" ", "T") for time in ("%H:%M:%S%.f", "%H:%M")),
)  # fmt: skip
# What may stand behind a time of day.
_ZONE = r"(:\d{2}(?:\.\d+)?)\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)$"
_LABEL = r"^\d{4}(?:-\d{2}|-Q\d|-W\d{2})?$"
# Two digits of a year would be read as one of antiquity.
_FIRST_DAY, _LAST_YEAR = dt.date(1000, 1, 1), dt.date(9999, 1, 1)
_SAMPLE = 1_000
# The form of seconds since 1970.
SECONDS = "%s"
# As seconds, the year 5138; as milliseconds, 1973.
_LAST_SECOND = 1e11


@dataclass(frozen=True, slots=True)
class Dates:
    """A column read as Date or Datetime, null for what is none.

    `mixed` is true, over a frame that holds the cells as `raw NAME`, where a time is of another zone than the first,
    and `zone` is that of the first: "" without one, None where it does not matter.
    """

    expr: pl.Expr
    mixed: pl.Expr | None = None
    zone: str | None = None


def read_date(
    ruleset: Ruleset,
    column: Column,
    is_time: bool,
    found: pl.DataType,
    raw: pl.LazyFrame,
    late: pl.Series | None,
    cells: Cells,
) -> Dates:
    """The column as dates or times.

    A time is the wall clock of the zone that it is written in, or that of `cells.time_zone`. The time column of a table
    of totals may hold periods, such as 2025-03, 2025-Q1 or 2025-W10. Only the forms that the first rows show are tried,
    and those of `late`: texts further down that none of them fits.
    """
    cell = pl.col(column.name)
    target = pl.Date if column.type == "date" else pl.Datetime("us")
    if isinstance(found, pl.Datetime):
        if found.time_zone and cells.time_zone:
            cell = cell.dt.convert_time_zone(cells.time_zone)
        zone = None if cells.time_zone else found.time_zone or ""
        dates = Dates(cell.dt.replace_time_zone(None).cast(pl.Datetime("us")), zone=zone)
    elif found == pl.Date:
        dates = Dates(cell)
    elif cells.dates == SECONDS:
        dates = Dates(_seconds(cell, found, cells.time_zone))
    else:
        dates = _written(ruleset, column, is_time, raw, late, cells)
    # the end of the calendar leaves no room for the period after it
    # compared as days and not by their year, which would have to be worked out for each
    known = dates.expr >= pl.lit(_FIRST_DAY)
    if is_time:
        known = known & (dates.expr < pl.lit(_LAST_YEAR))
    return Dates(pl.when(known).then(dates.expr.cast(target)), dates.mixed, dates.zone)


def wrong_writing(dates: str | None, time_zone: str | None) -> str | None:
    """What is no form of dates, or no time zone."""
    if dates is not None and "%d" in dates and "%M" in dates and "%m" not in dates and "%b" not in dates.lower():
        return f"`%M` are minutes in {dates!r}, and no month is there: write `%m` for the month"
    if dates is not None and dates != SECONDS:
        samples = pl.Series([dt.datetime(2025, 3, 31, 10, 20, 30), dt.datetime(2025, 4, 30), dt.datetime(2024, 3, 31)])
        form = dates.replace("%z", "").rstrip()
        try:
            written = samples.dt.strftime(form)
            read = written.to_frame("text").select(_parsed(pl.col("text"), form)).to_series()
            if read.null_count() or read.n_unique() < 3:
                return f"`dates` is a form of strftime with year and month, not {dates!r}"
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return f"`dates` is a form of strftime, not {dates!r}"
    if time_zone is not None:
        try:
            pl.Series([dt.datetime(2025, 3, 31)]).dt.replace_time_zone("UTC").dt.convert_time_zone(time_zone)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            return f"there is no time zone `{time_zone}`"
    return None


def _seconds(cell: pl.Expr, found: pl.DataType, time_zone: str | None) -> pl.Expr:
    """Seconds since 1970, or milliseconds where the seconds would be those of a year past 5000."""
    number = (cell.cast(pl.String).str.strip_chars() if found == pl.String else cell).cast(pl.Float64, strict=False)
    number = pl.when(number.abs() < _LAST_SECOND * 1000).then(number)
    seconds = pl.when(number.abs() < _LAST_SECOND).then(number).otherwise(number / 1000)
    time = (seconds * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us"))
    return (
        time
        if time_zone is None
        else time.dt.replace_time_zone("UTC").dt.convert_time_zone(time_zone).dt.replace_time_zone(None)
    )


def _written(
    ruleset: Ruleset, column: Column, is_time: bool, raw: pl.LazyFrame, late: pl.Series | None, cells: Cells
) -> Dates:
    text = pl.col(column.name).cast(pl.String).str.strip_chars()
    samples = raw.select(text.alias("text")).drop_nulls().head(_SAMPLE).collect()["text"]
    if late is not None:
        samples = samples.append(late.cast(pl.String).str.strip_chars())
    zones = samples.str.extract(_ZONE, 2)
    zoned = zones.count() > 0
    mixed, offset = None, text.str.extract(_ZONE, 2)
    if zoned:
        raw_text = pl.col(f"raw {column.name}").cast(pl.String).str.strip_chars()
        raw_zone = raw_text.str.extract(_ZONE, 2)
        if cells.time_zone is not None:
            # one without a zone is of nobody knows which
            mixed = (raw_text != "") & raw_zone.is_null()
        elif column.type == "datetime":
            mixed = (raw_text != "") & raw_zone.ne_missing(pl.lit(zones[0], pl.String))
        text = text.str.replace(_ZONE, "${1}")
        samples = samples.str.replace(_ZONE, "${1}")
    shown = samples.unique(maintain_order=True).to_frame("text")
    forms = _forms(cells.dates)
    seen = [form for form in forms if shown.select(_parsed(pl.col("text"), form).is_not_null().any()).item()]
    readings = [_parsed(text, form) for form in (seen or forms[:1])]
    if is_time and shown["text"].str.contains(_LABEL).any():
        readings.append(_labels(ruleset, text, raw))
    expr = pl.coalesce(readings)
    if zoned and cells.time_zone is not None:
        utc = (expr - pl.duration(minutes=_minutes(offset))).dt.replace_time_zone("UTC")
        here = utc.dt.convert_time_zone(cells.time_zone).dt.replace_time_zone(None)
        expr = pl.when(offset.is_null()).then(expr).otherwise(here)
    knows = column.type == "datetime" and cells.time_zone is None and len(samples)
    zone = (zones[0] or "") if knows else None
    return Dates(expr, mixed, zone)


def _minutes(offset: pl.Expr) -> pl.Expr:
    """How far a zone such as +08:00 is from UTC."""
    hours = offset.str.extract(r"^[+-](\d{2})", 1).cast(pl.Int64, strict=False).fill_null(0)
    minutes = offset.str.extract(r"^[+-]\d{2}:?(\d{2})$", 1).cast(pl.Int64, strict=False).fill_null(0)
    return (hours * 60 + minutes) * pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)


def _forms(given: str | None) -> list[str]:
    """The forms to try, in order. Beside one that is given, those that it can not be confused with."""
    if given is None:
        return list(_FORMS)
    given = given.replace("%z", "").rstrip()
    if not given.startswith(("%Y", "%G")):
        return [given, *(form for form in _FORMS if form != _COMPACT)]
    # of the workbook's own date cells
    return [given, *(form for form in _FORMS if "T" in form and form.startswith("%Y-"))]


def _parsed(text: pl.Expr, form: str) -> pl.Expr:
    if form == _COMPACT:
        # with fewer digits it would take 2025111 for November 1st
        text = pl.when(text.str.len_bytes() == 8).then(text)
    if not any(part in form for part in ("%d", "%e", "%j", "%D", "%F", "%x", "%c", "%u", "%a", "%A")):
        # a month by itself is its first day
        text, form = text + " 1", form + " %d"
    return text.str.to_datetime(form, strict=False, time_unit="us")


def _labels(ruleset: Ruleset, text: pl.Expr, raw: pl.LazyFrame) -> pl.Expr:
    """The first day of periods that are written as such."""
    assert ruleset.period is not None
    days: dict[str, dt.datetime] = {}
    labels = raw.select(text.alias("text")).filter(pl.col("text").str.contains(_LABEL)).unique().collect()
    for written in labels["text"]:
        number = calendars.parse_label(ruleset.period, written)
        if number is not None:
            days[written] = dt.datetime.combine(calendars.first_day(ruleset.period, number), dt.time())
    if not days:
        return pl.lit(None, pl.Datetime("us"))
    return text.replace_strict(days, default=None, return_dtype=pl.Datetime("us"))
