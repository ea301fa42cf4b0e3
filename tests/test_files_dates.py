"""Dates and times as other systems write them: declared forms, zones, days on which the clock changes."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import rulecard
from rulecard.files.origins import Files, Writing

from .shop_runs import HEADER, Shop, with_columns
from .test_files_text import problems

SHANGHAI = "Asia/Shanghai"
TIMES = with_columns("x: number").replace("date: date", "date: datetime").replace("period: month", "period: day")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("form", "cells"),
    [
        ("%d/%m/%Y", ["31/01/2025", "1/2/2025", "2025-03-01"]),
        ("%m/%d/%Y", ["01/31/2025", "2/1/2025", "3/1/2025"]),
        ("%d.%m.%y", ["31.01.25", "01.02.25", "1.3.25"]),
        ("%d-%b-%Y", ["31-Jan-2025", "01-Feb-2025", "1-Mar-2025"]),
        ("%B %d, %Y", ["January 31, 2025", "February 01, 2025", "March 1, 2025"]),
        ("%Y-%d-%m", ["2025-31-01", "2025-01-02", "2025-01-03"]),
        ("%d%m%Y", ["31012025", "01022025", "01032025"]),
        ("%d/%m/%Y %H:%M", ["31/01/2025 23:59", "01/02/2025 0:00", "01/03/2025 12:00"]),
        ("%m/%Y", ["01/2025", "2/2025", "03/2025"]),
        ("%s", ["1738281600", "1738368000000", "1740787200"]),
    ],
)
def test_dates_as_they_are_written(shop_runs: Shop, form: str, cells: list[str], engine: str) -> None:
    shop_runs.write({"shops.csv": HEADER + "".join(f'A,"{cell}",{place},10\n' for place, cell in enumerate(cells))})
    result = rulecard.run("shop.yaml", {"data": Files(("shops.csv",), Writing(dates=form))}, engine=engine)
    found = {card.period: card.metrics["conversion"].value for card in result.scorecards()}
    assert found == {"2025-01": 0.0, "2025-02": 0.1, "2025-03": 0.2}


def test_dates_in_another_form_than_the_given_one_are_refused(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": HEADER + "A,31/01/2025,5,10\nB,02/28/2025,5,10\n"})
    ((code, message, _),) = problems({"data": Files(("shops.csv",), Writing(dates="%d/%m/%Y"))})
    assert (code, message) == ("RC504", "shops.csv: column `date`: not a date in 1 row: row 3 ('02/28/2025')")


@pytest.mark.parametrize("form", ["day/month/year", "%Q", "%H:%M", "", "%d/%m"])
def test_a_form_that_gives_no_date(shop_runs: Shop, form: str) -> None:
    shop_runs.write({"shops.csv": HEADER + "A,2025-01-31,5,10\n"})
    ((code, message, hint),) = problems({"data": Files(("shops.csv",), Writing(dates=form))})
    assert (code, message.startswith("`dates` is a form of strftime")) == ("RC509", True)
    assert "%d/%m/%Y" in hint


def test_minutes_in_the_place_of_the_month_are_told(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": HEADER + "A,2025-01-31,5,10\n"})
    ((code, message, _),) = problems({"data": Files(("shops.csv",), Writing(dates="%d/%M/%Y"))})
    assert (code, message.endswith("write `%m` for the month")) == ("RC509", True)


def days(result: Any) -> dict[str, float]:
    return {card.period: card.metrics["m"].value for card in result.scorecards()}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_times_with_zones_by_the_clock_of_one(shop_runs: Shop, engine: str) -> None:
    times = ("2025-01-31T16:30:00Z", "2025-02-01T00:30:00+08:00", "2025-01-31T10:30:00-0530", "2025-01-31T15:59:59Z")
    rows = "".join(f"A,{time},{2**place}\n" for place, time in enumerate(times))
    shop_runs.write({"s.csv": "shop,date,x\n" + rows}, TIMES)
    data = {"sales": Files(("s.csv",), Writing(time_zone=SHANGHAI))}
    assert days(rulecard.run("shop.yaml", data, engine=engine)) == {"2025-01-31": 8.0, "2025-02-01": 7.0}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_days_of_a_changing_clock(shop_runs: Shop, engine: str) -> None:
    """In Berlin the clock went forward on 2025-03-30 and back on 2025-10-26."""
    rows = [
        ("2025-03-29T22:59:59Z", "2025-03-29"), ("2025-03-29T23:00:00Z", "2025-03-30"),
        ("2025-03-30T21:59:59Z", "2025-03-30"), ("2025-03-30T22:00:00Z", "2025-03-31"),
        ("2025-10-25T21:59:59Z", "2025-10-25"), ("2025-10-25T22:00:00Z", "2025-10-26"),
        ("2025-10-26T00:30:00Z", "2025-10-26"), ("2025-10-26T01:30:00Z", "2025-10-26"),
        ("2025-10-26T22:59:59Z", "2025-10-26"), ("2025-10-26T23:00:00Z", "2025-10-27"),
    ]  # fmt: skip
    written = "".join(f"A,{time},1\n" for time, _ in rows)
    shop_runs.write({"s.csv": "shop,date,x\n" + written}, TIMES)
    expected: dict[str, float] = {}
    for _, day in rows:
        expected[day] = expected.get(day, 0.0) + 1.0
    data: Any = {"sales": Files(("s.csv",), Writing(time_zone="Europe/Berlin"))}
    found = days(rulecard.run("shop.yaml", data, engine=engine))
    assert {day: value for day, value in found.items() if value is not None} == expected
    # a typed column takes the same way
    typed = pl.DataFrame({"shop": "A", "date": [time for time, _ in rows], "x": 1.0}).with_columns(
        pl.col("date").str.to_datetime(time_zone="UTC")
    )
    typed.write_parquet("s.parquet")
    data = {"sales": Files(("s.parquet",), Writing(time_zone="Europe/Berlin"))}
    assert days(rulecard.run("shop.yaml", data, engine=engine)) == found


def test_times_with_and_without_a_zone(shop_runs: Shop) -> None:
    shop_runs.write({"s.csv": "shop,date,x\nA,2025-01-31T16:30:00Z,1\nA,2025-01-31T16:30:00,2\n"}, TIMES)
    ((code, message, _),) = problems({"sales": Files(("s.csv",), Writing(time_zone=SHANGHAI))})
    assert (code, "no time zone, unlike others in 1 row: row 3" in message) == ("RC504", True)
    ((_, _, hint),) = problems({"sales": "s.csv"})
    assert "`time_zone: Asia/Shanghai`" in hint


def test_files_of_a_source_in_different_zones(shop_runs: Shop) -> None:
    shop_runs.write({}, TIMES)
    utc = pl.DataFrame({"shop": "A", "date": ["2025-01-31T16:30:00"], "x": 1.0}).with_columns(
        pl.col("date").str.to_datetime(time_zone="UTC")
    )
    utc.write_parquet("a.parquet")
    utc.with_columns(pl.col("date").dt.convert_time_zone(SHANGHAI)).write_parquet("b.parquet")
    ((code, message, hint),) = problems({"sales": ["a.parquet", "b.parquet"]})
    assert (code, "times of UTC in a.parquet, and of Asia/Shanghai in b.parquet" in message) == ("RC504", True)
    assert "time_zone" in hint
    both = {"sales": Files(("a.parquet", "b.parquet"), Writing(time_zone=SHANGHAI))}
    assert days(rulecard.run("shop.yaml", both)) == {"2025-02-01": 2.0}


def test_a_zone_that_is_not_there(shop_runs: Shop) -> None:
    shop_runs.write({"s.csv": "shop,date,x\nA,2025-01-31T16:30:00Z,1\n"}, TIMES)
    ((code, message, _),) = problems({"sales": Files(("s.csv",), Writing(time_zone="Mars/Base"))})
    assert (code, message) == ("RC509", "there is no time zone `Mars/Base`")
