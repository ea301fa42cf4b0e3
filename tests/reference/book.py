"""All that is known of a run: cards, and the value of every name at each, worked out when it is asked for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from . import functions, metrics, peers, signals, windows
from .aggregates import Row, RowScope
from .cohorts import Cohort, cohort_at
from .formulas import evaluate, read
from .inputs import Entity, Place, default_of, entity_names, input_value, looked_up_only, sources_of, within
from .periods import Calendar, as_day, calendar_of
from .trailing import Trailing
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
        unseen = looked_up_only(document)
        full = [source for name, source in self.sources.items() if source.has_both and name not in unseen]
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
        if name in self.inputs and self.inputs[name].keys() & {"conversion", "retention"}:
            return self._followed(name, place)
        if name in self.inputs and "trailing" in self.inputs[name]:
            return self._trailing(name, place)
        if name in self.inputs:
            return input_value(self.inputs[name], name, self.sources, place)
        if name in self.metrics:
            return metrics.value_of(self, name, place)
        if name in (self.document.get("params") or {}):
            return self.param(name, place.start)
        return of_cell(place.entity[self.entity_names.index(name)])

    def _trailing(self, name: str, place: Place) -> Value:
        spec = self.inputs[name]
        taken = spec.get("from") or next(iter(self.sources))
        window = Trailing(self.sources[taken], spec["trailing"])
        if window.reaches_too_far(place):
            return No("no_prior_period")
        return input_value(spec, name, {**self.sources, taken: window}, place)

    def cohort(self, name: str, place: Place) -> Cohort:
        """What a conversion or a retention counts at a place."""
        return cohort_at(self.inputs[name], self.sources, place, self.calendar)

    def _followed(self, name: str, place: Place) -> Value:
        spec = self.inputs[name]
        if "default" in spec and not self._any_first(spec, place):
            return within(default_of(spec), spec)
        return within(self.cohort(name, place).followed, spec)

    def _any_first(self, spec: dict[str, Any], place: Place) -> bool:
        """Whether the source of the first events has a row that counts at a place."""
        inner = spec.get("conversion") or spec["retention"]
        where = inner.get("cohort_where") if "cohort" in inner else spec.get("where")
        source = self.sources[inner.get("cohort", inner["from"])]
        rows = source.rows_at(place)
        return any(where is None or evaluate(read(where), RowScope(row, source.calendar)) is True for row in rows)

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

    @property
    def calendar(self) -> Calendar:
        return self.book.calendar or Calendar("day")

    def name(self, name: str) -> Value:
        return self.names[name] if name in self.names else self.book.value(name, self.place)

    def call(self, node: ast.Call) -> Value:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name == "signal":
            return self._signal(node)
        if name == "cohort_size":
            assert isinstance(node.args[0], ast.Name)
            return self.book.cohort(node.args[0].id, self.place).size
        if name in windows.FUNCTIONS:
            return windows.call(node, self._past(node.args[0]))
        if name in ("level", "score", "target", "certain"):
            assert isinstance(node.args[0], ast.Name)
            return self._of_metric(name, node.args[0].id)
        if name in peers.NAMES:
            return self._among_peers(name, node)
        return functions.call(node, self)

    def _among_peers(self, name: str, node: ast.Call) -> Value:
        beside = [CardScope(self.book, place) for place in self.book.places if place.start == self.place.start]
        by = next((keyword.value for keyword in node.keywords if keyword.arg == "by"), None)
        own = evaluate(node.args[0], self)
        if by is not None:
            group = evaluate(by, self)
            if isinstance(group, No):
                return own if isinstance(own, No) and name not in peers.OVER_ALL else group
            beside = [scope for scope in beside if evaluate(by, scope) == group]
        return peers.call(name, own, [evaluate(node.args[0], scope) for scope in beside])

    def _signal(self, node: ast.Call) -> Value:
        assert isinstance(node.args[0], ast.Name)
        assert self.place.start
        book, metric = self.book, node.args[0].id
        back = book.periods_back(self.place, book.starts_of(self.place.entity)[0])
        starts = [self.calendar.shift(self.place.start, -k) for k in range(back, -1, -1)]
        own = set(book.starts_of(self.place.entity))
        places = [Place(self.place.entity, day) if day in own else None for day in starts]
        values = [book.value(metric, place) if place else windows.NOT_THERE for place in places]
        given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in node.keywords}
        given |= dict(zip(["rules", "at_least"], map(ast.literal_eval, node.args[1:]), strict=False))
        return signals.signal(values, book.metrics[metric]["better"] == "higher", **given)

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
