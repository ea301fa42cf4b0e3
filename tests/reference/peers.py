"""Functions over the entities of a period that have a value, the entity itself included."""

from __future__ import annotations

import math
from collections.abc import Callable

from . import aggregates
from .values import No, Value, number


def rank(own: float, peers: list[float]) -> float:
    """The place from below, the average one among equals."""
    return sum(peer < own for peer in peers) + (sum(peer == own for peer in peers) + 1) / 2


def percentile(own: float, peers: list[float]) -> Value:
    return (rank(own, peers) - 1) / (len(peers) - 1) if len(peers) > 1 else No("missing_input")


def share_of_total(own: float, parts: list[float]) -> Value:
    """A part of the whole; what is left where parts cancel each other is no whole."""
    size = sum(map(abs, parts))
    if not math.isfinite(size):
        return No("not_finite")
    total = math.fsum(parts)
    if abs(total) <= size * 1e-12:
        return No("zero_denominator")
    return own / total if total > 0 else No("negative_base")


OVER_ALL: dict[str, Callable[[list[float]], Value]] = {
    "peer_mean": aggregates.mean,
    "peer_median": aggregates.AGGREGATES["median"],
    "peer_min": min,
    "peer_max": max,
}
OF_ONE: dict[str, Callable[[float, list[float]], Value]] = {
    "peer_rank": lambda own, peers: len(peers) + 1 - rank(own, peers),
    "peer_percentile": percentile,
    "share_of_total": share_of_total,
}
NAMES = OVER_ALL.keys() | OF_ONE.keys()


def call(name: str, own: Value, all_values: list[Value]) -> Value:
    """The value of a peer function for an entity's own value among those of the whole period."""
    peers = [number(value) for value in all_values if not isinstance(value, No)]
    if name in OVER_ALL:
        return OVER_ALL[name](peers) if peers else No("missing_input")
    return own if isinstance(own, No) else OF_ONE[name](number(own), peers)
