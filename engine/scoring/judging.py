"""A metric's value to its level and its score.

A chain of bands never lets a value that is not there fall through to the last band: each ends in null.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import narwhals as nw

from ..formulas.formula import Literal
from ..functions.statistics import wilson, z_of
from ..language.model import Band, Formula, Metric, Ruleset
from ..reasons import BANDS_CROSSED, MISSING_INPUT, OUT_OF_RANGE, TOO_FEW
from .expressions import Compiler
from .values import Context, Value


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cut points of a list of bands: constants or columns, and why they cannot be used, if so."""

    points: tuple[float | nw.Expr, ...]
    reason: nw.Expr | None
    depth: int


def tolerance(cut: float | nw.Expr) -> float | nw.Expr:
    """How near to a cut point counts as being at it."""
    if isinstance(cut, float):
        return max(1e-12, 1e-9 * abs(cut))
    return nw.max_horizontal(nw.lit(1e-12), cut.abs() * 1e-9)


def chain(
    value: nw.Expr, bands: Sequence[Band], points: Sequence[float | nw.Expr], outcomes: Sequence[nw.Expr]
) -> nw.Expr:
    """The outcome of the band that the value lies in; null where there is no value."""
    result: nw.Expr = nw.when(~value.is_null()).then(outcomes[-1])
    for place in range(len(points) - 1, -1, -1):
        cut = points[place]
        inside = value <= cut + tolerance(cut) if bands[place].inclusive else value < cut - tolerance(cut)
        result = nw.when(inside).then(outcomes[place]).otherwise(result)
    return result


def cut_points(context: Context, compiler: Compiler, bands: Sequence[Band]) -> Cuts:
    """Compiled cut points. Formulas must come out ascending, and have a value; constants were checked."""
    formulas = [band.cut for band in bands if band.cut is not None]
    if all(isinstance(formula.node, Literal) for formula in formulas):
        return Cuts(tuple(float(formula.node.value) for formula in formulas), None, 0)  # type: ignore[attr-defined]
    values = [context.keep(context.settle(compiler.compile(formula.node))) for formula in formulas]
    crossed = [context.when(left.expr >= right.expr, context.code(BANDS_CROSSED)) for left, right in pairwise(values)]
    reason = nw.coalesce(*[value.reason for value in values], *crossed)
    return Cuts(tuple(value.expr for value in values), reason, max(value.depth for value in values))


class Judge:
    """Judges the metrics of a ruleset in the frame of cards."""

    def __init__(self, ruleset: Ruleset, context: Context, compiler: Compiler) -> None:
        self.ruleset = ruleset
        self.context = context
        self.compiler = compiler

    def target(self, metric: Metric) -> Value | None:
        if metric.target is None:
            return None
        return self.context.keep(self.context.settle(self.compiler.compile(metric.target.node)))

    def with_sample(self, metric: Metric, value: Value) -> tuple[Value, Value | None, Value | None]:
        """The value where the sample is large enough, and the ends of its Wilson interval if it is a share."""
        c, sample = self.context, metric.sample
        if sample is None:
            return value, None, None
        trials = c.keep(c.settle(self.compiler.compile(sample.trials.node)))
        value = c.settle(value)
        few = trials.expr < sample.at_least
        if sample.hits is None:
            fails = ((TOO_FEW, few),)
            return c.number(c.when(~few, value.expr), value, trials, fails=fails, finite=True), None, None
        hits = c.keep(c.settle(self.compiler.compile(sample.hits.node)))
        # hits are part of the trials; where they are not, the two do not count the same thing
        foreign = (hits.expr < 0) | (hits.expr > trials.expr)
        enough = c.number(
            c.when(~(few | foreign), value.expr),
            value,
            trials,
            hits,
            fails=((TOO_FEW, few), (OUT_OF_RANGE, foreign)),
            finite=True,
        )
        z = z_of(sample.confidence)
        possible = ~(few | foreign) & (trials.expr > 0)
        ends = []
        for sign in (-1, 1):
            end = wilson(hits.expr, trials.expr, z, sign)
            known = c.number(c.when(possible, end), hits, trials, fails=((OUT_OF_RANGE, ~possible),))
            ends.append(c.keep(c.settle(known)))
        return enough, ends[0], ends[1]

    def band(self, metric: Metric, value: Value, scope: Compiler) -> Value:
        """The number of the band that a value lies in, counted over all categories, and why it lies in none."""
        assert metric.bands is not None
        c, by = self.context, metric.bands.by
        category = self.compiler.names[by] if by else None
        number: nw.Expr | None = None
        reason: nw.Expr | None = None
        depth, first = value.depth, 0
        numbered: list[tuple[str | None, tuple[Band, ...], list[nw.Expr]]] = []
        for name, bands in metric.bands.cases:
            numbered.append((name, bands, [nw.lit(first + place, nw.Int16) for place in range(len(bands))]))
            first += len(bands)
        # `otherwise` is compiled first, so that every named category comes before it
        for name, bands, numbers in sorted(numbered, key=lambda case: case[0] is not None):
            cuts = cut_points(c, scope, bands)
            depth = max(depth, cuts.depth)
            own = chain(value.expr, bands, cuts.points, numbers)
            why = c.no_code()
            if cuts.reason is not None:
                own, why = nw.when(cuts.reason.is_null()).then(own), cuts.reason
            if category is None:
                number, reason = own, why
                continue
            here = ~category.expr.is_null() if name is None else category.expr == name
            number = c.when(here, own, number)
            reason = nw.when(here).then(why).otherwise(c.code(MISSING_INPUT) if reason is None else reason)
            depth = max(depth, category.depth)
        assert number is not None and reason is not None
        return Value(number, "band", (("bands", reason),), depth)

    def level(self, metric: Metric, band: nw.Expr) -> nw.Expr:
        """The level of a band by its number, as its place on the scale."""
        assert metric.bands is not None
        ranks = [self.ruleset.rank(one.level) for one in metric.bands.all_bands()]
        return _by_number(band, ranks, nw.Int8)

    def band_score(self, metric: Metric, band: nw.Expr) -> nw.Expr:
        """The score of a band by its number: its own, or its level's."""
        assert metric.bands is not None
        levels = self.ruleset.levels
        scores = [
            levels[self.ruleset.rank(one.level)].score if one.score is None else one.score
            for one in metric.bands.all_bands()
        ]
        return _by_number(band, scores, nw.Float64)

    def continuous(self, metric: Metric, value: Value, scope: Compiler) -> Value:
        """A score on straight lines between points, flat outside."""
        c, score = self.context, metric.score
        xs = [self._constant_or_column(formula, scope) for formula, _ in score.points]
        ys = [y for _, y in score.points]
        v = value.expr
        if len(xs) == 2:
            # one line, whichever way it runs
            line = ys[0] + (v - xs[0].expr) * (ys[1] - ys[0]) / c.divisor(v, xs[1].expr - xs[0].expr)
            result, crossed = line.clip(min(ys), max(ys)), xs[0].expr == xs[1].expr
        else:
            result = nw.when(v >= xs[-1].expr).then(nw.lit(ys[-1]))
            for (left, right), (low, high) in reversed(list(zip(pairwise(xs), pairwise(ys), strict=True))):
                part = low + (v - left.expr) * (high - low) / c.divisor(v, right.expr - left.expr)
                result = nw.when(v < right.expr).then(part).otherwise(result)
            result = nw.when(v < xs[0].expr).then(nw.lit(ys[0])).otherwise(result)
            crossed = xs[0].expr >= xs[1].expr
            for place, (left, right) in enumerate(list(pairwise(xs))[1:], start=1):
                # the two ends of a plateau may be one point
                flat = score.plateau is not None and place == 1
                crossed = crossed | (left.expr > right.expr if flat else left.expr >= right.expr)
            if score.plateau is not None:
                result = nw.when((v >= xs[1].expr) & (v <= xs[2].expr)).then(nw.lit(100.0)).otherwise(result)
        known = c.number(c.when(~crossed, result), value, *xs, fails=((BANDS_CROSSED, crossed),))
        return c.settle(c.keep(known))

    def _constant_or_column(self, formula: Formula, scope: Compiler) -> Value:
        value = self.context.settle(scope.compile(formula.node))
        return value if isinstance(formula.node, Literal) else self.context.keep(value)

    def relative(self, metric: Metric, value: Value) -> nw.Expr:
        """A score against the other entities of the period; null for one entity, or where all are the same."""
        c, x = self.context, value.expr
        count = c.over_peers(x.count())
        if metric.score.method == "percentile":
            part = (c.over_peers(x.rank("average")) - 1) / (count - 1) * 100
            result = nw.when(count > 1).then(part)
        else:
            low, high = c.over_peers(x.min()), c.over_peers(x.max())
            # values that differ by floating-point dust are one value, and leave no spread to score by
            dust = nw.max_horizontal(nw.lit(1e-12), low.abs() * 1e-9, high.abs() * 1e-9)
            differ = (high - low > dust) & (high - low).is_finite()
            if metric.score.method == "minmax":
                result = nw.when(differ).then((x - low) / (high - low) * 100)
            else:
                spread = c.over_peers(x.std(ddof=1))
                part = (x - c.over_peers(x.mean())) / spread * 10 + 50
                result = nw.when(differ & spread.is_finite() & part.is_finite()).then(part.clip(0, 100))
        return 100 - result if metric.better == "lower" else result


def _by_number(number: nw.Expr, outcomes: Sequence[float], kind: type[nw.Int8] | type[nw.Float64]) -> nw.Expr:
    """The outcome of a band by its number; null where there is none."""
    step = outcomes[1] - outcomes[0] if len(outcomes) > 1 else 0
    if all(outcomes[0] + step * place == outcome for place, outcome in enumerate(outcomes)):
        # evenly spaced, as the levels' own scores are: one multiplication instead of a chain of choices
        return (number.cast(kind) * step + outcomes[0]).cast(kind)
    result: nw.Expr = nw.when(~number.is_null()).then(nw.lit(outcomes[-1], kind))
    for place in range(len(outcomes) - 2, -1, -1):
        result = nw.when(number == place).then(nw.lit(outcomes[place], kind)).otherwise(result)
    return result
