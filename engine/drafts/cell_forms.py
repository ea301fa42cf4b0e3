"""How the cells of a file are written, as far as its rows show it: dates, numbers, and cells without a value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..files.mending import is_marker, is_total

# The year first: read without being told.
_PLAIN_DATE = re.compile(
    r"(?:19|20)\d{2}(?:[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|(?:0[1-9]|1[0-2])\d{2}|-Q\d|-W\d{2})?"
    r"(?:[ T]\d{1,2}:\d{2}.*)?$"
)
# A day or a month in front; saves trying all forms on what is none.
_DATE_LIKE = re.compile(r"\d{1,2}[-/. ]|[A-Za-z]{3,9} \d")
_DAYS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d-%b-%Y",
         "%b %d, %Y", "%B %d, %Y", "%d %B %Y")  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
# The decimal sign and what groups thousands, the likeliest first.
_NUMBERS: tuple[tuple[str, str | None], ...] = (
    (".", None),
    (".", ","),
    (",", "."),
    (",", " "),
    (",", None),
    (".", " "),
)
_MOST_ODD = 3
# How many different cells show what a column is.
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """What the cells of a column may be read as: number, date and text, or some of them."""

    number: bool
    date: bool
    filled: bool


def values(cells: Iterable[str | None]) -> list[str]:
    """The cells that stand for a value of a row, without space around them."""
    return [cell.strip() for cell in cells if cell is not None and cell.strip() and not _is_empty(cell)]


def _is_empty(cell: str) -> bool:
    return is_marker(cell) or is_total(cell)


def kind_of_cells(cells: Iterable[str | None]) -> Kind:
    """What most of the cells can be."""
    known = list(dict.fromkeys(values(cells)))[:_LOOKED_AT]
    if not known:
        return Kind(True, True, False)
    numbers = sum(any(_is_number(cell, *form) for form in _NUMBERS) for cell in known)
    dates = sum(bool(_PLAIN_DATE.match(cell)) or bool(_forms([cell])) for cell in known)
    return Kind(numbers > 0.5 * len(known), dates > 0.5 * len(known), True)


def date_forms(cells: Iterable[str | None]) -> list[str]:
    """The forms that dates may be in, or none where they are read without being told. More than one: nobody knows."""
    known = values(cells)
    return [] if not known or any(_PLAIN_DATE.match(cell) for cell in known) else _forms(known)


def _forms(cells: Sequence[str]) -> list[str]:
    if not all(_DATE_LIKE.match(cell) for cell in cells):
        return []
    forms = [f"{day}{time}" for day in _DAYS for time in _TIMES]
    for cell in dict.fromkeys(cells):
        forms = [form for form in forms if _fits(cell, form)]
        if not forms:
            break
    return forms


def _fits(cell: str, form: str) -> bool:
    try:
        return dt.datetime.strptime(cell, form).year > 1000 or "%y" in form
    except ValueError:
        return False


def number_form(columns: Iterable[Sequence[str | None]]) -> tuple[str, str | None, bool]:
    """The decimal sign and the thousands separator of columns of numbers, and whether others could be meant."""
    cells = [cell for column in columns for cell in values(column) if any(_is_number(cell, *form) for form in _NUMBERS)]
    fitting = [form for form in _NUMBERS if all(_is_number(cell, *form) for cell in cells)]
    if not fitting:
        return ".", None, True
    read = {tuple(_value(cell, *form) for cell in cells) for form in fitting}
    decimal, thousands = fitting[0]
    used = thousands if any(thousands in cell for cell in cells if thousands is not None) else None
    return decimal, used, len(read) > 1


def _is_number(cell: str, decimal: str, thousands: str | None) -> bool:
    digits = r"\d+" if thousands is None else rf"(?:\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+|\d+)"
    return (
        re.fullmatch(rf"[-+]?(?:{digits}(?:{re.escape(decimal)}\d*)?|{re.escape(decimal)}\d+)(?:[eE][-+]?\d+)?", cell)
        is not None
    )


def _value(cell: str, decimal: str, thousands: str | None) -> float:
    return float((cell if thousands is None else cell.replace(thousands, "")).replace(decimal, "."))


def markers(columns: Iterable[Sequence[str | None]]) -> list[str]:
    """Cells of columns of numbers and dates that stand for no value, the most frequent first; of totals too."""
    counts: dict[str, int] = {}
    for column in columns:
        for cell in column:
            if cell is not None and _is_empty(cell):
                counts[cell.strip()] = counts.get(cell.strip(), 0) + 1
    return sorted(counts, key=lambda cell: (-counts[cell], cell))


def odd_numbers(cells: Sequence[str | None], decimal: str, thousands: str | None) -> list[str]:
    """Some cells of a column of numbers that are neither numbers nor known to stand for no value."""
    return list(dict.fromkeys(cell for cell in values(cells) if not _is_number(cell, decimal, thousands)))[:_MOST_ODD]
