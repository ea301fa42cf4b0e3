"""The data of a run: for each source, its files or its frame as one table of typed columns."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Any, TypeAlias

import narwhals as nw
import polars as pl

from .columns import AFTER_VIOLATION
from .files import SHOWN, Opened, listed, open_file, unreadable
from .model import Ruleset, Source
from .pieces import Piece, Rows, read_piece
from .problems import Problem
from .sources import declared_sources
from .suggest import nearest

# One source's data: a frame of any library that Narwhals reads, or the files that hold it.
Data: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source with the columns `c0`, `c1`, … as declared, `row`, and what it was read from.

    `starts` says for each file: the `row` of its first row, its name, and the number that a person sees beside it.
    """

    source: Source
    frame: pl.LazyFrame
    files: tuple[dict[str, Any], ...]
    starts: tuple[tuple[int, str | None, int], ...]

    def place(self, row: int) -> str:
        """Where a person finds a row: `shops.csv row 3`."""
        start, name, first = next(start for start in reversed(self.starts) if start[0] <= row)
        number = f"row {row - start + first}"
        return f"{name} {number}" if name and len(self.starts) > 1 else number


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
            problems.append(
                Problem(
                    "RC510",
                    f"the ruleset has no source `{name}`",
                    hint=f"did you mean `{guess}`?" if guess else f"sources: {', '.join(sources)}",
                )
            )
    for id, source in sources.items():
        if id not in data:
            problems.append(
                Problem(
                    "RC510",
                    f"there is no data for the source `{id}`",
                    hint="--data FILE" if len(sources) == 1 else f"--data {id}=FILE",
                )
            )
            continue
        found, wrong = _load(ruleset, source, data[id], allow_empty)
        problems += wrong
        if found is not None:
            loaded[id] = found
    return _keys_alike(ruleset, loaded), problems


def _load(ruleset: Ruleset, source: Source, data: Data, allow_empty: bool) -> tuple[Loaded | None, list[Problem]]:
    pieces, problems = _pieces(data)
    tables: list[tuple[Piece, Rows]] = []
    for piece in pieces:
        try:
            table, wrong = read_piece(ruleset, source, piece)
        except (pl.exceptions.ComputeError, pl.exceptions.PanicException, OSError) as error:
            # a broken Parquet file makes Polars panic; errors of other kinds are faults of our own
            table, wrong = None, [unreadable(piece.called, piece.opened, error)]
        problems += wrong
        if table is not None:
            tables.append((piece, table))
    failed = any(problem.severity == "error" for problem in problems)
    if tables and not failed and not allow_empty and not any(table.rows for _, table in tables):
        where = " and ".join(piece.called for piece in pieces)
        problems.append(Problem("RC501", f"{where} has no rows", hint="export it again, with its rows"))
        failed = True
    if failed or not tables:
        return None, problems
    frames, starts, files = [], [], []
    length = 0
    for piece, table in tables:
        frames.append(table.frame.with_columns(pl.col("row") + length))
        starts.append((length, piece.name, piece.opened.first_row))
        files.append({"name": source.id, "path": piece.name, "rows": table.rows})
        length += table.length
    # ids may be numbers in one file and text in the next
    frame = pl.concat(frames, how="vertical_relaxed") if len(frames) > 1 else frames[0]
    found = Loaded(source, frame, tuple(files), tuple(starts))
    return (_unique(found, problems) if source.unique else found), problems


def _pieces(data: Data) -> tuple[list[Piece], list[Problem]]:
    if isinstance(data, str | PathLike):
        data = [data]
    pieces: list[Piece] = []
    problems: list[Problem] = []
    if isinstance(data, Sequence) and all(isinstance(given, str | PathLike) for given in data):
        taken: set[str] = set()
        for path in (path for given in data for path in _expanded(fspath(given))):
            opened = open_file(path)
            if isinstance(opened, Problem):
                problems.append(opened)
                continue
            same = fspath(FilePath(path).resolve())
            if same in taken:
                # every sum would be twice what it is
                problems.append(Problem("RC500", f"{path} is given twice", hint="give each file once"))
            else:
                pieces.append(Piece(path, opened))
            taken.add(same)
        if not data:
            problems.append(Problem("RC500", "the list of files is empty", hint="name at least one"))
        return pieces, problems
    kind = type(data).__name__
    try:
        frame = nw.from_native(data).lazy()
    except (TypeError, nw.exceptions.NarwhalsError) as error:
        why = "" if isinstance(error, TypeError) else f": {' '.join(str(error).split())[:200]}"
        return [], [Problem("RC500", f"data of the type {kind} cannot be read{why}",
                            hint="give a path, or a Polars, pandas or Arrow frame")]  # fmt: skip
    try:
        frame = frame.collect(backend="polars").to_native()
    except Exception as error:  # whatever the library of the frame raises at what it cannot convert
        return [], [Problem("RC500", f"this {kind} cannot be converted: {' '.join(str(error).split())[:200]}",
                            hint="a column should hold values of one type")]  # fmt: skip
    return [Piece(None, Opened(frame.lazy(), 1, all_text=False))], []


def _expanded(path: str) -> list[str]:
    """Files of a pattern in the order of their names; a plain path is itself."""
    if FilePath(path).exists() or not glob.has_magic(path):
        return [path]
    return sorted(glob.glob(path, recursive=True)) or [path]  # noqa: PTH207 - the pattern may be absolute


def _unique(found: Loaded, problems: list[Problem]) -> Loaded:
    """Rows that repeat another in what should be unique; all files of the source together."""
    source = found.source
    names = [column.name for column in source.columns]
    keys = [f"c{names.index(name)}" for name in source.unique]
    first = pl.col("row").min().over(keys)
    complete = ~pl.any_horizontal(pl.col(keys).is_null())
    rows = (
        found.frame.select("row", *keys, first.alias("first"))
        .filter(complete & (pl.col("row") != pl.col("first")))
        .sort("row")
        .collect()
    )
    if not rows.height:
        return found
    places = [
        f"{found.place(row['row'])} ({' / '.join(str(row[key]) for key in keys)}, as in {found.place(row['first'])})"
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]
    plural = "row repeats" if rows.height == 1 else "rows repeat"
    named = " and ".join(path["path"] for path in found.files if path["path"]) or "the data"
    problems.append(
        Problem("RC506", f"{named}: {' and '.join(source.unique)} should be unique, but {rows.height:,} {plural} an "
                f"earlier one: {listed(places, rows.height)}",
                severity="error" if source.on_violation == "fail" else "warning",
                hint=AFTER_VIOLATION[source.on_violation])
    )  # fmt: skip
    if source.on_violation != "drop":
        return found
    kept = found.frame.filter(~complete | (pl.col("row") == first))
    return Loaded(source, kept, found.files, found.starts)


def _keys_alike(ruleset: Ruleset, loaded: dict[str, Loaded]) -> dict[str, Loaded]:
    """Sources whose ids are numbers in one and text in another, with all of them as text."""
    for name in ruleset.entity:
        places = {
            id: f"c{place}"
            for id, one in loaded.items()
            for place, column in enumerate(one.source.columns)
            if column.name == name
        }
        types = {loaded[id].frame.collect_schema()[column] for id, column in places.items()}
        if len(types) > 1 and pl.String in types:
            for id, column in places.items():
                one = loaded[id]
                frame = one.frame.with_columns(pl.col(column).cast(pl.String))
                loaded[id] = Loaded(one.source, frame, one.files, one.starts)
    return loaded
