"""Functions over calendar periods: they see the cards of the same entity, and evaluate their argument there."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import aggregates
from .formulas import arithmetic, power
from .values import No, Value, first_reason, number

NOT_THERE = No("no_prior_period")


@dataclass(frozen=True, slots=True)
class Past:
    """What a function over periods can see: its argument's value so many periods back, and where data begins."""

    ago: Callable[[int], Value]
    exists: Callable[[int], bool]
    at_label: Callable[[str], Value]
    at_baseline: Callable[[], Value]
    periods_since: Callable[[str], int]
    own_first: int
    data_first: int


@dataclass(frozen=True, slots=True)
class Arguments:
    """The literal arguments of a call, behind the expression that it is about."""

    node: ast.Call
    names: list[str] = field(default_factory=list)

    def get(self, name: str, default: Any = None) -> Any:
        place = self.names.index(name) + 1
        if place < len(self.node.args):
            return ast.literal_eval(self.node.args[place])
        given = {keyword.arg: keyword.value for keyword in self.node.keywords}
        return ast.literal_eval(given[name]) if name in given else default


def prev(past: Past, args: Arguments) -> Value:
    return past.ago(args.get("n", 1))


def change(past: Past, args: Arguments) -> Value:
    return arithmetic(ast.Sub(), past.ago(0), past.ago(args.get("n", 1)))


def growth(past: Past, args: Arguments) -> Value:
    """x ÷ prev(x) - 1."""
    now, before = past.ago(0), past.ago(args.get("n", 1))
    if isinstance(now, No) or isinstance(before, No):
        return now if isinstance(now, No) else before
    if number(before) < 0:
        return No("negative_base")
    return arithmetic(ast.Sub(), arithmetic(ast.Div(), now, before), 1.0)


def compound_growth(past: Past, args: Arguments) -> Value:
    """(x ÷ prev(x, n)) ** (1 ÷ n) - 1."""
    n = args.get("n")
    now, before = past.ago(0), past.ago(n)
    if isinstance(now, No) or isinstance(before, No):
        return now if isinstance(now, No) else before
    ratio = arithmetic(ast.Div(), now, before)
    if isinstance(ratio, No) and ratio.reason == "zero_denominator":
        return ratio
    if number(before) < 0 or number(now) < 0:
        return No("negative_base")
    return ratio if isinstance(ratio, No) else arithmetic(ast.Sub(), power(number(ratio), 1 / n), 1.0)


def rolling(aggregate: Callable[..., Value]) -> Callable[[Past, Arguments], Value]:
    """An aggregate of the last n periods, this one included."""

    def over_window(past: Past, args: Arguments) -> Value:
        n = args.get("n")
        window = [past.ago(k) for k in range(n)]
        there = [value for value in window if not isinstance(value, No)]
        if len(there) < args.get("at_least", n):
            return next(value for value in window if isinstance(value, No))
        return aggregate(there)

    return over_window


def to_date(past: Past, args: Arguments) -> Value:
    """The sum from the start of the larger period to now."""
    back = past.periods_since(args.get("larger"))
    values = [past.ago(k) for k in range(min(back, past.own_first) + 1)]
    if missing := first_reason(values):
        return missing
    return NOT_THERE if past.data_first < back else aggregates.total([number(value) for value in values])


def streak(past: Past, args: Arguments) -> Value:
    """How many periods in a row, up to this one, the condition has held."""
    k = 0
    while past.ago(k) is True:
        k += 1
    return float(k)


def sustained(past: Past, args: Arguments) -> Value:
    """Whether the condition held in n of the last periods, all of which exist."""
    n = args.get("n")
    of = args.get("of", n)
    if not all(past.exists(k) for k in range(of)):
        return NOT_THERE
    return bool(sum(past.ago(k) is True for k in range(of)) >= n)


def baseline(past: Past, args: Arguments) -> Value:
    return past.at_baseline()


def at(past: Past, args: Arguments) -> Value:
    return past.at_label(str(args.get("period")))


ROLLING = ["n", "at_least"]
FUNCTIONS: dict[str, tuple[Callable[[Past, Arguments], Value], list[str]]] = {
    "prev": (prev, ["n"]),
    "change": (change, ["n"]),
    "growth": (growth, ["n"]),
    "compound_growth": (compound_growth, ["n"]),
    "rolling_sum": (rolling(aggregates.AGGREGATES["sum"]), ROLLING),
    "rolling_mean": (rolling(aggregates.mean), ROLLING),
    "rolling_min": (rolling(min), ROLLING),
    "rolling_max": (rolling(max), ROLLING),
    "rolling_std": (rolling(aggregates.std), ROLLING),
    "to_date": (to_date, ["larger"]),
    "streak": (streak, []),
    "sustained": (sustained, ["n", "of"]),
    "baseline": (baseline, []),
    "at": (at, ["period"]),
}


def call(node: ast.Call, past: Past) -> Value:
    """The value of a call of one of this page's functions."""
    assert isinstance(node.func, ast.Name)
    function, names = FUNCTIONS[node.func.id]
    return function(past, Arguments(node, names))
