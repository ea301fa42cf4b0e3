"""The files that a dataset is written for: those alike together, with their first rows as text."""

from __future__ import annotations

import glob
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as FilePath

import polars as pl

from ..files.csv_files import plain_name
from ..files.csv_slips import unreadable
from ..files.disguises import WORKBOOK, kind_of
from ..files.listing import open_files
from ..files.opened import FILE, Opened
from ..files.origins import Files
from ..files.workbooks import sheets_of
from ..problems import Problem, Problems
from .cell_forms import kind_of_cells

_ROWS = 2_000
# More files than these become a pattern, if they can.
_FEW = 3


@dataclass(frozen=True)
class Table:
    """Files or sheets of the same columns, written alike: where they are, how opened, and their first rows as text."""

    paths: tuple[str, ...]
    opened: Opened
    cells: pl.DataFrame
    kinds: tuple[str, ...]
    sheets: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return self.cells.columns

    @cached_property
    def looks(self) -> dict[str, str]:
        """What each column may hold: number, date, `date or number`, text, or any of them."""
        found = dict(zip(self.names, self.kinds, strict=True))
        for name, kind in found.items():
            if kind == "text":
                looks = kind_of_cells(self.cells[name])
                alike = " or ".join(what for what, fits in (("date", looks.date), ("number", looks.number)) if fits)
                found[name] = alike or "text" if looks.filled else "any"
        return found


def sampled(files: Sequence[str], wanted: Collection[str], known: Callable[[Sequence[str]], int]) -> list[Table]:
    """The files, or patterns of them, as tables. Raises Problems for what cannot be read.

    `wanted` are names that columns may have; `known` counts those of a row that name a column for sure.
    """
    if not files:
        raise Problems([Problem("RC509", "there are no files to write a dataset for", hint="name some: --from FILE")])
    patterns = [file for file in files if glob.has_magic(file) and not FilePath(file).exists()]
    plain = tuple(dict.fromkeys(file for file in files if file not in patterns))
    alike: dict[tuple[object, ...], list[tuple[list[str], Opened]]] = {}
    problems: list[Problem] = []
    for how in _asked(plain, patterns):
        opened, wrong = _opened(how, wanted, known)
        problems += [problem for problem in wrong if problem.severity == "error"]
        for one in opened:
            names = tuple(name for name in one.frame.collect_schema().names() if name != FILE)
            # sheets that are alike are mostly months of one table
            sheet = how.paths if how.sheet is not None else one.sheet
            form = (names, one.encoding, one.separator, one.header, sheet)
            paths = list(how.paths) if how.paths[0] in patterns else list(one.names.values())
            alike.setdefault(form, []).append((paths, one))
    if problems:
        raise Problems(problems)
    # a sheet with a title or a note alone is no table
    return [
        _table(group)
        for form, group in alike.items()
        if form[-1] is None or len(group[0][1].frame.collect_schema()) > 1
    ]


def _asked(plain: tuple[str, ...], patterns: Sequence[str]) -> Iterator[Files]:
    """What is opened together: files, each pattern, each sheet of a workbook that has several."""
    sheets = {path: sheets_of(path) if kind_of(path) in WORKBOOK else [] for path in plain}
    single = tuple(path for path in plain if len(sheets[path]) < 2)
    if single:
        yield Files(single)
    for path, names in sheets.items():
        if path not in single:
            yield from (Files((path,), sheet=name) for name in names)
    yield from (Files((pattern,)) for pattern in dict.fromkeys(patterns))


def _opened(
    asked: Files, wanted: Collection[str], known: Callable[[Sequence[str]], int]
) -> tuple[list[Opened], list[Problem]]:
    """The files; again with spaces between the cells, without a header or with one further down, where they are so."""
    found: list[Opened] = []
    opened, problems = open_files(asked, wanted)
    for one in opened:
        names = [name for name in one.frame.collect_schema().names() if name != FILE]
        how = Files(tuple(one.names.values()), separator=one.separator)
        if len(names) == 1 and len(names[0].split()) > 1 and one.separator is not None:
            how, names = replace(how, separator=" "), names[0].split()
        if how.separator is not None and names and all(_is_value(name) for name in names):
            how = replace(how, header=0)
        elif how.separator == one.separator and (row := _header_row(one, names, known)):
            how = replace(how, header=row, sheet=one.sheet)
        if how.separator != one.separator or how.header is not None:
            again, _ = open_files(how)
            found.append(replace(again[0], separator=how.separator) if len(again) == 1 else one)
        else:
            found.append(one)
    return found, problems


def _header_row(opened: Opened, names: Sequence[str], known: Callable[[Sequence[str]], int]) -> int | None:
    """The row below titles that names the columns, if another one is taken for the header."""
    counts = [known([plain_name(cell) for cell in row]) for row in opened.top]
    most = max(counts, default=0)
    return counts.index(most) + 1 if most > max(1, known(names)) else None


def _is_value(name: str) -> bool:
    """Whether what should name a column is a number or a date: then no row names the columns."""
    found = kind_of_cells([name])
    return found.filled and (found.number or found.date)


def _table(group: Sequence[tuple[list[str], Opened]]) -> Table:
    opened = group[0][1]
    frames = [_first_rows(one) for _, one in group]
    kinds = tuple(
        "text" if kind == pl.String else "date" if kind.is_temporal() else "number" for kind in frames[0].dtypes
    )
    cells = pl.concat([frame.select(pl.all().cast(pl.String, strict=False)) for frame in frames])
    paths = list(dict.fromkeys(path for paths, _ in group for path in paths))
    sheets = tuple(dict.fromkeys(one.sheet for _, one in group if one.sheet is not None))
    return Table(tuple(_as_pattern(paths)), opened, cells, kinds, sheets)


def _first_rows(opened: Opened) -> pl.DataFrame:
    try:
        return opened.frame.head(_ROWS).drop(FILE, strict=False).collect()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise Problems([unreadable(opened, opened.called, error)]) from None


def _as_pattern(paths: list[str]) -> list[str]:
    """A pattern in place of many files that are all of their folder's."""
    folder, ending = FilePath(paths[0]).parent, FilePath(paths[0]).suffix
    if len(paths) <= _FEW or {FilePath(path).parent for path in paths} != {folder}:
        return paths
    pattern = folder / f"*{ending}"
    return [str(pattern)] if set(folder.glob(pattern.name)) == {FilePath(path) for path in paths} else paths
