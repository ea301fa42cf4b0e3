"""There is one card for each entity and period that a source holds, whatever is asked of it; on both engines."""

from __future__ import annotations

from typing import Any

import pytest

import rulecard

from .shop_runs import Shop

SALES = "shop,date,x,kind\nA,2025-01-02,1,a\nA,2025-01-03,2,\nB,2025-01-03,4,b\nA,2025-02-03,8,a\n"
STAFF = "shop,people\nA,3\nA,4\nC,9\n"
DAYS = "date,open\n2025-01-01,20\n2025-01-31,21\n2025-02-01,19\n2025-03-01,18\n"
SOURCES = """\
sources:
  sales: {columns: {shop: text, date: date, x: number, kind: text}}
  staff: {columns: {shop: text, people: number}}
  days: {columns: {date: date, open: number}}
"""
# an input, and its value for A in January, A in February, B in January
INPUTS: dict[str, tuple[str, list[Any]]] = {
    "only rows": ("{from: sales, formula: count()}", [2, 1, 1]),
    "only rows with a text": ("{from: sales, formula: count(kind)}", [1, 1, 1]),
    "rows that hold": ('{from: sales, formula: count(), where: kind == "a"}', [1, 1, 0]),
    "a sum": ("{from: sales, formula: sum(x)}", [3, 8, 4]),
    "a sum over the rows that hold": ('{from: sales, formula: sum(x), where: kind == "a"}', [1, 8, "missing_input"]),
    "the same with a default": ('{from: sales, formula: sum(x), where: kind == "a", default: 0}', [1, 8, 0]),
    "rows of a source without time": ("{from: staff, formula: count()}", [2, 2, 0]),
    "a sum of a source without time": ("{from: staff, formula: sum(people)}", [7, 7, "missing_input"]),
    "rows of a source without entity": ("{from: days, formula: count()}", [2, 1, 2]),
    "a mean of a source without entity": ("{from: days, formula: mean(open)}", [20.5, 19, 20.5]),
    "the first by time": ("{from: sales, formula: first(x)}", [1, 8, 4]),
    "the last by time": ("{from: sales, formula: last(x)}", [2, 8, 4]),
    "a formula of aggregates": ("{from: sales, formula: sum(x) / count() + max(x)}", [3.5, 16, 8]),
}
CARDS = [("A", "2025-01"), ("A", "2025-02"), ("B", "2025-01")]


def found(shop: Shop, inputs: str, engine: str) -> list[Any]:
    head = "ruleset: cards\nversion: 1.0.0\nentity: shop\nperiod: month\n"
    shop.write(
        {"sales.csv": SALES, "staff.csv": STAFF, "days.csv": DAYS},
        f"{head}{SOURCES}inputs:\n{inputs}metrics: {{m: {{formula: n * 1}}}}\n",
    )
    data = {"sales": "sales.csv", "staff": "staff.csv", "days": "days.csv"}
    result = rulecard.run("shop.yaml", data, engine=engine)
    cards = list(result.scorecards())
    assert [(card.entity["shop"], card.period) for card in cards] == CARDS
    return [card.metrics["m"].status if card.metrics["m"].value is None else card.metrics["m"].value for card in cards]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("name", INPUTS)
def test_whatever_the_one_input_is(shop_runs: Shop, name: str, engine: str) -> None:
    written, wanted = INPUTS[name]
    assert found(shop_runs, f"  n: {written}\n", engine) == wanted


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_and_all_of_them_together(shop_runs: Shop, engine: str) -> None:
    every = "".join(f"  i{place}: {written}\n" for place, (written, _) in enumerate(INPUTS.values()))
    assert found(shop_runs, f"  n: {{from: sales, formula: count()}}\n{every}", engine) == [2, 1, 1]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_whole_table_is_one_card(shop_runs: Shop, engine: str) -> None:
    text = "ruleset: whole\nversion: 1.0.0\nsources: {s: {columns: {x: text}}}\n"
    shop_runs.write({"s.csv": "x\na\n\nb\n\n"}, text + "inputs: {n: {formula: count()}}\nmetrics: {m: {formula: n}}\n")
    assert shop_runs.warned("s.csv", engine=engine) == ({(None,): 2.0}, [])


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_row_without_a_time_is_neither_the_first_nor_the_last(shop_runs: Shop, engine: str) -> None:
    text = "ruleset: ends\nversion: 1.0.0\nentity: shop\nsources: {s: {columns: {shop: text, date: date, x: number}}}\n"
    rows = "shop,date,x\nA,,5\nA,2025-01-02,1\nA,2025-01-01,2\nA,2025-01-02,3\nA,2025-01-03,\nA,,9\n"
    for aggregate, wanted in (("first", 2.0), ("last", 3.0)):
        shop_runs.write(
            {"s.csv": rows}, f"{text}inputs: {{n: {{formula: {aggregate}(x)}}}}\nmetrics: {{m: {{formula: n}}}}\n"
        )
        cards, _ = shop_runs.warned("s.csv", engine=engine)
        assert cards == {("A", None): wanted}
