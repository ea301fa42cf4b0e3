"""The tables of a result as CSV that a spreadsheet may open, and as Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import polars as pl

from ..progress import Progress

if TYPE_CHECKING:
    from ..results.result import Result

# tells spreadsheets that the file is UTF-8; without it they garble Chinese
_MARK = "\ufeff".encode()
# what makes a text a formula for some program
_RUNS = r"^[=+\-@\t\r\n＝＋－＠]"
_AT_ONCE = 100_000


def csv_parts(frame: pl.DataFrame, progress: Progress, *, marked: bool) -> Iterator[bytes]:
    """The frame as CSV; texts that a program could run begin with an apostrophe, numbers stay numbers."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    harmless = frame.lazy().with_columns(_harmless(name) for name in texts)
    if marked:
        yield _MARK
    # at least once, for the header
    for start in range(0, max(frame.height, 1), _AT_ONCE):
        part = harmless.slice(start, _AT_ONCE).collect()
        yield part.write_csv(include_header=not start).encode()
        progress("write", min(start + _AT_ONCE, frame.height), frame.height)


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name)
    return pl.when(text.str.contains(_RUNS)).then("'" + text).otherwise(text).alias(name)


def write_parquet(frame: pl.DataFrame, file: IO[bytes], result: Result) -> None:
    """The frame as Parquet, with the run's header as JSON under `rulecard` in the file's metadata."""
    try:
        frame.write_parquet(file, metadata={"rulecard": json.dumps(result.header(), ensure_ascii=False)})
    except pl.exceptions.ComputeError as error:  # how a disk without room comes out of it
        raise OSError(str(error)) from None
