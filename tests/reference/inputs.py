"""From rows to one value per input, entity and period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .aggregates import Row, RowScope, evaluate_over
from .formulas import evaluate, read
from .periods import as_day, calendar_of
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
        columns = set(spec.get("columns") or (rows[0] if rows else ()))
        calendar = calendar_of(document)
        self.time = spec.get("time", document.get("time", "date"))
        self.has_time = calendar is not None and self.time in columns
        self.entity = [(i, name) for i, name in enumerate(entity_names(document)) if name in columns]
        self.has_both = len(self.entity) == len(entity_names(document)) and self.has_time == (calendar is not None)
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
    return {name: Source(document, spec or {}, data[name]) for name, spec in specs.items()}


def input_value(spec: dict[str, Any], name: str, sources: dict[str, Source], place: Place) -> Value:
    """The value of an input at a place."""
    source = sources[spec["from"]] if "from" in spec else next(iter(sources.values()))
    rows = source.rows_at(place)
    if "where" in spec:
        where = read(spec["where"])
        rows = [row for row in rows if evaluate(where, RowScope(row)) is True]
    if not rows and "default" in spec:
        value = of_cell(spec["default"] if spec.get("type", "number") != "number" else plain_number(spec["default"]))
    elif "formula" in spec:
        value = evaluate_over(read(spec["formula"]), rows, any_row_in_period=bool(source.rows_in_period(place)))
    else:
        assert len(rows) <= 1, f"{len(rows)} rows for {place}"
        value = of_cell(rows[0][name]) if rows else No("missing_input")
    return within(value, spec)


def within(value: Value, spec: dict[str, Any]) -> Value:
    """No value outside the bounds of a sane one."""
    if isinstance(value, float) and not isinstance(value, bool):
        low, high = (plain_number(spec[key]) if key in spec else None for key in ("min", "max"))
        if (low is not None and value < low) or (high is not None and value > high):
            return No("out_of_range")
    return value
