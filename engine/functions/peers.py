"""Functions over all entities of the same period that have a value, the entity itself included.

With `by` only those of the same category are looked at; an entity without one has no peers.
"""

from __future__ import annotations

from typing import Any

from ..reasons import MISSING_INPUT, NEGATIVE_BASE, NOT_FINITE, ZERO_DENOMINATOR
from .declare import Function, Parameter, X

_BY = Parameter("by", "category", required=False)
# Parts that cancel each other leave rounding behind, which is no whole.
_DUST = 1e-12


def _among(c: Any, by: Any) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """The category as a value that others depend on and as a column to look within; nothing where there is none."""
    if by is None:
        return (), ()
    kept = c.keep(by)
    return (kept,), (kept.column,)


def _grouped(c: Any, group: tuple[Any, ...], expr: Any) -> Any:
    """Nothing where there is no category to be compared in."""
    return c.when(group[0].reason.is_null(), expr) if group else expr


def _over_peers(operation: str) -> Any:
    def meaning(c: Any, x: Any, by: Any = None) -> Any:
        kept, (group, within) = c.keep(c.settle(x)), _among(c, by)
        found = _grouped(c, group, c.over_peers(getattr(kept.expr, operation)(), *within))
        reason = c.nw.coalesce(*[one.reason for one in group], c.code(MISSING_INPUT))
        return c.known_or(found, [kept, *group], reason, finite=False)

    return meaning


def _rank(c: Any, x: Any, by: Any = None) -> Any:
    kept, (group, within) = c.keep(c.settle(x)), _among(c, by)
    rank = c.over_peers(kept.expr.rank("average", descending=True), *within)
    return c.number(_grouped(c, group, rank), kept, *group, finite=True)


def _percentile(c: Any, x: Any, by: Any = None) -> Any:
    kept, (group, within) = c.keep(c.settle(x)), _among(c, by)
    others = c.over_peers(kept.expr.count(), *within) - 1
    rank = c.over_peers(kept.expr.rank("average"), *within)
    return c.number(_grouped(c, group, c.when(others > 0, (rank - 1) / others)), kept, *group,
                    fails=((MISSING_INPUT, others < 1),), finite=True)  # fmt: skip


def _share_of_total(c: Any, x: Any, by: Any = None) -> Any:
    kept, (group, within) = c.keep(c.settle(x)), _among(c, by)
    depth = max(one.depth for one in (kept, *group))
    total = c.store(c.new_name(), c.over_peers(kept.expr.sum(), *within), depth)
    size = c.store(c.new_name(), c.over_peers(kept.expr.abs().sum(), *within), depth)
    nothing = total.abs() <= size * _DUST
    fails = ((NOT_FINITE, ~size.is_finite()), (ZERO_DENOMINATOR, nothing), (NEGATIVE_BASE, total < 0))
    share = c.when(~nothing & (total > 0) & size.is_finite(), kept.expr / total)
    return c.number(_grouped(c, group, share), kept, *group, fails=fails, depends=(c.at_depth(depth + 1),), finite=True)


_OF = (X, _BY)
PEERS: tuple[Function, ...] = (
    Function("peer_mean", "同期各家平均", "peer", _OF, "The mean over the entities of the period.", "peer_mean(reads)",
             _over_peers("mean")),
    Function("peer_median", "同期各家中位数", "peer", _OF, "The median over the entities of the period.",
             "peer_median(reads, by=region)", _over_peers("median")),
    Function("peer_min", "同期各家最小", "peer", _OF,
             "The smallest among the entities of the period.", "peer_min(reads)",
             _over_peers("min")),
    Function("peer_max", "同期各家最大", "peer", _OF,
             "The largest among the entities of the period.", "peer_max(reads)",
             _over_peers("max")),
    Function("peer_rank", "同期排名", "peer", _OF, "The place among the entities of the period, 1 for the largest.",
             "peer_rank(reads)", _rank, unit="none", between=(1, None)),
    Function("peer_percentile", "同期百分位", "peer", _OF,
             "The share of the other entities that lie below: (rank - 1) / (n - 1).", "peer_percentile(reads)",
             _percentile, unit="ratio", between=(0, 1)),
    Function("share_of_total", "占全体的比重", "peer", _OF,
             "The part of all entities of the period together; none of a total of 0 (`zero_denominator`) or less "
             "(`negative_base`).", "share_of_total(revenue, by=region)", _share_of_total, unit="ratio"),
)  # fmt: skip
