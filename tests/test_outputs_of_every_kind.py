"""Every format of rulesets of every kind, and of results without a card: what is read back is what was there."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import rulecard
from rulecard.results.result import Result
from rulecard.results.selection import Selection

from .shop_runs import Shop
from .test_result_json import RUNS

FORMATS = ("json", "ndjson", "csv", "parquet", "xlsx")
FORMULAS = ("=", "+", "-", "@")


def written(result: Result, folder: Path) -> None:
    """Writes all formats, and demands that each holds the result."""
    for name in FORMATS:
        result.write(folder / f"out.{name}")
    whole = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert whole == result.to_dict()
    lines = (folder / "out.ndjson").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == whole["cards"]
    book = openpyxl.load_workbook(folder / "out.xlsx")
    for name, sheet, frame in (("out", "results", result.results), ("out.advice", "advice", result.advice)):
        assert_frame_equal(pl.read_parquet(folder / f"{name}.parquet"), frame)
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file)) == [frame.columns, *([_cell(cell) for cell in row] for row in frame.rows())]
        assert list(book[sheet].iter_rows(values_only=True)) == [tuple(frame.columns), *frame.rows()]


def _cell(value: object) -> str:
    text = repr(value) if isinstance(value, float) else "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULAS) else text


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("name", [name for name, (_, _, _, cards) in RUNS.items() if cards])
def test_rulesets_of_every_kind(name: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, rows, options, cards = RUNS[name]
    monkeypatch.chdir(tmp_path)
    Path("r.yaml").write_text(f"ruleset: r\nversion: 1.0.0\n{text}", encoding="utf-8")
    Path("overlay.yaml").write_text("overlay: o\nextends: r\nversion: 1.0.0\nset: {params.p.value: 3}\n", "utf-8")
    Path("d.csv").write_text(rows, encoding="utf-8")
    result = rulecard.run("r.yaml", "d.csv", engine=engine, **options)
    written(result, tmp_path)
    overview = openpyxl.load_workbook("out.xlsx").worksheets[0]
    assert overview.max_row == cards + 1


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_result_without_a_card(shop_runs: Shop, engine: str) -> None:
    shop_runs.write({"d.csv": "shop,date,orders,visits\nA,2025-01-01,1,2\n"})
    result = replace(shop_runs.result("d.csv", engine=engine), shown=Selection(first=10**6))
    assert result.cards.is_empty()
    written(result, shop_runs.folder)
    assert (shop_runs.folder / "out.ndjson").read_bytes() == b""
