"""Inputs from raw rows: every aggregate, with and without `where` and `default`."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import (
    CALENDARS,
    ENGINES,
    MONEY,
    QUARTERS,
    WHOLE,
    cells,
    condition_formulas,
    examples,
    number_formulas,
    panels,
    period_key,
)

ODD = st.sampled_from([float("nan"), float("inf"), -0.0])
COLUMNS = {
    "x": cells(QUARTERS, missing=4),
    "y": cells(st.integers(0, 40).flatmap(lambda n: QUARTERS if n else ODD)),
    "money": cells(MONEY),
    "n": cells(WHOLE, missing=5),
    "kind": cells(st.sampled_from(["new", "paid", "退款"]), missing=5),
    "on": cells(st.booleans(), missing=5),
}
TYPES = {
    "who": "text",
    "date": "date",
    "x": "number",
    "y": "number",
    "money": "number",
    "n": "integer",
    "kind": "text",
    "on": "flag",
}
ARGUMENTS = st.sampled_from(["x", "y", "money", "n", "n / 2"]) | number_formulas(("x", "y"), ("on",), 1)
CONDITIONS = condition_formulas(("x", "y"), ("on",), 1)
AGGREGATES = st.one_of(
    st.just("count()"),
    st.builds("{}({})".format, st.sampled_from(["count", "count_distinct"]), ARGUMENTS | st.just("kind")),
    st.builds("{}({})".format, st.sampled_from(["sum", "mean", "median", "min", "max"]), ARGUMENTS),
    st.builds("{}({})".format, st.sampled_from(["first", "last", "std"]), ARGUMENTS),
    st.builds("quantile({}, {})".format, ARGUMENTS, st.sampled_from(["0", "0.1", "0.25", "0.5", "0.9", "1"])),
    st.builds("share({})".format, CONDITIONS),
)
WHERE = st.sampled_from(
    ['kind == "paid"', 'kind in ["new", "退款"]', "x > 3", "y / x > 1", "on", "not on", "x < -1000"]
)


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, Any]:
    """An input that aggregates rows."""
    formula = draw(AGGREGATES)
    if draw(st.integers(0, 5)) == 0:
        formula = f"{formula} / {draw(AGGREGATES)}"
    optional = {"where": WHERE | CONDITIONS, "default": st.sampled_from([0, 7, "5%"]), "min": st.just(0)}
    return {"formula": formula} | draw(st.fixed_dictionaries({}, optional=optional))


@examples(20)
@given(st.sampled_from(CALENDARS), st.lists(inputs(), min_size=10, max_size=16), st.data(), ENGINES)
def test_aggregates(calendar: Any, specs: list[Any], data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, calendar, entities=("A", "B"), length=3, most_rows=5))
    # rows of the same moment leave open which of them is the first
    unique = {(row["who"], row["date"]): row for row in rows}
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "sources": {"events": {"columns": TYPES}},
        "inputs": {f"i{n}": spec for n, spec in enumerate(specs)},
        "metrics": {f"m{n}": {"formula": f"i{n} * 1"} for n in range(len(specs))},
    }
    agree(document, list(unique.values()), TYPES, engines)


@examples(6)
@given(st.data(), ENGINES)
def test_flags_and_texts_of_rows(data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, CALENDARS[5], entities=("A", "B"), length=3, most_rows=4))
    unique = {(row["who"], row["date"]): row for row in rows}
    inputs = {
        "some": {"formula": "any(x > 50)", "type": "flag"},
        "every": {"formula": 'all(kind == "paid")', "type": "flag", "where": "x > 0"},
        "opening": {"formula": "first(kind)", "type": "text"},
        "closing": {"formula": "last(kind)", "type": "text", "where": "on"},
        "least_kind": {"formula": "min(kind)", "type": "text"},
        "began": {"formula": "min(date)", "type": "date"},
        "ended": {"formula": "last(date)", "type": "date", "where": "on"},
    }
    formulas = [
        "1 if some and every else 0",
        "1 if opening == closing else 0",
        "1 if opening == least_kind else 0",
        "1 if began < ended else 0",
    ]
    document = {
        "entity": "who",
        "period": "month",
        "sources": {"events": {"columns": TYPES}},
        "inputs": inputs,
        "metrics": {f"m{n}": {"formula": formula} for n, formula in enumerate(formulas)},
    }
    agree(document, list(unique.values()), TYPES, engines)


@examples(10)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_moments_within_days(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    days = data.draw(panels({"x": cells(QUARTERS)}, calendar, entities=("A", "B"), length=3, most_rows=4))
    times = st.sampled_from([time(0, 0), time(23, 59, 59, 999_999), time(12, 30), time(12, 30, 0, 1)]) | st.times()
    rows = [row | {"date": datetime.combine(row["date"], data.draw(times))} for row in days]
    types = {"who": "text", "date": "datetime", "x": "number"}
    inputs = {name: {"formula": f"{name}(x)"} for name in ("first", "last", "sum", "count")}
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "sources": {"events": {"columns": types}},
        "inputs": {f"{name}_x": spec for name, spec in inputs.items()},
        "metrics": {name: {"formula": f"{name}_x * 1"} for name in inputs},
    }
    agree(document, list({(row["who"], row["date"]): row for row in rows}.values()), types, engines)
