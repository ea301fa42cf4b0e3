"""`test --update`: expectations say what came, and nothing else in the file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulecard.cli import main

RULESET = """\
ruleset: shop
version: 1.0.0
period: month
inputs: {orders: {}, visits: {}}
metrics:
  conversion:
    formula: orders / visits
    bands: [{level: poor, below: 1%}, {level: fair, below: 3%}, {level: "good"}]
advice: {funnel: {when: level(conversion) <= "poor", text: Look}}
"""
CASES = """\
# What a shop is.
cases: ./shop.yaml
tests:
  - name: "months"   # two
    inputs:
      - {period: 2025-01, orders: 5, visits: 1000}
      - {period: 2025-02, orders: 5, visits: 0}
    expect:
      - period: 2025-01
        metrics: {conversion: 7%}   # by hand
        levels:
          conversion: 'good'

        score: {value: 10, tolerance: 0.5}
      - {period: 2025-02, metrics: { conversion : 0.1 }, status: {conversion: ok}}
  - name: edges
    metric: conversion
    edges: {0: poor, 1%: poor, 0.03: fair}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def updated(folder: Path, text: str, *more: str) -> tuple[int, str]:
    """The exit status and the file behind an update."""
    file = folder / "cases.yaml"
    file.write_bytes(text.encode())
    status = main(["test", "cases.yaml", "--update", *more])
    return status, file.read_bytes().decode()


def test_values_change_and_comments_and_layout_stay(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, text = updated(folder, CASES)
    expected = CASES
    for old, new in (
        ("conversion: 7%", "conversion: 0.5%"),
        ("conversion: 'good'", "conversion: 'poor'"),
        ("value: 10,", "value: 25,"),
        ("{ conversion : 0.1 }", "{ conversion : null }"),
        ("conversion: ok", "conversion: zero_denominator"),
        ("1%: poor, 0.03: fair", "1%: fair, 0.03: good"),
    ):
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert text == expected
    assert status == 0
    written = capsys.readouterr()
    assert (
        "-        metrics: {conversion: 7%}   # by hand\n+        metrics: {conversion: 0.5%}   # by hand"
        in written.out
    )
    assert "expectations rewritten: 7" in written.err
    assert main(["test", "cases.yaml"]) == 0


def test_the_ends_of_lines_and_the_mark_before_them_stay(folder: Path) -> None:
    text = "\ufeff" + CASES.replace("\n", "\r\n")
    status, after = updated(folder, text)
    for old, new in (("7%", "0.5%"), ("'good'", "'poor'"), ("value: 10", "value: 25"), (": 0.1 }", ": null }"),
                     (": ok}", ": zero_denominator}"), ("1%: poor, 0.03: fair", "1%: fair, 0.03: good")):  # fmt: skip
        text = text.replace(old, new)
    assert (status, after) == (0, text)


def test_what_holds_is_not_touched(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, right = updated(folder, CASES)
    capsys.readouterr()
    assert updated(folder, right) == (0, right)
    assert capsys.readouterr() == ("2 passed in 1 file\n", "")


def test_k_rewrites_the_cases_of_that_name(folder: Path) -> None:
    status, text = updated(folder, CASES, "-k", "edges")
    assert (status, text) == (0, CASES.replace("1%: poor, 0.03: fair", "1%: fair, 0.03: good"))


def test_what_cannot_be_put_right_in_place_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "cases: ./shop.yaml\ntests:\n  - name: one\n    inputs: {orders: 50, visits: 1000}\n"
        "    expect: {levels: {conversion: fair}, advice: [funnel]}\n"
        "  - name: two\n    inputs: {orders: 5, visits: 1000}\n    expect: {no_advice: [funnel]}\n"
        "  - name: three\n    inputs: {orders: 5, visits: 1000}\n    expect:\n      score:\n"
    )
    status, after = updated(folder, text)
    assert (status, after) == (1, text.replace("conversion: fair", "conversion: good"))
    told = capsys.readouterr().err
    assert "cannot be rewritten in place, change them by hand: 3" in told
    assert "cases.yaml:5:51 advice funnel is expected and was not given" in told
    assert "cases.yaml:8:26 advice funnel was given and none is expected" in told
    assert "cases.yaml:12:7 overall score: expected no value, got 25" in told
    assert updated(folder, text, "--lang", "zh")[0] == 1
    assert "不能就地改写" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("tolerance", "written"), [("0.01", "0.3333"), ("0.000001", "0.33333333"), ("0", "0.33333333333")]
)
def test_figures_are_as_many_as_the_tolerance_asks_for(folder: Path, tolerance: str, written: str) -> None:
    text = (
        f"cases: ./shop.yaml\ntolerance: {tolerance}\ntests:\n  - name: third\n    inputs: {{orders: 1, visits: 3}}\n"
        "    expect: {metrics: {conversion: 9}}\n"
    )
    assert updated(folder, text) == (0, text.replace("conversion: 9", f"conversion: {written}"))
    assert main(["test", "cases.yaml"]) == 0


def test_a_file_that_would_say_something_else_is_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A level that YAML takes for nothing where it has no quotes."""
    (folder / "shop.yaml").write_text(
        "ruleset: shop\nversion: 1.0.0\ninputs: {orders: {}}\n"
        "levels: {bad: {score: 0}, 'null': {score: 100}}\n"
        "metrics: {sales: {formula: orders, bands: [{level: bad, below: 1}, {level: 'null'}]}}\n",
        encoding="utf-8",
    )
    text = "cases: ./shop.yaml\ntests:\n  - {name: one, inputs: {orders: 5}, expect: {levels: {sales: bad}}}\n"
    assert updated(folder, text) == (1, text)
    assert "change them by hand: 1" in capsys.readouterr().err
    quoted = text.replace("sales: bad", "sales: 'bad'")
    assert updated(folder, quoted) == (0, quoted.replace("bad", "null"))
