"""Hundreds of files as one source: the file and row of each problem, layouts that differ, and time."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import rulecard
from rulecard.files.origins import Files

from .shop_runs import HEADER, Shop
from .test_files_text import cards, problems

MANY = 300


def days(shop_runs: Shop, change: Any = None) -> None:
    """A file for each of many shops; `change` takes a number and a text and gives another."""
    files: dict[str, str | bytes] = {}
    for number in range(MANY):
        text = HEADER + f"S{number},2025-01-31,{number},1000\n"
        files[f"day-{number:03d}.csv"] = change(number, text) if change else text
    shop_runs.write(files)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_all_rows_count_once(shop_runs: Shop, engine: str) -> None:
    days(shop_runs)
    result = rulecard.run("shop.yaml", {"data": "day-*.csv"}, engine=engine)
    assert cards(result) == pytest.approx({f"S{number}": number / 1000 for number in range(MANY)})
    assert [source["path"] for source in result.sources] == [f"day-{number:03d}.csv" for number in range(MANY)]
    assert {source["rows"] for source in result.sources} == {1}


def test_the_file_and_row_of_each_problem(shop_runs: Shop) -> None:
    """With blank lines, cells of two lines, and files that end in the middle of a line."""

    def change(number: int, text: str) -> str:
        match number:
            case 7:
                return text + '\n"two\nlines",2025-01-31,5,10\n\nX,2025-01-31,x,10\n\n\n'
            case 8:
                return text + "Y,2025-01-31,y,10"
            case 250:
                return HEADER + ",,,\n" + "Z,2025-01-31,z,10\n"
        return text

    days(shop_runs, change)
    ((code, message, _),) = problems({"data": "day-*.csv"})
    assert code == "RC503"
    assert message == (
        "day-007.csv and 2 more files: column `orders`: not a number in 3 rows: "
        "day-007.csv row 6 ('x'), day-008.csv row 3 ('y'), day-250.csv row 3 ('z')"
    )


def test_rows_that_repeat_name_their_files(shop_runs: Shop) -> None:
    days(shop_runs, lambda number, text: text.replace("S200,", "S100,"))
    ((code, message, _),) = problems({"data": "day-*.csv"})
    assert (code, "S100, 2025-01 (day-100.csv row 2 and day-200.csv row 2)" in message) == ("RC505", True)


def test_layouts_that_differ_are_read_by_their_names(shop_runs: Shop) -> None:
    def change(number: int, text: str) -> str | bytes:
        match number % 5:
            case 1:
                return text.replace(",", ";")
            case 2:
                return f"visits,note,orders,date,shop\n1000,n,{number},2025/1/31,S{number}\n"
            case 3:
                return ("备注," + text.replace("\nS", "\n上海,S")).encode("gb18030")
            case 4:
                return ("\ufeff" + text).replace("\n", "\r\n")
        return text

    days(shop_runs, change)
    result = rulecard.run("shop.yaml", {"data": "day-*.csv"})
    assert cards(result) == pytest.approx({f"S{number}": number / 1000 for number in range(MANY)})
    (problem,) = result.problems
    assert problem.message == "day-003.csv and 59 more files are read as GB18030, as in “备注”"


def test_a_file_that_lacks_a_column_is_named(shop_runs: Shop) -> None:
    days(shop_runs, lambda number, text: text.replace("visits", "seen") if number in (40, 41, 42) else text)
    ((code, message, hint),) = problems({"data": "day-*.csv"})
    assert (code, message) == ("RC502", "day-040.csv and 2 more files have no column `visits`")
    assert "columns there" in hint


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (HEADER + "A,2025-01-31,5,10,7\n", "day-123.csv: 1 row has more cells than the header, which has 4: row 2 (5)"),
        (HEADER + 'A,2025-01-31,5,10\n"B,2025-01-31,5,10\n', "day-123.csv has a quotation mark that is never closed"),
        (b"PK\3\4", "day-123.csv is an Excel workbook"),
        (HEADER, None),
        (HEADER + "\n\n", None),
    ],
)
def test_one_broken_file_among_many(shop_runs: Shop, spoilt: str | bytes, said: str | None) -> None:
    days(shop_runs, lambda number, text: spoilt if number == 123 else text)
    if said is None:
        result = rulecard.run("shop.yaml", {"data": "day-*.csv"})
        assert len(cards(result)) == MANY - 1
        assert result.sources[123] == {"name": "data", "path": "day-123.csv", "rows": 0}
        return
    ((_, message, _),) = problems({"data": "day-*.csv"})
    assert message.startswith(said)


def test_short_rows_name_their_files(shop_runs: Shop) -> None:
    days(shop_runs, lambda number, text: text + f"B{number},2025-01-31\n" if number in (5, 9) else text)
    (problem,) = rulecard.run("shop.yaml", {"data": "day-*.csv"}).problems
    assert (problem.code, problem.severity) == ("RC513", "warning")
    assert problem.message == (
        "day-005.csv and day-009.csv: 2 rows have fewer cells than the header, which has 4: "
        "day-005.csv row 3 (2), day-009.csv row 3 (2)"
    )


def test_parquet_files_alike_and_not(shop_runs: Shop) -> None:
    shop_runs.write({})
    Path("p").mkdir()
    for number in range(40):
        orders = pl.Series([number], dtype=pl.Int32 if number % 2 else pl.Float64)
        frame = pl.DataFrame({"shop": [f"S{number}"], "date": ["2025-01-31"], "orders": orders, "visits": [1000]})
        frame.write_parquet(f"p/{number:02d}.parquet")
    assert cards(rulecard.run("shop.yaml", {"data": "p/*.parquet"})) == pytest.approx(
        {f"S{n}": n / 1000 for n in range(40)}
    )


def test_many_files_take_little_more_than_one(shop_runs: Shop) -> None:
    """The same rows in 300 files and in one, each three times; the best of each counts."""
    chance = random.Random(7)
    shop_runs.write({"one.csv": HEADER})
    with Path("one.csv").open("a") as one:
        for number in range(MANY):
            rows = "".join(
                f"S{number * 1000 + row},2025-01-31,{chance.randrange(100)},{chance.randrange(1, 100)}\n"
                for row in range(500)
            )
            Path(f"day-{number:03d}.csv").write_text(HEADER + rows)
            one.write(rows)

    def seconds(data: str) -> float:
        taken = []
        for _ in range(3):
            start = time.process_time()
            rulecard.run("shop.yaml", {"data": Files((data,))})
            taken.append(time.process_time() - start)
        return min(taken)

    many, single = seconds("day-*.csv"), seconds("one.csv")
    print(f"{many:.2f} s for {MANY} files, {single:.2f} s for one")
    assert many < single * 2 + 0.3
