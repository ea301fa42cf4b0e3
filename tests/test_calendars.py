"""Periods as numbers and as labels, against Python's own calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulecard import calendars
from rulecard.language.model import Period

# the years that dates of data may have
DAYS = st.dates(dt.date(1000, 1, 1), dt.date(9998, 12, 31))
PERIODS = st.builds(Period, st.sampled_from(calendars.GRAINS), st.integers(0, 6), st.integers(1, 12))


@given(PERIODS, DAYS)
def test_a_day_lies_in_its_period_and_the_label_leads_back(period: Period, day: dt.date) -> None:
    number = calendars.number_of(period, day)
    assert calendars.first_day(period, number) <= day < calendars.first_day(period, number + 1)
    assert calendars.parse_label(period, calendars.label(period, number)) == number


@given(DAYS)
def test_weeks_from_monday_are_those_of_iso_8601(day: dt.date) -> None:
    year, week, _ = day.isocalendar()
    period = Period("week")
    assert calendars.label(period, calendars.number_of(period, day)) == f"{year:04d}-W{week:02d}"


@given(st.integers(2, 9000), st.integers(1, 12))
def test_the_day_number_is_the_ordinal(year: int, month: int) -> None:
    day = dt.date(year, month, 1)
    assert calendars.day_number(year, day.timetuple().tm_yday) == day.toordinal()


@given(PERIODS, DAYS)
def test_the_larger_period_begins_where_it_says(period: Period, day: dt.date) -> None:
    number = calendars.number_of(period, day)
    for grain in calendars.larger_than(period):
        bucket, start = calendars.larger_period(period, grain, number)
        assert start <= number
        assert calendars.larger_period(period, grain, start)[0] == bucket
        assert calendars.larger_period(period, grain, start - 1)[0] == bucket - 1


@pytest.mark.parametrize(
    ("period", "day", "label"),
    [
        (Period("month"), "2024-02-29", "2024-02"),
        (Period("quarter"), "2025-03-31", "2025-Q1"),
        (Period("quarter", year_starts=4), "2025-03-31", "2024-Q4"),
        (Period("year", year_starts=4), "2025-03-31", "2024"),
        (Period("year", year_starts=4), "2025-04-01", "2025"),
        (Period("week"), "2024-12-30", "2025-W01"),
        (Period("week"), "2021-01-03", "2020-W53"),
        (Period("week", week_starts=6), "2024-12-29", "2025-W01"),
        (Period("day"), "2025-03-01", "2025-03-01"),
    ],
)
def test_labels_at_the_edges(period: Period, day: str, label: str) -> None:
    assert calendars.label(period, calendars.number_of(period, dt.date.fromisoformat(day))) == label


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "2025-W54", "2025-W00", "2025-Q5", "25-01", "2025/01", ""])
def test_what_is_no_period_is_none(text: str) -> None:
    assert all(calendars.parse_label(Period(grain), text) is None for grain in calendars.GRAINS)
