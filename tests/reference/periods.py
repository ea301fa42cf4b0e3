"""Calendar periods of the five grains. A period is known by its first day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies so many months later."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A grain, the weekday on which weeks start and the month in which years start."""

    grain: str
    week_starts: str = "monday"
    year_starts: int = 1

    def start(self, day: date, grain: str = "") -> date:
        """The first day of the period that `day` lies in."""
        grain = grain or self.grain
        if grain == "day":
            return day
        if grain == "week":
            return day - timedelta(days=(day.weekday() - WEEKDAYS.index(self.week_starts)) % 7)
        return add_months(day, -((day.month - self.year_starts) % MONTHS[grain]))

    def shift(self, start: date, periods: int) -> date:
        """The first day of the period that lies so many periods later."""
        if self.grain == "day":
            return start + timedelta(days=periods)
        if self.grain == "week":
            return start + timedelta(weeks=periods)
        return add_months(start, periods * MONTHS[self.grain])

    def larger_start(self, start: date, larger: str) -> date:
        """The first day of the larger period (of the week-numbering year, for weeks) that a period lies in."""
        if self.grain != "week":
            return self.start(start, larger)
        while self.week_year(start - timedelta(weeks=1)) == self.week_year(start):
            start -= timedelta(weeks=1)
        return start

    def week_year(self, start: date) -> int:
        """The year of the week's fourth day."""
        return (start + timedelta(days=3)).year

    def label(self, start: date) -> str:
        """A period as results show it: 2025-03-01, 2025-W10, 2025-03, 2025-Q1, 2025."""
        if self.grain == "day":
            return start.isoformat()
        if self.grain == "week":
            fourth_day = start + timedelta(days=3)
            return f"{fourth_day.year}-W{(fourth_day.timetuple().tm_yday - 1) // 7 + 1:02}"
        if self.grain == "month":
            return f"{start.year}-{start.month:02}"
        year = self.start(start, "year")
        if self.grain == "year":
            return f"{year.year}"
        return f"{year.year}-Q{(start.month - year.month) % 12 // 3 + 1}"


def calendar_of(document: dict[str, Any]) -> Calendar | None:
    """The calendar that a ruleset declares; None where all its data is one period."""
    period = document.get("period")
    if period is None:
        return None
    return Calendar(period) if isinstance(period, str) else Calendar(**period)


def as_day(cell: object) -> date:
    """The day in a time cell: a date, a moment, or its ISO text."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    return date.fromisoformat(str(cell))
