"""An input with `per` changes nothing of the others, though their group-by is then taken from its finer groups."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulecard

from .strategies import ENGINES, cells, examples

COLUMNS = {"who": "text", "date": "date", "user": "text", "x": "number", "paid": "flag", "day": "date"}
# all that can be put together from parts
PARTS = [
    "count()", "count(x)", "count(user)", "count_distinct(user)", "sum(x)", "mean(x)", "min(x)", "max(x)",
    "share(paid)", "1 if any(paid) else 0", "1 if all(paid) else 0", "sum(x * x)", "sum(1 / x)", "sum(x) / count()",
]  # fmt: skip
# all that cannot, so that rows are grouped twice
WHOLES = ["median(x)", "std(x)", "quantile(x, 0.25)", "count_distinct(x)", "first(x)", "last(x)", "count_distinct(day)"]
PER: list[dict[str, Any]] = [
    {"per": "user", "formula": "count() >= 2", "then": "sum"},
    {"per": "user", "formula": "sum(x)", "then": "max", "where": "paid"},
    {"per": ["user", "day"], "formula": "count()", "then": "mean"},
    {"per": "month(day)", "formula": "count_distinct(user)", "then": "sum"},
]


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    numbers = st.sampled_from([0.0, 1.0, 2.5, -4.0, 10.0, 1.0, 2.5, math.inf, math.nan])
    found = []
    for _ in range(draw(st.integers(1, 12))):
        days = st.integers(0, 40).map(lambda after: date(2025, 1, 1) + timedelta(days=after))
        found.append(
            {
                "who": draw(st.sampled_from("AAB")),
                "date": draw(days),
                "user": draw(cells(st.sampled_from("uvw"), 5)),
                "x": draw(cells(numbers, 5)),
                "paid": draw(cells(st.booleans(), 5)),
                "day": draw(cells(days, 5)),
            }
        )
    return found


def run(inputs: Mapping[str, Any], frame: pl.DataFrame, engine: str) -> list[Any]:
    names = [name for name in inputs if name.startswith("i")]
    document = {
        "ruleset": "per",
        "version": "1.0.0",
        "entity": "who",
        "period": "month",
        "sources": {"events": {"columns": COLUMNS}},
        "inputs": inputs,
        "metrics": {f"m{name}": {"formula": f"{name} * 1", "better": "neutral"} for name in names},
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "per.yaml"
        file.write_text(json.dumps(document), encoding="utf-8")
        cards = list(rulecard.run(file, frame, engine=engine).scorecards())
    return [
        {name: (metric.status, None if metric.value is None else pytest.approx(metric.value)) for name, metric in all}
        for all in (card.metrics.items() for card in cards)
    ]


@pytest.mark.parametrize("per", PER, ids=lambda per: str(per["per"]))
@examples(25)
@given(data=st.data(), engines=ENGINES)
def test_an_input_with_per_changes_no_other(per: dict[str, Any], data: st.DataObject, engines: tuple[str, ...]) -> None:
    chosen = data.draw(st.lists(st.sampled_from(PARTS), min_size=1, max_size=6, unique=True))
    chosen += data.draw(st.lists(st.sampled_from(WHOLES), max_size=1))
    wheres = st.sampled_from([{}, {}, {"where": "paid"}, {"where": "x > 1"}, {"where": 'user == "u"'}])
    inputs = {}
    for number, formula in enumerate(chosen):
        inputs[f"i{number}"] = {"formula": formula, **data.draw(wheres)}
    types: dict[str, Any] = {"x": pl.Float64, "user": pl.String, "paid": pl.Boolean, "day": pl.Date}
    frame = pl.DataFrame(data.draw(rows()), schema_overrides=types)
    for engine in engines:
        assert run({**inputs, "per": per}, frame, engine) == run(inputs, frame, engine)
