"""Two results over the same data: whose score, level, stage and advice differ, and how often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from ..language.model import Period
from ..problems import Problem, Problems
from ..results.result import Result
from ..wording import words
from .changes import Change
from .describing import unfilled

# two runs add up in another order at most, which is no change
_EQUAL = 1e-9
# cards that JSON lists
MOST = 100
_COUNTS = ("up", "down", "same", "gained", "lost", "without", "only_old", "only_new")


@dataclass(frozen=True, slots=True)
class Moved:
    """How many cards went from one level or stage to another; None is none."""

    old: str | None
    new: str | None
    cards: int


@dataclass(frozen=True, slots=True)
class AdviceMoved:
    """How often a piece of advice is given before and after, and for how many cards it starts and stops."""

    id: str
    title: str
    old: int
    new: int
    started: int
    stopped: int


@dataclass(frozen=True, slots=True)
class MetricMoved:
    """For how many cards the value, the level and the score of a metric differ."""

    id: str
    title: str
    value: int
    level: int
    score: int


@dataclass(frozen=True, eq=False)
class Impact:
    """What a difference of rulesets does to the cards of some data.

    `cards` is a Polars frame of the cards that differ, those that moved most first: the entity's columns, period, and
    stage, score and level with `old_` and `new_` before them, `change` of the score, `advice_started` and
    `advice_stopped`. `counts` says of how many cards the score is up, down, the same, gained, lost, or missing both
    times (`without`), and how many are there only before or after. `level_titles`, worst first, and `stage_titles`
    have the titles of all ids.
    """

    cards: pl.DataFrame
    entity: tuple[str, ...]
    level_titles: dict[str, str]
    stage_titles: dict[str, str]
    counts: dict[str, int]
    mean_change: float | None
    levels: tuple[Moved, ...]
    stages: tuple[Moved, ...]
    metrics: tuple[MetricMoved, ...]
    advice: tuple[AdviceMoved, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values; of the cards the first 100, and how many more there are."""
        listed = self.cards.head(MOST)
        return {
            "counts": self.counts,
            "mean_change": self.mean_change,
            "levels": [asdict(moved) for moved in self.levels],
            "stages": [asdict(moved) for moved in self.stages],
            "metrics": [asdict(moved) for moved in self.metrics],
            "advice": [asdict(moved) for moved in self.advice],
            "cards": [self._card(row) for row in listed.iter_rows(named=True)],
            "cards_left": self.cards.height - listed.height,
        }

    def _card(self, row: Mapping[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in row.items() if name not in self.entity}
        return {"entity": {name: row[name] for name in self.entity}, **rest}


def impact(old: Result, new: Result, changes: Sequence[Change], language: str) -> Impact:
    """What the changes of a ruleset did to the cards of a run. Raises Problems if the two cannot be compared."""
    _comparable(old, new)
    keys = [*new.labels.entity, "period"]
    stages = _renamed(changes, "stages.profiles")
    before = _cards(old, _renamed(changes, "advice")).with_columns(pl.col("stage").replace(stages))
    both = before.join(_cards(new, {}), on=keys, how="full", coalesce=True, nulls_equal=True, suffix="_new")
    both = both.rename({f"{name}_new": f"new_{name}" for name in _SIDE} | {name: f"old_{name}" for name in _SIDE})
    both = both.with_columns(change=pl.col("new_score") - pl.col("old_score"))
    there = pl.col("old_here").is_not_null() & pl.col("new_here").is_not_null()
    scored = [pl.col(f"{side}_score").is_not_null() for side in ("old", "new")]
    counted = {
        "up": pl.col("change") > _EQUAL,
        "down": pl.col("change") < -_EQUAL,
        "same": pl.col("change").abs() <= _EQUAL,
        "gained": there & ~scored[0] & scored[1],
        "lost": there & scored[0] & ~scored[1],
        "without": there & ~scored[0] & ~scored[1],
        "only_old": pl.col("new_here").is_null(),
        "only_new": pl.col("old_here").is_null(),
    }
    row = both.select(
        *[counted[name].sum().alias(name) for name in _COUNTS], pl.col("change").mean().alias("mean")
    ).row(0, named=True)
    return Impact(
        cards=_moved(both, keys),
        entity=tuple(new.labels.entity),
        level_titles=_level_titles(old, new, language),
        stage_titles=_stage_titles(old, language) | _stage_titles(new, language),
        counts={name: int(row[name] or 0) for name in _COUNTS},
        mean_change=row["mean"],
        levels=_pairs(both.filter(there), "level"),
        stages=_pairs(both.filter(there), "stage"),
        metrics=_metrics(old, new, changes, keys, language),
        advice=_advice(both, old, new, changes, language),
    )


_SIDE = ("here", "stage", "score", "level", "advice")


def _comparable(old: Result, new: Result) -> None:
    one, other = old.ruleset, new.ruleset
    what = "entity" if one.entity != other.entity else "period"
    if what == "period" and _calendar(one.period) == _calendar(other.period):
        return
    words = f"the two rulesets have another `{what}`, so their scorecards cannot be compared"
    raise Problems([Problem("RC509", words, hint="compare them without data")])


def _calendar(period: Period | None) -> object:
    """What the label of a period depends on."""
    if period is None:
        return None
    return period.grain, period.week_starts, period.year_starts if period.grain in ("quarter", "year") else None


def _level_titles(old: Result, new: Result, language: str) -> dict[str, str]:
    known = {level.id: words(new.ruleset, level.title, language) or level.id for level in new.ruleset.levels}
    return known | {
        level.id: words(old.ruleset, level.title, language) or level.id
        for level in old.ruleset.levels
        if level.id not in known
    }


def _stage_titles(result: Result, language: str) -> dict[str, str]:
    stages = result.ruleset.stages
    profiles = stages.profiles if stages else {}
    return {id: words(result.ruleset, profile.title, language) or id for id, profile in profiles.items()}


def _renamed(changes: Sequence[Change], section: str) -> dict[str, str]:
    """Old ids to new ones."""
    found = [one for one in changes if one.kind == "renamed" and one.path.rpartition(".")[0] == section]
    return {change.old: change.new for change in found}


def _cards(result: Result, renamed: Mapping[str, str]) -> pl.DataFrame:
    """Cards with the ids of their advice."""
    flags = []
    for id, name in result.compiled.columns.advice.items():
        holds, stages = pl.col(name), result.ruleset.advice[id].stages
        spoken = holds & pl.col("stage").is_in(stages) if stages else holds
        flags.append(pl.when(spoken).then(pl.lit(renamed.get(id, id))))
    cards = result.cards
    told = pl.concat_list(flags).list.drop_nulls() if flags else pl.lit([], pl.List(pl.String))
    advice = result.wide.with_columns(cards["stage"]).with_columns(told.alias("advice"))["advice"]
    return cards.select(*result.labels.entity, "period", "stage", "score", "level").with_columns(advice, here=True)


def _moved(both: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Cards of which anything differs: first those that gained or lost a score, then by how far they moved."""
    empty = pl.lit([], pl.List(pl.String))
    lists = both.with_columns(pl.col("old_advice").fill_null(empty), pl.col("new_advice").fill_null(empty))
    cards = lists.with_columns(
        advice_started=pl.col("new_advice").list.set_difference("old_advice"),
        advice_stopped=pl.col("old_advice").list.set_difference("new_advice"),
    )
    differs = [pl.col(f"old_{name}").ne_missing(pl.col(f"new_{name}")) for name in ("here", "stage", "level")]
    scores = pl.col("old_score").is_null() != pl.col("new_score").is_null()
    told = (pl.col("advice_started").list.len() + pl.col("advice_stopped").list.len()) > 0
    far = pl.col("change").abs()
    found = cards.filter(pl.any_horizontal(*differs, scores, told, (far > _EQUAL).fill_null(False)))
    found = found.sort(~scores, -far.fill_null(0.0), *keys, maintain_order=True)
    sides = [f"{side}_{name}" for name in ("stage", "score", "level") for side in ("old", "new")]
    return found.select(*keys, *sides, "change", "advice_started", "advice_stopped")


def _pairs(both: pl.DataFrame, name: str) -> tuple[Moved, ...]:
    """All pairs of old and new, those that stayed too, most cards first."""
    counted = (
        both.group_by(f"old_{name}", f"new_{name}")
        .len()
        .sort("len", f"old_{name}", f"new_{name}", descending=[True, False, False])
    )
    pairs = tuple(Moved(*row) for row in counted.iter_rows())
    return () if all(pair.old is None and pair.new is None for pair in pairs) else pairs


def _metrics(
    old: Result, new: Result, changes: Sequence[Change], keys: list[str], language: str
) -> tuple[MetricMoved, ...]:
    """Metrics that both have and that differ in some card, most cards first."""
    renamed = _renamed(changes, "metrics")

    def of(result: Result, names: Mapping[str, str]) -> pl.DataFrame:
        found = result.results.filter(pl.col("kind") == "metric")
        return found.select(*keys, pl.col("id").replace(names), "value", "level", "score")

    both = of(old, renamed).join(of(new, {}), on=[*keys, "id"], nulls_equal=True, suffix="_new")
    counted = both.group_by("id").agg(
        _unlike("value").sum().alias("value"),
        pl.col("level").ne_missing(pl.col("level_new")).sum().alias("level"),
        _unlike("score").sum().alias("score"),
    )
    moved = counted.filter(pl.col("value") + pl.col("level") + pl.col("score") > 0)
    moved = moved.sort("score", "level", "value", "id", descending=[True, True, True, False])
    ruleset = new.ruleset
    return tuple(
        MetricMoved(id, words(ruleset, ruleset.metrics[id].title, language), value, level, score)
        for id, value, level, score in moved.sort(
            "score", "level", "value", "id", descending=[True] * 3 + [False]
        ).rows()
    )


def _unlike(name: str) -> pl.Expr:
    """Whether two numbers differ by more than the dust of adding up."""
    old, new = pl.col(name), pl.col(f"{name}_new")
    far = (old - new).abs() > _EQUAL * pl.max_horizontal(old.abs(), new.abs(), pl.lit(1.0))
    return pl.when(old.is_null() | new.is_null()).then(old.is_null() != new.is_null()).otherwise(far)


def _advice(
    both: pl.DataFrame, old: Result, new: Result, changes: Sequence[Change], language: str
) -> tuple[AdviceMoved, ...]:
    """Advice that is given to other cards than before, most first."""
    renamed = _renamed(changes, "advice")
    titles = {renamed.get(id, id): (old.ruleset, one.title) for id, one in old.ruleset.advice.items()}
    titles |= {id: (new.ruleset, one.title) for id, one in new.ruleset.advice.items()}
    counts = [
        (
            pl.col("old_advice").list.contains(id).sum().alias(f"{id}:old"),
            pl.col("new_advice").list.contains(id).sum().alias(f"{id}:new"),
            (pl.col("old_advice").list.contains(id) & pl.col("new_advice").list.contains(id)).sum().alias(f"{id}:both"),
        )
        for id in titles
    ]
    row = both.select(*[count for three in counts for count in three]).row(0, named=True) if counts else {}
    found = []
    for id, (ruleset, title) in titles.items():
        before, after, kept = (int(row[f"{id}:{name}"] or 0) for name in ("old", "new", "both"))
        if before != kept or after != kept:
            said = words(ruleset, unfilled(title), language)
            found.append(AdviceMoved(id, said, before, after, after - kept, before - kept))
    return tuple(sorted(found, key=lambda one: -(one.started + one.stopped)))
