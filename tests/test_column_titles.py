"""Titles of a source's columns: files are matched by them, readers see them, and a change of one is wording."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

import rulecard
from rulecard.cli import main
from rulecard.report import streamed

RULESET = """\
ruleset: shop
version: 1.0.0
title: {zh: 门店, en: Shops}
entity: [shop, agent]
period: month
sources:
  sales:
    columns:
      shop: {type: text, title: {zh: 门店名称, en: Store}}
      agent: text
      date: {type: date, title: 统计日期}
      booked: {type: date, title: {zh: 入账日, en: Day of booking}}
      orders: {type: integer, title: {zh: 成交单数, en: Orders closed}}
inputs:
  orders: {formula: sum(orders)}
  late: {formula: count(), where: booked > date}
metrics:
  late_share: {formula: late / orders, score: {from: 0, to: 1}}
advice:
  look: {when: late_share > 0, text: Look at it.}
"""
HEADERS = {
    "en": "Store,Agent,统计日期,Day of Booking,orders closed",
    "zh": "门店名称,agent,统计日期,入账日,成交单数",
}
ROWS = "A,x,2025-01-30,2025-01-31,4\nB,y,2025-01-31,2025-01-31,5\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "sales.csv").write_text(f"{HEADERS['en']}\n{ROWS}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("language", HEADERS)
def test_a_draft_finds_columns_by_their_titles_in_any_language(language: str, folder: Path) -> None:
    (folder / "sales.csv").write_text(f"{HEADERS[language]}\n{ROWS}", encoding="utf-8")
    text = rulecard.new_dataset("shop.yaml", ["sales.csv"])
    assert "?" not in text
    (folder / "data.yaml").write_text(text, encoding="utf-8")
    result = rulecard.run("shop.yaml", dataset="data.yaml")
    assert result.cards["shop"].to_list() == ["A", "B"]


def drafted(folder: Path) -> None:
    (folder / "data.yaml").write_text(rulecard.new_dataset("shop.yaml", ["sales.csv"]), encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "title"), [([], "门店名称"), (["--lang", "zh"], "门店名称"), (["--lang", "en"], "Store")]
)
def test_the_table_names_the_entity_by_it(
    options: list[str], title: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drafted(folder)
    assert main(["run", "shop.yaml", "--dataset", "data.yaml", *options]) == 0
    heading = next(line for line in capsys.readouterr().out.splitlines() if title in line)
    assert heading.split()[:2] == [title, "agent"]


@pytest.mark.parametrize(("language", "title"), [("zh", "门店名称"), ("en", "Store")])
def test_so_does_the_workbook_and_tables_for_programs_keep_the_name(language: str, title: str, folder: Path) -> None:
    drafted(folder)
    result = rulecard.run("shop.yaml", dataset="data.yaml", language=language)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(streamed(result, "xlsx"))))
    sheets = {"zh": ["总览", "建议"], "en": ["Overview", "Recommendations"]}[language]
    for name, expected in ((sheets[0], title), (sheets[1], title), ("results", "shop"), ("advice", "shop")):
        assert [cell.value for cell in book[name][1]][:2] == [expected, "agent"], name
    assert result.results.columns[0] == "shop"


def test_an_entity_that_is_looked_up_has_the_title_that_it_has_there(folder: Path) -> None:
    text = RULESET.replace("      shop: {type: text, title: {zh: 门店名称, en: Store}}\n", "")
    text = text.replace("inputs:", "    lookup: {agents: {on: agent, columns: [shop]}}\n"
                        "  agents: {columns: {agent: text, shop: {type: text, title: Branch}}}\ninputs:")  # fmt: skip
    (folder / "shop.yaml").write_text(text.replace("  orders: {f", "  orders: {from: sales, f")
                                      .replace("late: {f", "late: {from: sales, f"), encoding="utf-8")  # fmt: skip
    (folder / "sales.csv").write_text("agent,date,booked,orders\nx,2025-01-30,2025-01-31,4\n", encoding="utf-8")
    (folder / "agents.csv").write_text("agent,shop\nx,A\n", encoding="utf-8")
    result = rulecard.run("shop.yaml", {"sales": "sales.csv", "agents": "agents.csv"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(streamed(result, "xlsx"))))
    assert [cell.value for cell in book.worksheets[0][1]][:2] == ["Branch", "agent"]


def test_an_overlay_may_say_another_and_that_is_wording(folder: Path) -> None:
    (folder / "over.yaml").write_text(
        "overlay: over\nversion: 1.0.0\nextends: ./shop.yaml\n"
        "set:\n  sources.sales.columns.shop.title: {zh: 分店, en: Branch}\n",
        encoding="utf-8",
    )
    found = rulecard.diff("shop.yaml", overlays=["over.yaml"])
    changes = [(change.path, change.effect) for change in found.changes]
    assert changes == [("sources.sales.columns.shop.title", "wording")]
    drafted(folder)
    result = rulecard.run("shop.yaml", dataset="data.yaml", overlays=["over.yaml"], language="en")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(streamed(result, "xlsx"))))
    assert book["Overview"]["A1"].value == "Branch"
