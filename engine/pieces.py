"""One file or frame of a source: each declared column found, read as its type, and checked.

All checks are counted in one pass; rows are looked up only for what was found wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from .columns import Violation, blank_cell, misfit, read_column, violations
from .files import SHOWN, Opened, listed, short_rows
from .model import Ruleset, Source
from .problems import Problem
from .suggest import nearest


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a source, or a frame."""

    name: str | None
    opened: Opened

    @property
    def called(self) -> str:
        return self.name or "the data"


@dataclass(frozen=True, slots=True)
class Rows:
    """A piece that was read: its typed columns with `row` from 0, how many rows count, and how many there are."""

    frame: pl.LazyFrame
    rows: int
    length: int


def read_piece(ruleset: Ruleset, source: Source, piece: Piece) -> tuple[Rows | None, list[Problem]]:
    """The piece with its declared columns, after one pass that counts whatever is wrong in it."""
    schema = piece.opened.frame.collect_schema()
    problems = _absent(source, piece, list(schema))
    for column in source.columns:
        wrong = misfit(column, schema[column.name]) if column.name in schema else None
        if wrong:
            problems.append(Problem("RC503", f"{piece.called}: {wrong}", hint="change the column's type in the data"))
    if problems:
        return None, problems
    plan = _Plan(ruleset, source, piece)
    late = plan.late_dates()
    if plan.has_empty_rows or late:
        plan = _Plan(ruleset, source, piece, plan.has_empty_rows, late)
    return plan.table(), plan.problems()


class _Plan:
    """How a piece is read, and what one pass over it counted.

    In a file of text, rows without any cell are no rows. They are looked for only where `has_empty_rows`, since that
    needs all columns of the file; and dates in forms that the first rows do not show only where there are some
    (`late`, by column). Few files have either.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        source: Source,
        piece: Piece,
        has_empty_rows: bool = False,
        late: Mapping[str, pl.Series] | None = None,
    ) -> None:
        self.piece = piece
        raw, all_text = piece.opened.frame, piece.opened.all_text
        schema = raw.collect_schema()
        self.checks: list[Violation] = []
        columns: dict[str, pl.Expr] = {}
        for place, column in enumerate(source.columns):
            name = f"c{place}"
            columns[name], found = read_column(
                ruleset, source, column, name, raw, all_text, (late or {}).get(column.name)
            )
            self.checks += [*found, *violations(ruleset, source, column, name, schema[column.name], all_text)]
        self.names = ["row", *columns]
        # the raw columns stay beside the typed ones for the checks; they are dropped unread when there are none
        typed = [expr.alias(name) for name, expr in columns.items()]
        self.frame = raw.select(pl.all().name.prefix("raw "), *typed).with_row_index("row").cast({"row": pl.Int64})
        if has_empty_rows:
            cells = [pl.col(f"raw {name}") for name in schema]
            self.frame = self.frame.filter(~pl.all_horizontal(*[_empty(cell) for cell in cells]))
        # only files of text have rows that are empty, or end before the last column
        sparse = source.columns if all_text else ()
        blanks = [blank_cell(column, schema[column.name]) for column in sparse] or [pl.lit(False)]
        places = {name: place for place, name in enumerate(schema, 1)}
        edge = max(sparse, key=lambda column: places[column.name]) if sparse else None
        self.edge = places[edge.name] if edge else 0
        empty = pl.all_horizontal(blanks)
        ends = (blank_cell(edge, schema[edge.name]) if edge else pl.lit(False)) & ~empty
        self.counts = self.frame.select(
            pl.len().alias("rows"), (pl.col("row").max() + 1).fill_null(0).alias("length"),
            empty.sum().alias("empty"), ends.sum().alias("ends"),
            *[check.broken.sum().alias(f"x{n}") for n, check in enumerate(self.checks)],
        ).collect().row(0, named=True)  # fmt: skip

    @property
    def has_empty_rows(self) -> bool:
        return bool(self.counts["empty"])

    def late_dates(self) -> dict[str, pl.Series]:
        """By column, what could not be read as a date."""
        return {
            check.column: self.frame.filter(check.broken).select(f"raw {check.column}").unique().collect().to_series()
            for number, check in enumerate(self.checks)
            if check.code == "RC504" and self.counts[f"x{number}"]
        }

    def table(self) -> Rows:
        kept = self.frame
        for number, check in enumerate(self.checks):
            if self.counts[f"x{number}"] and check.drops:
                kept = kept.filter(~check.broken.fill_null(False))
        return Rows(kept.select(self.names), self.counts["rows"], self.counts["length"])

    def problems(self) -> list[Problem]:
        found = [
            self._report(check, self.counts[f"x{number}"])
            for number, check in enumerate(self.checks)
            if self.counts[f"x{number}"]
        ]
        short = short_rows(self.piece.called, self.piece.opened, self.edge) if self.counts["ends"] else None
        return [*found, short] if short else found

    def _report(self, check: Violation, count: int) -> Problem:
        """The problem with how many rows there are and the first of them, as a person finds them in the file."""
        cell = pl.col(f"raw {check.column}").cast(pl.String).alias("cell")
        rows = self.frame.filter(check.broken.fill_null(False)).select("row", cell).head(SHOWN).collect()
        first = self.piece.opened.first_row
        places = [f"row {row + first}{_quoted(cell)}" for row, cell in rows.iter_rows()]
        plural = "row" if count == 1 else "rows"
        where = f"{self.piece.called}: column `{check.column}`"
        return Problem(check.code, f"{where}: {check.message} in {count:,} {plural}: {listed(places, count)}",
                       severity=check.severity, hint=check.hint)  # fmt: skip


def _empty(cell: pl.Expr) -> pl.Expr:
    return cell.is_null() | (cell.str.strip_chars() == "")


def _quoted(cell: str | None) -> str:
    if cell is None or not cell.strip():
        return ""
    return f" ({cell if len(cell) <= 40 else cell[:37] + '...'!r})"


def _absent(source: Source, piece: Piece, present: list[str]) -> list[Problem]:
    """Declared columns that are not there, or stand twice so that nobody knows which is meant."""
    names = [column.name for column in source.columns]
    missing = [name for name in names if name not in present]
    there = f"columns there: {', '.join(present[:12])}{', …' if len(present) > 12 else ''}"
    if len(missing) == len(names) > 1 and not any(nearest(name, present) for name in names):
        return [Problem("RC502", f"{piece.called} has none of the columns {', '.join(names)}", hint=there)]
    problems = []
    for name in missing:
        guess = nearest(name, present)
        problems.append(Problem("RC502", f"{piece.called} has no column `{name}`",
                                hint=f"did you mean `{guess}`?" if guess else there))  # fmt: skip
    for name in names:
        if name in piece.opened.twice:
            problems.append(Problem("RC502", f"{piece.called} has the column `{name}` more than once",
                                    hint="keep one of them, or rename the others"))  # fmt: skip
    return problems
