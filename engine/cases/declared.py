"""Cases: what their documents say, and whether the names in them exist."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from .. import calendars
from ..data.sources import declared_sources
from ..documents.document import problem_at
from ..documents.fixes import Hint
from ..documents.schema_words import hint_for_key
from ..documents.yaml_source import Document
from ..language.model import Ruleset, Source
from ..language.param_values import not_of_its_type, param_value
from ..language.reading import number
from ..problems import Path, Problem
from ..reasons import REASONS
from ..suggest import meant

DEFAULT_TOLERANCE = 0.0001


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one card must be; only what is named is compared. `path` leads to it in the document."""

    entity: dict[str, Any]
    period: int | None
    named: dict[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class Case:
    """One test. `rows` are input values by period, `data` rows of sources, `edges` a table of a metric's levels.

    `tolerance` is None where the document's holds.
    """

    name: str
    path: Path
    stage: str | None
    params: dict[str, Any]
    rows: tuple[tuple[int | None, dict[str, Any]], ...]
    data: dict[str, list[dict[str, Any]]] | None
    metric: str | None
    edges: tuple[tuple[str, float, str], ...]
    expect: tuple[Expectation, ...]
    tolerance: float | None


@dataclass(frozen=True, slots=True)
class Casebook:
    """A cases document with its ruleset's name and its tests."""

    document: Document
    tolerance: float
    cases: tuple[Case, ...]


def read_cases(document: Document, ruleset: Ruleset) -> tuple[Casebook, list[Problem]]:
    """The tests of a document whose schema has been checked, and every name in them that the ruleset lacks."""
    reader = _Reader(document, ruleset)
    cases = tuple(reader.case(entry, ("tests", place)) for place, entry in enumerate(document.data["tests"]))
    tolerance = float(document.data.get("tolerance", DEFAULT_TOLERANCE))
    return Casebook(document, tolerance, cases), reader.problems


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Rows: TypeAlias = tuple[tuple[int | None, dict[str, Any]], ...]


class _Reader:
    def __init__(self, document: Document, ruleset: Ruleset) -> None:
        self.document = document
        self.ruleset = ruleset
        self.problems: list[Problem] = []
        self.judged = frozenset((*ruleset.metrics, *ruleset.groups))

    def refuse(self, path: Path, message: str, hint: Hint, key: bool, code: str = "RC701") -> None:
        self.problems.append(problem_at(self.document, code, message, path, key=key, hint=hint))

    def known(
        self, what: str, name: str, names: Iterable[str], path: Path, key: bool = True, others: Iterable[str] = ()
    ) -> bool:
        """Whether a name is one of those; if not, it is told, with the nearest of them and of others that may stand."""
        names = list(names)
        if name in names:
            return True
        glued = hint_for_key(name) if key and re.search("[:：]", name) else None
        hint = glued or meant(name, [*names, *others]) or f"there are: {', '.join(names[:12]) or 'none'}"
        self.refuse(path, f"the ruleset has no {what} `{name}`", hint, key)
        return False

    def case(self, entry: dict[str, Any], path: Path) -> Case:
        stages = self.ruleset.stages.profiles if self.ruleset.stages else {}
        stage = entry.get("stage")
        if stage is not None:
            self.known("stage", stage, stages, (*path, "stage"), key=False)
        for name, value in (entry.get("params") or {}).items():
            place = (*path, "params", name)
            if not self.known("parameter", name, self.ruleset.params, place):
                continue
            param = self.ruleset.params[name]
            if param_value(param, value) is None:
                message, hint = not_of_its_type(param, value)
                self.refuse(place, message, hint, key=False)
        metric = entry.get("metric")
        if metric is not None and self.known("metric", metric, self.ruleset.metrics, (*path, "metric"), key=False):
            self.levels(entry["edges"], (*path, "edges"), metric)
        given = entry.get("inputs") or {}
        listed = isinstance(given, list)
        rows = tuple(
            self.row(row, (*path, "inputs", place) if listed else (*path, "inputs"))
            for place, row in enumerate(given if listed else [given])
        )
        self.one_row_per_period(rows, (*path, "inputs"))
        expected = entry.get("expect") or []
        several = isinstance(expected, list)
        expectations = tuple(
            self.expectation(one, (*path, "expect", place) if several else (*path, "expect"))
            for place, one in enumerate(expected if several else [expected])
        )
        if "inputs" in entry:
            self.of_the_rows(expectations, rows)
        return Case(
            name=entry["name"],
            path=path,
            stage=stage,
            params=dict(entry.get("params") or {}),
            rows=rows,
            data=self.data(entry["data"], (*path, "data")) if "data" in entry else None,
            metric=metric,
            edges=tuple((text, float(number(text) or _plain(text)), level)
                        for text, level in (entry.get("edges") or {}).items()),
            expect=expectations,
            tolerance=None if "tolerance" not in entry else float(entry["tolerance"]),
        )  # fmt: skip

    def one_row_per_period(self, rows: Rows, path: Path) -> None:
        seen: set[int | None] = set()
        for place, (period, _) in enumerate(rows):
            if period in seen:
                self.refuse((*path, place), "another row of this case has the same period",
                            "one row for each period, each with its `period`", key=False, code="RC703")  # fmt: skip
                return
            seen.add(period)

    def of_the_rows(self, expectations: tuple[Expectation, ...], rows: Rows) -> None:
        """Expectations are of periods that the rows have; a single row without one is of any."""
        periods = {period for period, _ in rows}
        for expected in expectations:
            if expected.period is not None and None not in periods and expected.period not in periods:
                assert self.ruleset.period is not None
                grain = self.ruleset.period
                known = ", ".join(calendars.label(grain, period) for period in sorted(filter(None, periods)))
                self.refuse((*expected.path, "period"), "no row of this case is of that period", f"there are: {known}",
                            key=False)  # fmt: skip

    def levels(self, named: dict[str, Any], path: Path, metric: str | None = None) -> None:
        """Levels that are expected, by metric or group; or the edges of one metric, by value."""
        levels = [level.id for level in self.ruleset.levels]
        for key, level in named.items():
            place = (*path, key)
            if level is None or not self.known("level", level, levels, place, key=False):
                continue
            if (metric or key) not in self.judged:
                continue
            judged = self.ruleset.metrics.get(metric or key)
            bands = self.ruleset.overall.bands if judged is None else judged.bands.all_bands() if judged.bands else ()
            own = dict.fromkeys(band.level for band in bands)
            if level not in own:
                given = f"its bands give {', '.join(own)}" if own else "it has no bands"
                self.refuse(place, f"`{metric or key}` never has the level `{level}`", given, key=False)

    def period(self, label: Any, path: Path) -> int | None:
        if label is None or self.ruleset.period is None:
            if label is not None:
                self.refuse(path, "the ruleset has no periods", "leave `period` out", key=False)
            return None
        found = calendars.parse_label(self.ruleset.period, str(label))
        if found is None:
            grain = self.ruleset.period
            example = calendars.label(grain, calendars.number_of(grain, dt.date(2025, 3, 1)))
            self.refuse(path, f"`{label}` is not a {self.ruleset.period.grain}", f"such as {example}", key=False)
        return found

    def row(self, row: dict[str, Any], path: Path) -> tuple[int | None, dict[str, Any]]:
        values: dict[str, Any] = {}
        for name, value in row.items():
            if name == "period" and "period" not in self.ruleset.inputs:
                continue
            if name in self.ruleset.entity and name not in self.ruleset.inputs:
                values[name] = value
            elif self.known("input", name, self.ruleset.inputs, (*path, name), others=self.ruleset.entity):
                values[name] = self.value(name, value, (*path, name))
        return self.period(row.get("period"), (*path, "period")), values

    def value(self, name: str, value: Any, path: Path) -> Any:
        kind = self.ruleset.inputs[name].type
        if value is None:
            return None
        plain = number(value) if kind == "number" else value
        right = {"number": float, "flag": bool}.get(kind, str)
        if not isinstance(plain, right) or (kind == "date" and not _is_day(str(plain))):
            examples = {"number": "such as 12 or 5%", "flag": "true or false", "date": "such as 2025-03-01"}
            hint = examples.get(kind, "put it in quotes")
            self.refuse(path, f"`{value}` is not a {kind}, which `{name}` is", hint, key=False)
            return None
        return plain

    def data(self, data: dict[str, Any], path: Path) -> dict[str, list[dict[str, Any]]]:
        sources = declared_sources(self.ruleset)
        for source, rows in data.items():
            if self.known("source", source, sources, (*path, source)):
                columns = [column.name for column in sources[source].columns]
                for place, row in enumerate(rows):
                    for name in row:
                        self.known(f"column of `{source}` called", name, columns, (*path, source, place, name))
                    self.days(row, sources[source], (*path, source, place))
        return data

    def days(self, row: dict[str, Any], source: Source, path: Path) -> None:
        """Cells of a date that are written as a day are one."""
        for name, cell in row.items():
            column = source.column(name)
            dated = column is not None and column.type in ("date", "datetime", "unknown")
            if dated and isinstance(cell, str) and _DAY.fullmatch(cell) and not _is_day(cell):
                self.refuse((*path, name), f"`{cell}` is not a day of the calendar", "such as 2025-03-31", key=False)

    def expectation(self, entry: dict[str, Any], path: Path) -> Expectation:
        for name in entry.get("entity") or ():
            self.known("entity column", name, self.ruleset.entity, (*path, "entity", name))
        named = {key: value for key, value in entry.items() if key not in ("entity", "period")}
        for kind in ("metrics", "levels", "scores", "status"):
            known = self.ruleset.metrics if kind == "metrics" else self.judged
            for name in named.get(kind) or {}:
                self.known("metric" if kind == "metrics" else "metric or group", name, known, (*path, kind, name))
        self.levels(named.get("levels") or {}, (*path, "levels"))
        if named.get("level") is not None:
            self.known(
                "level", named["level"], [level.id for level in self.ruleset.levels], (*path, "level"), key=False
            )
        for name, status in (named.get("status") or {}).items():
            if status != "ok" and status not in REASONS.values():
                self.known("reason", status, ["ok", *REASONS.values()], (*path, "status", name), key=False)
        if named.get("stage") is not None:
            stages = self.ruleset.stages.profiles if self.ruleset.stages else {}
            self.known("stage", named["stage"], stages, (*path, "stage"), key=False)
        for kind in ("advice", "no_advice"):
            for place, name in enumerate(named.get(kind) or ()):
                self.known("advice", name, self.ruleset.advice, (*path, kind, place), key=False)
        return Expectation(
            dict(entry.get("entity") or {}), self.period(entry.get("period"), (*path, "period")), named, path
        )


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _plain(text: str) -> float:
    return 0.0 if text.endswith("%") else float(text)
