"""`signal`: what an XmR chart of a metric says now.

The chart of a period is drawn from the entity's periods up to it, so that no answer changes when later data comes.
Limits lie 2.66 mean moving ranges from the mean. Only neighbours in the calendar make a moving range, and a period
without a value ends every pattern.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..reasons import NOT_FINITE, TOO_FEW
from .declare import Function, Parameter

IMPROVEMENT, CONCERN, NONE = "improvement", "concern", "none"
_LIMIT = 2.66
# The longest pattern is one of eight periods.
_LONGEST = 8
_AT_LEAST = 12


def _signal(c: Any, x: str, rules: str = "nhs", at_least: int = _AT_LEAST) -> Any:
    kept = c.judged("value", x)
    points = [kept.expr]
    for back in range(1, _LONGEST):
        points.append(c.store(c.new_name(), c.over_periods(kept.expr.shift(back)), kept.depth))
    moved = c.store(c.new_name(), (points[0] - points[1]).abs(), kept.depth + 1)
    depth = kept.depth + 2

    def so_far(expr: Any) -> tuple[Any, Any]:
        total = c.over_periods(expr.fill_null(0.0).cum_sum())
        return total, c.over_periods(expr.cum_count())

    total, known = so_far(kept.expr)
    middle = c.store(c.new_name(), total / known, depth)
    total, ranges = so_far(moved)
    # fewer ranges than points by one, and by one more for each gap
    enough = c.store(c.new_name(), ranges >= at_least - 1, depth)
    limit = c.store(c.new_name(), total / ranges * _LIMIT, depth)
    depth += 1
    # as with bands: what differs from a line by rounding alone is on it
    dust = c.store(c.new_name(), c.nw.max_horizontal(c.nw.lit(1e-12), middle.abs() * 1e-9, limit * 1e-9), depth)
    depth += 1
    pattern = {"nhs": _nhs, "western_electric": _western_electric}[rules]
    up = c.store(c.new_name(), pattern(c, points, middle, limit, dust), depth)
    down = c.store(c.new_name(), pattern(c, [0 - point for point in points], 0 - middle, limit, dust), depth)
    better, worse = (up, down) if c.better[x] == "higher" else (down, up)
    sound = middle.is_finite() & limit.is_finite()
    said = c.when(better, c.nw.lit(IMPROVEMENT), c.nw.lit(NONE))
    said = c.when(worse, c.nw.lit(CONCERN), said)
    value = c.when(~kept.expr.is_null() & enough & sound, said)
    reason = c.nw.coalesce(kept.reason, c.when(~enough, c.code(TOO_FEW)), c.code(NOT_FINITE))
    return c.known_or(value, [kept, c.at_depth(depth + 1)], reason, type="text")


def _all(parts: Sequence[Any]) -> Any:
    held = parts[0]
    for part in parts[1:]:
        held = held & part
    return held


def _nhs(c: Any, points: Sequence[Any], middle: Any, limit: Any, dust: Any) -> Any:
    """Whether a pattern upwards ends here: a point outside; 7 on one side; 7 rising; 2 of 3 in the outer third."""
    above = [point - middle for point in points]
    outside = above[0] > limit + dust
    run = _all([point > dust for point in above[:7]])
    rising = _all([later > before for later, before in pairwise(points[:7])])
    return _or(c, outside, run, rising, _most_of(c, above[:3], limit * (2 / 3) + dust))


def _western_electric(c: Any, points: Sequence[Any], middle: Any, limit: Any, dust: Any) -> Any:
    """Whether a pattern upwards ends here: 1 beyond 3σ, 2 of 3 beyond 2σ, 4 of 5 beyond 1σ, 8 on one side."""
    above = [point - middle for point in points]
    outside = above[0] > limit + dust
    run = _all([point > dust for point in above])
    two = _most_of(c, above[:3], limit * (2 / 3) + dust)
    four = _most_of(c, above[:5], limit / 3 + dust)
    return _or(c, outside, run, two, four)


def _most_of(c: Any, above: Sequence[Any], line: Any) -> Any:
    """Whether this point and all but one of those before it lie beyond a line, with no gap among them."""
    beyond = [c.when(point > line, c.nw.lit(1), c.nw.lit(0)) for point in above]
    held = sum(beyond[1:], beyond[0])
    unbroken = _all([~point.is_null() for point in above[:-1]])
    return unbroken & (beyond[0] == 1) & (held >= len(above) - 1)


def _or(c: Any, *parts: Any) -> Any:
    """Whether one of them holds; one that looks into a gap does not."""
    held = c.when(parts[0], c.nw.lit(True), c.nw.lit(False))
    for part in parts[1:]:
        held = c.when(part, c.nw.lit(True), held)
    return held


SIGNALS: tuple[Function, ...] = (
    Function("signal", "控制图信号", "period",
             (Parameter("x", "metric"),
              Parameter("rules", "choice", required=False, choices=("nhs", "western_electric")),
              Parameter("at_least", "whole", required=False, least=5)),
             'What an XmR chart of a metric says now: "improvement", "concern" or "none", by its `better`; '
             f'`rules` are "nhs" or "western_electric". None of fewer than {_AT_LEAST} periods (`too_few`), '
             "or `at_least`.",
             'signal(conversion) == "concern"', _signal, gives="text", unit="none",
             texts=(IMPROVEMENT, CONCERN, NONE), reach=_LONGEST - 1),
)  # fmt: skip
