"""Scores put together (OECD/JRC Handbook on Constructing Composite Indicators, 2008)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import narwhals as nw

from .values import Context


@dataclass(frozen=True, slots=True)
class Combined:
    """Columns of a node: its score before caps, the share of weight that has a score, and the weight available."""

    score: nw.Expr
    coverage: nw.Expr
    available: nw.Expr


def combine(
    context: Context, how: str, children: Sequence[tuple[float, nw.Expr, nw.Expr | None]], min_coverage: float
) -> Combined:
    """The combined score of (weight, score column, coverage column of a group or None for a metric) children.

    The score is null where nothing is available, or less than `min_coverage` of the weight.
    """
    # a child of weight 0 does not count, not even as the worst
    children = [child for child in children if child[0] > 0]
    total = sum(weight for weight, _, _ in children)
    if not children:
        nothing = nw.lit(None, nw.Float64)
        return Combined(nothing, nw.lit(0.0), nw.lit(0.0))
    available = context.balanced_sum([nw.when(~score.is_null()).then(nw.lit(weight)).otherwise(nw.lit(0.0))
                      for weight, score, _ in children])  # fmt: skip
    covered = context.balanced_sum([
        nw.when(~score.is_null()).then(nw.lit(weight) if own is None else own * weight).otherwise(nw.lit(0.0))
        for weight, score, own in children
    ])  # fmt: skip
    # a sum of parts may pass the whole by floating-point dust
    coverage = (covered / context.divisor(covered, total)).clip(0, 1)
    floored = [(weight, nw.when(score < 1).then(nw.lit(1.0)).otherwise(score)) for weight, score, _ in children]
    match how:
        case "mean":
            score = context.balanced_sum([(score * weight).fill_null(0.0) for weight, score, _ in children]) / available
        case "geometric":
            score = (
                context.balanced_sum([(score.log() * weight).fill_null(0.0) for weight, score in floored]) / available
            ).exp()
        case "harmonic":
            score = available / context.balanced_sum([(1 / score * weight).fill_null(0.0) for weight, score in floored])
        case _:
            score = nw.min_horizontal(*[score for _, score, _ in children])
    enough = (available > 0) & (coverage >= min_coverage - 1e-9)
    return Combined(context.when(enough, score.clip(0, 100)), coverage, available)
