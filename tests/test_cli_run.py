"""`run`: formats, files, choices of cards, exit statuses; on both engines."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rulecard.cli import main

SHOP = """\
ruleset: shop-health
version: 0.1.0
entity: shop
period: month
inputs:
  orders: {}
  visits: {}
params:
  goal: {value: 4%, unit: percent}
metrics:
  conversion:
    formula: orders / visits
    unit: percent
    better: higher
    target: goal
    bands:
      - {level: poor, below: 1%}
      - {level: fair, below: 3%}
      - {level: good}
advice:
  fix_funnel:
    when: level(conversion) == "poor"
    text: {en: "Conversion is {conversion}. Check the landing page.", zh: "转化率只有 {conversion}，请检查落地页。"}
"""
ROWS = """\
shop,date,orders,visits
A,2025-01-31,5,1000
A,2025-02-28,20,1000
B,2025-01-31,40,1000
B,2025-02-28,7,0
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the smallest ruleset and its data, which commands run in."""
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    (tmp_path / "shops.csv").write_text(ROWS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def run(*options: str) -> int:
    return main(["run", "shop.yaml", "--data", "shops.csv", *options])


def as_json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return dict(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_json_holds_every_card_in_order(shop: Path, capsys: pytest.CaptureFixture[str], engine: str) -> None:
    assert run("--format", "json", "--engine", engine) == 0
    cards = as_json(capsys)["cards"]
    assert [(card["entity"]["shop"], card["period"], card["score"], card["status"]) for card in cards] == [
        ("A", "2025-01", 25.0, "ok"),
        ("A", "2025-02", 50.0, "ok"),
        ("B", "2025-01", 75.0, "ok"),
        ("B", "2025-02", None, "low_coverage"),
    ]
    assert cards[3]["metrics"]["conversion"]["status"] == "zero_denominator"
    assert cards[3]["metrics"]["conversion"]["value"] is None


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_csv_is_the_tidy_table(shop: Path, capsys: pytest.CaptureFixture[str], engine: str) -> None:
    assert run("--format", "csv", "--engine", engine) == 0
    written = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(written.out)))
    first = next(row for row in rows if row["kind"] == "metric" and row["shop"] == "A")
    assert list(first) == [
        "shop", "period", "stage", "kind", "id", "value", "status", "level", "score", "weight", "points_lost",
    ]  # fmt: skip
    assert (first["period"], first["id"], float(first["value"]), first["level"]) == (
        "2025-01",
        "conversion",
        0.005,
        "poor",
    )
    assert "--out" in written.err
    assert "advice" in written.err


def test_the_table_says_level_reason_and_advice_in_the_language_asked(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--lang", "zh") == 0
    chinese = capsys.readouterr().out
    assert "转化率只有 0.5%，请检查落地页。" in chinese
    assert "分母为零" in chinese
    assert run("--lang", "en") == 0
    english = capsys.readouterr().out
    assert "Conversion is 0.5%. Check the landing page." in english
    assert "divided by zero" in english


def test_period_and_entity_choose_what_is_shown(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def shown(*options: str) -> list[tuple[str, str]]:
        assert run("--format", "json", *options) == 0
        return [(card["entity"]["shop"], card["period"]) for card in as_json(capsys)["cards"]]

    assert shown("--period", "2025-02") == [("A", "2025-02"), ("B", "2025-02")]
    assert shown("--period", "..2025-01") == [("A", "2025-01"), ("B", "2025-01")]
    assert shown("--entity", "B", "--period", "2025-01..2025-02") == [("B", "2025-01"), ("B", "2025-02")]
    assert shown("--entity", "shop=A", "--entity", "B", "--period", "2025-01") == [("A", "2025-01"), ("B", "2025-01")]


def test_set_gives_a_param_another_value(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json", "--set", "goal=6%") == 0
    result = as_json(capsys)
    assert result["params"] == {"goal": 0.06}
    assert result["cards"][0]["metrics"]["conversion"]["target"] == 0.06


def test_data_of_several_files_and_patterns_is_one_source(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head, *rows = ROWS.splitlines()
    (shop / "part-1.csv").write_text("\n".join([head, *rows[:2]]), encoding="utf-8")
    (shop / "part-2.csv").write_text("\n".join([head, *rows[2:]]), encoding="utf-8")
    for data in (
        ["--data", "part-1.csv", "--data", "part-2.csv"],
        ["--data", "part-*.csv"],
        ["--data", "data=part-*.csv"],
    ):
        assert main(["run", "shop.yaml", *data, "--format", "json"]) == 0
        assert len(as_json(capsys)["cards"]) == 4


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--fail-on", "score < 25"], 1),  # the card without a score meets it
        (["--fail-on", "score < 25", "--entity", "A"], 0),
        (["--fail-on", "score <= 25", "--entity", "A"], 1),
        (["--fail-on", "poor", "--entity", "A"], 1),
        (["--fail-on", "较差", "--entity", "A"], 1),
        (["--fail-on", "critical", "--entity", "A"], 0),
        (["--fail-on", "coverage < 80%", "--entity", "A"], 0),
        (["--fail-on", "coverage < 80%"], 1),
        (["--fail-on", "coverage < 0.8"], 1),
    ],
)
def test_fail_on_turns_into_the_exit_status(shop: Path, options: list[str], status: int) -> None:
    assert run("--format", "json", *options) == status


def test_fail_on_names_the_cards_and_those_without_a_score(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--format", "json", "--fail-on", "score < 30") == 1
    written = capsys.readouterr()
    assert "met by 2 of 4 scorecards, 1 of them without a score" in written.err
    assert "A · 2025-01: score 25" in written.err
    assert "B · 2025-02: no score" in written.err
    assert len(json.loads(written.out)["cards"]) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fail-on", "scores below 60"], "neither a comparison nor a level"),
        (["--fail-on", "score < 60%"], "neither a comparison nor a level"),
        (["--set", "goal"], "sets nothing"),
        (["--set", "goal=1", "--set", "goal=2"], "two values"),
        (["--set", "gaol=5"], "did you mean `goal`?"),
        (["--stage", "growth"], "no stage `growth`"),
        (["--data", "data=shops.csv"], "names no source"),
        (["--period", "last month"], "last month"),
        (["--out", "no/such/folder/x.json"], "cannot write"),
    ],
)
def test_what_cannot_be_used_is_said_with_2_and_nothing_on_standard_output(
    shop: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--format", "json", *options) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert "RC5" in written.err
    assert written.out == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--entity", "C"], "there are: A, B"),
        (["--entity", "A", "--entity", "shop=C"], "no card has the shop `C`"),
        (["--period", "2030-01"], "there are cards from 2025-01 to 2025-02"),
        (["--period", "2030-01", "--entity", "A"], "there are cards from 2025-01 to 2025-02"),
    ],
)
def test_cards_that_are_not_there_are_no_empty_answer(
    shop: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--format", "json", *options) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert written.out == ""


def test_a_missing_ruleset_or_file_ends_with_2(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "no-such-ruleset", "--data", "shops.csv"]) == 2
    assert "no-such-ruleset" in capsys.readouterr().err
    assert main(["run", "shop.yaml", "--data", "no-such.csv"]) == 2
    assert "no-such.csv" in capsys.readouterr().err
    assert main(["run", "shop.yaml"]) == 2
    assert "--data" in capsys.readouterr().err


def test_out_writes_the_file_and_nothing_to_standard_output(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--out", "result.json") == 0
    assert capsys.readouterr().out == ""
    assert len(json.loads((shop / "result.json").read_text(encoding="utf-8"))["cards"]) == 4
    assert sorted(path.name for path in shop.iterdir()) == ["result.json", "shop.yaml", "shops.csv"]


def test_out_csv_writes_results_and_advice_that_spreadsheets_read(shop: Path) -> None:
    assert run("--out", "march.csv", "--lang", "zh") == 0
    assert (shop / "march.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (shop / "march.advice.csv").open(encoding="utf-8-sig", newline="") as file:
        advice = list(csv.DictReader(file))
    assert [(row["shop"], row["period"], row["id"], row["text"]) for row in advice] == [
        ("A", "2025-01", "fix_funnel", "转化率只有 0.5%，请检查落地页。")
    ]


def test_a_run_that_cannot_be_used_leaves_the_old_file_whole(shop: Path) -> None:
    (shop / "result.json").write_text("old", encoding="utf-8")
    assert run("--out", "result.json", "--stage", "none") == 2
    assert (shop / "result.json").read_text(encoding="utf-8") == "old"


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_out_keeps_the_mode_of_the_file_and_follows_a_link(shop: Path) -> None:
    target = shop / "real.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    (shop / "link.json").symlink_to(target)
    assert run("--out", "link.json") == 0
    assert (shop / "link.json").is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))["cards"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null here")
def test_out_to_a_device_writes_through_it(shop: Path) -> None:
    assert run("--out", "/dev/null", "--format", "csv") == 0
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("name", ["=1+1", "+A", "-A", "@A", "\tA", "＝A"])
def test_no_text_in_csv_can_run_in_a_spreadsheet(shop: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (shop / "shops.csv").write_text(f'shop,date,orders,visits\n"{name}",2025-01-31,-5,1000\n', encoding="utf-8")
    assert run("--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["shop"] for row in rows} == {f"'{name}"}
    assert next(row["value"] for row in rows if row["kind"] == "metric") == "-0.005"


def test_warnings_about_data_go_to_standard_error_unless_quiet(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "shop.yaml").write_text(SHOP.replace("visits: {}", "visits: {min: 1}"), encoding="utf-8")
    assert run("--format", "json") == 0
    written = capsys.readouterr()
    assert "warning[RC508]" in written.err
    assert json.loads(written.out)["problems"][0]["code"] == "RC508"
    assert run("--format", "json", "--quiet") == 0
    assert capsys.readouterr().err == ""


def test_a_reader_that_leaves_early_is_no_error(shop: Path) -> None:
    command = [sys.executable, "-m", "rulecard.cli", "run", "shop.yaml", "--data", "shops.csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait(60) == 0
    assert said == b""
