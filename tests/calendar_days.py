"""Calendars and cohorts in plain Python that walks from one day to the next.

Nothing here is shared with the reference of the other property tests. A period is what days of one label make up; the
period before it has the label met next when walking backwards.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import rulecard

Event = tuple[str, datetime, str, float]
ONE_DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# ends of January and February in plain and leap years, New Years of 52 and of 53 weeks, fiscal years
HARD = [
    date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2025, 1, 31), date(2025, 2, 28), date(2020, 12, 31),
    date(2021, 1, 3), date(2022, 1, 1), date(2024, 12, 29), date(2024, 12, 31), date(2025, 12, 31), date(2025, 3, 31),
    date(2026, 1, 4), date(2026, 12, 31), date(2024, 10, 31), date(2025, 6, 30),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """Periods of a grain, with the day on which weeks start and the month in which years start."""

    grain: str
    week_starts: str = "monday"
    year_starts: int = 1

    @property
    def document(self) -> Any:
        return {"grain": self.grain, "week_starts": self.week_starts, "year_starts": self.year_starts}

    def label(self, day: date) -> str:
        """What the period of a day is called."""
        if self.grain == "day":
            return f"{day:%Y-%m-%d}"
        if self.grain == "week":
            while WEEKDAYS[day.weekday()] != self.week_starts:
                day -= ONE_DAY
            fourth = day + 3 * ONE_DAY
            return f"{fourth.year}-W{(int(fourth.strftime('%j')) + 6) // 7:02}"
        if self.grain == "month":
            return f"{day:%Y-%m}"
        year = day.year if day.month >= self.year_starts else day.year - 1
        quarter = (day.month - self.year_starts) % 12 // 3 + 1
        return f"{year}-Q{quarter}" if self.grain == "quarter" else f"{year}"

    def year(self, day: date) -> int:
        """The year that `to_date(x, "year")` counts from: for weeks that of the week's own name."""
        if self.grain == "week":
            return int(self.label(day)[:4])
        return day.year if day.month >= self.year_starts else day.year - 1


KINDS = [
    Kind("day"),
    Kind("day", year_starts=7),
    Kind("week"),
    Kind("week", week_starts="sunday"),
    Kind("week", week_starts="saturday"),
    Kind("month"),
    Kind("month", year_starts=4),
    Kind("quarter"),
    Kind("quarter", year_starts=2),
    Kind("year"),
    Kind("year", year_starts=10),
]


@dataclass(frozen=True, slots=True)
class Line:
    """All periods of a kind from 2011 to 2030, in order, each with its first day."""

    labels: tuple[str, ...]
    first: Mapping[str, date]
    place: Mapping[str, int]


@cache
def line(kind: Kind) -> Line:
    first: dict[str, date] = {}
    day = date(2011, 1, 1)
    while day < date(2031, 1, 1):
        first.setdefault(kind.label(day), day)
        day += ONE_DAY
    return Line(tuple(first), first, {label: place for place, label in enumerate(first)})


def run(document: Mapping[str, Any], data: Any, engine: str) -> dict[tuple[Any, ...], Any]:
    """The cards by entity and period."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calendar.yaml"
        written = {"ruleset": "calendar", "version": "1.0.0", **document}
        # JSON is YAML
        file.write_text(json.dumps(written), encoding="utf-8")
        result = rulecard.run(file, data, engine=engine)
    return {(*card.entity.values(), card.period): card for card in result.scorecards()}


def agree(cards: Mapping[Any, Any], wanted: Mapping[Any, Mapping[str, float | None]]) -> None:
    """Each card is there, and each metric has the value that was counted, or none."""
    assert sorted(cards, key=str) == sorted(wanted, key=str)
    for place, values in wanted.items():
        metrics = cards[place].metrics
        for name, value in values.items():
            found = metrics[name]
            if value is None:
                assert found.value is None, (place, name, found)
            else:
                assert found.value == pytest.approx(value), (place, name, found)


def watched(**formulas: str) -> dict[str, Any]:
    return {name: {"formula": formula, "better": "neutral"} for name, formula in formulas.items()}


# --- cohorts -------------------------------------------------------------------------------------

MICROSECOND = timedelta(microseconds=1)


def months_later(day: date, months: int) -> date:
    """The same day of another month, or its last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    later = date(year, month + 1, 1)
    while later.month == month + 1 and later.day < day.day:
        later += ONE_DAY
    return later if later.month == month + 1 else later - ONE_DAY


def after(kind: Kind, unit: str, day: date, count: int) -> str:
    """What the calendar day, week, month, … so many later is called."""
    units = line(Kind(unit, kind.week_starts, kind.year_starts))
    own = Kind(unit, kind.week_starts, kind.year_starts).label(day)
    return units.labels[units.place[own] + count]


@dataclass(frozen=True, slots=True)
class Followed:
    """Which rows follow a first one, and whether the data goes far enough to know that none does."""

    follows: Callable[[datetime, datetime], bool]
    is_over: Callable[[datetime], bool]


def retention(kind: Kind, unit: str, count: int, end: datetime) -> Followed:
    own = Kind(unit, kind.week_starts, kind.year_starts)
    return Followed(
        lambda first, later: own.label(later.date()) == after(kind, unit, first.date(), count),
        # the unit in which it comes back is over when the day after the last one lies in a later unit
        lambda first: (
            line(own).place[after(kind, unit, first.date(), count)] < line(own).place[own.label(end.date() + ONE_DAY)]
        ),
    )


def conversion(unit: str, count: int, end: datetime) -> Followed:
    if unit == "month":
        return Followed(
            lambda first, later: first <= later and later.date() <= months_later(first.date(), count),
            lambda first: months_later(first.date(), count) <= end.date(),
        )
    width = count * timedelta(days={"day": 1, "week": 7}[unit])
    return Followed(
        lambda first, later: first <= later <= first + width,
        lambda first: first + width <= end,
    )


def cohorts(
    kind: Kind, firsts: Sequence[Event], laters: Sequence[Event], followed: Followed, skip: bool
) -> dict[tuple[str, str], tuple[int, int] | None]:
    """For each shop and period with first rows: how many came back, of how many; None where the window is open."""
    known = line(kind)
    groups: dict[tuple[str, str], dict[str, list[datetime]]] = defaultdict(lambda: defaultdict(list))
    for who, moment, user, _ in firsts:
        groups[who, kind.label(moment.date())][user].append(moment)
    found: dict[tuple[str, str], tuple[int, int] | None] = {}
    for (who, label), users in groups.items():
        following = known.labels[known.place[label] + 1]
        last = datetime.combine(known.first[following], datetime.min.time()) - MICROSECOND
        if not skip and not followed.is_over(last):
            found[who, label] = None
            continue
        came, size = 0, 0
        for user, moments in users.items():
            counting = [moment for moment in moments if not skip or followed.is_over(moment)]
            size += bool(counting)
            came += any(
                followed.follows(moment, later)
                for moment in counting
                for shop, later, other, _ in laters
                if (shop, other) == (who, user)
            )
        found[who, label] = (came, size) if size else None
    return found
