"""Frames of any library that Narwhals reads, as one of Polars: of their columns only those that are needed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import narwhals as nw
import polars as pl

from ..problems import Problem
from .rows import column_of

_GIVE = "give a path, or a frame of Polars, pandas, Arrow or DuckDB; polars.DataFrame(data) makes one"


def read_frame(data: Any, wanted: Collection[str]) -> pl.DataFrame | Problem:
    """The wanted columns of a frame; if one of them is not there, the others too, with nothing in them but their names.

    The frame stays as it is.
    """
    kind = type(data).__name__
    try:
        frame = nw.from_native(pl.DataFrame(data) if _is_stream(data) else data)
    except TypeError:
        return Problem("RC500", f"data of the type {kind} cannot be read", hint=_GIVE)
    except nw.exceptions.NarwhalsError as error:
        return _unreadable(kind, error)
    try:
        names = frame.collect_schema().names()
        needed = [name for name in names if name in wanted]
        found = _converted(frame.select(needed), needed)
        if isinstance(found, pl.DataFrame) and len(needed) < len(set(wanted)):
            height = found.height if needed else _height(frame)
            nothing = pl.repeat(None, height, eager=True, dtype=pl.Null)
            found = pl.DataFrame([*found, *(nothing.alias(str(name)) for name in names if name not in wanted)])
    except (Exception, pl.exceptions.PanicException) as error:  # whatever the library of the frame raises
        return _unreadable(kind, error)
    return found


def _unreadable(kind: str, error: BaseException) -> Problem:
    words = " ".join(str(error).split())[:300]
    hint = "give each column a name of its own" if isinstance(error, nw.exceptions.DuplicateError) else _GIVE
    return Problem("RC500", f"this {kind} cannot be read: {words}", hint=hint)


def _is_stream(data: Any) -> bool:
    """Whether it is a batch of Arrow's, or a reader of batches, which Narwhals does not know."""
    return hasattr(data, "__arrow_c_stream__") and type(data).__name__.startswith("RecordBatch")


def _height(frame: Any) -> int:
    counted = frame.lazy().select(nw.len()).collect(backend="polars")
    return int(counted.item())


def _converted(frame: Any, names: list[str]) -> pl.DataFrame | Problem:
    if isinstance(frame, nw.LazyFrame):
        native: pl.DataFrame = frame.collect(backend="polars").to_native()
        return native
    columns: dict[str, pl.Series] = {}
    for name in names:
        try:
            columns[name] = frame.select(name).lazy().collect(backend="polars").to_native().to_series()
        except (Exception, pl.exceptions.PanicException):
            # objects of several types: a column of pandas may hold numbers and texts
            series = frame[name]
            known = zip(series.to_list(), series.is_null().to_list(), strict=True)
            column = column_of([None if missing else value for value, missing in known])
            if isinstance(column, str):
                return Problem("RC503", f"column `{name}` holds values of the type {column}, which cannot be read",
                               hint="make them texts, numbers or dates")  # fmt: skip
            columns[name] = column
    return pl.DataFrame(columns)
