"""Functions of values at one place: numbers, text, dates, statistics."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from . import dates
from .formulas import Scope, evaluate
from .values import No, Value, finite, first_reason, number

SIGNATURES = {
    "round": ["x", "n"],
    "clip": ["x", "lo", "hi"],
    "wilson_low": ["k", "n", "confidence"],
    "wilson_high": ["k", "n", "confidence"],
    "nps_margin": ["promoters", "detractors", "n", "confidence"],
}


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
    if name in dates.NAMES:
        return first_reason(values) or dates.call(name, values, scope.calendar)
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


def wilson(hits: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share (1927)."""
    z, n = Decimal(NormalDist().inv_cdf(0.5 + confidence / 2)), Decimal(trials)
    p = Decimal(hits) / n
    middle = p + z * z / (2 * n)
    half = z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
    scale = 1 + z * z / n
    return float((middle - half) / scale), float((middle + half) / scale)


def _wilson_end(end: int) -> Callable[..., Value]:
    def value(k: float, n: float, confidence: float = 0.95) -> Value:
        if n == 0:
            return No("zero_denominator")
        return finite(wilson(k, n, confidence)[end]) if 0 <= k <= n else No("out_of_range")

    return value


def nps(promoters: float, detractors: float, n: float) -> Value:
    """In points from -100 to 100."""
    if wrong := _answers(promoters, detractors, n):
        return wrong
    return finite(100 * (promoters - detractors) / n)


def nps_margin(promoters: float, detractors: float, n: float, confidence: float = 0.95) -> Value:
    """Adjusted Wald (Rocks 2016): three answers are added, of which three quarters of one on either side."""
    if wrong := _answers(promoters, detractors, n):
        return wrong
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    more = n + 3
    p, d = (promoters + 0.75) / more, (detractors + 0.75) / more
    return finite(100 * z * math.sqrt((p + d - (p - d) ** 2) / more))


def _answers(promoters: float, detractors: float, n: float) -> No | None:
    if n == 0:
        return No("zero_denominator")
    possible = min(promoters, detractors) >= 0 < n and promoters + detractors <= n * (1 + 1e-9)
    return None if possible else No("out_of_range")


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
    "wilson_low": _wilson_end(0),
    "wilson_high": _wilson_end(1),
    "nps": nps,
    "nps_margin": nps_margin,
}
