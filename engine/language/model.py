"""A ruleset as frozen values: what the YAML says, read once, with every formula as a tree.

Nothing here knows data, frames or files; `origin` alone leads back to the place in a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ..formulas.formula import Node
from ..problems import Path
from .durations import Duration

if TYPE_CHECKING:
    from .layers import Layers

Text: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula or a constant, and the path of the scalar that it was written in."""

    text: str
    node: Node
    path: Path
    offset: int = 0  # where the formula begins inside that scalar (templates hold several)


Template: TypeAlias = tuple[tuple[str, tuple[str | Formula, ...]], ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    kind: str
    ref: str | None = None
    note: Text = ()
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    id: str
    score: float
    title: Text = ()
    color: str | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar grain; weeks start on `week_starts` (0 = Monday), years in month `year_starts`."""

    grain: str
    week_starts: int = 0
    year_starts: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    required: bool = False
    min: float | None = None
    max: float | None = None
    one_of: tuple[str | float | bool, ...] = ()
    matches: str | None = None
    title: Text = ()


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a source takes from the one row of another that has the same key.

    `on` are pairs of an own column and the other's, `columns` pairs of the name here and the name there.
    """

    source: str
    on: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Source:
    """`columns` are those of its data; `brought` those that lookups add to each row, of the type `unknown` where
    the other source does not have them."""

    id: str
    title: Text
    time: str
    columns: tuple[Column, ...]
    unique: tuple[str, ...] = ()
    on_violation: str = "fail"
    lookups: tuple[Lookup, ...] = ()
    brought: tuple[Column, ...] = ()

    @property
    def known(self) -> tuple[Column, ...]:
        """All that its rows have once every lookup is made."""
        return (*self.columns, *self.brought)

    def column(self, name: str) -> Column | None:
        return next((column for column in self.known if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Cohort:
    """First events, and what is looked for behind each of them: a conversion, or a retention.

    The input's own source and `where` are those of the first events. Of a retention they are the first row of each
    `by`; a row of the source `then` counts from `after` to `within` (without it, exactly `after`) later. Of a
    conversion `after` is None. With `skip`, first events whose window is still open are left out.
    """

    kind: str
    by: str
    then: str
    then_where: Formula | None
    after: Duration | None
    within: Duration | None
    skip: bool


@dataclass(frozen=True, slots=True)
class Input:
    """With `per`, rows are grouped by it first: `formula` gives a value of each group, and `then` one of them all."""

    id: str
    title: Text
    description: Text
    source: str
    formula: Formula | None
    where: Formula | None
    type: str
    unit: str | None
    min: float | None
    max: float | None
    default: float | str | bool | None
    path: Path
    per: tuple[Formula, ...] = ()
    then: str | None = None
    trailing: Duration | None = None  # up to the end of the card's period, in place of the period itself
    cohort: Cohort | None = None
    size: bool = False  # how many first events there are, rather than how many of them were followed

    @property
    def is_column(self) -> bool:
        """Whether it is a column taken as it is, of which each card has one row."""
        return self.formula is None and self.cohort is None

    @property
    def conditions(self) -> dict[Path, tuple[Formula, str]]:
        """By their places, the conditions on rows and the sources that they choose from."""
        found = [(self.where, self.source)]
        if self.cohort is not None:
            found.append((self.cohort.then_where, self.cohort.then))
        return {where.path: (where, source) for where, source in found if where is not None}

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources whose rows it takes."""
        return (self.source,) if self.cohort is None else (self.source, self.cohort.then)


@dataclass(frozen=True, slots=True)
class Param:
    """`values` are (first day, value) pairs of a dated parameter, in order; else `value` counts always."""

    id: str
    title: Text
    unit: str | None
    type: str
    value: float | str | bool | None
    values: tuple[tuple[str, float | str | bool], ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Band:
    """Up to `cut` (with it when `inclusive`) the value has `level`; the last band has no cut."""

    level: str
    cut: Formula | None
    inclusive: bool
    score: float | None
    evidence: Evidence | None
    path: Path


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands for each category of `by`; the category None is `otherwise`, and all there is without `by`."""

    by: str | None
    cases: tuple[tuple[str | None, tuple[Band, ...]], ...]
    path: Path

    def all_bands(self) -> Iterator[Band]:
        for _, bands in self.cases:
            yield from bands


@dataclass(frozen=True, slots=True)
class Score:
    """How a metric's value becomes 0 to 100.

    `kind` is levels, points, relative or none. Every continuous form of the language is `points`: straight
    lines between (value, score) pairs, flat outside; `plateau` names the pair that 100 holds between.
    `written` are the values as the author wrote them, of which the points may be computed.
    """

    kind: str
    points: tuple[tuple[Formula, float], ...] = ()
    plateau: tuple[Formula, Formula] | None = None
    method: str | None = None
    path: Path = ()
    written: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """How large the sample is, by `trials`; with `hits` the metric is a share of them that has an interval."""

    hits: Formula | None
    trials: Formula
    at_least: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Metric:
    id: str
    title: Text
    description: Text
    formula: Formula
    unit: str | None
    better: str | None
    target: Formula | None
    bands: Bands | None
    score: Score
    undefined: float | None
    sample: Sample | None
    decimals: int | None
    tags: tuple[str, ...]
    owner: str | None
    evidence: Evidence | None
    path: Path

    @property
    def judged(self) -> bool:
        """Whether the metric gets a level."""
        return self.bands is not None and self.better != "neutral"

    @property
    def scored(self) -> bool:
        """Whether the metric counts; else it is only watched."""
        return self.better != "neutral" and self.score.kind != "none"


@dataclass(frozen=True, slots=True)
class Group:
    """`members` are metrics, `groups` are groups inside this one, each with its relative weight."""

    id: str
    title: Text
    members: tuple[tuple[str, float], ...]
    groups: tuple[tuple[str, float], ...]
    combine: str
    min_coverage: float
    path: Path

    @property
    def children(self) -> tuple[tuple[str, float], ...]:
        return (*self.members, *self.groups)


@dataclass(frozen=True, slots=True)
class Profile:
    id: str
    title: Text
    weights: tuple[tuple[str, float], ...]
    rest: float | None
    path: Path


@dataclass(frozen=True, slots=True)
class Stages:
    title: Text
    choose: tuple[tuple[Formula, str], ...]
    choose_from: str | None
    default: str | None
    profiles: dict[str, Profile]
    path: Path


@dataclass(frozen=True, slots=True)
class Cap:
    when: Formula
    at_most: float
    because: Template
    path: Path


@dataclass(frozen=True, slots=True)
class Overall:
    title: Text
    profile: Profile
    combine: str
    min_coverage: float
    bands: tuple[Band, ...]
    caps: tuple[Cap, ...]


@dataclass(frozen=True, slots=True)
class Advice:
    """`actions` are ids of actions, or texts of their own."""

    id: str
    when: Formula
    severity: str
    title: Template
    text: Template
    actions: tuple[str | Text, ...]
    metrics: tuple[str, ...]
    stages: tuple[str, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Suppression:
    code: str
    at: str
    reason: str | Mapping[str, str]
    until: str | None
    path: Path


@dataclass(frozen=True)
class Ruleset:
    """The whole of a ruleset after overlays. `origin` tells the place and the layer of each value."""

    id: str
    version: str
    title: Text
    description: Text
    entity: tuple[str, ...]
    period: Period | None
    time: str
    baseline: str
    levels: tuple[Level, ...]
    sources: dict[str, Source]
    inputs: dict[str, Input]
    params: dict[str, Param]
    metrics: dict[str, Metric]
    groups: dict[str, Group]
    stages: Stages | None
    overall: Overall
    actions: dict[str, Text]
    advice: dict[str, Advice]
    suppress: tuple[Suppression, ...]
    language: str
    origin: Layers = field(repr=False, compare=False)

    @property
    def looked_up_only(self) -> frozenset[str]:
        """Sources that lookups name and no input takes rows from."""
        named = {lookup.source for source in self.sources.values() for lookup in source.lookups}
        return frozenset(named.difference(*(input.sources for input in self.inputs.values())))

    def rank(self, level: str) -> int:
        """The place of a level on the scale, 0 for the worst; -1 for a level that is not there."""
        return next((rank for rank, known in enumerate(self.levels) if known.id == level), -1)
