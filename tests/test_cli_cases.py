"""`test`: what passes, what fails and where, what no case reaches."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

import rulecard
from rulecard.cli import main

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
inputs: {orders: {}, visits: {}}
metrics:
  conversion:
    formula: orders / visits
    unit: percent
    bands: [{level: poor, below: 1%}, {level: fair, below: 3%}, {level: good}]
"""
CASES = """\
cases: ./shop.yaml
tests:
  - name: a weak month
    inputs: [{period: 2025-01, orders: 5, visits: 1000}, {period: 2025-02, orders: 5, visits: 0}, {period: 2025-03}]
    expect: [{period: 2025-01, levels: {conversion: poor}}]
  - name: edges
    metric: conversion
    edges: {0.01: fair, 0.03: good}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def break_edges(folder: Path) -> None:
    (folder / "cases.yaml").write_text(CASES.replace("0.03: good", "0.03: fair"), encoding="utf-8")


def test_cases_that_pass_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "."]) == 0
    assert capsys.readouterr().out == "2 passed in 1 file\n"
    assert main(["test", ".", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "1 个文件，2 个用例通过\n"
    assert main(["test", ".", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_a_failed_case_is_named_with_the_place_of_what_it_expected(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    break_edges(folder)
    assert main(["test", "."]) == 1
    heading, problem, _, mark, *rest = capsys.readouterr().out.splitlines()
    assert heading.startswith("✖ edges  cases.yaml:6")
    assert problem.startswith("cases.yaml:8:")
    assert "expected fair, got good" in problem
    assert "^" in mark
    assert rest[-1] == "1 failed, 1 passed in 1 file"


def test_k_runs_the_cases_of_that_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_edges(folder)
    assert main(["test", ".", "-k", "weak"]) == 0
    assert "1 passed" in capsys.readouterr().out
    assert main(["test", ".", "-k", "nothing of that name"]) == 2
    written = capsys.readouterr()
    assert "No case has `nothing of that name`" in written.err
    assert written.out == ""


def test_coverage_names_what_no_case_reaches(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", ".", "--coverage"]) == 0
    shown = capsys.readouterr().out
    assert "shop.yaml: cases reach 100%" in shown
    assert "3/3" in shown
    assert "reasons  2/2" in shown
    assert main(["test", ".", "--coverage", "-k", "weak"]) == 0
    shown = capsys.readouterr().out
    assert "shop.yaml: cases reach 66.6%" in shown
    assert "1/3" in shown
    assert "conversion: fair" in shown
    assert "conversion: good" in shown


def test_cover_at_least_demands_a_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", ".", "--cover-at-least", "100%"]) == 0
    assert main(["test", ".", "-k", "weak", "--cover-at-least", "66%"]) == 0
    assert main(["test", ".", "-k", "weak", "--cover-at-least", "0.67"]) == 1
    assert "cases reach 66.6%" in capsys.readouterr().err
    assert main(["test", ".", "--cover-at-least", "lots"]) == 2
    assert "is not a share" in capsys.readouterr().err


def test_junit_holds_every_case(folder: Path) -> None:
    break_edges(folder)
    assert main(["test", ".", "--junit", "out.xml"]) == 1
    suite = ElementTree.parse(folder / "out.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("cases.yaml", "2", "1")
    assert [(case.get("name"), case.find("failure") is None) for case in suite] == [
        ("a weak month", True),
        ("edges", False),
    ]


def test_a_file_that_cannot_be_used_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases.yaml").write_text(CASES.replace("levels:", "lovels:"), encoding="utf-8")
    assert main(["test", "."]) == 2
    written = capsys.readouterr()
    assert "cases.yaml:5:" in written.err
    assert "RC201" in written.err


def test_a_folder_without_cases_is_not_all_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases.yaml").unlink()
    assert main(["test", "."]) == 2
    assert "No cases found" in capsys.readouterr().err


def test_reasons_are_those_that_a_formula_can_give(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = "{a: {min: 0}, b: {min: 1}, c: {default: 0}, d: {}}"
    formulas = {
        "bounded": "a / b",
        "defaulted": "c / c",
        "asked": "a / d if d != 0 else 0",
        "kept": "coalesce(a / d, 0)",
        "either": "1 if is_missing(d) or d > 3 else 0",
        "other": "bounded * 2",
        "back": "prev(c)",
        "grown": "growth(d)",
        "rolled": "rolling_sum(c, 3)",
        "early": "rolling_sum(c, 3, 1)",
        "of_a_sum": "c / (c + 1)",
    }
    metrics = "\n".join(f"  {name}: {{formula: '{formula}'}}" for name, formula in formulas.items())
    (folder / "shop.yaml").write_text(
        f"ruleset: shop\nversion: 1.0.0\nperiod: month\ninputs: {inputs}\nmetrics:\n{metrics}\n", encoding="utf-8"
    )
    (folder / "cases.yaml").write_text(
        "cases: ./shop.yaml\ntests:\n  - {name: one, inputs: {a: 1, b: 1, c: 1, d: 1}, expect: {metrics: {kept: 1}}}\n",
        encoding="utf-8",
    )
    (found,) = rulecard.test("cases.yaml").coverage.values()
    (reasons,) = [kind for kind in found if kind.kind == "reasons"]
    # what the one case reaches: a first period has none before it
    assert reasons.all - len(reasons.missed) == 3
    assert reasons.missed == (
        "bounded: missing_input", "bounded: out_of_range", "defaulted: zero_denominator",
        "asked: missing_input", "asked: out_of_range",
        "grown: missing_input", "grown: negative_base", "grown: zero_denominator",
    )  # fmt: skip


def test_a_table_of_edges_reaches_no_reasons(folder: Path) -> None:
    (found,) = rulecard.test("cases.yaml", "edges").coverage.values()
    assert [(kind.kind, kind.all, len(kind.missed)) for kind in found if kind.all] == [
        ("metrics", 1, 0), ("bands", 3, 1), ("reasons", 2, 2),
    ]  # fmt: skip


EXTENDING = """\
ruleset: city-shop
version: 1.0.0
extends: ./shop.yaml
metrics:
  lost: {formula: 1 - orders / visits, unit: percent, better: lower}
advice:
  busy: {when: visits > 500, text: Many came}
"""
OVERLAY = """\
overlay: strict
version: 1.0.0
extends: ./shop.yaml
title: Strict
set:
  metrics.conversion.bands.1.below: 4%
"""


def test_coverage_counts_what_a_document_says_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = """cases: ./city.yaml
tests:
  - name: busy
    inputs: {orders: 5, visits: 1000}
    expect: {metrics: {lost: 99.5%}, advice: [busy]}
  - name: closed
    inputs: {orders: 0, visits: 0}
    expect: {metrics: {lost: null}}
  - {name: no count, inputs: {orders: 0}, expect: {metrics: {lost: null}}}
"""
    strict = "cases: ../strict.yaml\ntests:\n  - {name: edges, metric: conversion, edges: {0.0399: fair}}\n"
    files = {"city.yaml": EXTENDING, "strict.yaml": OVERLAY, "city-cases.yaml": cases, "deep/strict-cases.yaml": strict}
    (folder / "deep").mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert main(["test", ".", "--coverage", "--cover-at-least", "100%"]) == 0
    told = capsys.readouterr().out
    # one metric, one advice and two reasons of the one; the band whose cut the other moves
    assert "city.yaml: cases reach 100%\n  metrics  1/1" in told
    assert "strict.yaml: cases reach 100%\n  bands  1/1  100%\n" in told
    assert "deep" not in told
