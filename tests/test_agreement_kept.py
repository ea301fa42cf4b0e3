"""Where the engine and the reference once differed: the smallest ruleset that showed it, kept for good."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from .agreement import agree

TYPES = {"who": "text", "x": "number", "y": "number"}
ENGINES = ("polars", "duckdb")


def ruleset(*metrics: Any, **more: Any) -> dict[str, Any]:
    """A ruleset over x and y whose metrics are formulas or whole specifications."""
    specs = {f"m{i}": {"formula": m} if isinstance(m, str) else m for i, m in enumerate(metrics)}
    return {"entity": "who", "inputs": {"x": {}, "y": {}}, "metrics": specs, **more}


def rows(*pairs: tuple[float | None, float | None]) -> list[dict[str, Any]]:
    """One entity for each pair of x and y."""
    return [{"who": f"e{i:02}", "x": x, "y": y} for i, (x, y) in enumerate(pairs)]


CROSSED = [{"level": "critical", "below": "y"}, {"level": "poor", "below": "y - 1"}, {"level": "good"}]


@pytest.mark.parametrize(
    "score", [{"from": 0, "to": 5}, {"relative": "percentile", "within": "period"}, {"points": [[0, 0], [9, 100]]}]
)
def test_crossed_bands_take_every_kind_of_score_away(score: Any) -> None:
    metric = {"formula": "x", "better": "higher", "bands": CROSSED, "score": score}
    agree(ruleset(metric), rows((1, 2), (3, 2), (3, None)), TYPES, ENGINES)


@pytest.mark.parametrize("kind", ["percentile", "minmax", "zscore"])
@pytest.mark.parametrize("big", [2.7e154, 1.7e308])
def test_a_spread_that_overflows_gives_no_score(kind: str, big: float) -> None:
    metric = {"formula": "x", "better": "higher", "score": {"relative": kind, "within": "period"}}
    agree(ruleset(metric), rows((1, 0), (big, 0), (-big, 0), (None, 0)), TYPES, ENGINES)


@pytest.mark.parametrize("formula", ["x * x + y", "x ** 3 + y", "(x / 1e-150) + y", "x + x * x + 1 / y", "exp(x) + y"])
def test_overflow_on_the_left_is_the_reason(formula: str) -> None:
    agree(ruleset(formula), rows((1e200, None), (1e200, 0)), TYPES, ENGINES)


def test_division_by_a_constant_is_division() -> None:
    formulas = [
        "1 if x / 10 <= 0.3 else 0",
        "1 if x / p <= 0.3 else 0",
        "1 if x / 10 == round(x / 10, 1) else 0",
        "ceil(round(x, 5))",
        "(-1 * abs(y)) ** (x / 0.001)",
    ]
    data = rows(*((n, 1) for n in range(40)), (879.17, 1), (0.3, 1))
    agree(ruleset(*formulas, params={"p": {"value": 10}}), data, TYPES, ENGINES)


def test_a_source_without_entity_and_time() -> None:
    sources = {"shops": {"columns": TYPES}, "rates": {"columns": {"vat": "number"}}}
    inputs = {"x": {"from": "shops"}, "vat": {"from": "rates"}, "n": {"from": "rates", "formula": "count()"}}
    document = ruleset("x * vat", "n * 1") | {"sources": sources, "inputs": inputs}
    data = {"shops": rows((1, 2), (None, 3)), "rates": [{"vat": 0.19}]}
    agree(document, data, {name: source["columns"] for name, source in sources.items()}, ENGINES)


def test_neither_entity_nor_period() -> None:
    document = {"inputs": {"x": {}}, "metrics": {"m": {"formula": "x * 2"}}}
    agree(document, [{"x": 1.0}], {"x": "number"}, ENGINES)


@pytest.mark.parametrize(
    "numbers",
    [
        (1_000_000.1, 2_000_000.7, -330_000.0, 0.0, 0.0, 0.0, 0.0),
        (1e8, -1e8, 0.01, 0.02, 0.03, 0.04),
        (1e308, 1e308, 1.0, 2.0, 3.0, 4.0),
    ],
)
def test_windows_forget_what_has_left_them(numbers: tuple[float, ...]) -> None:
    formulas = ["rolling_sum(x, 3)", "1 / rolling_sum(x, 3)", "rolling_mean(x, 3, at_least=2)"]
    document = ruleset(*formulas, period="month", inputs={"x": {}})
    months = [{"who": "A", "date": date(2024, i + 1, 1), "x": x} for i, x in enumerate(numbers)]
    agree(document, months, {"who": "text", "date": "date", "x": "number"}, ENGINES)
