"""Between what numbers a value must lie, from what is declared of columns and inputs and from the shape of formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TypeAlias

from ..formulas.formula import Arithmetic, Call, Choice, Literal, Logic, Name, Negative, Node, show
from ..functions import FUNCTIONS
from ..language.model import Formula, Input, Ruleset, Source
from ..language.order import metric_order

Range: TypeAlias = tuple[float, float]

ALL: Range = (-math.inf, math.inf)
_FROM_0: Range = (0.0, math.inf)
_SHARE: Range = (0.0, 1.0)
# what gives one of the values that it is given, or something between them
_AMONG = frozenset({
    "prev", "at", "baseline", "rolling_mean", "rolling_min", "rolling_max", "peer_mean", "peer_median", "peer_min",
    "peer_max", "mean", "median", "min", "max", "first", "last", "quantile",
})  # fmt: skip
_ADDED = frozenset({"sum", "rolling_sum", "to_date"})
# how far a part is looked for in a whole
_MOST_STEPS = 100
_COUNTED = frozenset({"count", "count_distinct", "count_true", "std", "cohort_size"})


class Ranges:
    """Ranges of inputs and metrics of a ruleset, and of formulas over them or over a source's columns."""

    def __init__(self, ruleset: Ruleset, sources: Mapping[str, Source]) -> None:
        self.ruleset = ruleset
        self.sources = sources
        self._columns: dict[str, dict[str, Range]] = {}
        self._named: dict[str, Range] = {}
        for id, input in ruleset.inputs.items():
            self._named[id] = self._of_input(input)
        for id in metric_order(ruleset):
            # of a name that two things have nobody knows which is meant
            self._named[id] = ALL if id in self._named else self.of(ruleset.metrics[id].formula.node)

    def of(self, node: Node) -> Range:
        """The range of a formula over inputs and metrics."""
        return _Formula(self, lambda name: self._named.get(name, ALL)).of(node)

    def of_rows(self, node: Node, source: Source) -> Range:
        """The range of a formula over a source's columns."""
        return _Formula(self, lambda name: self._of_column(source, name), rows=True).of(node)

    def meaning(self, node: Node) -> Node:
        """The formula of a metric in place of its name."""
        for _ in range(len(self.ruleset.metrics)):
            if not (isinstance(node, Name) and node.id in self.ruleset.metrics):
                break
            node = self.ruleset.metrics[node.id].formula.node
        return node

    def _of_input(self, input: Input) -> Range:
        source = self.sources.get(input.source)
        if input.type != "number" or source is None:
            return ALL
        if input.cohort is not None:
            found = _FROM_0
        elif input.formula is None:
            found = self._of_column(source, input.id)
        else:
            found = self.of_rows(input.formula.node, source)
            if input.then in ("count", "count_true"):
                found = _FROM_0
            elif input.then in ("sum", "share_true"):
                found = _SHARE if input.then == "share_true" else _sum(found)
        low = found[0] if input.min is None else max(found[0], input.min)
        high = found[1] if input.max is None else min(found[1], input.max)
        if low > high:
            # bounds that no value fits are told of where they stand
            return ALL
        # a default stands in unchecked
        return _hull((low, high), (input.default,) * 2) if isinstance(input.default, float) else (low, high)

    def _of_column(self, source: Source, name: str) -> Range:
        """What its data is checked for; other rows count where a violation is only warned of."""
        if source.id not in self._columns:
            # what is looked up was checked, if at all, elsewhere
            columns = () if source.on_violation == "warn" else source.columns
            ends = {one.name: (-math.inf if one.min is None else one.min, math.inf if one.max is None else one.max)
                    for one in columns}  # fmt: skip
            self._columns[source.id] = {name: (low, high) for name, (low, high) in ends.items() if low <= high}
        return self._columns[source.id].get(name, ALL)

    def _window(self, input: Input) -> object:
        """As it is written, which may be no duration."""
        raw = self.ruleset.origin.data["inputs"][input.id]
        return input.trailing or (raw or {}).get("trailing")

    def is_part(self, part: Input, whole: Input) -> bool:
        """Whether an input counts or adds up some of the rows of another."""
        if part.formula is None or whole.formula is None or part.per or whole.per:
            return False
        if part.default is not None or whole.default is not None:
            return False
        one, other = part.formula.node, whole.formula.node
        if (part.source, self._window(part)) != (whole.source, self._window(whole)):
            return False
        if not isinstance(one, Call) or not isinstance(other, Call) or not _conditions(whole) <= _conditions(part):
            return False
        if one.function in ("count", "count_distinct") and other.function == "count" and not other.arguments:
            return True
        if one.function != other.function or show(one) != show(other):
            return False
        source = self.sources.get(part.source)
        adds = one.function == "sum" and source is not None and self.of_rows(one.arguments[0], source)[0] >= 0
        return adds or one.function in ("count", "count_distinct")


class _Formula:
    """Ranges of the pieces of one formula, each found once."""

    def __init__(self, ranges: Ranges, named: Callable[[str], Range], rows: bool = False) -> None:
        self.ranges = ranges
        self.named = named
        # over rows a name is a column's
        self.rows = rows
        self.steps = 0
        self._found: dict[Node, Range] = {}

    def of(self, node: Node) -> Range:
        if node not in self._found:
            low, high = self._range(node)
            self._found[node] = (-math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high)
        return self._found[node]

    def _range(self, node: Node) -> Range:
        match node:
            case Literal(value=float(value)):
                return value, value
            case Name(id=id):
                return self.named(id)
            case Negative(item=item):
                low, high = self.of(item)
                return -high, -low
            case Choice(then=then, otherwise=otherwise):
                return _hull(self.of(then), self.of(otherwise))
            case Arithmetic(operator=operator, left=left, right=right):
                return self._arithmetic(operator, left, right)
            case Call():
                return self._call(node)
        return ALL

    def _arithmetic(self, operator: str, left: Node, right: Node) -> Range:
        one, other = self.of(left), self.of(right)
        if operator == "+":
            return one[0] + other[0], one[1] + other[1]
        if operator == "-":
            low, high = one[0] - other[1], one[1] - other[0]
            return (max(low, 0.0) if self._is_part(right, left) else low), high
        if operator == "*":
            found = _times(one, other)
            return (max(found[0], 0.0), found[1]) if show(left) == show(right) else found
        if operator == "/":
            return self._quotient(left, right)
        return _FROM_0 if operator == "**" and one[0] >= 0 else ALL

    def _quotient(self, left: Node, right: Node) -> Range:
        under = self.of(right)
        low, high = _times(self.of(left), _over(under))
        if under[0] < 0:
            return low, high
        if self._is_part(left, right):
            high = min(high, 1.0)
        if isinstance(left, Arithmetic) and left.operator in "+-":
            # (a - b) / a is 1 - b / a, and (a - b) / b is a / b - 1
            first, second = (self._share(side, right) for side in (left.left, left.right))
            if (1.0, 1.0) in (first, second):
                if left.operator == "-":
                    second = -second[1], -second[0]
                low, high = max(low, first[0] + second[0]), min(high, first[1] + second[1])
        return low, high

    def _share(self, node: Node, whole: Node) -> Range:
        if show(node) == show(whole):
            return 1.0, 1.0
        low, high = _times(self.of(node), _over(self.of(whole)))
        return low, min(high, 1.0) if self._is_part(node, whole) else high

    def _is_part(self, part: Node, whole: Node) -> bool:
        """Whether one value is never more than another, since it is one of those that this adds up."""
        self.steps += 1
        if not self.rows:
            part, whole = self.ranges.meaning(part), self.ranges.meaning(whole)
        if show(part) == show(whole):
            return True
        # metrics of metrics may go on for ever
        if self.steps > _MOST_STEPS:
            return False
        if isinstance(whole, Arithmetic) and whole.operator == "+":
            for one, other in ((whole.left, whole.right), (whole.right, whole.left)):
                if self.of(other)[0] >= 0 and self._is_part(part, one):
                    return True
        if isinstance(part, Arithmetic) and part.operator == "-" and self.of(part.right)[0] >= 0:
            return self._is_part(part.left, whole)
        if not isinstance(part, Name) or self.rows:
            return False
        if isinstance(whole, Call) and whole.function == "cohort_size":
            return [show(one) for one in whole.arguments] == [part.id]
        if not isinstance(whole, Name):
            return False
        inputs = self.ranges.ruleset.inputs
        counted, total = inputs.get(part.id), inputs.get(whole.id)
        return counted is not None and total is not None and self.ranges.is_part(counted, total)

    def _call(self, node: Call) -> Range:
        name = node.function
        given = [self.of(argument) for argument in node.arguments]
        x = given[0] if given else ALL
        if name in _AMONG:
            return x
        if name in _ADDED:
            return _sum(x)
        if name in _COUNTED:
            return _FROM_0
        if name in ("share_of_total", "share"):
            return _SHARE if x[0] >= 0 or name == "share" else ALL
        if name in ("growth", "compound_growth"):
            return (-1.0, math.inf) if x[0] >= 0 else ALL
        if name in _OF_ENDS and given:
            return _OF_ENDS[name](given)
        low, high = FUNCTIONS[name].between if name in FUNCTIONS else (None, None)
        return -math.inf if low is None else float(low), math.inf if high is None else float(high)


_OF_ENDS: dict[str, Callable[[list[Range]], Range]] = {
    "least": lambda given: (min(low for low, _ in given), min(high for _, high in given)),
    "greatest": lambda given: (max(low for low, _ in given), max(high for _, high in given)),
    "clip": lambda given: (
        min(max(given[0][0], given[1][0]), given[2][0]), min(max(given[0][1], given[1][1]), given[2][1])
    ) if len(given) == 3 else ALL,
    "coalesce": lambda given: (min(low for low, _ in given), max(high for _, high in given)),
    "change": lambda given: (given[0][0] - given[0][1], given[0][1] - given[0][0]),
    "exp": lambda given: _FROM_0,
    "floor": lambda given: _whole(given[0]),
    "ceil": lambda given: _whole(given[0]),
    "round": lambda given: _whole(given[0]),
    "abs": lambda given: (max(given[0][0], -given[0][1], 0.0), max(abs(given[0][0]), abs(given[0][1]))),
}  # fmt: skip


def _conditions(input: Input) -> set[str]:
    """What is asked of each row."""
    where: Formula | None = input.where
    if where is None:
        return set()
    items = where.node.items if isinstance(where.node, Logic) and where.node.operator == "and" else (where.node,)
    return set(map(show, items))


def _hull(one: Range, other: Range) -> Range:
    return min(one[0], other[0]), max(one[1], other[1])


def _sum(one: Range) -> Range:
    """The range of a sum of any number of such values."""
    return 0.0 if one[0] >= 0 else -math.inf, 0.0 if one[1] <= 0 else math.inf


def _whole(one: Range) -> Range:
    """The range of numbers that are rounded in some way."""
    low, high = one
    return low if low.is_integer() else low - 1, high if high.is_integer() else high + 1


def _times(one: Range, other: Range) -> Range:
    ends = [x * y if x and y else 0.0 for x in one for y in other]
    return min(ends), max(ends)


def _over(one: Range) -> Range:
    """The range of 1 over a value, which has none for 0."""
    low, high = one
    if low >= 0:
        return 1 / high if high else 0.0, 1 / low if low else math.inf
    if high <= 0:
        return 1 / high if high else -math.inf, 1 / low
    return ALL
