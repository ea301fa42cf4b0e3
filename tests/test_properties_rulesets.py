"""Whole rulesets: groups in groups, stages, caps, advice; weights and points lost add up as in the reference."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .ruleset_strategies import LEVELS, band_lists, scored_metrics, wholes
from .strategies import CALENDARS, ENGINES, QUARTERS, cells, examples, panels, period_key, tables

NAMES = ["m0", "m1", "m2", "m3", "m4", "m5"]
LINE = {"from": 0, "to": 100}
SCORES = cells(st.sampled_from([0.0, 0.5, 1.25, 1.75, 100.0]) | st.integers(0, 100).map(float) | QUARTERS, missing=4)
CONDITIONS = st.one_of(
    st.builds("m{} {} {}".format, st.integers(0, 5), st.sampled_from(["<", ">", ">="]), st.sampled_from([0, 30, 75])),
    st.builds("m{} > m{}".format, st.integers(0, 2), st.integers(3, 5)),
    st.builds("score(m{}) < {}".format, st.integers(0, 5), st.sampled_from([50, 90])),
    st.builds(
        'level(m{}) {} "{}"'.format,
        st.integers(0, 1),
        st.sampled_from(["==", "<=", "<"]),
        st.sampled_from(["poor", "good"]),
    ),
    st.builds("m{} > {} and (m{} < 60 or is_missing(m{}))".format, *[st.integers(0, 5)] * 4),
    st.builds("target(m0) > m{}".format, st.integers(1, 5)),
)


@examples(30)
@given(st.data(), tables({f"x{i}": SCORES for i in range(6)}, 8), ENGINES)
def test_groups_stages_and_overall(data: st.DataObject, rows: list[Any], engines: tuple[str, ...]) -> None:
    metrics: dict[str, Any] = {name: {"formula": f"x{i} * 1", "score": LINE} for i, name in enumerate(NAMES)}
    for name in ("m0", "m1"):
        metrics[name] |= {"better": "higher", "bands": data.draw(band_lists("higher", LEVELS)), "target": "x2 + 1"}
        metrics[name]["undefined"] = data.draw(st.sampled_from(["skip", "worst", 70]))
    document: dict[str, Any] = {"entity": "who", "inputs": {f"x{i}": {} for i in range(6)}, "metrics": metrics}
    document |= data.draw(wholes(NAMES, CONDITIONS))
    profiles = document.get("stages", {}).get("profiles", {})
    types = {"who": "text"} | {f"x{i}": "number" for i in range(6)}
    agree(document, rows, types, engines)
    if profiles:
        agree(document, rows, types, stage=data.draw(st.sampled_from(sorted(profiles))))


@examples(5)
@given(st.data(), tables({"x0": SCORES, "x1": SCORES, "stage": cells(st.sampled_from(["s", "成长"]))}, 6), ENGINES)
def test_stage_from_the_data(data: st.DataObject, rows: list[Any], engines: tuple[str, ...]) -> None:
    stages: dict[str, Any] = {
        "choose": {"from": "stage"},
        "profiles": {"s": {"weights": {"m0": 3}, "rest": 1}, "成长": {"weights": {"m1": 1}, "rest": 0}},
    }
    if data.draw(st.booleans()):
        stages["default"] = "s"
    document = {
        "entity": "who",
        "inputs": {"x0": {}, "x1": {}, "stage": {"type": "text"}},
        "metrics": {"m0": {"formula": "x0", "score": LINE}, "m1": {"formula": "x1", "score": LINE}},
        "stages": stages,
        "overall": {"weights": {"m0": 1, "m1": 2}},
    }
    agree(document, rows, {"who": "text", "x0": "number", "x1": "number", "stage": "text"}, engines)


TIMED = st.one_of(
    CONDITIONS,
    st.builds("sustained(m{} < {}, 2)".format, st.integers(0, 5), st.sampled_from([1, 30, 60])),
    st.builds("streak(m{} > m{}) >= 2".format, st.integers(0, 2), st.integers(3, 5)),
    st.builds("change(score(m{})) < 0".format, st.integers(0, 5)),
    st.builds('sustained(level(m0) <= "fair", 1, of=2)'.format),
    st.builds("growth(m{}) > 0.1".format, st.integers(0, 5)),
)
COLUMNS = {"x": cells(QUARTERS), "y": cells(QUARTERS), "goal": SCORES}
TYPES = {"who": "text", "date": "date", "x": "number", "y": "number", "goal": "number"}
FORMULAS = ["x / y", "change(x)", "rolling_mean(y, 2, at_least=1)", "x", "m0 * 10", "goal - prev(goal)"]


@examples(25)
@given(st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_whole_rulesets(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    metrics: dict[str, Any] = {}
    for name, formula in zip(NAMES, FORMULAS, strict=True):
        metrics[name] = data.draw(scored_metrics(formula))
    metrics["m0"] = {"formula": "x / y", "bands": data.draw(band_lists("higher", LEVELS)), "target": "goal"}
    metrics["m1"] = {"formula": "change(x)", "bands": data.draw(band_lists("higher", LEVELS))}
    scored = [
        name for name in NAMES if metrics[name].get("score") != "none" and metrics[name].get("better") != "neutral"
    ]
    conditions = TIMED.filter(lambda text: all(f"score({name})" not in text for name in NAMES if name not in scored))
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "inputs": {"x": {}, "y": {}, "goal": {}},
        "params": {"p": {"value": 2}},
        "metrics": metrics,
    }
    document |= data.draw(wholes(scored, conditions))
    agree(document, data.draw(panels(COLUMNS, calendar, length=4)), TYPES, engines)
