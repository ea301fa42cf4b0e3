"""Whole runs over the days on which calendars go wrong, beside plain Python that walks from one day to the next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .calendar_days import (
    HARD,
    HOUR,
    KINDS,
    ONE_DAY,
    Event,
    Kind,
    agree,
    cohorts,
    line,
    retention,
    run,
    watched,
)  # fmt: skip
from .strategies import ENGINES, examples


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """Events of two shops around one or two of the hard days, with some days, weeks and months between them."""
    around = draw(st.lists(st.sampled_from(HARD), min_size=1, max_size=2))
    steps = st.sampled_from([0, 0, 1, 1, 2, 5, 7, 8, 28, 29, 30, 31, 59, 90, 92, 365, 366])
    rows = []
    for _ in range(draw(st.integers(1, 14))):
        day = draw(st.sampled_from(around)) + draw(st.sampled_from([-1, 1])) * draw(steps) * ONE_DAY
        clock = draw(st.sampled_from([0, 1, 359, 720, 1439])) * timedelta(minutes=1)
        moment = datetime.combine(day, datetime.min.time()) + clock
        rows.append(
            (draw(st.sampled_from("AB")), moment, draw(st.sampled_from("uvw")), float(draw(st.integers(-3, 9))))
        )
    return rows


# --- windows over periods ------------------------------------------------------------------------


def counted(kind: Kind, rows: Sequence[Event]) -> dict[tuple[str, str], dict[str, float | None]]:
    """What each card of the windows' ruleset must say."""
    known = line(kind)
    groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for row in rows:
        groups[row[0], kind.label(row[1].date())].append(row)
    totals = {key: sum(row[3] for row in group) for key, group in groups.items()}
    places = {who: sorted(known.place[label] for one, label in groups if one == who) for who in "AB"}
    earliest = min(place for own in places.values() for place in own)

    def at(who: str, place: int) -> float | None:
        return totals.get((who, known.labels[place])) if place >= 0 else None

    wanted: dict[tuple[str, str], dict[str, float | None]] = {}
    for (who, label), group in groups.items():
        here = known.place[label]
        days = defaultdict(int)
        for row in group:
            days[row[1].date()] += 1
        year = kind.year(known.first[label])
        began = here
        while began and kind.year(known.first[known.labels[began - 1]]) == year:
            began -= 1
        span = range(max(began, places[who][0]), here + 1)
        whole = [at(who, place) for place in span]
        last_three = [value for back in range(3) if (value := at(who, here - back)) is not None]
        row = 0
        while (value := at(who, here - row)) is not None and value > 0:
            row += 1
        before = at(who, here - 1)
        grown = None if before is None or before <= 0 else totals[who, label] / before - 1
        wanted[who, label] = {
            "all": totals[who, label],
            "before": before,
            "second": at(who, here - 2),
            "grown": grown,
            "three": sum(last_three),
            "since": None if began < earliest or None in whole else sum(whole),  # type: ignore[arg-type]
            "row": row,
            "first_one": at(who, places[who][0]),
            "days_open": len(days),
            "busiest": max(days.values()),
            "weeks_open": len({Kind("week", kind.week_starts).label(day) for day in days}),
            "months_open": len({f"{day:%Y-%m}" for day in days}),
            "newest": max(group, key=lambda one: one[1])[1].day
            if len({one[1] for one in group}) == len(group)
            else None,
        }
    return wanted


@examples(40)
@given(st.sampled_from(KINDS), events(), ENGINES)
def test_periods_and_windows(kind: Kind, rows: list[Event], engines: tuple[str, ...]) -> None:
    document = {
        "entity": "who",
        "period": kind.document,
        "time": "at",
        "sources": {"events": {"columns": {"who": "text", "at": "datetime", "user": "text", "x": "number"}}},
        "inputs": {
            "total": {"formula": "sum(x)"},
            "days": {"per": "day(at)", "formula": "count()", "then": "count"},
            "most": {"per": "day(at)", "formula": "count()", "then": "max"},
            "weeks": {"formula": "count_distinct(week(at))"},
            "months": {"per": "month(at)", "formula": "count()", "then": "count"},
            "last_day": {"formula": "last(day_of_month(at))"},
        },
        "metrics": watched(
            all="total * 1",
            before="prev(total)",
            second="prev(total, 2)",
            grown="growth(total)",
            three="rolling_sum(total, 3, at_least=1)",
            # there is nothing longer than a year to add up in
            since="to_date(total, 'year')" if kind.grain != "year" else "total * 1",
            row="streak(total > 0)",
            first_one="baseline(total)",
            days_open="days * 1",
            busiest="most * 1",
            weeks_open="weeks * 1",
            months_open="months * 1",
            newest="last_day * 1",
        ),
    }
    wanted = counted(kind, rows)
    for values in wanted.values():
        if values["newest"] is None:
            del values["newest"]
    frame = pl.DataFrame(rows, schema=["who", "at", "user", "x"], orient="row")
    for engine in engines:
        agree(run(document, frame, engine), wanted)


# --- trailing windows ----------------------------------------------------------------------------


def month_number(day: date) -> int:
    return day.year * 12 + day.month


DAYS = {"1 day": 1, "7 days": 7, "30 days": 30, "2 weeks": 14, "366 days": 366}
MONTHS = {"1 month": 1, "2 months": 2, "1 quarter": 3, "1 year": 12}


@pytest.mark.parametrize("trailing", [*DAYS, *MONTHS])
@examples(12)
@given(data=st.data(), rows=events(), engines=ENGINES)
def test_trailing_windows(trailing: str, data: st.DataObject, rows: list[Event], engines: tuple[str, ...]) -> None:
    long = [kind for kind in KINDS if kind.grain in ("month", "quarter", "year")]
    kind = data.draw(st.sampled_from(long if trailing in MONTHS else KINDS))
    document = {
        "entity": "who",
        "period": kind.document,
        "time": "at",
        "sources": {"events": {"columns": {"who": "text", "at": "datetime", "user": "text", "x": "number"}}},
        "inputs": {
            "n": {"formula": "count()", "trailing": trailing},
            "total": {"formula": "sum(x)", "trailing": trailing},
            "users": {"formula": "count_distinct(user)", "trailing": trailing},
            "often": {"per": "user", "formula": "count() >= 2", "then": "sum", "trailing": trailing},
            "plain": {"formula": "count()"},
        },
        "metrics": watched(rows="n * 1", sums="total * 1", who="users * 1", twice="often * 1", now="plain * 1"),
    }
    known = line(kind)
    earliest = min(row[1].date() for row in rows)
    wanted: dict[tuple[str, str], dict[str, float | None]] = {}
    for shop, moment, _, _ in rows:
        label = kind.label(moment.date())
        end = known.first[known.labels[known.place[label] + 1]] - ONE_DAY
        if trailing in DAYS:
            start = end - (DAYS[trailing] - 1) * ONE_DAY
            reaches, inside = earliest <= start, [row for row in rows if start <= row[1].date() <= end]
        else:
            first = month_number(end) - MONTHS[trailing] + 1
            reaches = month_number(earliest) <= first
            inside = [row for row in rows if first <= month_number(row[1].date()) <= month_number(end)]
        own = [row for row in inside if row[0] == shop]
        users = [row[2] for row in own]
        counts: dict[str, float | None] = {
            "rows": len(own),
            "who": len(set(users)),
            "twice": sum(users.count(user) >= 2 for user in set(users)),
        }
        if not reaches or not inside:
            counts = dict.fromkeys(counts)
        wanted[shop, label] = counts | {
            "sums": sum(row[3] for row in own) if reaches and own else None,
            "now": sum(row[0] == shop and kind.label(row[1].date()) == label for row in rows),
        }
    frame = pl.DataFrame(rows, schema=["who", "at", "user", "x"], orient="row")
    for engine in engines:
        agree(run(document, frame, engine), wanted)


# --- days of 23 and 25 hours ---------------------------------------------------------------------

CHANGES = {
    "Europe/Berlin": [datetime(2025, 3, 30, 1), datetime(2025, 10, 26, 1)],
    "America/New_York": [datetime(2024, 3, 10, 7), datetime(2024, 11, 3, 6)],
    "Australia/Lord_Howe": [datetime(2025, 4, 5, 15), datetime(2025, 10, 4, 15, 30)],
    "Pacific/Apia": [datetime(2011, 12, 30, 10)],
}


@examples(30)
@given(st.sampled_from(sorted(CHANGES)), st.sampled_from([KINDS[0], KINDS[2], KINDS[3], KINDS[5]]), st.data(), ENGINES)
def test_zone_aware_times_count_by_their_clock(
    zone: str, kind: Kind, data: st.DataObject, engines: tuple[str, ...]
) -> None:
    """Around the hours that a clock skips or shows twice, and the day that Samoa never had."""
    steps = st.tuples(st.integers(-30, 30), st.sampled_from([0, 1, 29, 30, 59]))
    change = data.draw(st.sampled_from(CHANGES[zone]))
    rows = []
    for hours, minutes in data.draw(st.lists(steps, min_size=1, max_size=9)):
        instant = (change + timedelta(hours=hours, minutes=minutes)).replace(tzinfo=UTC)
        rows.append(("A", instant, data.draw(st.sampled_from("uvw")), instant + data.draw(st.integers(0, 50)) * HOUR))
    frame = pl.DataFrame(rows, schema=["who", "at", "user", "answered"], orient="row")
    frame = frame.with_columns(pl.col("at", "answered").dt.convert_time_zone(zone))
    document = {
        "entity": "who",
        "period": kind.document,
        "time": "at",
        "sources": {
            "events": {"columns": {"who": "text", "at": "datetime", "user": "text", "answered": "datetime"}},
        },
        "inputs": {
            "n": {"formula": "count()"},
            "night": {"formula": "count()", "where": "hour(at) < 4"},
            "days": {"formula": "count_distinct(day(at))"},
            "sundays": {"formula": "count()", "where": "weekday(at) == 7"},
            "hours": {"formula": "sum(hours_between(at, answered))", "unit": "hour"},
            "nights": {"formula": "sum(days_between(at, answered))", "unit": "day"},
            "back": {"retention": {"from": "events", "id": "user", "after": "1 day", "open": "skip"}},
        },
        "metrics": watched(
            all="n * 1",
            early="night * 1",
            days_seen="days * 1",
            on_sunday="sundays * 1",
            hours_taken="hours * 1",
            nights_taken="nights * 1",
            came="back * 1",
        ),
    }
    clock = [
        (
            who,
            at.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
            user,
            then.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        )
        for who, at, user, then in rows
    ]
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in clock:
        groups[kind.label(row[1].date())].append(row)
    end = max(row[1] for row in clock)
    seen = {row[2]: row for row in sorted(clock, key=lambda row: row[1], reverse=True)}
    firsts = [(who, at, user, 0.0) for who, at, user, _ in seen.values()]
    rest = [(who, at, user, 0.0) for who, at, user, _ in clock]
    found = cohorts(kind, firsts, rest, retention(kind, "day", 1, end), skip=True)
    wanted: dict[Any, dict[str, float | None]] = {}
    for label, group in groups.items():
        wanted["A", label] = {
            "all": len(group),
            "early": sum(row[1].hour < 4 for row in group),
            "days_seen": len({row[1].date() for row in group}),
            "on_sunday": sum(row[1].weekday() == 6 for row in group),
            "hours_taken": sum((row[3] - row[1]) / HOUR for row in group),
            "nights_taken": sum((row[3].date() - row[1].date()).days for row in group),
        }
        if ("A", label) in found:
            counts = found["A", label]
            wanted["A", label]["came"] = counts[0] if counts else None
    for engine in engines:
        agree(run(document, frame, engine), wanted)
