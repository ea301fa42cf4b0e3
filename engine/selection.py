"""Which cards of a run are shown. All else of the data still counts for windows, peers and baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from . import calendars
from .model import Ruleset
from .problems import Problem
from .suggest import nearest


@dataclass(frozen=True, slots=True)
class Selection:
    """Periods `first` to `last` (None: open), and for each entity wanted the values of columns by their place."""

    first: int | None = None
    last: int | None = None
    entities: tuple[tuple[tuple[int, str], ...], ...] = ()

    @staticmethod
    def read(ruleset: Ruleset, period: str | None, entity: Sequence[str]) -> Selection | Problem:
        """`2025-01`, `2025-01..2025-06` or `..2025-06`; entities as `A` or `shop=A`, several columns by a comma."""
        first = last = None
        if period is not None:
            if ruleset.period is None:
                return Problem("RC509", "the ruleset has no periods to choose from")
            start, dots, end = period.partition("..")
            numbers = [calendars.parse_label(ruleset.period, part) if part else None for part in (start, end)]
            for part, number in zip((start, end), numbers, strict=True):
                if part and number is None:
                    return Problem("RC509", f"`{part}` is not a {ruleset.period.grain}", hint=_EXAMPLES[ruleset.period.grain])
            first, last = numbers[0], numbers[1] if dots else numbers[0]
        wanted = []
        for word in entity:
            found = _entity(ruleset, word)
            if isinstance(found, Problem):
                return found
            wanted.append(found)
        return Selection(first, last, tuple(wanted))

    def filter(self) -> pl.Expr | None:
        """The cards to show, over the columns `e0`… and `p`; None for all."""
        parts: list[pl.Expr] = []
        if self.first is not None:
            parts.append(pl.col("p") >= self.first)
        if self.last is not None:
            parts.append(pl.col("p") <= self.last)
        if self.entities:
            parts.append(
                pl.any_horizontal(
                    *[
                        pl.all_horizontal(*[pl.col(f"e{place}").cast(pl.String) == value for place, value in entity])
                        for entity in self.entities
                    ]
                )
            )
        return pl.all_horizontal(*parts) if parts else None


_EXAMPLES = {
    "day": "such as 2025-03-01", "week": "such as 2025-W10", "month": "such as 2025-03, or 2025-01..2025-03",
    "quarter": "such as 2025-Q1", "year": "such as 2025",
}  # fmt: skip


def _entity(ruleset: Ruleset, word: str) -> tuple[tuple[int, str], ...] | Problem:
    if not ruleset.entity:
        return Problem("RC509", "the ruleset has no entity to choose from")
    if len(ruleset.entity) == 1 and not word.startswith(f"{ruleset.entity[0]}="):
        return ((0, word),)
    pairs = []
    for part in word.split(","):
        name, sign, value = part.partition("=")
        if not sign or name not in ruleset.entity:
            guess = nearest(name, ruleset.entity)
            hint = f"did you mean `{guess}=`?" if guess and sign else f"such as {ruleset.entity[0]}=VALUE"
            return Problem("RC509", f"`{part}` does not name an entity", hint=hint)
        pairs.append((ruleset.entity.index(name), value))
    return tuple(pairs)
