"""The formats of a result, opened again and compared with the result itself."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rulecard
from rulecard.cli import main
from rulecard.report import streamed
from rulecard.results.card import Card

from .panel_data import FILES, PANEL
from .shop_runs import Shop

SCHEMA = json.loads(rulecard.schema_text("result"))
ROWS = "shop,date,orders,visits\nA,2025-01-31,5,1000\nB,2025-01-31,90,1000\n"


def as_typed(card: Card) -> dict[str, Any]:
    """What the JSON should say of a typed card."""
    metrics: dict[str, Any] = {}
    for id, metric in card.metrics.items():
        keys = ["value", "status", "level", "score", "weight", "points_lost", "target"]
        keys += ["low", "high", "certain"] if id == "refund_rate" else []
        keys += ["relative"] if metric.relative else []
        metrics[id] = {key: getattr(metric, key) for key in keys}
    return {
        "entity": card.entity, "period": card.period, "stage": card.stage, "score": card.score, "level": card.level,
        "status": card.status, "coverage": card.coverage,
        "capped": card.capped and {key: getattr(card.capped, key) for key in ("at_most", "score", "because")},
        "groups": {id: {key: getattr(group, key) for key in ("score", "level", "status", "weight", "coverage")}
                   for id, group in card.groups.items()},
        "metrics": metrics,
        "advice": [{"id": one.id, "severity": one.severity, "title": one.title, "text": one.text,
                    "actions": list(one.actions), "metrics": list(one.metrics), "points_lost": one.points_lost}
                   for one in card.advice],
    }  # fmt: skip


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_ndjson_has_the_cards_of_the_json_one_a_line(panel: Path, engine: str) -> None:
    result = rulecard.run(PANEL, FILES, engine=engine)
    lines = b"".join(streamed(result, "ndjson")).splitlines()
    whole = json.loads(result.to_json())
    assert [json.loads(line) for line in lines] == whole["cards"]
    card = {"$ref": "#/definitions/card", "definitions": SCHEMA["definitions"]}
    checked = jsonschema_rs.Draft7Validator(card)
    assert all(checked.is_valid(json.loads(line)) for line in lines)
    assert not checked.is_valid({**whole["cards"][0], "score": "NaN"})


def test_the_cards_of_the_json_are_the_typed_ones(panel: Path) -> None:
    result = rulecard.run(PANEL, FILES)
    typed = list(result.scorecards())
    found = result.to_dict()["cards"]
    assert len(found) == len(typed) > 50
    assert sum(bool(card.advice) for card in typed) > 5
    assert [as_typed(card) for card in typed] == found


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_command_prints_what_python_gives(shop_runs: Shop, engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    shop_runs.write({"shops.csv": ROWS})
    result = shop_runs.result("shops.csv", engine=engine)
    command = ["run", "shop.yaml", "--data", "shops.csv", "--engine", engine, "--format"]
    assert main([*command, "json"]) == 0
    assert capsys.readouterr().out == result.to_json() + "\n"
    for name in ("ndjson", "csv"):
        assert main([*command, name]) == 0
        assert capsys.readouterr().out.encode() == b"".join(streamed(result, name)) != b""


def test_json_of_many_cards_is_that_of_all_at_once(panel: Path) -> None:
    result = rulecard.run(PANEL, FILES)
    assert b"".join(streamed(result, "json")).decode() == result.to_json() + "\n"


def test_cards_come_in_parts_of_any_size(panel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = rulecard.run(PANEL, FILES)
    whole = {name: b"".join(streamed(result, name)) for name in ("json", "ndjson", "csv")}
    assert len(whole["ndjson"].splitlines()) == result.cards.height
    monkeypatch.setattr("rulecard.results.result.AT_ONCE", 7)
    monkeypatch.setattr("rulecard.report.tables._AT_ONCE", 10)
    for name, written in whole.items():
        parts = list(streamed(result, name))
        assert len(parts) > 5
        assert b"".join(parts) == written


def test_ndjson_in_a_file_has_the_run_beside_it(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": ROWS})
    result = shop_runs.result("shops.csv")
    result.write("cards.ndjson")
    lines = (shop_runs.folder / "cards.ndjson").read_text(encoding="utf-8").splitlines()
    header = json.loads((shop_runs.folder / "cards.run.json").read_text(encoding="utf-8"))
    assert {**header, "cards": [json.loads(line) for line in lines]} == result.to_dict()
    assert set(header) == {"rulecard", "ruleset", "params", "sources", "problems"}
    result.write("cards.jsonl")
    assert (shop_runs.folder / "cards.jsonl").read_bytes() == (shop_runs.folder / "cards.ndjson").read_bytes()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_parquet_holds_the_frames_exactly_and_what_the_run_was(panel: Path, engine: str, tmp_path: Path) -> None:
    result = rulecard.run(PANEL, FILES, engine=engine)
    result.write(tmp_path / "march.parquet")
    assert result.advice.height > 0
    assert_frame_equal(pl.read_parquet(tmp_path / "march.parquet"), result.results)
    assert_frame_equal(pl.read_parquet(tmp_path / "march.advice.parquet"), result.advice)
    for name in ("march.parquet", "march.advice.parquet"):
        metadata = pl.read_parquet_metadata(tmp_path / name)
        assert json.loads(metadata["rulecard"]) == result.header()


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_csv_holds_the_frames_exactly(panel: Path, engine: str, tmp_path: Path) -> None:
    result = rulecard.run(PANEL, FILES, engine=engine)
    result.write(tmp_path / "march.csv")
    for name, frame in (("march.csv", result.results), ("march.advice.csv", result.advice)):
        written = (tmp_path / name).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(written)))
        assert rows[0] == frame.columns
        assert rows[1:] == [["" if cell is None else _plain(cell) for cell in row] for row in frame.iter_rows()]


def _plain(cell: object) -> str:
    return repr(cell) if isinstance(cell, float) else str(cell)


def test_the_name_decides_the_format(shop_runs: Shop) -> None:
    shop_runs.write({"shops.csv": ROWS})
    beginnings = {"json": b"{\n", "ndjson": b'{"en', "csv": b"\xef\xbb\xbf", "parquet": b"PAR1", "xlsx": b"PK"}
    for ending, beginning in beginnings.items():
        assert main(["run", "shop.yaml", "--data", "shops.csv", "--out", f"out.{ending.upper()}"]) == 0
        made = "out.csv" if ending == "csv" else f"out.{ending.upper()}"
        assert (shop_runs.folder / made).read_bytes().startswith(beginning), ending
    assert main(["run", "shop.yaml", "--data", "shops.csv", "--out", "out.txt"]) == 0
    assert (shop_runs.folder / "out.txt").read_text(encoding="utf-8").startswith("━━")
    assert main(["run", "shop.yaml", "--data", "shops.csv", "--out", "out.data", "--format", "ndjson"]) == 0
    assert (shop_runs.folder / "out.data").read_bytes().startswith(b'{"en')
    assert (shop_runs.folder / "out.data.run.json").exists()


@pytest.mark.parametrize(("name", "format"), [("out.pdf", None), ("out", None), ("out.csv", "table")])
def test_a_format_that_is_not_there_is_a_problem(shop_runs: Shop, name: str, format: str | None) -> None:
    shop_runs.write({"shops.csv": ROWS})
    with pytest.raises(rulecard.Problems) as raised:
        shop_runs.result("shops.csv").write(name, format)
    assert [problem.code for problem in raised.value.problems] == ["RC509"]
    assert "json, ndjson, csv, parquet, xlsx" in (raised.value.problems[0].hint or "")
    assert not (shop_runs.folder / name).exists()


def run_in(folder: Path, *options: str, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "rulecard.cli", "run", "shop.yaml", "--data", "shops.csv", *options]
    return subprocess.run(command, cwd=folder, stderr=subprocess.PIPE, check=False, **streams)


@pytest.mark.parametrize("dash", [(), ("--out", "-")])
def test_parquet_and_workbooks_go_to_pipes(shop_runs: Shop, dash: tuple[str, ...]) -> None:
    shop_runs.write({"shops.csv": ROWS})
    done = run_in(shop_runs.folder, "--format", "parquet", *dash, stdout=subprocess.PIPE)
    assert done.returncode == 0
    assert_frame_equal(pl.read_parquet(io.BytesIO(done.stdout)), shop_runs.result("shops.csv").results)
    done = run_in(shop_runs.folder, "--format", "xlsx", *dash, stdout=subprocess.PIPE)
    assert done.stdout.startswith(b"PK")


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
@pytest.mark.parametrize("format", ["parquet", "xlsx"])
def test_what_is_not_for_a_terminal_says_so(shop_runs: Shop, format: str) -> None:
    shop_runs.write({"shops.csv": ROWS})
    leader, follower = os.openpty()
    done = run_in(shop_runs.folder, "--format", format, stdout=follower)
    os.close(follower)
    os.close(leader)
    assert done.returncode == 2
    assert f"{format} is not for a terminal".encode() in done.stderr
    assert f"--out NAME.{format}".encode() in done.stderr


RISKY = [
    "=1+1",
    "+A",
    "-A",
    "@A",
    "\tA",
    "\rA",
    "\nA",
    "＝A",
    "－A",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
]


def test_no_text_of_the_data_runs_in_a_spreadsheet_that_opens_csv(shop_runs: Shop) -> None:
    names = io.StringIO()
    csv.writer(names).writerows([(name, "2025-01-31", 1, 5) for name in RISKY])
    ruleset = (
        "ruleset: r\nversion: 1.0.0\nentity: shop\nperiod: month\ninputs: {orders: {}, visits: {}}\n"
        "metrics: {m: {formula: -orders / visits}}\n"
        "advice: {a: {when: m < 0, title: '-{entity}', text: '{entity}', actions: ['=1+1', '@x']}}\n"
    )
    shop_runs.write({"shops.csv": "shop,date,orders,visits\n" + names.getvalue()}, ruleset)
    result = shop_runs.result("shops.csv")
    result.write("out.csv")
    for name, frame in (("out.csv", result.results), ("out.advice.csv", result.advice)):
        with (shop_runs.folder / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["shop"] for row in rows} == {f"'{shop}" for shop in frame["shop"]}
        assert len({row["shop"] for row in rows}) == len(RISKY)
        texts = [cell for row in rows for column, cell in row.items() if column not in ("value", "points_lost")]
        assert [text for text in texts if text.startswith(tuple("=+-@\t\r\n＝－"))] == []
        assert name != "out.csv" or {row["value"] for row in rows} == {"-0.2", ""}
