"""`run --format json` has the promised shape for rulesets of every kind, and its weights and points add up."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rulecard
from rulecard.cli import main

from .panel_data import FILES, PANEL

REAL = Path(__file__).parent / "real"
SCHEMA = jsonschema_rs.Draft7Validator(json.loads(rulecard.schema_text("result")))
CARD = {"entity", "period", "stage", "score", "level", "status", "coverage", "capped", "groups", "metrics", "advice"}
METRIC = {"value", "status", "level", "score", "weight", "points_lost", "target"}
GROUP = {"score", "level", "status", "weight", "coverage"}
ADVICE = {"id", "severity", "title", "text", "actions", "metrics", "points_lost"}
PROBLEM = {
    "code", "severity", "message", "hint", "file", "line", "column", "end_line", "end_column", "path",
}  # fmt: skip

PLAIN = "inputs: {a: {}, b: {}}\n"
SCORED = "better: higher, score: {from: 0, to: 10}"
# name: the ruleset, the rows, the options, and how many cards there are
RUNS: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "neither entity nor period": (f"{PLAIN}metrics: {{m: {{formula: a / b, {SCORED}}}}}\n", "a,b\n5,1\n", {}, 1),
    "no value at all": (f"{PLAIN}metrics: {{m: {{formula: a / b, {SCORED}}}}}\n", "a,b\n5,0\n", {}, 1),
    "nothing scored": (f"{PLAIN}metrics: {{m: {{formula: a / b}}}}\n", "a,b\n5,1\n", {}, 1),
    "an entity only": (
        f"entity: e\n{PLAIN}metrics: {{m: {{formula: a / b, {SCORED}}}}}\n",
        "e,a,b\nX,5,1\n,1,1\n",
        {},
        1,
    ),
    "a period only": (
        f"period: week\n{PLAIN}metrics: {{m: {{formula: a - prev(b), {SCORED}}}}}\n",
        "date,a,b\n2024-12-30,5,1\n2025-01-06,5,1\n2025-02-03,5,1\n",
        {},
        3,
    ),
    "several entity columns": (
        f"entity: [e, f]\nperiod: quarter\n{PLAIN}metrics: {{m: {{formula: a + b, {SCORED}}}}}\n",
        'e,f,date,a,b\n"=1+1",中文,2025-01-01,5,1\n"=1+1",x,2025-04-01,,1\n',
        {},
        2,
    ),
    "no finite numbers": (
        f"entity: e\n{PLAIN}metrics: {{m: {{formula: a * b, {SCORED}}}, n: {{formula: exp(a), {SCORED}}}}}\n",
        "e,a,b\nA,NaN,1\nB,inf,1\nC,1e200,1e200\nD,-1e400,\nE,1e308,2\n",
        {},
        5,
    ),
    "an overlay, parameters and a stage": (
        f"entity: e\n{PLAIN}params: {{p: {{value: 1}}, q: {{values: {{2024-01-01: 1%, 2025-01-01: 2%}}}}, "
        "r: {value: x, type: text}}\n"
        f'metrics: {{m: {{formula: a * p + q if r == "x" else b, target: p, {SCORED}}}, n: {{formula: b, {SCORED}}}}}\n'
        "stages: {default: s, profiles: {s: {weights: {m: 1}, rest: 0}, t: {weights: {n: 3}, rest: 1}}}\n",
        "e,a,b\nA,1,2\n",
        {"stage": "t", "params": {"p": "7%"}, "overlays": ["overlay.yaml"]},
        1,
    ),
    "no cards": (
        "entity: e\nsources: {data: {columns: {e: text, a: {type: number, min: 5}, b: number}, on_violation: drop}}\n"
        f"{PLAIN}metrics: {{m: {{formula: a * b, {SCORED}}}}}\n",
        "e,a,b\nA,1,2\n",
        {},
        0,
    ),
}


def read(text: str) -> dict[str, Any]:
    """The JSON, if it has no constant that is none of JSON's."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    found: dict[str, Any] = json.loads(text, parse_constant=refuse)
    return found


def hold(result: dict[str, Any]) -> None:
    """Demand the promised shape: the schema, just the keys that it names, and what ties the values together."""
    assert [error.message for error in SCHEMA.iter_errors(result)] == []
    assert set(result) == {"rulecard", "ruleset", "params", "sources", "cards", "problems"}
    assert set(result["ruleset"]) == {"id", "version", "sha256", "overlays"}
    assert result["rulecard"] == rulecard.__version__
    assert all(set(source) == {"name", "path", "rows"} for source in result["sources"])
    assert all(set(problem) == PROBLEM for problem in result["problems"])
    for card in result["cards"]:
        assert set(card) == CARD
        assert card["capped"] is None or set(card["capped"]) == {"at_most", "score", "because"}
        assert all(set(group) == GROUP for group in card["groups"].values())
        assert all(set(advice) == ADVICE for advice in card["advice"])
        if card["score"] is None:
            assert (card["status"], card["level"], card["capped"]) == ("low_coverage", None, None)
        else:
            assert card["status"] == "ok"
            assert card["level"] is not None
        for metric in card["metrics"].values():
            assert METRIC <= set(metric) <= METRIC | {"low", "high", "certain", "relative"}
            if metric["value"] is None:
                assert metric["status"] != "ok"
                assert metric["level"] is None
            assert metric["score"] is None or 0 <= metric["score"] <= 100


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("name", RUNS)
def test_rulesets_of_every_kind(
    name: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, rows, options, cards = RUNS[name]
    monkeypatch.chdir(tmp_path)
    Path("r.yaml").write_text(f"ruleset: r\nversion: 1.0.0\n{text}", encoding="utf-8")
    Path("overlay.yaml").write_text(
        "overlay: o\nextends: r\nversion: 1.0.0\nset: {params.p.value: 3}\n", encoding="utf-8"
    )
    Path("d.csv").write_text(rows, encoding="utf-8")
    result = rulecard.run("r.yaml", "d.csv", engine=engine, **options)
    found = read(result.to_json())
    hold(found)
    assert len(found["cards"]) == cards
    arguments = ["--stage", "t", "--set", "p=7%", "--overlay", "overlay.yaml"] if options else []
    assert main(["run", "r.yaml", "--data", "d.csv", "--format", "json", "--engine", engine, *arguments]) == 0
    assert read(capsys.readouterr().out) == found


def test_keys_of_the_card_follow_entity_and_period(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shapes = {}
    for name, (text, rows, options, cards) in RUNS.items():
        if cards and not options:
            Path("r.yaml").write_text(f"ruleset: r\nversion: 1.0.0\n{text}", encoding="utf-8")
            Path("d.csv").write_text(rows, encoding="utf-8")
            card = rulecard.run("r.yaml", "d.csv").to_dict()["cards"][0]
            shapes[name] = (card["entity"], card["period"], card["stage"])
    assert shapes == {
        "neither entity nor period": ({}, None, None),
        "no value at all": ({}, None, None),
        "nothing scored": ({}, None, None),
        "an entity only": ({"e": "X"}, None, None),
        "a period only": ({}, "2025-W01", None),
        "several entity columns": ({"e": "=1+1", "f": "x"}, "2025-Q2", None),
        "no finite numbers": ({"e": "A"}, None, None),
    }


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_rich_ruleset(panel: Path, engine: str) -> None:
    result = rulecard.run(PANEL, FILES, engine=engine)
    found = read(result.to_json())
    hold(found)
    assert [source["rows"] for source in found["sources"]][-2:] == [4, 600]
    assert {problem["code"] for problem in found["problems"]} >= {"RC506"}
    assert found["params"]["benchmark"] == {"2024-01-01": 0.28, "2024-06-15": 0.32, "2024-10-01": 0.3}
    assert any(card["capped"] for card in found["cards"])
    for card in found["cards"]:
        assert {"low", "high", "certain"} <= set(card["metrics"]["refund_rate"]) or card["metrics"]["refund_rate"][
            "value"
        ] is None
        assert card["metrics"]["repeat"]["relative"] is True
        scored = [metric["weight"] for metric in card["metrics"].values() if metric["weight"] is not None]
        assert sum(scored) == pytest.approx(1.0, abs=1e-12)
    keys = [(*card["entity"].values(), card["period"]) for card in found["cards"]]
    assert keys == sorted(keys)


def test_the_shipped_pack(panel: Path) -> None:
    pack = next(pack for pack in rulecard.packs() if pack.sample is not None)
    for language in ("zh", "en"):
        hold(read(rulecard.run(pack.rulesets[0], dataset=rulecard.sample_dataset(pack), language=language).to_json()))


WEIGHTED = """\
ruleset: weighted
version: 1.0.0
entity: e
inputs: {a: {}, b: {}, c: {}, d: {}}
metrics:
  a1: {formula: a, better: higher, score: {from: 0, to: 10}}
  b1: {formula: 1 / b, better: lower, score: {from: 1, to: 0}, undefined: worst}
  c1: {formula: c, better: target, score: {best: [4, 6], zero: [0, 10]}}
  d1: {formula: sqrt(d), better: higher, bands: [{level: poor, below: 1}, {level: fair, below: 2}, {level: good}]}
  a2: {formula: a + b, better: lower, score: {points: [[0, 100], [5, 30], [20, 0]]}, undefined: 33}
  watched: {formula: a - b, better: neutral}
groups:
  inner: {metrics: {a1: 3, b1: 1}, min_coverage: 0}
  outer: {groups: {inner: 2}, metrics: {c1: 5}, min_coverage: 30%}
stages:
  choose: [{when: a > 5, stage: high}, {when: b > 5, stage: straight}, {when: c > 5, stage: part}]
  profiles:
    high: {weights: {outer: 7, d1: 2}, rest: 1}
    straight: {weights: {a1: 1, c1: 2}, rest: 4}
    part: {weights: {d1: 1, a2: 3}, rest: 0}
overall: {weights: {outer: 1}, rest: 3, min_coverage: 0}
"""
CELLS = st.sampled_from(["", "0", "1", "4", "5.5", "9", "-1", "NaN", "1e308", "0.25"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), min_size=1, max_size=30))
def test_points_lost_add_up_to_what_is_missing_from_100(rows: list[tuple[str, ...]], tmp_path: Path) -> None:
    """For means without caps: 100 - score = the points lost; weights add up to 1, and coverage to what has a score."""
    (tmp_path / "r.yaml").write_text(WEIGHTED, encoding="utf-8")
    lines = [f"E{number:02d},{','.join(cells)}" for number, cells in enumerate(rows)]
    (tmp_path / "d.csv").write_text("e,a,b,c,d\n" + "\n".join(lines) + "\n", encoding="utf-8")
    found = read(rulecard.run(tmp_path / "r.yaml", tmp_path / "d.csv").to_json())
    hold(found)
    assert len(found["cards"]) == len(rows)
    for card in found["cards"]:
        metrics = card["metrics"]
        assert metrics["watched"]["weight"] is None
        weights = {name: metric["weight"] for name, metric in metrics.items() if name != "watched"}
        assert math.fsum(weights.values()) == pytest.approx(1.0, abs=1e-12)
        assert all(weight >= 0 for weight in weights.values())
        lost = [metric["points_lost"] for metric in metrics.values() if metric["points_lost"] is not None]
        if card["score"] is None:
            assert lost == []
            assert card["status"] == "low_coverage"
        else:
            assert 100 - card["score"] == pytest.approx(math.fsum(lost), abs=1e-9)
            counted = [
                weights[name]
                for name in weights
                if metrics[name]["points_lost"] is not None and weights[name] > 0 and metrics[name]["score"] is not None
            ]
            assert card["coverage"] == pytest.approx(math.fsum(counted), abs=1e-9)
        for group in card["groups"].values():
            assert (group["weight"] is None) == (card["stage"] == "straight")
