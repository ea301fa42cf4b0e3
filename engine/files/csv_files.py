"""CSV files as lazy frames with every cell as text: the separator, the header, files alike read in one scan."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path as FilePath

import polars as pl

from ..problems import Problem
from .opened import FILE, Opened, files_called
from .origins import Files
from .text_files import Scratch, Text, read_text

_SEPARATORS = (",", ";", "\t", "|")
# A line with which a spreadsheet program says what separates the cells.
_SAID = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
# A number or a date, which names no column.
_FIGURE = re.compile(r"-?\d+([.,]\d+)?|\d{4}-\d\d-\d\d")
# How many rows show what separates cells, and how far down a header is looked for.
_SAMPLE = 20
# Spaces of a keyboard, a web page and a Chinese keyboard, and marks without width.
_AROUND = " \t\r\n\u00a0\u3000\ufeff\u200b"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file's cells lie: the names of its columns, in the order of the file, how many lines are before, the row of
    the header (0 for none) and that of the first cells. `top` are its first rows."""

    columns: tuple[str, ...]
    separator: str
    skipped: int
    header: int
    first: int
    hint: str | None = None
    top: tuple[tuple[str, ...], ...] = field(default=(), compare=False)


def open_csv(
    files: list[tuple[FilePath, str]],
    how: Files,
    wanted: Collection[str],
    scratch: Scratch,
    whole: bool,
    told: Callable[[], None],
) -> tuple[list[Opened], list[Problem]]:
    """The files with their names for people, those of one layout together, and what keeps others from being read.

    `told` is called before each file.
    """
    problems: list[Problem] = []
    alike: dict[Layout, list[tuple[Text, str]]] = {}
    known: dict[str, Layout] = {}
    for file, name in files:
        told()
        text = read_text(file, name, how.encoding, scratch, whole, how.separator == " ")
        layout: Layout | Problem = text if isinstance(text, Problem) else _layout(text.head, name, how, wanted, known)
        if isinstance(text, Problem):
            problems.append(text)
        elif isinstance(layout, Problem):
            problems.append(layout)
        else:
            alike.setdefault(layout, []).append((text, name))
    guessed = [(text, name) for group in alike.values() for text, name in group if text.sample is not None]
    if guessed:
        which = files_called([name for _, name in guessed])
        problems.append(
            Problem("RC500", f"{which} {'are' if len(guessed) > 1 else 'is'} read as GB18030, "
                    f"as in “{guessed[0][0].sample}”", severity="warning",
                    hint="`encoding: gb18030` in a dataset says that it is so; if the word reads wrong, name another")
        )  # fmt: skip
    opened = [_opened(layout, group, scratch) for layout, group in alike.items()]
    for one in opened:
        if isinstance(one, Problem):
            problems.append(one)
    return [one for one in opened if isinstance(one, Opened)], problems


def _layout(head: str, name: str, how: Files, wanted: Collection[str], known: dict[str, Layout]) -> Layout | Problem:
    """The layout of a file; what begins with the same line of names as one before is of its layout."""
    line = head[: head.find("\n") + 1]
    found = known.get(line) or find_layout(head, name, how, wanted)
    if isinstance(found, Layout) and line.strip() and found.header == 1 and '"' not in line:
        known[line] = found
    return found


def _opened(layout: Layout, group: list[tuple[Text, str]], scratch: Scratch) -> Opened | Problem:
    columns, twice = unlike(layout.columns)
    frame = pl.scan_csv(
        [text.path for text, _ in group],
        separator=layout.separator,
        skip_lines=layout.skipped,
        infer_schema=False,
        glob=False,
        has_header=layout.header > 0,
        new_columns=columns,
        include_file_paths=FILE if len(group) > 1 else None,
    )
    try:
        frame.collect_schema()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        # where Python and Polars see rows differently, nobody knows which is meant
        which = files_called([name for _, name in group])
        return Problem("RC500", f"the header of {which} cannot be told from its rows",
                       hint="look for a quotation mark or a line break in a name, and export it again")  # fmt: skip
    return Opened(
        frame,
        {str(text.path): name for text, name in group},
        first_row=layout.first,
        all_text=True,
        twice=twice,
        hint=layout.hint,
        encoding=group[0][0].encoding,
        separator=layout.separator,
        header=layout.header,
        top=layout.top,
        keeps=scratch,
    )


def unlike(names: tuple[str, ...]) -> tuple[list[str], frozenset[str]]:
    """The names with only the first of each as it is, and those that stand more than once.

    Polars allows none twice; a problem stops who needs one of them.
    """
    counts = Counter(names)
    found: dict[str, None] = {}
    for name in names:
        other, number = name, 1
        while other in found or (other != name and other in counts):
            number += 1
            other = f"{name} ({number})"
        found[other] = None
    return list(found), frozenset(name for name, count in counts.items() if count > 1)


def plain_name(name: str) -> str:
    """A name of a header without the space around it, and with its accents as keyboards write them."""
    return unicodedata.normalize("NFC", name).strip(_AROUND)


def find_layout(head: str, name: str, how: Files, wanted: Collection[str]) -> Layout | Problem:
    """How the cells of a file lie that begins with `head`."""
    if not head.strip(_AROUND):
        return Problem("RC501", f"{name} is empty", hint="export it again, with its header and rows")
    said = _SAID.match(head.removeprefix("\ufeff"))
    text = head.removeprefix("\ufeff")[said.end() if said else 0 :]
    separator = "\t" if how.separator == " " else how.separator or (said[1] if said else _separator(text, how, wanted))
    rows = list(islice(_records(text, separator), max(_SAMPLE, how.header or 0)))
    skipped = 1 if said else 0
    at = next((place for place, (_, row) in enumerate(rows) if any(cell.strip(_AROUND) for cell in row)), None)
    if how.header == 0 and at is not None:
        width = max(len(row) for _, row in rows)
        return Layout(numbered(width), separator, skipped + rows[at][0], 0, skipped + at + 1)
    if how.header is not None:
        at = how.header - 1 - skipped if skipped < how.header <= len(rows) + skipped else None
    if at is None or not any(cell.strip(_AROUND) for cell in rows[at][1]):
        where = (
            f"row {how.header} of {name} names no columns" if how.header else f"{name} has no header that can be read"
        )
        return Problem("RC500", where, hint="a row should name the columns; `header` in a dataset says which it is")
    names = tuple(map(plain_name, rows[at][1]))
    hint = other_header([row for _, row in rows], at, wanted, skipped)
    if len(names) == 1 and how.separator is None and wanted and set(wanted) <= set(names[0].split()):
        hint = 'its cells seem to be separated by spaces; say so in a dataset: `separator: " "`'
    top = ((),) * skipped + tuple(tuple(row) for _, row in rows)
    return Layout(names, separator, skipped + rows[at][0], skipped + at + 1, skipped + at + 2, hint, top)


def numbered(width: int) -> tuple[str, ...]:
    """The names of columns that have none: `1`, `2` and so on."""
    return tuple(str(number) for number in range(1, width + 1))


def other_header(rows: Sequence[Sequence[str]], at: int, wanted: Collection[str], skipped: int = 0) -> str | None:
    """What may help where the row `at` names none of the columns wanted."""
    if not wanted or not set(wanted).isdisjoint(map(plain_name, rows[at])):
        return None
    for place, row in enumerate(rows):
        if set(wanted) <= set(map(plain_name, row)):
            return f"row {skipped + place + 1} names them; say so in a dataset: `header: {skipped + place + 1}`"
    if any(_FIGURE.fullmatch(cell.strip()) for cell in rows[at]):
        return "its first row seems to hold data: put the names of the columns above it"
    return None


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Rows, each with how many lines are before it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    try:
        for row in reader:
            yield before, row
            before = reader.line_num
    except csv.Error:
        return


def _separator(text: str, how: Files, wanted: Collection[str]) -> str:
    """What separates the cells: that which shows the columns wanted, or else rows of the same number of cells."""

    def fits(mark: str) -> tuple[int, bool, int]:
        rows = [row for _, row in islice(_records(text, mark), _SAMPLE) if any(row)]
        header = rows[(how.header or 1) - 1] if len(rows) >= (how.header or 1) else []
        shown = max((len(set(wanted) & set(map(plain_name, row))) for row in rows), default=0)
        body = rows[rows.index(header) :] if header in rows else rows
        return shown, len(header) > 1 and all(len(row) == len(header) for row in body), len(header)

    return max(_SEPARATORS, key=fits)
