"""What of a ruleset its cases reach: metrics with a value, bands, stages, caps, advice, reasons for no value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from ..language.model import Ruleset
from ..reasons import REASONS
from ..results.result import Result
from .possible_reasons import possible_reasons

KINDS = ("metrics", "bands", "stages", "caps", "advice", "reasons")


@dataclass(frozen=True, slots=True)
class Coverage:
    """For one kind: all there is, and what no case reaches."""

    kind: str
    all: int
    missed: tuple[str, ...]

    @property
    def share(self) -> float:
        return 1.0 if not self.all else 1 - len(self.missed) / self.all


@dataclass
class Reached:
    """Collects over many runs what was reached."""

    ruleset: Ruleset
    found: set[tuple[str, str]] = field(default_factory=set)

    def add(self, result: Result, computed: pl.Expr | None = None) -> None:
        """Note what the cards of a run reach; `computed` picks those whose metrics come from their formulas."""
        wide, columns = result.wide, result.compiled.columns
        real = wide if computed is None else wide.filter(computed)
        for id, name in columns.metrics.items():
            reasons = real.filter(pl.col(name).is_null())[f"{name}_q"].drop_nulls().unique()
            self.found |= {("reasons", f"{id} {REASONS[code]}") for code in reasons}
            if wide[name].is_not_null().any():
                self.found.add(("metrics", id))
            metric = self.ruleset.metrics[id]
            if metric.bands is not None and metric.judged:
                self.found |= {("bands", f"{id} {number}") for number in wide[f"{name}_b"].drop_nulls().unique()}
        for place in wide["stage"].drop_nulls().unique():
            self.found.add(("stages", result.compiled.profiles[place].id))
        self.found |= {("caps", str(place)) for place in wide["cap"].drop_nulls().unique()}
        for id, name in columns.advice.items():
            stages = self.ruleset.advice[id].stages
            held = wide.filter(pl.col(name))
            if stages:
                own = [place for place, profile in enumerate(result.compiled.profiles) if profile.id in stages]
                held = held.filter(pl.col("stage").is_in(own))
            if held.height:
                self.found.add(("advice", id))

    def coverage(self) -> tuple[Coverage, ...]:
        """Every kind with what was missed, in words that lead to the place."""
        everything = list(self._everything())
        return tuple(
            Coverage(
                kind,
                sum(one[0] == kind for one in everything),
                tuple(words for k, key, words in everything if k == kind and (k, key) not in self.found),
            )
            for kind in KINDS
        )

    def _everything(self) -> Iterator[tuple[str, str, str]]:
        """What the ruleset itself says; of one that builds on another, what the other says is for its own cases."""
        own, touched = self.ruleset.origin.is_of_last, self.ruleset.origin.is_touched_by_last
        metrics = {id: metric for id, metric in self.ruleset.metrics.items() if own(("metrics", id))}
        for id in metrics:
            yield "metrics", id, id
        for id, metric in self.ruleset.metrics.items():
            if metric.bands is not None and metric.judged:
                for number, band in enumerate(metric.bands.all_bands()):
                    if not touched(band.path):
                        continue
                    yield "bands", f"{id} {number}", f"{id}: {band.level} ({'.'.join(map(str, band.path[2:]))})"
        for stage in self.ruleset.stages.profiles if self.ruleset.stages else ():
            if touched(("stages", "profiles", stage)):
                yield "stages", stage, stage
        for place, cap in enumerate(self.ruleset.overall.caps):
            if touched(("overall", "caps", place)):
                yield "caps", str(place), f"at most {cap.at_most:g} when {cap.when.text.strip()}"
        for id in self.ruleset.advice:
            if touched(("advice", id)):
                yield "advice", id, id
        for id, metric in metrics.items():
            for reason in possible_reasons(self.ruleset, metric):
                yield "reasons", f"{id} {reason}", f"{id}: {reason}"
