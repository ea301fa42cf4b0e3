"""`new dataset`: a document written from real files, which runs once its open questions are answered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

import rulecard
from rulecard.cli import main

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
sources:
  sales: {columns: {shop: text, date: date, order_count: integer, amount: number}}
  visits: {columns: {shop: text, day: date, visitors: integer}, time: day}
inputs:
  orders: {from: sales, formula: sum(order_count), title: {zh: 成交单数, en: Orders closed}}
  amount: {from: sales, formula: sum(amount), title: {zh: 成交金额}, description: 接口的 paid_amount}
  visitors: {from: visits, formula: sum(visitors), title: {zh: 访客数}}
metrics:
  each: {formula: amount / orders}
  rate: {formula: orders / visitors}
"""
SALES = 'shop,统计日,Orders Closed,paid_amount,备注\n朝阳,31.01.2025,1.200,"1.234,50",好\n海淀,30.01.2025,-,暂无,\n'
VISITS = "门店,day,访客数\n朝阳,2025-01-31,100\n海淀,2025-01-31,50\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "sales.csv").write_bytes(
        SALES.replace(",", ";").replace("1.234;50", "1.234,50").encode("gb18030")
    )
    (tmp_path / "exports" / "visits.csv").write_text(VISITS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def drafted(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["new", "dataset", "shop.yaml", *arguments]) == 0
    written = capsys.readouterr()
    assert written.err == ""
    return written.out


def test_a_document_from_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = drafted("--from", "exports/sales.csv", "exports/visits.csv", "--lang", "en", capsys=capsys)
    expected = """\
# Where the data for shop.yaml is. Read it through, then: rulecard validate shop.yaml --dataset FILE
dataset: shop-data
sources:
  sales:
    path: exports/sales.csv
    encoding: gb18030  # check: is “统计日” right?
    separator: ";"
    columns:
      统计日: date  # check: the only column of dates
      "Orders Closed": order_count
      paid_amount: amount  # named in its description
    dates: "%d.%m.%Y"  # check: how dates are written
    decimal: ","
    thousands: "."
    missing: ["-", "暂无"]  # check: these stand for no value
  visits:
    path: exports/visits.csv
    columns:
      访客数: visitors
      门店: "?"  # one of shop? Write which, or take the line out
    # still without a column: shop
"""
    assert text == expected


def test_an_open_column_is_refused_until_it_is_answered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--from", "exports/sales.csv", "--from", "exports/visits.csv"]
    assert main(["new", "dataset", "shop.yaml", *files, "--out", "data.yaml"]) == 0
    assert main(["validate", "data.yaml"]) == 1
    assert main(["run", "shop.yaml", "--dataset", "data.yaml"]) == 2
    assert "the column `门店` is left open" in capsys.readouterr().err
    text = (folder / "data.yaml").read_text(encoding="utf-8")
    (folder / "data.yaml").write_text(text.replace('门店: "?"', "门店: shop"), encoding="utf-8")
    assert main(["validate", "shop.yaml", "--dataset", "data.yaml"]) == 0
    result = rulecard.run("shop.yaml", dataset="data.yaml")
    card = next(card for card in result.scorecards() if card.entity["shop"] == "朝阳")
    assert (card.metrics["each"].value, card.metrics["rate"].value) == (1234.5 / 1200, 12.0)


def test_comments_are_in_the_readers_language(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = drafted("exports/sales.csv", "exports/visits.csv", "--lang", "zh", capsys=capsys)
    assert "请核对：这些表示没有值" in text
    assert "# 还缺列：shop" in text


def test_paths_are_as_seen_from_the_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "settings").mkdir()
    files = ["exports/sales.csv", "exports/visits.csv"]
    assert main(["new", "dataset", "shop.yaml", *files, "--out", "settings/data.yaml"]) == 0
    assert "path: ../exports/sales.csv" in (folder / "settings" / "data.yaml").read_text(encoding="utf-8")


def test_a_document_that_is_there_stays(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "data.yaml").write_text("mine", encoding="utf-8")
    assert main(["new", "dataset", "shop.yaml", "exports/sales.csv", "--out", "data.yaml"]) == 2
    assert "data.yaml is there already" in capsys.readouterr().err
    assert (folder / "data.yaml").read_text(encoding="utf-8") == "mine"


def test_files_alike_are_one_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "exports" / "visits-2.csv").write_text(VISITS.replace("-01-", "-02-"), encoding="utf-8")
    text = drafted("exports/sales.csv", "exports/visits.csv", "exports/visits-2.csv", capsys=capsys)
    assert "    path:\n      - exports/visits.csv\n      - exports/visits-2.csv\n" in text
    pattern = drafted("exports/sales.csv", "--from", "exports/visits*.csv", capsys=capsys)
    assert "path: exports/visits*.csv" in pattern.replace('"', "")


def test_a_workbook_and_parquet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with xlsxwriter.Workbook(str(folder / "sales.xlsx")) as book:
        sheet = book.add_worksheet("一月")
        sheet.write_row(0, 0, ["门店", "日期", "成交单数", "成交金额"])
        sheet.write_row(1, 0, ["朝阳"])
        sheet.write_datetime(1, 1, dt.datetime(2025, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(1, 2, [3, 12.5])
    visits = pl.DataFrame({"shop": ["朝阳"], "day": [dt.date(2025, 1, 31)], "visitors": [7]})
    visits.write_parquet(folder / "visits.parquet")
    text = drafted("sales.xlsx", "visits.parquet", "--lang", "en", capsys=capsys)
    assert "sheet: 一月" in text
    assert "日期: date  # check: the only column of dates" in text
    assert '门店: "?"  # one of shop?' in text
    assert text.endswith("  visits:\n    path: visits.parquet\n")
    (folder / "data.yaml").write_text(text.replace('门店: "?"', "门店: shop"), encoding="utf-8")
    assert main(["validate", "shop.yaml", "--dataset", "data.yaml"]) == 0


@pytest.mark.parametrize(
    ("dates", "line"),
    [
        (["2025-01-31", "2025/2/3"], None),
        (["31/01/2025", "05/02/2025"], 'dates: "%d/%m/%Y"'),
        (["01/31/2025", "02/05/2025"], 'dates: "%m/%d/%Y"'),
        (["01/02/2025", "03/04/2025"], '# dates: one of "%d/%m/%Y" / "%m/%d/%Y"; the rows do not tell'),
        (["31.01.2025 18:05", "01.02.2025 07:30"], 'dates: "%d.%m.%Y %H:%M"'),
        (["Jan 31, 2025", "Feb 1, 2025"], 'dates: "%b %d, %Y"'),
    ],
)
def test_forms_of_dates(dates: list[str], line: str | None, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f'朝阳,"{date}",1,2\n' for date in dates)
    (folder / "sales.csv").write_text(f"shop,date,order_count,amount\n{rows}", encoding="utf-8")
    text = drafted("sales.csv", "--lang", "en", capsys=capsys)
    assert (line in text) if line else ("dates:" not in text)


@pytest.mark.parametrize(
    ("amounts", "lines"),
    [
        (["1234.5", "-3"], []),
        (["1,234.50", "12"], ['thousands: ","']),
        (["1.234,50", "12"], ['decimal: ","', 'thousands: "."']),
        (["12,5", "3,25"], ['decimal: ","']),
        (["1,234", "5,678"], ['thousands: ","  # check: the numbers could be read otherwise']),
        (["12", "about 5"], ['# check: in amount stand cells that are no numbers: "about 5"']),
        (["12", "N/A"], ['missing: ["N/A"]']),
    ],
)
def test_forms_of_numbers(
    amounts: list[str], lines: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "".join(f'朝阳,2025-01-31,1,"{amount}"\n' for amount in amounts)
    (folder / "sales.csv").write_text(f"shop,date,order_count,amount\n{rows}", encoding="utf-8")
    text = drafted("sales.csv", "--lang", "en", capsys=capsys)
    for line in lines:
        assert line in text
    written = [word for word in ("decimal:", "thousands:", "missing:", "stand cells") if word in text]
    assert len(written) == len(lines)


def test_two_columns_that_fit_are_left_open(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sales.csv").write_text(
        "shop,下单日,付款日,order_count,amount\n朝阳,2025-01-30,2025-01-31,1,2\n", encoding="utf-8"
    )
    text = drafted("sales.csv", "--lang", "en", capsys=capsys)
    assert '下单日: "?"  # one of date?' in text
    assert '付款日: "?"  # one of date?' in text


def test_a_name_that_only_begins_alike_is_no_match(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    header = "shop,date,order_cuont,amount of the whole year"
    (folder / "sales.csv").write_text(f"{header}\nA,2025-01-31,1,2\n", encoding="utf-8")
    text = drafted("sales.csv", "--lang", "en", capsys=capsys)
    assert "order_cuont: order_count  # check: only a similar name" in text
    assert '"amount of the whole year": "?"  # one of amount?' in text


def test_numbers_may_be_the_ids_of_shops(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sales.csv").write_text("No,date,order_count,amount\n4,2025-01-31,1,2\n", encoding="utf-8")
    assert 'No: "?"  # one of shop?' in drafted("sales.csv", "--lang", "en", capsys=capsys)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("shop   date        order_count amount\n4      2025-01-31  1           2.5\n", ['separator: " "']),
        (" 4 20250131 1  2.5\n 4 20250201 12 3.5\n", ['separator: " "', "header: 0", '"2": date  # check: the only']),
        ("4\t2025-01-31\t1\t2.5\n", ['separator: "\\t"', "header: 0", '"2": date']),
    ],
)
def test_text_files_without_commas_or_names(
    content: str, lines: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "one.yaml").write_text(
        RULESET.replace("  visits: {columns: {shop: text, day: date, visitors: integer}, time: day}\n", "")
        .replace("  visitors: {from: visits, formula: sum(visitors), title: {zh: 访客数}}\n", "")
        .replace("  rate: {formula: orders / visitors}\n", ""),
        encoding="utf-8",
    )
    (folder / "sales.txt").write_text(content, encoding="utf-8")
    text = rulecard.new_dataset("one.yaml", ["sales.txt"], language="en")
    for line in lines:
        assert line in text
    assert ("columns:" in text) is ("header: 0" in text)


def test_each_sheet_of_a_workbook_is_a_table(folder: Path) -> None:
    with xlsxwriter.Workbook(str(folder / "all.xlsx")) as book:
        book.add_worksheet("说明").write(0, 0, "月报")
        for name, header, row in (
            ("销售", ["shop", "date", "order_count", "amount"], ["A", "2025-01-31", 3, 12.5]),
            ("访客", ["shop", "day", "visitors"], ["A", "2025-01-31", 7]),
        ):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, row)
    text = rulecard.new_dataset("shop.yaml", ["all.xlsx"])
    assert "  sales:\n    path: all.xlsx\n    sheet: 销售\n" in text
    assert "  visits:\n    path: all.xlsx\n    sheet: 访客\n" in text
    (folder / "data.yaml").write_text(text, encoding="utf-8")
    assert rulecard.validate("shop.yaml", dataset="data.yaml").errors == 0


def test_many_files_of_a_folder_become_a_pattern(folder: Path) -> None:
    for number in range(5):
        (folder / "exports" / f"visits-{number}.csv").write_text(VISITS, encoding="utf-8")
    (folder / "exports" / "visits.csv").unlink()
    (folder / "exports" / "sales.csv").rename(folder / "sales.csv")
    files = sorted((folder / "exports").iterdir())
    assert f"path: {folder}/exports/*.csv" in rulecard.new_dataset("shop.yaml", ["sales.csv", *files])
    assert f"      - {files[0]}\n" in rulecard.new_dataset("shop.yaml", ["sales.csv", *files[:4]])


def test_two_sources_may_be_taken_from_one_file(folder: Path) -> None:
    (folder / "all.csv").write_text(
        "shop,date,day,order_count,amount,visitors\nA,2025-01-31,2025-01-31,1,2,3\n", "utf-8"
    )
    assert rulecard.new_dataset("shop.yaml", ["all.csv"]).count("path: all.csv") == 2


def test_what_is_left_over_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.csv").write_text("colour,size\nred,9\n", encoding="utf-8")
    (folder / "sales.csv").write_text("shop,date,order_count\nA,2025-01-31,1\n", encoding="utf-8")
    text = drafted("sales.csv", "other.csv", "--lang", "en", capsys=capsys)
    assert "# no column was found for amount" in text
    assert "# visits: no file has columns like it" in text
    assert "# not used: other.csv" in text
    assert rulecard.new_dataset("shop.yaml", ["sales.csv", "other.csv"], language="en") == text


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ([], "there are no files to write a dataset for"),
        (["nowhere.csv"], "there is no file nowhere.csv"),
        (["shop.yaml"], "shop.yaml"),
        (["other.csv"], "no source of the ruleset has a column like those of other.csv"),
    ],
)
def test_files_that_lead_nowhere(call: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "other.csv").write_text("colour,size\nred,9\n", encoding="utf-8")
    assert main(["new", "dataset", "shop.yaml", *call]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert said in written.err


def test_names_that_yaml_would_read_otherwise_are_quoted(folder: Path) -> None:
    names = ["yes", "3月", "a: b", "#", "- x", "null", "“引”", 'say "so"', "[x]", "t\\t"]
    cells = ",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names)
    header = f"shop,date,order_count,{cells}\n"
    (folder / "sales.csv").write_text(header + "A,2025-01-31,1" + ",5" * len(names) + "\n", encoding="utf-8")
    (folder / "data.yaml").write_text(rulecard.new_dataset("shop.yaml", ["sales.csv"]), encoding="utf-8")
    problems = rulecard.validate("data.yaml").problems
    assert sorted(str(problem.path[-1]) for problem in problems) == sorted(names)
    assert {problem.code for problem in problems} == {"RC417"}
