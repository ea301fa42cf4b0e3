"""Files and frames to typed tables: each declared column found, read as its type, and checked.

All checks of a file are counted in one pass; rows are looked up only for what was found wrong.
"""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, TypeAlias

import narwhals as nw
import polars as pl

from .columns import Violation, read_column, violations
from .files import open_file
from .model import Column, Ruleset, Source
from .problems import Problem
from .sources import declared_sources
from .suggest import nearest

# One source's data: a frame of any library that Narwhals reads, or the files that hold it.
Data: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source with the columns `c0`, `c1`, … as declared, `row`, and what it was read from."""

    source: Source
    frame: pl.LazyFrame
    files: tuple[dict[str, Any], ...]


@dataclass
class _Piece:
    """One file of a source, or a frame. `first_row` is what a person calls its first row, `all_text` is CSV."""

    name: str | None
    raw: pl.LazyFrame
    first_row: int
    all_text: bool
    problems: list[Problem] = field(default_factory=list)


def load_data(
    ruleset: Ruleset, data: Mapping[str, Data], allow_empty: bool = False
) -> tuple[dict[str, Loaded], list[Problem]]:
    """Every source of the ruleset out of `data`, and what is wrong with it; warnings do not stop a run.

    With `allow_empty`, as in cases, a source may have no rows.
    """
    sources = declared_sources(ruleset)
    problems: list[Problem] = []
    loaded: dict[str, Loaded] = {}
    for name in data:
        if name not in sources:
            guess = nearest(name, sources)
            problems.append(Problem("RC510", f"the ruleset has no source `{name}`",
                                    hint=f"did you mean `{guess}`?" if guess else f"sources: {', '.join(sources)}"))
    for id, source in sources.items():
        if id not in data:
            problems.append(Problem("RC510", f"there is no data for the source `{id}`",
                                    hint="--data FILE" if len(sources) == 1 else f"--data {id}=FILE"))
            continue
        found, wrong = _load(ruleset, source, data[id], allow_empty)
        problems += wrong
        if found is not None:
            loaded[id] = found
    return loaded, problems


def _load(ruleset: Ruleset, source: Source, data: Data, allow_empty: bool) -> tuple[Loaded | None, list[Problem]]:
    pieces, problems = _pieces(data)
    frames: list[pl.LazyFrame] = []
    files: list[dict[str, Any]] = []
    rows = 0
    for piece in pieces:
        frame, count = _typed(ruleset, source, piece)
        problems += piece.problems
        if frame is not None:
            frames.append(frame)
            files.append({"name": source.id, "path": piece.name, "rows": count})
            rows += count
    if frames and rows == 0 and not allow_empty and not any(problem.severity == "error" for problem in problems):
        where = pieces[0].name or f"the data of `{source.id}`"
        problems.append(Problem("RC501", f"{where} has no rows", hint="export it again, with its rows"))
    if not frames or any(problem.severity == "error" for problem in problems):
        return None, problems
    frame = pl.concat(frames, how="vertical_relaxed") if len(frames) > 1 else frames[0]
    return Loaded(source, frame.with_row_index("row"), tuple(files)), problems


def _pieces(data: Data) -> tuple[list[_Piece], list[Problem]]:
    if isinstance(data, str | FilePath) or (isinstance(data, Sequence) and not hasattr(data, "columns")):
        pieces, problems = [], []
        for given in [data] if isinstance(data, str | FilePath) else data:
            for path in _expanded(str(given)):
                opened = open_file(path)
                if isinstance(opened, Problem):
                    problems.append(opened)
                else:
                    pieces.append(_Piece(path, opened.frame, opened.first_row, opened.all_text))
        return pieces, problems
    try:
        frame = nw.from_native(data).lazy().collect(backend="polars").to_native()
    except TypeError:
        kind = type(data).__name__
        return [], [Problem("RC500", f"data of the type {kind} cannot be read",
                            hint="give a path, or a Polars, pandas or Arrow frame")]  # fmt: skip
    return [_Piece(None, frame.lazy(), 1, False)], []


def _expanded(path: str) -> list[str]:
    """Files of a pattern in the order of their names; a plain path is itself."""
    if FilePath(path).exists() or not glob.has_magic(path):
        return [path]
    return sorted(glob.glob(path, recursive=True)) or [path]  # noqa: PTH207 - the pattern may be absolute


def _typed(ruleset: Ruleset, source: Source, piece: _Piece) -> tuple[pl.LazyFrame | None, int]:
    """The piece with its declared columns, after one pass that counts whatever is wrong in it."""
    schema = piece.raw.collect_schema()
    columns: dict[str, pl.Expr] = {}
    checks: list[Violation] = []
    for place, column in enumerate(source.columns):
        if column.name not in schema:
            piece.problems.append(_absent(source, column, piece, list(schema)))
            continue
        expr, found = read_column(ruleset, column, f"c{place}", schema[column.name], piece.raw, piece.all_text)
        columns[f"c{place}"] = expr
        checks += found
        checks += violations(ruleset, source, column, f"c{place}")
    if piece.problems:
        return None, 0
    # the raw columns stay beside the typed ones for the checks; they are dropped unread when there are none
    frame = piece.raw.select(pl.all().name.prefix("raw "), *[expr.alias(name) for name, expr in columns.items()])
    counted = frame.select(pl.len().alias("rows"), *[check.broken.sum().alias(f"x{n}") for n, check in enumerate(checks)])
    try:
        counts = counted.collect().row(0, named=True)
    except pl.exceptions.PolarsError as error:
        piece.problems.append(_unreadable(piece, str(error)))
        return None, 0
    kept = frame
    for number, check in enumerate(checks):
        if counts[f"x{number}"]:
            piece.problems.append(_report(check, counts[f"x{number}"], frame, piece, source))
            if check.drops:
                kept = kept.filter(~check.broken.fill_null(False))
    _check_unique(source, piece, frame)
    return kept.select(list(columns)), int(counts["rows"])


def _unreadable(piece: _Piece, words: str) -> Problem:
    if "more fields" in words:
        return Problem("RC500", f"{piece.name} has rows with more cells than its header",
                       hint="a comma inside a cell needs quotes around the cell")  # fmt: skip
    return Problem("RC500", f"{piece.name} cannot be read: {words.splitlines()[0]}")


def _absent(source: Source, column: Column, piece: _Piece, present: list[str]) -> Problem:
    guess = nearest(column.name, present)
    hint = f"did you mean `{guess}`?" if guess else f"columns there: {', '.join(present[:12])}"
    if f"{column.name}_duplicated_0" in present:
        hint = "it stands twice"
    return Problem("RC502", f"{piece.name or f'the data of `{source.id}`'} has no column `{column.name}`", hint=hint)


def _report(check: Violation, count: int, frame: pl.LazyFrame, piece: _Piece, source: Source) -> Problem:
    """The problem with how many rows there are and the first five, as a person finds them in the file."""
    shown = check.shows
    rows = (
        frame.select(check.broken.fill_null(False).alias("broken"), pl.col(shown).cast(pl.String).alias("value"))
        .with_row_index("row")
        .filter("broken")
        .head(5)
        .collect()
    )
    places = ", ".join(f"row {row + piece.first_row} ({_quoted(value)})" for row, _, value in rows.iter_rows())
    plural = "row" if count == 1 else "rows"
    where = f"{piece.name}: " if piece.name else ""
    return Problem(check.code, f"{where}column `{check.column}`: {check.message} in {count} {plural}: {places}",
                   severity=check.severity, hint=check.hint)  # fmt: skip


def _quoted(value: str | None) -> str:
    if value is None:
        return "empty"
    return repr(value if len(value) <= 40 else value[:37] + "...")


def _check_unique(source: Source, piece: _Piece, frame: pl.LazyFrame) -> None:
    if not source.unique:
        return
    names = [column.name for column in source.columns]
    keys = [f"c{names.index(name)}" for name in source.unique if name in names]
    twice = frame.group_by(keys).len().filter(pl.col("len") > 1).head(5).collect()
    if twice.height:
        first = ", ".join(" / ".join(map(str, row[:-1])) for row in twice.iter_rows())
        piece.problems.append(
            Problem("RC506", f"{piece.name or source.id}: {' and '.join(source.unique)} should be unique, but stand twice: {first}",
                    severity="warning" if source.on_violation == "warn" else "error",
                    hint="take the repeated rows out")
        )  # fmt: skip
