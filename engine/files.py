"""Data files as lazy frames: Parquet with its own types, CSV with every cell as text."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path as FilePath

import polars as pl

from .problems import Problem
from .yaml_files import guess_encoding

_SAVE_AS_CSV = "in Excel, save it as “CSV UTF-8 (comma delimited)”"
_SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".et")
_HEAD = 1 << 20
# How many rows a problem names.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's rows. `first_row` is the number that a spreadsheet shows beside the first of them; `all_text`: cells
    without types; `twice`: names that stand in the header more than once; `separator`: None where there is none."""

    frame: pl.LazyFrame
    first_row: int
    all_text: bool
    twice: frozenset[str] = frozenset()
    separator: str | None = None


def open_file(path: str) -> Opened | Problem:
    """The rows of a CSV or Parquet file, or what keeps them from being read."""
    file = FilePath(path)
    kind = file.suffix.lower()
    try:
        if not file.exists():
            return Problem("RC500", f"there is no file {path}", hint=f"looked in {file.absolute().parent}")
        if file.is_dir():
            return Problem("RC500", f"{path} is a folder", hint=f'name its files, such as "{path}/*.csv"')
        if kind == ".parquet":
            frame = pl.scan_parquet(file, glob=False)
            frame.collect_schema()
            return Opened(frame, 1, all_text=False)
        if kind in (".csv", ".tsv", ".txt"):
            return _open_csv(file, path)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        return Problem("RC500", f"{path} cannot be read: {str(error).splitlines()[0]}",
                       hint="write it again, or give another file")  # fmt: skip
    hint = _SAVE_AS_CSV if kind in _SPREADSHEETS else "its name should end in .csv, .tsv or .parquet"
    return Problem("RC500", f"{path} is neither CSV nor Parquet", hint=hint)


def _open_csv(file: FilePath, path: str) -> Opened | Problem:
    empty = Problem("RC501", f"{path} is empty", hint="export it again, with its header and rows")
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        return empty
    wrong = _encoding_problem(head, path)
    if wrong is not None:
        return wrong
    if b"\r" in head and b"\n" not in head:
        return Problem("RC500", f"the lines of {path} end as on old Macintoshes", hint=_SAVE_AS_CSV)
    separator = "\t" if file.suffix.lower() == ".tsv" or (file.suffix.lower() == ".txt" and b"\t" in head) else ","
    try:
        before, header = next((n, row) for n, row in enumerate(_records(file, separator)) if row)
    except (StopIteration, csv.Error):
        return Problem("RC500", f"{path} has no header that can be read", hint="its first row should name the columns")
    names = [name.strip() for name in header]
    if len(names) == 1 and (other := next((mark for mark in (";", "\t", "|", ",") if mark in names[0]), None)):
        shown = "tab stops" if other == "\t" else f"`{other}`"
        return Problem("RC500", f"the cells of {path} are separated by {shown}, not by "
                       + ("commas" if separator == "," else "tab stops"), hint=_SAVE_AS_CSV)  # fmt: skip
    first = {name: place for place, name in reversed(list(enumerate(names)))}
    # only the first of each name keeps it; Polars allows none twice, and a problem stops who needs one of them
    unlike = [name if first[name] == place else f"{name} ({place + 1})" for place, name in enumerate(names)]
    twice = frozenset(name for place, name in enumerate(names) if first[name] != place)
    frame = pl.scan_csv(file, separator=separator, infer_schema=False, glob=False, new_columns=unlike)
    frame.collect_schema()
    return Opened(frame, before + 2, all_text=True, twice=twice, separator=separator)


def _records(file: FilePath, separator: str) -> Iterator[list[str]]:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        yield from csv.reader(stream, delimiter=separator)


def _encoding_problem(head: bytes, path: str) -> Problem | None:
    """UTF-8 is read; anything else is named, so that a Chinese Excel's file does not come in as garbage."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Problem("RC500", f"{path} is not UTF-8; it looks like UTF-16", hint=_SAVE_AS_CSV)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        return _not_utf8(path, head, head.count(b"\n", 0, error.start) + 1)
    return None


def _not_utf8(path: str, text: bytes, line: int) -> Problem:
    # the last line may be cut in the middle of a character
    guess = guess_encoding(text[: text.rfind(b"\n") + 1] or text)
    return Problem("RC500", f"{path} is not UTF-8 in line {line}; it looks like {guess}", hint=_SAVE_AS_CSV)


# -- what is wrong inside a file ------------------------------------------------------------------------------


def unreadable(path: str, opened: Opened, error: Exception) -> Problem:
    """What Polars found wrong with the rows of a file, in words and with their numbers."""
    words = str(error)
    file = FilePath(path)
    if opened.separator is not None:
        if "more fields" in words:
            width = len(opened.frame.collect_schema())
            wide = _uneven(path, file, opened, (width + 1, None), "more", "error",
                           "a comma inside a cell needs quotes around the cell")  # fmt: skip
            return wide or _misquoted(path, file, words)
        if "utf-8" in words.lower():
            with file.open("rb") as stream:
                for line, text in enumerate(stream, 1):
                    try:
                        text.decode("utf-8")
                    except UnicodeDecodeError:
                        return _not_utf8(path, text, line)
        if "malformed" in words or "could not parse" in words:
            return _misquoted(path, file, words)
    return Problem("RC500", f"{path} cannot be read: {words.splitlines()[0]}", hint="write it again")


def _misquoted(path: str, file: FilePath, words: str) -> Problem:
    with file.open("rb") as stream:
        odd = list(islice((line for line, text in enumerate(stream, 1) if text.count(b'"') % 2), SHOWN))
    near = re.search("could not parse `(.*?)`", words, re.DOTALL)
    where = f": lines with an odd one are {', '.join(map(str, odd))}" if odd else f" near {near[1]!r}" if near else ""
    return Problem("RC500", f"{path} has a quotation mark that is never closed, or one inside a cell{where}",
                   hint='a cell that holds " is written in quotes, with "" for each')  # fmt: skip


def short_rows(path: str, opened: Opened, needed: int) -> Problem | None:
    """A warning if rows end before the column `needed` (from 1), so that their values would be missing unseen."""
    if opened.separator is None:
        return None
    file = FilePath(path)
    bare = pl.col("line").str.replace_all(r'"[^"]*"', "").str.strip_chars_end("\r")
    cells = bare.str.count_matches(opened.separator, literal=True) + 1
    # quick over all lines; only where one looks short are the cells counted one by one
    suspected = pl.scan_lines(file, name="line", glob=False).select(((cells < needed) & (bare != "")).any()).collect()
    if not suspected.item():
        return None
    return _uneven(path, file, opened, (1, needed - 1), "fewer", "warning",
                   "the cells missing at their end count as empty")  # fmt: skip


def _uneven(
    path: str, file: FilePath, opened: Opened, cells: tuple[int, int | None], than: str, severity: str, hint: str
) -> Problem | None:
    rows = []
    least, most = cells
    try:
        for number, row in enumerate(_records(file, opened.separator or ","), 1):
            if len(row) >= least and (most is None or len(row) <= most) and any(cell.strip() for cell in row):
                rows.append((number, len(row)))
    except csv.Error:
        pass
    if not rows:
        return None
    places = listed([f"row {number} ({count})" for number, count in rows[:SHOWN]], len(rows))
    width = len(opened.frame.collect_schema())
    return Problem("RC513", f"{path}: {row_count(len(rows))} {than} cells than the header, which has {width}: {places}",
                   severity=severity, hint=hint)  # fmt: skip


def row_count(count: int) -> str:
    """`1 row has`, `3 rows have`."""
    return f"{count:,} rows have" if count > 1 else "1 row has"


def listed(places: Sequence[str], count: int) -> str:
    """The first places, with a mark where there are more."""
    return ", ".join(places) + (", …" if count > len(places) else "")
