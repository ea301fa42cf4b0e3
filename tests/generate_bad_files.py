"""Writes tests/bad_files: exports as they go wrong, each small. `python tests/generate_bad_files.py` does so."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

FOLDER = Path(__file__).parent / "bad_files"
HEAD = "shop,date,orders,visits\n"
GOOD = "Harbour,2025-01-31,5,10\n"
DAY = dt.date(2025, 1, 31)
CELLS = ["shop", "date", "orders", "visits"]


def rows(*lines: str) -> str:
    """A file of the usual columns whose first row is right."""
    return HEAD + GOOD + "".join(f"{line}\n" for line in lines)


def book(fill: Callable[[openpyxl.Workbook, Worksheet], Any]) -> bytes:
    """An .xlsx file with the sheet that `fill` writes."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    fill(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def table(*body: list[Any]) -> Callable[[openpyxl.Workbook, Worksheet], None]:
    """Fills a sheet with the usual header and rows."""

    def fill(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        for row in (CELLS, *body):
            sheet.append(row)

    return fill


def merged_header(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.append(["shop", "date", "figures", None])
    sheet.append([None, None, "orders", "visits"])
    sheet.append(["Harbour", DAY, 5, 10])
    for place in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(place)


def merged_shops(made: openpyxl.Workbook, sheet: Worksheet) -> None:
    table(["Harbour", DAY, 5, 10], [None, dt.date(2025, 2, 28), 6, 11], ["Museum", DAY, 7, 12])(made, sheet)
    sheet.merge_cells("A2:A3")


def error_cells(made: openpyxl.Workbook, sheet: Worksheet) -> None:
    table(["Harbour", DAY, 5, 10], ["Museum", DAY, "#DIV/0!", 12], ["#N/A", DAY, 5, 12])(made, sheet)
    sheet["C3"].data_type = sheet["A4"].data_type = "e"


def several_sheets(made: openpyxl.Workbook, sheet: Worksheet) -> None:
    table(["Harbour", DAY, 5, 10])(made, sheet)
    sheet.title = "January"
    table(["Harbour", dt.date(2025, 2, 28), 5, 10])(made, made.create_sheet("February"))


def hidden_sheet(made: openpyxl.Workbook, sheet: Worksheet) -> None:
    table(["Harbour", DAY, 5, 10])(made, made.create_sheet("data"))
    made["data"].sheet_state = "hidden"


def empty_sheet(made: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.title = "Sheet1"


def locked() -> bytes:
    plain, out = io.BytesIO(book(table(["Harbour", DAY, 5, 10]))), io.BytesIO()
    file = msoffcrypto.OfficeFile(plain)
    file.encrypt("secret", out)
    return out.getvalue()


def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"shop": ["Harbour"], "date": [DAY], "orders": [5], "visits": [10]}).write_parquet(out)
    return out.getvalue()


def arrow() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"shop": ["Harbour"] * 50, "date": [DAY] * 50}).write_ipc(out)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("shops.csv", HEAD + GOOD)
    return out.getvalue()


RECORD = {"shop": "Harbour", "date": "2025-01-31", "orders": 5, "visits": 10}
HTML = "<html><head><meta charset=gb2312></head><table><tr><td>shop</td></tr></table></html>"
XML = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'

FILES: dict[str, str | bytes | Callable[[], bytes]] = {
    # encodings
    "western.csv": rows("Zürich,2025-01-31,5,10").encode("cp1252"),
    "western_lone.csv": rows("Orléans-Sud,2025-01-31,5,10", "Café,2025-01-31,5,10").encode("cp1252"),
    "cyrillic.csv": rows("Москва,2025-01-31,5,10").encode("cp1251"),
    "big5.csv": rows("臺北車站前門市,2025-01-31,5,10").encode("big5"),
    "shift_jis.csv": rows("とうきょう,2025-01-31,5,10").encode("shift_jis"),
    "damaged_utf8.csv": rows("上海南京东路店,2025-01-31,5,10").encode().replace("京".encode(), b"\xe4\xba\xff"),
    "gb18030_after_utf8.csv": rows("上海,2025-01-31,5,10").encode() + "北京,2025-01-31,5,10\n".encode("gb18030"),
    "nul_bytes.csv": rows("Museum\0\0,2025-01-31,5,10"),
    "nul_at_the_end.csv": rows("Museum,2025-01-31,5,10").encode() + b"\0" * 512,
    # the shape
    "empty.csv": b"",
    "header_only.csv": HEAD,
    "spaces_only.csv": "   \n \t \n",
    "ragged_long.csv": rows("Museum,2025-01-31,1,234,10"),
    "ragged_short.csv": rows("Museum,2025-01-31"),
    "unbalanced_quote.csv": rows('"Museum,2025-01-31,5,10', "Park,2025-01-31,5,10"),
    "quote_in_cell.csv": rows('5" pipes,2025-01-31,5,10'),
    "duplicate_columns.csv": "shop,date,orders,visits,orders\nHarbour,2025-01-31,5,10,6\n",
    "title_above.csv": "Monthly export,,,\nmade 2025-02-01,,,\n" + HEAD + GOOD,
    "no_header.csv": GOOD + "Museum,2025-01-31,5,10\n",
    "other_table.csv": "id,name\n1,x\n",
    "missing_column.csv": "shop,date,orders\nHarbour,2025-01-31,5\n",
    "spaces_column.csv": "shop,date,orders,visits\n   ,2025-01-31,5,10\n   ,2025-02-28,5,10\n",
    "totals_row.csv": rows("Museum,2025-01-31,5,10", "合计,2025-01-31,10,20"),
    "totals_without_date.csv": rows("Museum,2025-01-31,5,10", "合计,合计,10,20"),
    # numbers
    "percent.csv": rows("Museum,2025-01-31,12%,10"),
    "thousands.csv": rows('Museum,2025-01-31,"1,234.50",10'),
    "decimal_comma.csv": "shop;date;orders;visits\nHarbour;2025-01-31;1.234,56;10\n",
    "points_in_doubt.csv": "shop;date;orders;visits\nHarbour;2025-01-31;1.234;10\n",
    "wan.csv": rows("Museum,2025-01-31,1.2万,10"),
    "currency.csv": rows("Museum,2025-01-31,¥5,10"),
    "parentheses.csv": rows("Museum,2025-01-31,(5),10"),
    "full_width.csv": rows("Museum,2025-01-31,１２,10"),
    "minus_behind.csv": rows("Museum,2025-01-31,5-,10"),
    "text_late.csv": rows(*["Harbour,2025-01-31,5,10"] * 1500, "Museum,2025-01-31,none yet,10"),
    "na.csv": rows("Museum,2025-01-31,NA,10", "Park,2025-01-31,-,10"),
    "huge_number.csv": rows("Museum,2025-01-31,1e400,10"),
    "huge_cell.csv": rows(f"Museum,2025-01-31,{'9' * 200_000}x,10"),
    # dates
    "day_first.csv": rows("Museum,13/02/2025,5,10"),
    "month_first.csv": rows("Museum,02/13/2025,5,10"),
    "day_or_month.csv": rows("Museum,01/02/2025,5,10"),
    "mixed_dates.csv": rows("Museum,13/02/2025,5,10", "Park,02/14/2025,5,10"),
    "two_digit_year.csv": rows("Museum,13/02/25,5,10"),
    "excel_days.csv": rows("Museum,45688,5,10"),
    "unix_time.csv": rows("Museum,1738281600,5,10"),
    "no_such_day.csv": rows("Museum,2025-02-30,5,10"),
    "month_names.csv": rows("Museum,13-Feb-2025,5,10"),
    # what they are
    "page.xls": HTML,
    "page.csv": HTML,
    "xml_table.xls": XML,
    "text.xlsx": HEAD + GOOD,
    "json.xlsx": json.dumps([RECORD]),
    "workbook.csv": lambda: book(table(["Harbour", DAY, 5, 10])),
    "parquet.csv": parquet,
    "archive.xlsx": archive,
    "archive.zip": archive,
    "letter.pdf": b"%PDF-1.7\n",
    "pdf.csv": b"%PDF-1.7\n",
    # cut off
    "cut.parquet": lambda: parquet()[:-40],
    "cut.arrow": lambda: arrow()[:-60],
    "cut.xlsx": lambda: book(table(["Harbour", DAY, 5, 10]))[:3000],
    "cut.json": json.dumps([RECORD, RECORD])[:-20],
    "cut.ndjson": json.dumps(RECORD) + "\n" + json.dumps(RECORD)[:-20],
    "cut.csv.gz": lambda: gzip.compress((HEAD + GOOD * 2000).encode(), mtime=0)[:-20],
    # JSON
    "object.json": json.dumps({"total": 1, "rows": [RECORD]}),
    "numbers.json": "[1, 2]",
    "nested.json": json.dumps([{**RECORD, "orders": {"count": 5}}]),
    "nan.json": json.dumps([{**RECORD, "orders": float("nan")}]),
    "lines.ndjson": json.dumps(RECORD) + "\n[1]\n",
    # workbooks
    "locked.xlsx": locked,
    "merged_header.xlsx": lambda: book(merged_header),
    "merged_cells.xlsx": lambda: book(merged_shops),
    "errors.xlsx": lambda: book(error_cells),
    "formulas.xlsx": lambda: book(table(["Harbour", DAY, 5, "=C2*2"])),
    "several_sheets.xlsx": lambda: book(several_sheets),
    "hidden_sheet.xlsx": lambda: book(hidden_sheet),
    "empty_sheet.xlsx": lambda: book(empty_sheet),
    "text_numbers.xlsx": lambda: book(table(["Harbour", DAY, "1,234", 10])),
    "text_dates.xlsx": lambda: book(table(["Harbour", DAY, 5, 10], ["Museum", "13/02/2025", 5, 10])),
    "day_numbers.xlsx": lambda: book(table(["Harbour", 45688, 5, 10])),
    "text_late.xlsx": lambda: book(table(*[["Harbour", DAY, 5, 10]] * 1500, ["Museum", DAY, "late", 10])),
}


def main() -> None:
    for name, content in FILES.items():
        made = content() if callable(content) else content
        (FOLDER / name).write_bytes(made.encode() if isinstance(made, str) else made)


if __name__ == "__main__":
    main()
