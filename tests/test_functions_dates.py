"""Functions of days and times over rows and cards, on every calendar: ends of months and years, leap days, nights."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulecard

from .agreement import agree
from .reference import scorecards
from .strategies import CALENDARS, ENGINES, cells, examples, period_key

DAYS = (
    st.sampled_from([date(2024, 2, 28), date(2024, 2, 29), date(2024, 12, 29), date(2024, 12, 31), date(2025, 1, 1)])
    | st.sampled_from([date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 30), date(2025, 10, 26), date(2026, 1, 4)])
    | st.dates(date(2023, 11, 1), date(2026, 2, 28))
)
CLOCK = st.sampled_from([time(0, 0), time(23, 59, 59, 999_999), time(2, 30), time(12, 0)]) | st.times()
MOMENTS = st.builds(datetime.combine, DAYS, CLOCK)
TYPES = {
    "who": "text",
    "date": "date",
    "created": "datetime",
    "closed": "datetime",
    "due": "date",
    "paid": "date",
}
COLUMNS = {
    "created": cells(MOMENTS, missing=6),
    "closed": cells(MOMENTS, missing=6),
    "due": cells(DAYS, missing=6),
    "paid": cells(DAYS, missing=6),
}
NAMES = st.sampled_from(["created", "closed", "due", "paid", "date"])
TIMED = st.sampled_from(["created", "closed", "closed", '"2025-01-31 18:30"'])
GRAINS = ("day", "week", "month", "quarter")
COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """A number made of days or times."""
    return draw(
        st.one_of(
            st.builds("days_between({}, {})".format, NAMES, NAMES | DAYS.map(lambda day: f'"{day}"')),
            st.builds("hours_between(created, {})".format, TIMED),
            st.builds("minutes_between({}, closed)".format, TIMED),
            st.builds("{}({})".format, st.sampled_from(["year", "month_of_year", "day_of_month", "weekday"]), NAMES),
            st.builds("hour({})".format, st.sampled_from(["created", "closed"])),
        )
    )


def label(calendar: Any, grain: str, day: date) -> str:
    """The period of a day as a formula writes it."""
    there = type(calendar)(grain, calendar.week_starts, calendar.year_starts)
    return str(there.label(there.start(day)))


@st.composite
def conditions(draw: st.DrawFn, calendar: Any) -> str:
    """A comparison of days, moments or periods."""
    grain, day, moment = draw(st.sampled_from(GRAINS)), draw(DAYS), draw(MOMENTS)
    of_grain = f'{grain}({draw(NAMES)}) {draw(COMPARISONS)} "{label(calendar, grain, day)}"'
    listed = f'{grain}({draw(NAMES)}) in ["{label(calendar, grain, day)}", "{label(calendar, grain, draw(DAYS))}"]'
    return draw(
        st.sampled_from(
            [
                of_grain,
                listed,
                f'{draw(NAMES)} {draw(COMPARISONS)} "{day}"',
                f'"{day}" {draw(COMPARISONS)} {draw(NAMES)}',
                f'created {draw(COMPARISONS)} "{moment.isoformat(" ")}"',
                f'created in ["{day}", "{moment.isoformat(" ")}"]',
                f"created {draw(COMPARISONS)} {draw(NAMES)}",
                f"{grain}({draw(NAMES)}) {draw(COMPARISONS)} {grain}({draw(NAMES)})",
                f"{draw(numbers())} {draw(COMPARISONS)} {draw(st.sampled_from(['1', '5', '12', '2024']))}",
            ]
        )
    )


@st.composite
def rows_of(draw: st.DrawFn, first: date, last: date) -> list[dict[str, Any]]:
    """Events of two entities, some of them on the same day."""
    days = draw(st.lists(st.dates(first, last), min_size=8, max_size=14))
    rows = []
    for day in days:
        row = {"who": draw(st.sampled_from(["A", "B"])), "date": day}
        rows.append(row | {name: draw(values) for name, values in COLUMNS.items()})
    return rows


@examples(25)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_days_and_times_of_rows(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(rows_of(date(2024, 12, 20), date(2025, 4, 2)))
    inputs: dict[str, Any] = {}
    for place in range(5):
        aggregate = data.draw(st.sampled_from(["sum", "mean", "median", "min", "max"]))
        inputs[f"n{place}"] = {"formula": f"{aggregate}({data.draw(numbers())})"}
        inputs[f"w{place}"] = {"formula": "count()", "where": data.draw(conditions(calendar))}
        inputs[f"s{place}"] = {"formula": f"share({data.draw(conditions(calendar))})"}
    for grain in GRAINS:
        inputs[f"d_{grain}"] = {"formula": f"count_distinct({grain}({data.draw(NAMES)}))"}
        inputs[f"last_{grain}"] = {"formula": f"max({grain}({data.draw(NAMES)}))", "type": "date"}
    inputs["first_seen"] = {"formula": "min(created)", "type": "date"}
    ends = "_between(min(created), max(closed))"
    inputs["between"] = {"formula": f"days{ends} + hours{ends} / 24"}
    metrics = {f"m_{name}": {"formula": f"{name} * 1"} for name, spec in inputs.items() if spec.get("type") != "date"}
    metrics |= {
        "age": {"formula": 'days_between(first_seen, "2025-12-31")'},
        "since": {"formula": "days_between(go_live, last_month)"},
        "same": {"formula": "1 if month(first_seen) == last_month and quarter(first_seen) <= last_quarter else 0"},
        "later": {"formula": "days_between(prev(first_seen), first_seen)"},
        "fiscal": {"formula": "year(last_quarter) + month_of_year(last_week)"},
    }
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "sources": {"events": {"columns": TYPES}},
        "inputs": inputs,
        "params": {"go_live": {"value": "2025-02-28", "type": "date"}},
        "metrics": metrics,
    }
    agree(document, rows, TYPES, engines)


@examples(5)
@given(st.data(), ENGINES)
def test_without_periods_weeks_start_on_monday(data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(rows_of(date(2024, 12, 20), date(2025, 4, 2)))
    inputs = {grain: {"formula": f"count_distinct({grain}(created))"} for grain in (*GRAINS, "year")}
    document = {
        "entity": "who",
        "sources": {"events": {"columns": TYPES}},
        "inputs": inputs | {"then": {"formula": "count()", "where": 'week(created) == "2025-W01"'}},
        "metrics": {f"m_{name}": {"formula": f"{name} * 1"} for name in (*inputs, "then")},
    }
    agree(document, rows, TYPES, engines)


def test_a_night_counts_as_a_day_and_by_the_clock_as_its_hours() -> None:
    """Over the hour that Europe left out on 30 March 2025: the clock on the wall is what was read."""
    rows = [{"who": "A", "date": date(2025, 3, 30), "created": datetime(2025, 3, 29, 23, 30), "due": None}]
    rows[0] |= {"closed": datetime(2025, 3, 30, 4, 0), "paid": None}
    document = {
        "entity": "who",
        "period": "month",
        "sources": {"events": {"columns": TYPES}},
        "inputs": {
            "days": {"formula": "sum(days_between(created, closed))", "unit": "day"},
            "hours": {"formula": "sum(hours_between(created, closed))", "unit": "hour"},
            "minutes": {"formula": "sum(minutes_between(closed, created))", "unit": "minute"},
        },
        "metrics": {"m": {"formula": "days * 1"}, "n": {"formula": "hours * 1"}, "o": {"formula": "minutes * 1"}},
    }
    found = scorecards({"ruleset": "t", **document}, rows)[0]["metrics"]
    assert [found[name]["value"] for name in "mno"] == [1.0, 4.5, -270.0]
    assert rows[0]["closed"] - rows[0]["created"] == timedelta(hours=4.5)
    agree(document, rows, TYPES, ("polars", "duckdb"))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ('created <= "2025-01-31"', [30, 31]),
        ('created > "2025-01-31"', [32]),
        ('created == "2025-01-31"', [31]),
        ('created <= "2025-01-31 08:00"', [30]),
        ('created <= "2025-01-31T09:30:00"', [30, 31]),
        ("created > due", [32]),
        ("due >= created", [30, 31]),
        ('created in ["2025-01-30", "2025-02-01 00:00"]', [30, 32]),
        ('month(created) == "2025-01"', [30, 31]),
        ('week(created) == "2025-W04"', [30, 31]),
        ('quarter(created) == "2024-Q4"', [30, 31, 32]),
        ("year(created) == 2024 and month_of_year(created) == 2", [32]),
        ("weekday(created) == 5", [31]),
        ("hour(created) == 0 or day_of_month(created) == 30", [30, 32]),
        ('days_between(created, "2025-02-01") == 1', [31]),
        ('hours_between(created, "2025-02-01 00:00") == 14.5', [31]),
        ('minutes_between("2025-01-30 23:59", created) == 0', [30]),
    ],
)
def test_by_hand(tmp_path: Path, engine: str, condition: str, days: list[int]) -> None:
    """Of a Thursday night, a Friday morning and a Saturday's midnight; weeks start on Saturday, years in April."""
    (tmp_path / "t.yaml").write_text(
        "ruleset: t\nversion: 1.0.0\nperiod: {grain: year, year_starts: 4, week_starts: saturday}\n"
        "sources: {rows: {columns: {date: date, n: integer, created: datetime, due: date}}}\n"
        "inputs:\n"
        + "".join(
            f"  {name}: {{formula: {formula}, where: '{condition}'}}\n"
            for name, formula in (("least", "min(n)"), ("most", "max(n)"), ("all", "count()"))
        )
        + "metrics: {a: {formula: least}, b: {formula: most}, c: {formula: all}}\n",
        encoding="utf-8",
    )
    rows = "30,2025-01-30 23:59:00\n31,2025-01-31 09:30:00\n32,2025-02-01 00:00:00\n"
    table = "".join(f"2025-01-01,2025-01-31,{line}\n" for line in rows.splitlines())
    (tmp_path / "t.csv").write_text(f"date,due,n,created\n{table}", encoding="utf-8")
    metrics = next(iter(rulecard.run(tmp_path / "t.yaml", data=tmp_path / "t.csv", engine=engine).scorecards())).metrics
    assert [metrics[name].value for name in "abc"] == [days[0], days[-1], len(days)]
