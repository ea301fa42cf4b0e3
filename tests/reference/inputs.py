"""From rows to one value per input, entity and period."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .aggregates import AGGREGATES, Row, RowScope, evaluate_over
from .dates import day_of
from .formulas import evaluate, read
from .periods import Calendar, as_day, calendar_of
from .values import No, Value, of_cell, plain_number

Entity = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands: its entity, and the first day of its period (None without periods)."""

    entity: Entity
    start: date | None


class Source:
    """The rows of one source in the order of their time, with the places that they belong to."""

    def __init__(self, document: dict[str, Any], spec: dict[str, Any], rows: Sequence[Row]) -> None:
        columns = {*(spec.get("columns") or (rows[0] if rows else ())), *brought_names(spec)}
        calendar = calendar_of(document)
        self.calendar = calendar or Calendar("day")
        self.time = spec.get("time", document.get("time", "date"))
        self.has_time = calendar is not None and self.time in columns
        self.entity = [(i, name) for i, name in enumerate(entity_names(document)) if name in columns]
        self.has_both = len(self.entity) == len(entity_names(document)) and self.has_time == (calendar is not None)
        needed = [*(name for _, name in self.entity), *([self.time] if self.has_time else [])]
        rows = [row for row in rows if all(row[name] is not None for name in needed)]
        self.rows = sorted(rows, key=lambda row: row[self.time]) if self.time in columns else list(rows)
        timed = calendar if self.has_time else None
        self.starts = [timed.start(as_day(row[self.time])) if timed else None for row in self.rows]

    def places(self) -> set[Place]:
        """The entities and periods that its rows hold."""
        return {
            Place(tuple(row[name] for _, name in self.entity), start)
            for row, start in zip(self.rows, self.starts, strict=True)
        }

    def rows_in_period(self, place: Place) -> list[Row]:
        """The rows of any entity in the place's period; without time, all rows hold."""
        return [row for row, start in zip(self.rows, self.starts, strict=True) if start in (None, place.start)]

    def rows_at(self, place: Place) -> list[Row]:
        """The rows of the place."""
        return [
            row for row in self.rows_in_period(place) if all(row[name] == place.entity[i] for i, name in self.entity)
        ]


def entity_names(document: dict[str, Any]) -> list[str]:
    """The columns that say who is scored."""
    entity = document.get("entity", [])
    return [entity] if isinstance(entity, str) else list(entity)


def sources_of(document: dict[str, Any], data: Sequence[Row] | Mapping[str, Sequence[Row]]) -> dict[str, Source]:
    """The sources of a ruleset with their rows; a plain list of rows is the one source there is."""
    specs = document.get("sources") or {"data": {}}
    if not isinstance(data, Mapping):
        data = {next(iter(specs)): data}
    return {name: Source(document, spec or {}, with_lookups(specs, data, name)) for name, spec in specs.items()}


def pairs(named: str | Sequence[str] | Mapping[str, str]) -> list[tuple[str, str]]:
    """Names here with the names there: of one name, a list, or a map."""
    if isinstance(named, Mapping):
        return list(named.items())
    return [(name, name) for name in ([named] if isinstance(named, str) else named)]


def brought_names(spec: Mapping[str, Any]) -> list[str]:
    """The columns that lookups add to the rows of a source."""
    return [name for lookup in (spec.get("lookup") or {}).values() for name, _ in pairs(lookup["columns"])]


def with_lookups(specs: Mapping[str, Any], data: Mapping[str, Sequence[Row]], name: str) -> list[Row]:
    """The rows of a source with what its lookups bring; empty cells where the other source has no such key."""
    rows = [dict(row) for row in data[name]]
    for other, lookup in ((specs[name] or {}).get("lookup") or {}).items():
        theirs = with_lookups(specs, data, other)
        for row in rows:
            fitting = [
                one
                for one in theirs
                if all(row[here] is not None and row[here] == one[there] for here, there in pairs(lookup["on"]))
            ]
            assert len(fitting) <= 1, "a key stands twice"
            for here, there in pairs(lookup["columns"]):
                row[here] = fitting[0][there] if fitting else None
    return rows


def looked_up_only(document: dict[str, Any]) -> set[str]:
    """Sources that lookups name and no input takes rows from: they make no cards."""
    specs: dict[str, Any] = document.get("sources") or {}
    named = {other for spec in specs.values() for other in (spec or {}).get("lookup") or {}}
    taken: set[str] = set()
    for spec in (document.get("inputs") or {}).values():
        inner = (spec or {}).get("conversion") or (spec or {}).get("retention") or {}
        taken.update(str(part[key]) for part in (spec or {}, inner) for key in ("from", "to", "cohort") if key in part)
    return named - taken


def input_value(spec: dict[str, Any], name: str, sources: dict[str, Source], place: Place) -> Value:
    """The value of an input at a place."""
    source = sources[spec["from"]] if "from" in spec else next(iter(sources.values()))
    rows = source.rows_at(place)
    if "where" in spec:
        where = read(spec["where"])
        rows = [row for row in rows if evaluate(where, RowScope(row, source.calendar)) is True]
    if "per" in spec:
        value = grouped_value(spec, rows, bool(source.rows_in_period(place)), source.calendar)
    elif not rows and "default" in spec:
        value = default_of(spec)
    elif "formula" in spec:
        any_row = bool(source.rows_in_period(place))
        value = evaluate_over(read(spec["formula"]), rows, any_row, source.calendar)
    else:
        assert len(rows) <= 1, f"{len(rows)} rows for {place}"
        value = of_cell(rows[0][name]) if rows else No("missing_input")
    return within(day_of(value) if isinstance(value, date) else value, spec)


def default_of(spec: dict[str, Any]) -> Value:
    """What an input is where there is no row."""
    if spec.get("type") == "date":
        return as_day(spec["default"])
    return of_cell(spec["default"] if spec.get("type", "number") != "number" else plain_number(spec["default"]))


def grouped_value(spec: dict[str, Any], rows: Sequence[Row], any_row_in_period: bool, calendar: Calendar) -> Value:
    """The formula's value in each group of rows, and one value made of those; rows without a key are in none."""
    groups: dict[tuple[Value, ...], list[Row]] = {}
    formulas = [read(formula) for formula in (spec["per"] if isinstance(spec["per"], list) else [spec["per"]])]
    failed: list[set[str]] = [set() for _ in formulas]
    for row in rows:
        key = tuple(evaluate(formula, RowScope(row, calendar)) for formula in formulas)
        for reasons, part in zip(failed, key, strict=True):
            if isinstance(part, No) and part.reason != "missing_input":
                reasons.add(part.reason)
        if not any(isinstance(part, No) for part in key):
            groups.setdefault(key, []).append(row)
    for reasons in failed:
        if reasons:
            return No(min(reasons))
    if not groups and "default" in spec:
        return default_of(spec)
    formula = read(spec["formula"])
    values = [evaluate_over(formula, group, True, calendar) for group in groups.values()]
    spoilt = [value.reason for value in values if isinstance(value, No) and value.reason != "missing_input"]
    if spoilt:
        return No(min(spoilt))
    there = [value for value in values if not isinstance(value, No)]
    then = spec["then"]
    if then in ("count", "count_true") or (then == "sum" and gives_flags(formula)):
        counted = len(there) if then == "count" else sum(value is True for value in there)
        return float(counted) if any_row_in_period else No("missing_input")
    return AGGREGATES["share" if then == "share_true" else then](there) if there else No("missing_input")


def gives_flags(formula: ast.expr) -> bool:
    """Whether an aggregate formula says yes or no."""
    if isinstance(formula, ast.Call):
        return isinstance(formula.func, ast.Name) and formula.func.id in ("any", "all", "is_missing")
    return isinstance(formula, ast.Compare | ast.BoolOp) or (
        isinstance(formula, ast.UnaryOp) and isinstance(formula.op, ast.Not)
    )


def within(value: Value, spec: dict[str, Any]) -> Value:
    """No value outside the bounds of a sane one."""
    if isinstance(value, float) and not isinstance(value, bool):
        low, high = (plain_number(spec[key]) if key in spec else None for key in ("min", "max"))
        if (low is not None and value < low) or (high is not None and value > high):
            return No("out_of_range")
    return value
