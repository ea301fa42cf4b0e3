"""Cells of a workbook that could go wrong: texts that a program could run, dates, long numbers, long texts."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest

from rulecard.report import streamed
from rulecard.results.result import Result

from .shop_runs import Shop


def opened(result: Result) -> tuple[Any, bytes]:
    content = b"".join(streamed(result, "xlsx"))
    return openpyxl.load_workbook(io.BytesIO(content)), content


RISKY = [
    "=1+1",
    "+A",
    "-A",
    "@A",
    "＝A",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "http://example.com",
    "mailto:a@b.c",
    "internal:A1",
    "{=SUM(1)}",
]


@pytest.mark.parametrize("many", [10**9, 0])
def test_no_cell_is_a_formula_or_a_link(shop_runs: Shop, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulecard.report.workbook._MANY", many)
    ruleset = (
        "ruleset: r\nversion: 1.0.0\ntitle: '=1+1'\nentity: shop\n"
        "params: {p: {value: '=2+2', type: text, title: '@x'}}\n"
        "inputs: {a: {}}\nmetrics: {m: {formula: 'a * (1 if p == \"x\" else 2)', title: '=3+3'}}\n"
        "advice: {a: {when: m < 9, title: '={entity}', text: '{entity}', actions: ['=1+1', 'http://example.com']}}\n"
    )
    quoted = (name.replace('"', '""') for name in RISKY)
    shop_runs.write({"d.csv": "shop,a\n" + "".join(f'"{name}",1\n' for name in quoted)}, ruleset)
    book, content = opened(shop_runs.result("d.csv"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    assert len(pages) > 8
    assert [page for page in pages if re.search(r"<f[ >]|hyperlink|externalLink", page)] == []
    risky = 0
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f" or cell.quotePrefix, cell.value
            if str(cell.value)[:1] in set("=+-@＝") and isinstance(cell.value, str):
                risky += 1
                assert cell.quotePrefix, (sheet.title, cell.coordinate)
    assert risky > 20
    assert {row[0] for row in book["results"].iter_rows(min_row=2, values_only=True)} == set(RISKY)


def test_days_are_dates_and_long_numbers_keep_their_digits(shop_runs: Shop) -> None:
    ruleset = (
        "ruleset: r\nversion: 1.0.0\nentity: phone\nperiod: day\n"
        "params: {d: {value: 2025-03-01, type: date}, f: {value: true, type: flag}}\n"
        "inputs: {a: {}}\nmetrics: {m: {formula: a * (2 if f else 1)}}\n"
    )
    rows = "phone,date,a\n440301199001011234,2025-02-28,0.1\n7,2025-03-01,1e-300\n7,1850-01-01,123456789.12345679\n"
    shop_runs.write({"d.csv": rows}, ruleset)
    book, content = opened(shop_runs.result("d.csv"))
    for sheet in (book.worksheets[0], book["results"]):
        cells = {(str(row[0].value), row[1].value) for row in sheet.iter_rows(min_row=2)}
        assert cells == {
            ("440301199001011234", dt.datetime(2025, 2, 28)), ("7", dt.datetime(2025, 3, 1)), ("7", "1850-01-01"),
        }  # fmt: skip
        assert sheet.cell(2, 2).number_format == "yyyy-mm-dd" or sheet.cell(2, 2).value == "1850-01-01"
    values = [row[5] for row in book["results"].iter_rows(values_only=True) if row[3] == "metric"]
    assert set(values) == {0.2, 2e-300, 246913578.24691358}
    assert b"440301199001011234" in b"".join(
        zipfile.ZipFile(io.BytesIO(content)).read(n) for n in ("xl/sharedStrings.xml",)
    )


def test_a_text_too_long_for_a_cell_is_cut_where_it_is_seen(shop_runs: Shop) -> None:
    long = "很" * 33_000 + "😀" * 10
    shop_runs.write({"d.csv": f"shop,orders,visits,date\n{long},1,2,2025-01-01\nA\x07B,1,2,2025-01-01\n"})
    book, _ = opened(shop_runs.result("d.csv"))
    names = {row[0] for row in book["results"].iter_rows(min_row=2, values_only=True)}
    assert "很" * 32_766 + "…" in names
    assert len(names) == 2
