"""Annotations and summaries of GitHub Actions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rulecard.cli import main

from .report_runs import GOOD, HOSTILE, SUPPRESSED, WRONG, command, many, shown, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_an_annotation_of_github_says_where_in_its_properties_and_in_its_text() -> None:
    write(wrong=WRONG)
    name, properties, message = command(shown("wrong.yaml", "-f", "github").strip())
    assert name == "error"
    assert properties == {"file": "wrong.yaml", "line": "5", "col": "28", "endColumn": "33", "title": "Rulecard RC301"}
    assert message == "wrong.yaml:5:28: RC301 unknown name `vists`\ndid you mean `visits`?"


def test_nothing_in_a_file_or_its_name_breaks_out_of_an_annotation(folder: Path) -> None:
    text = HOSTILE.replace("成交数 /", "'::error::x%0A' + 成交数 /")
    (folder / "a,b::100%25.yaml").write_text(text, encoding="utf-8")
    lines = shown(".", "-f", "github").splitlines()
    assert lines
    for line in lines:
        assert command(line)[1]["file"] == "a,b::100%25.yaml"


def test_github_gets_the_worst_it_shows_and_the_rest_is_counted() -> None:
    write(a=many(0, 13), b=many(12))
    lines = shown(".", "-f", "github").splitlines()
    names = [command(line)[0] for line in lines if line.startswith("::")]
    assert names == ["error"] * 10 + ["warning"] * 10
    assert lines[20].startswith("2 more errors, 3 more warnings without annotation")
    assert len(lines[21:]) == 5, "what has no annotation is in the log"
    write(a=many(0, 10), b=many(10))
    assert "without annotation" not in shown(".", "-f", "github")


def test_in_github_actions_people_and_annotations_and_a_summary_come_unasked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(wrong=WRONG)
    step = folder / "step.md"
    step.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    out = shown("wrong.yaml")
    assert "    5 |   rate: {formula: orders / vists}" in out
    assert "1 problem in 1 file (1 error)\n::error file=wrong.yaml,line=5," in out
    summary = step.read_text(encoding="utf-8")
    assert summary.startswith("before\n### Rulecard\n\n1 problem in 1 file (1 error)\n")
    assert "| ❌ | RC301 | `wrong.yaml:5:28` | unknown name `vists`<br>did you mean `visits`? |\n" in summary
    step.write_text("", encoding="utf-8")
    assert "::error" not in shown("wrong.yaml", "-f", "human")
    assert json.loads(shown("wrong.yaml", "-f", "json"))["errors"] == 1
    assert step.read_text(encoding="utf-8") == ""


CASES = """\
cases: good.yaml
tests:
  - {name: "half, 50%", inputs: {orders: 1, visits: 2}, expect: {metrics: {rate: 0.7}}}
  - {name: all, inputs: {orders: 2, visits: 2}, expect: {metrics: {rate: 1}}}
"""


def test_cases_that_fail_are_annotated_in_github_actions_at_their_places(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(good=GOOD, cases=CASES)
    step = folder / "step.md"
    assert main(["test", "."]) == 1
    assert "::error" not in capsys.readouterr().out
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    assert main(["test", ".", "--cover-at-least", "100%"]) == 1
    line = next(one for one in capsys.readouterr().out.splitlines() if one.startswith("::"))
    name, properties, message = command(line)
    where = {"file": "cases.yaml", "line": "3", "col": "82", "endColumn": "85"}
    assert (name, properties) == ("error", where | {"title": "Rulecard RC702"})
    assert message.startswith("cases.yaml:3:82: RC702 half, 50%: rate: expected 0.7, got 0.5\nformula: ")
    summary = step.read_text(encoding="utf-8")
    assert summary.startswith("### Rulecard: cases\n\n1 failed, 1 passed in 1 file<br>good.yaml\\: cases reach ")
    assert "| ❌ | RC702 | `cases.yaml:3:82` | half, 50%" in summary
    step.unlink()
    write(cases=CASES.replace("0.7", "0.5"))
    assert main(["test", "."]) == 0
    assert "::" not in capsys.readouterr().out
    assert step.read_text(encoding="utf-8") == "### Rulecard: cases\n\n2 passed in 1 file\n\n\n"
    write(cases=CASES.replace("expect", "expects"))
    assert main(["test", "."]) == 2
    assert command(capsys.readouterr().out.splitlines()[0])[1]["title"] == "Rulecard RC201"


def test_expectations_that_are_rewritten_are_not_annotated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(good=GOOD, cases=CASES)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["test", ".", "--update"]) == 0
    assert "::" not in capsys.readouterr().out


def test_the_summary_of_a_step_counts_what_is_not_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=many(2), b=SUPPRESSED)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    shown(".", "--baseline", "known.json", "--update-baseline", status=0)
    write(a=many(1))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "step.md"))
    assert "::" not in shown(".", "--baseline", "known.json", status=0)
    assert (folder / "step.md").read_text(encoding="utf-8").splitlines()[2] == (
        "No problems in 2 files (1 suppressed, 1 hidden by the baseline)<br>"
        "The baseline allows 1 problem more than there are\\: --update-baseline lowers it"
    )


def test_a_table_of_the_summary_is_not_broken_by_what_it_holds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    formula = "\"'a|b' + '<img src=x>' + [x](http://y)\""
    write(wrong=GOOD.replace("orders / visits", formula), bars=GOOD.replace("formula", '"a|b": 1, formula'))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "step.md"))
    assert "`a|b`" in shown(".", "-f", "github")
    rows = [line for line in (folder / "step.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ❌")]
    assert len(rows) == 2
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 5
        outside = re.sub(r"`[^`]*`|<br>", "", row)
        assert not re.search(r"(?<!\\)[<\[]", outside)


def test_a_summary_that_would_be_too_large_is_cut_and_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(many=many(3000))
    step = folder / "step.md"
    step.write_text("x" * 900_000, encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    shown("many.yaml", "-f", "github")
    assert 950_000 < step.stat().st_size <= 1_000_000
    text = step.read_text(encoding="utf-8")
    rows = text.count("| ❌ |")
    assert f"{3000 - rows} more errors did not fit in here" in text
    full = 999_990
    step.write_text("x" * full, encoding="utf-8")
    shown("many.yaml", "-f", "github")
    assert step.stat().st_size == full
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder))
    shown("many.yaml", "-f", "github")
