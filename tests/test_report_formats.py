"""Problems in the formats of platforms: each is read back by what reads it there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from junitparser import Failure, JUnitXml

from rulecard.cli import main

from .report_runs import GOOD, UNUSED, WRONG, command, many, sarif, shown, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_concise_is_a_line_for_each() -> None:
    write(wrong=WRONG, unused=UNUSED)
    assert shown("wrong.yaml", "unused.yaml", "-f", "concise").splitlines() == [
        "unused.yaml:3:34: RC418 the input `unused` is not used",
        "wrong.yaml:5:28: RC301 unknown name `vists`",
    ]
    write(good=GOOD)
    assert shown("good.yaml", "-f", "concise", status=0) == ""


def test_a_path_is_given_from_the_top_of_the_repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = folder / "rules" / "店铺 1"
    inside.mkdir(parents=True)
    (inside / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder))
    monkeypatch.chdir(folder / "rules")
    for given in (".", str(folder), "../rules/店铺 1/wrong.yaml"):
        assert command(shown(given, "-f", "github").strip())[1]["file"] == "rules/店铺 1/wrong.yaml"
    (result,) = sarif(shown(".", "-f", "sarif"))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "rules/%E5%BA%97%E9%93%BA%201/wrong.yaml", "uriBaseId": "%SRCROOT%"}
    monkeypatch.delenv("GITHUB_WORKSPACE")
    monkeypatch.setenv("CI_PROJECT_DIR", str(folder))
    (violation,) = json.loads(shown(".", "-f", "gitlab"))
    assert violation["location"]["path"] == "rules/店铺 1/wrong.yaml"


def test_gitlab_takes_the_report() -> None:
    write(wrong=WRONG, unused=UNUSED)
    unused, wrong = json.loads(shown("wrong.yaml", "unused.yaml", "-f", "gitlab"))
    assert wrong["description"] == "RC301: unknown name `vists`\ndid you mean `visits`?"
    assert wrong["check_name"] == "RC301"
    assert wrong["severity"] == "major" and unused["severity"] == "minor"
    assert wrong["location"] == {"path": "wrong.yaml", "lines": {"begin": 5, "end": 5}}
    write(good=GOOD)
    assert json.loads(shown("good.yaml", "-f", "gitlab", status=0)) == []


def prints(text: str) -> list[str]:
    write(moved=text)
    return [one["fingerprint"] for one in json.loads(shown("moved.yaml", "-f", "gitlab"))]


def test_a_fingerprint_stays_when_the_line_moves_and_is_no_others() -> None:
    before = prints(WRONG)
    assert prints(WRONG.replace("metrics:", "# a comment\n\nmetrics:")) == before
    assert prints(WRONG.replace("  rate:", "  other: {formula: visits * 2}\n  rate:")) == before
    assert prints(WRONG.replace("vists", "vissits")) != before
    bands = "bands: [{level: bad, below: 1}, {level: good}]"
    listed = prints(GOOD.replace("visits}\n", f"visits, better: higher, {bands}}}\n"))
    longer = bands.replace("[{", "[{level: critical, below: 0}, {")
    assert prints(GOOD.replace("visits}\n", f"visits, better: higher, {longer}}}\n")) == listed
    twice = prints(WRONG.replace("orders / vists", "vists / vists + 5 / vists"))
    assert len(twice) == len(set(twice)) >= 1
    several = prints(many(300))
    assert len(several) == len(set(several)) == 300


def test_a_fingerprint_does_not_hang_on_line_numbers_in_messages() -> None:
    assert prints("just words\n") == prints("# above\njust words\n")


def test_a_problem_keeps_its_fingerprint_when_another_beside_it_is_solved() -> None:
    _, second = prints(GOOD.replace("orders / visits", "orders / vists1 + orders / vists2"))
    assert prints(GOOD.replace("orders / visits", "orders / visits + orders / vists2")) == [second]


def test_problems_that_are_alike_have_fingerprints_of_their_own() -> None:
    bands = "bands: [{level: bad, below: 1}, {level: bad, below: 2}, {level: good}]"
    found = prints(GOOD.replace("visits}\n", f"visits, better: higher, {bands}}}\n"))
    assert len(found) == len(set(found)) == 2


def test_junit_is_read_by_a_parser(folder: Path) -> None:
    write(good=GOOD, wrong=many(2), unused=UNUSED)
    shown(".", "--out", "junit=report.xml")
    (suite,) = JUnitXml.fromfile(str(folder / "report.xml"))
    assert (suite.tests, suite.failures, suite.errors) == (3, 1, 0)
    cases = {case.name: case for case in suite}
    assert sorted(cases) == ["good.yaml", "unused.yaml", "wrong.yaml"]
    (failure,) = cases["wrong.yaml"].result
    assert isinstance(failure, Failure)
    assert failure.type == "RC301"
    assert failure.message == "2 errors, first: unknown name `b`"
    assert failure.text.count("error[RC301]") == 2
    assert cases["good.yaml"].is_passed and cases["unused.yaml"].is_passed
    assert "RC418" in cases["unused.yaml"].system_out


def test_several_reports_come_from_one_run(folder: Path) -> None:
    write(wrong=WRONG)
    names = ("concise", "json", "github", "gitlab", "junit", "sarif", "human")
    out = shown("wrong.yaml", "--lang", "zh", *(word for name in names for word in ("--out", f"{name}=out.{name}")))
    assert out.endswith("1 个文件，1 个问题（1 个错误）\n")
    assert all("RC301" in (folder / f"out.{name}").read_text(encoding="utf-8") for name in names)
    assert sarif((folder / "out.sarif").read_text(encoding="utf-8"))["results"]
    assert (folder / "out.human").read_text(encoding="utf-8") == out


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("report.sarif", "--out sarif=report.sarif"),
        ("sarfi=a", "did you mean `sarif`?"),
        ("sarif=", "names no format"),
        ("sarif=-", "write `--format sarif`"),
        ("sarif=no/such/a", "make the folder"),
    ],
)
def test_a_report_that_cannot_be_written_is_a_problem_of_the_call(
    out: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(wrong=WRONG)
    assert main(["validate", "wrong.yaml", "--out", out]) == 2
    assert said in capsys.readouterr().err


def test_two_reports_do_not_go_into_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    write(wrong=WRONG)
    assert main(["validate", "wrong.yaml", "--out", "sarif=a", "--out", "json=a"]) == 2
    assert "two reports go into `a`" in capsys.readouterr().err


def test_problems_of_data_have_no_line_and_are_put_down_to_the_ruleset(folder: Path) -> None:
    write(shop=GOOD)
    (folder / "shop.csv").write_text("orders,visits\nmany,3\n", encoding="utf-8")
    data = ("shop.yaml", "--data", "shop.csv")
    assert shown(*data, "-f", "concise").startswith("RC503 shop.csv: column `orders`")
    name, properties, message = command(shown(*data, "-f", "github").strip())
    assert (name, properties) == ("error", {"title": "Rulecard RC503"})
    assert message.startswith("RC503 shop.csv")
    (violation,) = json.loads(shown(*data, "-f", "gitlab"))
    assert violation["location"] == {"path": "shop.yaml", "lines": {"begin": 1}}
    (result,) = sarif(shown(*data, "-f", "sarif"))["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    (suite,) = JUnitXml.fromstring(shown(*data, "-f", "junit").encode())
    assert [(case.name, case.is_passed) for case in suite] == [("shop.yaml", True), ("data", False)]


def test_a_call_that_cannot_be_done_is_in_the_reports_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "nowhere.yaml", "-f", "json", "--out", "junit=out.xml", "--out", "sarif=out.sarif"]) == 2
    written = capsys.readouterr()
    assert [problem["code"] for problem in json.loads(written.out)["problems"]] == ["RC100"]
    assert "nowhere.yaml" in written.err
    assert JUnitXml.fromfile(str(folder / "out.xml")).failures == 1
    assert [one["ruleId"] for one in sarif((folder / "out.sarif").read_text(encoding="utf-8"))["results"]] == ["RC100"]
