"""`test`: a case that fails says how what came came about, in the terminal and in JUnit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from junitparser import JUnitXml

import rulecard
from rulecard.cli import main

from .tree import ROOT

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
inputs: {orders: {}, visits: {}, size: {type: text}}
params: {goal: {value: 100}}
metrics:
  conversion:
    title: {en: Conversion, zh: 转化率}
    formula: orders / visits
    unit: percent
    bands: [{level: poor, below: 1%}, {level: fair, below: 3%}, {level: good}]
  rising:
    formula: growth(orders)
    bands:
      by: size
      small: [{level: poor, upto: 0}, {level: good}]
      otherwise: [{level: poor, below: 10%}, {level: good}]
  reached: {formula: orders / goal}
groups: {sales: {metrics: {conversion: 3, rising: 1}}}
stages:
  choose: [{when: visits < 500, stage: young}]
  default: settled
  profiles: {young: {weights: {sales: 1}}, settled: {weights: {sales: 1}}}
overall:
  bands: [{level: poor, below: 30}, {level: good}]
  caps: [{when: orders < 20, at_most: 40, because: too few}]
advice:
  funnel: {when: level(conversion) <= "poor" and orders > 2, text: Look}
  early: {when: orders > 0, text: Early, stages: [young]}
"""
CASES = """\
cases: ./shop.yaml
tests:
  - name: months
    inputs:
      - {period: 2025-01, orders: 4, visits: 1000, size: small}
      - {period: 2025-02, orders: 5, visits: 1000, size: small}
    expect:
      - period: 2025-02
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def told(folder: Path, expected: str, language: str = "en") -> list[tuple[str, list[str]]]:
    """What is said of each expectation that does not hold."""
    (folder / "cases.yaml").write_text(f"{CASES}        {expected}\n", encoding="utf-8")
    report = rulecard.test("cases.yaml", language=language)
    assert report.problems == ()
    return [(one.message, (one.hint or "").splitlines()) for one in report.results[0].failures]


@pytest.mark.parametrize(
    ("expected", "message", "lines"),
    [
        ("metrics: {conversion: 1%}", "conversion (Conversion) in 2025-02: expected 1%, got 0.5%",
         ["formula: conversion = orders / visits   (shop.yaml:10)", "with its values: 5 / 1000 = 0.005"]),
        ("metrics: {rising: 0}", "rising in 2025-02: expected 0, got 0.25",
         ["formula: rising = growth(orders)   (shop.yaml:14)", "where orders = 4 (2025-01), 5 (2025-02)"]),
        ("metrics: {reached: null}", "reached in 2025-02: expected no value, got 0.05",
         ["formula: reached = orders / goal   (shop.yaml:19)", "with its values: 5 / 100 = 0.05"]),
        ("levels: {conversion: good}", "level of conversion (Conversion) in 2025-02: expected good, got poor",
         ["band: 0.005 is below 1%, so poor   (shop.yaml:12)", "good would be from 3%",
          "formula: conversion = orders / visits   (shop.yaml:10)", "with its values: 5 / 1000 = 0.005"]),
        ("levels: {rising: poor}", "level of rising in 2025-02: expected poor, got good",
         ["band: 0.25 is above 0, so good   (shop.yaml:17)", "poor would be up to 0",
          "formula: rising = growth(orders)   (shop.yaml:14)", "where orders = 4 (2025-01), 5 (2025-02)"]),
        ("scores: {sales: 50}", "score of sales in 2025-02: expected 50, got 37.5",
         ["made of score × weight: conversion 25 × 3, rising 75 × 1"]),
        ("score: 40", "overall score in 2025-02: expected 40, got 37.5", ["made of score × weight: sales 37.5 × 1"]),
        ("level: poor", "overall level in 2025-02: expected poor, got good",
         ["band: 37.5 is from 30, so good   (shop.yaml:26)", "poor would be below 30",
          "made of score × weight: sales 37.5 × 1"]),
        ("status: {conversion: zero_denominator}",
         "status of conversion (Conversion) in 2025-02: expected zero_denominator, got ok",
         ["formula: conversion = orders / visits   (shop.yaml:10)", "with its values: 5 / 1000 = 0.005"]),
        ("stage: young", "stage in 2025-02: expected young, got settled",
         ["condition of young: visits < 500   (shop.yaml:22)", "with its values: 1000 < 500"]),
        ("no_advice: [funnel]", "advice funnel was given and none is expected in 2025-02",
         ['its condition: level(conversion) <= "poor" and orders > 2   (shop.yaml:29)',
          'with its values: level(conversion) <= "poor" and 5 > 2', "where level(conversion) = poor",
          "where conversion = 0.005"]),
        ("advice: [early]", "advice early is expected and was not given in 2025-02",
         ["its condition: orders > 0   (shop.yaml:30)", "with its values: 5 > 0",
          "it is for the stage young only, and this card has settled"]),
    ],
)  # fmt: skip
def test_each_kind_of_expectation_says_how_it_came_about(
    folder: Path, expected: str, message: str, lines: list[str]
) -> None:
    assert told(folder, expected) == [(message, lines)]


def test_in_chinese(folder: Path) -> None:
    assert told(folder, "levels: {conversion: good}", "zh") == [
        ("2025-02 conversion（转化率） 的等级：期望 good，实得 poor",
         ["区间：0.005 小于 1%，为 poor   (shop.yaml:12)", "good 的区间：不小于 3%",
          "公式：conversion = orders / visits   (shop.yaml:10)", "代入数值：5 / 1000 = 0.005"]),
    ]  # fmt: skip


def test_a_formula_is_told_once_for_a_value_and_its_level(folder: Path) -> None:
    found = told(folder, "metrics: {conversion: 4%}\n        levels: {conversion: good}")
    assert [len(lines) for _, lines in found] == [2, 2]


def test_only_what_differs_is_shown(folder: Path) -> None:
    expected = "{period: 2025-02, metrics: {conversion: 0.5%, rising: 0.3}, levels: {conversion: poor, rising: good}}"
    text = CASES.replace("      - period: 2025-02\n", f"      - {expected}\n")
    (folder / "cases.yaml").write_text(text, encoding="utf-8")
    failures = rulecard.test("cases.yaml").results[0].failures
    assert [one.message for one in failures] == ["rising in 2025-02: expected 0.3, got 0.25"]


def test_no_value_says_why_and_rows_say_where_an_input_comes_from(folder: Path) -> None:
    (folder / "shop.yaml").write_text(
        "ruleset: shop\nversion: 1.0.0\nentity: shop\nsources: {sold: {columns: {shop: text, amount: number}}}\n"
        "inputs: {sales: {from: sold, formula: sum(amount), max: 100}}\nmetrics: {half: {formula: sales / 2}}\n",
        encoding="utf-8",
    )
    (folder / "cases.yaml").write_text(
        "cases: ./shop.yaml\ntests:\n  - name: too much\n    data: {sold: [{shop: A, amount: 101}]}\n"
        "    expect: {metrics: {half: 50.5}}\n",
        encoding="utf-8",
    )
    (failure,) = rulecard.test("cases.yaml").results[0].failures
    assert failure.message == "half: expected 50.5, got no value"
    assert (failure.hint or "").splitlines() == [
        "formula: half = sales / 2   (shop.yaml:6)",
        "with its values: no value / 2 = no value",
        "input: sales = sum(amount)   (shop.yaml:5)",
        "no value: out of range (out_of_range)",
    ]


def test_a_value_without_a_level_says_why(folder: Path) -> None:
    text = RULESET.replace("below: 10%", "below: prev(rising)")
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    case = CASES.replace("size: small", "size: big")
    (folder / "cases.yaml").write_text(f"{case}        levels: {{rising: poor}}\n", encoding="utf-8")
    (failure,) = rulecard.test("cases.yaml").results[0].failures
    assert failure.message == "level of rising in 2025-02: expected poor, got no value"
    assert (failure.hint or "").splitlines()[-1] == "no level: no earlier period (no_prior_period)"


def test_tolerance_of_a_file_a_case_and_a_value(folder: Path) -> None:
    def fails(head: str, own: str, score: str) -> bool:
        (folder / "cases.yaml").write_text(
            f"{head}cases: ./shop.yaml\ntests:\n  - name: one\n{own}    inputs: {{orders: 5, visits: 1000}}\n"
            f"    expect: {{metrics: {{conversion: {score}}}}}\n".replace(
                f"{head}cases: ./shop.yaml\n", f"cases: ./shop.yaml\n{head}"
            ),
            encoding="utf-8",
        )
        report = rulecard.test("cases.yaml")
        assert report.problems == ()
        return not report.passed

    assert fails("", "", "0.0052")
    assert not fails("", "", "0.00509")
    assert not fails("tolerance: 0.001\n", "", "0.0052")
    assert fails("tolerance: 0.001\n", "    tolerance: 0\n", "0.0052")
    assert not fails("", "    tolerance: 0.001\n", "0.0052")
    assert not fails("tolerance: 0\n", "    tolerance: 0\n", "{value: 0.6%, tolerance: 0.0011}")
    assert fails("tolerance: 1\n", "    tolerance: 1\n", "{value: 0.6%, tolerance: 0.0009}")
    assert fails("", "", "{value: null, tolerance: 1}")


def test_terminal_and_junit_show_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(folder, "levels: {conversion: good}")
    assert main(["test", ".", "--junit", "out.xml"]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "✖ months  cases.yaml:3"
    assert "   = band: 0.005 is below 1%, so poor   (shop.yaml:12)" in shown
    assert "help" not in "".join(shown)
    suites = JUnitXml.fromfile("out.xml")
    assert (suites.tests, suites.failures, suites.errors) == (1, 1, 0)
    (failure,) = next(iter(next(iter(suites)))).result
    assert failure.message == "level of conversion (Conversion) in 2025-02: expected good, got poor"
    assert failure.text.splitlines() == shown[1:-2]


def test_a_broken_case_of_the_shipped_pack(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "rulesets" / "wecom-private-domain", folder / "pack")
    file = folder / "pack" / "cases" / "advice.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("messages_per_member: 0.75") == 1
    file.write_text(text.replace("messages_per_member: 0.75", "messages_per_member: 0.8"), encoding="utf-8")
    assert main(["test", "pack", "--lang", "zh"]) == 1
    shown = capsys.readouterr().out
    assert "messages_per_member（人均群消息数）：期望 0.8，实得 0.75" in shown
    assert "代入数值：3000 / 4000 = 0.75" in shown
