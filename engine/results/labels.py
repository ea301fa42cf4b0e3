"""What the inner columns of finished cards are called outside: entity, period, stage, levels, reasons and weights."""

from __future__ import annotations

from typing import Any

import polars as pl

from .. import calendars
from ..language.model import Ruleset
from ..language.weighting import effective_weights
from ..reasons import OK, REASONS
from ..scoring.compile import Cards

# columns of the tables of a result; an entity's column of such a name gets a prefix
_FIXED = ("period", "stage", "kind", "id", "value", "status", "level", "score", "weight", "points_lost", "coverage",
          "capped", "severity", "title", "text", "actions", "metrics", "position")  # fmt: skip


class Labels:
    """Expressions over the wide frame of a run (see `compile.Columns`)."""

    def __init__(self, ruleset: Ruleset, compiled: Cards) -> None:
        self.ruleset = ruleset
        self.profiles = compiled.profiles
        self.weights = [effective_weights(ruleset, profile) for profile in compiled.profiles]
        self.entity = [f"entity_{name}" if name in _FIXED else name for name in ruleset.entity]

    def keys(self, wide: pl.DataFrame) -> list[pl.Expr]:
        """The entity's columns, period and stage."""
        entity = [pl.col(f"e{place}").alias(name) for place, name in enumerate(self.entity)]
        return [*entity, self.period(wide).alias("period"), self.stage().alias("stage")]

    def period(self, wide: pl.DataFrame) -> pl.Expr:
        if self.ruleset.period is None:
            return pl.lit(None, pl.String)
        numbers = wide["p"].unique().to_list()
        labels = {number: calendars.label(self.ruleset.period, number) for number in numbers}
        return pl.col("p").replace_strict(labels, return_dtype=pl.String) if labels else pl.lit(None, pl.String)

    def stage(self) -> pl.Expr:
        stages = {place: profile.id for place, profile in enumerate(self.profiles) if profile.id}
        return pl.col("stage").replace_strict(stages, default=None, return_dtype=pl.String)

    def level(self, column: str) -> pl.Expr:
        levels = {rank: level.id for rank, level in enumerate(self.ruleset.levels)}
        return pl.col(column).replace_strict(levels, default=None, return_dtype=pl.String)

    def status(self, column: str) -> pl.Expr:
        return pl.col(column).replace_strict(REASONS, default=OK, return_dtype=pl.String)

    def weight(self, id: str) -> pl.Expr:
        """The effective weight of a metric or group, by the stage of the card."""
        return self._by_stage([weights.get(id) for weights in self.weights])

    def _by_stage(self, outcomes: list[Any]) -> pl.Expr:
        result = pl.lit(outcomes[-1], pl.Float64)
        for place, outcome in enumerate(outcomes[:-1]):
            result = pl.when(pl.col("stage") == place).then(pl.lit(outcome, pl.Float64)).otherwise(result)
        return result
