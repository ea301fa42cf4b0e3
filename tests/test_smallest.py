"""The smallest ruleset of the language on a file with just its columns; every number here was worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rulecard
from rulecard.cli import main

RULESET = """\
ruleset: shop-health
version: 0.1.0
entity: shop
period: month
inputs:
  orders: {}
  visits: {}
metrics:
  conversion:
    formula: orders / visits
    unit: percent
    better: higher
    bands:
      - {level: poor, below: 1%}
      - {level: fair, below: 3%}
      - {level: good}
advice:
  fix_funnel:
    when: level(conversion) == "poor"
    text: Conversion is {conversion}. Check the landing page.
"""
SHOPS = """\
shop,date,orders,visits
B,2025-02-01,30,1000
A,2025-01-31,5,1000
A,2025-02-28,10,1000
A,2025-03-15,29,1000
B,2025-01-01,0,800
B,2025-03-31,12,0
C,2025-03-01,,400
"""
NO_VALUE = (None, None, None, None)
# shop, month: conversion, level, score, points lost; then what the card as a whole has
CARDS = {
    ("A", "2025-01"): ((0.005, "poor", 25.0, 75.0), (25.0, "poor", "ok", 1.0)),
    ("A", "2025-02"): ((0.01, "fair", 50.0, 50.0), (50.0, "fair", "ok", 1.0)),
    ("A", "2025-03"): ((0.029, "fair", 50.0, 50.0), (50.0, "fair", "ok", 1.0)),
    ("B", "2025-01"): ((0.0, "poor", 25.0, 75.0), (25.0, "poor", "ok", 1.0)),
    ("B", "2025-02"): ((0.03, "good", 75.0, 25.0), (75.0, "good", "ok", 1.0)),
    ("B", "2025-03"): (NO_VALUE, (None, None, "low_coverage", 0.0)),
    ("C", "2025-03"): (NO_VALUE, (None, None, "low_coverage", 0.0)),
}
REASONS = {("B", "2025-03"): "zero_denominator", ("C", "2025-03"): "missing_input"}
ADVICE = {
    ("A", "2025-01"): "Conversion is 0.5%. Check the landing page.",
    ("B", "2025-01"): "Conversion is 0%. Check the landing page.",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "shops.csv").write_text(SHOPS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_every_card_by_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str], engine: str) -> None:
    assert main(["run", "shop.yaml", "--data", "shops.csv", "--format", "json", "--engine", engine]) == 0
    written = capsys.readouterr()
    assert written.err == ""
    result: dict[str, Any] = json.loads(written.out)
    assert result["sources"] == [{"name": "data", "path": "shops.csv", "rows": 7}]
    assert (result["ruleset"]["id"], result["ruleset"]["version"], result["params"]) == ("shop-health", "0.1.0", {})
    cards = {(card["entity"]["shop"], card["period"]): card for card in result["cards"]}
    assert list(cards) == sorted(CARDS)
    for key, ((value, level, score, lost), overall) in CARDS.items():
        card = cards[key]
        assert card["metrics"] == {
            "conversion": {
                "value": value if value is None else pytest.approx(value, abs=1e-15),
                "status": REASONS.get(key, "ok"),
                "level": level,
                "score": score,
                "weight": 1.0,
                "points_lost": lost,
                "target": None,
            }
        }
        assert (card["score"], card["level"], card["status"], card["coverage"]) == overall
        assert (card["stage"], card["capped"], card["groups"]) == (None, None, {})
        said = [] if key not in ADVICE else [("fix_funnel", "warning", ADVICE[key], ["conversion"], 75.0)]
        assert [(a["id"], a["severity"], a["text"], a["metrics"], a["points_lost"]) for a in card["advice"]] == said


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_same_by_python(folder: Path, engine: str) -> None:
    result = rulecard.run("shop.yaml", data="shops.csv", engine=engine)
    assert result.problems == ()
    found = {
        (card.entity["shop"], card.period): (
            (m.value and round(m.value, 12), m.level, m.score, m.points_lost),
            (card.score, card.level, card.status, card.coverage),
        )
        for card in result.scorecards()
        for m in card.metrics.values()
    }
    assert found == CARDS
    assert result.cards.rows() == [
        (shop, month, None, *overall[:3], overall[3], False) for (shop, month), (_, overall) in sorted(CARDS.items())
    ]
    assert result.advice.select("shop", "period", "id", "text").rows() == [
        (shop, month, "fix_funnel", text) for (shop, month), text in sorted(ADVICE.items())
    ]


def test_the_table_shows_value_reason_and_advice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "shop.yaml", "--data", "shops.csv", "--period", "2025-01"]) == 0
    assert "Conversion is 0.5%. Check the landing page." in capsys.readouterr().out
    assert main(["run", "shop.yaml", "--data", "shops.csv"]) == 0
    shown = capsys.readouterr().out
    assert "2.9%" in shown
    assert "divided by zero" in shown
