"""Where the windows of conversions and retentions begin and end, and when a cohort has no value yet."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import rulecard

from .cohort_runs import ENGINES, Events

Day = date


def at(day: int, hour: int = 0, **rest: int) -> datetime:
    return datetime(2025, 3, day, hour) + timedelta(**rest)


# --- where windows begin and end --------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("within", "after", "counts"),
    [
        ("7 days", timedelta(0), True),
        ("7 days", timedelta(days=7), True),
        ("7 days", timedelta(days=7, microseconds=1), False),
        ("7 days", timedelta(microseconds=-1), False),
        ("1 week", timedelta(days=7), True),
        ("90 minutes", timedelta(minutes=90), True),
        ("90 minutes", timedelta(minutes=90, microseconds=1), False),
        ("24 hours", timedelta(days=1), True),
        # a calendar month is over with its day
        ("1 month", timedelta(days=31, hours=13), True),
        ("1 month", timedelta(days=31, hours=14), False),
        ("1 month", timedelta(minutes=-1), False),
        ("1 month", timedelta(0), True),
    ],
)
def test_elapsed_time_of_moments(tmp_path: Path, engine: str, within: str, after: timedelta, counts: bool) -> None:
    spec = f"{{conversion: {{from: signups, to: orders, id: user, within: {within}}}}}"
    first = at(3, 10)
    orders = [(first + after, "u"), (datetime(2026, 1, 1), "somebody else")]
    found = Events(tmp_path, "datetime", "datetime").run(spec, [(first, "u")], orders, engine=engine)
    assert found == {"": (float(counts), 1.0)}


@pytest.mark.parametrize(
    ("first", "within", "last"),
    [
        (Day(2025, 1, 31), "1 month", Day(2025, 2, 28)),
        (Day(2024, 1, 31), "1 month", Day(2024, 2, 29)),
        (Day(2025, 1, 28), "1 month", Day(2025, 2, 28)),
        (Day(2024, 2, 29), "1 year", Day(2025, 2, 28)),
        (Day(2024, 11, 30), "1 quarter", Day(2025, 2, 28)),
        (Day(2024, 12, 31), "2 months", Day(2025, 2, 28)),
        (Day(2024, 12, 31), "1 day", Day(2025, 1, 1)),
        (Day(2024, 2, 28), "2 days", Day(2024, 3, 1)),
        (Day(2025, 3, 5), "0 days", Day(2025, 3, 5)),
        # clocks go forward in Europe on 30 March and back on 26 October; days stay days
        (Day(2025, 3, 29), "2 days", Day(2025, 3, 31)),
        (Day(2025, 10, 25), "1 week", Day(2025, 11, 1)),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_calendar_windows_of_dates(tmp_path: Path, engine: str, first: date, within: str, last: date) -> None:
    spec = f"{{conversion: {{from: signups, to: orders, id: user, within: {within}}}}}"
    orders = [(last, "inside"), (last + timedelta(days=1), "outside"), (first - timedelta(days=1), "before")]
    signups = [(first, user) for user in ("inside", "outside", "before")]
    assert Events(tmp_path).run(spec, signups, orders, engine=engine) == {"": (1.0, 3.0)}


@pytest.mark.parametrize("first", ["date", "datetime"])
def test_a_date_beside_a_moment_counts_by_its_day(tmp_path: Path, first: str) -> None:
    later = "date" if first == "datetime" else "datetime"
    cast = {"date": lambda moment: moment.date(), "datetime": lambda moment: moment}
    spec = "{conversion: {from: signups, to: orders, id: user, within: 1 day}}"
    signups = [(cast[first](at(3, 18)), user) for user in ("same day", "next day", "day after", "day before")]
    orders = [(cast[later](moment), user) for moment, user in [
        (at(3, 9), "same day"), (at(4, 23), "next day"), (at(5, 1), "day after"), (at(2, 23), "day before"),
    ]]  # fmt: skip
    assert Events(tmp_path, first, later).run(spec, signups, orders) == {"": (2.0, 4.0)}


@pytest.mark.parametrize(
    ("period", "after", "first", "back", "counts"),
    [
        ("day", "1 day", Day(2024, 2, 28), Day(2024, 2, 29), True),
        ("day", "1 day", Day(2025, 2, 28), Day(2025, 3, 1), True),
        ("day", "7 days", Day(2025, 3, 1), Day(2025, 3, 7), False),
        # ISO week 1 of 2025 begins on 30 December 2024
        ("week", "1 week", Day(2024, 12, 29), Day(2024, 12, 30), True),
        ("week", "1 week", Day(2024, 12, 23), Day(2025, 1, 6), False),
        ("{grain: week, week_starts: sunday}", "1 week", Day(2024, 12, 28), Day(2024, 12, 29), True),
        ("{grain: week, week_starts: sunday}", "1 week", Day(2024, 12, 29), Day(2024, 12, 30), False),
        ("{grain: day, week_starts: sunday}", "1 week", Day(2024, 12, 28), Day(2024, 12, 29), True),
        ("month", "1 month", Day(2025, 1, 1), Day(2025, 2, 28), True),
        ("month", "1 month", Day(2025, 1, 31), Day(2025, 3, 1), False),
        ("day", "1 month", Day(2025, 1, 31), Day(2025, 2, 1), True),
        ("{grain: month, year_starts: 4}", "1 quarter", Day(2025, 3, 31), Day(2025, 4, 1), True),
        ("{grain: year, year_starts: 4}", "1 year", Day(2025, 3, 31), Day(2025, 4, 1), True),
        ("{grain: quarter, year_starts: 2}", "1 quarter", Day(2025, 1, 31), Day(2025, 2, 1), True),
        ("{grain: quarter, year_starts: 2}", "1 quarter", Day(2025, 2, 1), Day(2025, 4, 30), False),
        ("year", "1 year", Day(2024, 2, 29), Day(2025, 12, 31), True),
        ("day", "1 day, within: 90 days", Day(2025, 1, 1), Day(2025, 4, 1), True),
        ("day", "1 day, within: 90 days", Day(2025, 1, 1), Day(2025, 4, 2), False),
        ("day", "1 day, within: 90 days", Day(2025, 1, 1), Day(2025, 1, 1), False),
        ("day", "0 days", Day(2025, 1, 1), Day(2025, 1, 1), True),
    ],
)
def test_retention_counts_by_the_calendar(
    tmp_path: Path, period: str, after: str, first: date, back: date, counts: bool
) -> None:
    spec = f"{{retention: {{from: orders, id: user, after: {after}}}}}"
    orders = [(first, "u"), (back, "u"), (Day(2031, 1, 1), "somebody else")]
    found = next(iter(Events(tmp_path).run(spec, [(first, "u")], orders, period).values()))
    assert found == (float(counts), 1.0)


# --- when a cohort has no value ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("last", "january", "february"),
    [
        (Day(2025, 2, 6), "window_open", "window_open"),
        # 31 January and 7 days
        (Day(2025, 2, 7), 1.0, "window_open"),
        (Day(2025, 3, 6), 1.0, "window_open"),
        (Day(2025, 3, 7), 1.0, 0.0),
    ],
)
def test_a_period_is_open_until_its_last_window_is_over(
    tmp_path: Path, engine: str, last: date, january: Any, february: Any
) -> None:
    spec = "{conversion: {from: signups, to: orders, id: user, within: 7 days}}"
    signups = [(Day(2025, 1, 3), "u", "A"), (Day(2025, 2, 1), "v", "A")]
    # a row of another entity shows that the data goes on
    orders = [(Day(2025, 1, 4), "u", "A"), (last, "w", "B")]
    found = Events(tmp_path, entity=True).run(spec, signups, orders, "month", engine)
    assert found["A/2025-01"] == (january, 1.0 if january == 1.0 else "window_open")
    assert found["A/2025-02"] == (february, 1.0 if february == 0.0 else "window_open")


@pytest.mark.parametrize(
    ("last", "january"),
    [(datetime(2025, 2, 7, 23, 59, 59), "window_open"), (datetime(2025, 2, 8) - timedelta(microseconds=1), 1.0)],
)
def test_elapsed_time_is_over_to_the_moment(tmp_path: Path, last: datetime, january: Any) -> None:
    spec = "{conversion: {from: signups, to: orders, id: user, within: 7 days}}"
    events = Events(tmp_path, "datetime", "datetime")
    found = events.run(spec, [(datetime(2025, 1, 3), "u")], [(datetime(2025, 1, 4), "u"), (last, "w")], "month")
    assert found["2025-01"][0] == january


def test_a_calendar_window_is_over_with_the_day_of_the_last_row(tmp_path: Path) -> None:
    spec = "{retention: {from: orders, id: user, after: 1 month}}"
    orders = [(datetime(2025, 1, 3), "u"), (datetime(2025, 2, 28, 9), "u")]
    found = Events(tmp_path, "datetime", "datetime").run(spec, [(datetime(2025, 1, 3), "u")], orders, "month")
    assert found == {"2025-01": (1.0, 1.0), "2025-02": ("window_open", "window_open")}
    orders[1] = (datetime(2025, 2, 27, 23, 59), "u")
    found = Events(tmp_path, "datetime", "datetime").run(spec, [(datetime(2025, 1, 3), "u")], orders, "month")
    assert found["2025-01"] == ("window_open", "window_open")


@pytest.mark.parametrize("engine", ENGINES)
def test_ids_with_open_windows_may_be_left_out(tmp_path: Path, engine: str) -> None:
    spec = "{retention: {from: orders, id: user, after: 7 days, open: skip}}"
    orders = [(Day(2025, 3, 1), "u"), (Day(2025, 3, 8), "u"), (Day(2025, 3, 3), "v"), (Day(2025, 3, 4), "new"),
              (Day(2025, 3, 10), "new")]  # fmt: skip
    march = [(Day(2025, 3, 1), "u")]
    assert Events(tmp_path).run(spec, march, orders, "month", engine) == {"2025-03": (1.0, 2.0)}
    assert Events(tmp_path).run(spec, march, orders, None, engine) == {"": (1.0, 2.0)}
    days = Events(tmp_path).run(spec, march, orders, "day", engine)
    assert days == {
        "2025-03-01": (1.0, 1.0),
        "2025-03-03": (0.0, 1.0),
        # nobody's window is over, and nobody is new
        "2025-03-04": ("window_open", "window_open"),
        "2025-03-08": ("window_open", "window_open"),
        "2025-03-10": ("window_open", "window_open"),
    }
    without = spec.replace(", open: skip", "")
    assert Events(tmp_path).run(without, march, orders, None, engine) == {"": ("window_open", "window_open")}


@pytest.mark.parametrize("engine", ENGINES)
def test_elapsed_time_goes_by_the_clock_that_the_column_shows(tmp_path: Path, engine: str) -> None:
    """In Berlin the clocks went forward in the night to 30 March: from noon to noon are 23 hours, and one day."""
    file = tmp_path / "clock.yaml"
    file.write_text(
        """
ruleset: clock
version: 1.0.0
sources: {events: {time: at, columns: {at: datetime, user: text, kind: text}}}
inputs:
  x: {conversion: {from: events, to: events, id: user, within: 24 hours, to_where: kind == "b"}, where: kind == "a"}
metrics: {hits: {formula: x}}
""",
        encoding="utf-8",
    )
    moments = [(datetime(2025, 3, 29, 12), "u", "a"), (datetime(2025, 3, 30, 12), "u", "b"),
               (datetime(2025, 3, 29, 12), "v", "a"), (datetime(2025, 3, 30, 12, 1), "v", "b"),
               (datetime(2025, 4, 9), "w", "c")]  # fmt: skip
    events = pl.DataFrame(moments, schema=["at", "user", "kind"], orient="row")
    for data in (events, events.with_columns(pl.col("at").dt.replace_time_zone("Europe/Berlin"))):
        card = next(iter(rulecard.run(file, data=data, engine=engine).scorecards()))
        assert card.metrics["hits"].value == 1
