"""Functions over all entities of the same period that have a value, the entity itself included."""

from __future__ import annotations

from typing import Any

from ..reasons import MISSING_INPUT
from .declare import Function, X


def _over_peers(operation: str) -> Any:
    def meaning(c: Any, x: Any) -> Any:
        kept = c.keep(c.settle(x))
        return c.known_or(c.over_peers(getattr(kept.expr, operation)()), [kept], c.code(MISSING_INPUT), finite=False)

    return meaning


def _rank(c: Any, x: Any) -> Any:
    kept = c.keep(c.settle(x))
    return c.number(c.over_peers(kept.expr.rank("average", descending=True)), kept, finite=True)


def _percentile(c: Any, x: Any) -> Any:
    kept = c.keep(c.settle(x))
    others = c.over_peers(kept.expr.count()) - 1
    rank = c.over_peers(kept.expr.rank("average"))
    return c.number(c.when(others > 0, (rank - 1) / others), kept,
                    fails=((MISSING_INPUT, others < 1),), finite=True)  # fmt: skip


PEERS: tuple[Function, ...] = (
    Function("peer_mean", "peer", (X,), "The mean over the entities of the period.", "peer_mean(reads)",
             _over_peers("mean")),
    Function("peer_median", "peer", (X,), "The median over the entities of the period.", "peer_median(reads)",
             _over_peers("median")),
    Function("peer_min", "peer", (X,), "The smallest among the entities of the period.", "peer_min(reads)",
             _over_peers("min")),
    Function("peer_max", "peer", (X,), "The largest among the entities of the period.", "peer_max(reads)",
             _over_peers("max")),
    Function("peer_rank", "peer", (X,), "The place among the entities of the period, 1 for the largest.",
             "peer_rank(reads)", _rank, unit="none"),
    Function("peer_percentile", "peer", (X,), "The share of the other entities that lie below: (rank - 1) / (n - 1).",
             "peer_percentile(reads)", _percentile, unit="ratio"),
)  # fmt: skip
