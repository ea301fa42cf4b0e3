"""What the checks share: the ruleset, what its names mean, and a way to say what is wrong and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property, partial

from ..data.sources import declared_sources
from ..documents.fixes import Hint, hinted
from ..formulas import units
from ..formulas.formula import Name, Node
from ..language.model import Formula, Input, Metric, Param, Ruleset, Source, Template
from ..language.order import circles, metric_order
from ..language.reading import Unreadable
from ..problems import Location, Path, Problem
from ..suggest import Meant, meant
from .inference import Inference, instead
from .ranges import Ranges
from .typed import UNKNOWN, Typed, type_of_column, type_of_input

CARD_WORDS: dict[str, Typed] = {"entity": Typed("text"), "period": Typed("text"), "stage": Typed("text"),
                                "score": Typed("number")}  # fmt: skip


# Names that one ruleset is compared with in search of those that were meant. Thousands of wrong names among thousands
# of right ones would take minutes; the first of them have a suggestion, which is enough to see what is wrong.
_MOST_COMPARED = 100_000
# days of dated parameters that are looked at
_MOST_DAYS = 100


class Checking:
    """Collects problems; each check is a function that takes this.

    `unread` says that some formula could not be read; `instead` gives names other units than they declare.
    """

    def __init__(self, ruleset: Ruleset, unread: bool = False, instead: Mapping[str, units.Unit] | None = None) -> None:
        self.ruleset = ruleset
        self.unread = unread
        self.instead = instead or {}
        self.sources = declared_sources(ruleset)
        self.problems: list[Problem] = []
        self.suppressed: list[Problem] = []
        self.used: set[str] = set()
        self.told: set[Path] = set()
        self.ranks = {level.id: rank for rank, level in enumerate(ruleset.levels)}
        self.levels: dict[str, tuple[int, ...]] = {}
        self.compared = 0
        self._columns: dict[str, dict[str, Typed]] = {}
        self.missing: dict[str, list[Problem]] = {}
        # names that are missing only because a lookup misspells them
        self.brought_wrongly: set[str] = set()
        # metrics whose `better` has been told to be the wrong way
        self.turned: set[str] = set()
        self._asked: str | None = None

    # -- saying ----------------------------------------------------------------------------------------------

    def at(
        self, code: str, path: Path, message: str, hint: Hint = None, severity: str = "error", key: bool = False
    ) -> None:
        """A problem with the value at a path, or with its key."""
        origin = self.ruleset.origin
        self._say(code, message, origin.at_key(path) if key else origin.at(path), severity, hint, path)

    def inside(
        self, code: str, formula: Formula, node: Node, message: str, hint: Hint = None, severity: str = "error"
    ) -> None:
        """A problem with a piece of a formula."""
        place = self.ruleset.origin.inside(formula.path, node.start + formula.offset, node.end + formula.offset)
        self._say(code, message, place, severity, hint, formula.path)

    def unknown(self, code: str, what: str, name: str, known: Iterable[str], path: Path, key: bool = False) -> None:
        """A name that is none of the known, at a path."""
        if self.gone(code, name, path):
            return
        names = list(known)
        hint = self.guess(name, names) or f"there are: {', '.join(names[:12]) or 'none'}"
        self.at(code, path, f"there is no {what} `{name}`", hint, key=key)

    def guess(self, word: str, names: Collection[str]) -> Meant | None:
        """The name that was probably meant."""
        self.compared += len(names)
        return meant(word, names) if self.compared <= _MOST_COMPARED else None

    def gone(self, code: str, name: str, path: Path) -> bool:
        """Whether an overlay removed what `name` names; then that is told, once for each removal.

        Else the next problem tells of the name, and is kept as one of those about it.
        """
        removal = self.ruleset.origin.removal(name)
        if removal is None:
            self._asked = name
            return False
        if removal.path not in self.told:
            self.told.add(removal.path)
            user = ".".join(map(str, path))
            self._say(code, f"`{'.'.join(map(str, removal.path))}` is removed, but `{user}` needs it",
                      removal.location, "error", "remove or change that too", path)  # fmt: skip
        return True

    def _say(self, code: str, message: str, location: Location, severity: str, hint: Hint, path: Path) -> None:
        source = self.ruleset.origin.source_line(location)
        problem = hinted(code, message, location, hint, path, source, severity)
        self.problems.append(problem)
        if self._asked is not None:
            self.missing.setdefault(self._asked, []).append(problem)
            self._asked = None

    # -- meaning ---------------------------------------------------------------------------------------------

    @cached_property
    def circular(self) -> frozenset[str]:
        """Metrics that stand in a circle; nothing more is said of their types."""
        return frozenset(name for circle in circles(self.ruleset) for name in circle)

    def columns_of(self, source: Source) -> Mapping[str, Typed]:
        """Types of the columns that a source has."""
        if source.id not in self._columns:
            self._columns[source.id] = {column.name: type_of_column(column) for column in source.known}
        return self._columns[source.id]

    @cached_property
    def defaults(self) -> list[dict[str, float]]:
        """Numbers of parameters where a run sets none: one for each day from which on one of them is another."""
        days = {day for param in self.ruleset.params.values() for day, _ in param.values}
        found = []
        for day in sorted(days)[:_MOST_DAYS] or [""]:
            held = {}
            for id, param in self.ruleset.params.items():
                value = next((value for since, value in reversed(param.values) if since <= day), param.value)
                if isinstance(value, float):
                    held[id] = value
            found.append(held)
        return found

    @cached_property
    def ranges(self) -> Ranges:
        """Between what numbers values lie."""
        return Ranges(self.ruleset, self.sources)

    @cached_property
    def values(self) -> Mapping[str, Typed]:
        """Types of inputs, parameters and metrics."""
        ruleset = self.ruleset
        found = {id: type_of_input(input, self._declared(input)) for id, input in ruleset.inputs.items()}
        for id, param in ruleset.params.items():
            found[id] = Typed(param.type, self._declared(param))
        # every metric is known by name from the start, so that a circle is told as one
        for id in ruleset.metrics:
            found[id] = UNKNOWN
        # of a name that two things have nobody knows which is meant where
        twice = {id for id in ruleset.inputs if id in ruleset.params or id in ruleset.metrics}
        twice |= {id for id in ruleset.params if id in ruleset.metrics}
        found |= dict.fromkeys(twice, UNKNOWN)
        for id in metric_order(ruleset):
            metric = ruleset.metrics[id]
            if id not in self.circular and id not in twice:
                found[id] = self._metric_type(metric, found)
        return found

    @cached_property
    def card_values(self) -> Mapping[str, Typed]:
        """What names mean in a text."""
        return {**CARD_WORDS, **self.values}

    def _declared(self, one: Input | Param | Metric) -> units.Unit | None:
        return self.instead.get(one.id) if one.id in self.instead else units.parse_unit(one.unit)

    def of_metric(self, metric: Metric) -> Mapping[str, Typed]:
        """What names mean in a metric's bands and score, where `target` is its own."""
        if metric.target is None:
            return self.values
        return {**self.values, "target": self.values.get(metric.id, Typed("number"))}

    def unit_of_input(self, input: Input, found: Typed) -> None:
        """Say where an input declares another unit than its formula gives."""
        declared = self._declared(input)
        severity = units.misfit(declared, found.unit) if input.formula is not None else None
        if severity is not None and input.formula is not None:
            words = f"this gives {units.show_unit(found.unit)}, not {input.unit}"
            self.inside("RC406", input.formula, input.formula.node, words, "correct the unit, or the formula", severity)

    def _metric_type(self, metric: Metric, names: Mapping[str, Typed]) -> Typed:
        inferred = self.infer(metric.formula, "metric", names)
        declared = self._declared(metric)
        if inferred.type not in ("number", "unknown"):
            words = f"a metric is a number, and this is a {inferred.type}"
            self.inside("RC304", metric.formula, metric.formula.node, words, instead("number", inferred.type))
        elif declared is not None and inferred.unit is not None and declared != inferred.unit:
            self._unit_mismatch(metric, declared, inferred.unit)
        return Typed("number", inferred.unit if declared is None else declared)

    def _unit_mismatch(self, metric: Metric, declared: units.Unit, inferred: units.Unit) -> None:
        path: Path = (*metric.path, "unit")
        found = units.show_unit(inferred)
        if declared == units.RATIO and units.is_quotient(inferred):
            if metric.unit == "percent":
                self.at("RC407", path, f"a percentage of unlike things ({found}): it is no share and may pass 100%",
                        "`unit: ratio` says so", "warning")  # fmt: skip
            return
        self.at("RC406", path, f"the formula gives {found}, not {metric.unit}", "correct the unit, or the formula",
                units.misfit(declared, inferred) or "error")  # fmt: skip

    def infer(self, formula: Formula, place: str, names: Mapping[str, Typed]) -> Typed:
        """The type of a formula; what is wrong inside it is collected."""
        if isinstance(formula.node, Unreadable):
            return UNKNOWN
        inference = self._inference(formula, place, names)
        found = inference.infer(formula.node)
        self.used |= inference.used
        return found

    def condition(self, formula: Formula, place: str, names: Mapping[str, Typed] | None = None) -> None:
        """A formula that must say yes or no."""
        if isinstance(formula.node, Unreadable):
            return
        inference = self._inference(formula, place, self.values if names is None else names)
        inference.wanted(formula.node, "flag")
        self.used |= inference.used

    def number(self, formula: Formula, place: str, names: Mapping[str, Typed] | None = None) -> Typed:
        """A formula that must give a number."""
        found = self.infer(formula, place, self.values if names is None else names)
        if found.type not in ("number", "unknown"):
            self.inside("RC304", formula, formula.node, f"a number is needed here, and this is a {found.type}",
                        instead("number", found.type))  # fmt: skip
            return UNKNOWN
        return found

    def like(self, metric: Metric, formula: Formula, names: Mapping[str, Typed]) -> None:
        """A number that the metric's value is held against, so that both are of one unit."""
        found = self.number(formula, "metric", names)
        unit = self.values.get(metric.id, UNKNOWN).unit
        severity = units.misfit(found.unit, unit)
        if severity is not None:
            own = metric.unit or units.show_unit(unit)
            words = f"this is in {units.show_unit(found.unit)}, and `{metric.id}` in {own}"
            self.inside("RC406", formula, formula.node, words, "bring both to one unit", severity)

    def template(self, template: Template) -> None:
        """The formulas in a text."""
        for _, parts in template:
            for part in parts:
                if isinstance(part, Formula):
                    name = part.node.id if isinstance(part.node, Name) else None
                    if name not in CARD_WORDS or name in self.values:
                        self.infer(part, "card", self.card_values)

    def _inference(self, formula: Formula, place: str, names: Mapping[str, Typed]) -> Inference:
        def report(code: str, node: Node, message: str, hint: Hint = None, severity: str = "error") -> None:
            self.inside(code, formula, node, message, hint, severity)

        gone = partial(self.gone, "RC301", path=formula.path)
        return Inference(self.ruleset, place, names, report, gone, self.guess, self._source_of(formula.path))

    def _source_of(self, path: Path) -> Source | None:
        """The source whose rows a formula of an input is about."""
        input = self.ruleset.inputs.get(str(path[1])) if path[:1] == ("inputs",) else None
        if input is None:
            return None
        source = input.conditions[path][1] if path in input.conditions else input.source
        return self.ruleset.sources.get(source)
