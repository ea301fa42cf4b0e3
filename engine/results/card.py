"""One scorecard as values: what a result holds for an entity and a period, and all that a view needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MetricCard:
    """One metric of a card. `status` is "ok" or the reason why there is no value; then `value` is None."""

    id: str
    value: float | None
    status: str
    level: str | None = None
    score: float | None = None
    weight: float | None = None
    points_lost: float | None = None
    target: float | None = None
    low: float | None = None
    high: float | None = None
    certain: bool | None = None
    relative: bool = False


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One group of a card; `coverage` is the share of its weight that has a score."""

    id: str
    score: float | None
    level: str | None
    status: str
    weight: float | None
    coverage: float


@dataclass(frozen=True, slots=True)
class AdviceCard:
    """One piece of advice, its texts already filled in and in the reader's language."""

    id: str
    severity: str
    title: str | None
    text: str
    actions: tuple[str, ...]
    metrics: tuple[str, ...]
    points_lost: float


@dataclass(frozen=True, slots=True)
class Capped:
    """The cap that held an overall score down; `score` is what it was before."""

    at_most: float
    score: float
    because: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """The scorecard of one entity and period; `entity` maps the entity's columns to its values."""

    entity: dict[str, str | int | float]
    period: str | None
    stage: str | None
    score: float | None
    level: str | None
    status: str
    coverage: float
    capped: Capped | None
    groups: dict[str, GroupCard]
    metrics: dict[str, MetricCard]
    advice: tuple[AdviceCard, ...]
