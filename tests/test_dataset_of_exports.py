"""Exports as systems write them: titles above the header, a row of totals below, frames whose names are told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

import rulecard

RULESET = """\
ruleset: shop
version: 1.0.0
entity: 门店
period: month
time: 日期
sources:
  订单: {columns: {门店: text, 日期: date, 金额: number}}
  访客: {columns: {门店: text, 日期: date, 访客数: integer}}
inputs:
  成交额: {from: 订单, formula: sum(金额), title: {zh: 成交金额}}
  订单数: {from: 订单, formula: count()}
  访客数: {from: 访客, formula: sum(访客数)}
metrics:
  客单价: {formula: 成交额 / 订单数}
  人均: {formula: 成交额 / 访客数}
"""
VISITS = "门店,日期,访客数\n朝阳,2025-01-31,100\n海淀,2025-01-31,50\n"
ROWS = [["日期", "门店", "成交金额"], ["2025/1/5", "朝阳", "1,200.50"], ["2025/1/6", "海淀", "80.00"]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "visits.csv").write_text(VISITS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mean_of_orders(folder: Path, text: str) -> dict[str, float]:
    (folder / "data.yaml").write_text(text, encoding="utf-8")
    found = rulecard.run("shop.yaml", dataset="data.yaml").results.filter(id="客单价")
    return dict(found.select("门店", "value").rows())


TITLES = {
    "of one cell": ["订单明细表"],
    "and a line below": ["订单明细表", "导出时间,2025-02-01 09:00"],
    "and an empty line": ["订单明细表", ""],
    "with the width of the table": ["订单明细表;;", "导出时间：2025-02-01;;"],
}


@pytest.mark.parametrize("titles", TITLES.values(), ids=TITLES)
@pytest.mark.parametrize("separator", [";", "\t"])
def test_the_header_below_titles_is_found(folder: Path, titles: list[str], separator: str) -> None:
    body = "\n".join(separator.join(row) for row in ROWS)
    (folder / "orders.csv").write_bytes(
        ("\n".join(titles) + "\n" + body + "\n").replace(";", separator).encode("gb18030")
    )
    text = rulecard.new_dataset("shop.yaml", ["orders.csv", "visits.csv"], language="en")
    assert f"header: {len(titles) + 1}  # check" in text
    assert mean_of_orders(folder, text) == {"朝阳": 1200.5, "海淀": 80}


def test_the_header_below_a_merged_title_of_a_workbook_is_found(folder: Path) -> None:
    book = xlsxwriter.Workbook("orders.xlsx")
    sheet = book.add_worksheet("明细")
    sheet.merge_range("A1:C1", "订单明细表")
    for number, row in enumerate(ROWS, 2):
        sheet.write_row(number, 0, row)
    book.close()
    text = rulecard.new_dataset("shop.yaml", ["orders.xlsx", "visits.csv"], language="en")
    assert "header: 3  # check" in text
    assert mean_of_orders(folder, text) == {"朝阳": 1200.5, "海淀": 80}


def months(folder: Path) -> None:
    book = xlsxwriter.Workbook("orders.xlsx")
    for month in (1, 2):
        sheet = book.add_worksheet(f"{month}月")
        for number, row in enumerate([["日期", "门店", "金额"], [f"2025-0{month}-05", "朝阳", 10 * month]]):
            sheet.write_row(number, 0, row)
    book.add_worksheet("说明").write_row(0, 0, ["制表人", "张三"])
    book.close()


def test_a_sheet_for_each_month_becomes_one_table(folder: Path) -> None:
    months(folder)
    text = rulecard.new_dataset("shop.yaml", ["orders.xlsx", "visits.csv"], language="en")
    assert 'sheet: ["1月", "2月"]  # check: these sheets become one table' in text
    assert "# not used: orders.xlsx (说明)" in text
    (folder / "data.yaml").write_text(text, encoding="utf-8")
    found = rulecard.run("shop.yaml", dataset="data.yaml").results.filter(id="客单价", 门店="朝阳")
    assert found.select("period", "value").rows() == [("2025-01", 10), ("2025-02", 20)]


@pytest.mark.parametrize(
    ("sheet", "said", "hint"),
    [
        ("[1月, 1]", "the sheet `1月` of orders.xlsx is given twice", "name it once"),
        ("[1月, 3月]", "orders.xlsx has no sheet `3月`", "sheets: 1月, 2月, 说明"),
        ("[1月, 说明]", "orders.xlsx (说明) has none of the columns 门店, 日期, 金额", "columns there: 制表人, 张三"),
    ],
)
def test_sheets_that_make_no_table(folder: Path, sheet: str, said: str, hint: str) -> None:
    months(folder)
    (folder / "data.yaml").write_text(
        f"dataset: d\nsources:\n  订单: {{path: orders.xlsx, sheet: {sheet}}}\n  访客: {{path: visits.csv}}\n", "utf-8"
    )
    problems = rulecard.validate("shop.yaml", dataset="data.yaml").problems
    assert [(problem.message, problem.hint) for problem in problems] == [(said, hint)]


def test_which_sheet_is_meant_is_asked(folder: Path) -> None:
    months(folder)
    with pytest.raises(rulecard.Problems, match=r"2 sheets with the columns that are needed: 1月, 2月") as raised:
        rulecard.run("shop.yaml", {"订单": "orders.xlsx", "访客": "visits.csv"})
    assert "`sheet: [1月, 2月]` for all of them" in str(raised.value)


def test_titles_above_names_that_are_unknown_are_no_fault_of_the_program(folder: Path) -> None:
    (folder / "orders.csv").write_text("Report\n\na,b,c\n1,2,3\n", encoding="utf-8")
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.new_dataset("shop.yaml", ["orders.csv"])
    assert [(problem.code, "`header: 3`" in (problem.hint or "")) for problem in raised.value.problems] == [
        ("RC513", True)
    ]


@pytest.mark.parametrize("total", ["合计,,1280.5", "2025/1/31,合计,1280.5"], ids=["for the date", "for the shop"])
def test_a_row_of_totals_is_left_out_and_told_of(folder: Path, total: str) -> None:
    rows = "日期,门店,金额\n2025/1/5,朝阳,1200.5\n2025/1/6,海淀,80\n"
    (folder / "orders.csv").write_text(rows + total + "\n", encoding="utf-8")
    text = rulecard.new_dataset("shop.yaml", ["orders.csv", "visits.csv"], language="en")
    assert 'missing: ["合计"]  # check' in text
    assert "a row of totals is left out" in text
    assert mean_of_orders(folder, text) == {"朝阳": 1200.5, "海淀": 80}
    result = rulecard.run("shop.yaml", dataset="data.yaml")
    assert {problem.code for problem in result.problems} == {"RC507"}


def test_totals_below_dates_with_the_day_in_front_do_not_hide_their_form(folder: Path) -> None:
    (folder / "orders.csv").write_text(
        "日期,门店,金额\n31/01/2025,朝阳,5\n30/01/2025,海淀,8\n总计,,13\n", encoding="utf-8"
    )
    text = rulecard.new_dataset("shop.yaml", ["orders.csv", "visits.csv"])
    assert 'dates: "%d/%m/%Y"' in text
    assert mean_of_orders(folder, text) == {"朝阳": 5, "海淀": 8}


def test_the_hints_for_totals_are_what_helps(folder: Path) -> None:
    (folder / "orders.csv").write_text("日期,门店,金额\n2025/1/5,朝阳,5\n合计,,5\n", encoding="utf-8")
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("shop.yaml", {"订单": "orders.csv", "访客": "visits.csv"})
    (problem,) = (problem for problem in raised.value.problems if problem.severity == "error")
    assert 'write `missing: ["合计"]` in a dataset' in (problem.hint or "")
    (folder / "orders.csv").write_text("日期,门店,金额\n2025/1/5,朝阳,5\n2025/1/31,合计,5\n", encoding="utf-8")
    warned = rulecard.run("shop.yaml", {"订单": "orders.csv", "访客": "visits.csv"}).problems
    assert ['`missing: ["合计"]`' in (problem.hint or "") for problem in warned if problem.code == "RC507"] == [True]


def test_totals_without_a_date_do_not_count_and_are_not_said_to(folder: Path) -> None:
    (folder / "orders.csv").write_text("日期,门店,金额\n2025/1/5,朝阳,5\n,合计,5\n", encoding="utf-8")
    result = rulecard.run("shop.yaml", {"订单": "orders.csv", "访客": "visits.csv"})
    assert "合计" not in result.results["门店"].to_list()
    assert [problem.message for problem in result.problems if problem.code == "RC507"] == [
        "orders.csv: column `日期`: empty in 1 row: row 3"
    ]


def test_a_unit_behind_a_name_does_not_hide_it(folder: Path) -> None:
    (folder / "orders.csv").write_text(
        '日期,门店,成交金额（元）,备注（元）\n2025/1/5,朝阳,"1,200.50",\n', encoding="utf-8"
    )
    text = rulecard.new_dataset("shop.yaml", ["orders.csv", "visits.csv"], language="zh")
    assert '"成交金额（元）": 金额  # 请核对：只是名字相近' in text
    assert mean_of_orders(folder, text) == {"朝阳": 1200.5, "海淀": None}


def test_one_advice_for_cells_of_one_form(folder: Path) -> None:
    (folder / "orders.csv").write_text('日期,门店,金额\n2025/1/5,朝阳,"1,200.5"\n2025/1/6,海淀,"2,300.5"\n', "utf-8")
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("shop.yaml", {"订单": "orders.csv", "访客": "visits.csv"})
    assert [problem.hint for problem in raised.value.problems] == ['for 1,200.5 write `thousands: ","` in a dataset']


def test_what_a_notebook_shows_of_mistakes_and_of_a_result(folder: Path) -> None:
    ruleset = folder / "shop.yaml"
    frame = pd.DataFrame({"门店": ["朝阳"], "日期": ["2025-01-05"], "金额": ["1,200.5"]})
    visits = pd.DataFrame({"门店": ["朝阳", None], "日期": ["2025-01-05"] * 2, "访客数": [5, 1]})
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run(ruleset, {"订单": frame, "访客": visits})
    assert str(raised.value) == (
        "error[RC503] the data of `订单`: column `金额`: not a number in 1 row: row 1 ('1,200.5')\n"
        '   = help: for 1,200.5 write `thousands: ","` in a dataset\n'
        "warning[RC507] the data of `访客`: column `门店`: empty in 1 row: row 2\n"
        "   = help: a row without it belongs to no card, and is left out"
    )
    with pytest.raises(rulecard.Problems, match=r"^error\[RC500\] the data of `订单`: data of the type list cannot be"):
        rulecard.run(ruleset, {"订单": [frame], "访客": visits})
    result = rulecard.run(ruleset, {"订单": frame.assign(金额=[5.0]), "访客": visits})
    assert repr(result) == "<Result of shop 1.0.0: .cards, .results, .advice; 1 warning in .problems>"
