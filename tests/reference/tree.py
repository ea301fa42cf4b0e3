"""Groups, stages and the overall score: what stands under what, with which weight."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .metrics import is_scored
from .values import plain_number

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """A metric, a group or the whole: its weight beside its siblings, its score and what it has been made of."""

    id: str
    weight: float
    score: float | None
    status: str
    coverage: float
    parts: tuple[Part, ...] = ()


def weights_of(members: dict[str, Any] | list[str] | None) -> Weights:
    """Weights from a map, or equal ones from a list."""
    if isinstance(members, dict):
        return {name: float(weight) for name, weight in members.items()}
    return dict.fromkeys(members or [], 1.0)


class Tree:
    """The shape of a ruleset's scores."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.groups: dict[str, Any] = document.get("groups") or {}
        self.scored = [name for name, spec in document["metrics"].items() if is_scored(spec)]
        self.grouped = {name for group in self.groups.values() for name in weights_of(group.get("metrics"))}
        nested = {name for group in self.groups.values() for name in weights_of(group.get("groups"))}
        top = [name for name in self.groups if name not in nested]
        self.top = [*top, *(name for name in self.scored if name not in self.grouped)]

    def children(self, group: str) -> Weights:
        """The members of a group that count."""
        spec = self.groups[group]
        metrics = {name: w for name, w in weights_of(spec.get("metrics")).items() if name in self.scored}
        return {**metrics, **weights_of(spec.get("groups"))}

    def overall_children(self, stage: str | None) -> Weights:
        """What the overall score is taken over, with the weights of a stage, or else of `overall`."""
        overall = self.document.get("overall") or {}
        profile = self.document["stages"]["profiles"][stage] if stage is not None else overall
        named = {name: float(weight) for name, weight in (profile.get("weights") or {}).items()}
        straight = any(name in self.grouped for name in named)
        children = self.scored if straight else self.top
        unnamed = [name for name in children if name not in named]
        rest = float(profile.get("rest", 0)) if named else 1.0
        return {name: named[name] if name in named else rest / len(unnamed) for name in children}

    def part(self, name: str, weight: float, scores: dict[str, float | None]) -> Part:
        """A metric or group with all that stands under it."""
        if name not in self.groups:
            score = scores[name]
            return Part(name, weight, score, "ok", 1.0)
        return combine(name, weight, self._parts(self.children(name), scores), self.groups[name])

    def whole(self, stage: str | None, scores: dict[str, float | None]) -> Part:
        """The overall score with all that stands under it."""
        parts = self._parts(self.overall_children(stage), scores)
        return combine("overall", 1.0, parts, self.document.get("overall") or {})

    def _parts(self, weights: Weights, scores: dict[str, float | None]) -> tuple[Part, ...]:
        return tuple(self.part(name, weight, scores) for name, weight in weights.items())


def combine(name: str, weight: float, parts: tuple[Part, ...], spec: dict[str, Any]) -> Part:
    """Children put together; no score where too little of their weight has one."""
    total = sum(part.weight for part in parts)
    available = [part for part in parts if part.score is not None and part.weight > 0]
    coverage = sum(part.weight * part.coverage for part in available) / total if total else 0.0
    least = plain_number(spec.get("min_coverage", 0.5))
    assert least is not None
    if not available or coverage < least - 1e-9:
        return Part(name, weight, None, "low_coverage", coverage, parts)
    score = put_together(spec.get("combine", "mean"), [(p.weight, p.score) for p in available if p.score is not None])
    return Part(name, weight, score, "ok", coverage, parts)


def put_together(how: str, weighted: Iterable[tuple[float, float]]) -> float:
    """The mean, or another way to make one score of several."""
    pairs = list(weighted)
    total = sum(w for w, _ in pairs)
    floored = [(w, max(s, 1.0)) for w, s in pairs]
    match how:
        case "geometric":
            return math.exp(sum(w * math.log(s) for w, s in floored) / total)
        case "harmonic":
            return total / sum(w / s for w, s in floored)
        case "worst":
            return min(s for _, s in pairs)
    return sum(w * s for w, s in pairs) / total


def effective_weights(part: Part, above: float = 1.0) -> Iterator[tuple[str, float]]:
    """Every metric and group under a part with the product of the relative weights on the way down."""
    total = sum(child.weight for child in part.parts)
    for child in part.parts:
        weight = above * child.weight / total if total else 0.0
        yield child.id, weight
        yield from effective_weights(child, weight)


def points_lost(part: Part, above: float = 1.0) -> Iterator[tuple[str, float]]:
    """Every metric that has a score on the way up, with the points that it takes from the overall score."""
    if part.score is None:
        return
    if not part.parts:
        yield part.id, above * (100 - part.score)
        return
    total = sum(child.weight for child in part.parts if child.score is not None)
    for child in part.parts:
        yield from points_lost(child, above * child.weight / total if total else 0.0)
