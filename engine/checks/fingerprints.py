"""What a formula gives for made-up inputs: two formulas that give the same for all of them are the same one."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

from ..formulas.formula import Arithmetic, Call, Literal, Name, Negative, Node, walk
from ..language.model import Metric, Ruleset
from ..language.order import metric_order

Values: TypeAlias = tuple[float, ...]

_POINTS = 5
# so many digits are the same however a formula is written
DIGITS = 7
_OPERATIONS = {
    "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": lambda x, y: x / y,
    "**": lambda x, y: x**y,
}  # fmt: skip
# how many periods back, and how many metrics inside each other, formulas are looked into
_FURTHEST = 12
_DEEPEST = 20


class Fingerprints:
    """Values of metrics and of pieces of formulas over inputs that are drawn once; parameters stay as they are.

    What is not arithmetic gives a number of its own, by what it is called and what its arguments are.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.metrics: dict[str, Metric] = ruleset.metrics
        self._params = {id for id, param in ruleset.params.items() if not param.values}
        self._found: dict[tuple[str, int], Values] = {}
        self._depth = 0
        # in this order a chain of a thousand metrics is no deeper than one
        for id in metric_order(ruleset):
            self.of(id)

    def of(self, id: str, back: int = 0) -> Values:
        """The values of a metric, input or parameter, so many periods back."""
        key = (id, back)
        if key not in self._found:
            if id in self.metrics and back <= _FURTHEST and self._depth < _DEEPEST:
                self._depth += 1
                self._found[key] = self.of_node(self.metrics[id].formula.node, back)
                self._depth -= 1
            elif id in self._params:
                self._found[key] = (_drawn("param", id),) * _POINTS
            else:
                self._found[key] = tuple(_drawn(id, back, point) for point in range(_POINTS))
        return self._found[key]

    def of_node(self, node: Node, back: int = 0) -> Values:
        """The values of a formula, so many periods back."""
        match node:
            case Literal(value=float(value)):
                return (value,) * _POINTS
            case Name(id=id):
                return self.of(id, back)
            case Negative(item=item):
                return tuple(-value for value in self.of_node(item, back))
            case Arithmetic(operator=operator, left=left, right=right):
                return self._arithmetic(operator, self.of_node(left, back), self.of_node(right, back))
            case Call(function=function, arguments=(item, *more)) if function in ("prev", "change", "growth", "round"):
                return self._call(function, item, more, node, back)
        return self._opaque(node, back)

    def _arithmetic(self, operator: str, left: Values, right: Values) -> Values:
        try:
            found = tuple(map(_OPERATIONS[operator], left, right))
        except (ZeroDivisionError, OverflowError):
            found = ()
        if found and all(isinstance(value, float) and abs(value) < 1e15 for value in found):
            return found
        return tuple(_drawn(operator, x, y) for x, y in zip(left, right, strict=True))

    def _call(self, function: str, item: Node, more: list[Node], node: Call, back: int) -> Values:
        if function == "round":
            return self.of_node(item, back)
        steps = [*more, *(given for _, given in node.keywords)]
        periods = [step.value for step in steps if isinstance(step, Literal) and isinstance(step.value, float)] or [1.0]
        before = self.of_node(item, back + int(periods[0]))
        if function == "prev":
            return before
        change = self._arithmetic("-", self.of_node(item, back), before)
        return change if function == "change" else self._arithmetic("/", change, before)

    def _opaque(self, node: Node, back: int) -> Values:
        words = [type(node).__name__, getattr(node, "function", ""), getattr(node, "operator", "")]
        words += [name for name, _ in node.keywords] if isinstance(node, Call) else []
        words += [str(piece.value) for piece in walk(node) if isinstance(piece, Literal)]
        parts = [self.of_node(child, back) for child in node.children()]
        return tuple(_drawn(*words, back, *(part[point] for part in parts)) for point in range(_POINTS))


def _drawn(*words: object) -> float:
    """A number between 1 and 2 that belongs to these words, in every run the same."""
    text = "|".join(f"{word:.9g}" if isinstance(word, float) else str(word) for word in words)
    return 1 + int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) / 2**48
