"""Cells that are not what their column should hold: which column, how many rows, the first five, what to do."""

from __future__ import annotations

import pytest

from .shop_runs import HEADER, Shop, with_columns

# cells of `orders` that are no numbers, each as a person sees it, with what helps
PLAIN = "plain digits such as 1234.5, with no %"
NO_NUMBERS = {
    "five": PLAIN, "1_000": PLAIN, "0x10": PLAIN, "5 pcs": PLAIN, "--5": PLAIN, "1e": PLAIN, "true": PLAIN,
    "2025-01-31": PLAIN, "5%": "0.12 for 12%", "1,234": '`thousands: ","`, or `decimal: ","`',
    "1,234.5": '`thousands: ","`', "1,5": '`decimal: ","`', "1.234,5": '`decimal: ","` and `thousands: "."`',
    "1 234": '`thousands: " "`', "1'234": """`thousands: "'"`""", "５": "write 5", "¥5": "take the currency out",
    "CNY 5": "take the currency out", "5元": "take the currency out", "1.2万": "12000 for 1.2万",
    "12k": "12000 for 12k",
    "(5)": "minus sign", "5-": "minus sign in front", "n/a": '`missing: ["n/a"]`', "NULL": '`missing: ["NULL"]`',
    "-": '`missing: ["-"]`', "暂无": '`missing: ["暂无"]`', "#DIV/0!": '`missing: ["#DIV/0!"]`',
    "合计": "line of totals",
}  # fmt: skip
# cells of `date` that are no dates, or not one date for sure
NO_DATES = [
    "31/01/2025", "01/02/2025", "1/31/25", "31.01.2025", "25-01-31", "2025-02-30", "2025-02-29", "2025-13-01",
    "2025-00-10", "2025-1-32", "2025013", "0000-01-31", "0001-01-01", "12025-01-01", "-2025-01-31", "45688",
    "yesterday", "2025-01-31 25:00", "2025", "2025-Q1", "2025-W05", "9999-12-31", "2025-01-31T", "NaT",
]  # fmt: skip


@pytest.mark.parametrize("cell", NO_NUMBERS)
def test_no_number(shop_runs: Shop, cell: str) -> None:
    shop_runs.write({"shops.csv": HEADER + f'A,2025-01-31,3,10\nB,2025-01-31,"{cell}",10\n'})
    ((code, message, hint),) = shop_runs.refused("shops.csv")
    assert (code, message) == ("RC503", f"shops.csv: column `orders`: not a number in 1 row: row 3 ({cell!r})")
    assert NO_NUMBERS[cell] in hint


@pytest.mark.parametrize("cell", NO_DATES)
def test_no_date(shop_runs: Shop, cell: str) -> None:
    shop_runs.write({"shops.csv": HEADER + f'A,2025-01-31,3,10\nB,"{cell}",5,10\n'})
    ((code, message, hint),) = shop_runs.refused("shops.csv")
    assert (code, message) == ("RC504", f"shops.csv: column `date`: not a date in 1 row: row 3 ({cell!r})")
    assert "2025-03-31" in hint


def test_the_first_five_of_many_and_how_many_there_are(shop_runs: Shop) -> None:
    rows = "".join(f"S{number},2025-01-31,{'x' if number % 2 else 1},10\n" for number in range(5_000))
    shop_runs.write({"shops.csv": HEADER + rows})
    ((_, message, _),) = shop_runs.refused("shops.csv")
    first = ", ".join(f"row {number} ('x')" for number in (3, 5, 7, 9, 11))
    assert message == f"shops.csv: column `orders`: not a number in 2,500 rows: {first}, …"


def test_all_that_is_wrong_comes_at_once_and_each_thing_once(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": HEADER + "A,2025-01-31,x,10\nB,soon,5,y\n,2025-01-31,5,10\nD,,5,10\n"})
    found = {code + message.split("`")[1]: message for code, message, _ in shop_runs.refused("shops.csv")}
    assert found == {
        "RC503orders": "shops.csv: column `orders`: not a number in 1 row: row 2 ('x')",
        "RC503visits": "shops.csv: column `visits`: not a number in 1 row: row 3 ('y')",
        "RC504date": "shops.csv: column `date`: not a date in 1 row: row 3 ('soon')",
        "RC507shop": "shops.csv: column `shop`: empty in 1 row: row 4",
        "RC507date": "shops.csv: column `date`: empty in 1 row: row 5",
    }


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_rows_without_shop_or_date_are_left_out_and_told(shop_runs: Shop, engine: str) -> None:
    shop_runs.write({"shops.csv": HEADER + ",2025-01-31,5,10\nB,2025-01-31,1,10\n  ,2025-01-31,5,10\nC,,5,10\n"})
    cards, problems = shop_runs.warned("shops.csv", engine=engine)
    assert cards == {("B", "2025-01"): 0.1}
    assert [problem[:2] for problem in problems] == [
        ("RC507", "shops.csv: column `shop`: empty in 2 rows: row 2, row 4"),
        ("RC507", "shops.csv: column `date`: empty in 1 row: row 5"),
    ]
    assert all("left out" in hint for _, _, hint in problems)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_what_is_no_finite_number_gives_no_value_and_an_empty_cell_another_reason(shop_runs: Shop, engine: str) -> None:
    cells = {"NaN": "not_finite", "nan": "not_finite",
             "inf": "not_finite", "-Infinity": "not_finite", "": "missing_input", "  ": "missing_input",
             " 5 ": 0.5, "+5": 0.5, "-5": -0.5, ".5": 0.05, "5.": 0.5, "5e-1": 0.05, "1E1": 1.0, "-0": 0.0,
             "1e-400": 0.0, "0.1": 0.01}  # fmt: skip
    rows = "".join(f"{place:02d},2025-01-31,{cell},10\n" for place, cell in enumerate(cells))
    shop_runs.write({"shops.csv": HEADER + rows})
    cards, problems = shop_runs.warned("shops.csv", engine=engine)
    assert list(cards.values()) == [
        value if isinstance(value, str) else pytest.approx(value, abs=1e-15) for value in cells.values()
    ]
    assert problems == []


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_digits_beyond_what_a_number_holds_give_no_value_and_are_told(shop_runs: Shop, engine: str) -> None:
    shop_runs.write({"shops.csv": HEADER + "A,2025-01-31,1e400,10\nB,2025-01-31,-1e400,10\nC,2025-01-31,1,10\n"})
    cards, ((code, message, _),) = shop_runs.warned("shops.csv", engine=engine)
    assert list(cards.values()) == ["not_finite", "not_finite", 0.1]
    assert code == "RC508"
    assert message.endswith("column `orders`: too large for a number in 2 rows: row 2 ('1e400'), row 3 ('-1e400')")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_dates_may_be_written_in_several_ways_where_the_year_is_first(shop_runs: Shop, engine: str) -> None:
    january = ["2025-01-31", "2025/1/31", "2025.01.31", "20250131", "2025年1月31日", "2025-01", " 2025-01-31 ",
               "2025-01-31 23:59:59", "2025-01-31T23:59:59.999", "2025/1/31 9:05", "2025-01-31T23:59:59Z",
               "2025-01-31T00:30:00+08:00", "2025-01-31 00:30:00 UTC", "2025-01-31 23:59:59-0500"]  # fmt: skip
    rows = "".join(f"{place:02d},{cell},5,10\n" for place, cell in enumerate(january))
    shop_runs.write({"shops.csv": HEADER + rows})
    cards, problems = shop_runs.warned("shops.csv", engine=engine)
    assert list(cards) == [(f"{place:02d}", "2025-01") for place in range(len(january))]
    assert problems == []


@pytest.mark.parametrize("place", [0, 1, 3_000])
def test_a_date_in_another_form_is_read_wherever_it_stands(shop_runs: Shop, place: int) -> None:
    dates = ["2025-01-31"] * 3_001
    dates[place] = "2025/02/28"
    rows = "".join(f"S{number},{date},5,10\n" for number, date in enumerate(dates))
    shop_runs.write({"shops.csv": HEADER + rows})
    cards, problems = shop_runs.warned("shops.csv")
    assert cards[f"S{place}", "2025-02"] == 0.5
    assert sum(month == "2025-01" for _, month in cards) == 3_000
    assert problems == []


@pytest.mark.parametrize(
    ("grain", "labels"),
    [
        ("day", {"2025-03-01": "2025-03-01"}),
        ("week", {"2025-W10": "2025-W10", "2020-W53": "2020-W53"}),
        ("month", {"2025-03": "2025-03"}),
        ("quarter", {"2025-Q4": "2025-Q4"}),
        ("year", {"2025": "2025"}),
    ],
)
def test_a_table_of_totals_may_name_its_periods(shop_runs: Shop, grain: str, labels: dict[str, str]) -> None:
    rows = "".join(f"A,{label},3\n" for label in labels)
    shop_runs.write({"s.csv": "shop,date,x\n" + rows}, with_columns("x: number", period=grain))
    cards, _ = shop_runs.warned("s.csv")
    assert [period for _, period in cards] == sorted(labels.values())


def test_whole_numbers_are_not_rounded_to_be_so(shop_runs: Shop) -> None:
    shop_runs.write(
        {"s.csv": "shop,date,x\nA,2025-01-31,5.0\nA,2025-01-31,1e3\nA,2025-01-31,5.5\n"}, with_columns("x: integer")
    )
    ((code, message, hint),) = shop_runs.refused("s.csv")
    assert (code, message) == ("RC503", "s.csv: column `x`: not a whole number in 1 row: row 4 ('5.5')")
    assert "`number`" in hint


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_flags(shop_runs: Shop, engine: str) -> None:
    cells = ["true", "False", "YES", "no", "Y", "n", "1", "0", "是", "否", "", " t "]
    ruleset = with_columns("x: flag", inputs="total: {formula: count(), where: x}")
    shop_runs.write({"s.csv": "shop,date,x\n" + "".join(f"A,2025-01-31,{cell}\n" for cell in cells)}, ruleset)
    assert shop_runs.warned("s.csv", engine=engine) == ({("A", "2025-01"): 6.0}, [])
    shop_runs.write({"s.csv": "shop,date,x\nA,2025-01-31,maybe\nA,2025-01-31,2\nA,2025-01-31,1.0\n"}, ruleset)
    ((code, message, hint),) = shop_runs.refused("s.csv", engine=engine)
    assert code == "RC503"
    assert "neither true nor false in 3 rows: row 2 ('maybe'), row 3 ('2'), row 4 ('1.0')" in message
    assert "1 or 0" in hint


def test_times_of_a_column_are_in_one_zone(shop_runs: Shop) -> None:
    """Hours between two of them would be wrong otherwise. For the day that a time lies on, each counts as written."""
    rows = "shop,date,x\nA,2025-01-31T10:00:00Z,1\nA,2025-01-31T18:00:00+08:00,1\nA,2025-01-31T18:00:00,1\n"
    shop_runs.write({"s.csv": rows}, with_columns("x: number").replace("date: date", "date: datetime"))
    ((code, message, hint),) = shop_runs.refused("s.csv")
    assert code == "RC504"
    assert "another time zone than the first row in 2 rows: row 3 ('2025-01-31T18:00:00+08:00'), row 4" in message
    assert "one zone" in hint
    shop_runs.write({"s.csv": rows}, with_columns("x: number"))
    assert shop_runs.warned("s.csv") == ({("A", "2025-01"): 3.0}, [])
