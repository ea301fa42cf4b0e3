"""The reference itself, against answers worked by hand or taken from the literature."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from .reference import scorecards
from .reference.book import Book
from .reference.functions import wilson
from .reference.inputs import Place
from .reference.values import No

SHOP: dict[str, Any] = {
    "ruleset": "shop-health",
    "entity": "shop",
    "period": "month",
    "inputs": {"orders": {}, "visits": {}},
    "metrics": {
        "conversion": {
            "formula": "orders / visits",
            "better": "higher",
            "bands": [{"level": "poor", "below": "1%"}, {"level": "fair", "below": "3%"}, {"level": "good"}],
        }
    },
    "advice": {"fix_funnel": {"when": 'level(conversion) == "poor"', "text": "Check the landing page."}},
}

POOL: dict[str, Any] = {
    "ruleset": "pool",
    "period": "month",
    "inputs": {name: {} for name in ("new_contacts", "lost_contacts", "opening", "paid")},
    "metrics": {
        "net_contact_growth": {
            "formula": "(new_contacts - lost_contacts) / opening",
            "bands": [{"level": "critical", "below": 0}, {"level": "fair", "below": "3%"}, {"level": "good"}],
        },
        "conversion": {"formula": "paid / opening", "bands": [{"level": "poor", "below": "2%"}, {"level": "good"}]},
    },
    "advice": {"leaking_pool": {"when": "sustained(net_contact_growth < 0, 3)", "text": "-"}},
}


def month(n: int, **cells: Any) -> dict[str, Any]:
    """A row of the n-th month of 2025."""
    return {"date": date(2025 + (n - 1) // 12, (n - 1) % 12 + 1, 15), **cells}


def test_the_smallest_ruleset() -> None:
    rows = [
        {"shop": "B", "date": date(2025, 1, 31), "orders": 3, "visits": 100},
        {"shop": "A", "date": date(2025, 1, 31), "orders": 1, "visits": 101},
        {"shop": "A", "date": date(2025, 2, 1), "orders": 1, "visits": 0},
    ]
    cards = scorecards(SHOP, rows)
    assert [(card["entity"]["shop"], card["period"]) for card in cards] == [
        ("A", "2025-01"),
        ("A", "2025-02"),
        ("B", "2025-01"),
    ]
    low, none, high = (card["metrics"]["conversion"] for card in cards)
    assert (low["value"], low["level"], low["score"], low["weight"], low["points_lost"]) == (1 / 101, "poor", 25, 1, 75)
    assert (none["value"], none["status"], none["level"], none["score"]) == (None, "zero_denominator", None, None)
    assert (high["level"], high["score"]) == ("good", 75)
    assert [[a["id"] for a in card["advice"]] for card in cards] == [["fix_funnel"], [], []]
    assert [(card["score"], card["status"], card["coverage"]) for card in cards] == [
        (25, "ok", 1),
        (None, "low_coverage", 0),
        (75, "ok", 1),
    ]


def test_the_pool_that_leaks() -> None:
    rows = [
        month(1, new_contacts=120, lost_contacts=150, opening=3000, paid=None),
        month(2, new_contacts=100, lost_contacts=140, opening=2970, paid=None),
        month(3, new_contacts=90, lost_contacts=130, opening=2930, paid=None),
    ]
    first, second, third = scorecards(POOL, rows)
    assert first["advice"] == second["advice"] == []
    growth = third["metrics"]["net_contact_growth"]
    assert growth["value"] == pytest.approx(-0.013652, abs=5e-7)
    assert (growth["level"], growth["score"]) == ("critical", 0)
    assert third["metrics"]["conversion"]["status"] == "missing_input"
    assert third["advice"] == [
        {"id": "leaking_pool", "severity": "warning", "metrics": ["net_contact_growth"], "points_lost": 100.0}
    ]
    assert (third["score"], third["coverage"]) == (0, 0.5)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_in_newcombe_1998(hits: int, trials: int, low: float, high: float) -> None:
    assert wilson(hits, trials) == pytest.approx((low, high), abs=5e-5)


def test_aggregates() -> None:
    columns = {"shop": "text", "date": "date", "a": "number", "s": "text", "f": "flag"}
    inputs: dict[str, Any] = {
        "rows": {"formula": "count()"},
        "with_a": {"formula": "count(a)"},
        "kinds": {"formula": "count_distinct(s)"},
        "total": {"formula": "sum(a)"},
        "middle": {"formula": "median(a)"},
        "p90": {"formula": "quantile(a, 0.9)"},
        "spread": {"formula": "std(a)"},
        "opening": {"formula": "first(a)"},
        "closing": {"formula": "last(a)"},
        "large": {"formula": "share(a > 3)"},
        "paid": {"formula": "count()", "where": 's == "paid"'},
        "paid_sum": {"formula": "sum(a)", "where": 's == "paid"'},
        "paid_or_0": {"formula": "sum(a)", "where": 's == "paid"', "default": 0},
        "spoilt": {"formula": "mean(10 / (a - 1))"},
        "span": {"formula": "max(a) - min(a)"},
    }
    document = {
        "ruleset": "t",
        "entity": "shop",
        "period": "month",
        "sources": {"events": {"columns": columns}},
        "inputs": inputs,
        "metrics": {},
    }
    rows = [
        month(1, shop="A", a=8, s="new", f=True) | {"date": date(2025, 1, 20)},
        month(1, shop="A", a=None, s="paid", f=False) | {"date": date(2025, 1, 2)},
        month(1, shop="A", a=1, s=None, f=None) | {"date": date(2025, 1, 3)},
        month(1, shop="A", a=3, s="new", f=True) | {"date": date(2025, 1, 4)},
        month(1, shop="B", a=4, s="new", f=True),
    ]
    book = Book(document, rows)
    at_a, at_b = book.places
    expected = {
        "rows": 4,
        "with_a": 3,
        "kinds": 2,
        "total": 12,
        "middle": 3,
        "p90": 7,
        "spread": 13**0.5,
        "opening": 1,
        "closing": 8,
        "large": 1 / 3,
        "paid": 1,
        "paid_sum": No("missing_input"),
        "paid_or_0": No("missing_input"),
        "spoilt": No("zero_denominator"),
        "span": 7,
    }
    assert {name: book.value(name, at_a) for name in expected} == pytest.approx(expected)
    assert [book.value(name, at_b) for name in ("paid", "paid_sum", "paid_or_0")] == [0, No("missing_input"), 0]
    assert book.value("spread", at_b) == No("too_few")
    elsewhere = Place(("B",), date(2025, 2, 1))
    assert book.value("rows", elsewhere) == No("missing_input")


def test_samples() -> None:
    def share(hits: float, trials: float) -> dict[str, Any]:
        spec = {
            "formula": "hits / trials",
            "sample": {"hits": "hits", "trials": "trials", "at_least": 30},
            "bands": [{"level": "poor", "below": 0.3}, {"level": "good"}],
        }
        document = {"ruleset": "t", "inputs": {"hits": {}, "trials": {}}, "metrics": {"m": spec}}
        m: dict[str, Any] = scorecards(document, [{"hits": hits, "trials": trials}])[0]["metrics"]["m"]
        return m

    assert share(9, 29)["status"] == "too_few"
    wide = share(81, 263)
    assert (wide["low"], wide["high"]) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (wide["level"], wide["certain"]) == ("good", False)
    assert share(200, 263)["certain"] is True


def test_dated_params() -> None:
    document = {
        "ruleset": "t",
        "period": "month",
        "inputs": {"x": {}},
        "params": {"goal": {"values": {"2024-01-01": "28%", "2025-01-15": "30%"}}, "ltv": {"value": 500}},
        "metrics": {"m": {"formula": "goal"}, "n": {"formula": "ltv + x"}},
    }
    rows = [{"date": date(2023, 12, 9), "x": 1}, month(1, x=1), month(2, x=1)]
    cards = scorecards(document, rows, params={"ltv": 650})
    assert [card["metrics"]["m"]["value"] for card in cards] == [None, 0.28, 0.30]
    assert cards[0]["metrics"]["m"]["status"] == "missing_input"
    assert cards[0]["metrics"]["n"]["value"] == 651


def test_text_flags_and_dates() -> None:
    document = {
        "ruleset": "t",
        "inputs": {"s": {"type": "text"}, "f": {"type": "flag"}, "d": {"type": "date"}},
        "params": {"go_live": {"value": "2025-03-01", "type": "date"}},
        "metrics": {
            "vip": {"formula": '1 if lower(strip(s)) == "vip" or contains(s, "金") else 0'},
            "listed": {"formula": '1 if s in ["VIP", " vip "] else 0'},
            "on": {"formula": "1 if f and not is_missing(d) else 0"},
            "days": {"formula": "days_between(go_live, d)"},
        },
    }
    card = scorecards(document, [{"s": " vip ", "f": True, "d": date(2025, 3, 31)}])[0]
    assert [m["value"] for m in card["metrics"].values()] == [1, 1, 1, 30]
    empty = scorecards(document, [{"s": None, "f": None, "d": None}])[0]
    assert [m["status"] for m in empty["metrics"].values()] == ["missing_input"] * 2 + ["ok", "missing_input"]
