"""Durations as an author writes them: a whole number and a unit of time."""

from __future__ import annotations

from dataclasses import dataclass

# In order of length. Those of a clock run from a moment; the calendar's are counted in whole days, weeks or months.
CLOCK = ("minute", "hour")
CALENDAR = ("day", "week", "month", "quarter", "year")
# More is a slip of the pen, such as a day written as a number.
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Duration:
    """So many units of time; `unit` is minute, hour, day, week, month, quarter or year."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def parse_duration(text: str) -> Duration | None:
    """`7 days` or `1 week` as a duration; None for anything else."""
    number, _, word = text.strip().partition(" ")
    unit = word.strip().removesuffix("s")
    if not (number.isascii() and number.isdecimal()) or unit not in (*CLOCK, *CALENDAR):
        return None
    return Duration(int(number), unit) if len(number) < 9 and int(number) <= LONGEST else None
