"""One column of a source: its cells read as the declared type, and what may be wrong with them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .dates import read_date
from .model import Column, Ruleset, Source

_TRUE = ["true", "1", "yes", "y", "t", "是"]
_FALSE = ["false", "0", "no", "n", "f", "否"]
_NAMES = {"number": "numbers", "integer": "whole numbers", "flag": "flags", "date": "dates", "datetime": "times",
          "text": "texts", "key": "names or ids"}  # fmt: skip
# Of a keyboard, a web page and a Chinese keyboard.
_SPACES = " \u00a0\u3000"
# What becomes of rows that break a constraint.
AFTER_VIOLATION = {
    "fail": "correct the rows, or declare `on_violation: drop` or `warn`",
    "drop": "these rows are left out",
    "warn": "these rows count all the same",
}
# Whole numbers up to here are exact in a double.
_EXACT = float(1 << 53)


@dataclass(frozen=True, slots=True)
class Violation:
    """A way in which rows can be wrong: `broken` is true for them, over a frame that holds the cells as `raw NAME`."""

    code: str
    column: str
    message: str
    broken: pl.Expr
    severity: str = "error"
    hint: str | None = None
    drops: bool = False


def misfit(column: Column, found: pl.DataType) -> str | None:
    """What a typed file or frame holds that can never be read as the column's type; None where it can."""
    is_date = found == pl.Date or isinstance(found, pl.Datetime)
    fits = found == pl.Null or _is_text(found)
    match column.type:
        case "number" | "integer" | "flag":
            fits = fits or found.is_numeric() or found == pl.Boolean
        case "date" | "datetime":
            fits = fits or is_date or found.is_integer()
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
    all_text: bool,
    late: pl.Series | None = None,
) -> tuple[pl.Expr, list[Violation]]:
    """The column as its type, and the check that no cell was lost on the way.

    Numbers become 64-bit floats, flags booleans, dates and datetimes their kind; what holds the entity whole numbers
    or text. In a file where `all_text` is all there is, as in CSV, a blank cell is a missing one, and space around a
    text is no part of it. `late` are dates in forms that the first rows do not show.
    """
    cell, found = pl.col(column.name), raw.collect_schema()[column.name]
    if _is_text(found):
        cell = cell.cast(pl.String)
    lost = ~_blank(pl.col(f"raw {column.name}"), found) & pl.col(typed).is_null()
    match column.type:
        case "key" if _is_whole(cell, found, raw):
            return cell.cast(pl.Int64), []
        case "text" | "key":
            text = _text(cell, found)
            if all_text:
                text = pl.when(text.str.strip_chars() != "").then(text.str.strip_chars(_SPACES))
            return text, []
        case "date" | "datetime":
            is_time = ruleset.period is not None and column.name == source.time
            expr, mixed = read_date(ruleset, column, is_time, found, raw, late)
            hint = "write dates as 2025-03-31 or 2025/3/31: with the year last, nobody knows the day from the month"
            checks = [Violation("RC504", column.name, "not a date", lost, hint=hint)]
            if mixed is not None:
                checks.append(Violation("RC504", column.name, "another time zone than the first row", mixed,
                                        hint="write all times of a column in one zone"))  # fmt: skip
            return expr, checks
        case "flag":
            hint = "write true or false, yes or no, 1 or 0"
            return _flag(cell, found), [Violation("RC503", column.name, "neither true nor false", lost, hint=hint)]
        case "integer":
            # a fraction in a column of whole numbers is a slip of the export, not to be rounded away
            number = _number(cell, found)
            expr = pl.when(~(number != number.floor())).then(number)
            if column.name in ruleset.entity:
                expr = expr.cast(pl.Int64, strict=False)
            hint = "write whole numbers such as 1234, or declare the column as `number`"
            return expr, [Violation("RC503", column.name, "not a whole number", lost, hint=hint)]
    hint = "write plain digits such as 1234.5, with no % and no separators, and leave a missing value empty"
    number = _number(cell, found)
    if found.is_numeric() and column.name not in ruleset.entity:
        return number, []
    if column.name in ruleset.entity:
        number = pl.when(number.is_finite()).then(number)
        if raw.select((number == number.floor()).all()).collect().item():
            number = number.cast(pl.Int64, strict=False)
    return number, [Violation("RC503", column.name, "not a number", lost, hint=hint)]


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


def _number(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    return (cell.str.strip_chars() if _is_text(found) else cell).cast(pl.Float64, strict=False)


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

    if column.required:
        check("empty", blank_cell(column, found, all_text))
    elif column.name in ruleset.entity or (ruleset.period is not None and column.name == source.time):
        checks.append(
            Violation("RC507", column.name, "empty", blank_cell(column, found, all_text), "warning",
                      "a row without it belongs to no card, and is left out", drops=True)
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
