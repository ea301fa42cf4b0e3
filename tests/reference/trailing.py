"""A source as inputs with `trailing` see it: the rows of the last days or months up to the end of a place's period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .aggregates import Row
from .inputs import Place, Source
from .periods import MONTHS, Calendar, add_months, as_day

DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Trailing:
    """Stands for the source, with another idea of which rows a place has."""

    source: Source
    written: str

    @property
    def calendar(self) -> Calendar:
        return self.source.calendar

    def rows_in_period(self, place: Place) -> list[Row]:
        """The rows of any entity in the window."""
        begins, ends = self._window(place)
        return [row for row in self.source.rows if begins <= as_day(row[self.source.time]) <= ends]

    def rows_at(self, place: Place) -> list[Row]:
        """The rows of the place's entity in the window."""
        entity = self.source.entity
        return [row for row in self.rows_in_period(place) if all(row[name] == place.entity[i] for i, name in entity)]

    def reaches_too_far(self, place: Place) -> bool:
        """Whether the window begins before the source does."""
        first = min(as_day(row[self.source.time]) for row in self.source.rows)
        if self._unit in MONTHS:
            first = first.replace(day=1)
        return self._window(place)[0] < first

    @property
    def _unit(self) -> str:
        return self.written.split()[1].removesuffix("s")

    def _window(self, place: Place) -> tuple[date, date]:
        assert place.start is not None
        count = int(self.written.split()[0])
        ends = self.calendar.shift(place.start, 1) - timedelta(days=1)
        if self._unit in MONTHS:
            return add_months(ends, 1 - count * MONTHS[self._unit]), ends
        return ends - timedelta(days=count * DAYS[self._unit] - 1), ends
