"""Frames of several libraries as data: read as they are, left as they were, and refused politely."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import rulecard

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
sources:
  sales: {columns: {shop: text, date: datetime, amount: number, paid: flag}}
inputs:
  amount: {formula: sum(amount)}
  paid: {formula: count_true(paid)}
  rows: {formula: count()}
metrics:
  m: {formula: amount * 1}
  n: {formula: rows * 1}
"""
DAYS = [dt.datetime(2025, 1, 31, 23, 30), dt.datetime(2025, 2, 1), dt.datetime(2025, 2, 2)]
COLUMNS: dict[str, list[Any]] = {
    "shop": ["A", "A", "B"],
    "date": DAYS,
    "amount": [1.5, None, 2.25],
    "paid": [True, False, None],
}
EXPECTED = {("A", "2025-01"): (1.5, 1), ("A", "2025-02"): (None, 1), ("B", "2025-02"): (2.25, 1)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET.replace("count_true(paid)", "count(paid)"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def values(data: Any, engine: str = "polars") -> dict[tuple[Any, ...], tuple[Any, Any]]:
    result = rulecard.run("shop.yaml", data, engine=engine)
    return {
        (*card.entity.values(), card.period): (card.metrics["m"].value, card.metrics["n"].value)
        for card in result.scorecards()
    }


def pandas(**changed: Any) -> pd.DataFrame:
    frame = pd.DataFrame(COLUMNS)
    for name, column in changed.items():
        frame[name] = column
    return frame


def arrow(**changed: Any) -> pa.Table:
    return pa.table({**COLUMNS, **changed})


FRAMES: dict[str, Any] = {
    "polars": lambda: pl.DataFrame(COLUMNS),
    "polars, lazy": lambda: pl.LazyFrame(COLUMNS),
    "polars, of milliseconds": lambda: pl.DataFrame(COLUMNS).cast({"date": pl.Datetime("ms")}),
    "polars, by category": lambda: pl.DataFrame(COLUMNS).cast({"shop": pl.Categorical}),
    "polars, of decimals": lambda: pl.DataFrame(COLUMNS).cast({"amount": pl.Decimal(12, 2)}),
    "pandas": pandas,
    "pandas, nullable": lambda: pandas().convert_dtypes(),
    "pandas, of arrow": lambda: pandas().convert_dtypes(dtype_backend="pyarrow"),
    "pandas, of objects": lambda: pandas().astype(object),
    "pandas, by category": lambda: pandas().astype({"shop": "category"}),
    "pandas, of decimals": lambda: pandas(amount=[Decimal("1.5"), None, Decimal("2.25")]),
    "pandas, texts as they came": lambda: pandas(
        amount=["1.5", None, " 2.25"], date=["2025-01-31 23:30", "2025-02-01", "2025/2/2"]
    ),
    "pandas, numbers and texts mixed": lambda: pandas(amount=pd.Series([1.5, None, "2.25"], dtype=object)),
    "pandas, with an index of its own": lambda: pandas().set_index(pd.Index([7, 7, 9])),
    "pandas, with a zone": lambda: pandas(date=pd.Series(DAYS).dt.tz_localize("Asia/Shanghai")),
    "arrow": arrow,
    "arrow, with a dictionary": lambda: arrow(shop=pa.array(COLUMNS["shop"]).dictionary_encode()),
    "arrow, in pieces": lambda: pa.concat_tables([arrow().slice(0, 1), arrow().slice(1)]),
    "arrow, of decimals": lambda: arrow(amount=pa.array([Decimal("1.50"), None, Decimal("2.25")])),
    "arrow, a batch": lambda: pa.RecordBatch.from_pydict(COLUMNS),
    "duckdb": lambda: duckdb.connect().from_arrow(arrow()),
}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_gives_the_same_cards(kind: str, engine: str, folder: Path) -> None:
    assert values(FRAMES[kind](), engine) == EXPECTED


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_relation_stays_its_owners(engine: str, folder: Path) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t1 AS SELECT 'mine' AS whose")
    relation = connection.from_arrow(arrow())
    assert values(relation, engine) == values(relation, engine) == EXPECTED
    assert relation.count("*").fetchall() == [(3,)]
    assert connection.execute("SELECT * FROM t1").fetchall() == [("mine",)]
    assert [name for (name,) in connection.execute("SHOW TABLES").fetchall()] == ["t1"]


def test_a_frame_is_left_as_it_was(folder: Path) -> None:
    frame, before = pandas(), pandas()
    assert values(frame) == EXPECTED
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_times_with_a_zone_count_by_its_clock(zone: str, folder: Path) -> None:
    moments = pd.Series([dt.datetime(2025, 1, 31, 20, tzinfo=dt.UTC)] * 3).dt.tz_convert(zone)
    months = {period for _, period in values(pandas(date=moments))}
    assert months == {"2025-02" if zone == "Asia/Shanghai" else "2025-01"}


def closed() -> Any:
    connection = duckdb.connect()
    relation = connection.from_arrow(arrow())
    connection.close()
    return relation


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: COLUMNS, "a map of columns|polars.DataFrame(data)"),
        (lambda: [{"shop": "A"}], "cannot be read|polars.DataFrame"),
        (lambda: 7, "data of the type int cannot be read|frame"),
        (lambda: pl.Series([1]), "Series cannot be read|frame"),
        (closed, "cannot be"),
        (lambda: pandas(amount=pd.Series([1.5, {}, object()], dtype=object)), "amount"),
        (lambda: pandas(date=["31/01/2025", "x", None]), "date"),
        (lambda: pd.DataFrame([[1, 2]]), "columns"),
        (lambda: pd.DataFrame(COLUMNS).drop(columns="paid"), "no column `paid`"),
        (lambda: pd.concat([pandas(), pandas()], axis=1), "a name of its own"),
        (lambda: pl.DataFrame(COLUMNS).clear(), "no rows"),
        (lambda: pl.LazyFrame(COLUMNS).select(pl.col("nowhere")), "nowhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(data: Any, said: str, folder: Path) -> None:
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("shop.yaml", data())
    told = " ".join(f"{problem.message} {problem.hint}" for problem in raised.value.problems)
    assert all(problem.hint and problem.code.startswith("RC5") for problem in raised.value.problems)
    assert any(piece in told for piece in said.split("|")), told
