"""Functions of values at one place: numbers, text, dates, the Wilson interval."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from datetime import date, datetime
from statistics import NormalDist
from typing import Any

from .formulas import Scope, evaluate
from .values import No, Value, finite, first_reason, number

SIGNATURES = {"round": ["x", "n"], "clip": ["x", "lo", "hi"]}


def call(node: ast.Call, scope: Scope) -> Value:
    """The value of a call of one of this page's functions."""
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    named = {keyword.arg: keyword.value for keyword in node.keywords}
    ordered = [*node.args, *(named[key] for key in SIGNATURES.get(name, []) if key in named)]
    values = [evaluate(argument, scope) for argument in ordered]
    if name == "is_missing":
        return isinstance(values[0], No)
    if name == "coalesce":
        return next((value for value in values if not isinstance(value, No)), values[0])
    return first_reason(values) or FUNCTIONS[name](*values)


def rounded(x: float, n: float = 0.0) -> Value:
    """Half away from zero, on the decimal that the number shows."""
    scaled = abs(x) * 10.0 ** int(n)
    if scaled >= 1e15:
        return x
    return math.copysign(math.floor(scaled + 0.5 + 1e-9) / 10.0 ** int(n), x)


def root(x: float) -> Value:
    return math.sqrt(x) if x >= 0 else No("negative_base")


def logarithm(x: float) -> Value:
    if x < 0:
        return No("negative_base")
    return math.log(x) if x > 0 else No("not_finite")


def exponential(x: float) -> Value:
    try:
        return math.exp(x)
    except OverflowError:
        return No("not_finite")


def hours_between(a: date, b: date) -> float:
    """From `a` to `b`; a day counts from its midnight."""
    return (_moment(b) - _moment(a)).total_seconds() / 3600


def _moment(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)


def wilson(hits: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share (1927)."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = hits / trials
    middle = p + z * z / (2 * trials)
    half = z * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return (middle - half) / scale, (middle + half) / scale


def _wilson_end(end: int) -> Callable[[float, float], Value]:
    return lambda k, n: finite(wilson(k, n)[end]) if n != 0 else No("zero_denominator")


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda x: abs(number(x)),
    "round": rounded,
    "floor": lambda x: float(math.floor(x)),
    "ceil": lambda x: float(math.ceil(x)),
    "sqrt": root,
    "log": logarithm,
    "exp": exponential,
    "clip": lambda x, low, high: min(max(x, low), high),
    "least": min,
    "greatest": max,
    "lower": str.lower,
    "upper": str.upper,
    "strip": str.strip,
    "contains": lambda text, part: part in text,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "days_between": lambda a, b: hours_between(a, b) / 24,
    "hours_between": hours_between,
    "minutes_between": lambda a, b: hours_between(a, b) * 60,
    "wilson_low": _wilson_end(0),
    "wilson_high": _wilson_end(1),
}
