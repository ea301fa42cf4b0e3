"""Overlays and `extends`: what they change, in what order, where a mistake is told, and which layer set a value."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import rulecard
from rulecard.language.loading import load

BASE = """\
ruleset: shop-health
version: 0.1.0
title: {zh: 店铺, en: Shop}
inputs:
  orders: {}
  visits: {}
params:
  goal: {value: 3%}
metrics:
  conversion:
    formula: orders / visits
    better: higher
    bands:
      - {level: poor, below: 1%}
      - {level: good, below: goal}
      - {level: excellent}
advice:
  fix_funnel: {when: level(conversion) == "poor", text: Look at the landing page.}
"""
RETAIL = """\
overlay: retail
extends: base.yaml
version: 1.0.0
set:
  params.goal.value: 5%
  metrics.conversion.bands.0.below: 2%
add:
  metrics.per_order: {formula: visits / orders}
remove: [advice.fix_funnel]
"""
ACME = """\
overlay: acme
extends: base.yaml
version: 1.0.0
set:
  params.goal.value: 10%
  metrics.per_order.formula: visits / greatest(orders, 1)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("base", BASE), ("retail", RETAIL), ("acme", ACME)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def level(folder: Path, orders: float, *overlays: str) -> str | None:
    data = pl.DataFrame({"orders": [orders], "visits": [100.0]})
    result = rulecard.run(folder / "base.yaml", data, overlays=[folder / f"{name}.yaml" for name in overlays])
    return next(result.scorecards()).metrics["conversion"].level


def test_overlays_stack_in_the_order_given(folder: Path) -> None:
    assert [level(folder, 1.5), level(folder, 4), level(folder, 7)] == ["good", "excellent", "excellent"]
    assert [level(folder, n, "retail") for n in (1.5, 4, 7)] == ["poor", "good", "excellent"]
    assert [level(folder, n, "retail", "acme") for n in (1.5, 4, 7)] == ["poor", "good", "good"]


def test_add_and_remove(folder: Path) -> None:
    data = pl.DataFrame({"orders": [0.0], "visits": [100.0]})
    card = next(rulecard.run(folder / "base.yaml", data).scorecards())
    assert "per_order" not in card.metrics
    assert [advice.id for advice in card.advice] == ["fix_funnel"]
    card = next(rulecard.run(folder / "base.yaml", data, overlays=[folder / "retail.yaml"]).scorecards())
    assert card.metrics["per_order"].status == "zero_denominator"
    assert card.advice == ()
    both = [folder / "retail.yaml", folder / "acme.yaml"]
    result = rulecard.run(folder / "base.yaml", data, overlays=both)
    assert next(result.scorecards()).metrics["per_order"].value == 100
    assert result.to_dict()["ruleset"]["overlays"] == ["retail", "acme"]


def test_every_value_remembers_its_layer(folder: Path) -> None:
    ruleset, problems = load(folder / "base.yaml", [folder / "retail.yaml", folder / "acme.yaml"])
    assert ruleset is not None and not problems
    layer = ruleset.origin.layer
    assert layer(("metrics", "conversion", "formula")) == "shop-health"
    assert layer(("metrics", "conversion", "bands", 0, "below")) == "retail"
    assert layer(("metrics", "conversion", "bands", 1, "below")) == "shop-health"
    assert layer(("params", "goal", "value")) == "acme"
    assert layer(("metrics", "per_order", "formula")) == "acme"
    assert ruleset.origin.at(("params", "goal", "value")).file.endswith("acme.yaml")


@pytest.mark.parametrize(
    ("change", "code", "line", "column", "said"),
    [
        ("set:\n  metrics.conversoin.formula: orders\n", "RC601", 5, 3, "metrics.conversion.formula"),
        ("add:\n  metrics.conversion: {formula: orders}\n", "RC602", 5, 3, "`set` changes it"),
        ("remove: [advice.fix_funel]\n", "RC601", 4, 10, "advice.fix_funnel"),
        ("set:\n  metrics.conversion.formula: orders / vists\n", "RC301", 5, 40, "visits"),
        ("set:\n  metrics.conversion.better: lower\n", "RC403", 15, 17, "better"),
    ],
)
def test_a_mistake_is_told_where_it_was_made(
    folder: Path, change: str, code: str, line: int, column: int, said: str
) -> None:
    file = folder / "wrong.yaml"
    file.write_text(f"overlay: wrong\nextends: base.yaml\nversion: 1.0.0\n{change}", encoding="utf-8")
    [problem] = [one for one in rulecard.validate([file]).problems if one.severity == "error"]
    assert problem.location is not None
    assert (problem.code, problem.location.line, problem.location.column) == (code, line, column)
    assert said in f"{problem.message} {problem.hint}"


def test_an_overlay_of_another_ruleset_is_refused(folder: Path) -> None:
    (folder / "other.yaml").write_text(BASE.replace("shop-health", "other"), encoding="utf-8")
    (folder / "for_other.yaml").write_text(ACME.replace("base.yaml", "other.yaml"), encoding="utf-8")
    with pytest.raises(rulecard.Problems) as refused:
        level(folder, 1, "for_other")
    assert [problem.code for problem in refused.value.problems] == ["RC603"]


def test_a_ruleset_that_extends_another_adds_and_replaces_entries(folder: Path) -> None:
    (folder / "child.yaml").write_text(
        "ruleset: child\nextends: base.yaml\nversion: 0.2.0\nparams:\n  goal: {value: 20%}\n"
        "metrics:\n  per_order: {formula: visits / orders}\n",
        encoding="utf-8",
    )
    data = pl.DataFrame({"orders": [15.0], "visits": [100.0]})
    result = rulecard.run(folder / "child.yaml", data)
    card = next(result.scorecards())
    assert (result.ruleset.id, result.ruleset.version) == ("child", "0.2.0")
    assert card.metrics["conversion"].level == "good"
    assert card.metrics["per_order"].value == pytest.approx(100 / 15)


def test_rulesets_that_extend_each_other_are_told_as_a_circle(folder: Path) -> None:
    (folder / "a.yaml").write_text("ruleset: a\nextends: b.yaml\nversion: 0.1.0\n", encoding="utf-8")
    (folder / "b.yaml").write_text("ruleset: b\nextends: a.yaml\nversion: 0.1.0\n", encoding="utf-8")
    problems = rulecard.validate([folder / "a.yaml"]).problems
    assert [problem.code for problem in problems] == ["RC310"]
    assert "a.yaml → b.yaml → a.yaml" in problems[0].message
