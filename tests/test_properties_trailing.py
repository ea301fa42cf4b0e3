"""Windows of days and months that end with each card's period, over random rows against the reference."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulecard

from .agreement import agree, as_yaml, frame
from .strategies import BEGINNINGS, CALENDARS, ENGINES, QUARTERS, cells, examples, period_key

DAYS = ["1 day", "2 days", "7 days", "1 week", "2 weeks", "30 days", "45 days"]
MONTHS = ["1 month", "2 months", "3 months", "1 quarter", "1 year", "14 months"]
INPUTS: dict[str, Any] = {
    "n": {"formula": "count()"},
    "users": {"formula": "count_distinct(user)"},
    "total": {"formula": "sum(x)", "where": "x > 0"},
    "latest": {"formula": "last(x)"},
    "middle": {"formula": "median(x)", "default": 5},
    "capped": {"formula": "max(x)", "max": 20},
    "days": {"per": "day(date)", "formula": "count_distinct(user)", "then": "mean"},
    "repeaters": {"per": "user", "formula": "count() >= 2", "then": "count_true"},
}


@examples(40)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_trailing_windows(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    start = data.draw(st.sampled_from(BEGINNINGS))
    span = data.draw(st.sampled_from([5, 20, 100, 400]))
    moments = data.draw(st.booleans())
    days = st.integers(0, span).map(lambda n: start + timedelta(days=n))
    hours = st.sampled_from([time(0), time(12), time(23, 59, 59, 999999)])
    row = st.fixed_dictionaries({"who": st.sampled_from(["A", "B"]),
                                 "date": st.builds(datetime.combine, days, hours) if moments else days,
                                 "user": cells(st.sampled_from(["u", "v", "w"])), "x": cells(QUARTERS)})  # fmt: skip
    # `last` has one answer where no two rows have the same time
    rows = list({(one["who"], one["date"]): one for one in data.draw(st.lists(row, min_size=1, max_size=25))}.values())
    plan = [{"who": "A", "date": start + timedelta(days=data.draw(st.integers(0, span))), "goal": 1.0}]
    lengths = DAYS if calendar.grain in ("day", "week") else [*DAYS, *MONTHS]
    first, second = data.draw(st.sampled_from(lengths)), data.draw(st.sampled_from(lengths))
    inputs: dict[str, Any] = {
        "own": {"from": "events", "formula": "count()"},
        "goal": {"from": "plan", "formula": "count()"},
    }
    for name, spec in INPUTS.items():
        length = (
            {}
            if data.draw(st.integers(0, 5)) == 0
            else {"trailing": first if name in ("n", "users", "days") else second}
        )
        inputs[name] = {"from": "events", **spec, **length}
    types = {
        "events": {"who": "text", "date": "datetime" if moments else "date", "user": "text", "x": "number"},
        "plan": {"who": "text", "date": "date", "goal": "number"},
    }
    document = {
        **data.draw(st.sampled_from([{"entity": "who"}, {"entity": "who"}, {}])),
        "period": period_key(calendar),
        "sources": {name: {"columns": columns} for name, columns in types.items()},
        "inputs": inputs,
        "metrics": {f"m_{name}": {"formula": f"{name} * 1"} for name in inputs}
        | {"sticky": {"formula": "own / users"}},
    }
    agree(document, {"events": rows, "plan": plan}, types, engines)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_weekly_actives_of_each_day(tmp_path: Any, engine: str) -> None:
    """Users of the last seven days, from the seventh day on; each counts once, however often there."""
    active = {1: "uv", 2: "u", 7: "w", 8: "u", 14: "v"}
    rows = [{"date": date(2025, 3, day), "user": user} for day, users in active.items() for user in users]
    types = {"date": "date", "user": "text"}
    document = {
        "ruleset": "actives",
        "version": "1.0.0",
        "period": "day",
        "sources": {"events": {"columns": types}},
        "inputs": {"wau": {"formula": "count_distinct(user)", "trailing": "7 days"}},
        "metrics": {"actives": {"formula": "wau"}},
    }
    file = tmp_path / "actives.yaml"
    file.write_text(as_yaml(document), encoding="utf-8")
    cards = rulecard.run(file, data=frame(rows, types), engine=engine).scorecards()
    found = {card.period: card.metrics["actives"].value or card.metrics["actives"].status for card in cards}
    assert found == {
        "2025-03-01": "no_prior_period",
        "2025-03-02": "no_prior_period",
        "2025-03-07": 3,
        "2025-03-08": 2,
        "2025-03-14": 2,
    }
