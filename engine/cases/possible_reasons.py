"""For what reasons a metric can have no value, as far as its own formula shows.

Only what certainly can be is named, since cases are asked to reach it: behind a condition what the condition asks about
is left out, and what comes from another metric is that metric's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..formulas.formula import Arithmetic, Call, Choice, Literal, Logic, Name, Negative, Node, names, walk
from ..language.model import Input, Metric, Ruleset
from ..reasons import (
    MISSING_INPUT,
    NEGATIVE_BASE,
    NO_PRIOR_PERIOD,
    OUT_OF_RANGE,
    REASONS,
    TOO_FEW,
    WINDOW_OPEN,
    ZERO_DENOMINATOR,
)

_LOOKING_BACK = ("prev", "change", "growth", "compound_growth", "to_date")
_ROLLING = ("rolling_sum", "rolling_mean", "rolling_min", "rolling_max", "rolling_std")
_FROM_A_BASE = ("growth", "compound_growth")
_KEEPING_ZERO = ("abs", "round", "prev")


def possible_reasons(ruleset: Ruleset, metric: Metric) -> tuple[str, ...]:
    """The reasons in words, in the order of their codes."""
    found = set(_Reasons(ruleset).of(metric.formula.node, frozenset()))
    if metric.sample is not None and metric.sample.at_least > 0:
        found.add(TOO_FEW)
    return tuple(REASONS[code] for code in sorted(found))


class _Reasons:
    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset

    def of(self, node: Node, asked: frozenset[str]) -> Iterator[int]:
        """The reasons of a node; `asked` are names that a condition around it has looked at."""
        match node:
            case Name(id=id):
                if id not in asked and id in self.ruleset.inputs:
                    yield from _of_input(self.ruleset.inputs[id])
            case Choice(condition=condition):
                yield from self.of(condition, asked)
                behind = asked | set(names(condition))
                yield from self.of(node.then, behind)
                yield from self.of(node.otherwise, behind)
            case Logic():
                for item in node.children():
                    yield from self.of(item, asked | set(_looked_for(node)))
            case Call():
                yield from self._of_call(node, asked)
            case _:
                for child in node.children():
                    yield from self.of(child, asked)
        below = node.right if isinstance(node, Arithmetic) and node.operator == "/" else None
        if below is not None and not asked & set(names(below)) and self._may_be_zero(below):
            yield ZERO_DENOMINATOR

    def _of_call(self, node: Call, asked: frozenset[str]) -> Iterator[int]:
        if node.function == "is_missing" or not node.arguments:
            return
        if node.function == "coalesce":
            if any(True for _ in self.of(node.arguments[-1], asked)):
                yield from self.of(node.arguments[0], asked)
            return
        if node.function == "cohort_size":
            return
        for child in node.children():
            yield from self.of(child, asked)
        rolls = node.function in _ROLLING and len(node.arguments) == 2 and not node.keywords
        if node.function in _LOOKING_BACK or rolls:
            yield NO_PRIOR_PERIOD
        if node.function in _FROM_A_BASE:
            if self._may_be_zero(node.arguments[0]):
                yield ZERO_DENOMINATOR
            if self._may_be_negative(node.arguments[0]):
                yield NEGATIVE_BASE
        if node.function in ("sqrt", "log") and self._may_be_negative(node.arguments[0]):
            yield NEGATIVE_BASE

    def _may_be_zero(self, node: Node) -> bool:
        match node:
            case Literal(value=value):
                return value == 0
            case Name(id=id):
                if id in self.ruleset.metrics:
                    return self._may_be_zero(self.ruleset.metrics[id].formula.node)
                input = self.ruleset.inputs.get(id)
                return input is not None and not (input.min or 0) > 0 and not (input.max or 0) < 0
            case Negative(item=item):
                return self._may_be_zero(item)
            case Arithmetic(operator="*"):
                return self._may_be_zero(node.left) or self._may_be_zero(node.right)
            case Arithmetic(operator="/"):
                return self._may_be_zero(node.left)
            case Arithmetic(operator="+" | "-"):
                return self._may_be_zero(node.left) and self._may_be_zero(node.right)
            case Call(function=function) if function in _KEEPING_ZERO:
                return self._may_be_zero(node.arguments[0])
        return False

    def _may_be_negative(self, node: Node) -> bool:
        input = self.ruleset.inputs.get(node.id) if isinstance(node, Name) else None
        return input is not None and (input.min is None or input.min < 0)


def _of_input(input: Input) -> Iterator[int]:
    if input.default is None:
        yield MISSING_INPUT
    if input.min is not None or input.max is not None:
        yield OUT_OF_RANGE
    if input.cohort is not None and not input.cohort.skip and not input.size:
        yield WINDOW_OPEN
    if input.trailing is not None:
        yield NO_PRIOR_PERIOD


def _looked_for(node: Node) -> Iterator[str]:
    """Names that a condition asks to be there: what it says beside that is not lost with them."""
    for piece in walk(node):
        if isinstance(piece, Call) and piece.function == "is_missing":
            yield from names(piece)
