"""Who comes back, and who is too late: at the ends of windows, months and years, beside plain Python."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from .calendar_days import (
    HARD,
    KINDS,
    ONE_DAY,
    Event,
    Kind,
    agree,
    cohorts,
    conversion,
    months_later,
    retention,
    run,
    watched,
)  # fmt: skip
from .strategies import ENGINES, examples


@st.composite
def chains(draw: st.DrawFn, unit: str, count: int) -> tuple[list[Event], list[Event]]:
    """First rows near a hard day, and later ones near the ends of their windows; and where the data ends."""
    start = datetime.combine(draw(st.sampled_from(HARD)), datetime.min.time())
    near = st.sampled_from([timedelta(0), timedelta(minutes=1), -timedelta(minutes=1), ONE_DAY, -ONE_DAY])
    firsts, laters = [], []
    for _ in range(draw(st.integers(1, 6))):
        who, user = draw(st.sampled_from("AB")), draw(st.sampled_from("uvw"))
        clock = draw(st.sampled_from([0, 1, 720, 1439])) * timedelta(minutes=1)
        first = start + draw(st.integers(-9, 9)) * ONE_DAY + clock
        firsts.append((who, first, user, 1.0))
        if unit in ("day", "week"):
            end = first + count * timedelta(days={"day": 1, "week": 7}[unit])
        else:
            end = datetime.combine(months_later(first.date(), count * {"month": 1, "quarter": 3}[unit]), first.time())
        for _ in range(draw(st.integers(0, 2))):
            laters.append((who, draw(st.sampled_from([first, end])) + draw(near), user, 1.0))
    # somebody else, where the last window ends or well after
    latest = draw(
        st.sampled_from([latest for latest in (end, end - ONE_DAY, start + 900 * ONE_DAY) if latest >= start])
    )
    laters = [row for row in laters if row[1] <= latest]
    return firsts, [*laters, ("A", latest, "x", 1.0)]


DURATIONS = [("day", 1), ("day", 7), ("day", 30), ("week", 1), ("month", 1), ("month", 2)]


@pytest.mark.parametrize("duration", [*DURATIONS, ("quarter", 1)])
@examples(20)
@given(kind=st.sampled_from(KINDS), data=st.data(), skip=st.booleans(), engines=ENGINES)
def test_who_returns_after_a_day_a_week_or_a_month(
    duration: tuple[str, int], kind: Kind, data: st.DataObject, skip: bool, engines: tuple[str, ...]
) -> None:
    unit, count = duration
    rows = [row for part in data.draw(chains(unit, count)) for row in part]
    window: dict[str, Any] = {"from": "events", "id": "user", "after": f"{count} {unit}{'s' * (count > 1)}"}
    document = {
        "entity": "who",
        "period": kind.document,
        "time": "at",
        "sources": {"events": {"columns": {"who": "text", "at": "datetime", "user": "text"}}},
        "inputs": {"back": {"retention": window | ({"open": "skip"} if skip else {})}},
        "metrics": watched(came="back * 1", size="cohort_size(back) * 1"),
    }
    end = max(row[1] for row in rows)
    firsts = {(row[0], row[2]): row for row in sorted(rows, key=lambda row: row[1], reverse=True)}
    found = cohorts(kind, list(firsts.values()), rows, retention(kind, unit, count, end), skip)
    wanted = {}
    for who, moment, _, _ in rows:
        place = who, kind.label(moment.date())
        came, size = found.get(place, (0, 0)) or (None, None)
        wanted[place] = {"came": came, "size": size}
    frame = pl.DataFrame(rows, schema=["who", "at", "user", "x"], orient="row")
    for engine in engines:
        cards = run(document, frame, engine)
        for place in [place for place in wanted if place not in found]:
            # nobody came for the first time then: nobody to wait for, but perhaps too early to say so
            assert cards[place].metrics["came"].value in (0, None)
            del wanted[place]
        agree({place: cards[place] for place in wanted}, wanted)


@pytest.mark.parametrize("duration", DURATIONS)
@examples(20)
@given(kind=st.sampled_from(KINDS), data=st.data(), skip=st.booleans(), engines=ENGINES)
def test_who_buys_within_days_weeks_or_months(
    duration: tuple[str, int], kind: Kind, data: st.DataObject, skip: bool, engines: tuple[str, ...]
) -> None:
    unit, count = duration
    visits, orders = data.draw(chains(unit, count))
    window: dict[str, Any] = {"from": "visits", "to": "orders", "id": "user"}
    window["within"] = f"{count} {unit}{'s' * (count > 1)}"
    columns = {"who": "text", "at": "datetime", "user": "text"}
    document = {
        "entity": "who",
        "period": kind.document,
        "time": "at",
        "sources": {"visits": {"columns": columns}, "orders": {"columns": columns}},
        "inputs": {"bought": {"conversion": window | ({"open": "skip"} if skip else {})}},
        "metrics": watched(came="bought * 1", size="cohort_size(bought) * 1"),
    }
    end = max(row[1] for row in orders)
    found = cohorts(kind, visits, orders, conversion(unit, count, end), skip)
    wanted = {}
    for place, counts in found.items():
        came, size = counts or (None, None)
        wanted[place] = {"came": came, "size": size}
    frames = {
        name: pl.DataFrame(rows, schema=["who", "at", "user", "x"], orient="row")
        for name, rows in (("visits", visits), ("orders", orders))
    }
    for engine in engines:
        cards = run(document, frames, engine)
        assert set(cards) == {(row[0], kind.label(row[1].date())) for row in [*visits, *orders]}
        agree({place: cards[place] for place in wanted}, wanted)
