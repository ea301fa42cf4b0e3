"""Levels and scores: every form of bands and every kind of score, at the edges and their neighbours."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .ruleset_strategies import EDGES, LEVELS, OWN_LEVELS, banded_metrics, scored_metrics
from .strategies import ENGINES, QUARTERS, WILD, cells, examples, near, tables

GOALS = st.sampled_from([0.0, 0.5, 1.0, 10.0, -4.0]) | QUARTERS
COLUMNS = {
    "x": cells(near(EDGES) | st.sampled_from(EDGES) | WILD, missing=12),
    "y": cells(near(EDGES), missing=12),
    "goal": cells(GOALS),
    "size": cells(st.sampled_from(["small", "大", "other"]), missing=5),
}
TYPES = {"who": "text", "x": "number", "y": "number", "goal": "number", "size": "text"}
P = st.sampled_from([0, 1, 2, 0.5, -3, "50%"])


def ruleset(metrics: list[Any], p: Any) -> dict[str, Any]:
    """A ruleset of such metrics."""
    return {
        "entity": "who",
        "inputs": {"x": {}, "y": {}, "goal": {}, "size": {"type": "text"}},
        "params": {"p": {"value": p}},
        "metrics": {f"m{i}": metric for i, metric in enumerate(metrics)},
    }


@examples(12)
@given(st.lists(banded_metrics("x * 1", LEVELS), min_size=8, max_size=15), P, tables(COLUMNS, 14), ENGINES)
def test_bands_at_their_edges(metrics: list[Any], p: Any, rows: list[Any], engines: tuple[str, ...]) -> None:
    agree(ruleset(metrics, p), rows, TYPES, engines)
    agree(ruleset(metrics, p), rows, TYPES, params={"p": 0.75})


@examples(10)
@given(st.data(), ENGINES)
def test_edges_that_are_formulas(data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = []
    for i in range(14):
        goal = data.draw(st.sampled_from(EDGES))
        rows.append({"who": f"e{i}", "goal": goal, "x": data.draw(near([goal, goal - 0.5, goal + 1]))})
    ends = ["below", "upto"]
    metrics = {
        f"{low}_{high}": {
            "formula": "x",
            "better": "higher",
            "target": "goal",
            "bands": [
                {"level": "poor", low: "goal - 0.5"},
                {"level": "fair", high: "target"},
                *more,
                {"level": "good"},
            ],
        }
        for low in ends
        for high in ends
        for more in ([], [{"level": "fair", high: "target + 1"}])
    }
    document = {"entity": "who", "inputs": {"x": {}, "goal": {}}, "metrics": metrics}
    agree(document, rows, {"who": "text", "x": "number", "goal": "number"}, engines)


@examples(8)
@given(st.lists(banded_metrics("x / y", list(OWN_LEVELS)), min_size=4, max_size=8), P, tables(COLUMNS, 14), ENGINES)
def test_levels_of_ones_own(metrics: list[Any], p: Any, rows: list[Any], engines: tuple[str, ...]) -> None:
    agree(ruleset(metrics, p) | {"levels": OWN_LEVELS}, rows, TYPES, engines)


@examples(25)
@given(st.lists(scored_metrics("x * 1"), min_size=8, max_size=15), P, tables(COLUMNS, 14), ENGINES)
def test_every_kind_of_score(metrics: list[Any], p: Any, rows: list[Any], engines: tuple[str, ...]) -> None:
    agree(ruleset(metrics, p), rows, TYPES, engines)


@examples(10)
@given(st.lists(scored_metrics("goal"), min_size=6, max_size=10), st.data(), ENGINES)
def test_scores_beside_the_others_of_a_period(
    metrics: list[Any], data: st.DataObject, engines: tuple[str, ...]
) -> None:
    months = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 4, 1)]
    rows = data.draw(tables(COLUMNS, 15))
    rows = [row | {"date": months[i % 3], "who": f"e{i // 3}"} for i, row in enumerate(rows)]
    agree(ruleset(metrics, 1) | {"period": "month"}, rows, TYPES | {"date": "date"}, engines)


PEERS = st.builds(
    "{}({})".format,
    st.sampled_from(["peer_mean", "peer_median", "peer_min", "peer_max", "peer_rank", "peer_percentile"]),
    st.sampled_from(["goal", "other", "goal / other", "goal + 1", "twice", "prev(goal)"]),
)


@examples(8)
@given(st.lists(PEERS, min_size=8, max_size=12), st.data(), ENGINES)
def test_peers(formulas: list[str], data: st.DataObject, engines: tuple[str, ...]) -> None:
    months = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 4, 1)]
    rows = data.draw(tables({"goal": cells(GOALS), "other": cells(QUARTERS, missing=3)}, 15))
    rows = [row | {"date": months[i % 3], "who": f"e{i // 3}"} for i, row in enumerate(rows)]
    bands = [{"level": "poor", "below": "peer_median(twice) * 0.9"}, {"level": "good", "upto": "peer_max(twice)"}]
    metrics: dict[str, Any] = {f"m{i}": {"formula": formula} for i, formula in enumerate(formulas)}
    metrics["twice"] = {"formula": "goal * 2", "better": "higher", "bands": [*bands, {"level": "excellent"}]}
    metrics["beside"] = {"formula": "goal - peer_mean(goal)"}
    document = {"entity": "who", "period": "month", "inputs": {"goal": {}, "other": {}}, "metrics": metrics}
    agree(document, rows, {"who": "text", "date": "date", "goal": "number", "other": "number"}, engines)


@examples(10)
@given(st.data(), ENGINES)
def test_samples(data: st.DataObject, engines: tuple[str, ...]) -> None:
    pairs = data.draw(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=6, max_size=12))
    hits_there, trials_there = (data.draw(st.lists(st.booleans(), min_size=12, max_size=12)) for _ in "ab")
    rows = [
        {
            "who": f"e{i}",
            "hits": float(min(pair)) if hits_there[i] else None,
            "trials": float(max(pair)) if trials_there[i] else None,
        }
        for i, pair in enumerate(pairs)
    ]
    bands = [{"level": "poor", "below": "20%"}, {"level": "fair", "below": 0.5}, {"level": "good"}]
    sample = {"hits": "hits", "trials": "trials", "at_least": data.draw(st.sampled_from([1, 30, 100]))}
    metrics = {
        "share": {"formula": "hits / trials", "bands": bands, "sample": sample | {"confidence": "90%"}},
        "plain": {"formula": "hits / trials", "sample": sample},
        "filled": {"formula": "hits / trials", "bands": bands, "sample": sample, "undefined": "worst"},
        "no_share": {"formula": "hits - trials / 2", "sample": {"trials": "trials + hits", "at_least": 90}},
    }
    advice = {"sure": {"when": "certain(share)", "text": "-"}, "unsure": {"when": "not certain(share)", "text": "-"}}
    document = {"entity": "who", "inputs": {"hits": {}, "trials": {}}, "metrics": metrics, "advice": advice}
    agree(document, rows, {"who": "text", "hits": "number", "trials": "number"}, engines)
