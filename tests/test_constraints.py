"""Constraints of a source's columns, with each answer to a violation: stop, leave the rows out, or only say so."""

from __future__ import annotations

import re

import polars as pl
import pytest

import rulecard

from .shop_runs import Shop, with_columns

ROWS = "shop,date,x,kind,day,code\n"
# what is declared, the rows, what is said of which of them, and the total with and without the rows that break it
CASES: dict[str, tuple[str, list[str], str, float, float]] = {
    "min": (
        "x: {type: number, min: 0}",
        ["A,2025-01-01,-0.5,,,", "A,2025-01-02,0,,,", "A,2025-01-03,7,,,", "A,2025-01-04,-3,,,"],
        "column `x`: below 0 in 2 rows: row 2 ('-0.5'), row 5 ('-3')",
        3.5,
        7.0,
    ),
    "max": (
        "x: {type: integer, max: 10}",
        ["A,2025-01-01,10,,,", "A,2025-01-02,11,,,"],
        "column `x`: above 10 in 1 row: row 3 ('11')",
        21.0,
        10.0,
    ),
    "required": (
        "x: {type: number, required: true}",
        ["A,2025-01-01,1,,,", "A,2025-01-02,,,,", "A,2025-01-03,  ,,,"],
        "column `x`: empty in 2 rows: row 3, row 4",
        1.0,
        1.0,
    ),
    "one_of text": (
        "x: number, kind: {type: text, one_of: [new, old, 'No']}",
        ["A,2025-01-01,1,new,,", "A,2025-01-02,2,No,,", "A,2025-01-03,4,New,,", "A,2025-01-04,8,,,"],
        "column `kind`: none of new, old, No in 1 row: row 4 ('New')",
        15.0,
        11.0,
    ),
    "one_of number": (
        "x: {type: number, one_of: [1, 2.5, 4]}",
        ["A,2025-01-01,1,,,", "A,2025-01-02,2.5,,,", "A,2025-01-03,3,,,"],
        "column `x`: none of 1, 2.5, 4 in 1 row: row 4 ('3')",
        6.5,
        3.5,
    ),
    "one_of date": (
        "x: number, day: {type: date, one_of: [2025-01-01, 2025-06-30]}",
        ["A,2025-01-01,1,,2025/6/30,", "A,2025-01-02,2,,2025-07-01,"],
        "column `day`: none of 2025-01-01, 2025-06-30 in 1 row: row 3 ('2025-07-01')",
        3.0,
        1.0,
    ),
    "matches the whole cell": (
        "x: number, code: {type: text, matches: '[A-Z]{2}\\d+|none'}",
        ["A,2025-01-01,1,,,AB12", "A,2025-01-02,2,,,xAB12", "A,2025-01-03,4,,,none", "A,2025-01-04,8,,,AB12x"],
        "column `code`: not of the form [A-Z]{2}\\d+|none in 2 rows: row 3 ('xAB12'), row 5 ('AB12x')",
        15.0,
        5.0,
    ),
}
UNIQUE = "unique: [shop, day]"
TWICE = [
    "A,2025-01-01,1,,2025-01-01,",
    "A,2025-01-02,2,,2025/1/1,",
    "B,2025-01-02,4,,2025-01-01,",
    "A,2025-01-05,8,,,",
    "A,2025-01-06,16,,,",
]
REPEATS = "shop and day should be unique, but 1 row repeats an earlier one: row 3 (A / 2025-01-01, as in row 2)"


@pytest.mark.parametrize("name", CASES)
def test_a_violation_stops_the_run(shop_runs: Shop, name: str) -> None:
    columns, rows, said, _, _ = CASES[name]
    shop_runs.write({"s.csv": ROWS + "\n".join(rows)}, with_columns(columns))
    ((code, message, hint),) = shop_runs.refused("s.csv")
    assert (code, message) == ("RC506", f"s.csv: {said}")
    assert "on_violation" in hint


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("name", CASES)
def test_or_leaves_the_rows_out(shop_runs: Shop, name: str, engine: str) -> None:
    columns, rows, said, _, without = CASES[name]
    shop_runs.write({"s.csv": ROWS + "\n".join(rows)}, with_columns(columns, "on_violation: drop"))
    cards, ((code, message, hint),) = shop_runs.warned("s.csv", engine=engine)
    assert (code, message, hint) == ("RC506", f"s.csv: {said}", "these rows are left out")
    assert cards == {("A", "2025-01"): without}


@pytest.mark.parametrize("name", CASES)
def test_or_only_says_so(shop_runs: Shop, name: str) -> None:
    columns, rows, said, with_all, _ = CASES[name]
    shop_runs.write({"s.csv": ROWS + "\n".join(rows)}, with_columns(columns, "on_violation: warn"))
    cards, ((code, message, hint),) = shop_runs.warned("s.csv")
    assert (code, message, hint) == ("RC506", f"s.csv: {said}", "these rows count all the same")
    assert cards == {("A", "2025-01"): with_all}


@pytest.mark.parametrize("name", CASES)
def test_rows_within_the_constraints_say_nothing(shop_runs: Shop, name: str) -> None:
    columns, rows, said, _, without = CASES[name]
    broken = {int(row) for row in re.findall(r"row (\d+)", said)}
    kept = [row for number, row in enumerate(rows, 2) if number not in broken]
    assert 0 < len(kept) < len(rows)
    shop_runs.write({"s.csv": ROWS + "\n".join(kept)}, with_columns(columns))
    assert shop_runs.warned("s.csv") == ({("A", "2025-01"): without}, [])


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_unique(shop_runs: Shop, engine: str) -> None:
    """Two rows without a day are not the same day; the first of those that repeat each other is kept."""

    def write(on_violation: str) -> None:
        ruleset = with_columns("x: number, day: date", f"{UNIQUE}\n    on_violation: {on_violation}")
        shop_runs.write({"s.csv": ROWS + "\n".join(TWICE)}, ruleset)

    write("fail")
    ((code, message, _),) = shop_runs.refused("s.csv", engine=engine)
    assert (code, message) == ("RC506", f"s.csv: {REPEATS}")
    for on_violation, total in (("drop", 25.0), ("warn", 27.0)):
        write(on_violation)
        cards, ((code, message, _),) = shop_runs.warned("s.csv", engine=engine)
        assert (code, message) == ("RC506", f"s.csv: {REPEATS}")
        assert cards == {("A", "2025-01"): total, ("B", "2025-01"): 4.0}


def test_unique_over_several_files_and_more_than_five(shop_runs: Shop) -> None:
    first = ROWS + "".join(f"S{number},2025-01-01,1,,2025-01-01,\n" for number in range(9))
    shop_runs.write({"a.csv": first, "b.csv": first}, with_columns("x: number, day: date", UNIQUE))
    ((_, message, _),) = shop_runs.refused("a.csv", "b.csv")
    assert message.startswith("a.csv and b.csv: shop and day should be unique, but 9 rows repeat an earlier one: ")
    assert "b.csv row 2 (S0 / 2025-01-01, as in a.csv row 2)" in message
    assert message.endswith("b.csv row 6 (S4 / 2025-01-01, as in a.csv row 6), …")


@pytest.mark.parametrize(
    ("on_violation", "cards"),
    [("fail", None), ("drop", {("A", "2025-01"): 2.0}), ("warn", {("A", "2025-01"): 2.0})],
)
def test_a_shop_that_is_required(
    shop_runs: Shop, on_violation: str, cards: dict[tuple[str, str], float] | None
) -> None:
    """Without `required`, rows without one are left out with a warning; nothing can make them count."""
    ruleset = with_columns("x: number", f"on_violation: {on_violation}")
    ruleset = ruleset.replace("shop: text", "shop: {type: text, required: true}")
    shop_runs.write({"s.csv": ROWS + ",2025-01-01,1,,,\nA,2025-01-01,2,,,\n"}, ruleset)
    if cards is None:
        ((code, message, hint),) = shop_runs.refused("s.csv")
    else:
        found, ((code, message, hint),) = shop_runs.warned("s.csv")
        assert found == cards
        assert "left out" in hint
    assert message == "s.csv: column `shop`: empty in 1 row: row 2"
    assert code == ("RC507" if on_violation == "warn" else "RC506")


def test_constraints_hold_for_typed_data_too(shop_runs: Shop) -> None:
    shop_runs.write({}, with_columns("x: {type: integer, min: 0}, kind: {type: text, one_of: [a]}"))
    day = pl.date(2025, 1, 1)
    frame = pl.select(shop=pl.lit("A"), date=day, x=-1, kind=pl.lit("b", pl.Categorical))
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("shop.yaml", frame)
    assert [problem.message for problem in raised.value.problems] == [
        "the data of `sales`: column `x`: below 0 in 1 row: row 1 ('-1')",
        "the data of `sales`: column `kind`: none of a in 1 row: row 1 ('b')",
    ]


@pytest.mark.parametrize(
    ("columns", "code", "said", "at"),
    [
        ("x: number, kind: {type: text, min: 1}", "RC421", "`min` is for numbers, and `kind` is a text", "1"),
        ("x: number, day: {type: date, max: 1}", "RC421", "`max` is for numbers, and `day` is a date", "1"),
        ("x: {type: number, matches: 'a'}", "RC421", "`matches` is for texts, and `x` is a number", "'a'"),
        ("x: number, code: {type: text, matches: '(?!a)b'}", "RC205", "look-around", "'(?!a)b'"),
        ("x: number, code: {type: text, matches: '(a)\\1'}", "RC205", "backreferences", "'(a)\\1'"),
    ],
)
def test_a_constraint_that_cannot_be_checked(shop_runs: Shop, columns: str, code: str, said: str, at: str) -> None:
    ruleset = with_columns(columns)
    shop_runs.write({"s.csv": ROWS + "A,2025-01-01,1,a,2025-01-01,b\n"}, ruleset)
    with pytest.raises(rulecard.Problems) as raised:
        shop_runs.result("s.csv")
    (problem,) = raised.value.problems
    assert problem.code == code
    assert said in problem.message
    assert problem.location is not None
    line = ruleset.splitlines()[problem.location.line - 1]
    assert line[problem.location.column - 1 : problem.location.end_column - 1] == at
