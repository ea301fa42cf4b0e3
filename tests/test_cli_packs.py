"""`packs`, `schema`, `demo` and `test`, on the pack that is shipped."""

from __future__ import annotations

import json
import re

import pytest
from rich.cells import cell_len

from rulecard.cli import main

PACK = "wecom-private-domain"


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_packs_lists_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "--lang", "zh"]) == 0
    heading, *lines = capsys.readouterr().out.splitlines()
    assert heading.split() == ["规则包", "版本", "名称"]
    assert [PACK, "1.0.0", "企业微信私域健康度"] in [line.split() for line in lines]


def test_packs_show_says_how_to_use_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "show", PACK, "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("WeCom private-domain health")
    assert f"rulecard demo {PACK}" in shown
    assert f"rulecard run {PACK} --data FILE.csv" in shown


@pytest.mark.parametrize("command", [["packs", "show"], ["demo"]])
def test_an_unknown_pack_ends_with_2_and_names_those_there_are(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "nope"]) == 2
    written = capsys.readouterr()
    assert "RC600" in written.err
    assert PACK in written.err
    assert written.out == ""


@pytest.mark.parametrize("kind", ["ruleset", "overlay", "cases", "dataset", "pack", "result"])
def test_schema_prints_a_json_schema(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", kind]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["properties"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_demo_shows_the_packs_sample(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--lang", language]) == 0
    written = capsys.readouterr()
    assert max(cell_len(line) for line in written.out.splitlines()) <= 80
    headings = re.findall(r"^━━ .* · \d{4}-\d\d .*━$", written.out, re.MULTILINE)
    assert len(headings) == 7  # six accounts, and the summary
    assert written.err == ""


def test_demo_takes_the_options_of_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", PACK, "--period", "2025-06", "--entity", "青禾母婴", "--format", "json"]) == 0
    cards = json.loads(capsys.readouterr().out)["cards"]
    assert [(card["entity"], card["period"]) for card in cards] == [({"account": "青禾母婴"}, "2025-06")]


def test_the_packs_own_cases_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", PACK, "--coverage", "--cover-at-least", "100%"]) == 0
    assert " passed" in capsys.readouterr().out


def test_the_pack_validates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", PACK]) == 0
    assert "No problems" in capsys.readouterr().out
