"""Files of a source that are alike, or a frame: each declared column found, read as its type, and checked.

All checks are counted in one pass; rows are looked up only for what was found wrong.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import polars as pl

from ..files.csv_slips import short_rows
from ..files.mending import is_total, mend_dates, mend_numbers
from ..files.opened import FILE, SHOWN, files_called, listed
from ..language.model import Ruleset, Source
from ..problems import Problem
from .columns import Violation, blank_cell, misfit, read_column, violations
from .headers import Piece, absent, renamed


@dataclass(frozen=True, slots=True)
class Start:
    """The first row of a file, counted from 0 over all files of its source, and the number that a person sees there."""

    row: int
    name: str | None
    first: int
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """A piece that was read: its typed columns with `row` from 0, how many rows count, and how many there are.

    `zones` are those that the times of columns are in.
    """

    frame: pl.LazyFrame
    rows: int
    length: int
    starts: tuple[Start, ...]
    zones: Mapping[str, str] = field(default_factory=dict)


def place_of(starts: tuple[Start, ...], row: int, several: bool) -> str:
    """Where a person finds a row: `row 3`, or with several files `shops.csv row 3`, without folders where they are
    not needed."""
    start = starts[max(0, bisect_right(starts, row, key=lambda one: one.row) - 1)]
    number = f"row {row - start.row + start.first}"
    if start.name is None or not several:
        return number
    bare = [FilePath(one.name or "").name for one in starts]
    name = FilePath(start.name).name
    return f"{name if bare.count(name) == 1 else start.name} {number}"


def read_piece(ruleset: Ruleset, source: Source, piece: Piece) -> tuple[Rows | None, list[Problem]]:
    """The piece with its declared columns, after one pass that counts whatever is wrong in it."""
    piece = renamed(source, piece)
    schema = piece.opened.frame.collect_schema()
    problems = absent(source, piece, [name for name in schema if name != FILE])
    for column in source.columns:
        wrong = misfit(column, schema[column.name], piece.cells.dates) if column.name in schema else None
        if wrong:
            problems.append(Problem("RC503", f"{piece.called}: {wrong}", hint="change the column's type in the data"))
    if problems:
        return None, problems
    plan = _Plan(ruleset, source, piece)
    if plan.has_empty_rows or plan.late_dates:
        plan = _Plan(ruleset, source, piece, plan)
    return plan.table(), plan.problems()


class _Plan:
    """How a piece is read, and what one pass over it counted.

    In a file of text, rows without any cell are no rows. They are looked for only where a plan `before` met some, since
    that needs all columns of the file; and dates in forms that the first rows do not show only where it could not read
    them. Few files have either.
    """

    def __init__(self, ruleset: Ruleset, source: Source, piece: Piece, before: _Plan | None = None) -> None:
        self.piece, self.source = piece, source
        raw, all_text = piece.opened.frame, piece.cells.all_text
        schema = raw.collect_schema()
        written = [name for name in schema if name != FILE and name not in piece.writing.constants]
        self.checks: list[Violation] = []
        self.zones: dict[str, str] = {}
        columns: dict[str, pl.Expr] = {}
        late: Mapping[str, pl.Series] = before.late_dates if before else {}
        for place, column in enumerate(source.columns):
            name = f"c{place}"
            read = read_column(ruleset, source, column, name, raw, piece.cells, late.get(column.name))
            columns[name] = read.expr
            if read.zone is not None:
                self.zones[column.name] = read.zone
            self.checks += [*read.checks, *violations(ruleset, source, column, name, schema[column.name], all_text)]
        self.names = ["row", *columns]
        # the raw columns stay beside the typed ones for the checks; they are dropped unread when there are none
        typed = [expr.alias(name) for name, expr in columns.items()]
        self.frame = raw.select(pl.all().name.prefix("raw "), *typed).with_row_index("row").cast({"row": pl.Int64})
        if before and before.has_empty_rows:
            cells = [pl.col(f"raw {name}") for name in written]
            self.frame = self.frame.filter(~pl.all_horizontal(*[_empty(cell) for cell in cells]))
        # only files of text have rows that are empty, or end before the last column
        sparse = [column for column in source.columns if column.name in written] if all_text else []
        blanks = [blank_cell(column, schema[column.name]) for column in sparse] or [pl.lit(False)]
        places = {name: place for place, name in enumerate(schema, 1)}
        edge = max(sparse, key=lambda column: places[column.name]) if sparse else None
        self.edge = places[edge.name] if edge else 0
        empty = pl.all_horizontal(blanks)
        # a row that ends early lacks the file's last cell too
        last = written[-1:] if edge else []
        ends = (blank_cell(edge, schema[edge.name]) if edge else pl.lit(False)) & ~empty
        ends = ends & pl.all_horizontal(*[_empty(pl.col(f"raw {name}")) for name in last]) if last else ends
        self.named = [column for column in sparse if column.name in ruleset.entity]
        # without a time a row counts nowhere, whatever its name
        timed = [column for column in sparse if ruleset.period is not None and column.name == source.time]
        dated = ~pl.any_horizontal(empty, *[blank_cell(column, schema[column.name]) for column in timed])
        self.files = self._counted(
            pl.len().alias("rows"), pl.col("row").min().alias("from"), (pl.col("row").max() + 1).alias("length"),
            empty.sum().alias("empty"), ends.sum().alias("ends"),
            *[check.broken.sum().alias(f"x{n}") for n, check in enumerate(self.checks)],
            *[check.unless.sum().alias(f"u{n}") for n, check in enumerate(self.checks) if check.unless is not None],
            *[pl.col(f"raw {column.name}").filter(dated).drop_nulls().last().alias(f"t{n}")
              for n, column in enumerate(self.named)],
        )  # fmt: skip
        self.counts = {
            name: sum(file[name] or 0 for file in self.files) for name in self.files[0] if name[0] not in "ft"
        }
        # with empty rows left out nobody could tell where a file begins
        begins = {file.get("file"): file["from"] or 0 for file in self.files}
        self.begins: dict[str | None, int] = before.begins if before else begins
        self.length: int = before.length if before else max(file["length"] or 0 for file in self.files)
        for number, check in enumerate(self.checks):
            if check.unless is not None and self.counts[f"u{number}"]:
                self.counts[f"x{number}"] = 0
        self.late_dates: dict[str, pl.Series] = self._late_dates()

    def _counted(self, *counts: pl.Expr) -> list[dict[str, Any]]:
        """The counts of each file, in the order of the rows."""
        if FILE not in self.piece.opened.frame.collect_schema():
            return self.frame.select(*counts).collect().to_dicts()
        by_file = self.frame.group_by(pl.col(f"raw {FILE}").alias("file")).agg(*counts).sort("from").collect()
        return by_file.to_dicts() or self.frame.select(*counts).collect().to_dicts()

    @property
    def has_empty_rows(self) -> bool:
        return bool(self.counts["empty"])

    def _late_dates(self) -> dict[str, pl.Series]:
        """By column, what could not be read as a date."""
        return {
            check.column: self.frame.filter(check.broken).select(f"raw {check.column}").unique().collect().to_series()
            for number, check in enumerate(self.checks)
            if check.code == "RC504" and self.counts[f"x{number}"]
        }

    def starts(self) -> tuple[Start, ...]:
        """Where the rows of each file begin that has some."""
        opened = self.piece.opened
        if "file" not in self.files[0]:
            return (Start(0, next(iter(opened.names.values()), None), opened.first_row, self.counts["rows"]),)
        return tuple(
            Start(
                self.begins[file["file"]], opened.names.get(file["file"], file["file"]), opened.first_row, file["rows"]
            )
            for file in self.files
        )

    def table(self) -> Rows:
        kept = self.frame
        for number, check in enumerate(self.checks):
            if self.counts[f"x{number}"] and check.drops:
                kept = kept.filter(~check.broken.fill_null(False))
        return Rows(kept.select(self.names), self.counts["rows"], self.length, self.starts(), self.zones)

    def problems(self) -> list[Problem]:
        found = [self._report(check, number) for number, check in enumerate(self.checks) if self.counts[f"x{number}"]]
        uneven = [file for file in self.files if file["ends"]] if self.counts["ends"] else []
        short = short_rows(self.piece.opened, [file.get("file") for file in uneven], self.edge) if uneven else None
        return [*found, *([short] if short else []), *self._totals()]

    def _report(self, check: Violation, number: int) -> Problem:
        """The problem with how many rows there are and the first of them, as a person finds them in the file."""
        count, starts = self.counts[f"x{number}"], self.starts()
        cell = pl.col(f"raw {check.column}").cast(pl.String).alias("cell")
        broken = self.frame.filter(check.broken.fill_null(False)).select("row", cell)
        rows = broken.head(SHOWN).collect()
        names = [
            start.name for start, file in zip(starts, self.files, strict=True) if file[f"x{number}"] and start.name
        ]
        several = len(names) > 1
        places = [f"{place_of(starts, row, several)}{_quoted(cell)}" for row, cell in rows.iter_rows()]
        plural = "row" if count == 1 else "rows"
        severity, hint, every = check.severity, self._mended(check, broken) or check.hint, ""
        if check.code == "RC507" and count == self.counts["rows"] and self.piece.cells.all_text:
            severity, hint, every = "error", "no row is left: is this the column that is meant?", "all "
        where = f"{files_called(names) if names else self.piece.called}: column `{check.column}`"
        return Problem(check.code, f"{where}: {check.message} in {every}{count:,} {plural}: {listed(places, count)}",
                       severity=severity, hint=hint)  # fmt: skip

    def _mended(self, check: Violation, broken: pl.LazyFrame) -> str | None:
        mend = {"RC503": mend_numbers, "RC504": mend_dates}.get(check.code)
        if mend is None or not check.message.startswith("not a"):
            return None
        cells = broken.select("cell").drop_nulls().unique(maintain_order=True).head(200).collect()["cell"]
        return mend(cells.to_list())

    def _totals(self) -> list[Problem]:
        """Files whose last row names a total where others name an entity."""
        found = []
        for number, column in enumerate(self.named):
            ends = [(file, start) for file, start in zip(self.files, self.starts(), strict=True)
                    if isinstance(file[f"t{number}"], str) and is_total(file[f"t{number}"])]  # fmt: skip
            if ends:
                names = [start.name or self.piece.called for _, start in ends]
                total = ends[0][0][f"t{number}"].strip()
                # a missing name would break the constraint in place of being left out
                left_out = "" if column.required else f', or write `missing: ["{total}"]` in a dataset to leave it out'
                found.append(Problem("RC507", f"{files_called(names)}: the last row of `{column.name}` is "
                                     f"{ends[0][0][f't{number}']!r}, and counts as one more", severity="warning",
                                     hint=f"take the line of totals out of the file{left_out}"))  # fmt: skip
        return found


def _empty(cell: pl.Expr) -> pl.Expr:
    return cell.is_null() | (cell.str.strip_chars() == "")


def _quoted(cell: str | None) -> str:
    if cell is None or not cell.strip():
        return ""
    return f" ({cell if len(cell) <= 40 else cell[:37] + '...'!r})"
