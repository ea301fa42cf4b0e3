"""Finished cards as a nested frame in the very shape of their JSON, so that many are written at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import polars as pl

from ..language.model import Ruleset
from ..scoring.compile import Cards
from .card import AdviceCard, Capped
from .labels import Labels

# texts of a card: its row, its cap, its advice
Texts: TypeAlias = tuple[int, Capped | None, tuple[AdviceCard, ...]]

_CAPPED: dict[str, pl.DataType] = {"at_most": pl.Float64(), "score": pl.Float64(), "because": pl.String()}
_ADVICE: dict[str, pl.DataType] = {
    **dict.fromkeys(("id", "severity", "title", "text"), pl.String()),
    **dict.fromkeys(("actions", "metrics"), pl.List(pl.String())),
    "points_lost": pl.Float64(),
}


def card_structs(ruleset: Ruleset, compiled: Cards, wide: pl.DataFrame, texts: Iterable[Texts]) -> pl.DataFrame:
    """A row for each card, a column for each key; `texts` of the cards that have some."""
    labels = Labels(ruleset, compiled)
    metrics = [_metric(ruleset, compiled, labels, id).alias(id) for id in ruleset.metrics]
    groups = [_group(compiled, labels, id).alias(id) for id in ruleset.groups]
    return wide.select(
        _struct([pl.col(f"e{place}").alias(name) for place, name in enumerate(ruleset.entity)]).alias("entity"),
        labels.period(wide).alias("period"),
        labels.stage().alias("stage"),
        pl.col("score"),
        labels.level("level").alias("level"),
        labels.status("o_r").alias("status"),
        pl.col("o_c").alias("coverage"),
        pl.lit(0).alias("capped"),
        _struct(groups).alias("groups"),
        _struct(metrics).alias("metrics"),
    ).with_columns(_texts(wide.height, texts))


def _texts(height: int, texts: Iterable[Texts]) -> list[pl.Series]:
    """The columns `capped` and `advice`. By flat columns, since nested values of Python are slow to take."""
    known = list(texts)
    rows = pl.DataFrame({"row": pl.int_range(height, eager=True)})
    capped = _flat([(row, one) for row, one, _ in known if one is not None], _CAPPED)
    capped = rows.join(capped, on="row", how="left", maintain_order="left")
    advice = _flat([(row, one) for row, _, several in known for one in several], _ADVICE)
    advice = advice.group_by("row", maintain_order=True).agg(pl.struct(*_ADVICE).alias("advice"))
    advice = rows.join(advice, on="row", how="left", maintain_order="left")
    nothing = pl.lit([], pl.List(pl.Struct(_ADVICE)))
    return [
        capped.select(pl.when(pl.col("at_most").is_not_null()).then(pl.struct(*_CAPPED)).alias("capped")).to_series(),
        advice.select(pl.coalesce("advice", nothing).alias("advice")).to_series(),
    ]


def _flat(
    values: list[tuple[int, Capped]] | list[tuple[int, AdviceCard]], schema: dict[str, pl.DataType]
) -> pl.DataFrame:
    columns = {name: pl.Series([getattr(one, name) for _, one in values], dtype=kind) for name, kind in schema.items()}
    return pl.DataFrame({"row": pl.Series([row for row, _ in values], dtype=pl.Int64), **columns})


def _struct(fields: list[pl.Expr]) -> pl.Expr:
    # {} for a table without an entity, or a ruleset without groups
    return pl.struct(fields) if fields else pl.lit(pl.Series([{}], dtype=pl.Struct([]))).first()


def _metric(ruleset: Ruleset, compiled: Cards, labels: Labels, id: str) -> pl.Expr:
    metric, name = ruleset.metrics[id], compiled.columns.metrics[id]
    nothing, sampled = pl.lit(None, pl.Float64), id in compiled.columns.sampled

    def known(suffix: str, known: bool) -> pl.Expr:
        return pl.col(f"{name}{suffix}") if known else nothing

    fields = {
        "value": pl.col(name),
        "status": labels.status(f"{name}_q"),
        "level": labels.level(f"{name}_l") if metric.judged else pl.lit(None, pl.String),
        "score": known("_s", metric.scored),
        "weight": labels.weight(id).fill_null(0.0) if metric.scored else nothing,
        "points_lost": known("_p", metric.scored),
        "target": known("_t", id in compiled.columns.targets),
    }
    if sampled:
        fields |= {"low": pl.col(f"{name}_lo"), "high": pl.col(f"{name}_hi")}
        fields |= {"certain": pl.col(f"{name}_c") if metric.judged else pl.lit(None, pl.Boolean)}
    if metric.score.kind == "relative":
        fields |= {"relative": pl.lit(True)}
    return _struct([expr.alias(key) for key, expr in fields.items()])


def _group(compiled: Cards, labels: Labels, id: str) -> pl.Expr:
    name = compiled.columns.groups[id]
    return pl.struct(
        pl.col(name).alias("score"),
        labels.level(f"{name}_l").alias("level"),
        labels.status(f"{name}_r").alias("status"),
        labels.weight(id).alias("weight"),
        pl.col(f"{name}_c").alias("coverage"),
    )
