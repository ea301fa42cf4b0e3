"""JSON, Arrow, Parquet and workbooks: what their cells mean, and which sheet and header are read; on both engines."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import rulecard
from rulecard.files.origins import Files, Writing

from .shop_runs import Shop, with_columns
from .test_files_text import cards, problems

DAY = dt.date(2025, 1, 31)
ROWS: list[dict[str, Any]] = [
    {"shop": "上海", "date": DAY, "orders": 5, "visits": 10.0},
    {"shop": "北京", "date": DAY, "orders": 1, "visits": 10.0},
]
EXPECTED = {("上海", "2025-01"): 0.5, ("北京", "2025-01"): 0.1}
RECORDS = [{**row, "date": "2025-01-31"} for row in ROWS]


def workbook(path: str, *sheets: tuple[str, list[list[Any]]], change: Callable[[Any], Any] = lambda book: None) -> None:
    """Writes an .xlsx file with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    change(book)
    book.save(path)


def table(rows: list[dict[str, Any]] = ROWS) -> list[list[Any]]:
    return [list(rows[0]), *[list(row.values()) for row in rows]]


def write(path: str) -> None:
    """Writes the rows in the form that the name says."""
    frame, file = pl.DataFrame(ROWS), Path(path)
    match file.suffix:
        case ".parquet" | ".pq":
            frame.write_parquet(path)
        case ".arrow" | ".feather" | ".ipc":
            if "stream" in path:
                frame.write_ipc_stream(path)
            else:
                frame.write_ipc(path)
        case ".ndjson" | ".jsonl":
            file.write_text("\n".join(map(json.dumps, RECORDS)) + "\n\n", encoding="utf-8")
        case ".json":
            if "lines" in path:
                file.write_text("\n".join(json.dumps(row) for row in RECORDS), encoding="utf-8")
            else:
                file.write_text(json.dumps(RECORDS, ensure_ascii=False), encoding="utf-8-sig")
        case _:
            workbook(path, ("一月", table()))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    "path",
    ["s.parquet", "s.pq", "s.arrow", "s.feather", "s.ipc", "stream.arrow", "s.json", "lines.json", "s.ndjson",
     "s.jsonl", "s.xlsx", "s.xlsm"],
)  # fmt: skip
def test_the_same_rows_in_every_form(shop_runs: Shop, path: str, engine: str) -> None:
    shop_runs.write({})
    write(path)
    assert shop_runs.warned(path, engine=engine) == (EXPECTED, [])


def test_json_in_another_encoding(shop_runs: Shop) -> None:
    shop_runs.write({"s.json": json.dumps(RECORDS, ensure_ascii=False).encode("gb18030")})
    result = rulecard.run("shop.yaml", {"data": Files(("s.json",), encoding="gb18030")})
    assert cards(result) == {"上海": 0.5, "北京": 0.1}
    assert result.problems == ()


@pytest.mark.parametrize("name", ["s.json", "s.ndjson"])
def test_what_comes_late_in_json_is_not_lost(shop_runs: Shop, name: str) -> None:
    rows: list[dict[str, Any]] = [{"shop": 1, "date": "2025-01-31"} for _ in range(2_000)]
    rows += [{"shop": "A7", "date": "2025-01-31", "x": 1}, {"shop": "A7", "date": "2025-01-31", "x": 2.5}]
    text = json.dumps(rows) if name.endswith(".json") else "\n".join(map(json.dumps, rows))
    shop_runs.write({name: text}, with_columns("x: number"))
    assert shop_runs.warned(name)[0] == {("1", "2025-01"): "missing_input", ("A7", "2025-01"): 3.5}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_cells_of_a_workbook(shop_runs: Shop, engine: str) -> None:
    """Dates, times, whole numbers, texts of numbers and flags, and a text after two thousand numbers."""
    columns = "x: number, sold: flag, at: datetime, code: text"
    rows: list[list[Any]] = [["shop", "date", "x", "sold", "at", "code"]]
    rows += [[7, DAY, 0.1, True, dt.datetime(2025, 1, 31, 10, 20, 30), 12] for _ in range(2_000)]
    rows += [["A7", dt.datetime(2025, 1, 31, 23, 59, 59), "2.5", "是", "2025-01-31 10:20", "0012"],
             [None, None, None, None, None, None],
             ["A7", "2025/1/31", 1e15, False, dt.date(2025, 1, 31), 1e14]]  # fmt: skip
    shop_runs.write(
        {}, with_columns(columns, inputs="total: {formula: sum(x), where: sold or code == '100000000000000'}")
    )
    workbook("s.xlsx", ("data", rows))
    found, _ = shop_runs.warned("s.xlsx", engine=engine)
    assert found == {("7", "2025-01"): pytest.approx(200.0), ("A7", "2025-01"): pytest.approx(2.5 + 1e15)}


@pytest.mark.parametrize(
    ("sheets", "sheet", "read"),
    [
        ([("notes", [["read me"]]), ("一月", table())], None, True),
        ([("empty", []), ("一月", table())], None, True),
        ([("other", [["a", "b"], [1, 2]]), ("一月", table())], None, True),
        ([("一月", table()), ("二月", table())], 1, True),
        ([("一月", [["a"]]), ("二月", table())], "二月", True),
        ([("一月", table()), ("二月", table())], None, False),
        ([("一月", table())], 2, False),
        ([("一月", table())], "二月", False),
    ],
)
def test_which_sheet_is_read(shop_runs: Shop, sheets: list[Any], sheet: int | str | None, read: bool) -> None:
    shop_runs.write({})
    workbook("s.xlsx", *sheets)
    data = {"data": Files(("s.xlsx",), sheet=sheet)}
    if read:
        assert cards(rulecard.run("shop.yaml", data)) == {"上海": 0.5, "北京": 0.1}
        return
    ((code, message, hint),) = problems(data)
    assert (code, "s.xlsx has " in message, "sheet" in hint) == ("RC500", True, True)


def test_a_hidden_sheet_is_read_only_by_its_name(shop_runs: Shop) -> None:
    def hide(book: Any) -> None:
        book["data"].sheet_state = "hidden"

    shop_runs.write({})
    workbook("s.xlsx", ("front", [["A report"]]), ("data", table()), change=hide)
    assert cards(rulecard.run("shop.yaml", {"data": Files(("s.xlsx",), sheet="data")})) == {"上海": 0.5, "北京": 0.1}
    ((code, _, _),) = problems({"data": "s.xlsx"})
    assert code == "RC502"


def test_a_header_of_two_rows(shop_runs: Shop) -> None:
    def merge(book: Any) -> None:
        for place in ("A2:A3", "B2:B3", "C2:D2"):
            book["s"].merge_cells(place)

    shop_runs.write({})
    rows = [["Monthly report"], ["shop", "date", "figures"], [None, None, "orders", "visits"], *table()[1:]]
    rows.append(["广州", DAY, "x", 10])
    workbook("s.xlsx", ("s", rows), change=merge)
    ((_, message, _),) = problems({"data": Files(("s.xlsx",), header=3)})
    assert message == "s.xlsx: column `orders`: not a number in 1 row: row 6 ('x')"
    workbook("s.xlsx", ("s", rows[:-1]), change=merge)
    assert cards(rulecard.run("shop.yaml", {"data": Files(("s.xlsx",), header=3)})) == {"上海": 0.5, "北京": 0.1}


def test_numbers_and_dates_of_a_workbook_beside_texts_of_them(shop_runs: Shop) -> None:
    """What is typed is not read by the forms of the texts."""
    rows = [
        ["shop", "date", "orders", "visits"],
        ["A", dt.date(2025, 2, 1), 1234.5, 10],
        ["B", "2025-01-02", "1.234,5", 10],
    ]
    shop_runs.write({})
    workbook("s.xlsx", ("s", rows))
    how = Files(("s.xlsx",), Writing(dates="%Y-%d-%m"), decimal=",", thousands=".")
    result = rulecard.run("shop.yaml", {"data": how})
    assert {card.period for card in result.scorecards()} == {"2025-02"}
    assert cards(result) == {"A": 123.45, "B": 123.45}


def test_a_frame_takes_the_same_way_as_a_file(shop_runs: Shop) -> None:
    """Its texts are read as they are in files, but a frame has no notes on how it is written."""
    shop_runs.write({})
    frame = pl.DataFrame([{**row, "date": "2025/1/31"} for row in ROWS])
    assert cards(rulecard.run("shop.yaml", {"data": frame})) == {"上海": 0.5, "北京": 0.1}


def test_whole_numbers_that_name_something_keep_all_their_digits(shop_runs: Shop) -> None:
    shop_runs.write(
        {"s.csv": "shop,date,x\n9007199254740993,2025-01-31,1\n9007199254740992,2025-01-31,2\n"},
        with_columns("x: number").replace("shop: text", "shop: integer"),
    )
    found, _ = shop_runs.warned("s.csv")
    assert found == {(9007199254740993, "2025-01"): 1.0, (9007199254740992, "2025-01"): 2.0}


@pytest.mark.parametrize("name", ["s.xlsx", "s.csv"])
def test_ids_that_a_spreadsheet_has_rounded(shop_runs: Shop, name: str) -> None:
    shop_runs.write({"s.csv": "shop,date,orders,visits\n4.20000E+17,2025-01-31,5,10\n"})
    workbook("s.xlsx", ("s", [["shop", "date", "orders", "visits"], [420000001234567890, DAY, 5, 10]]))
    ((code, message, hint),) = problems({"data": name})
    assert (code, "column `shop`" in message, "rounded" in message) == ("RC503", True, True)
    assert "export" in hint


def test_a_big_workbook_is_read_in_a_sheet_at_once(shop_runs: Shop) -> None:
    rows = [["shop", "date", "orders", "visits"], *[[f"S{number}", DAY, number, 10] for number in range(3_000)]]
    shop_runs.write({})
    workbook("s.xlsx", ("s", rows))
    found, _ = shop_runs.warned("s.xlsx")
    assert found["S2999", "2025-01"] == 299.9
    assert len(found) == 3_000


def sheet_with(sheet: Worksheet, place: str, value: Any, kind: str) -> None:
    sheet[place] = value
    sheet[place].data_type = kind


def test_error_cells_can_be_declared_to_be_missing(shop_runs: Shop) -> None:
    def spoil(book: Any) -> None:
        sheet_with(book["s"], "C2", "#N/A", "e")

    shop_runs.write({})
    workbook("s.xlsx", ("s", table()), change=spoil)
    result = rulecard.run("shop.yaml", {"data": Files(("s.xlsx",), Writing(missing=("#N/A",)))})
    assert cards(result) == {"上海": None, "北京": 0.1}


def test_computed_formulas_count_as_their_values(shop_runs: Shop) -> None:
    import xlsxwriter

    shop_runs.write({})
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for column, name in enumerate(ROWS[0]):
        sheet.write(0, column, name)
    sheet.write_string(1, 0, "上海")
    sheet.write_datetime(1, 1, DAY, day)
    sheet.write_formula(1, 2, "=2+3", None, 5)
    sheet.write_formula(1, 3, "=C2*2", None, 10)
    sheet.write_formula(1, 4, '=""', None, "")
    book.close()
    shop_runs.write({"s.xlsx": out.getvalue()})
    assert shop_runs.warned("s.xlsx") == ({("上海", "2025-01"): 0.5}, [])
