"""Types and units of formulas, found without data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .. import calendars, units
from ..formula import Arithmetic, Call, Choice, Comparison, Literal, Logic, Name, Negative, Node, Not, OneOf
from ..functions import FUNCTIONS, LATER, LITERAL_TYPES, Function, Misfit, Parameter, bind
from ..model import Ruleset
from ..suggest import nearest
from ..units import Unit

# Reports a slip at a node: code, node, message, hint, severity.
Report = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Typed:
    """What a formula gives. The type `unknown` goes with everything, so that one mistake stays one problem."""

    type: str
    unit: Unit | None = None


UNKNOWN = Typed("unknown")
FLAG = Typed("flag")
WHERE = {
    "input": frozenset({"aggregate", "number"}),
    "row": frozenset({"number"}),
    "metric": frozenset({"number", "period", "peer"}),
    "stage": frozenset({"number", "period", "peer", "metric"}),
    "card": frozenset({"number", "period", "peer", "metric"}),
}
_HOMES = {
    "aggregate": "it belongs in an input's formula",
    "period": "it belongs in a metric, a stage or an advice",
    "peer": "it belongs in a metric, a band or an advice",
    "metric": "it belongs in a stage, a cap or an advice",
}


@dataclass
class Inference:
    """Infers formulas in one place of the language: what names mean there, and which functions may stand."""

    ruleset: Ruleset
    place: str
    names: Mapping[str, Typed]
    report: Report
    used: set[str] = field(default_factory=set)
    inside_aggregate: bool = False

    def infer(self, node: Node) -> Typed:
        match node:
            case Literal(value=value):
                return Typed("flag" if isinstance(value, bool) else "text" if isinstance(value, str) else "number")
            case Name():
                return self._name(node)
            case Negative(item=item):
                return self._wanted(item, "number")
            case Not(item=item):
                self._wanted(item, "flag")
                return FLAG
            case Logic(items=items):
                for item in items:
                    self._wanted(item, "flag")
                return FLAG
            case Arithmetic():
                return self._arithmetic(node)
            case Comparison():
                return self._comparison(node)
            case OneOf():
                return self._one_of(node)
            case Choice(condition=condition, then=then, otherwise=otherwise):
                self._wanted(condition, "flag")
                left, right = self.infer(then), self.infer(otherwise)
                self._same_type(node, left, right, "both sides of `else`")
                self._same_unit(node, left, right, "choosing between")
                return UNKNOWN if UNKNOWN in (left, right) else Typed(left.type, _either(left, right))
            case Call():
                return self._call(node)
        return UNKNOWN

    def condition(self, node: Node) -> None:
        """A formula that must say yes or no."""
        self._wanted(node, "flag")

    # -- names and operators ---------------------------------------------------------------------------------

    def _name(self, node: Name) -> Typed:
        found = self.names.get(node.id)
        if found is not None:
            self.used.add(node.id)
            if self.place == "input" and not self.inside_aggregate:
                self.report("RC304", node, f"`{node.id}` has a value in each row; an input needs one for all",
                            f"such as sum({node.id}) or last({node.id})")  # fmt: skip
            return found
        if node.id in FUNCTIONS:
            self.report("RC301", node, f"`{node.id}` is a function", f"write {FUNCTIONS[node.id].signature}")
            return UNKNOWN
        guess = nearest(node.id, [name for name in self.names if name not in self.used] or list(self.names))
        guess = guess or nearest(node.id, self.names)
        kind = "columns" if self.place in ("input", "row") else "names"
        known = ", ".join(list(self.names)[:12]) or "none"
        self.report("RC301", node, f"unknown name `{node.id}`",
                    f"did you mean `{guess}`?" if guess else f"{kind}: {known}")  # fmt: skip
        return UNKNOWN

    def _wanted(self, node: Node, type: str) -> Typed:
        found = self.infer(node)
        if found.type not in (type, "unknown"):
            words = {"flag": "a condition", "number": "a number"}[type]
            hint = "compare it with something" if type == "flag" else "write `1 if … else 0`" if found.type == "flag" else None
            self.report("RC304", node, f"{words} is needed here, and this is a {found.type}", hint)
            return UNKNOWN
        return found

    def _arithmetic(self, node: Arithmetic) -> Typed:
        left, right = self._wanted(node.left, "number"), self._wanted(node.right, "number")
        constant = _constant(node)
        if constant is None and _is_constant(node):
            self.report("RC309", node, "this overflows, or divides by zero", "no number can hold it")
            return UNKNOWN
        if UNKNOWN in (left, right):
            return UNKNOWN
        match node.operator:
            case "+" | "-":
                self._same_unit(node, left, right, "adding" if node.operator == "+" else "subtracting")
                return Typed("number", _either(left, right))
            case "*":
                scaled = _is_constant(node.left) or _is_constant(node.right)
                return Typed("number", _either(left, right) if scaled else units.times(left.unit, right.unit))
            case "/":
                if _constant(node.right) == 0:
                    self.report("RC309", node, "this divides by zero")
                scaled = _is_constant(node.right)
                return Typed("number", left.unit if scaled else units.times(left.unit, units.inverse(right.unit)))
        exponent = _constant(node.right)
        whole = exponent is not None and exponent == int(exponent)
        return Typed("number", units.power(left.unit, int(exponent)) if whole and exponent is not None else None)

    def _comparison(self, node: Comparison) -> Typed:
        left, right = self.infer(node.left), self.infer(node.right)
        if UNKNOWN in (left, right):
            return FLAG
        for side, other, literal in ((left, right, node.right), (right, left, node.left)):
            if side.type == "level" and other.type == "text":
                self._level(literal)
                return FLAG
            if side.type == "date" and other.type == "text":
                self._date(literal)
                return FLAG
        if self._same_type(node, left, right, "the two sides"):
            self._same_unit(node, left, right, "comparing")
            if left.type in ("text", "flag") and node.operator not in ("==", "!="):
                self.report("RC304", node, f"`{node.operator}` does not order a {left.type}", "`==` and `!=` do")
        return FLAG

    def _one_of(self, node: OneOf) -> Typed:
        item = self.infer(node.item)
        for option in node.options:
            if item.type == "level":
                self._level(option)
            elif item.type != "unknown":
                self._same_type(option, item, self.infer(option), "the list and what is looked for")
        return FLAG

    def _level(self, node: Node) -> None:
        levels = [level.id for level in self.ruleset.levels]
        if not isinstance(node, Literal):
            self.report("RC304", node, "a level is compared with the name of one", f"levels: {', '.join(levels)}")
        elif node.value not in levels:
            guess = nearest(str(node.value), levels)
            self.report("RC401", node, f"there is no level `{node.value}`",
                        f"did you mean `{guess}`?" if guess else f"levels: {', '.join(levels)}")  # fmt: skip

    def _date(self, node: Node) -> None:
        try:
            dt.date.fromisoformat(str(node.value) if isinstance(node, Literal) else "")
        except ValueError:
            self.report("RC304", node, "a date is compared with a date", 'such as "2025-03-01"')

    def _same_type(self, node: Node, left: Typed, right: Typed, what: str) -> bool:
        if "unknown" in (left.type, right.type) or left.type == right.type:
            return True
        self.report("RC304", node, f"{what} are of different types: {left.type} and {right.type}")
        return False

    def _same_unit(self, node: Node, left: Typed, right: Typed, doing: str) -> None:
        if left.unit is None or right.unit is None or left.unit == right.unit:
            return
        # a literal may stand for the missing factor, as in order_value * 12
        mixed = units.is_compound(left.unit) != units.is_compound(right.unit)
        self.report("RC406", node, f"{doing} {units.show_unit(left.unit)} and {units.show_unit(right.unit)}",
                    "bring both to one unit first", "warning" if mixed else "error")  # fmt: skip

    # -- calls -----------------------------------------------------------------------------------------------

    def _call(self, node: Call) -> Typed:
        function = FUNCTIONS.get(node.function)
        if function is None:
            self._unknown_function(node)
            return UNKNOWN
        if function.family not in WHERE[self.place]:
            self.report("RC307", node, f"`{function.name}` cannot stand here", _HOMES.get(function.family))
            return UNKNOWN
        if function.family == "aggregate" and self.inside_aggregate:
            self.report("RC307", node, "an aggregate inside an aggregate", "group first with `per`, then aggregate")
            return UNKNOWN
        if function.family == "period" and self.ruleset.period is None:
            self.report("RC307", node, f"`{function.name}` needs periods", "declare `period: month` in the ruleset")
            return UNKNOWN
        try:
            bound = bind(function, node)
        except Misfit as misfit:
            self.report("RC303", misfit.node or node, str(misfit), f"{function.signature}: {function.summary}")
            return UNKNOWN
        was, self.inside_aggregate = self.inside_aggregate, self.inside_aggregate or function.family == "aggregate"
        found = [self._argument(function, parameter, item) for parameter, item in bound]
        self.inside_aggregate = was
        return self._gives(function, node, found)

    def _gives(self, function: Function, node: Call, found: list[Typed | None]) -> Typed:
        values = [typed for typed in found if typed is not None]
        if UNKNOWN in values:
            return UNKNOWN if function.gives in ("same", "number") else Typed(function.gives)
        first = values[0] if values else UNKNOWN
        if function.name in ("least", "greatest", "clip", "coalesce"):
            for other in values[1:]:
                if self._same_type(node, first, other, "the arguments"):
                    self._same_unit(node, first, other, "choosing between")
            first = Typed(first.type, next((typed.unit for typed in values if typed.unit is not None), None))
        unit = {"same": first.unit, "ratio": units.RATIO}.get(function.unit)
        return Typed(first.type if function.gives == "same" else function.gives, unit)

    def _unknown_function(self, node: Call) -> None:
        if node.function in LATER:
            self.report("RC210", node, f"`{node.function}` is part of the language, but not evaluated yet",
                        "prepare the value in the data for now")  # fmt: skip
            return
        known = [name for name, entry in FUNCTIONS.items() if entry.family in WHERE[self.place]]
        guess = nearest(node.function, known) or nearest(node.function, FUNCTIONS)
        if node.function in self.names:
            self.report("RC302", node, f"`{node.function}` is a name, not a function", "write `*` to multiply")
        else:
            self.report("RC302", node, f"unknown function `{node.function}`",
                        f"did you mean `{guess}`?" if guess else f"functions: {', '.join(sorted(known))}")  # fmt: skip

    def _argument(self, function: Function, parameter: Parameter, node: Node) -> Typed | None:
        """The type of an argument; None for those that are no values."""
        if parameter.type in LITERAL_TYPES:
            self._literal(function, parameter, node)
            return None
        if parameter.type == "metric":
            return self._metric(function, node)
        if parameter.type == "flag":
            return self._wanted(node, "flag")
        if parameter.type == "number":
            return self._wanted(node, "number")
        return self.infer(node)

    def _literal(self, function: Function, parameter: Parameter, node: Node) -> None:
        value = node.value if isinstance(node, Literal) else None
        number = value if isinstance(value, float) else None
        match parameter.type:
            case "whole":
                right = number is not None and number == int(number) and parameter.least <= number <= parameter.most
                wanted = f"a whole number from {parameter.least} to {parameter.most}"
            case "share":
                right, wanted = number is not None and 0 <= number <= 1, "a number from 0 to 1"
            case "grain":
                period = self.ruleset.period
                grains = calendars.larger_than(period) if period else ()
                right, wanted = value in grains, f"one of {', '.join(grains) or 'no period'}, longer than the ruleset's"
            case _:
                period = self.ruleset.period
                right = period is not None and isinstance(value, str) and calendars.parse_label(period, value) is not None
                wanted = f"a {period.grain if period else 'period'} in quotes"
        if not right:
            self.report("RC303", node, f"`{parameter.name}` of `{function.name}` is {wanted}", function.example)

    def _metric(self, function: Function, node: Node) -> Typed | None:
        if not isinstance(node, Name):
            self.report("RC303", node, f"`{function.name}` takes the name of a metric", function.example)
            return UNKNOWN
        metric = self.ruleset.metrics.get(node.id)
        nodes = [*self.ruleset.groups, "overall"] if self.place == "card" and function.name in ("level", "score") else []
        if metric is None and node.id in nodes:
            return None
        if metric is None:
            guess = nearest(node.id, [*self.ruleset.metrics, *nodes])
            self.report("RC301", node, f"there is no metric `{node.id}`", f"did you mean `{guess}`?" if guess else None)
            return UNKNOWN
        lacks = {
            "level": not metric.judged, "score": not metric.scored,
            "target": metric.target is None, "certain": metric.sample is None or not metric.judged,
        }[function.name]  # fmt: skip
        if lacks:
            what = {"level": "bands", "score": "score", "target": "target", "certain": "sample with bands"}[function.name]
            self.report("RC423", node, f"`{node.id}` has no {what}", f"`{function.name}` asks for it")
            return UNKNOWN
        return self.names.get(node.id, UNKNOWN) if function.name == "target" else None


def _either(left: Typed, right: Typed) -> Unit | None:
    return left.unit if left.unit is not None else right.unit


def _is_constant(node: Node) -> bool:
    if isinstance(node, Literal):
        return isinstance(node.value, float)
    return isinstance(node, Arithmetic | Negative) and all(_is_constant(child) for child in node.children())


def _constant(node: Node) -> float | None:
    """The number that a formula without names gives; None where it is none, or gives none."""
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, float) else None
    if not _is_constant(node):
        return None
    values = [_constant(child) for child in node.children()]
    if None in values:
        return None
    numbers = [value for value in values if value is not None]
    if isinstance(node, Negative):
        return -numbers[0]
    assert isinstance(node, Arithmetic)
    try:
        left, right = numbers
        result = {
            "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
            "/": lambda: left / right, "**": lambda: left**right,
        }[node.operator]()  # fmt: skip
    except (OverflowError, ZeroDivisionError):
        return None
    return result if isinstance(result, float) and abs(result) < float("inf") else None
