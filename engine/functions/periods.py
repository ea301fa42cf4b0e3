"""Functions over the periods of one entity, by the calendar and never by row.

The frame they see holds a row for each calendar period that they may look back on: `compile` fills gaps with
rows that are not `here`, so a row `n` above is the period `n` earlier, or there is none.
"""

from __future__ import annotations

from typing import Any

from ..reasons import NEGATIVE_BASE, NO_PRIOR_PERIOD, TOO_FEW, ZERO_DENOMINATOR
from .declare import ANY, FLAG, Function, N, Parameter, X

_BACK = Parameter("n", "whole", required=False)
_AT_LEAST = Parameter("at_least", "whole", required=False)


def _prev(c: Any, x: Any, n: int = 1) -> Any:
    kept = c.keep(c.settle(x))
    before = c.over_periods(kept.expr.shift(n))
    # out of the entity's rows both are null; a gap row carries its reason itself
    reason = c.nw.coalesce(c.over_periods(kept.reason.shift(n)), c.code(NO_PRIOR_PERIOD))
    return c.known_or(before, [kept], reason, type=x.type)


def _change(c: Any, x: Any, n: int = 1) -> Any:
    return c.subtract(x, _prev(c, x, n))


def _from_base(c: Any, x: Any, n: int) -> tuple[Any, Any, Any]:
    x = c.keep(c.settle(x))
    base = c.keep(_prev(c, x, n))
    fails = ((ZERO_DENOMINATOR, base.expr == 0), (NEGATIVE_BASE, base.expr < 0))
    return x, base, fails


def _growth(c: Any, x: Any, n: int = 1) -> Any:
    x, base, fails = _from_base(c, x, n)
    return c.number(c.when(base.expr > 0, x.expr / base.expr - 1), x, base, fails=fails)


def _compound_growth(c: Any, x: Any, n: int) -> Any:
    x, base, fails = _from_base(c, x, n)
    both = (base.expr > 0) & (x.expr >= 0)
    return c.number(c.when(both, (x.expr / base.expr) ** (1.0 / n) - 1), x, base,
                    fails=(*fails, (NEGATIVE_BASE, x.expr < 0)))  # fmt: skip


def _window_sum(c: Any, x: Any, depth: int, n: int) -> tuple[Any, int]:
    """The sum over the last `n` periods with nothing for those without a value, and the layer after it.

    Sums of 2, 4, 8 … periods are built from shifts and put together: the engines' own rolling sums subtract what
    leaves the window, and what rounding that leaves behind stays.
    """
    parts, size, total, offset = {1: c.store(c.new_name(), x.fill_null(0.0), depth)}, 1, None, 0
    depth += 1
    while size * 2 <= n:
        half = parts[size]
        double = half + c.over_periods(half.shift(size)).fill_null(0.0)
        size *= 2
        parts[size] = c.store(c.new_name(), double, depth)
        depth += 1
    for size in sorted(parts):
        if n & size:
            part = c.over_periods(parts[size].shift(offset)).fill_null(0.0) if offset else parts[size]
            # the oldest first, as a person adds up
            total = part if total is None else part + total
            offset += size
    return c.store(c.new_name(), total, depth), depth + 1


def _rolling(operation: str) -> Any:
    def meaning(c: Any, x: Any, n: int, at_least: int | None = None) -> Any:
        least = n if at_least is None else at_least
        kept = c.keep(c.settle(x))
        # sums of 0 and 1 are exact, so this window needs no such care
        counted = c.when(~kept.reason.is_null(), c.nw.lit(0.0), c.nw.lit(1.0)).rolling_sum(n, min_samples=1)
        known = c.store(c.new_name(), c.over_periods(counted), kept.depth)
        depth = kept.depth + 1
        missed = c.nearest_reason(kept, n)
        reason = c.nw.coalesce(missed.expr, c.code(NO_PRIOR_PERIOD))
        if operation in ("sum", "mean", "std"):
            rolled, depth = _window_sum(c, kept.expr, kept.depth, n)
        if operation in ("mean", "std"):
            rolled = rolled / known
        if operation in ("min", "max", "std"):
            values = [kept.expr, *[c.over_periods(kept.expr.shift(back)) for back in range(1, n)]]
        if operation in ("min", "max"):
            rolled = getattr(c.nw, f"{operation}_horizontal")(*values)
        if operation == "std":
            mean = c.store(c.new_name(), rolled, depth)
            depth += 1
            squares = [((value - mean) * (value - mean)).fill_null(0.0) for value in values]
            rolled = c.when(known > 1.5, (c.balanced_sum(squares) / (known - 1)).sqrt())
            reason = c.when(known > least - 0.5, c.code(TOO_FEW), reason)
        rolled = c.store(c.new_name(), c.when(known > least - 0.5, rolled), depth)
        return c.known_or(rolled, [kept, missed, c.at_depth(depth + 1)], reason, finite=False)

    return meaning


def _to_date(c: Any, x: Any, grain: str) -> Any:
    kept = c.keep(c.settle(x))
    bucket, start = c.larger_period(grain)
    total = c.over_periods(kept.expr.cum_sum(), bucket)
    missed = c.nearest_reason(kept, None, bucket)
    complete = missed.expr.is_null() & (start >= c.first_period)
    reason = c.nw.coalesce(missed.expr, c.code(NO_PRIOR_PERIOD))
    return c.known_or(c.when(complete, total), [kept, missed], reason, finite=False)


def _held(c: Any, condition: Any) -> Any:
    """1 where the condition is true, 0 where not or unknown, null in a period that does not exist."""
    settled = c.settle(condition)
    return c.keep(c.number(c.when(settled.expr, c.nw.lit(1.0), c.nw.lit(0.0)), depends=(settled,), finite=True))


def _streak(c: Any, condition: Any) -> Any:
    held = _held(c, condition)
    holds = c.when(held.expr > 0.5, c.entity_start - 1, c.period)
    broken = c.over_periods(holds.cum_max())
    return c.number((c.period - broken).cast(c.nw.Float64), depends=(held,), finite=True)


def _sustained(c: Any, condition: Any, n: int, of: int | None = None) -> Any:
    of = n if of is None else of
    held = _held(c, condition)
    times = c.over_periods(held.expr.rolling_sum(of, min_samples=of))
    return c.known_or(times > n - 0.5, [held], c.code(NO_PRIOR_PERIOD), type="flag")


def _at_period(c: Any, x: Any, wanted: Any) -> Any:
    kept = c.keep(c.settle(x))
    found = c.over_entity(c.when(c.period == wanted, kept.expr).max())
    reason = c.over_entity(c.when(c.period == wanted, kept.reason).max())
    return c.known_or(found, [kept], c.nw.coalesce(reason, c.code(NO_PRIOR_PERIOD)), type=x.type)


def _baseline(c: Any, x: Any) -> Any:
    return _at_period(c, x, c.baseline_period)


def _at(c: Any, x: Any, period: str) -> Any:
    return _at_period(c, x, c.period_number(period))


_ROLLING = (X, N, _AT_LEAST)
PERIODS: tuple[Function, ...] = (
    Function("prev", "上期", "period", (ANY, _BACK), "The value `n` calendar periods earlier.", "prev(orders)", _prev,
             gives="same"),
    Function("change", "较上期变化", "period", (X, _BACK),
             "The value less that of `n` periods earlier.", "change(orders, 12)",
             _change),
    Function("growth", "环比增长", "period", (X, _BACK),
             "Growth since `n` periods before, as a share; none from 0 (`zero_denominator`) or less (`negative_base`).",
             "growth(revenue, 12)", _growth, unit="ratio"),
    Function("compound_growth", "复合增长率", "period", (X, N),
             "Mean growth a period over `n`: (end / start) ** (1 / n) - 1.",
             "compound_growth(fans, 3)", _compound_growth, unit="ratio"),
    Function("rolling_sum", "滚动求和", "period", _ROLLING, "Sum of the last `n` periods, this one included.",
             "rolling_sum(orders, 3)", _rolling("sum")),
    Function("rolling_mean", "滚动平均", "period", _ROLLING, "Mean of the last `n` periods, this one included.",
             "rolling_mean(orders, 3, at_least=2)", _rolling("mean")),
    Function("rolling_min", "滚动最小", "period", _ROLLING, "Smallest of the last `n` periods, this one included.",
             "rolling_min(stock, 6)", _rolling("min")),
    Function("rolling_max", "滚动最大", "period", _ROLLING, "Largest of the last `n` periods, this one included.",
             "rolling_max(stock, 6)", _rolling("max")),
    Function("rolling_std", "滚动标准差", "period", _ROLLING, "Sample standard deviation of the last `n` periods.",
             "rolling_std(orders, 6)", _rolling("std"), between=(0, None)),
    Function("to_date", "累计至今", "period", (X, Parameter("grain", "grain")),
             "Sum since the start of the year, quarter, month or week; none if a period of it is missing.",
             'to_date(revenue, "year")', _to_date),
    Function("streak", "连续期数", "period", (FLAG,), "How many periods in a row up to this one the condition held.",
             "streak(net_growth < 0)", _streak, unit="none", between=(0, None)),
    Function("sustained", "持续成立", "period", (FLAG, N, Parameter("of", "whole", required=False)),
             "Whether the condition held in at least `n` of the last `of` periods, all of which exist.",
             "sustained(net_growth < 0, 3)", _sustained, gives="flag", unit="none"),
    Function("baseline", "基期", "period", (ANY,), "The value in the ruleset's baseline period.",
             "hours / baseline(hours)", _baseline, gives="same"),
    Function("at", "指定期", "period", (ANY, Parameter("period", "period")), "The value in a named period.",
             'at(orders, "2025-01")', _at, gives="same"),
)  # fmt: skip
