"""The same month totals, whatever the rows come in: files of each kind, databases, frames."""

from __future__ import annotations

import datetime as dt
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
import xlsxwriter
from adbc_driver_postgresql import dbapi

import rulecard

RULESET = """\
ruleset: 门店月报
version: 1.0.0
entity: 门店
period: month
time: 日期
sources:
  sales:
    columns: {门店: text, 日期: date, 订单数: integer, 金额: number, 渠道: text}
inputs:
  rows: {from: sales, formula: count()}
  orders: {from: sales, formula: sum(订单数)}
  amount: {from: sales, formula: sum(金额)}
  days: {from: sales, formula: count_distinct(日期)}
  channels: {from: sales, formula: count_distinct(渠道)}
  known: {from: sales, formula: count(金额)}
  largest: {from: sales, formula: max(金额)}
  last_orders: {from: sales, formula: last(订单数)}
metrics:
  m_rows: {formula: rows * 1, better: higher, score: {from: 0, to: 40}}
  m_orders: {formula: orders * 1}
  m_amount: {formula: amount * 1}
  m_days: {formula: days * 1}
  m_channels: {formula: channels * 1}
  m_known: {formula: known * 1}
  m_largest: {formula: largest * 1}
  m_last: {formula: last_orders * 1}
  per_order: {formula: amount / orders}
"""
# What the exports call the columns, and what the ruleset does.
NAMES = {"店铺名称": "门店", "统计日期": "日期", "成交单数": "订单数", "成交金额": "金额", "来源渠道": "渠道"}
COLUMNS = f"columns: {{{', '.join(f'{theirs}: {ours}' for theirs, ours in NAMES.items())}}}"
MARKS = 'missing: ["-", 暂无, -1]'


def _rows() -> list[tuple[str, dt.date, int | None, float | None, str | None]]:
    """Three months of four shops; one of them leaves cells blank, and sums of quarters are exact in any order."""
    chance = random.Random(20250131)
    rows: list[tuple[str, dt.date, int | None, float | None, str | None]] = []
    for day in range(90):
        date = dt.date(2025, 1, 1) + dt.timedelta(days=day)
        for shop in ("朝阳店", "海淀店", "“旗舰”店", "O'Neil 店"):
            blank = shop == "海淀店" and chance.random() < 0.5
            orders = None if blank else chance.randrange(0, 50)
            amount = None if blank or chance.random() < 0.1 else chance.randrange(0, 4_000_000) / 4
            rows.append(
                (shop, date, orders, amount, None if chance.random() < 0.2 else chance.choice(("微信", "抖音", "门店")))
            )
    # no sum of a month holds these, so that they show whether a decimal came through whole
    rows.append(("小数店", dt.date(2025, 1, 31), 1, 1234567.89, "微信"))
    rows.append(("小数店", dt.date(2025, 2, 28), 3, 0.07, "微信"))
    return rows


ROWS = _rows()
AMOUNT = "成交金额"


def _cells() -> list[tuple[str, str, str, str, str]]:
    """As an export writes them: marks and blanks for what is missing, thousands in groups."""
    return [
        (shop, f"{date:%Y/%m/%d}", "" if orders is None else str(orders),
         ("-" if date.day % 2 else "暂无") if amount is None else f"{amount:,.2f}", channel or "-")
        for shop, date, orders, amount, channel in ROWS
    ]  # fmt: skip


def _values() -> list[tuple[Any, ...]]:
    """As a database keeps them: no value is null, but -1 as an amount."""
    return [
        (shop, date, orders, -1 if amount is None else amount, channel) for shop, date, orders, amount, channel in ROWS
    ]


def csv_in_gb18030(folder: Path, **_: str) -> str:
    lines = [list(NAMES), *_cells()]
    quoted = ("\n".join(",".join(f'"{cell}"' if "," in cell else cell for cell in line) for line in lines)) + "\n"
    (folder / "销售.csv").write_bytes(quoted.encode("gb18030"))
    return "{path: 销售.csv, encoding: gb18030, thousands: ','"


def csv_of_each_month(folder: Path, **_: str) -> str:
    for month in (1, 2, 3):
        lines = [";".join(NAMES)]
        lines += [";".join(cells) for cells, row in zip(_cells(), ROWS, strict=True) if row[1].month == month]
        (folder / f"sales-{month}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return "{path: 'sales-*.txt', separator: ';', thousands: ','"


def workbook(folder: Path, **_: str) -> str:
    with xlsxwriter.Workbook(str(folder / "sales.xlsx")) as book:
        book.add_worksheet("说明").write(0, 0, "门店月报")
        sheet = book.add_worksheet("明细")
        day = book.add_format({"num_format": "yyyy/m/d"})
        sheet.write_row(0, 0, list(NAMES))
        for number, (shop, date, orders, amount, channel) in enumerate(ROWS, 1):
            sheet.write(number, 0, shop)
            sheet.write_datetime(number, 1, dt.datetime.combine(date, dt.time()), day)
            sheet.write(number, 2, orders)
            sheet.write(number, 3, "暂无" if amount is None else amount)
            sheet.write(number, 4, channel or "-")
    return "{path: sales.xlsx, sheet: 明细"


def _typed() -> pl.DataFrame:
    kinds = (pl.String, pl.Date, pl.Int32, pl.Float64, pl.String)
    return pl.DataFrame(_values(), schema=dict(zip(NAMES, kinds, strict=True)), orient="row")


def parquet(folder: Path, **_: str) -> str:
    _typed().write_parquet(folder / "sales.parquet")
    return "{path: sales.parquet"


def arrow(folder: Path, **_: str) -> str:
    _typed().write_ipc(folder / "sales.arrow")
    return "{path: sales.arrow"


def ndjson(folder: Path, **_: str) -> str:
    _typed().write_ndjson(folder / "sales.ndjson")
    return "{path: sales.ndjson"


SELECT = "{sql: SELECT * FROM sales ORDER BY seq, connection: env:SALES_URL"


def _table(kinds: str) -> str:
    return f"CREATE TABLE sales (seq integer, {', '.join(map(' '.join, zip(NAMES, kinds.split(), strict=True)))})"


def sqlite(folder: Path, **_: str) -> str:
    with sqlite3.connect(folder / "sales.db") as connection:
        connection.execute(_table("text text integer real text"))
        rows = [(seq, shop, str(date), *rest) for seq, (shop, date, *rest) in enumerate(_values())]
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    return SELECT


def duckdb_file(folder: Path, **_: str) -> str:
    with duckdb.connect(str(folder / "sales.duckdb")) as connection:
        connection.execute(_table("varchar date integer decimal(12,2) varchar"))
        connection.executemany(
            "INSERT INTO sales VALUES (?, ?, ?, ?, ?, ?)", [(seq, *row) for seq, row in enumerate(_values())]
        )
    return SELECT


def postgresql(folder: Path, *, server: str) -> str:
    with dbapi.connect(server) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sales")
        cursor.execute(_table("text date integer numeric(12,2) text"))
        values = [(seq, shop, str(date), orders, str(amount), channel)
                  for seq, (shop, date, orders, amount, channel) in enumerate(_values())]  # fmt: skip
        cursor.executemany("INSERT INTO sales VALUES ($1, $2, $3::text::date, $4, $5::text::numeric, $6)", values)
        connection.commit()
    return SELECT


URLS = {sqlite: "sqlite:///sales.db", duckdb_file: "duckdb:///sales.duckdb"}
FILES = [csv_in_gb18030, csv_of_each_month, workbook, parquet, arrow, ndjson, sqlite, duckdb_file]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "月报.yaml").write_text(RULESET, encoding="utf-8")
    return tmp_path


def by_hand() -> pl.DataFrame:
    """The totals, from the rows themselves and in plain Python."""
    found = []
    for shop in sorted({row[0] for row in ROWS}):
        for month in sorted({row[1].month for row in ROWS if row[0] == shop}):
            rows = [row for row in ROWS if row[0] == shop and row[1].month == month]
            orders = [row[2] for row in rows if row[2] is not None]
            amounts = [row[3] for row in rows if row[3] is not None]
            found.append(
                {"门店": shop, "period": f"2025-{month:02}", "m_rows": float(len(rows)), "m_orders": float(sum(orders)),
                 "m_amount": sum(amounts), "m_days": float(len({row[1] for row in rows})),
                 "m_channels": float(len({row[4] for row in rows if row[4]})), "m_known": float(len(amounts)),
                 "m_largest": max(amounts), "m_last": float(orders[-1]),
                 "per_order": sum(amounts) / sum(orders)}
            )  # fmt: skip
    return pl.DataFrame(found)


def values_of(result: Any) -> pl.DataFrame:
    metrics = result.results.filter(pl.col("kind") == "metric")
    wide = metrics.pivot("id", index=["门店", "period"], values="value")
    return wide.select(by_hand().columns).sort("门店", "period")


def test_the_totals_by_hand_are_of_some_use() -> None:
    totals = by_hand()
    assert totals.height == 14
    assert (totals["m_known"] < totals["m_rows"]).any()
    assert 1234567.89 in totals["m_amount"]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("write", FILES, ids=lambda write: write.__name__)
def test_files_and_databases_in_a_file(
    write: Callable[[Path], str], engine: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if write in URLS:
        monkeypatch.setenv("SALES_URL", URLS[write])
    assert values_of(run(folder, write(folder), engine)).equals(by_hand().sort("门店", "period"))


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_postgresql(engine: str, folder: Path, postgresql_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALES_URL", postgresql_server)
    found = run(folder, postgresql(folder, server=postgresql_server), engine)
    assert values_of(found).equals(by_hand().sort("门店", "period"))


def run(folder: Path, entry: str, engine: str) -> Any:
    document = f"dataset: d\nsources:\n  sales: {entry}, {COLUMNS}, {MARKS}}}\n"
    (folder / "data.yaml").write_text(document, encoding="utf-8")
    return rulecard.run("月报.yaml", dataset="data.yaml", engine=engine)


def frames() -> dict[str, Any]:
    table = pl.DataFrame(ROWS, schema=dict.fromkeys(NAMES.values()), orient="row")
    pandas = pd.DataFrame(ROWS, columns=list(NAMES.values()))
    pandas["日期"] = pd.to_datetime(pandas["日期"])
    return {
        "polars": table,
        "lazy": table.lazy(),
        "pandas": pandas,
        "pandas nullable": pandas.convert_dtypes(),
        "pandas of objects": pandas.astype(object),
        "pandas by category": pandas.astype({"门店": "category", "渠道": "category"}),
        "arrow": table.to_arrow(),
        "duckdb": duckdb.connect().from_arrow(table.to_arrow()),
    }


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("kind", frames())
def test_frames(kind: str, engine: str, folder: Path) -> None:
    found = rulecard.run("月报.yaml", data=frames()[kind], engine=engine)
    assert values_of(found).equals(by_hand().sort("门店", "period"))
