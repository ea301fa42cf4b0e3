"""What a run gives back: scorecards as values, as frames and as JSON, each made when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl

from ..engines import Engine
from ..language.loading import fingerprint
from ..language.model import Param, Ruleset
from ..problems import Problem
from ..progress import Progress, untold
from ..report import write
from ..scoring.compile import Cards
from ..version import VERSION
from .card import AdviceCard, Capped, Card
from .card_structs import card_structs
from .labels import Labels
from .scorecards import CardReader
from .selection import Selection

# so many cards are written together
AT_ONCE = 20_000

# What `cards` shows of a card.
_OF_CARDS = ("stage", "o_c", "o_r", "score", "level", "cap")


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

    def __repr__(self) -> str:
        """What it is and whether something was wrong with the data, without computing anything."""
        count = len(self.problems)
        warnings = f"; {count} warning{'s' if count > 1 else ''} in .problems" if count else ""
        return f"<Result of {self.ruleset.id} {self.ruleset.version}: .cards, .results, .advice{warnings}>"

    @cached_property
    def labels(self) -> Labels:
        """Names outside of what the columns of `wide` hold."""
        return Labels(self.ruleset, self.compiled)

    def unchosen(self) -> Result:
        """The result with the cards that were not asked for, too."""
        return self if self.shown == Selection() else replace(self, shown=Selection())

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
        # of many metrics most need not be computed for it, unless they have been already
        entity = [f"e{place}" for place in range(len(self.ruleset.entity))]
        wide = self.wide if "wide" in vars(self) else self._collect([*entity, *_OF_CARDS])
        return wide.select(
            *self.labels.keys(wide),
            pl.col("score"),
            self.labels.level("level").alias("level"),
            self.labels.status("o_r").alias("status"),
            pl.col("o_c").alias("coverage"),
            pl.col("cap").is_not_null().alias("capped"),
        )

    @cached_property
    def results(self) -> pl.DataFrame:
        """Tidy: the entity's columns, period, stage, kind (metric, group, overall), id, value, status, level, score,
        weight, points_lost; by card, metrics first.
        """
        wide, labels = self.wide, self.labels
        parts = []
        nothing = pl.lit(None, pl.Float64)
        for id, name in self.compiled.columns.metrics.items():
            metric = self.ruleset.metrics[id]
            parts.append(
                (
                    "metric", id, pl.col(name), labels.status(f"{name}_q"),
                    labels.level(f"{name}_l") if metric.judged else pl.lit(None, pl.String),
                    pl.col(f"{name}_s") if metric.scored else nothing,
                    pl.col(f"{name}_p") if metric.scored else nothing,
                )
            )  # fmt: skip
        nodes = {"overall": ("o_r", "level", "score")}
        groups = {id: (f"{name}_r", f"{name}_l", name) for id, name in self.compiled.columns.groups.items()}
        for kind, those in (("group", groups), ("overall", nodes)):
            for id, (reason, level, score) in those.items():
                parts.append((kind, id, nothing, labels.status(reason), labels.level(level), pl.col(score), nothing))
        numbered = wide.with_row_index("card")
        order = {id: place for place, id in enumerate([*self.ruleset.metrics, *self.ruleset.groups, "overall"])}
        frames = [
            numbered.select(
                pl.col("card"),
                pl.lit(order[id] if kind != "overall" else len(order)).alias("position"),
                *labels.keys(wide),
                pl.lit(kind).alias("kind"),
                pl.lit(id).alias("id"),
                value.cast(pl.Float64).alias("value"),
                status.alias("status"),
                rated.alias("level"),
                score.cast(pl.Float64).alias("score"),
                (pl.lit(1.0) if kind == "overall" else labels.weight(id)).alias("weight"),
                lost.cast(pl.Float64).alias("points_lost"),
            )
            for kind, id, value, status, rated, score, lost in parts
        ]
        return pl.concat(frames).sort("card", "position").drop("card", "position")

    @cached_property
    def advice(self) -> pl.DataFrame:
        """Advice that holds: the entity's columns, period, stage, position (1 first), id, severity, title, text,
        actions, metrics, points_lost.
        """
        wide = self.wide.filter(pl.any_horizontal(pl.lit(False), *self._advised()))
        keys = wide.select(self.labels.keys(wide))
        rows = [
            {
                **card,
                "position": position,
                "id": advice.id,
                "severity": advice.severity,
                "title": advice.title,
                "text": advice.text,
                "actions": "\n".join(advice.actions),
                "metrics": ", ".join(advice.metrics),
                "points_lost": advice.points_lost,
            }
            for card, (_, found) in zip(keys.iter_rows(named=True), self.texts(wide), strict=True)
            for position, advice in enumerate(found, start=1)
        ]
        schema: dict[str, Any] = dict(keys.schema)
        text = ("id", "severity", "title", "text", "actions", "metrics")
        schema |= {"position": pl.Int64, **dict.fromkeys(text, pl.String), "points_lost": pl.Float64}
        return pl.DataFrame(rows, schema=schema)

    def _advised(self) -> list[pl.Expr]:
        """Whether some advice may speak to a card."""
        return [pl.col(name) for name in self.compiled.columns.advice.values()]

    def _repr_html_(self) -> str:
        """The cards as a table, for a notebook."""
        return str(self.cards._repr_html_())

    # -- values ----------------------------------------------------------------------------------------------

    def scorecards(self, rows: Sequence[int] | None = None) -> Iterator[Card]:
        """Typed cards by entity and period: all, or those at some rows of `cards`."""
        wide = self.wide if rows is None else self.wide[list(rows)]
        return self._reader().read(wide)

    def texts(self, wide: pl.DataFrame) -> Iterator[tuple[Capped | None, tuple[AdviceCard, ...]]]:
        """What is said of each card of some rows of `wide`: of its cap, and in advice."""
        return self._reader().texts(wide)

    def _reader(self) -> CardReader:
        return CardReader(self.ruleset, self.compiled, self.language)

    # -- JSON ------------------------------------------------------------------------------------------------

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the run by id; a dated one as a map from its days."""
        return {name: dict(param.values) if param.values else param.value for name, param in self.run_params.items()}

    def header(self) -> dict[str, Any]:
        """What the run was: the result as plain values without its cards."""
        overlays = [document.id for document in self.ruleset.origin.documents if document.kind == "overlay"]
        return {
            "rulecard": VERSION,
            "ruleset": {
                "id": self.ruleset.id, "version": self.ruleset.version,
                "sha256": fingerprint(self.ruleset.origin), "overlays": overlays,
            },
            "params": self.params,
            "sources": list(self.sources),
            "problems": [problem.to_dict() for problem in self.problems],
        }  # fmt: skip

    def card_structs(self) -> Iterator[pl.DataFrame]:
        """All cards in the shape of their JSON, some thousands at a time: a row for each, a column for each key."""
        for start in range(0, self.wide.height, AT_ONCE):
            wide = self.wide.slice(start, AT_ONCE)
            rows = wide.select(pl.any_horizontal(*self._advised(), pl.col("cap").is_not_null())).to_series().arg_true()
            texts = ((row, *found) for row, found in zip(rows, self.texts(wide[rows]), strict=True))
            yield card_structs(self.ruleset, self.compiled, wide, texts)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain values, in the shape of schemas/result.schema.json."""
        header = self.header()
        problems = header.pop("problems")
        cards = [card for frame in self.card_structs() for card in frame.iter_rows(named=True)]
        return {**header, "cards": cards, "problems": problems}

    def to_json(self, indent: int | None = 2) -> str:
        """The result as JSON text; there is no NaN or Infinity in it."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    # -- files -----------------------------------------------------------------------------------------------

    def write(self, path: str | Path, format: str | None = None, progress: Progress = untold) -> None:
        """Writes the result to a file, whole or not at all, in the format that its name ends in: json, ndjson, csv,
        parquet or xlsx. Raises Problems where there is no such format, or the file cannot be written.

        ndjson has one card a line, and NAME.run.json beside it all that is not of a card; csv and parquet have
        `results`, and NAME.advice.csv or NAME.advice.parquet beside it `advice`; xlsx is a workbook.
        """
        write(self, Path(path), format, progress)
