"""Warnings that a ruleset suppresses with a reason: counted in every summary, and kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rulecard

from .report_runs import GOOD, SUPPRESS, SUPPRESSED, UNUSED, WRONG, sarif, shown, summary, write


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_suppressed_is_counted() -> None:
    write(a=SUPPRESSED, b=GOOD)
    assert summary(".") == ["No problems in 2 files (1 suppressed)"]
    assert summary(".", "--lang", "zh") == ["2 个文件，没有问题（1 个已抑制）"]
    assert json.loads(shown(".", "-f", "json", status=0)) == {
        "problems": [], "files": 2, "errors": 0, "warnings": 0, "suppressed": 1,
    }  # fmt: skip
    write(c=WRONG)
    assert summary(".", status=1) == ["1 problem in 3 files (1 error, 1 suppressed)"]


def test_what_is_suppressed_is_kept_with_its_reason() -> None:
    write(a=SUPPRESSED)
    found = rulecard.validate("a.yaml")
    (one,) = found.suppressed
    assert (found.problems, one.code, one.suppressed) == ((), "RC418", "until the shop app counts them")
    write(a=UNUSED + SUPPRESS.replace("until the shop app counts them", "{zh: 以后再用, en: later}"))
    assert [one.suppressed for one in rulecard.validate("a.yaml").suppressed] == ["later"]


def test_what_is_suppressed_counts_with_data_too(folder: Path) -> None:
    write(a=SUPPRESSED)
    (folder / "a.csv").write_text("orders,visits,unused\n1,2,3\n", encoding="utf-8")
    assert summary("a.yaml", "--data", "a.csv")[-1] == "No problems in 1 file (1 suppressed)"


def test_a_warning_that_several_files_suppress_is_one(folder: Path) -> None:
    write(a=SUPPRESSED, b="overlay: b\nextends: a.yaml\nversion: 1.0.0\nadd: {metrics.rate.decimals: 3}\n")
    assert summary(".") == ["No problems in 2 files (1 suppressed)"]


def test_what_one_file_suppresses_and_another_does_not_is_shown(folder: Path) -> None:
    # unused is what it adds itself, so that a warning of a lower layer is not its own
    write(a=SUPPRESSED, b="ruleset: b\nextends: a.yaml\nversion: 1.0.0\nsuppress: []\ninputs: {unused: {}}\n")
    assert summary(".")[0] == "1 problem in 2 files (1 warning, 1 suppressed)"
    # a percentage of unlike things is told of the base, from the base and from what builds on it
    units = GOOD.replace("orders: {}", "orders: {unit: order}").replace("visits: {}", "visits: {unit: visit}")
    write(a=units.replace("/ visits}", "/ visits, unit: percent}"))
    (told,) = rulecard.validate("a.yaml").problems
    silent = f"suppress: [{{code: {told.code}, at: metrics.rate, reason: known}}]"
    write(b=f"ruleset: b\nextends: a.yaml\nversion: 1.0.0\n{silent}\n")
    assert summary(".")[0] == "1 problem in 2 files (1 warning)"
    assert summary("b.yaml") == ["No problems in 1 file (1 suppressed)"]


def test_sarif_has_what_is_suppressed_with_the_reason() -> None:
    write(a=SUPPRESSED, b=WRONG)
    wrong, silent = sarif(shown(".", "-f", "sarif"))["results"]
    assert (wrong["ruleId"], wrong["suppressions"]) == ("RC301", [])
    assert silent["ruleId"] == "RC418"
    assert silent["suppressions"] == [{"kind": "inSource", "justification": "until the shop app counts them"}]
    write(a=GOOD)
    assert "suppressions" not in sarif(shown(".", "-f", "sarif"))["results"][0]


def test_code_scanning_is_not_given_what_it_would_open_an_alert_for(monkeypatch: pytest.MonkeyPatch) -> None:
    write(a=SUPPRESSED, b=WRONG)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (wrong,) = sarif(shown(".", "-f", "sarif"))["results"]
    assert wrong["ruleId"] == "RC301" and "suppressions" not in wrong
