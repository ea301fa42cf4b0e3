"""Whose rows count in conversions and retentions: ids, entities, conditions, defaults."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

import rulecard

from .cohort_runs import ENGINES, Events

Day = date


@pytest.mark.parametrize("engine", ENGINES)
def test_each_id_counts_once_in_each_period_and_without_an_id_never(tmp_path: Path, engine: str) -> None:
    spec = "{conversion: {from: signups, to: orders, id: user, within: 7 days}}"
    signups = [(Day(2025, 1, 3), "u"), (Day(2025, 1, 20), "u"), (Day(2025, 2, 3), "u"), (Day(2025, 2, 4), None),
               (Day(2025, 2, 5), "v"), (None, "w")]  # fmt: skip
    orders = [(Day(2025, 1, 21), "u"), (Day(2025, 1, 22), "u"), (Day(2025, 2, 4), None), (None, "v"),
              (Day(2025, 4, 1), "w")]  # fmt: skip
    found = Events(tmp_path).run(spec, signups, orders, "month", engine)
    assert found == {
        "2025-01": (1.0, 1.0),
        "2025-02": (0.0, 2.0),
        # no signups at all
        "2025-04": ("missing_input", "missing_input"),
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_row_does_not_follow_itself_but_its_twin_does(tmp_path: Path, engine: str) -> None:
    spec = "{conversion: {from: orders, to: orders, id: user, within: 30 days}}"
    orders = [(Day(2025, 1, 3), "once"), (Day(2025, 1, 4), "twice"), (Day(2025, 1, 4), "twice"),
              (Day(2025, 1, 5), "later"), (Day(2025, 2, 4), "later"), (Day(2025, 1, 5), "too late"),
              (Day(2025, 2, 5), "too late")]  # fmt: skip
    found = Events(tmp_path).run(spec, [(Day(2025, 1, 1), "u")], orders, engine=engine)
    # the later ones of a pair have a window that is still open
    assert found == {"": ("window_open", "window_open")}
    spec = spec.replace("}}", ", open: skip}}")
    assert Events(tmp_path).run(spec, [(Day(2025, 1, 1), "u")], orders, engine=engine) == {"": (2.0, 4.0)}


@pytest.mark.parametrize("engine", ENGINES)
def test_conditions_choose_the_rows_of_either_source(tmp_path: Path, engine: str) -> None:
    spec = """
    conversion: {from: orders, to: orders, id: user, within: 1 day, to_where: channel == "paid"}
    where: channel == "cart"
    """
    day = Day(2025, 1, 3)
    orders = [(day, "u", "A", "cart"), (day, "u", "A", "paid"), (day, "v", "A", "cart"), (day, "v", "A", "cart"),
              (day, "w", "A", "paid"), (day, "x", "A", "cart"), (day, "x", "A", None),
              (Day(2025, 1, 9), "z", "A", "x")]  # fmt: skip
    assert Events(tmp_path).run(spec, [(day, "u")], orders, engine=engine) == {"": (1.0, 3.0)}


@pytest.mark.parametrize("engine", ENGINES)
def test_of_two_rows_at_once_the_other_may_follow(tmp_path: Path, engine: str) -> None:
    spec = """
    conversion: {from: orders, to: orders, id: user, within: 1 day, to_where: channel == "paid"}
    where: channel != "x"
    """
    day, end = Day(2025, 1, 3), (Day(2025, 1, 9), "z", "A", "x")
    both = [(day, "u", "A", "cart"), (day, "u", "A", "paid")]
    assert Events(tmp_path).run(spec, [(day, "u")], [*both, end], engine=engine) == {"": (1.0, 1.0)}
    assert Events(tmp_path).run(spec, [(day, "u")], [*both[1:], end], engine=engine) == {"": (0.0, 1.0)}


@pytest.mark.parametrize("engine", ENGINES)
def test_conditions_of_a_retention(tmp_path: Path, engine: str) -> None:
    spec = """
    retention: {from: orders, id: user, after: 1 day, cohort: signups, cohort_where: channel == "ad"}
    where: channel == "paid"
    """
    day, next_day = Day(2025, 1, 3), Day(2025, 1, 4)
    # the first row that counts is the first one from an ad
    signups = [(Day(2025, 1, 1), "u", "A", "web"), (day, "u", "A", "ad"), (day, "v", "A", "ad"), (day, "w", "A", "web")]
    orders = [
        (next_day, "u", "A", "paid"),
        (next_day, "v", "A", "open"),
        (next_day, "w", "A", "paid"),
        (day, "v", "A", "paid"),
    ]
    assert Events(tmp_path).run(spec, signups, orders, engine=engine) == {"": (1.0, 2.0)}


@pytest.mark.parametrize("engine", ENGINES)
def test_first_rows_are_those_of_the_entity(tmp_path: Path, engine: str) -> None:
    spec = "{retention: {from: orders, id: user, after: 1 month}}"
    orders = [(Day(2025, 1, 3), "u", "A"), (Day(2025, 2, 3), "u", "A"), (Day(2025, 2, 3), "u", "B"),
              (Day(2025, 3, 31), "u", "A")]  # fmt: skip
    found = Events(tmp_path, entity=True).run(spec, [(Day(2025, 1, 1), "u", "A")], orders, "month", engine)
    assert found == {
        "A/2025-01": (1.0, 1.0),
        "A/2025-02": (0.0, 0.0),
        "A/2025-03": ("window_open", "window_open"),
        # new in B, and an order in A is none in B
        "B/2025-02": (0.0, 1.0),
    }


def test_counts_without_rows_and_defaults_and_bounds(tmp_path: Path) -> None:
    signups = [(Day(2025, 1, 3), "u", "A"), (Day(2025, 1, 3), "v", "A"), (Day(2025, 1, 5), "w", "B")]
    orders = [
        (Day(2025, 1, 3), "u", "A"),
        (Day(2025, 1, 3), "v", "A"),
        (Day(2025, 1, 9), "u", "C"),
        (Day(2025, 3, 9), "u", "C"),
    ]
    events = Events(tmp_path, entity=True)

    def january(extra: str) -> dict[str, Any]:
        spec = f"{{conversion: {{from: signups, to: orders, id: user, within: 7 days}}{extra}}}"
        found = events.run(spec, signups, orders, "month")
        return {key: value[0] for key, value in found.items() if "2025-01" in key}

    # C has no signup, but others have some in January
    assert january("") == {"A/2025-01": 2.0, "B/2025-01": 0.0, "C/2025-01": 0.0}
    assert january(", default: 9") == {"A/2025-01": 2.0, "B/2025-01": 0.0, "C/2025-01": 9.0}
    assert january(", max: 1") == {"A/2025-01": "out_of_range", "B/2025-01": 0.0, "C/2025-01": 0.0}
    assert january(", min: 1") == {"A/2025-01": 2.0, "B/2025-01": "out_of_range", "C/2025-01": "out_of_range"}


def test_an_empty_cohort_has_no_rate(tmp_path: Path) -> None:
    file = tmp_path / "cohorts.yaml"
    file.write_text(
        """
ruleset: retention
version: 1.0.0
period: month
sources: {orders: {columns: {date: date, user: integer}}}
inputs: {back: {retention: {from: orders, id: user, after: 1 month}}}
metrics: {rate: {formula: back / cohort_size(back), unit: percent}}
""",
        encoding="utf-8",
    )
    data = tmp_path / "orders.csv"
    data.write_text("date,user\n2025-01-03,1\n2025-01-09,2\n2025-02-07,2\n2025-03-31,1\n", encoding="utf-8")
    found = {card.period: card.metrics["rate"] for card in rulecard.run(file, data=data).scorecards()}
    assert {period: metric.value or metric.status for period, metric in found.items()} == {
        "2025-01": 0.5,
        "2025-02": "zero_denominator",
        "2025-03": "window_open",
    }
