"""What a run gives back: scorecards as values, as frames and as JSON, each made when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import polars as pl

from . import calendars
from .card import Card
from .compile import Cards
from .engines import Engine
from .loading import fingerprint
from .model import Param, Ruleset
from .problems import Problem
from .reasons import OK, REASONS
from .scorecards import CardReader, card_dict
from .selection import Selection
from .version import VERSION
from .weighting import effective_weights

_FIXED = ("period", "stage", "kind", "id", "value", "status", "level", "score", "weight", "points_lost", "coverage",
          "capped", "severity", "title", "text", "actions", "metrics", "position")  # fmt: skip


@dataclass(frozen=True)
class Result:
    """The scorecards of a run.

    `cards`, `results` and `advice` are Polars frames, `scorecards()` gives typed values, `to_json()` the JSON of
    `run --format json`. `problems` holds warnings about the data. Nothing is computed before it is asked for.
    """

    ruleset: Ruleset
    compiled: Cards
    frame: nw.LazyFrame[Any]
    engine: Engine
    run_params: Mapping[str, Param]
    sources: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]
    shown: Selection
    language: str

    # -- frames ----------------------------------------------------------------------------------------------

    @cached_property
    def wide(self) -> pl.DataFrame:
        """All columns of the shown cards under their inner names (see `compile.Columns`), by entity and period."""
        metrics = [pl.col(name) + 0.0 for name in self.compiled.columns.metrics.values()]
        # adding 0 takes away the sign of a 0
        return self._collect(self._columns()).with_columns(metrics)

    def _collect(self, columns: list[str]) -> pl.DataFrame:
        keys = [*self.compiled.context.entity, "p"]
        found = self.engine.collect(self.frame.select(*dict.fromkeys([*keys, *columns])))
        chosen = self.shown.filter()
        return (found if chosen is None else found.filter(chosen)).sort(keys)

    def _columns(self) -> list[str]:
        names = [f"e{place}" for place in range(len(self.ruleset.entity))]
        columns = self.compiled.columns
        names += ["stage", "o", "o_c", "o_r", "score", "level", "cap"]
        for id, name in columns.metrics.items():
            metric = self.ruleset.metrics[id]
            names += [name, f"{name}_q"]
            names += [f"{name}_b", f"{name}_l"] if metric.judged else []
            names += [f"{name}_s", f"{name}_p"] if metric.scored else []
            names += [f"{name}_t"] if id in columns.targets else []
            names += [f"{name}_lo", f"{name}_hi"] if id in columns.sampled else []
            names += [f"{name}_c"] if id in columns.sampled and metric.judged else []
        for name in columns.groups.values():
            names += [name, f"{name}_c", f"{name}_r", f"{name}_l"]
        names += columns.advice.values()
        return names + [str(value.column) for value in columns.said.values()]

    @cached_property
    def cards(self) -> pl.DataFrame:
        """One row a card: the entity's columns, period, stage, score, level, status, coverage, capped."""
        wide = self.wide
        return wide.select(
            *self._keys(wide),
            pl.col("score"),
            self._level("level").alias("level"),
            _status("o_r").alias("status"),
            pl.col("o_c").alias("coverage"),
            pl.col("cap").is_not_null().alias("capped"),
        )

    @cached_property
    def results(self) -> pl.DataFrame:
        """Tidy: the entity's columns, period, stage, kind (metric, group, overall), id, value, status, level, score,
        weight, points_lost; by card, metrics first.
        """
        wide = self.wide
        weights = [effective_weights(self.ruleset, profile) for profile in self.compiled.profiles]
        parts = []
        nothing = pl.lit(None, pl.Float64)
        for id, name in self.compiled.columns.metrics.items():
            metric = self.ruleset.metrics[id]
            parts.append(
                (
                    "metric", id, pl.col(name), _status(f"{name}_q"),
                    self._level(f"{name}_l") if metric.judged else pl.lit(None, pl.String),
                    pl.col(f"{name}_s") if metric.scored else nothing,
                    pl.col(f"{name}_p") if metric.scored else nothing,
                )
            )  # fmt: skip
        for id, name in self.compiled.columns.groups.items():
            parts.append(("group", id, nothing, _status(f"{name}_r"), self._level(f"{name}_l"), pl.col(name), nothing))
        parts.append(("overall", "overall", nothing, _status("o_r"), self._level("level"), pl.col("score"), nothing))
        numbered = wide.with_row_index("card")
        order = {id: place for place, id in enumerate([*self.ruleset.metrics, *self.ruleset.groups, "overall"])}
        frames = [
            numbered.select(
                pl.col("card"),
                pl.lit(order[id] if kind != "overall" else len(order)).alias("position"),
                *self._keys(wide),
                pl.lit(kind).alias("kind"),
                pl.lit(id).alias("id"),
                value.cast(pl.Float64).alias("value"),
                status.alias("status"),
                level.alias("level"),
                score.cast(pl.Float64).alias("score"),
                (pl.lit(1.0) if kind == "overall" else self._by_stage([w.get(id) for w in weights])).alias("weight"),
                lost.cast(pl.Float64).alias("points_lost"),
            )
            for kind, id, value, status, level, score, lost in parts
        ]
        return pl.concat(frames).sort("card", "position").drop("card", "position")

    @cached_property
    def advice(self) -> pl.DataFrame:
        """Advice that holds: the entity's columns, period, stage, position (1 first), id, severity, title, text,
        actions, metrics, points_lost.
        """
        names = self._entity_names()
        rows = [
            {
                **{names[place]: value for place, value in enumerate(card.entity.values())},
                "period": card.period,
                "stage": card.stage,
                "position": position,
                "id": advice.id,
                "severity": advice.severity,
                "title": advice.title,
                "text": advice.text,
                "actions": "\n".join(advice.actions),
                "metrics": ", ".join(advice.metrics),
                "points_lost": advice.points_lost,
            }
            for card in self.scorecards(self._advised())
            for position, advice in enumerate(card.advice, start=1)
        ]
        keys = self.wide.select(self._keys(self.wide)).schema
        schema: dict[str, Any] = dict(keys)
        text = ("id", "severity", "title", "text", "actions", "metrics")
        schema |= {"position": pl.Int64, **dict.fromkeys(text, pl.String), "points_lost": pl.Float64}
        return pl.DataFrame(rows, schema=schema)

    def _advised(self) -> list[int]:
        """Rows of cards to which some advice may speak."""
        flags = list(self.compiled.columns.advice.values())
        if not flags:
            return []
        return self.wide.with_row_index("row").filter(pl.any_horizontal(flags))["row"].to_list()

    def _repr_html_(self) -> str:
        """The cards as a table, for a notebook."""
        return str(self.cards._repr_html_())

    def _entity_names(self) -> list[str]:
        """Names of the entity's columns; one that the tables use themselves gets a prefix."""
        return [f"entity_{name}" if name in _FIXED else name for name in self.ruleset.entity]

    def _keys(self, wide: pl.DataFrame) -> list[pl.Expr]:
        entity = [pl.col(f"e{place}").alias(name) for place, name in enumerate(self._entity_names())]
        return [*entity, self._period(wide).alias("period"), self._stage().alias("stage")]

    def _period(self, wide: pl.DataFrame) -> pl.Expr:
        if self.ruleset.period is None:
            return pl.lit(None, pl.String)
        numbers = wide["p"].unique().to_list()
        labels = {number: calendars.label(self.ruleset.period, number) for number in numbers}
        return pl.col("p").replace_strict(labels, return_dtype=pl.String) if labels else pl.lit(None, pl.String)

    def _stage(self) -> pl.Expr:
        stages = {place: profile.id for place, profile in enumerate(self.compiled.profiles) if profile.id}
        return pl.col("stage").replace_strict(stages, default=None, return_dtype=pl.String)

    def _level(self, column: str) -> pl.Expr:
        levels = {rank: level.id for rank, level in enumerate(self.ruleset.levels)}
        return pl.col(column).replace_strict(levels, default=None, return_dtype=pl.String)

    def _by_stage(self, outcomes: list[float | None]) -> pl.Expr:
        result = pl.lit(outcomes[-1], pl.Float64)
        for place, outcome in enumerate(outcomes[:-1]):
            result = pl.when(pl.col("stage") == place).then(pl.lit(outcome, pl.Float64)).otherwise(result)
        return result

    # -- values ----------------------------------------------------------------------------------------------

    def scorecards(self, rows: Sequence[int] | None = None) -> Iterator[Card]:
        """Typed cards by entity and period: all, or those at some rows of `cards`."""
        wide = self.wide if rows is None else self.wide[list(rows)]
        return CardReader(self.ruleset, self.compiled, self.language).read(wide)

    # -- JSON ------------------------------------------------------------------------------------------------

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the run by id; a dated one as a map from its days."""
        return {name: dict(param.values) if param.values else param.value for name, param in self.run_params.items()}

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, in the shape of schemas/result.schema.json."""
        overlays = [document.id for document in self.ruleset.origin.documents if document.kind == "overlay"]
        return {
            "rulecard": VERSION,
            "ruleset": {
                "id": self.ruleset.id, "version": self.ruleset.version,
                "sha256": fingerprint(self.ruleset.origin), "overlays": overlays,
            },
            "params": self.params,
            "sources": list(self.sources),
            "cards": [card_dict(card) for card in self.scorecards()],
            "problems": [problem.to_dict() for problem in self.problems],
        }  # fmt: skip

    def to_json(self, indent: int | None = 2) -> str:
        """The result as JSON text; there is no NaN or Infinity in it."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)


def _status(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(REASONS, default=OK, return_dtype=pl.String)
