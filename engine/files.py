"""Data files as lazy frames: Parquet with its own types, CSV with every cell as text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath

import polars as pl

from .problems import Problem


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's rows. `first_row` is the number that a spreadsheet shows beside the first of them; `all_text`: cells without types."""

    frame: pl.LazyFrame
    first_row: int
    all_text: bool


def open_file(path: str) -> Opened | Problem:
    """The rows of a CSV or Parquet file, or what keeps them from being read."""
    file = FilePath(path)
    if not file.exists():
        return Problem("RC500", f"there is no file {path}", hint=f"looked in {file.absolute().parent}")
    if file.is_dir():
        return Problem("RC500", f"{path} is a folder", hint=f'name its files, such as "{path}/*.csv"')
    kind = file.suffix.lower()
    try:
        if kind == ".parquet":
            frame = pl.scan_parquet(file, glob=False)
            frame.collect_schema()
            return Opened(frame, 1, all_text=False)
        if kind in (".csv", ".tsv", ".txt"):
            return _open_csv(file, path, "\t" if kind == ".tsv" else ",")
    except (pl.exceptions.PolarsError, OSError) as error:
        return Problem("RC500", f"{path} cannot be read: {str(error).splitlines()[0]}")
    return Problem("RC500", f"{path} is neither CSV nor Parquet", hint="its name should end in .csv or .parquet")


def _open_csv(file: FilePath, path: str, separator: str) -> Opened | Problem:
    if file.stat().st_size == 0:
        return Problem("RC501", f"{path} is empty", hint="export it again, with its header and rows")
    wrong = _encoding_problem(file, path)
    if wrong is not None:
        return wrong
    frame = pl.scan_csv(file, separator=separator, infer_schema=False, glob=False)
    try:
        frame.collect_schema()
    except pl.exceptions.NoDataError:
        return Problem("RC501", f"{path} is empty", hint="export it again, with its header and rows")
    return Opened(frame, 2, all_text=True)


def _encoding_problem(file: FilePath, path: str) -> Problem | None:
    """UTF-8 is read; anything else is named, so that a Chinese Excel's file does not come in as garbage."""
    with file.open("rb") as stream:
        head = stream.read(1 << 20)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        name = "UTF-16"
    else:
        try:
            head[: head.rfind(b"\n") + 1 or len(head)].decode("utf-8")
        except UnicodeDecodeError:
            try:
                head[: head.rfind(b"\n") + 1 or len(head)].decode("gb18030")
                name = "GB18030 (GBK)"
            except UnicodeDecodeError:
                name = "of an unknown encoding"
        else:
            return None
    return Problem("RC500", f"{path} is not UTF-8; it looks like {name}",
                   hint="in Excel, save it as “CSV UTF-8 (comma delimited)”")  # fmt: skip
