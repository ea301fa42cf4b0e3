"""`validate` with data: the rows are read and checked, and nothing is scored."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import rulecard
from rulecard.cli import main

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
sources:
  orders:
    columns:
      shop: {type: text, required: true}
      date: date
      amount: {type: number, min: 0}
      agent: text
    lookup: {agents: {on: agent, columns: [team]}}
    unique: [shop, date]
  agents: {columns: {agent: text, team: text}}
inputs:
  amount: {from: orders, formula: sum(amount), where: team != "none"}
metrics:
  m: {formula: amount * 1}
"""
ORDERS = "shop,date,amount,agent\nA,2025-01-31,1,x\nB,2025-01-31,2,y\n"
AGENTS = "agent,team\nx,North\ny,South\n"
FILES = ["--data", "orders=orders.csv", "--data", "agents=agents.csv"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "agents.csv").write_text(AGENTS, encoding="utf-8")
    (tmp_path / "d.yaml").write_text(
        "dataset: d\nsources:\n  orders: {path: orders.csv}\n  agents: {path: agents.csv}\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("data", [FILES, ["--dataset", "d.yaml"], [*FILES[:2], "--dataset", "d.yaml"]])
def test_right_data_says_what_was_read(data: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "shop.yaml", *data]) == 0
    documents = "1 file" if "--dataset" not in data else "2 files"
    assert capsys.readouterr().out == (
        "Read 2 rows of `orders` from orders.csv\nRead 2 rows of `agents` from agents.csv\n"
        f"No problems in {documents}\n"
    )


def test_in_chinese(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "shop.yaml", *FILES, "--lang", "zh"]) == 0
    assert "`orders`：读到 2 行，来自 orders.csv" in capsys.readouterr().out


def test_quiet_says_nothing_of_right_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "shop.yaml", *FILES, "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_sources_that_do_not_go_together_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "ruleset: two\nversion: 1.0.0\nentity: shop\nperiod: month\nsources:\n"
    text += "  a: {columns: {shop: text, date: date, x: number}}\n  b: {columns: {shop: text, date: date, y: number}}\n"
    text += "inputs:\n  x: {from: a, formula: sum(x), max: 5}\n  y: {from: b, formula: sum(y)}\n"
    (folder / "two.yaml").write_text(text + "metrics: {m: {formula: x / y}}\n", encoding="utf-8")
    (folder / "a.csv").write_text("shop,date,x\nA,2025-01-31,9\n", encoding="utf-8")
    (folder / "b.csv").write_text("shop,date,y\nB,2025-01-31,1\n", encoding="utf-8")
    assert main(["validate", "two.yaml", "--data", "a=a.csv", "--data", "b=b.csv"]) == 0
    out = capsys.readouterr().out
    assert "warning[RC516]" in out
    assert "warning[RC508]" in out


@pytest.mark.parametrize(
    ("orders", "agents", "codes", "said"),
    [
        (ORDERS.replace("amount", "amuont"), AGENTS, ["RC502"], "`amuont`"),
        (ORDERS.replace(",2,", ",two,"), AGENTS, ["RC503"], "row 3 ('two')"),
        (ORDERS.replace("2025-01-31,2", "31 Jan,2"), AGENTS, ["RC504"], "row 3"),
        (ORDERS.replace(",2,", ",-2,"), AGENTS, ["RC506"], "below 0"),
        (ORDERS.replace("B,", ",", 1), AGENTS, ["RC506"], "empty"),
        (ORDERS.replace("B,", "A,"), AGENTS, ["RC506"], "should be unique"),
        (ORDERS, AGENTS.replace("y,", "x,"), ["RC514"], "agent"),
        ("shop,date,amount,agent\n", AGENTS, ["RC501"], "no rows"),
        (ORDERS.replace(",2,", ",two,"), "agent,taem\nx,North\n", ["RC502", "RC503"], "did you mean `taem`?"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_data_is_a_finding(
    orders: str, agents: str, codes: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "orders.csv").write_text(orders, encoding="utf-8")
    (folder / "agents.csv").write_text(agents, encoding="utf-8")
    assert main(["validate", "shop.yaml", *FILES, "--format", "json"]) == 1
    written = capsys.readouterr()
    assert written.err == ""
    report = json.loads(written.out)
    errors = [problem for problem in report["problems"] if problem["severity"] == "error"]
    assert sorted(problem["code"] for problem in errors) == codes
    assert report["errors"] == len(errors)
    assert said in written.out.replace("\\", "")
    assert main(["validate", "shop.yaml", *FILES]) == 1
    assert said in capsys.readouterr().out


def test_repeated_rows_where_one_is_needed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = "ruleset: p\nversion: 1.0.0\nentity: shop\nperiod: month\ninputs: {amount: {}}\n"
    plain += "metrics: {m: {formula: amount * 1}}\n"
    (folder / "plain.yaml").write_text(plain, encoding="utf-8")
    (folder / "orders.csv").write_text(ORDERS.replace("B,", "A,"), encoding="utf-8")
    assert main(["validate", "plain.yaml", "--data", "orders.csv"]) == 1
    assert "error[RC505]" in capsys.readouterr().out


def test_json_counts_what_was_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "shop.yaml", *FILES, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "problems": [], "files": 1, "errors": 0, "warnings": 0, "suppressed": 0,
        "sources": [{"name": name, "path": f"{name}.csv", "rows": 2} for name in ("orders", "agents")],
    }  # fmt: skip


OVERLAY = """\
overlay: strict
version: 1.0.0
extends: ./shop.yaml
set: {sources.orders.columns.amount: {type: number, min: 0, max: 1}}
"""


@pytest.mark.parametrize("data", [FILES, ["--dataset", "d.yaml"]])
def test_under_overlays_their_constraints_hold(
    data: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "strict.yaml").write_text(OVERLAY, encoding="utf-8")
    (folder / "lax.yaml").write_text(OVERLAY.replace("strict", "lax").replace("max: 1", "max: 2"), encoding="utf-8")
    assert main(["validate", "shop.yaml", *data]) == 0
    assert main(["validate", "shop.yaml", *data, "--overlay", "strict.yaml"]) == 1
    out = capsys.readouterr().out
    assert "column `amount`: above 1 in 1 row: row 3 ('2')" in out
    assert out.endswith(f"1 problem in {2 + ('--dataset' in data)} files (1 error)\n")
    assert main(["validate", "shop.yaml", *data, "--overlay", "strict.yaml", "--overlay", "lax.yaml"]) == 0
    overlays = ["strict.yaml"]
    frames = {"orders": pl.read_csv("orders.csv"), "agents": pl.read_csv("agents.csv")}
    assert rulecard.validate("shop.yaml", frames, overlays=overlays).errors == 1
    assert rulecard.validate("shop.yaml", dataset="d.yaml", overlays=[*overlays, "lax.yaml"]).errors == 0


def test_a_wrong_overlay_is_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "wrong.yaml").write_text(OVERLAY.replace("orders.columns", "ordres.columns"), encoding="utf-8")
    assert main(["validate", "shop.yaml", *FILES, "--overlay", "wrong.yaml"]) == 1
    assert capsys.readouterr().out.startswith("wrong.yaml:4:7: error[RC601]")


def test_in_python(folder: Path) -> None:
    frames = {"orders": pl.read_csv("orders.csv"), "agents": pl.read_csv("agents.csv")}
    found = rulecard.validate("shop.yaml", frames)
    assert (found.errors, [source["rows"] for source in found.sources]) == (0, [2, 2])
    assert rulecard.validate("shop.yaml", dataset="d.yaml").errors == 0
    assert rulecard.validate("shop.yaml").sources == ()


def test_a_wrong_ruleset_is_told_without_reading_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "shop.yaml").write_text(RULESET.replace("sum(amount)", "sum(amuont)"), encoding="utf-8")
    (folder / "orders.csv").unlink()
    assert main(["validate", "shop.yaml", *FILES]) == 1
    out = capsys.readouterr().out
    assert "error[RC301]" in out
    assert "orders.csv" not in out


def test_a_dataset_by_itself_is_checked_as_far_as_it_goes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "d.yaml"]) == 0
    text = 'dataset: d\nsources:\n  orders: {path: orders.csv, columns: {x: "?", y: a, z: a}}\n'
    (folder / "d.yaml").write_text(text, encoding="utf-8")
    capsys.readouterr()
    assert main(["validate", "d.yaml"]) == 1
    assert "2 problems in 1 file" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["shop.yaml", "d.yaml", *FILES], "data is checked against one ruleset, and 2 paths are given"),
        (["nowhere.yaml", *FILES], "there is no file nowhere.yaml"),
        (["shop.yaml", "--dataset", "nowhere.yaml"], "there is no file `nowhere.yaml`"),
        (["shop.yaml", "--data", "a=b.csv", "--data", "c.csv"], "names no source"),
        (["shop.yaml", *FILES, "--overlay", "nowhere"], "there is no overlay `nowhere`"),
        (["shop.yaml", "--overlay", "strict.yaml"], "overlays are laid on a ruleset that data is checked against"),
    ],
)
def test_a_call_that_cannot_be_used(
    call: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *call]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert said in written.err
