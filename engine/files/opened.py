"""What was opened: the rows of one file or of several alike, and what is known of how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

# The column that says which of several files a row is from.
FILE = "\0file"
# How many rows a problem names.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Cells:
    """How the cells of a table are written.

    `all_text`: they have no types, as in CSV. `spreadsheet`: some may show a spreadsheet's error. `points_may_group`:
    the file is of a kind in which 1.234 often is a thousand and more.
    """

    all_text: bool = False
    spreadsheet: bool = False
    points_may_group: bool = False
    decimal: str | None = None
    thousands: str | None = None
    dates: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The rows of files whose columns are alike, or of a frame.

    `names` are the files by what Polars calls them; with several of them the frame has the column FILE. `first_row`
    is the number that a spreadsheet shows beside the first row of each. `all_text`: cells without types. `twice`: names
    that stand in the header more than once. `merged`: for a column, ranges of which only the first cell has a value;
    `rounded`: cells with numbers that have lost digits. `address`: where the files are, if not here.
    `spreadsheet`: a cell may show a spreadsheet's error. `hint` says what may keep columns from being found.
    `encoding`, `separator`, `header` and `sheet` are as found, None where there is none. `top` are the first rows, the
    header among them. `keeps` lives as long as the frame needs it.
    """

    frame: pl.LazyFrame
    names: dict[str, str]
    first_row: int = 1
    all_text: bool = False
    twice: frozenset[str] = frozenset()
    merged: tuple[tuple[str, str], ...] = ()
    rounded: tuple[tuple[str, str], ...] = ()
    hint: str | None = None
    encoding: str | None = None
    separator: str | None = None
    header: int | None = None
    sheet: str | None = None
    spreadsheet: bool = False
    address: str | None = None
    top: tuple[tuple[str, ...], ...] = ()
    keeps: Any = None

    @property
    def called(self) -> str:
        """Its file, or the first and how many more there are."""
        return self.address or files_called(list(self.names.values()))


def files_called(names: Sequence[str]) -> str:
    """`a.csv`, `a.csv and b.csv`, or `a.csv and 3 more files`."""
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1:,} more files"


def row_count(count: int) -> str:
    """`1 row has`, `3 rows have`."""
    return f"{count:,} rows have" if count > 1 else "1 row has"


def listed(places: Sequence[str], count: int) -> str:
    """The first places, with a mark where there are more."""
    return ", ".join(places) + (", …" if count > len(places) else "")
