"""Which cards there are, and what each of them sees: several sources, several entity columns, a choice of cards."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import CALENDARS, ENGINES, QUARTERS, cells, examples, panels, period_key, tables

COLUMNS = {"x": cells(QUARTERS)}
EVENTS = {"who": "text", "date": "date", "x": "number"}
SOURCES = {
    "orders": EVENTS,
    "visits": {"who": "text", "day": "date", "x": "number"},
    "plan": {"who": "text", "quota": "number"},
    "market": {"date": "date", "rate": "number"},
    "rates": {"vat": "number"},
}
INPUTS: dict[str, Any] = {
    "amount": {"from": "orders", "formula": "sum(x)"},
    "orders_count": {"from": "orders", "formula": "count()"},
    "opening": {"from": "visits", "formula": "first(x)"},
    "visits_high": {"from": "visits", "formula": "count()", "where": "x > 20"},
    "quota": {"from": "plan"},
    "all_quotas": {"from": "plan", "formula": "sum(quota)"},
    "rate": {"from": "market", "formula": "mean(rate)"},
    "market_days": {"from": "market", "formula": "count()"},
    "vat": {"from": "rates"},
}


def watched(formulas: list[str]) -> dict[str, Any]:
    """Metrics that only compute."""
    return {f"m{i}": {"formula": formula} for i, formula in enumerate(formulas)}


@examples(12)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_several_sources(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    orders = data.draw(panels(COLUMNS, calendar, entities=("A", "B"), length=4, most_rows=3))
    visits = data.draw(panels(COLUMNS, calendar, entities=("B", "丙"), length=4, most_rows=3))
    market = data.draw(panels({"rate": cells(QUARTERS)}, calendar, entities=("-",), length=5, most_rows=2))
    rows: dict[str, Any] = {
        "orders": list({(row["who"], row["date"]): row for row in orders}.values()),
        "visits": [row | {"day": day} for (_, day), row in {(row["who"], row["date"]): row for row in visits}.items()],
        "plan": [{"who": who, "quota": data.draw(cells(QUARTERS))} for who in ("A", "B", "X")],
        "market": market,
        "rates": [{"vat": 0.19}],
    }
    sources: dict[str, Any] = {name: {"columns": columns} for name, columns in SOURCES.items()}
    sources["visits"]["time"] = "day"
    formulas = [f"{name} * 1" for name in INPUTS]
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "sources": sources,
        "inputs": INPUTS,
        "metrics": watched([*formulas, "prev(quota)", "growth(amount)", "amount / quota * vat", "change(rate)"]),
    }
    agree(document, rows, SOURCES, engines)


@examples(8)
@given(st.data(), ENGINES)
def test_entities_of_several_columns(data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, CALENDARS[5], entities=("A", "B", "丙", "A2"), length=4))
    regions = {"A": ("north", 1), "B": ("north", 2), "丙": ("南", 1), "A2": ("a", 10)}
    rows = [row | dict(zip(("region", "shop"), regions[row["who"]], strict=True)) for row in rows]
    relative = {"formula": "x * 1", "better": "higher", "score": {"relative": "percentile", "within": "period"}}
    document = {
        "entity": ["region", "shop"],
        "period": "month",
        "inputs": {"x": {}},
        "metrics": watched(["x * 1", "prev(x)"]) | {"r": relative},
    }
    agree(document, rows, {"region": "text", "shop": "integer", "date": "date", "x": "number"}, engines)


@examples(8)
@given(st.data(), st.sampled_from([{}, {"entity": "who"}, {"period": "year"}]), ENGINES)
def test_without_entity_or_period(data: st.DataObject, who: dict[str, Any], engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, CALENDARS[0], entities=("A", "B"), length=5))
    unique = {row["date"]: row for row in rows}
    document = who | {
        "sources": {"events": {"columns": EVENTS}},
        "inputs": {"total": {"formula": "sum(x)"}, "last_x": {"formula": "last(x)"}, "n": {"formula": "count()"}},
        "metrics": watched(["total / n", "last_x * 1"]),
    }
    agree(document, list(unique.values()), EVENTS, engines)


@examples(10)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_a_choice_of_cards_changes_none_of_them(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, calendar, length=6))
    who = data.draw(st.sampled_from([None, *sorted({row["who"] for row in rows})]))
    # an entity and a period that have no card in common are refused
    own = [row for row in rows if who in (None, row["who"])]
    labels = sorted(calendar.label(calendar.start(row["date"])) for row in own)
    first, last = sorted(data.draw(st.tuples(st.sampled_from(labels), st.sampled_from(labels))))
    relative = {"formula": "x * 1", "better": "higher", "score": {"relative": "minmax", "within": "period"}}
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "inputs": {"x": {}},
        "metrics": watched(["prev(x)", "rolling_sum(x, 3)", "baseline(x)", "streak(x > 20)"]) | {"r": relative},
    }
    choice = {"period": f"{first}..{last}"} | ({"entity": who} if who else {})
    agree(document, rows, EVENTS, engines, shown=choice)


@examples(5)
@given(tables({"x": cells(QUARTERS)}, 4), st.permutations(range(4)))
def test_whole_numbers_sort_as_numbers(rows: list[dict[str, Any]], order: list[int]) -> None:
    numbers = [2, 10, -1, 100]
    rows = [rows[i] | {"who": numbers[i], "date": date(2025, 1, 1)} for i in order]
    document = {"entity": "who", "period": "month", "inputs": {"x": {}}, "metrics": watched(["x * 1"])}
    agree(document, rows, {"who": "integer", "date": "date", "x": "number"})
