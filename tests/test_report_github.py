"""Annotations and summaries of GitHub Actions."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from .report_runs import GOOD, HOSTILE, WRONG, command, many, shown, write


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
