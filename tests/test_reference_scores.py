"""The reference's bands, scores, weights and caps, against answers worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from .reference import scorecards


def scored(value: float, **spec: Any) -> tuple[Any, Any, Any]:
    """Status, level and score of a metric that has a value."""
    document = {"ruleset": "t", "inputs": {"x": {}}, "metrics": {"m": {"formula": "x", **spec}}}
    m = scorecards(document, [{"x": value}])[0]["metrics"]["m"]
    return m["status"], m["level"], m["score"] if m["score"] is None else pytest.approx(m["score"])


def test_edges_of_bands() -> None:
    below = [{"level": "poor", "below": "1%"}, {"level": "fair", "below": "3%", "score": 40}, {"level": "good"}]
    assert [scored(x, bands=below)[1] for x in (0, 0.0099, 0.01, 0.01 - 1e-13, 0.03)] == [
        "poor",
        "poor",
        "fair",
        "fair",
        "good",
    ]
    assert scored(0.02, bands=below)[2] == 40
    upto = [{"level": "good", "upto": 0.3}, {"level": "poor"}]
    assert [scored(x, bands=upto)[1] for x in (0.1 + 0.2, 0.3 + 2e-9)] == ["good", "poor"]
    goal = [{"level": "poor", "below": "target * 0.9"}, {"level": "good", "below": "target"}, {"level": "excellent"}]
    assert [scored(x, bands=goal, target=100)[1] for x in (89, 90, 100)] == ["poor", "good", "excellent"]
    assert scored(5, bands=goal, target=-100) == ("bands_crossed", None, None)


def test_bands_by_category() -> None:
    document = {
        "ruleset": "t",
        "inputs": {"x": {}, "size": {"type": "text"}},
        "metrics": {
            "m": {
                "formula": "x",
                "bands": {
                    "by": "size",
                    "medium": [{"level": "poor", "below": "10%"}, {"level": "good"}],
                    "otherwise": [{"level": "poor", "below": "5%"}, {"level": "good"}],
                },
            }
        },
    }

    def level(size: str | None) -> tuple[Any, Any]:
        m = scorecards(document, [{"x": 0.07, "size": size}])[0]["metrics"]["m"]
        return m["status"], m["level"]

    assert [level(size) for size in ("medium", "large", None)] == [
        ("ok", "poor"),
        ("ok", "good"),
        ("missing_input", None),
    ]


def test_scores() -> None:
    points = {"points": [[0, 0], ["20%", 60], ["40%", 80], ["60%", 100]]}
    assert [scored(x, score=points)[2] for x in (-1, 0.1, 0.3, 0.5, 2)] == [0, 30, 70, 90, 100]
    assert [scored(x, score={"from": 10, "to": 0})[2] for x in (11, 2.5, -1)] == [0, 75, 100]
    goal = {"goal": 10, "red_flag": 4}
    assert [scored(x, score=goal)[2] for x in (-3, 4, 10, 13, 20)] == [0, 100 / 3, 200 / 3, 250 / 3, 100]
    peak = {"best": [2, 4], "zero": [0, 8]}
    assert [scored(x, score=peak)[2] for x in (-1, 1, 2, 3, 4, 5, 9)] == [0, 50, 100, 100, 100, 75, 0]
    assert scored(3, score={"from": 5, "to": 5}) == ("bands_crossed", None, None)
    assert scored(3) == ("ok", None, None)
    assert scored(3, score={"from": 0, "to": 4}, better="neutral") == ("ok", None, None)


def test_relative_scores() -> None:
    def ranked(kind: str, *numbers: float | None, better: str = "higher") -> list[Any]:
        spec = {"formula": "x", "better": better, "score": {"relative": kind, "within": "period"}}
        document = {"ruleset": "t", "entity": "e", "inputs": {"x": {}}, "metrics": {"m": spec}}
        cards = scorecards(document, [{"e": f"e{i}", "x": x} for i, x in enumerate(numbers)])
        return [card["metrics"]["m"]["score"] for card in cards]

    assert ranked("percentile", 1, 2, 2, 5, None) == [0, 50, 50, 100, None]
    assert ranked("percentile", 1, 2, 5, better="lower") == [100, 50, 0]
    assert ranked("minmax", 1, 2, 5) == [0, 25, 100]
    assert ranked("zscore", 1, 2, 3) == [40, 50, 60]
    assert ranked("zscore", 7) == [None]
    assert ranked("minmax", 7, 7) == [None, None]


def test_peers() -> None:
    formulas = ["peer_mean(x)", "peer_median(x)", "peer_min(x)", "peer_max(x)", "peer_rank(x)", "peer_percentile(x)"]
    metrics = {formula[5:-3]: {"formula": formula} for formula in formulas}
    document = {"ruleset": "t", "entity": "e", "inputs": {"x": {}}, "metrics": metrics}
    cards = scorecards(document, [{"e": f"e{i}", "x": x} for i, x in enumerate([1, 5, 5, 9, None])])
    found = [[m["value"] for m in card["metrics"].values()] for card in cards]
    assert found[0] == [5, 5, 1, 9, 4, 0]
    assert found[1] == found[2] == [5, 5, 1, 9, 2.5, 0.5]
    assert found[3] == [5, 5, 1, 9, 1, 1]
    assert found[4] == [5, 5, 1, 9, None, None]


def test_no_value_filled() -> None:
    bands = [{"level": "poor", "below": 1}, {"level": "good"}]
    document: dict[str, Any] = {"ruleset": "t", "inputs": {"x": {}}, "metrics": {}}
    for name, undefined in {"skip": "skip", "worst": "worst", "number": 30}.items():
        document["metrics"][name] = {"formula": "x", "bands": bands, "undefined": undefined}
    card = scorecards(document, [{"x": None}])[0]
    assert [m["score"] for m in card["metrics"].values()] == [None, 0, 30]
    assert {(m["value"], m["status"], m["level"]) for m in card["metrics"].values()} == {(None, "missing_input", None)}
    assert (card["score"], card["coverage"]) == (15, pytest.approx(2 / 3))


LINE = {"from": 0, "to": 100}
STAGED: dict[str, Any] = {
    "ruleset": "t",
    "inputs": {name: {} for name in ("a", "b", "c", "d")},
    "metrics": {
        "ma": {"formula": "a", "score": LINE},
        "mb": {"formula": "b", "score": LINE},
        "mc": {"formula": "c", "score": LINE},
        "md": {"formula": "d", "score": LINE},
    },
    "groups": {"g": {"metrics": {"ma": 2, "mb": 1}}},
    "stages": {
        "choose": [{"when": "a < 10", "stage": "startup"}],
        "default": "mature",
        "profiles": {
            "startup": {"weights": {"g": 50, "mc": 20}, "rest": 30},
            "mature": {"weights": {"mc": 100}, "rest": 0},
            "flat": {"weights": {"ma": 1}, "rest": 1},
        },
    },
}


def test_stages_and_weights() -> None:
    row = {"a": 4.0, "b": 100.0, "c": 50.0, "d": None}
    card = scorecards(STAGED, [row])[0]
    assert card["stage"] == "startup"
    weights = {name: m["weight"] for name, m in card["metrics"].items()}
    assert weights == pytest.approx({"ma": 1 / 3, "mb": 1 / 6, "mc": 0.2, "md": 0.3})
    assert card["groups"]["g"]["score"] == pytest.approx(36)
    assert card["score"] == pytest.approx((36 * 50 + 50 * 20) / 70)
    assert card["coverage"] == pytest.approx(0.7)
    lost = [m["points_lost"] for m in card["metrics"].values()]
    assert lost[3] is None
    assert sum(lost[:3]) == pytest.approx(100 - card["score"])
    assert scorecards(STAGED, [row | {"a": 40.0}])[0]["score"] == 50
    flat = scorecards(STAGED, [row], stage="flat")[0]
    assert flat["score"] == pytest.approx((4 + (100 + 50) / 3) / (1 + 2 / 3))


@pytest.mark.parametrize(("combine", "score"), [("mean", 62.5), ("geometric", 50), ("harmonic", 40), ("worst", 25)])
def test_ways_to_combine(combine: str, score: float) -> None:
    document = {
        "ruleset": "t",
        "inputs": {"a": {}, "b": {}},
        "metrics": {"ma": {"formula": "a", "score": LINE}, "mb": {"formula": "b", "score": LINE}},
        "groups": {"g": {"metrics": ["ma", "mb"], "combine": combine, "min_coverage": "60%"}},
    }
    assert scorecards(document, [{"a": 25, "b": 100}])[0]["score"] == pytest.approx(score)
    half = scorecards(document, [{"a": None, "b": 100}])[0]
    assert half["groups"]["g"]["status"] == half["status"] == "low_coverage"
    assert (half["groups"]["g"]["coverage"], half["coverage"], half["score"], half["level"]) == (0.5, 0, None, None)


def test_caps_and_the_order_of_advice() -> None:
    document = {
        **STAGED,
        "stages": {},
        "groups": {},
        "overall": {
            "caps": [
                {"when": 'level(mx) == "critical"', "at_most": 59},
                {"when": "ma < 50", "at_most": 70},
                {"when": "mb / 0 > 1", "at_most": 1},
            ]
        },
        "advice": {
            "first": {"when": "ma < 50 and mb > 0", "text": "-"},
            "second": {"when": "score(mc) < 100", "text": "-"},
            "praise": {"when": "mb > 99", "severity": "praise", "text": "-"},
            "worst": {"when": 'level(mx) <= "poor"', "severity": "critical", "text": "-", "metrics": ["mx", "ma"]},
            "staged": {"when": "mb > 99", "text": "-", "stages": ["startup"]},
        },
    }
    bands = [{"level": "critical", "below": 0}, {"level": "excellent"}]
    document["metrics"] = {**STAGED["metrics"], "mx": {"formula": "d", "bands": bands}}
    card = scorecards(document, [{"a": 40, "b": 100, "c": 20, "d": 100}])[0]
    assert (card["score"], card["level"], card["capped"]) == (70, "good", {"at_most": 70, "score": pytest.approx(72)})
    assert [(a["id"], a["metrics"], a["points_lost"]) for a in card["advice"]] == [
        ("second", ["mc"], pytest.approx(16)),
        ("first", ["ma", "mb"], pytest.approx(12)),
        ("praise", ["mb"], 0),
    ]
    low = scorecards(document, [{"a": 40, "b": 100, "c": 20, "d": -1}])[0]
    assert (low["score"], low["capped"]) == (32, None)
    assert low["advice"][0]["id"] == "worst"
