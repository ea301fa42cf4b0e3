"""The reference's formulas and periods, against answers worked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from .reference import scorecards
from .reference.periods import Calendar


def month(n: int, **cells: Any) -> dict[str, Any]:
    """A row of the n-th month of 2025."""
    return {"date": date(2025 + (n - 1) // 12, (n - 1) % 12 + 1, 15), **cells}


def values(formulas: dict[str, str], rows: list[dict[str, Any]], period: Any = "month", **more: Any) -> dict[str, Any]:
    """The value, or the reason, of each formula on the last card of rows that hold the columns x and y."""
    document = {
        "ruleset": "t",
        "period": period,
        "inputs": {"x": {}, "y": {}},
        "metrics": {name: {"formula": formula} for name, formula in formulas.items()},
        **more,
    }
    rows = [{"x": None, "y": None, **row} for row in rows]
    metrics = scorecards(document, rows)[-1]["metrics"]
    return {name: m["status"] if m["value"] is None else m["value"] for name, m in metrics.items()}


def value(formula: str, *rows: dict[str, Any], period: Any = "month", **more: Any) -> Any:
    """One formula on the last card."""
    return values({"it": formula}, list(rows), period, **more)["it"]


def holds(condition: str, *rows: dict[str, Any]) -> Any:
    """One condition on the last card, as 1 or 0 or a reason."""
    return value(f"1 if {condition} else 0", *rows)


def test_numbers() -> None:
    row = month(1, x=-2.5, y=0)
    cases: dict[str, Any] = {
        "x / y": "zero_denominator",
        "y / y": "zero_denominator",
        "x ** 0.5": "negative_base",
        "x ** 2": 6.25,
        "y ** -1": "zero_denominator",
        "sqrt(x)": "negative_base",
        "log(x)": "negative_base",
        "log(y)": "not_finite",
        "exp(-x * 1000)": "not_finite",
        "x * 1e308": "not_finite",
        "round(x)": -3.0,
        "round(1.005 - y, 2)": 1.01,
        "round(1234.5 - y, -2)": 1200.0,
        "floor(x) + ceil(x)": -5.0,
        "clip(x, -1, 1)": -1.0,
        "clip(x, 1, -1)": -1.0,
        "least(x, y, 3) - greatest(x, y)": -2.5,
        "abs(x)": 2.5,
        "-x ** 2": -6.25,
    }
    names = {f"m{i}": formula for i, formula in enumerate(cases)}
    found = values(names, [row])
    assert {formula: found[name] for name, formula in names.items()} == pytest.approx(cases)


def test_no_value_goes_left_to_right_and_three_valued() -> None:
    row = month(1, x=None, y=0)
    assert value("x + 1 / y", row) == "missing_input"
    assert value("1 / y + x", row) == "zero_denominator"
    assert value("coalesce(1 / y, x)", row) == "zero_denominator"
    assert value("coalesce(x, 1 / y, 7, 8)", row) == 7
    assert holds("x > 1 and y > 0", row) == 0
    assert holds("x > 1 and y == 0", row) == "missing_input"
    assert holds("y == 0 or x > 1", row) == 1
    assert holds("not (x > 1)", row) == "missing_input"
    assert holds("is_missing(x)", row) == 1
    assert value("5 if y == 0 else x", row) == 5
    assert value("5 if x == 0 else 6", row) == "missing_input"
    assert holds("y < x < -1", row) == "missing_input"
    assert holds("1 < y < x", row) == 0
    assert holds("y in [0, 3]", row) == 1
    assert holds("x in [0, 3]", row) == "missing_input"


def test_data_that_is_not_a_number() -> None:
    assert value("x", month(1, x=float("nan"))) == "not_finite"
    assert value("x", month(1, x=float("inf"))) == "not_finite"
    bounded = {"inputs": {"x": {"min": 0, "max": 10}, "y": {"default": 4}}}
    assert value("x", month(1, x=-1), **bounded) == "out_of_range"
    assert value("x", month(1, x=10), **bounded) == 10


def test_months_of_growth() -> None:
    months = [month(1, x=100), month(2, x=120), month(4, x=0), month(5, x=3), month(6, x=-3), month(7, x=6)]

    def after(n: int, formula: str) -> Any:
        return value(formula, *months[:n])

    assert after(2, "growth(x)") == pytest.approx(0.2)
    assert after(2, "change(x)") == 20
    assert after(3, "growth(x)") == "no_prior_period"
    assert after(3, "growth(x, 2)") == -1
    assert after(4, "growth(x)") == "zero_denominator"
    assert after(6, "growth(x)") == "negative_base"
    assert after(2, "prev(x)") == 100
    assert after(2, "prev(y)") == "missing_input"
    assert after(3, "prev(x, 3)") == 100
    assert after(5, "compound_growth(x, 4)") == "negative_base"
    assert after(4, "compound_growth(x, 3)") == pytest.approx((3 / 120) ** (1 / 3) - 1)
    assert after(4, "baseline(x)") == 100
    assert after(4, 'at(x, "2025-02")') == 120
    assert after(4, 'at(x, "2025-03")') == "no_prior_period"


def test_windows() -> None:
    months = [month(1, x=1), month(2, x=2), month(3, x=None), month(4, x=4), month(6, x=6)]

    def after(n: int, formula: str) -> Any:
        return value(formula, *months[:n])

    assert after(2, "rolling_sum(x, 2)") == 3
    assert after(2, "rolling_mean(x, 3)") == "no_prior_period"
    assert after(4, "rolling_mean(x, 3)") == "missing_input"
    assert after(4, "rolling_mean(x, 3, at_least=2)") == 3
    assert after(5, "rolling_max(x, 3)") == "no_prior_period"
    assert after(5, "rolling_min(x, 3, at_least=2)") == 4
    assert after(4, "rolling_std(x, 4, at_least=3)") == pytest.approx((14 / 6) ** 0.5)
    assert after(1, "rolling_std(x, 1)") == "too_few"
    assert after(2, 'to_date(x, "year")') == 3
    assert after(4, 'to_date(x, "year")') == "missing_input"
    assert after(5, 'to_date(x, "year")') == "no_prior_period"
    assert after(5, 'to_date(x, "quarter")') == "no_prior_period"
    assert value('to_date(x, "quarter")', month(4, x=4), month(5, x=5)) == 9
    assert value('to_date(x, "year")', month(2, x=4), month(3, x=5)) == "no_prior_period"
    assert after(2, "streak(x > 0)") == 2
    assert after(3, "streak(x > 0)") == 0
    assert after(5, "streak(x > 0)") == 1
    assert after(4, "1 if sustained(x > 0, 3, of=4) else 0") == 1
    assert after(4, "1 if sustained(x > 0, 4) else 0") == 0
    assert after(5, "1 if sustained(x > 0, 1, of=2) else 0") == "no_prior_period"


def test_to_date_of_an_entity_that_begins_later() -> None:
    document = {
        "ruleset": "t",
        "entity": "shop",
        "period": "month",
        "inputs": {"x": {}},
        "metrics": {"ytd": {"formula": 'to_date(x, "year")'}},
    }
    rows = [month(1, shop="A", x=1), month(3, shop="B", x=5), month(4, shop="B", x=6)]
    assert [card["metrics"]["ytd"]["value"] for card in scorecards(document, rows)] == [1, 5, 11]


@pytest.mark.parametrize(
    ("calendar", "day", "label", "before", "year_begins"),
    [
        (Calendar("day"), date(2025, 3, 1), "2025-03-01", "2025-02-28", date(2025, 1, 1)),
        (Calendar("week"), date(2021, 1, 3), "2020-W53", "2020-W52", date(2019, 12, 30)),
        (Calendar("week"), date(2024, 12, 30), "2025-W01", "2024-W52", date(2024, 12, 30)),
        (Calendar("week", week_starts="sunday"), date(2025, 1, 4), "2025-W01", "2024-W52", date(2024, 12, 29)),
        (Calendar("week", week_starts="sunday"), date(2022, 1, 1), "2021-W52", "2021-W51", date(2021, 1, 3)),
        (Calendar("month"), date(2025, 1, 31), "2025-01", "2024-12", date(2025, 1, 1)),
        (Calendar("month", year_starts=4), date(2025, 1, 31), "2025-01", "2024-12", date(2024, 4, 1)),
        (Calendar("quarter"), date(2025, 3, 31), "2025-Q1", "2024-Q4", date(2025, 1, 1)),
        (Calendar("quarter", year_starts=4), date(2025, 3, 31), "2024-Q4", "2024-Q3", date(2024, 4, 1)),
        (Calendar("quarter", year_starts=2), date(2025, 1, 31), "2024-Q4", "2024-Q3", date(2024, 2, 1)),
        (Calendar("year"), date(2025, 12, 31), "2025", "2024", date(2025, 1, 1)),
        (Calendar("year", year_starts=4), date(2025, 3, 31), "2024", "2023", date(2024, 4, 1)),
    ],
)
def test_calendars(calendar: Calendar, day: date, label: str, before: str, year_begins: date) -> None:
    start = calendar.start(day)
    assert calendar.label(start) == label
    assert calendar.label(calendar.shift(start, -1)) == before
    assert calendar.larger_start(start, "year") == year_begins


def test_weeks_are_labelled_as_iso_does() -> None:
    calendar = Calendar("week")
    for ordinal in range(date(2015, 1, 1).toordinal(), date(2030, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        year, week, _ = day.isocalendar()
        assert calendar.label(calendar.start(day)) == f"{year}-W{week:02}"
