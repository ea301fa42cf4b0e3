"""Where the rows of a source come from, and how they are written: what a dataset document says of one source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..problems import Path, Problem

if TYPE_CHECKING:
    from ..documents.document import Document


@dataclass(frozen=True, slots=True)
class Written:
    """The entry of a source in a dataset document."""

    document: Document
    path: Path

    def located(self, problem: Problem) -> Problem:
        """The problem with the entry's place, unless it has one."""
        if problem.location is not None:
            return problem
        place = self.document.at_key(self.path)
        return replace(problem, location=place, path=self.path, source=self.document.source_line(place))


@dataclass(frozen=True, slots=True)
class Writing:
    """How cells are written. None is found out from the data.

    `columns` are the data's column names with the ruleset's for them, `constants` columns that the data does not have,
    each with what stands in all of its cells; None for no value. `dates` is a form of strftime. `missing` are
    cells that stand for no value. Times with a zone count by the clock of `time_zone`, else by that of their own.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str | float | bool | None] = field(default_factory=dict)
    dates: str | None = None
    missing: tuple[str | float, ...] = ()
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a source: paths, addresses or patterns of them.

    `encoding` is a name that Python knows; `separator`, `decimal` and `thousands` are single characters; `sheet` is
    the number from 1 or the name of a workbook's sheet, or several of them; `header` the row from 1 that names the
    columns, or 0 where none does: then they are `1`, `2`, ….
    """

    paths: tuple[str, ...]
    writing: Writing = Writing()
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    sheet: int | str | tuple[int | str, ...] | None = None
    header: int | None = None
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """The rows that `sql` gives in the database whose address the environment variable `variable` holds."""

    sql: str
    variable: str
    writing: Writing = Writing()
    written: Written | None = None


@dataclass(frozen=True, slots=True)
class Nowhere:
    """No rows, since nobody has such data; what is computed of it has no value, counts included."""

    written: Written | None = None
