"""Values of a database as columns, without a digit lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

_WHOLE = r"^[+-]?\d+(?:\.0*)?$"
_DAYS = (dt.date(1, 1, 1), dt.date(9999, 12, 31))
_KINDS: dict[type, Any] = {dt.date: pl.Date, dt.datetime: pl.Datetime("us"), str: pl.String, bool: pl.Boolean}
_WRITABLE = (int, float, str, bool, Decimal, dt.date)
_UNREADABLE = (pl.Time, pl.Duration, pl.Binary, pl.List, pl.Array, pl.Struct, pl.Object)


def exact(series: pl.Series, *, is_number: bool = False) -> pl.Series | None:
    """A column as text, numbers, flags, dates or times; None for what is none of these.

    With `is_number` its texts are decimal numbers. Decimals become the nearest double, or whole numbers where all are.
    A day beyond the calendar becomes the text `infinity`.
    """
    kind = series.dtype
    if isinstance(kind, pl.Extension):
        series = series.ext.storage()
        kind = series.dtype
    if isinstance(kind, _UNREADABLE):
        return None
    if is_number and kind == pl.String:
        return _number(series)
    if isinstance(kind, pl.Decimal):
        whole = series.cast(pl.Int64, strict=False) if kind.scale == 0 else None
        if whole is not None and whole.null_count() == series.null_count():
            return whole
        return series.cast(pl.Float64)
    if kind == pl.Date or isinstance(kind, pl.Datetime):
        return _within_calendar(series)
    return series


def _number(texts: pl.Series) -> pl.Series:
    if texts.str.contains(_WHOLE).all():
        whole = texts.str.replace(r"\.0*$", "")
        numbers = whole.cast(pl.Int64, strict=False)
        # more digits than 64 bits hold are an id, which stays as it is written
        return numbers if numbers.null_count() == texts.null_count() else whole
    return texts.cast(pl.Float64)


def _within_calendar(series: pl.Series) -> pl.Series:
    days = pl.Series(_DAYS, dtype=pl.Date).cast(series.dtype).to_physical()
    physical = series.to_physical()
    beyond = (physical < days[0]) | (physical > days[1] + (0 if series.dtype == pl.Date else _day(series.dtype)))
    if not beyond.any():
        return series
    written = pl.select(pl.when(~beyond).then(series)).to_series().cast(pl.String)
    return pl.select(pl.when(beyond).then(pl.lit("infinity")).otherwise(written)).to_series()


def _day(kind: pl.DataType) -> int:
    assert isinstance(kind, pl.Datetime)
    return {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}[kind.time_unit] - 1


def column_of(values: Sequence[Any]) -> pl.Series | str:
    """A column of Python's values, or the name of a type that can be no column.

    Where a text stands among numbers or dates, all are written as texts, with all their digits.
    """
    # NumPy's numbers are those of Python in a coat
    values = [value.item() if hasattr(value, "item") else value for value in values]
    kinds = {type(value) for value in values if value is not None}
    if kinds and kinds <= {int}:
        small = all(value is None or -(1 << 63) <= value < 1 << 63 for value in values)
        return pl.Series(values, dtype=pl.Int64 if small else pl.Int128)
    if kinds and kinds <= {int, float}:
        return pl.Series(values, dtype=pl.Float64, strict=False)
    for kind, dtype in _KINDS.items():
        if kinds == {kind}:
            return pl.Series(values, dtype=dtype)
    other = sorted(kind.__name__ for kind in kinds if not issubclass(kind, _WRITABLE))
    if other:
        return other[0]
    texts = [None if value is None else _written(value) for value in values]
    return pl.Series(texts, dtype=pl.String if kinds else pl.Null)


def _written(value: Any) -> str:
    return value.isoformat(" ") if isinstance(value, dt.datetime) else str(value)
