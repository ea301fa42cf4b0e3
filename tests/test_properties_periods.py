"""Functions over periods on all calendars: gaps, missing cells, rows in no order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import CALENDARS, ENGINES, MONEY, QUARTERS, WHOLE, cells, examples, panels, period_formulas, period_key

COLUMNS = {"x": cells(QUARTERS), "y": cells(WHOLE, missing=5)}
MONEY_OR_NOTHING = {"money": cells(st.sampled_from([0.0, 0.0, 0.0]) | MONEY)}
TYPES = {"who": "text", "date": "date", "x": "number", "y": "integer"}
PLAIN = [
    "prev(x)",
    "change(x)",
    "growth(x)",
    "growth(x, 2)",
    "compound_growth(x, 3)",
    "rolling_sum(y, 3)",
    "rolling_mean(y, 3)",
    "rolling_min(y, 2)",
    "rolling_max(y, 2)",
    "rolling_std(y, 3)",
    "rolling_mean(y, 3, at_least=1)",
    "rolling_std(y, 3, at_least=1)",
    "streak(y > 3)",
    "1 if sustained(y > 3, 2, of=3) else 0",
    "baseline(x)",
    "prev(prev(x))",
    "rolling_sum(growth(x), 2)",
    "rolling_sum(money, 3)",
    "1 / rolling_mean(money, 2)",
]


@examples(25)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_functions_over_periods(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS | MONEY_OR_NOTHING, calendar))
    labels = sorted({calendar.label(calendar.start(row["date"])) for row in rows})
    formulas = data.draw(st.lists(period_formulas(("x", "y"), calendar, labels), min_size=12, max_size=20))
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "baseline": data.draw(st.sampled_from(["first", *labels])),
        "inputs": {"x": {}, "y": {}, "money": {}},
        "metrics": {f"m{i}": {"formula": formula} for i, formula in enumerate([*PLAIN, *formulas])},
    }
    agree(document, rows, TYPES | {"money": "number"}, engines)


@examples(8)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_functions_of_metrics_without_entity(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, calendar, entities=("all",), length=12))
    labels = sorted({calendar.label(calendar.start(row["date"])) for row in rows})
    formulas = data.draw(st.lists(period_formulas(("ratio", "grown"), calendar, labels), min_size=10, max_size=15))
    document = {
        "period": period_key(calendar),
        "baseline": "go_live",
        "inputs": {"x": {}, "y": {}},
        "params": {"go_live": {"value": data.draw(st.sampled_from(rows))["date"].isoformat(), "type": "date"}},
        "metrics": {
            **{f"m{i}": {"formula": formula} for i, formula in enumerate(formulas)},
            "ratio": {"formula": "x / y"},
            "grown": {"formula": "growth(y)"},
        },
    }
    agree(
        document,
        [{k: row[k] for k in ("date", "x", "y")} for row in rows],
        {k: TYPES[k] for k in ("date", "x", "y")},
        engines,
    )


@examples(6)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_dated_params(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels({"x": cells(QUARTERS)}, calendar))
    days = sorted({row["date"].isoformat() for row in rows})
    starts = data.draw(st.lists(st.sampled_from([*days, "2024-01-01", "2030-01-01"]), min_size=1, unique=True))
    values = {day: data.draw(st.sampled_from([1, 2.5, "30%", -4])) for day in starts}
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "inputs": {"x": {}},
        "params": {"goal": {"values": values}},
        "metrics": {"m": {"formula": "x - goal"}, "n": {"formula": "prev(goal * x)"}},
    }
    types = {"who": "text", "date": "date", "x": "number"}
    agree(document, [{k: row[k] for k in types} for row in rows], types, engines)
