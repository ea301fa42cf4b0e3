"""One column of a source: its cells read as the declared type, and what may be wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from ..files.opened import Cells
from ..language.model import Column, Ruleset, Source
from .dates import SECONDS, read_date
from .numbers import plain_number, read_number

_TRUE = ["true", "1", "yes", "y", "t", "是"]
_FALSE = ["false", "0", "no", "n", "f", "否"]
_NAMES = {"number": "numbers", "integer": "whole numbers", "flag": "flags", "date": "dates", "datetime": "times",
          "text": "texts", "key": "names or ids"}  # fmt: skip
# Of a keyboard, a web page and a Chinese keyboard.
_SPACES = " \u00a0\u3000"
# Whole numbers of these types are exact as floats.
_SMALL = (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32)
# What becomes of rows that break a constraint.
AFTER_VIOLATION = {
    "fail": "correct the rows, or declare `on_violation: drop` or `warn`",
    "drop": "these rows are left out",
    "warn": "these rows count all the same",
}
# Whole numbers up to here are exact in a double.
_EXACT = float(1 << 53)
# What a spreadsheet shows where it found no value, and a formula that was never computed.
_BROKEN = r"^(#(N/A|DIV/0!|REF!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA).*|=.*)$"
# How a spreadsheet shows a number of many digits.
_ROUNDED = r"^\s*\d(\.\d+)?E\+\d\d\s*$"


@dataclass(frozen=True, slots=True)
class Violation:
    """A way in which rows can be wrong: `broken` is true for them, over a frame that holds the cells as `raw NAME`.

    It is none if `unless` is true for any row.
    """

    code: str
    column: str
    message: str
    broken: pl.Expr
    severity: str = "error"
    hint: str | None = None
    drops: bool = False
    unless: pl.Expr | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A column as its type, the checks that no cell was lost on the way, and the zone that its times are in."""

    expr: pl.Expr
    checks: list[Violation] = field(default_factory=list)
    zone: str | None = None


def misfit(column: Column, found: pl.DataType, dates: str | None = None) -> str | None:
    """What a typed file or frame holds that can never be read as the column's type; None where it can."""
    is_date = found == pl.Date or isinstance(found, pl.Datetime)
    fits = found == pl.Null or _is_text(found)
    match column.type:
        case "number" | "integer" | "flag":
            fits = fits or found.is_numeric() or found == pl.Boolean
        case "date" | "datetime":
            fits = fits or is_date or found.is_integer() or (found.is_float() and dates == SECONDS)
        case _:
            fits = fits or is_date or found.is_numeric() or found == pl.Boolean
    if fits:
        return None
    kind = str(found.base_type()).lower()
    holds = "dates" if is_date else f"values of the type {kind}"
    return f"column `{column.name}` holds {holds}, not {_NAMES[column.type]}"


def read_column(
    ruleset: Ruleset,
    source: Source,
    column: Column,
    typed: str,
    raw: pl.LazyFrame,
    cells: Cells,
    late: pl.Series | None = None,
) -> Read:
    """The column as its type, which is to be the column `typed`.

    Numbers become 64-bit floats, flags booleans, dates and datetimes their kind; what holds the entity whole numbers
    or text. In a file where all is text, as in CSV, a blank cell is a missing one, and space around a text is no part
    of it. `late` are dates in forms that the first rows do not show.
    """
    cell, found = pl.col(column.name), raw.collect_schema()[column.name]
    if _is_text(found):
        cell = cell.cast(pl.String)
    name, lost = column.name, ~_blank(pl.col(f"raw {column.name}"), found) & pl.col(typed).is_null()
    match column.type:
        case "key" if _is_whole(cell, found, raw):
            return Read(cell.cast(pl.Int64))
        case "text" | "key":
            text = _text(cell, found)
            if cells.all_text:
                text = pl.when(text.str.strip_chars() != "").then(text.str.strip_chars(_SPACES))
            return Read(text, _spoilt(name, raw, cells, name in ruleset.entity or column.type == "key"))
        case "date" | "datetime":
            is_time = ruleset.period is not None and name == source.time
            dates = read_date(ruleset, column, is_time, found, raw, late, cells)
            hint = "write dates as 2025-03-31 or 2025/3/31: with the year last, nobody knows the day from the month"
            checks = [Violation("RC504", name, "not a date", lost, hint=hint)]
            if dates.mixed is not None:
                other = "no time zone, unlike others" if cells.time_zone else "another time zone than the first row"
                hint = "write all times of a column in one zone"
                if not cells.time_zone:
                    hint += ", or name in a dataset the one to bring them to: `time_zone: Asia/Shanghai`"
                checks.append(Violation("RC504", name, other, dates.mixed, hint=hint))
            return Read(dates.expr, checks, dates.zone)
        case "flag":
            hint = "write true or false, yes or no, 1 or 0"
            return Read(_flag(cell, found), [Violation("RC503", name, "neither true nor false", lost, hint=hint)])
    number, kind = _number(cell, found, cells), "number"
    hint = "write plain digits such as 1234.5, with no % and no separators, and leave a missing value empty"
    if column.type == "integer":
        # a fraction in a column of whole numbers is a slip of the export, not to be rounded away
        whole = number.is_finite() & (number == number.floor())
        number, kind = number if found.is_integer() else pl.when(whole).then(number), "whole number"
        hint = "write whole numbers such as 1234, or declare the column as `number`"
    elif found.is_numeric() and name not in ruleset.entity:
        return Read(number)
    checks = [Violation("RC503", name, f"not a {kind}", lost, hint=hint)]
    if column.type == "integer" and name not in ruleset.entity and found not in _SMALL:
        vague = pl.col(typed).is_finite() & (pl.col(typed).abs() >= _EXACT)
        checks.append(Violation("RC503", name, "too large to be told apart", vague,
                                hint="what names something is better declared as `text`"))  # fmt: skip
    if name in ruleset.entity:
        number = pl.when(number.is_finite()).then(number)
        if column.type == "integer" or raw.select((number == number.floor()).all()).collect().item():
            number = _exact(cell, found, cells, number)
    elif _is_text(found):
        checks += _doubts(name, typed, cells)
    return Read(number, checks)


def _exact(cell: pl.Expr, found: pl.DataType, cells: Cells, number: pl.Expr) -> pl.Expr:
    """Whole numbers that name something, with all the digits that 64 bits hold."""
    whole = plain_number(cell.str.strip_chars(), cells) if _is_text(found) else cell
    if found.is_float():
        return number.cast(pl.Int64, strict=False)
    exact = whole.cast(pl.Int64, strict=False)
    # beyond, a float has lost the last digits, and two names would become one
    return pl.coalesce(exact, pl.when(number.abs() <= _EXACT).then(number).cast(pl.Int64, strict=False))


def _spoilt(name: str, raw: pl.LazyFrame, cells: Cells, names: bool) -> list[Violation]:
    """Texts that a spreadsheet has made of something else; whether ids are rounded is told by the first rows."""
    text, checks = pl.col(f"raw {name}"), []
    if cells.spreadsheet:
        checks.append(Violation("RC503", name, "no text, but an error or a formula", text.str.contains(_BROKEN),
                                hint="mend the formulas, compute them and save the workbook"))  # fmt: skip
    if cells.all_text and raw.head(1_000).select(pl.col(name).str.contains(_ROUNDED).any()).collect().item():
        checks.append(Violation("RC503", name, "an id that a spreadsheet has rounded", text.str.contains(_ROUNDED),
                                "error" if names else "warning", "export it anew, and not from Excel"))  # fmt: skip
    return checks


def _doubts(name: str, typed: str, cells: Cells) -> list[Violation]:
    """That digits make a number which no float holds; and, where all numbers with a point are like 1.234, that it may
    be a thousand and more."""
    text = pl.col(f"raw {name}").cast(pl.String)
    word = pl.any_horizontal(*[text.str.ends_with(letter) for letter in "fFyY"])
    endless = Violation("RC508", name, "too large for a number", pl.col(typed).is_infinite() & ~word, "warning",
                        "it counts as no value: look for a slip in the export")  # fmt: skip
    if not cells.points_may_group:
        return [endless]
    groups = text.str.strip_chars().str.contains(r"^[+-]?[1-9]\d{0,2}\.\d{3}$")
    fraction = Violation("RC503", name, "a point before three digits, read as that of a fraction", groups, "warning",
                         'if these are thousands, say so in a dataset: `thousands: "."`; if not, `decimal: "."`',
                         unless=text.str.contains(".", literal=True) & ~groups)  # fmt: skip
    return [endless, fraction]


def blank_cell(column: Column, found: pl.DataType, all_text: bool = True) -> pl.Expr:
    """Whether a cell of the frame holds nothing; NaN is nothing that could name an entity.

    Only in a file where `all_text` is all there is may a cell of spaces stand for nothing.
    """
    cell = pl.col(f"raw {column.name}")
    if not all_text and _is_text(found):
        return cell.is_null() | (cell.cast(pl.String) == "")
    nameless = cell.is_nan() if found.is_float() and column.type in ("key", "text") else pl.lit(False)
    return _blank(cell, found) | nameless


def _plain(value: float | str | bool) -> str:
    """A number as a person writes it: 1000000, and not 1e+06."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _allowed(column: Column) -> pl.Series:
    """What `one_of` lists, as values of the column's type."""
    match column.type:
        case "number" | "integer":
            return pl.Series([float(value) for value in column.one_of], dtype=pl.Float64)
        case "flag":
            return pl.Series(list(column.one_of), dtype=pl.Boolean)
        case "date":
            return pl.Series(list(map(str, column.one_of))).str.to_date(strict=False)
        case "datetime":
            return pl.Series(list(map(str, column.one_of))).str.to_datetime(time_unit="us", strict=False)
    return pl.Series(list(map(str, column.one_of)))


def _is_text(found: pl.DataType) -> bool:
    return found == pl.String or isinstance(found, pl.Categorical | pl.Enum)


def _blank(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    return cell.is_null() | (cell.cast(pl.String).str.strip_chars() == "") if _is_text(found) else cell.is_null()


def _number(cell: pl.Expr, found: pl.DataType, cells: Cells) -> pl.Expr:
    return read_number(cell, cells) if _is_text(found) else cell.cast(pl.Float64, strict=False)


def _flag(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    if found == pl.Boolean:
        return cell
    text = _text(cell, found).str.strip_chars().str.to_lowercase()
    return pl.when(text.is_in(_TRUE)).then(True).when(text.is_in(_FALSE)).then(False)


def _text(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    """A number that is whole is written without a fraction: pandas makes 7 into 7.0 where another cell is missing."""
    if not found.is_float():
        return cell.cast(pl.String)
    whole = (cell == cell.floor()) & (cell.abs() <= _EXACT)
    text = pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
    return pl.when(~cell.is_nan()).then(text)


def _is_whole(cell: pl.Expr, found: pl.DataType, raw: pl.LazyFrame) -> bool:
    """Whether ids are whole numbers that 64 bits hold."""
    if found in (pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32):
        return True
    if not (found.is_integer() or found.is_float()):
        return False
    if found.is_float():
        fits = cell.is_nan() | ((cell == cell.floor()) & (cell.abs() <= _EXACT))
    else:
        fits = cell <= (1 << 63) - 1
    return bool(raw.select((cell.is_null() | fits).all()).collect().item())


def violations(
    ruleset: Ruleset, source: Source, column: Column, typed: str, found: pl.DataType, all_text: bool
) -> list[Violation]:
    """The checks of a column's declared constraints, and that a row has its entity and time."""
    cell = pl.col(typed)
    checks: list[Violation] = []
    severity = "error" if source.on_violation == "fail" else "warning"
    hint = AFTER_VIOLATION[source.on_violation]

    def check(message: str, broken: pl.Expr) -> None:
        checks.append(Violation("RC506", column.name, message, broken, severity, hint, source.on_violation == "drop"))

    places = source.id not in ruleset.looked_up_only and (
        column.name in ruleset.entity or (ruleset.period is not None and column.name == source.time)
    )
    # a row without entity or time cannot count, whatever is declared
    if column.required and not (places and source.on_violation == "warn"):
        check("empty", blank_cell(column, found, all_text))
    elif places:
        # another source may still look such a row up
        drops = not any(lookup.source == source.id for one in ruleset.sources.values() for lookup in one.lookups)
        checks.append(
            Violation("RC507", column.name, "empty", blank_cell(column, found, all_text), "warning",
                      "a row without it belongs to no card, and is left out", drops=drops)
        )  # fmt: skip
    if column.min is not None:
        check(f"below {_plain(column.min)}", cell < column.min)
    if column.max is not None:
        check(f"above {_plain(column.max)}", cell > column.max)
    if column.one_of:
        named = ", ".join(map(_plain, column.one_of))
        compared = cell.cast(pl.Float64) if column.type in ("number", "integer") else cell
        check(f"none of {named}", ~compared.is_in(_allowed(column).implode()))
    if column.matches is not None:
        check(f"not of the form {column.matches}", ~cell.str.contains(f"^(?:{column.matches})$"))
    return checks
