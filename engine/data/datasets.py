"""The data of a run: for each source, its files or its frame as one table of typed columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike, fspath
from typing import Any, TypeAlias

import polars as pl

from ..files.csv_slips import unreadable
from ..files.listing import open_files
from ..files.opened import SHOWN, Cells, Opened, files_called, listed
from ..files.origins import Files, Nowhere, Query, Writing
from ..language.build import DEFAULT_SOURCE
from ..language.model import Ruleset, Source
from ..problems import Problem
from ..progress import Progress, untold
from ..suggest import nearest
from .columns import AFTER_VIOLATION
from .databases import read_query
from .dates import wrong_writing
from .frames import read_frame
from .headers import Piece
from .lookups import with_lookups
from .pieces import Rows, Start, place_of, read_piece
from .sources import declared_sources

# One source's data: a frame of any library that Narwhals reads, or the files that hold it.
Data: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Loaded:
    """A source with the columns `c0`, `c1`, … as declared, `row`, and what it was read from.

    `starts` says where each file begins. `zones` are those that the times of columns are in, "" being none. `keeps` has
    to live while the frame is read. `unknown` are columns of which there is no data; without `there`, there
    is none of the whole source.
    """

    source: Source
    frame: pl.LazyFrame
    files: tuple[dict[str, Any], ...]
    starts: tuple[Start, ...]
    zones: Mapping[str, str] = field(default_factory=dict)
    keeps: tuple[Any, ...] = ()
    unknown: frozenset[str] = frozenset()
    there: bool = True

    def place(self, row: int) -> str:
        """Where a person finds a row: `shops.csv row 3`."""
        return place_of(self.starts, row, len(self.files) > 1)


def load_data(
    ruleset: Ruleset, data: Mapping[str, Data], allow_empty: bool = False, progress: Progress = untold
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
                    hint="--data FILE"
                    if len(sources) == 1
                    else f"--data {id}=FILE, or --data {id}=none if there is no such data",
                )
            )
            continue
        found, wrong = _load(ruleset, source, data[id], allow_empty, progress)
        problems += wrong
        if found is not None:
            loaded[id] = found
    if all(id in data and _is_nowhere(data[id]) for id in sources if id not in ruleset.looked_up_only):
        problems.append(Problem("RC501", "there is no data for any source that makes cards", hint="give one a file"))
    if any(problem.severity == "error" for problem in problems):
        return loaded, problems
    loaded, wrong = with_lookups(ruleset, loaded)
    return _keys_alike(ruleset, loaded), problems + wrong


def _load(
    ruleset: Ruleset, source: Source, data: Data, allow_empty: bool, progress: Progress
) -> tuple[Loaded | None, list[Problem]]:
    if _is_nowhere(data):
        # an empty table, of which everything else is as of others
        empty = pl.DataFrame(schema={column.name: pl.String for column in source.columns})
        found, problems = _read(ruleset, source, empty, True, progress)
        unknown = frozenset(column.name for column in source.columns)
        return replace(found, unknown=unknown, there=False, files=()) if found else None, problems
    found, problems = _read(ruleset, source, data, allow_empty, progress)
    written = data.written if isinstance(data, Files | Query) else None
    if found is not None and isinstance(data, Files | Query):
        unknown = frozenset(name for name, value in data.writing.constants.items() if value is None)
        found = replace(found, unknown=unknown)
    return found, [written.located(problem) for problem in problems] if written else problems


def _is_nowhere(data: Data) -> bool:
    return data is None or isinstance(data, Nowhere)


def _read(
    ruleset: Ruleset, source: Source, data: Data, allow_empty: bool, progress: Progress, whole: bool = False
) -> tuple[Loaded | None, list[Problem]]:
    pieces, problems = _pieces(source, data, whole, progress)
    tables: list[tuple[Piece, Rows]] = []
    # files that are alike are one piece
    counts = [len(piece.opened.names) or 1 for piece in pieces]
    for number, piece in enumerate(pieces):
        progress("read", sum(counts[:number]), sum(counts))
        try:
            table, wrong = read_piece(ruleset, source, piece)
        except (pl.exceptions.ComputeError, pl.exceptions.PanicException, OSError) as error:
            if not whole and "utf-8" in str(error).lower():
                # the beginning of a file was, and another encoding shows further down
                return _read(ruleset, source, data, allow_empty, progress, whole=True)
            # a broken Parquet file makes Polars panic; errors of other kinds are faults of our own
            table, wrong = None, [unreadable(piece.opened, piece.called, error)]
        problems += wrong
        if table is not None:
            tables.append((piece, table))
    problems += _zones_differ(tables)
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
        starts += [replace(start, row=start.row + length) for start in table.starts]
        rows = {start.name: start.rows for start in table.starts}
        names: list[str | None] = [*piece.opened.names.values()] or [*rows]
        files += [{"name": source.id, "path": name, "rows": rows.get(name, 0)} for name in names]
        length += table.length
    # ids may be numbers in one file and text in the next
    frame = pl.concat(frames, how="vertical_relaxed") if len(frames) > 1 else frames[0]
    zones = {name: zone for _, table in tables for name, zone in table.zones.items()}
    found = Loaded(source, frame, tuple(files), tuple(starts), zones, tuple(piece.opened.keeps for piece, _ in tables))
    return (_unique(found, problems) if source.unique else found), problems


def _zones_differ(tables: Sequence[tuple[Piece, Rows]]) -> list[Problem]:
    """Columns of times whose zone is one in some files and another in others."""
    first: dict[str, tuple[str, str]] = {}
    problems = []
    for piece, table in tables:
        for name, zone in table.zones.items():
            before, where = first.setdefault(name, (zone, piece.called))
            if zone != before:
                there, here = (f"of {one}" if one else "without a zone" for one in (before, zone))
                message = f"column `{name}` has times {there} in {where}, and {here} in {piece.called}"
                problems.append(Problem("RC504", message, hint="name in a dataset the zone to bring them to: "
                                        "`time_zone: Asia/Shanghai`"))  # fmt: skip
    return problems


def _pieces(source: Source, data: Data, whole: bool, progress: Progress) -> tuple[list[Piece], list[Problem]]:
    if isinstance(data, str | PathLike):
        data = [data]
    if isinstance(data, Sequence) and all(isinstance(given, str | PathLike) for given in data):
        data = Files(tuple(map(fspath, data)))
    if isinstance(data, Files):
        wrong = _wrong_writing(data.writing)
        if wrong:
            return [], wrong
        opened, problems = open_files(data, wanted_names(source, data.writing), whole, progress)
        return [Piece(one, _cells(one, data), data.writing, one.called) for one in opened], problems
    writing, called = Writing(), "the data" if source.id == DEFAULT_SOURCE else f"the data of `{source.id}`"
    if isinstance(data, Query):
        writing, called = data.writing, f"the query of `{source.id}`"
        if wrong := _wrong_writing(writing):
            return [], wrong
        frame = read_query(data, wanted_names(source, writing))
    else:
        frame = read_frame(data, wanted_names(source, writing))
        if isinstance(frame, Problem) and source.id != DEFAULT_SOURCE:
            frame = replace(frame, message=f"{called}: {frame.message}")
    if isinstance(frame, Problem):
        return [], [frame]
    cells = Cells(dates=writing.dates, time_zone=writing.time_zone)
    return [Piece(Opened(frame.lazy(), {}), cells, writing, called)], []


def wanted_names(source: Source, writing: Writing) -> tuple[str, ...]:
    """The columns of a source as its data has them."""
    theirs = {ours: name for name, ours in writing.columns.items()}
    names = [column.name for column in source.columns if column.name not in writing.constants]
    return tuple(theirs.get(name, name) for name in names)


def _wrong_writing(writing: Writing) -> list[Problem]:
    wrong = wrong_writing(writing.dates, writing.time_zone)
    return [Problem("RC509", wrong, hint='such as `dates: "%d/%m/%Y"` and `time_zone: Asia/Shanghai`')] if wrong else []


def _cells(opened: Opened, files: Files) -> Cells:
    return Cells(
        all_text=opened.all_text,
        spreadsheet=opened.spreadsheet,
        points_may_group=opened.separator == ";" and files.decimal is None and files.thousands is None,
        decimal=files.decimal,
        thousands=files.thousands,
        dates=files.writing.dates,
        time_zone=files.writing.time_zone,
    )


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
    named = files_called([path["path"] for path in found.files if path["path"]] or ["the data"])
    problems.append(
        Problem("RC506", f"{named}: {' and '.join(source.unique)} should be unique, but {rows.height:,} {plural} an "
                f"earlier one: {listed(places, rows.height)}",
                severity="error" if source.on_violation == "fail" else "warning",
                hint=AFTER_VIOLATION[source.on_violation])
    )  # fmt: skip
    if source.on_violation != "drop":
        return found
    kept = found.frame.filter(~complete | (pl.col("row") == first))
    return replace(found, frame=kept)


def _keys_alike(ruleset: Ruleset, loaded: dict[str, Loaded]) -> dict[str, Loaded]:
    """Sources whose ids are numbers in one and text in another, with all of them as text."""
    for name in ruleset.entity:
        places = {
            id: f"c{place}"
            for id, one in loaded.items()
            for place, column in enumerate(one.source.known)
            if column.name == name and id not in ruleset.looked_up_only
        }
        types = {loaded[id].frame.collect_schema()[column] for id, column in places.items()}
        if len(types) > 1 and pl.String in types:
            for id, column in places.items():
                one = loaded[id]
                frame = one.frame.with_columns(pl.col(column).cast(pl.String))
                loaded[id] = replace(one, frame=frame)
    return loaded
