"""Dates and times of data: written in one of the forms that cannot be misread, or typed."""

from __future__ import annotations

import datetime as dt

import polars as pl

from . import calendars
from .model import Column, Ruleset

# Forms in which the year comes first; where it does not, day and month cannot be told apart.
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
_COMPACT = "%Y%m%d"
_FORMS = (
    *_DAYS, _COMPACT,
    *(f"{day}{between}{time}" for day in _DAYS[:3] for between in (" ", "T") for time in ("%H:%M:%S%.f", "%H:%M")),
)  # fmt: skip
# What may stand behind a time of day.
_ZONE = r"(:\d{2}(?:\.\d+)?)\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)$"
_LABEL = r"^\d{4}(?:-\d{2}|-Q\d|-W\d{2})?$"
# Two digits of a year would be read as one of antiquity.
_FIRST_DAY, _LAST_YEAR = dt.date(1000, 1, 1), dt.date(9999, 1, 1)
_SAMPLE = 1_000


def read_date(
    ruleset: Ruleset, column: Column, is_time: bool, found: pl.DataType, raw: pl.LazyFrame, late: pl.Series | None
) -> tuple[pl.Expr, pl.Expr | None]:
    """The column as Date or Datetime, null for what is none; and where the time zone differs, if it could, over a
    frame that holds the cells as `raw NAME`.

    A time is the wall clock of the zone that it is written in. The time column of a table of totals may hold periods,
    such as 2025-03, 2025-Q1 or 2025-W10. Only the forms that the first rows show are tried, and those of `late`: texts
    further down that none of them fits.
    """
    cell = pl.col(column.name)
    target = pl.Date if column.type == "date" else pl.Datetime("us")
    mixed = None
    if isinstance(found, pl.Datetime):
        parsed = cell.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    elif found == pl.Date:
        parsed = cell
    else:
        parsed, mixed = _written(ruleset, column, is_time, raw, late)
    # the end of the calendar leaves no room for the period after it
    # compared as days and not by their year, which would have to be worked out for each
    known = parsed >= pl.lit(_FIRST_DAY)
    if is_time:
        known = known & (parsed < pl.lit(_LAST_YEAR))
    return pl.when(known).then(parsed.cast(target)), mixed


def _written(
    ruleset: Ruleset, column: Column, is_time: bool, raw: pl.LazyFrame, late: pl.Series | None
) -> tuple[pl.Expr, pl.Expr | None]:
    text = pl.col(column.name).cast(pl.String).str.strip_chars()
    samples = raw.select(text.alias("text")).drop_nulls().head(_SAMPLE).collect()["text"]
    if late is not None:
        samples = samples.append(late.cast(pl.String).str.strip_chars())
    zones = samples.str.extract(_ZONE, 2)
    mixed = None
    if zones.count():
        if column.type == "datetime":
            cell = pl.col(f"raw {column.name}").cast(pl.String).str.strip_chars()
            mixed = (cell != "") & cell.str.extract(_ZONE, 2).ne_missing(pl.lit(zones[0], pl.String))
        text = text.str.replace(_ZONE, "${1}")
        samples = samples.str.replace(_ZONE, "${1}")
    shown = samples.unique(maintain_order=True).to_frame("text")
    forms = [form for form in _FORMS if shown.select(_parsed(pl.col("text"), form).is_not_null().any()).item()]
    readings = [_parsed(text, form) for form in (forms or _FORMS[:1])]
    if is_time and shown["text"].str.contains(_LABEL).any():
        readings.append(_labels(ruleset, text, raw))
    return pl.coalesce(readings), mixed


def _parsed(text: pl.Expr, form: str) -> pl.Expr:
    if form == _COMPACT:
        # with fewer digits it would take 2025111 for November 1st
        text = pl.when(text.str.len_bytes() == 8).then(text)
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
