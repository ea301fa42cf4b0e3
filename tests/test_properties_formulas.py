"""Formulas in one place: the engine gives the reference's values and reasons, whatever the numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import (
    ENGINES,
    MONEY,
    QUARTERS,
    WHOLE,
    WILD,
    cells,
    condition_formulas,
    examples,
    number_formulas,
    tables,
)

NUMBERS = ("a", "b", "whole", "利润", "money")
FLAGS = ("on",)
COLUMNS = {
    "a": cells(WILD),
    "b": cells(WILD),
    "whole": cells(WHOLE | st.sampled_from([2**62, -(2**62), 2**53 + 1])),
    "利润": cells(QUARTERS),
    "money": cells(MONEY, missing=20),
    "on": cells(st.booleans(), missing=4),
}
TYPES = {"who": "text", "on": "flag"} | dict.fromkeys(NUMBERS, "number") | {"whole": "integer"}
INPUTS: dict[str, Any] = {name: {} for name in NUMBERS} | {"on": {"type": "flag"}}


def ruleset(formulas: list[str]) -> dict[str, Any]:
    """A ruleset that only computes."""
    metrics = {f"m{i}": {"formula": formula} for i, formula in enumerate(formulas)}
    return {"entity": "who", "inputs": INPUTS, "metrics": metrics}


@examples(25)
@given(st.lists(number_formulas(NUMBERS, FLAGS, 3), min_size=20, max_size=30), tables(COLUMNS), ENGINES)
def test_number_formulas(formulas: list[str], rows: list[dict[str, Any]], engines: tuple[str, ...]) -> None:
    agree(ruleset(formulas), rows, TYPES, engines)


@examples(15)
@given(st.lists(condition_formulas(NUMBERS, FLAGS, 3), min_size=20, max_size=30), tables(COLUMNS), ENGINES)
def test_conditions(conditions: list[str], rows: list[dict[str, Any]], engines: tuple[str, ...]) -> None:
    agree(ruleset([f"1 if {condition} else 0" for condition in conditions]), rows, TYPES, engines)


@examples(10)
@given(st.lists(number_formulas(NUMBERS, FLAGS, 1), min_size=4, max_size=6), st.data(), ENGINES)
def test_metrics_of_metrics(formulas: list[str], data: st.DataObject, engines: tuple[str, ...]) -> None:
    names = tuple(f"m{i}" for i in range(len(formulas)))
    upper = data.draw(st.lists(number_formulas((*names, "a"), FLAGS, 2), min_size=8, max_size=12))
    # declared before what they use: the order in the file means nothing
    document = ruleset(formulas)
    above = {f"n{i}": {"formula": formula} for i, formula in enumerate(upper)}
    document["metrics"] = above | document["metrics"]
    agree(document, data.draw(tables(COLUMNS)), TYPES, engines)


TEXTS = cells(st.sampled_from(["", "VIP", " vip ", "金牌", "x金牌", "İ", "a.b*"]) | st.text(max_size=5), missing=5)
DAYS = cells(st.dates(date(1900, 1, 1), date(2199, 12, 31)), missing=5)
TEXT_CONDITIONS = [
    's == "VIP"',
    "s != t",
    's in ["VIP", "金牌"]',
    "is_missing(s) or is_missing(d)",
    'not (s == "") and t != ""',
    "d < e",
    "d == e or d >= go_live",
    "on and d != e",
]


@examples(10)
@given(tables({"s": TEXTS, "t": TEXTS, "d": DAYS, "e": DAYS, "on": COLUMNS["on"]}), ENGINES)
def test_texts_flags_and_dates(rows: list[dict[str, Any]], engines: tuple[str, ...]) -> None:
    document = ruleset([f"1 if {condition} else 0" for condition in TEXT_CONDITIONS])
    types = {"who": "text", "s": "text", "t": "text", "d": "date", "e": "date", "on": "flag"}
    document["inputs"] = {name: {"type": kind} for name, kind in types.items() if name != "who"}
    document["params"] = {"go_live": {"value": "2025-03-01", "type": "date"}}
    agree(document, rows, types, engines)


BOUNDED: dict[str, Any] = {
    "a": {"min": 0},
    "b": {"max": 100, "default": 3},
    "whole": {"min": 0, "max": 10},
    "利润": {"min": "50%"},
    "money": {"default": "25%"},
}


@examples(10)
@given(tables(COLUMNS), ENGINES)
def test_bounds_of_inputs(rows: list[dict[str, Any]], engines: tuple[str, ...]) -> None:
    document = ruleset(["a + b", "whole * 1", "coalesce(利润, money)", "1 if is_missing(a) else 0"])
    document["inputs"] = BOUNDED
    agree(document, rows, TYPES, engines)
