"""Which cards of a run are shown. All else of the data still counts for windows, peers and baselines."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from .. import calendars
from ..language.model import Period, Ruleset
from ..problems import Problem
from ..suggest import nearest

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Selection:
    """Periods `first` to `last` (None: open), and for each entity wanted the values of columns by their place."""

    first: int | None = None
    last: int | None = None
    entities: tuple[tuple[tuple[int, str], ...], ...] = ()

    @staticmethod
    def read(ruleset: Ruleset, period: str | None, entity: Sequence[str]) -> Selection | Problem:
        """`2025-01`, `2025-01..2025-06` or `..2025`; entities as `A` or `shop=A`, several columns by a comma."""
        first = last = None
        if period is not None:
            if ruleset.period is None:
                return Problem("RC509", "the ruleset has no periods to choose from", hint="leave the period out")
            start, dots, end = (part.strip() for part in period.partition(".."))
            example = _EXAMPLES[ruleset.period.grain]
            if not (start or end):
                return Problem("RC509", f"`{period}` names no period", hint=example)
            ranges = {part: _range(ruleset.period, part) for part in (start, end) if part}
            for part, found in ranges.items():
                if found is None:
                    return Problem("RC509", f"`{part}` is not a {ruleset.period.grain}", hint=example)
            from_, to = ranges.get(start), ranges.get(end if dots else start)
            first, last = from_ and from_[0], to and to[1]
            if first is not None and last is not None and first > last:
                return Problem("RC509", f"`{period}` ends before it begins", hint=f"`{end}..{start}`")
        wanted = []
        for word in entity:
            found_entity = _entity(ruleset, word)
            if isinstance(found_entity, Problem):
                return found_entity
            wanted.append(found_entity)
        return Selection(first, last, tuple(wanted))

    def filter(self) -> pl.Expr | None:
        """The cards to show, over the columns `e0`… and `p`; None for all."""
        parts = self._of_periods()
        if self.entities:
            parts.append(pl.any_horizontal(*[_is(entity) for entity in self.entities]))
        return pl.all_horizontal(*parts) if parts else None

    def _of_periods(self) -> list[pl.Expr]:
        parts: list[pl.Expr] = []
        if self.first is not None:
            parts.append(pl.col("p") >= self.first)
        if self.last is not None:
            parts.append(pl.col("p") <= self.last)
        return parts

    def missing(self, ruleset: Ruleset, cards: pl.DataFrame) -> list[Problem]:
        """What was asked for and no card has; `cards` holds the columns `e0`… and `p` of all cards."""
        problems = []
        for entity in self.entities:
            if cards.filter(_is(entity)).is_empty():
                problems.append(_no_such_entity(ruleset, entity, cards))
        if problems or cards.is_empty():
            return problems
        chosen = self.filter()
        if chosen is None or not cards.filter(chosen).is_empty():
            return []
        assert ruleset.period is not None, "entities that are there leave only periods to choose"
        there = cards.filter(pl.any_horizontal(*[_is(entity) for entity in self.entities])) if self.entities else cards
        numbers = there["p"].sort()
        first, last = (calendars.label(ruleset.period, number) for number in (numbers[0], numbers[-1]))
        hint = f"there are cards from {first} to {last}"
        return [Problem("RC509", "no card lies in the period that was asked for", hint=hint)]


_EXAMPLES = {
    "day": "such as 2025-03-01, or 2025-03",
    "week": "such as 2025-W10",
    "month": "such as 2025-03, or 2025-01..2025-03",
    "quarter": "such as 2025-Q1",
    "year": "such as 2025",
}


def _range(period: Period, text: str) -> tuple[int, int] | None:
    """The first and last period of a label; that of a larger grain, such as a year of months, holds several."""
    number = calendars.parse_label(period, text)
    if number is not None:
        return number, number
    for grain in calendars.larger_than(period):
        if period.grain == "week":
            years = [int(text), int(text) + 1] if len(text) == 4 and text.isdecimal() else []
            starts = [calendars.number_of(period, dt.date(year, 1, 4)) for year in years if 0 < year < dt.MAXYEAR]
        else:
            larger = Period(grain, period.week_starts, period.year_starts)
            found = calendars.parse_label(larger, text)
            try:
                days = [] if found is None else [calendars.first_day(larger, found + step) for step in (0, 1)]
            except ValueError:  # the last period of the calendar has no next
                days = []
            starts = [calendars.number_of(period, day) for day in days]
        if len(starts) == 2:
            return starts[0], starts[1] - 1
    return None


def _is(entity: tuple[tuple[int, str], ...]) -> pl.Expr:
    return pl.all_horizontal(*[pl.col(f"e{place}").cast(pl.String) == value for place, value in entity])


def _no_such_entity(ruleset: Ruleset, entity: tuple[tuple[int, str], ...], cards: pl.DataFrame) -> Problem:
    for place, value in entity:
        known = cards[f"e{place}"].cast(pl.String).unique().sort().to_list()
        if value not in known:
            guess = nearest(value, known)
            there = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
            hint = f"did you mean `{guess}`?" if guess else f"there are: {there}"
            return Problem("RC509", f"no card has the {ruleset.entity[place]} `{value}`", hint=hint)
    names = ", ".join(f"{ruleset.entity[place]}={value}" for place, value in entity)
    return Problem("RC509", f"no card has {names} together", hint="leave one of them out to see what there is")


def _entity(ruleset: Ruleset, word: str) -> tuple[tuple[int, str], ...] | Problem:
    if not ruleset.entity:
        return Problem("RC509", "the ruleset has no entity to choose from", hint="leave the entity out")
    if len(ruleset.entity) == 1:
        return ((0, word.removeprefix(f"{ruleset.entity[0]}=")),)
    pairs = []
    # a comma inside a value is no new pair
    names = "|".join(map(re.escape, ruleset.entity))
    for part in re.split(rf",(?=\s*(?:{names}|\w+)\s*=)", word):
        name, sign, value = part.partition("=")
        if not sign or name.strip() not in ruleset.entity:
            guess = nearest(name, ruleset.entity)
            hint = f"did you mean `{guess}=`?" if guess and sign else f"such as {ruleset.entity[0]}=VALUE"
            return Problem("RC509", f"`{part}` does not name an entity", hint=hint)
        pairs.append((ruleset.entity.index(name.strip()), value.strip()))
    return tuple(pairs)
