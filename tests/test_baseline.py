"""A baseline: problems that are known, counted by file and code, so that only new ones are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

import rulecard
from rulecard.cli import main

from .report_runs import SUPPRESSED, UNUSED, WRONG, many, sarif, shown, summary, write

FILE = "known.json"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def adopt(*paths: str) -> dict[str, Any]:
    shown(*(paths or (".",)), "--baseline", FILE, "--update-baseline", status=0)
    content: dict[str, Any] = json.loads(Path(FILE).read_text(encoding="utf-8"))
    return content


def test_junit_says_of_a_file_how_much_is_silent() -> None:
    write(a=SUPPRESSED, b=WRONG)
    adopt()
    (suite,) = JUnitXml.fromstring(shown(".", "--baseline", FILE, "-f", "junit", status=0).encode())
    assert [(case.name, case.is_passed, case.system_out.strip()) for case in suite] == [
        ("a.yaml", True, "1 suppressed or in the baseline"),
        ("b.yaml", True, "1 suppressed or in the baseline"),
    ]


def test_a_baseline_counts_by_file_and_code_and_hides_as_many() -> None:
    Path("店铺 集").mkdir()
    write(**{"b": many(3), "a": UNUSED, "店铺 集/c": WRONG})
    assert adopt() == {
        "rulecard_baseline": 1,
        "problems": {"a.yaml": {"RC418": 1}, "b.yaml": {"RC301": 3}, "店铺 集/c.yaml": {"RC301": 1}},
    }
    assert summary(".", "--baseline", FILE) == ["No problems in 3 files (5 hidden by the baseline)"]
    assert shown(".", "--baseline", FILE, "-f", "concise", status=0) == ""
    assert json.loads(shown(".", "--baseline", FILE, "-f", "gitlab", status=0)) == []
    assert shown(".", "--baseline", FILE, "-f", "github", status=0) == ""


def test_a_baseline_is_text_that_people_read_and_merge() -> None:
    write(b=many(2), a=UNUSED)
    adopt()
    assert Path(FILE).read_text(encoding="utf-8") == (
        '{\n  "rulecard_baseline": 1,\n  "problems": {\n    "a.yaml": {\n      "RC418": 1\n    },\n'
        '    "b.yaml": {\n      "RC301": 2\n    }\n  }\n}\n'
    )
    before = Path(FILE).read_bytes()
    adopt("b.yaml", "a.yaml")
    assert Path(FILE).read_bytes() == before


def test_one_more_shows_all_of_the_file_and_code_and_says_so() -> None:
    write(a=many(2), b=many(1), c=UNUSED)
    adopt()
    write(a=many(3))
    out = shown(".", "--baseline", FILE)
    assert out.count("error[RC301]") == 3 and "b.yaml" not in out
    assert out.count("   = help: 3 of RC301 in this file, 1 more than in the baseline\n") == 1
    assert summary(".", "--baseline", FILE, status=1) == [
        "3 problems in 3 files (3 errors, 2 hidden by the baseline, 1 more than in the baseline)"
    ]
    said = json.loads(shown(".", "--baseline", FILE, "-f", "json"))
    assert said["baseline"] == {
        "hidden": 2, "more": [{"file": "a.yaml", "code": "RC301", "found": 3, "allowed": 2}], "fewer": [],
    }  # fmt: skip
    assert "1 more than in the baseline" in shown(".", "--baseline", FILE, "-f", "github")


def test_what_the_baseline_has_nothing_of_is_shown_as_it_is() -> None:
    write(a=UNUSED)
    adopt()
    write(b=WRONG)
    out = shown(".", "--baseline", FILE)
    assert out.count("error[RC301]") == 1 and "more than in the baseline" not in out
    assert json.loads(shown(".", "--baseline", FILE, "-f", "json"))["baseline"]["more"] == [
        {"file": "b.yaml", "code": "RC301", "found": 1, "allowed": 0}
    ]


def test_warnings_above_the_baseline_leave_the_status_at_0() -> None:
    write(a=many(0, 1))
    adopt()
    write(a=many(0, 2))
    assert "2 warnings" in shown("a.yaml", "--baseline", FILE, status=0)


def test_a_baseline_that_is_too_high_is_told_and_lowered() -> None:
    write(a=many(3), b=WRONG, c=UNUSED)
    adopt()
    write(a=many(1))
    Path("b.yaml").unlink()
    assert summary(".", "--baseline", FILE) == [
        "No problems in 2 files (2 hidden by the baseline)",
        "The baseline allows 3 problems more than there are: --update-baseline lowers it",
    ]
    assert (
        summary(".", "--baseline", FILE, "--lang", "zh")[1]
        == "基线允许的比现有的多 3 个问题：用 --update-baseline 收紧"
    )
    said = json.loads(shown(".", "--baseline", FILE, "-f", "json", status=0))["baseline"]["fewer"]
    assert said == [
        {"file": "a.yaml", "code": "RC301", "found": 1, "allowed": 3},
        {"file": "b.yaml", "code": "RC301", "found": 0, "allowed": 1},
    ]
    assert adopt()["problems"] == {"a.yaml": {"RC301": 1}, "c.yaml": {"RC418": 1}}
    assert summary(".", "--baseline", FILE) == ["No problems in 2 files (2 hidden by the baseline)"]


def test_files_that_were_not_checked_keep_what_the_baseline_has() -> None:
    write(a=many(2), b=many(2))
    adopt()
    assert summary("b.yaml", "--baseline", FILE) == ["No problems in 1 file (2 hidden by the baseline)"]
    write(b=many(1))
    assert adopt("b.yaml")["problems"] == {"a.yaml": {"RC301": 2}, "b.yaml": {"RC301": 1}}


def test_matters_of_style_are_missed_only_where_they_are_looked_for() -> None:
    write(a=UNUSED.replace("visits}", "visits, better: higher, target: 7}"))
    style = ("a.yaml", "--style", "--baseline", FILE)
    shown(*style, "--update-baseline", status=0)
    known = json.loads(Path(FILE).read_text(encoding="utf-8"))["problems"]
    assert known == {"a.yaml": {"RC418": 1, "RC901": 1}}
    assert summary(*style) == ["No problems in 1 file (2 hidden by the baseline)"]
    assert summary("a.yaml", "--baseline", FILE) == ["No problems in 1 file (1 hidden by the baseline)"]
    assert adopt("a.yaml")["problems"] == known
    write(a=UNUSED)
    shown(*style, "--update-baseline", status=0)
    assert json.loads(Path(FILE).read_text(encoding="utf-8"))["problems"] == {"a.yaml": {"RC418": 1}}


def test_what_is_suppressed_needs_no_baseline() -> None:
    write(a=SUPPRESSED)
    assert adopt()["problems"] == {}


def test_a_file_that_cannot_be_read_is_in_the_baseline_as_any(folder: Path) -> None:
    (folder / "a.yaml").write_bytes(b"ruleset: \xff\xfe\n")
    assert adopt()["problems"] == {"a.yaml": {"RC106": 1}}
    assert summary(".", "--baseline", FILE) == ["No problems in 1 file (1 hidden by the baseline)"]


def test_paths_are_those_from_the_baseline_wherever_the_command_runs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "rules" / "deep").mkdir(parents=True)
    (folder / "ci").mkdir()
    write(**{"rules/deep/a": WRONG, "b": WRONG})
    shown(".", "--baseline", "ci/known.json", "--update-baseline", status=0)
    known = json.loads((folder / "ci" / "known.json").read_text(encoding="utf-8"))
    assert list(known["problems"]) == ["../b.yaml", "../rules/deep/a.yaml"]
    monkeypatch.chdir(folder / "rules")
    for given in (".", str(folder), "../rules/deep/a.yaml"):
        assert "hidden by the baseline" in shown(given, "--baseline", "../ci/known.json", status=0)


def test_problems_of_a_ruleset_beneath_are_put_down_to_its_own_file() -> None:
    write(a=UNUSED, b="overlay: b\nextends: a.yaml\nversion: 1.0.0\nadd: {metrics.rate.decimals: 3}\n")
    adopt()
    assert summary("b.yaml", "--baseline", FILE)[0].startswith("No problems in 1 file")
    write(a=WRONG)
    assert adopt("b.yaml")["problems"] == {"a.yaml": {"RC301": 1, "RC418": 1}}


def test_a_problem_beneath_is_one_by_whatever_way_it_was_found(folder: Path) -> None:
    for name, above in (("x/b", ".."), ("y/z/c", "../..")):
        (folder / name).parent.mkdir(parents=True)
        write(**{name: f"overlay: o\nextends: {above}/a.yaml\nversion: 1.0.0\nadd: {{metrics.rate.decimals: 3}}\n"})
    write(a=WRONG)
    assert shown("x", "y", "-f", "concise") == "a.yaml:5:28: RC301 unknown name `vists`\n"
    assert adopt("x", "y")["problems"] == {"a.yaml": {"RC301": 1}}


def test_problems_of_data_are_never_hidden(folder: Path) -> None:
    write(a=UNUSED)
    (folder / "a.csv").write_text("orders,visits,unused\nmany,2,3\n", encoding="utf-8")
    given = ("a.yaml", "--data", "a.csv", "--baseline", FILE)
    shown(*given, "--update-baseline", status=1)
    assert json.loads(Path(FILE).read_text(encoding="utf-8"))["problems"] == {"a.yaml": {"RC418": 1}}
    out = shown(*given)
    assert "error[RC503]" in out and "RC418" not in out


def test_every_report_of_a_run_goes_by_the_baseline(folder: Path) -> None:
    write(a=many(2))
    adopt()
    write(b=WRONG)
    names = ("human", "concise", "json", "github", "gitlab", "junit")
    shown(".", "--baseline", FILE, *(word for name in names for word in ("--out", f"{name}=out.{name}")))
    for name in names:
        text = (folder / f"out.{name}").read_text(encoding="utf-8")
        assert "vists" in text and "unknown name `b`" not in text, name


def test_sarif_has_what_the_baseline_hides_as_suppressed_outside() -> None:
    write(a=WRONG)
    adopt()
    (one,) = sarif(shown(".", "--baseline", FILE, "-f", "sarif", status=0))["results"]
    assert one["suppressions"] == [{"kind": "external", "justification": "in the baseline known.json"}]


def test_a_baseline_in_python() -> None:
    write(a=many(2), b=WRONG)
    adopt("a.yaml")
    found = rulecard.validate(".", baseline=FILE)
    assert found.baseline is not None
    assert [problem.code for problem in found.baseline.hidden] == ["RC301", "RC301"]
    assert [problem.location.file for problem in found.problems if problem.location] == ["b.yaml"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not JSON"),
        ('{"rulecard_baseline": 1,\n<<<<<<< HEAD\n', "known.json:2:1: error[RC100]"),
        ('{"rulecard_baseline": 1,\n<<<<<<< HEAD\n', "git left a conflict in it: take either side"),
        ("[]", "is not a baseline of Rulecard"),
        ('{"problems": {}}', "it has no `rulecard_baseline`"),
        ('{"rulecard_baseline": 2, "problems": {}}', "is of version 2, and this Rulecard knows version 1"),
        ('{"rulecard_baseline": true, "problems": {}}', "is of version true"),
        ('{"rulecard_baseline": 1}', "has not just the keys"),
        ('{"rulecard_baseline": 1, "problems": []}', "a map by file"),
        ('{"rulecard_baseline": 1, "problems": {"a.yaml": 3}}', "has no counts by code for `a.yaml`"),
        ('{"rulecard_baseline": 1, "problems": {"a.yaml": {"RC301": 0}}}', "a count of RC301 for `a.yaml`"),
        ('{"rulecard_baseline": 1, "problems": {"a.yaml": {"RC301": "3"}}}', "no whole number from 1 on"),
        ('{"rulecard_baseline": 1, "problems": {"a": {"RC301": 1, "RC301": 2}}}', "has `RC301` twice"),
        ("[" * 200_000, "is too deep"),
    ],
)
@pytest.mark.parametrize("update", [(), ("--update-baseline",)])
def test_a_baseline_that_is_none_is_refused_and_left_alone(
    text: str, said: str, update: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    write(a=WRONG)
    Path(FILE).write_text(text, encoding="utf-8")
    assert main(["validate", ".", "--baseline", FILE, *update]) == 2
    assert said in capsys.readouterr().err
    assert Path(FILE).read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--baseline", "nowhere.json"], "`--update-baseline` writes one"),
        (["--baseline", "."], "Is a directory"),
        (["--update-baseline"], "--baseline rulecard-baseline.json --update-baseline"),
        (["--baseline", "no/such/a.json", "--update-baseline"], "make the folder"),
    ],
)
def test_options_that_cannot_be_used(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(a=WRONG)
    assert main(["validate", ".", *options]) == 2
    assert said in capsys.readouterr().err
