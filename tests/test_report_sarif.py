"""SARIF: right by the schema, with places and pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from rulecard.codes import CODES, page

from .report_runs import GOOD, HOSTILE, SCHEMA, UNUSED, WRONG, many, sarif, shown, write
from .tree import ROOT


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_schema_of_sarif_refuses_what_is_not_sarif() -> None:
    validator = jsonschema.Draft4Validator(SCHEMA)
    named = {"tool": {"driver": {"name": "a"}}, "results": []}
    for run, right in ((named, True), ({"tool": {}}, False), ({**named, "columnKind": "bytes"}, False)):
        assert validator.is_valid({"version": "2.1.0", "runs": [run]}) is right


def test_sarif_has_rules_with_pages_places_and_fingerprints() -> None:
    write(wrong=WRONG, unused=UNUSED)
    run = sarif(shown("wrong.yaml", "unused.yaml", "-f", "sarif"))
    assert [result["ruleId"] for result in run["results"]] == ["RC301", "RC418"], "worst first"
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["markdown"] == page(rule["id"])
        assert rule["shortDescription"]["text"] == CODES[rule["id"]]
    wrong = run["results"][0]
    assert wrong["level"] == "error"
    assert wrong["message"]["text"] == "unknown name `vists`\ndid you mean `visits`?"
    place = wrong["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "wrong.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 5, "startColumn": 28, "endLine": 5, "endColumn": 33}
    assert len({result["partialFingerprints"]["rulecardProblem/v1"] for result in run["results"]}) == 2


def test_columns_of_sarif_are_those_of_utf_16() -> None:
    write(hostile=HOSTILE)
    run = sarif(shown("hostile.yaml", "-f", "sarif"))
    assert run["columnKind"] == "utf16CodeUnits"
    (result,) = [one for one in run["results"] if one["ruleId"] == "RC301"]
    region = result["locations"][0]["physicalLocation"]["region"]
    units = HOSTILE.splitlines()[region["startLine"] - 1].encode("utf-16-le")
    assert units[2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2].decode("utf-16-le") == "访闻数"
    (problem,) = json.loads(shown("hostile.yaml", "-f", "json"))["problems"]
    assert region["startColumn"] == problem["column"] + 1


def test_what_reaches_over_lines_ends_with_its_first() -> None:
    write(cut=GOOD.replace("{formula: orders / visits}", "\n    formula: >\n      orders +\n      (\n      visits\n"))
    run = sarif(shown("cut.yaml", "-f", "sarif"))
    lines = Path("cut.yaml").read_text(encoding="utf-8").splitlines()
    assert run["results"]
    for result in run["results"]:
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == region["endLine"]
        assert region["endColumn"] <= len(lines[region["startLine"] - 1]) + 1


def test_more_than_github_takes_is_left_out_of_sarif_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulecard.cli.reports.sarif._MOST", 30)
    write(a=many(0, 15), b=many(20))
    run = sarif(shown(".", "-f", "sarif"))
    levels = [result["level"] for result in run["results"]]
    assert levels == ["error"] * 20 + ["warning"] * 10
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("5 more problems")


def test_what_is_marked_in_sarif_is_what_is_meant_in_every_refused_file() -> None:
    refused = str(ROOT / "tests" / "refused")
    run = sarif(shown(refused, "-f", "sarif"))
    problems = sorted(
        json.loads(shown(refused, "-f", "json"))["problems"], key=lambda problem: problem["severity"] != "error"
    )
    compared = 0
    told = [result for result in run["results"] if not result["suppressions"]]
    for problem, result in zip(problems, told, strict=True):
        assert result["ruleId"] == problem["code"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == problem["line"]
        text = Path(problem["file"]).read_bytes().decode("utf-8-sig", errors="replace")
        line = re.split(r"\r\n|\r|\n", text)[problem["line"] - 1]
        end = problem["end_column"] - 1 if problem["end_line"] == problem["line"] else None
        if "startColumn" in region:
            units = line.encode("utf-16-le")
            marked = units[2 * region["startColumn"] - 2 : 2 * region["endColumn"] - 2].decode("utf-16-le")
            assert marked == line[problem["column"] - 1 : end], problem
            compared += 1
    assert compared > 500
