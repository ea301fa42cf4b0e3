"""The columns of a file under the names that the ruleset has for them, and those that are not there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

import polars as pl

from ..files.opened import Cells, Opened, listed
from ..files.origins import Writing
from ..language.model import Source
from ..problems import Problem
from ..suggest import nearest


@dataclass(frozen=True, slots=True)
class Piece:
    """Files that are alike, or a frame, which `called` names."""

    opened: Opened
    cells: Cells
    writing: Writing
    called: str


def renamed(source: Source, piece: Piece) -> Piece:
    """The piece with the ruleset's names for its columns, and without the cells that stand for no value."""
    frame, writing = piece.opened.frame, piece.writing
    schema = frame.collect_schema()
    names = {name: name for name in schema}
    there = {_folded(name): name for name in reversed(list(schema))}
    meant = {
        **{column.name: column.name for column in source.columns},
        **{ours: theirs for theirs, ours in writing.columns.items()},
    }
    for ours, theirs in meant.items():
        found = theirs if theirs in schema else there.get(_folded(theirs))
        if found is not None and found != ours:
            # what a dataset renames is meant, and no other column that has the name by chance
            names = {name: f"{name} (in the file)" if new == ours else new for name, new in names.items()}
            names[found] = ours
    declared = {column.name for column in source.columns}
    texts = [str(mark).strip() for mark in writing.missing]
    figures = [float(mark) for mark in writing.missing if isinstance(mark, int | float)]
    columns = []
    taken = {name: f"{name} (in the file)" for name, ours in names.items() if ours in writing.constants}
    for name, ours in {**names, **taken}.items():
        cell, kind = pl.col(name), schema[name]
        if ours in declared and (kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)) and texts:
            text = cell.cast(pl.String).str.strip_chars()
            cell = pl.when(~text.is_in(texts)).then(cell)
        elif ours in declared and kind.is_numeric() and figures:
            cell = pl.when(~cell.cast(pl.Float64).is_in(figures)).then(cell)
        columns.append(cell.alias(ours))
    columns += [
        _constant(value, piece.cells).alias(name) for name, value in writing.constants.items() if name in declared
    ]
    if names == {name: name for name in schema} and not writing.missing and not writing.constants:
        return piece
    twice = frozenset(names.get(name, name) for name in piece.opened.twice)
    opened = replace(
        piece.opened,
        frame=frame.select(columns),
        twice=twice,
        merged=tuple((names.get(name, name), place) for name, place in piece.opened.merged),
        rounded=tuple((names.get(name, name), place) for name, place in piece.opened.rounded),
    )
    return replace(piece, opened=opened)


def _constant(value: str | float | bool | None, cells: Cells) -> pl.Expr:
    """A column of one value, written as the other cells are."""
    if value is None:
        return pl.lit(None, pl.String)
    if cells.all_text and isinstance(value, int | float) and not isinstance(value, bool):
        return pl.lit(str(value).replace(".", cells.decimal or "."))
    return pl.lit(str(value).lower() if cells.all_text and isinstance(value, bool) else value)


def _folded(name: str) -> str:
    """A name as it is found in a header that was typed with other widths of the same characters, or in two lines."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def absent(source: Source, piece: Piece, present: list[str]) -> list[Problem]:
    """Declared columns that are not there, or stand twice so that nobody knows which is meant."""
    names = [column.name for column in source.columns]
    theirs = {ours: name for name, ours in piece.writing.columns.items()}
    missing = [name for name in names if name not in present]
    named = [name for name in present if re.sub(r" \(\d+\)$", "", name)]
    there = f"columns there: {listed(named[:12], len(named))}"
    have = "have" if len(piece.opened.names) > 1 else "has"
    hint = piece.opened.hint
    if len(missing) == len(names) > 1 and (hint or not any(nearest(name, present) for name in names)):
        wanted = ", ".join(theirs.get(name, name) for name in names)
        return [Problem("RC502", f"{piece.called} {have} none of the columns {wanted}", hint=hint or there)]
    problems = []
    for name in missing:
        guess = None if name in theirs else nearest(name, present)
        called = f"`{theirs[name]}`, which is to be `{name}`" if name in theirs else f"`{name}`"
        advice = f"did you mean `{guess}`?" if guess else there
        problems.append(Problem("RC502", f"{piece.called} {have} no column {called}", hint=hint or advice))
    for name in names:
        if name in piece.opened.twice:
            problems.append(Problem("RC502", f"{piece.called} {have} the column `{name}` more than once",
                                    hint="keep one of them, or rename the others"))  # fmt: skip
        ranges = [place for column, place in piece.opened.merged if column == name]
        if ranges:
            where = listed(ranges[:3], len(ranges))
            message = f"{piece.called}: column `{name}` has merged cells ({where}), and only the first holds the value"
            problems.append(Problem("RC500", message, hint="unmerge them and fill the value down"))
    for column in source.columns:
        places = [place for name, place in piece.opened.rounded if name == column.name]
        if places and column.type in ("text", "key"):
            where = listed(places[:3], len(places))
            message = (
                f"{piece.called}: column `{column.name}` has numbers of more than 15 digits ({where}), rounded by Excel"
            )
            problems.append(Problem("RC503", message, hint="export such ids as text"))
    return problems
