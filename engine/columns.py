"""One column of a source: its cells read as the declared type, and what may be wrong with them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from . import calendars
from .model import Column, Ruleset, Source

_TRUE = ["true", "1", "yes", "y", "t", "是"]
_FALSE = ["false", "0", "no", "n", "f", "否"]
# Forms in which the year comes first; where it does not, day and month cannot be told apart.
_DATES = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日",
    "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y/%m/%d %H:%M:%S%.f", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Violation:
    """A way in which rows can be wrong: `broken` is true for them, `shows` the column whose value is quoted."""

    code: str
    column: str
    message: str
    broken: pl.Expr
    shows: str
    severity: str = "error"
    hint: str | None = None
    drops: bool = False


def read_column(
    ruleset: Ruleset, column: Column, typed: str, found: pl.DataType, raw: pl.LazyFrame, all_text: bool
) -> tuple[pl.Expr, list[Violation]]:
    """The column as its type, and the check that no cell was lost on the way.

    Numbers become 64-bit floats, flags booleans, dates and datetimes their kind, keys whole numbers or text.
    The check is over a frame that holds the cells as `raw NAME` and the result as `typed`. In a file where
    `all_text` is all there is, as in CSV, a blank cell is a missing one.
    """
    cell = pl.col(column.name)
    match column.type:
        case "key" if found.is_integer():
            return cell.cast(pl.Int64), []
        case "text" | "key":
            text = cell.cast(pl.String)
            return (pl.when(text.str.strip_chars() != "").then(text) if all_text else text), []
        case "date" | "datetime":
            expr, code, message = _date(ruleset, column, found, raw), "RC504", "not a date"
            hint = "write dates as 2025-03-31 or 2025/3/31"
        case "flag":
            expr, code, message = _flag(cell, found), "RC503", "neither true nor false"
            hint = "write true or false"
        case "integer":
            # a fraction in a column of whole numbers is a slip of the export, not to be rounded away
            number = _number(cell, found)
            expr = pl.when(~(number != number.floor())).then(number)
            code, message, hint = "RC503", "not a whole number", "write whole numbers, or declare the column as `number`"
        case _:
            expr, code, message = _number(cell, found), "RC503", "not a number"
            hint = "write plain digits such as 1234.5, and leave a missing value empty"
    if found.is_numeric() and column.type == "number" or found.is_temporal():
        return expr, []
    lost = ~_blank(pl.col(f"raw {column.name}"), found) & pl.col(typed).is_null()
    return expr, [Violation(code, column.name, message, lost, f"raw {column.name}", hint=hint)]


def _blank(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    return cell.is_null() | (cell.str.strip_chars() == "") if found == pl.String else cell.is_null()


def _number(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    return (cell.str.strip_chars() if found == pl.String else cell).cast(pl.Float64, strict=False)


def _flag(cell: pl.Expr, found: pl.DataType) -> pl.Expr:
    if found == pl.Boolean:
        return cell
    text = cell.cast(pl.String).str.strip_chars().str.to_lowercase().str.replace(r"\.0$", "")
    return pl.when(text.is_in(_TRUE)).then(True).when(text.is_in(_FALSE)).then(False)


def _date(ruleset: Ruleset, column: Column, found: pl.DataType, raw: pl.LazyFrame) -> pl.Expr:
    cell = pl.col(column.name)
    target = pl.Date if column.type == "date" else pl.Datetime("us")
    if isinstance(found, pl.Datetime):
        # the wall clock of the zone that the data is written in
        return cell.dt.replace_time_zone(None).cast(target)
    if found == pl.Date:
        return cell.cast(target)
    text = cell.cast(pl.String).str.strip_chars()
    samples = raw.select(text.alias("text")).drop_nulls().head(1_000).unique().collect()
    seen = [form for form in _DATES if samples.select(_parsed(pl.col("text"), form).is_not_null().any()).item()]
    if ruleset.period is not None and any(_label_day(ruleset, sample) for sample in samples["text"].to_list()[:5]):
        # a table of totals often has its periods written as such: 2025-03, 2025-Q1, 2025-W10
        texts = raw.select(text.alias("text")).drop_nulls().unique().collect()["text"].to_list()
        days = {written: day for written in texts if (day := _label_day(ruleset, written)) is not None}
        return text.replace_strict(days, default=None, return_dtype=pl.Date).cast(target)
    # forms that the first rows do not show are tried too, but only where those fail
    forms = [*seen, *(form for form in _DATES if form not in seen)] if len(seen) != 1 else seen
    return pl.coalesce([_parsed(text, form) for form in forms]).cast(target)


def _label_day(ruleset: Ruleset, text: str) -> dt.date | None:
    assert ruleset.period is not None
    if ruleset.period.grain == "day":
        return None
    number = calendars.parse_label(ruleset.period, text)
    return None if number is None else calendars.first_day(ruleset.period, number)


def _parsed(text: pl.Expr, format: str) -> pl.Expr:
    return text.str.to_datetime(format, strict=False, time_unit="us")


def violations(ruleset: Ruleset, source: Source, column: Column, typed: str) -> list[Violation]:
    """The checks of a column's declared constraints, and that a key is there."""
    cell = pl.col(typed)
    found: list[Violation] = []
    severity = "error" if source.on_violation == "fail" else "warning"
    drops = source.on_violation == "drop"

    def check(message: str, broken: pl.Expr, hint: str | None = None) -> None:
        found.append(Violation("RC506", column.name, message, broken, typed, severity, hint, drops))

    is_key = column.name in ruleset.entity or (ruleset.period is not None and column.name == source.time)
    if is_key:
        found.append(
            Violation("RC507", column.name, "empty, so that the row belongs to no card,", cell.is_null(), typed,
                      "warning", "these rows are left out")
        )  # fmt: skip
    elif column.required:
        check("empty", cell.is_null())
    if column.min is not None:
        check(f"below {column.min:g}", cell < column.min)
    if column.max is not None:
        check(f"above {column.max:g}", cell > column.max)
    if column.one_of:
        allowed = list(column.one_of)
        check(f"none of {', '.join(map(str, allowed))}", ~cell.is_in(allowed))
    if column.matches is not None:
        check(f"not of the form {column.matches}", ~cell.str.contains(f"^(?:{column.matches})$"))
    return found
