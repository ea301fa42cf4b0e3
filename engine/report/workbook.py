"""A result as a workbook that can be sent on as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any, TypeAlias

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxFileError

from ..problems import Problem, Problems
from ..progress import Progress
from ..version import VERSION
from ..wording import words
from ..words import word
from .colors import level_colors
from .sheets import Column, Sheet, Sheets
from .widths import lines_of, width

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from ..results.result import Result

    Style: TypeAlias = tuple[Format, Format]

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_LONGEST = 32_767  # of the text of a cell, in units of UTF-16
_MANY = 500_000  # cells; beyond, rows are written out as they come
_AT_ONCE = 10_000
_LONG_WHOLE = 10**15  # a spreadsheet keeps fifteen digits
_LINE = 15.75  # points
_ABOUT = (34.0, 90.0)
_PAGE = 300  # of widths of columns, that can still be read on one sheet of paper
_RISKY = tuple("=+-@\t\r\n＝＋－＠")


class _Exact(float):
    """A number that is written with all its digits; the library would round it to sixteen."""

    def __format__(self, form: str) -> str:
        return repr(float(self)).upper().removesuffix(".0")


def write_workbook(result: Result, file: IO[bytes], progress: Progress) -> None:
    """Writes the workbook of a result; the same run gives the same bytes.

    Raises Problems where a sheet would be longer or wider than one can be.
    """
    sheets = Sheets(result)
    tables = [sheets.overview(), sheets.metrics()]
    if result.advice.height:
        tables.append(sheets.recommendations())
    data = [sheets.tidy("results", result.results), sheets.tidy("advice", result.advice)]
    _stop_if_too_large([*tables, *data])
    cells = sum(len(sheet.columns) * _height(sheet) for sheet in (*tables, *data))
    with TemporaryDirectory() as folder:
        # where rows wait that are written out as they come, so that they are gone whatever happens
        whole = BytesIO()
        book = Workbook(whole, {"constant_memory": cells > _MANY, "tmpdir": folder})
        title = words(result.ruleset, result.ruleset.title, result.language) or result.ruleset.id
        # a date of its own would make each file another
        book.set_properties({"title": title, "comments": f"Rulecard {VERSION}", "created": dt.datetime(2000, 1, 1)})
        writer = _Writer(book, result, progress, sum(map(_height, (*tables, *data))))
        for sheet in tables:
            writer.table(sheet)
        writer.about(word("sheet.about", result.language), sheets.about())
        for sheet in data:
            writer.table(sheet)
        try:
            book.close()
        except XlsxFileError as error:
            raise OSError(str(error)) from None
    file.write(whole.getbuffer())


def _height(sheet: Sheet) -> int:
    return sheet.columns[0].values.len()


def _stop_if_too_large(sheets: Sequence[Sheet]) -> None:
    problems = []
    for sheet in sheets:
        rows, columns = _height(sheet) + 1, len(sheet.columns)
        if rows > _MOST_ROWS or columns > _MOST_COLUMNS:
            size, most = (
                (f"{rows:,} rows", _MOST_ROWS) if rows > _MOST_ROWS else (f"{columns:,} columns", _MOST_COLUMNS)
            )
            problems.append(
                Problem(
                    "RC512",
                    f"the sheet `{sheet.name}` would have {size}, and a workbook takes {most:,}",
                    hint="choose fewer cards with --period or --entity, or write --format parquet or csv",
                )
            )
    if problems:
        raise Problems(problems)


class _Writer:
    """Writes sheets into a workbook, and tells how many rows are done."""

    def __init__(self, book: Workbook, result: Result, progress: Progress, rows: int) -> None:
        self.book = book
        self.progress = progress
        self.rows = rows
        self.done = 0
        self.colors = level_colors(result.ruleset)
        self.formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """A cell format; the same properties give the same one."""
        if properties.get("indent"):
            properties["align"] = "left"
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"valign": "top", **properties})
        return self.formats[key]

    def style(self, **properties: Any) -> Style:
        """The formats of a text, and of one that a program could take for a formula."""
        return self.format(**properties), self.format(quote_prefix=True, **properties)

    def table(self, sheet: Sheet) -> None:
        """A sheet with a heading in sight, a filter, and columns as wide as what stands in them."""
        page = self.book.add_worksheet(sheet.name)
        height = _height(sheet)
        widths = [width(column) for column in sheet.columns]
        self._heading(page, sheet, widths)
        cells = [self._cells(page, column) for column in sheet.columns]
        for start in range(0, height, _AT_ONCE):
            part = [column.part(start, _AT_ONCE) for column in sheet.columns]
            values = [column.values.to_list() for column in part]
            ranks = [values[place] if one.ranks is None else one.ranks.to_list() for place, one in enumerate(part)]
            tall = lines_of(part, widths)
            for row in range(len(values[0])):
                if tall[row] > 1:
                    page.set_row(start + row + 1, _LINE * tall[row])
                for place, write in enumerate(cells):
                    if values[place][row] is not None:
                        write(start + row + 1, place, values[place][row], ranks[place][row])
            self.done += len(values[0])
            self.progress("write", self.done, self.rows)
        page.freeze_panes(1, sheet.keys)
        page.autofilter(0, 0, height, len(sheet.columns) - 1)
        self._print(page, sum(widths))
        page.repeat_rows(0)
        if sheet.keys:
            page.repeat_columns(0, sheet.keys - 1)

    def _heading(self, page: Worksheet, sheet: Sheet, widths: Sequence[float]) -> None:
        page.set_row(0, 2 * _LINE + 4)
        for place, column in enumerate(sheet.columns):
            beside: dict[str, Any] = (
                {"align": "right"} if column.values.dtype.is_numeric() else {"indent": column.indent}
            )
            style = self.style(bold=True, text_wrap=True, valign="vcenter", bg_color="#e8ecf1", bottom=1, **beside)
            _text(page, 0, place, column.heading, style)
            page.set_column(place, place, widths[place])

    def about(self, name: str, lines: Sequence[tuple[str, Any, str | None]]) -> None:
        """A sheet of names and values."""
        page = self.book.add_worksheet(name)
        columns = [Column("", pl.Series([str(line[place]) for line in lines]), wide=True) for place in (0, 1)]
        tall = lines_of(columns, _ABOUT)
        for place, wide in enumerate(_ABOUT):
            page.set_column(place, place, wide)
        page.hide_gridlines(2)
        self._print(page, sum(_ABOUT))
        row = 0
        for (label, value, form), needs in zip(lines, tall, strict=True):
            if value is None:
                row += 1 if row else 0
                page.set_row(row, _LINE * (1 if row else 2))
                _text(page, row, 0, label, self.style(bold=True, font_size=12 if row else 16))
            else:
                page.set_row(row, _LINE * needs)
                text = self.style(text_wrap=True, align="left")
                _text(page, row, 0, label, text)
                _any(page, row, 1, value, self.format(num_format=form or "General", align="left"), text)
            row += 1

    def _print(self, page: Worksheet, width: float) -> None:
        page.set_landscape()
        page.set_paper(9)
        # a wider sheet on one page would be too small to read
        if width <= _PAGE:
            page.fit_to_pages(1, 0)

    def _cells(self, page: Worksheet, column: Column) -> Callable[[int, int, Any, Any], object]:
        """How a cell of the column is written, when it is not empty; with the rank of its level where it shows one."""
        if column.ranks is not None:
            reason = self.style(italic=True, font_color="#6b7280", indent=1)
            levels = [self.style(font_color=text, bg_color=tint, indent=1) for text, tint in self.colors]
            return lambda row, place, value, rank: _text(
                page, row, place, value, reason if rank is None else levels[rank]
            )
        text = self.style(text_wrap=column.wide, indent=column.indent)
        if column.values.dtype == pl.String:
            return lambda row, place, value, rank: _text(page, row, place, value, text)
        known = self.format(num_format=column.form or "General")
        if column.values.dtype == pl.Float64:
            return lambda row, place, value, rank: page.write_number(row, place, _Exact(value), known)
        return lambda row, place, value, rank: _any(page, row, place, value, known, text)


def _any(page: Worksheet, row: int, place: int, value: Any, known: Format, text: Style) -> None:
    if isinstance(value, bool):
        page.write_boolean(row, place, value, known)
    elif isinstance(value, int | float) and abs(value) < _LONG_WHOLE:
        page.write_number(row, place, _Exact(value), known)
    elif isinstance(value, dt.date) and value.year >= 1900:
        page.write_datetime(row, place, value, known)
    else:
        _text(page, row, place, str(value), text)


def _text(page: Worksheet, row: int, place: int, text: str, style: Style) -> None:
    """A text that stays one, even when somebody opens the cell and closes it again."""
    page.write_string(row, place, text if len(text) <= _LONGEST // 2 else _cut(text), style[text.startswith(_RISKY)])


def _cut(text: str) -> str:
    """What fits into a cell; an ellipsis says that there was more."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) // 2 <= _LONGEST:
        return text
    return units[: (_LONGEST - 1) * 2].decode("utf-16-le", "ignore") + "…"
