"""Scores from 0 to 100 of a metric's value."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from .bands import CutOf, ascending
from .values import No, first_reason, number

CROSSED = No("bands_crossed")
Score = float | No


def score_of(spec: dict[str, Any], value: float, cut_of: CutOf) -> Score:
    """The score that a continuous `score:` gives to a value; no score where its ends are crossed or equal."""
    if "points" in spec:
        xs = ascending([cut_of(x) for x, _ in spec["points"]])
        scores = [float(score) for _, score in spec["points"]]
        return xs if isinstance(xs, No) else between(list(zip(xs, scores, strict=True)), value)
    if "best" in spec:
        (b, c), (a, d) = spec["best"], spec["zero"]
        ends = [cut_of(x) for x in (a, b, c, d)]
        return first_reason(ends) or peak([number(end) for end in ends], value)
    low, high = ("from", "to") if "from" in spec else ("red_flag", "goal")
    ends = [cut_of(spec[low]), cut_of(spec[high])]
    if missing := first_reason(ends):
        return missing
    zero, full = number(ends[0]), number(ends[1])
    if zero == full:
        return CROSSED
    way = (value - zero) / (full - zero)
    return cut(100 * way if low == "from" else 100 / 3 * way + 100 / 3)


def cut(score: float) -> float:
    """A score cut to the scale."""
    return min(max(score, 0.0), 100.0)


def between(points: list[tuple[float, float]], value: float) -> float:
    """On the straight lines between points, flat outside."""
    if value <= points[0][0]:
        return cut(points[0][1])
    for (x1, s1), (x2, s2) in pairwise(points):
        if value <= x2:
            return cut(s1 + (s2 - s1) * (value - x1) / (x2 - x1))
    return cut(points[-1][1])


def peak(ends: list[float], value: float) -> Score:
    """100 between b and c, 0 outside a and d, straight between."""
    a, b, c, d = ends
    if not a < b <= c < d:
        return CROSSED
    return min(cut(100 * (value - a) / (b - a)), cut(100 * (d - value) / (d - c)))


def relative(kind: str, value: float, peers: list[float], better: str) -> float | None:
    """The score among the entities of the period; none where there is nothing to compare with."""
    n = len(peers)
    if n < 2:
        return None
    spread, middle = max(peers) - min(peers), sum(peers) / n
    # values that differ by dust only are the same
    if kind != "percentile" and spread <= max(1e-12, 1e-9 * abs(min(peers)), 1e-9 * abs(max(peers))):
        return None
    std = math.sqrt(sum((peer - middle) * (peer - middle) for peer in peers) / (n - 1))
    if kind == "percentile":
        below = sum(peer < value for peer in peers)
        same = sum(peer == value for peer in peers)
        score = 100 * (below + (same + 1) / 2 - 1) / (n - 1)
    elif not math.isfinite(spread if kind == "minmax" else std):
        return None
    elif kind == "minmax":
        score = 100 * ((value - min(peers)) / spread)
    else:
        score = cut(50 + 10 * (value - middle) / std)
    return 100 - score if better == "lower" else score
