"""Matters of style are told of where they are asked for, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulecard
from rulecard.cli import main

from .tree import ROOT

SHOP = """\
ruleset: shop
version: 0.1.0
entity: shop
inputs: {orders: {}, visits: {}}
params: {goal: {value: 4%, evidence: {kind: author, note: ours}}}
metrics:
  conversion:
    formula: orders / visits
    better: higher
    target: goal
    bands: [{level: poor, below: 2%}, {level: good}]
    evidence: {kind: source, ref: a handbook}
stages:
  default: young
  evidence: {kind: author}
  profiles: {young: {weights: {conversion: 3}}}
"""


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


def style_of(file: Path) -> list[str]:
    return [f"{one.code} {'.'.join(map(str, one.path))}" for one in rulecard.validate(file, style=True).problems]


def overlay(text: str) -> list[str]:
    file = Path("acme.yaml")
    file.write_text(f"overlay: acme\nextends: shop.yaml\nversion: 0.1.0\n{text}", encoding="utf-8")
    assert rulecard.validate(file).problems == ()
    return style_of(file)


def test_only_where_it_is_asked_for(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop.write_text(SHOP.replace(", evidence: {kind: author, note: ours}}}", "}}"), encoding="utf-8")
    assert main(["validate", "shop.yaml"]) == 0
    assert "RC9" not in capsys.readouterr().out
    assert main(["validate", "--style", "shop.yaml"]) == 0, "warnings leave the status at 0"
    assert "warning[RC901] nobody can see where the value of `goal` comes from" in capsys.readouterr().out
    assert rulecard.validate(shop).problems == ()
    assert style_of(shop) == ["RC901 params.goal.value"]


def test_beside_data(shop: Path) -> None:
    shop.write_text(SHOP.replace("    evidence: {kind: source, ref: a handbook}\n", ""), encoding="utf-8")
    Path("shops.csv").write_text("shop,orders,visits\nA,1,9\n", encoding="utf-8")
    assert rulecard.validate(shop, "shops.csv").problems == ()
    found = rulecard.validate(shop, "shops.csv", style=True).problems
    assert [problem.code for problem in found] == ["RC901"]


def test_an_overlay_answers_for_its_own_numbers_alone(shop: Path) -> None:
    shop.write_text(SHOP.replace("    evidence: {kind: source, ref: a handbook}\n", ""), encoding="utf-8")
    assert style_of(shop) == ["RC901 metrics.conversion.bands"]
    assert overlay("set: {params.goal.evidence.note: for 2025}\n") == []


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("set: {params.goal.value: 5%}\n", "params.goal.value"),
        ("set: {metrics.conversion.bands: [{level: poor, below: 3%}, {level: good}]}\n", "metrics.conversion.bands"),
        ("set: {metrics.conversion.bands.0.below: 3%}\n", "metrics.conversion.bands"),
        ("set: {metrics.conversion.target: 5%}\n", "metrics.conversion.target"),
    ],
)
def test_evidence_of_the_base_is_not_that_of_a_number_of_the_overlay(change: str, place: str) -> None:
    assert overlay(change) == [f"RC901 {place}"]


@pytest.mark.parametrize(
    "change",
    [
        "set: {params.goal.value: 5%, params.goal.evidence: {kind: author}}\n",
        "set: {params.goal: {value: 5%, evidence: {kind: author}}}\n",
        "set: {metrics.conversion.bands: [{level: poor, below: 3%, evidence: {kind: author}}, {level: good}]}\n",
        "set: {stages.profiles.young.weights: {conversion: 7}}\n",
        "set: {params.goal.value: 5%, params.goal.evidence.note: what we want}\n",
    ],
)
def test_an_overlay_says_why(change: str) -> None:
    assert overlay(change) == []


def test_an_overlay_that_makes_a_number_count_twice() -> None:
    change = "add: {metrics.misses: {formula: 1 - conversion, better: lower, score: {from: 1, to: 0}}}\n"
    weights = "set: {stages.profiles.young.weights: {conversion: 1, misses: 1}}\n"
    assert overlay(change + weights) == ["RC902 metrics.misses.formula"]


def test_shipped_packs_have_nothing_to_mend() -> None:
    assert rulecard.validate(ROOT / "rulesets", style=True).problems == ()
