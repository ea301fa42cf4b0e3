"""Which scorecards the table view shows in full, and which as one line."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .history import entity_columns

_FEW = 6  # so many cards, or entities, are all shown in full
_WORST = 3  # of more entities, these
_LINES = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows of a result's `cards`: `full` is shown card by card, `lines` in the overview with `left` more left out."""

    full: pl.DataFrame
    lines: pl.DataFrame
    left: int
    entities: int


def choose(cards: pl.DataFrame) -> Choice:
    """Few cards are all shown; of many, the latest of each entity, those that need attention first.

    The overview is of entities, or where there is one, of its periods. What has no score comes first: nobody knows
    how it stands.
    """
    numbered = cards.with_row_index("position")
    entity = entity_columns(cards)
    latest = numbered.group_by(entity, maintain_order=True).last() if entity else numbered.tail(1)
    latest = latest.select(numbered.columns).sort("score", nulls_last=False, maintain_order=True)
    if latest.height > 1:
        lines, left = latest.head(_LINES), latest.height - _LINES
    else:
        lines, left = numbered.tail(_LINES), numbered.height - _LINES
    if numbered.height > _FEW:
        full = latest if latest.height <= _FEW else latest.head(_WORST)
    elif entity:
        order = latest.select(*entity, pl.int_range(pl.len()).alias("order"))
        full = numbered.join(order, on=entity, nulls_equal=True).sort("order", "position").drop("order")
    else:
        full = numbered
    return Choice(full, lines if lines.height > 1 else lines.clear(), max(left, 0), latest.height)
