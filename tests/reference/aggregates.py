"""Aggregates over the rows of one card."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from . import functions
from .formulas import Scope, evaluate
from .periods import Calendar
from .values import No, Value, finite, number, of_cell

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowScope:
    """A formula inside one row: names are columns."""

    row: Row
    calendar: Calendar

    def name(self, name: str) -> Value:
        return of_cell(self.row[name])

    def call(self, node: ast.Call) -> Value:
        return functions.call(node, self)


@dataclass(frozen=True, slots=True)
class RowsScope:
    """A formula over rows, in the order of their time: aggregates of columns, and functions of aggregates."""

    rows: Sequence[Row]
    any_row_in_period: bool
    calendar: Calendar

    def name(self, name: str) -> Value:
        raise NotImplementedError(name)

    def call(self, node: ast.Call) -> Value:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name not in COUNTS | AGGREGATES.keys():
            return functions.call(node, self)
        if name == "count" and not node.args:
            return self._count(list(self.rows))
        values = [evaluate(node.args[0], RowScope(row, self.calendar)) for row in self.rows]
        # a missing cell merely leaves its row out; a cell that cannot be computed spoils the whole
        spoilt = sorted(v.reason for v in values if isinstance(v, No) and v.reason != "missing_input")
        if spoilt:
            return No(spoilt[0])
        there = [value for value in values if not isinstance(value, No)]
        if name in COUNTS:
            return self._count(there if name == "count" else list(set(there)))
        if not there:
            return No("missing_input")
        return AGGREGATES[name](there, *(number(evaluate(q, self)) for q in node.args[1:]))

    def _count(self, counted: list[Any]) -> Value:
        return float(len(counted)) if self.rows or self.any_row_in_period else No("missing_input")


def total(values: list[float]) -> Value:
    """The sum, rounded once: large numbers that cancel each other leave no trace."""
    try:
        return math.fsum(values)
    except OverflowError:
        return No("not_finite")


def mean(values: list[float]) -> Value:
    whole = total(values)
    return whole if isinstance(whole, No) else number(whole) / len(values)


def std(values: list[float]) -> Value:
    """The sample's standard deviation."""
    if len(values) < 2:
        return No("too_few")
    middle = mean(values)
    if isinstance(middle, No):
        return middle
    squares = total([(value - number(middle)) * (value - number(middle)) for value in values])
    return squares if isinstance(squares, No) else finite(math.sqrt(number(squares) / (len(values) - 1)))


def quantile(values: list[float], q: float) -> Value:
    """With straight lines between the values in order."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    below = math.floor(place)
    if place == below:
        return ordered[below]
    low, high = list(pairwise(ordered))[below]
    return finite(low + (high - low) * (place - below))


def share(values: list[bool]) -> Value:
    return sum(values) / len(values)


COUNTS = {"count", "count_distinct"}
AGGREGATES: dict[str, Callable[..., Value]] = {
    "sum": total,
    "mean": mean,
    "median": lambda values: quantile(values, 0.5),
    "min": min,
    "max": max,
    "first": lambda values: values[0],
    "last": lambda values: values[-1],
    "std": std,
    "quantile": quantile,
    "share": share,
    "any": any,
    "all": all,
}


def evaluate_over(formula: ast.expr, rows: Sequence[Row], any_row_in_period: bool, calendar: Calendar) -> Value:
    """The value of an aggregate formula over the rows of a card, given in the order of their time."""
    scope: Scope = RowsScope(rows, any_row_in_period, calendar)
    return evaluate(formula, scope)
