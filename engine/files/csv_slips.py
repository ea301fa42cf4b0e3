"""What is wrong with the rows of CSV files, in words and with their numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path as FilePath

import polars as pl

from ..problems import Problem
from .json_files import first_line
from .opened import FILE, SHOWN, Opened, files_called, listed, row_count
from .remote_files import is_address, unreachable
from .text_files import is_utf8, not_utf8

# A cell may hold a document.
_LONGEST = 1 << 27


def unreadable(opened: Opened, called: str, error: BaseException) -> Problem:
    """What Polars found wrong with the rows of files, for the file that it was in."""
    words = str(error)
    text = opened.separator is not None
    for path, name in opened.names.items():
        file = FilePath(path)
        found = None
        if text and "more fields" in words:
            width = len([column for column in opened.frame.collect_schema() if column != FILE])
            titled = "if that row is a title, say in a dataset which row names the columns, such as `header: 3`"
            quoted = "a comma inside a cell needs quotes around the cell"
            found = _uneven(
                [(path, name)], opened, (width + 1, None), "more", "error", titled if width == 1 else quoted
            )
        if text and found is None and "utf-8" in words.lower():
            found = not_utf8(file, name) if len(opened.names) == 1 or not is_utf8(file) else None
        if text and found is None and ("malformed" in words or "could not parse" in words or "more fields" in words):
            found = _misquoted(name, file, words, alone=len(opened.names) == 1)
        if found is not None:
            return found
    if is_address(called):
        return unreachable(called, error)
    return Problem("RC500", f"{called} cannot be read, it may be damaged: {first_line(error)}", hint="write it again")


def _misquoted(name: str, file: FilePath, words: str, alone: bool) -> Problem | None:
    with file.open("rb") as stream:
        odd = list(islice((line for line, text in enumerate(stream, 1) if text.count(b'"') % 2), SHOWN))
    if not odd and not alone:
        return None
    near = re.search("could not parse `(.*?)`", words, re.DOTALL)
    where = f": lines with an odd one are {', '.join(map(str, odd))}" if odd else f" near {near[1]!r}" if near else ""
    return Problem("RC500", f"{name} has a quotation mark that is never closed, or one inside a cell{where}",
                   hint='a cell that holds " is written in quotes, with "" for each')  # fmt: skip


def short_rows(opened: Opened, files: Sequence[str | None], needed: int) -> Problem | None:
    """A warning if rows of the files end before the column `needed` (from 1): their values would be missing unseen."""
    if opened.separator is None or not opened.names:
        return None
    bare = pl.col("line").str.replace_all(r'"[^"]*"', "").str.strip_chars_end("\r")
    cells = bare.str.count_matches(opened.separator, literal=True) + 1
    suspected = []
    for path, name in opened.names.items():
        if files != [None] and path not in files:
            continue
        # quick over all lines; only where one looks short are the cells counted one by one
        lines = pl.scan_lines(path, name="line", glob=False)
        if lines.select(((cells < needed) & (bare != "")).any()).collect().item():
            suspected.append((path, name))
    return _uneven(suspected, opened, (1, needed - 1), "fewer", "warning",
                   "the cells missing at their end count as empty")  # fmt: skip


def _uneven(
    files: Sequence[tuple[str, str]], opened: Opened, cells: tuple[int, int | None], than: str, severity: str, hint: str
) -> Problem | None:
    """Rows with too many cells, or too few."""
    rows: list[tuple[str, int, int]] = []
    least, most = cells
    for path, name in files:
        for number, row in _rows(path, opened):
            if len(row) >= least and (most is None or len(row) <= most) and any(cell.strip() for cell in row):
                rows.append((name, number, len(row)))
    if not rows:
        return None
    names = list(dict.fromkeys(name for name, _, _ in rows))
    several = len(names) > 1
    places = [f"{name + ' ' if several else ''}row {number} ({count})" for name, number, count in rows[:SHOWN]]
    width = len([column for column in opened.frame.collect_schema() if column != FILE])
    top = "first row" if opened.header == 0 else "header"
    return Problem("RC513", f"{files_called(names)}: {row_count(len(rows))} {than} cells than the {top}, "
                   f"which has {width}: {listed(places, len(rows))}", severity=severity, hint=hint)  # fmt: skip


def _rows(path: str, opened: Opened) -> Iterator[tuple[int, list[str]]]:
    """The rows from the header on, with their numbers."""
    longest = csv.field_size_limit(_LONGEST)
    try:
        with FilePath(path).open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            reader = csv.reader(stream, delimiter=opened.separator or ",")
            yield from islice(enumerate(reader, 1), (opened.header or 1) - 1, None)
    except csv.Error:
        return
    finally:
        csv.field_size_limit(longest)
