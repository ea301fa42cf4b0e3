"""Conversions and retentions, event by event: who was first, and what came after."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from .aggregates import Row, RowScope
from .formulas import evaluate, read
from .inputs import Place, Source
from .periods import MONTHS, Calendar, as_day
from .values import No, Value

CLOCK = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class Cohort:
    """How many ids were followed at a place, and how many there were; or why that is not known."""

    followed: Value
    size: Value


def duration(text: str) -> tuple[int, str]:
    """A number and a unit."""
    count, unit = text.split()
    return int(count), unit.removesuffix("s")


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def chosen(source: Source, where: str | None, id: str, place: Place) -> list[Row]:
    """Rows of all periods that the place's entity sees, with an id and a time, and for which the condition holds."""
    return [
        row
        for row in source.rows
        if all(row[name] == place.entity[i] for i, name in source.entity)
        and row[id] is not None
        and row[source.time] is not None
        and (where is None or evaluate(read(where), RowScope(row, source.calendar)) is True)
    ]


class Window:
    """Which later events follow a first one, and whether all of them would be in the data."""

    def __init__(self, kind: str, spec: dict[str, Any], first: Source, later: Source) -> None:
        self.first, self.later, self.calendar = first, later, first.calendar
        ends = [row[later.time] for row in later.rows if row[later.time] is not None]
        self.end: Any = max(ends, default=None)
        self.moments = isinstance(self.end, datetime) and all(
            isinstance(row[first.time], datetime) for row in first.rows
        )
        self.returning = kind == "retention"
        if self.returning:
            self.least, self.unit = duration(spec["after"])
            self.most, _ = duration(spec.get("within", spec["after"]))
        else:
            self.most, self.unit = duration(spec["within"])

    @property
    def elapses(self) -> bool:
        return not self.returning and self.moments and self.unit in CLOCK

    def until(self, time: Any) -> Any:
        """The last moment, or the last day, of the window of an event."""
        if self.elapses:
            return time + self.most * CLOCK[self.unit]
        day = as_day(time)
        if self.returning:
            return self._returns(day, self.most + 1) - timedelta(days=1)
        if self.unit in MONTHS:
            return months_later(day, self.most * MONTHS[self.unit])
        return day + self.most * CLOCK[self.unit]

    def follows(self, row: Row, other: Row) -> bool:
        """Whether another row comes in the window of one."""
        one, two = row[self.first.time], other[self.later.time]
        if self.returning:
            return self._returns(as_day(one), self.least) <= as_day(two) <= self.until(one)
        if not self.moments:
            one, two = as_day(one), as_day(two)
        return other is not row and one <= two and (two if self.elapses else as_day(two)) <= self.until(one)

    def is_open(self, time: Any) -> bool:
        """Whether the window of an event reaches past the end of the data."""
        return self.end is None or self.until(time) > (self.end if self.elapses else as_day(self.end))

    def _returns(self, day: date, count: int) -> date:
        own = replace(self.calendar, grain=self.unit)
        return own.shift(own.start(day), count)


def cohort_at(input: dict[str, Any], sources: dict[str, Source], place: Place, calendar: Calendar | None) -> Cohort:
    """The conversion or retention of an input at a place."""
    kind = "conversion" if "conversion" in input else "retention"
    spec = input[kind]
    names, wheres = [spec["from"], spec["from"]], [input.get("where"), input.get("where")]
    if kind == "conversion":
        names[1], wheres[1] = spec["to"], spec.get("to_where")
    elif "cohort" in spec:
        names[0], wheres[0] = spec["cohort"], spec.get("cohort_where")
    first, later = (sources[name] for name in names)
    window = Window(kind, spec, first, later)
    events = chosen(first, wheres[0], spec["id"], place)
    if kind == "retention":
        earliest: dict[Any, Row] = {}
        for row in events:
            if row[spec["id"]] not in earliest or row[first.time] < earliest[row[spec["id"]]][first.time]:
                earliest[row[spec["id"]]] = row
        events = list(earliest.values())
    if calendar is not None:
        events = [row for row in events if calendar.start(as_day(row[first.time])) == place.start]
    if not first.rows_in_period(place):
        return Cohort(No("missing_input"), No("missing_input"))
    over = [row for row in events if not window.is_open(row[first.time])]
    if never_known(spec, window, place, calendar, events, over):
        return Cohort(No("window_open"), No("window_open"))
    counted = over if spec.get("open") == "skip" else events
    after = chosen(later, wheres[1], spec["id"], place)
    followed = {
        row[spec["id"]]
        for row in counted
        if any(other[spec["id"]] == row[spec["id"]] and window.follows(row, other) for other in after)
    }
    return Cohort(float(len(followed)), float(len({row[spec["id"]] for row in counted})))


def never_known(
    spec: dict[str, Any], window: Window, place: Place, calendar: Calendar | None, events: list[Row], over: list[Row]
) -> bool:
    """Whether the cohort has no value, as its window reaches past the end of the data."""
    if calendar is None:
        return bool(events) and not over if spec.get("open") == "skip" else len(over) < len(events)
    assert place.start is not None
    begins = datetime.combine(place.start, datetime.min.time())
    ends = datetime.combine(calendar.shift(place.start, 1), datetime.min.time()) - timedelta(microseconds=1)
    if spec.get("open") == "skip":
        return window.is_open(begins) or (bool(events) and not over)
    return window.is_open(ends)
