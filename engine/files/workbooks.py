"""Excel and LibreOffice workbooks as frames with every cell as text: the sheet, its header, merged and broken cells."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Collection
from pathlib import Path as FilePath
from typing import Any

import polars as pl

from ..problems import Problem
from .broken_cells import broken_cells
from .csv_files import numbered, other_header, plain_name, unlike
from .disguises import locked
from .json_files import first_line
from .opened import Opened
from .origins import Files

# Excel keeps 15 digits of a number; what is longer has lost its last.
_DIGITS = 10**15
_LONGEST = 10**21
_HEADER_ROWS = 20
# So many sheets are named in a message.
_LISTED = 12


def open_workbook(file: FilePath, name: str, how: Files, wanted: Collection[str]) -> Opened | Problem:
    """One sheet of a workbook: the one that is named, or else the only one that holds what is wanted."""
    import python_calamine as calamine

    if zipfile.is_zipfile(file) and (wrong := _no_book(file, name)):
        return wrong
    try:
        book = calamine.load_workbook(str(file))
        sheet = _sheet(book, name, how, wanted)
        if isinstance(sheet, Problem):
            return sheet
        return _opened(file, name, how, sheet, wanted)
    except calamine.PasswordError:
        return locked(name)
    except (calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError) as error:
        return _damaged(name, error)


def sheets_of(file: str) -> list[str]:
    """The sheets of a workbook that can be seen and have rows; none for a file that is no workbook."""
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(file)
        visible = [one.name for one in book.sheets_metadata if str(one.visible).endswith(".Visible")]
        return [one for one in visible if _is_table(book, one) and book.get_sheet_by_name(one).height]
    except (calamine.PasswordError, calamine.CalamineError, calamine.ZipError, calamine.XmlError, OSError, ValueError):
        return []


def _damaged(name: str, error: Exception) -> Problem:
    return Problem("RC500", f"{name} cannot be read, it may be damaged or cut off: {first_line(error)}",
                   hint="open it in Excel or WPS and save it again as .xlsx")  # fmt: skip


def _no_book(file: FilePath, name: str) -> Problem | None:
    try:
        with zipfile.ZipFile(file) as archive:
            inside = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        return _damaged(name, error)
    if "[Content_Types].xml" in inside or "mimetype" in inside:
        return None
    message = f"{name} is a zip archive with {', '.join(inside[:3])} in it, and no workbook"
    return Problem("RC500", message, hint="unpack it first")


def _sheet(book: Any, name: str, how: Files, wanted: Collection[str]) -> Any:
    known = [one.name for one in book.sheets_metadata]
    if isinstance(how.sheet, int):
        if not 1 <= how.sheet <= len(known):
            return Problem("RC500", f"{name} has no sheet number {how.sheet}", hint=f"sheets: {', '.join(known)}")
        return book.get_sheet_by_index(how.sheet - 1)
    if how.sheet is not None:
        if how.sheet not in known:
            return Problem("RC500", f"{name} has no sheet `{how.sheet}`", hint=f"sheets: {', '.join(known)}")
        return book.get_sheet_by_name(how.sheet)
    visible = [one.name for one in book.sheets_metadata if str(one.visible).endswith(".Visible")]
    sheets = [(one, book.get_sheet_by_name(one)) for one in visible if _is_table(book, one)]
    filled = [(one, sheet) for one, sheet in sheets if sheet.height]
    if not filled:
        hidden = [one for one in known if one not in visible]
        hint = f"name a hidden sheet in a dataset: `sheet: {hidden[0]}`" if hidden else "export it again, with its rows"
        return Problem("RC501", f"{name} has no rows in a sheet that can be seen", hint=hint)
    holding = [(one, sheet) for one, sheet in filled if _holds(sheet, how, wanted)]
    if len(holding) == 1 or len(filled) == 1:
        return (holding or filled)[0][1]
    names = ", ".join(one for one, _ in (holding or filled)[:_LISTED])
    what = (
        f"{len(holding)} sheets with the columns that are needed"
        if holding
        else f"{len(filled)} sheets, none with the columns that are needed"
    )
    all_of_them = f", or `sheet: [{names}]` for all of them" if 1 < len(holding) <= _LISTED else ""
    one = (holding or filled)[0][0]
    return Problem("RC500", f"{name} has {what}: {names}",
                   hint=f"say in a dataset which is read: `sheet: {one}`{all_of_them}")  # fmt: skip


def _is_table(book: Any, name: str) -> bool:
    return any(one.name == name and str(one.typ).endswith(".WorkSheet") for one in book.sheets_metadata)


def _holds(sheet: Any, how: Files, wanted: Collection[str]) -> bool:
    if how.header == 0:
        return True
    rows = _rows(sheet, how.header or _HEADER_ROWS)
    return any(set(wanted) <= {plain_name(_text(cell)) for cell in row} for row in rows)


def _rows(sheet: Any, count: int | None = None) -> list[list[Any]]:
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False, nrows=count)
    return rows


def _opened(file: FilePath, name: str, how: Files, sheet: Any, wanted: Collection[str]) -> Opened | Problem:
    rows = _rows(sheet)
    filled = (place for place, row in enumerate(rows) if any(_text(cell).strip() for cell in row))
    at = next(filled, None) if how.header is None else how.header - 1
    shown = f"the sheet `{sheet.name}` of {name}"
    if at is None or not rows:
        return Problem("RC501", f"{shown} is empty", hint="export it again, with its header and rows")
    if at >= len(rows):
        return Problem("RC500", f"row {at + 1} of {shown} names no columns", hint="`header` says which row does")
    ranges = [tuple(part) for part in sheet.merged_cell_ranges or ()]
    header = _header(rows, at, ranges) if at >= 0 else list(numbered(max(map(len, rows), default=0)))
    columns, twice = unlike(tuple(header))
    broken = broken_cells(file, sheet.name)
    for (row, column), text in broken.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    body = rows[at + 1 :]
    form = how.writing.dates or ""
    series = [
        pl.Series(column, [_text(row[place], how.decimal, form) or None for row in body], dtype=pl.String)
        for place, column in enumerate(columns)
    ]
    merged = tuple(
        (columns[left], f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}")
        for (top, left), (bottom, right) in ranges
        if top > at and bottom > top and left < len(columns)
    )
    rounded = tuple(
        (columns[place], f"{_letters(place)}{number}")
        for number, row in enumerate(body, at + 2)
        for place, cell in enumerate(row)
        if isinstance(cell, float) and abs(cell) >= _DIGITS and cell.is_integer()
    )
    wide = [f"{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}" for (top, left), (bottom, right) in ranges
            if top <= at <= bottom and right > left]  # fmt: skip
    top_rows = [[_text(cell) for cell in row] for row in rows[: max(_HEADER_ROWS, at + 1)]]
    hint = other_header(top_rows, at, wanted) if at >= 0 else None
    if wide and hint is None:
        hint = f"the header has merged cells ({', '.join(wide[:3])}): `header: {at + 2}` in a dataset if the names " \
               "are one row below, else unmerge them"  # fmt: skip
    return Opened(
        pl.DataFrame(series).lazy(),
        {str(file): name},
        first_row=at + 2,
        all_text=True,
        twice=twice,
        merged=merged,
        rounded=rounded,
        hint=hint,
        header=at + 1,
        sheet=sheet.name,
        spreadsheet=True,
        top=tuple(map(tuple, top_rows)),
    )


def _header(rows: list[list[Any]], at: int, ranges: list[Any]) -> list[str]:
    """The names of a row; one that is merged with cells above stands there."""
    names = [plain_name(_text(cell)) for cell in rows[at]]
    for (top, left), (bottom, right) in ranges:
        if top < at <= bottom and left == right and left < len(names):
            names[left] = plain_name(_text(rows[top][left]))
    return names


def _text(value: Any, decimal: str | None = None, dates: str = "") -> str:
    """A cell as its file would show it in CSV, with numbers and dates that cannot be misread."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            whole = value.is_integer() and abs(value) < _LONGEST
            written = str(int(value)) if whole else repr(value)
            return written if decimal is None else written.replace(".", decimal)
        case dt.datetime():
            # a form in which the day stands second must not meet a date in which the month does
            between = "T" if dates.startswith("%Y") else " "
            return value.isoformat(between) if between == "T" or value.time() != dt.time() else value.date().isoformat()
        case dt.date():
            return f"{value.isoformat()}T00:00:00" if dates.startswith("%Y") else value.isoformat()
        case _:
            return str(value)


def _letters(column: int) -> str:
    """A column as spreadsheets name it: A, B, … AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
