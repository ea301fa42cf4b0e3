"""All that is known of a run: cards, and the value of every name at each, worked out when it is asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from . import functions, metrics, peers, windows
from .aggregates import Row
from .formulas import evaluate, read
from .inputs import Entity, Place, entity_names, input_value, sources_of
from .periods import as_day, calendar_of
from .values import Level, No, Quantity, Value, of_cell, plain_number

DEFAULT_LEVELS = {
    "critical": {"score": 0},
    "poor": {"score": 25},
    "fair": {"score": 50},
    "good": {"score": 75},
    "excellent": {"score": 100},
}


class Book:
    """A ruleset with its data."""

    def __init__(
        self,
        document: dict[str, Any],
        data: Sequence[Row] | Mapping[str, Sequence[Row]],
        params: dict[str, Any] | None = None,
    ) -> None:
        self.document = document
        self.given_params = params or {}
        self.calendar = calendar_of(document)
        self.levels: dict[str, Any] = document.get("levels") or DEFAULT_LEVELS
        self.metrics: dict[str, Any] = document.get("metrics") or {}
        self.inputs: dict[str, Any] = {k: v or {} for k, v in (document.get("inputs") or {}).items()}
        self.entity_names = entity_names(document)
        self.sources = sources_of(document, data)
        full = [source for source in self.sources.values() if source.has_both]
        found = set[Place]().union(*(source.places() for source in full))
        self.places = sorted(found, key=lambda place: (place.entity, place.start or date.min))
        self._known: dict[tuple[str, Place], Value] = {}
        self._measured: dict[tuple[str, Place], metrics.Measured] = {}

    def value(self, name: str, place: Place) -> Value:
        """The value of an input, a param or a metric at a place."""
        key = (name, place)
        if key not in self._known:
            self._known[key] = self._work_out(name, place)
        return self._known[key]

    def _work_out(self, name: str, place: Place) -> Value:
        if name in self.inputs:
            return input_value(self.inputs[name], name, self.sources, place)
        if name in self.metrics:
            return metrics.value_of(self, name, place)
        if name in (self.document.get("params") or {}):
            return self.param(name, place.start)
        return of_cell(place.entity[self.entity_names.index(name)])

    def param(self, name: str, day: date | None) -> Value:
        """A param; a dated one counts by the first day of the period, the latest where there are no periods."""
        spec = self.document["params"][name]
        if name in self.given_params:
            return of_param(self.given_params[name], spec)
        if "value" in spec:
            return of_param(spec["value"], spec)
        started = [start for start in sorted(spec["values"], key=as_day) if day is None or as_day(start) <= day]
        return of_param(spec["values"][started[-1]], spec) if started else No("missing_input")

    def measured(self, metric: str, place: Place) -> metrics.Measured:
        """A metric's value, level and score at a place."""
        key = (metric, place)
        if key not in self._measured:
            self._measured[key] = metrics.measure(self, metric, place)
        return self._measured[key]

    def formula(self, formula: Quantity, place: Place, names: dict[str, Value] | None = None) -> Value:
        """The value of a formula, a number or a percentage at a place; `names` are known there besides."""
        plain = plain_number(formula)
        if plain is not None:
            return plain
        return evaluate(read(formula), CardScope(self, place, names or {}))

    def holds(self, condition: str, place: Place) -> bool:
        """Whether a condition holds; one without value does not."""
        return self.formula(condition, place) is True

    def periods_back(self, place: Place, start: date) -> int:
        """How many periods lie between a place and an earlier first day."""
        assert self.calendar and place.start
        count = 0
        while self.calendar.shift(place.start, -count) > start:
            count += 1
        return count

    def starts_of(self, entity: Entity) -> list[date]:
        """The first days of an entity's periods, in order."""
        return [place.start for place in self.places if place.entity == entity and place.start]


def of_param(value: Any, spec: dict[str, Any]) -> Value:
    """A param's value by its type."""
    kind = spec.get("type", "number")
    if kind == "number":
        return of_cell(plain_number(value))
    return as_day(value) if kind == "date" else of_cell(value)


@dataclass(frozen=True, slots=True)
class CardScope:
    """A formula at a card: names are inputs, params and metrics; calls may look at other periods."""

    book: Book
    place: Place
    names: dict[str, Value] = field(default_factory=dict)

    def name(self, name: str) -> Value:
        return self.names[name] if name in self.names else self.book.value(name, self.place)

    def call(self, node: ast.Call) -> Value:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name in windows.FUNCTIONS:
            return windows.call(node, self._past(node.args[0]))
        if name in ("level", "score", "target", "certain"):
            assert isinstance(node.args[0], ast.Name)
            return self._of_metric(name, node.args[0].id)
        if name in peers.NAMES:
            beside = [place for place in self.book.places if place.start == self.place.start]
            values = [evaluate(node.args[0], CardScope(self.book, place)) for place in beside]
            return peers.call(name, evaluate(node.args[0], self), values)
        return functions.call(node, self)

    def _of_metric(self, what: str, metric: str) -> Value:
        measured = self.book.measured(metric, self.place)
        if what == "level" and measured.level is not None:
            return Level(measured.level, tuple(self.book.levels))
        found = {"score": measured.score, "target": measured.target, "certain": measured.certain}.get(what)
        return found if found is not None else No(measured.status if measured.status != "ok" else "missing_input")

    def _past(self, argument: ast.expr) -> windows.Past:
        book, place, calendar = self.book, self.place, self.book.calendar
        assert calendar and place.start
        now = place.start
        own = book.starts_of(place.entity)

        def value_at(start: date) -> Value:
            if start not in own:
                return windows.NOT_THERE
            return evaluate(argument, CardScope(book, Place(place.entity, start), self.names))

        def at_label(label: str) -> Value:
            return next((value_at(start) for start in own if calendar.label(start) == label), windows.NOT_THERE)

        def at_baseline() -> Value:
            named = book.document.get("baseline", "first")
            if named == "first":
                return value_at(own[0])
            if named in (book.document.get("params") or {}):
                day = book.param(named, None)
                assert isinstance(day, date)
                return value_at(calendar.start(as_day(day)))
            return at_label(named)

        ago: Callable[[int], Value] = lambda k: value_at(calendar.shift(now, -k))  # noqa: E731
        first_of_all = min(other.start for other in book.places if other.start)
        return windows.Past(
            ago=ago,
            exists=lambda k: calendar.shift(now, -k) in own,
            at_label=at_label,
            at_baseline=at_baseline,
            periods_since=lambda larger: book.periods_back(place, calendar.larger_start(now, larger)),
            own_first=book.periods_back(place, own[0]),
            data_first=book.periods_back(place, first_of_all),
        )
