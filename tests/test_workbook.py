"""The workbook of a result, opened again: what its cells hold, how they are shown, and that no program runs them."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

import rulecard
from rulecard.cli import main
from rulecard.display import number_format
from rulecard.report import streamed
from rulecard.results.card import Card
from rulecard.results.result import Result

from .panel_data import FILES, PANEL, write_panel
from .shop_runs import Shop

SHEETS = {"en": ["Overview", "Metrics", "Recommendations", "About"], "zh": ["总览", "指标", "建议", "说明"]}


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    folder = tmp_path_factory.mktemp("panel")
    write_panel(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield rulecard.run(PANEL, FILES, language="zh")


def opened(result: Result) -> tuple[Any, bytes]:
    content = b"".join(streamed(result, "xlsx"))
    return openpyxl.load_workbook(io.BytesIO(content)), content


def table(sheet: Worksheet) -> list[dict[str, Any]]:
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


@pytest.mark.parametrize("many", [10**9, 0], ids=["small", "written out as it comes"])
def test_the_tables_are_those_of_the_result_exactly(panel: Result, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulecard.report.workbook._MANY", many)
    monkeypatch.setattr("rulecard.report.workbook._AT_ONCE", 13)
    book, _ = opened(panel)
    for name, frame in (("results", panel.results), ("advice", panel.advice)):
        assert frame.height > 10
        assert table(book[name]) == frame.to_dicts()


def test_the_same_run_gives_the_same_bytes(panel: Result) -> None:
    assert opened(panel)[1] == opened(panel)[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_sheets_and_headings_are_in_the_language_of_the_run(panel: Result, language: str) -> None:
    from dataclasses import replace

    book, _ = opened(replace(panel, language=language))
    assert book.sheetnames == [*SHEETS[language], "results", "advice"]
    heading = [cell.value for cell in book.worksheets[0][1]]
    expected = {
        "zh": ["shop", "region", "周期", "阶段", "得分", "等级", "覆盖率", "较上期", "失分最多", "失分", "封顶"],
        "en": [
            "shop",
            "region",
            "Period",
            "Stage",
            "Score",
            "Level",
            "Coverage",
            "Change",
            "Costs most",
            "Lost",
            "Cap",
        ],
    }
    assert heading == expected[language]
    assert [cell.value for cell in book["results"][1]] == panel.results.columns


def key(card: Card) -> tuple[Any, ...]:
    return (*card.entity.values(), card.period)


def test_the_overview_tells_how_each_card_stands(panel: Result) -> None:
    book, _ = opened(panel)
    cards = list(panel.scorecards())
    scores = {key(card): card.score for card in cards}
    words = {"critical": "危险", "poor": "较差", "fair": "一般", "good": "良好", "excellent": "优秀"}
    rows = table(book["总览"])
    assert len(rows) == len(cards)
    for card, row in zip(cards, rows, strict=True):
        assert (row["shop"], row["region"], row["周期"]) == key(card)
        assert (row["得分"], row["覆盖率"]) == (card.score, card.coverage)
        titles = {level.id: dict(level.title).get("zh", words.get(level.id)) for level in panel.ruleset.levels}
        assert row["等级"] == ("数据不足" if card.level is None else titles[card.level])
        year, month = map(int, str(card.period).split("-"))
        before = scores.get((*card.entity.values(), f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}"))
        moved = None if before is None or card.score is None else card.score - before
        assert row["较上期"] == moved
        lost = max((metric.points_lost or 0 for metric in card.metrics.values()), default=0)
        assert row["失分"] == (lost or None)
        assert bool(row["封顶"]) is bool(card.capped)
    assert any(row["较上期"] for row in rows)
    assert any(row["封顶"] for row in rows)


def test_a_metric_without_value_is_empty_and_the_reason_stands_beside_it(panel: Result) -> None:
    book, _ = opened(panel)
    sheet = book["指标"]
    places = {cell.value: cell.column for cell in sheet[1]}
    missing = 0
    for row, card in enumerate(panel.scorecards(), start=2):
        for id, metric in card.metrics.items():
            title = dict(panel.ruleset.metrics[id].title).get("zh", id)
            assert sheet.cell(row, places[title]).value == metric.value
            if metric.value is None:
                missing += 1
                beside = sheet.cell(row, places[title] + 1)
                assert re.search("[一-龥]", str(beside.value)), (title, beside.value)
                assert beside.font.i, "the reason is no level"
    assert missing > 20


def test_numbers_are_shown_by_their_unit(panel: Result) -> None:
    book, _ = opened(panel)
    sheet = book["指标"]
    forms = {
        column[0].value: next((cell.number_format for cell in column[1:] if cell.value is not None), "")
        for column in sheet.iter_cols()
    }
    shown = {id: forms[dict(panel.ruleset.metrics[id].title).get("zh", id)] for id in panel.ruleset.metrics}
    assert shown["refund_rate"].endswith("0.0%")
    assert shown["trend"].startswith('"¥"#,##0')
    assert shown["speed"].endswith('" 小时"')
    assert {book["总览"].cell(row, 5).number_format for row in range(2, 20)} == {"0.0", "General"}
    assert book["总览"].cell(2, 7).number_format == "0.0%"
    assert [book["results"].cell(2, place).data_type for place in (1, 7)] == ["n", "n"]


@pytest.mark.parametrize(
    ("largest", "whole", "unit", "decimals", "form"),
    [
        (0.5, False, "percent", None, "0.0%"), (0.004, False, "percent", None, "0.00%"),
        (0.5, False, "percent", 2, "0.00%"), (12.5, False, "CNY", None, '"¥"#,##0.00'),
        (12.0, True, "USD/order", None, '"$"#,##0'), (9.0, True, "CHF", None, '#,##0" CHF"'),
        (3.25, False, "hour", None, '#,##0.00" hours"'), (4.0, True, "day", None, '#,##0" days"'),
        (80.0, True, "score", None, "0.0"), (0.0, True, None, None, "#,##0"), (12345.6, False, None, None, "#,##0"),
        (0.0123, False, "CNY/USD", None, "#,##0.0000"), (1e20, True, None, None, "0.00E+00"),
        (5.0, True, None, 1, "#,##0.0"),
    ],
)  # fmt: skip
def test_number_formats(largest: float, whole: bool, unit: str | None, decimals: int | None, form: str) -> None:
    assert number_format(largest, whole, unit, decimals, "en") == form


def test_sheets_can_be_read_at_once(panel: Result) -> None:
    book, _ = opened(panel)
    for sheet in book.worksheets:
        if sheet.title != "说明":
            assert sheet.freeze_panes.endswith("2")
            assert sheet.auto_filter.ref == sheet.dimensions
    assert book["总览"].freeze_panes == "E2"
    advice = book["建议"]
    for row in advice.iter_rows(min_row=2):
        for cell in (cell for cell in row if isinstance(cell.value, str)):
            width = advice.column_dimensions[cell.column_letter].width
            lines = cell.value.split("\n")
            needed = sum(-(-_cells(line) // int(width)) or 1 for line in lines)
            assert needed == 1 or cell.alignment.wrap_text
            assert needed <= (advice.row_dimensions[cell.row].height or 15.75) / 15.75
    for cell in book["总览"][2]:
        if isinstance(cell.value, str):
            assert _cells(cell.value) < book["总览"].column_dimensions[cell.column_letter].width


def _cells(text: str) -> int:
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)


COLORS = """\
ruleset: colors
version: 1.0.0
entity: shop
levels:
  bad: {score: 0, color: "#ffe600", title: {zh: 差, en: Bad}}
  so: {score: 50, color: bright_yellow}
  fine: {score: 90, color: nonsense}
  top: {score: 100, color: blue}
inputs: {x: {}}
metrics:
  m:
    formula: x * 1
    better: higher
    bands: [{level: bad, below: 1}, {level: so, below: 2}, {level: fine, below: 3}, {level: top}]
overall: {bands: [{level: bad, below: 10}, {level: so, below: 60}, {level: fine, below: 95}, {level: top}]}
"""


def test_colours_of_levels_are_the_rulesets_and_can_be_read(shop_runs: Shop) -> None:
    shop_runs.write({"d.csv": "shop,x\nA,0\nB,1\nC,2\nD,3\n"}, COLORS)
    sheet = opened(shop_runs.result("d.csv"))[0].worksheets[0]
    cells = [sheet.cell(row, 3) for row in (2, 3, 4, 5)]
    assert [cell.value for cell in cells] == ["差", "so", "fine", "top"]
    hues = []
    for cell in cells:
        text, tint = cell.font.color.rgb[2:], cell.fill.fgColor.rgb[2:]
        assert _contrast(text, "FFFFFF") >= 4.5
        assert _contrast(text, tint) >= 4.5
        hues.append(_parts(text))
    assert hues[0][0] > hues[0][2] and hues[0][1] > hues[0][2], "yellow"
    assert hues[3][2] > hues[3][0], "blue"
    assert len(set(hues)) == 4


def _parts(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color))


def _contrast(one: str, two: str) -> float:
    def luminance(color: str) -> float:
        red, green, blue = (
            (part / 255 + 0.055) ** 2.4 / 1.055**2.4 if part > 10 else part / 255 / 12.92 for part in _parts(color)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("limit", "most"), [("_MOST_ROWS", 8), ("_MOST_COLUMNS", 10)])
def test_what_a_sheet_cannot_hold_is_a_problem(
    shop_runs: Shop, limit: str, most: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(f"rulecard.report.workbook.{limit}", most)
    shop_runs.write({"d.csv": "shop,date,orders,visits\n" + "".join(f"S{n},2025-01-01,1,9\n" for n in range(4))})
    assert main(["run", "shop.yaml", "--data", "d.csv", "--out", "out.xlsx"]) == 2
    said = capsys.readouterr().err
    assert "RC512" in said
    assert "`results`" in said
    assert "--period" in said and "parquet" in said
    assert not (shop_runs.folder / "out.xlsx").exists()
    assert main(["run", "shop.yaml", "--data", "d.csv", "--out", "out.xlsx", "--entity", "S1"]) == (
        0 if most == 8 else 2
    )


def test_a_run_without_values_makes_a_workbook_too(shop_runs: Shop) -> None:
    shop_runs.write({"d.csv": "shop,date,orders,visits\nA,2025-01-01,,\n"})
    result = shop_runs.result("d.csv")
    book, _ = opened(result)
    assert table(book["results"]) == result.results.to_dicts()
    assert book["advice"].max_row == 1


def test_it_says_what_the_run_was(panel: Result) -> None:
    book, _ = opened(panel)
    lines = {str(row[0]): row[1] for row in book["说明"].iter_rows(values_only=True)}
    text = "\n".join(f"{name} {value}" for name, value in lines.items())
    header = panel.header()
    assert lines["SHA-256"] == header["ruleset"]["sha256"]
    assert lines["Rulecard"] == rulecard.__version__
    assert "自 2024-06-15 起" in text
    assert "sales-2.csv" in str([row[1] for row in book["说明"].iter_rows(values_only=True)])
    assert all(problem.code in text for problem in panel.problems)
    assert panel.problems
    assert book.properties.created == dt.datetime(2000, 1, 1)


def test_polars_reads_the_tables_as_well(panel: Result, tmp_path: Path) -> None:
    pytest.importorskip("fastexcel")
    panel.write(tmp_path / "out.xlsx")
    read = pl.read_excel(tmp_path / "out.xlsx", sheet_name="results", infer_schema_length=None)
    assert read.columns == panel.results.columns
    assert read["score"].cast(pl.Float64).to_list() == panel.results["score"].to_list()
