"""Data that has types already: Parquet, and Polars, pandas and Arrow frames; on both engines."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import rulecard

from .shop_runs import Shop, with_columns

DAY = dt.date(2025, 1, 31)
NIGHT = dt.datetime(2025, 1, 31, 23, 30)
SHANGHAI = pl.Series([NIGHT, NIGHT]).dt.replace_time_zone("Asia/Shanghai")
BASE: dict[str, Any] = {"shop": ["A", "B"], "date": [DAY, DAY], "orders": [5, 6], "visits": [10, 20]}
PLAIN = {("A", "2025-01"): 0.5, ("B", "2025-01"): 0.3}

# one column at a time in another type; the cards are the same
SAME: dict[str, dict[str, Any]] = {
    "8 bits": {"orders": pl.Series([5, 6], dtype=pl.Int8)},
    "unsigned": {"visits": pl.Series([10, 20], dtype=pl.UInt64)},
    "128 bits": {"orders": pl.Series([5, 6], dtype=pl.Int128)},
    "floats of 32 bits": {"orders": pl.Series([5, 6], dtype=pl.Float32)},
    "decimals": {"orders": [Decimal("5.00"), Decimal("6.00")]},
    "text of numbers": {"orders": ["5", " 6.0 "]},
    "categories of numbers": {"orders": pl.Series(["5", "6"], dtype=pl.Categorical)},
    "categories": {"shop": pl.Series(["A", "B"], dtype=pl.Categorical)},
    "an enumeration out of order": {"shop": pl.Series(["A", "B"], dtype=pl.Enum(["B", "A"]))},
    "text of dates": {"date": ["2025-01-31", "2025/1/1"]},
    "text of months": {"date": ["2025-01", "2025-01"]},
    "whole numbers of dates": {"date": [20250131, 20250101]},
    "times": {"date": [NIGHT, NIGHT]},
    "times of nanoseconds": {"date": pl.Series([NIGHT, NIGHT]).cast(pl.Datetime("ns"))},
    "times in a zone, which count by its wall clock": {"date": SHANGHAI},
    "columns that are not asked for": {"row": [1, 2], "raw shop": ["x", "y"], "c0": [[1], [2]], "period": [None, None]},
}


def cards(frame: Any, engine: str = "polars", **options: Any) -> dict[tuple[Any, ...], Any]:
    """The one metric of each card; the result is sound as JSON too."""
    result = rulecard.run("shop.yaml", frame, engine=engine, **options)
    json.loads(result.to_json())
    found = {}
    for card in result.scorecards():
        metric = next(iter(card.metrics.values()))
        found[*card.entity.values(), card.period] = metric.status if metric.value is None else round(metric.value, 12)
    return found


@pytest.fixture
def shop(shop_runs: Shop) -> Shop:
    shop_runs.write({})
    return shop_runs


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("name", SAME)
def test_a_column_of_another_type_gives_the_same_cards(shop: Shop, name: str, engine: str) -> None:
    frame = pl.DataFrame({**BASE, **SAME[name]})
    assert cards(frame, engine) == PLAIN
    if pl.Int128 not in frame.schema.values():
        frame.write_parquet("shops.parquet")
        assert cards("shops.parquet", engine) == PLAIN
        assert cards(frame.to_arrow(), engine) == PLAIN


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_frames_of_other_libraries(shop: Shop, engine: str) -> None:
    frame = pl.DataFrame(BASE)
    pandas = pd.DataFrame({**BASE, "date": pd.to_datetime([DAY, DAY])})
    arrow = pa.table(
        {**BASE, "shop": pa.array(["A", "B"], pa.large_string()), "orders": pa.array([5, 6], pa.float32())}
    )
    kinds = [
        frame,
        frame.lazy(),
        pandas,
        pandas.astype({"shop": "category", "orders": "Int64", "visits": "float32"}),
        pandas.set_index(pd.Index([7, 7])),
        pandas.convert_dtypes(dtype_backend="pyarrow"),
        pandas.assign(date=pandas["date"].dt.tz_localize("Asia/Shanghai")),
        arrow,
        arrow.set_column(0, "shop", pa.array(["A", "B"]).dictionary_encode()),
        {"data": frame},
    ]
    for kind in kinds:
        assert cards(kind, engine) == PLAIN


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_what_is_missing_and_what_is_no_number(shop: Shop, engine: str) -> None:
    """NaN is a missing cell in pandas, which has no other sign for it, and elsewhere a number that is not finite."""
    columns = {**BASE, "shop": ["A", "B", "C", "D"], "date": [DAY] * 4, "visits": [10.0] * 4}
    floats = [1.0, None, float("nan"), float("-inf")]
    polars = pl.DataFrame({**columns, "orders": floats})
    assert list(cards(polars, engine).values()) == [0.1, "missing_input", "not_finite", "not_finite"]
    assert list(cards(polars.to_arrow(), engine).values()) == [0.1, "missing_input", "not_finite", "not_finite"]
    pandas = pd.DataFrame({**columns, "orders": floats})
    assert list(cards(pandas, engine).values()) == [0.1, "missing_input", "missing_input", "not_finite"]
    empty = pl.DataFrame({**columns, "orders": [None] * 4})
    assert set(cards(empty, engine).values()) == {"missing_input"}


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"orders": [DAY, DAY]}, "column `orders` holds dates, not numbers"),
        ({"orders": [NIGHT, NIGHT]}, "column `orders` holds dates, not numbers"),
        ({"orders": [dt.time(1), dt.time(2)]}, "column `orders` holds values of the type time, not numbers"),
        ({"orders": [dt.timedelta(1), None]}, "column `orders` holds values of the type duration, not numbers"),
        ({"orders": [[1], [2]]}, "column `orders` holds values of the type list, not numbers"),
        ({"orders": [{"n": 1}, {"n": 2}]}, "column `orders` holds values of the type struct, not numbers"),
        ({"orders": [b"1", b"2"]}, "column `orders` holds values of the type binary, not numbers"),
        ({"date": [1.5, 2.5]}, "column `date` holds values of the type float64, not dates"),
        ({"date": [True, False]}, "column `date` holds values of the type boolean, not dates"),
        ({"shop": [[1], [2]]}, "column `shop` holds values of the type list, not names or ids"),
    ],
)
def test_a_type_that_is_never_what_the_column_should_be(shop: Shop, column: dict[str, Any], said: str) -> None:
    frame = pl.DataFrame({**BASE, **column})
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("shop.yaml", frame)
    assert [(p.code, p.message) for p in raised.value.problems] == [("RC503", f"the data: {said}")]
    frame.write_parquet("shops.parquet")
    assert [message for _, message, _ in shop.refused("shops.parquet")] == [f"shops.parquet: {said}"]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("ids", "found"),
    [
        ([10, 9], [9, 10]),
        (pl.Series([10, 9], dtype=pl.UInt8), [9, 10]),
        (pl.Series([2**63 + 5, 9], dtype=pl.UInt64), ["9", "9223372036854775813"]),
        ([10.0, None], [10]),
        ([10.5, float("nan")], ["10.5"]),
        ([True, False], ["false", "true"]),
        ([DAY, dt.date(2024, 12, 31)], ["2024-12-31", "2025-01-31"]),
        (["10", "9"], ["10", "9"]),
        (["", "中文 店"], ["中文 店"]),
    ],
)
def test_ids_of_entities(shop: Shop, ids: Any, found: list[Any], engine: str) -> None:
    """Whole numbers stay numbers and stand in their order; a row without an id is left out with a warning."""
    frame = pl.DataFrame({**BASE, "shop": ids})
    result = rulecard.run("shop.yaml", frame, engine=engine)
    assert [card.entity for card in result.scorecards()] == [{"shop": id} for id in found]
    assert [type(card.entity["shop"]) for card in result.scorecards()] == [type(id) for id in found]
    assert [card["entity"]["shop"] for card in json.loads(result.to_json())["cards"]] == found
    assert [problem.code for problem in result.problems] == ["RC507"] * (len(ids) - len(found))
    assert result.cards["shop"].to_list() == found
    assert rulecard.run("shop.yaml", frame, engine=engine, entity=str(found[0])).cards["shop"].to_list() == found[:1]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("type", "cells", "found"),
    [
        ("integer", ["10", "9"], [9, 10]),
        ("number", ["10", "9"], [9, 10]),
        ("number", ["1.5", "9"], [1.5, 9.0]),
        ("text", ["10", "9"], ["10", "9"]),
        ("flag", ["yes", "no"], [False, True]),
        ("date", ["2025/1/2", "2025-01-01"], ["2025-01-01", "2025-01-02"]),
    ],
)
def test_a_declared_type_of_the_entity(
    shop_runs: Shop, type: str, cells: list[str], found: list[Any], engine: str
) -> None:
    ruleset = with_columns("x: number").replace("shop: text", f"shop: {type}")
    shop_runs.write({"s.csv": "shop,date,x\n" + "".join(f"{cell},2025-01-31,1\n" for cell in cells)}, ruleset)
    result = shop_runs.result("s.csv", engine=engine)
    assert [card["entity"]["shop"] for card in json.loads(result.to_json())["cards"]] == found


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_ids_that_are_numbers_in_one_file_and_text_in_the_next(shop: Shop, engine: str) -> None:
    pl.DataFrame({**BASE, "shop": [1, 2]}).write_parquet("a.parquet")
    shop.write({"b.csv": "shop,date,orders,visits\n2,2025-02-01,1,10\nX,2025-01-01,1,10\n"})
    found = cards(["a.parquet", "b.csv"], engine)
    assert found == {("1", "2025-01"): 0.5, ("2", "2025-01"): 0.3, ("2", "2025-02"): 0.1, ("X", "2025-01"): 0.1}


SEVERAL = """\
ruleset: several
version: 1.0.0
entity: [id, level, value, 大区]
period: month
inputs:
  orders: {}
metrics:
  m: {formula: orders + prev(orders), better: higher, score: {from: 0, to: 10}}
  share: {formula: orders / peer_max(orders), better: neutral}
"""


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_several_entity_columns_named_as_columns_of_the_result_are(shop_runs: Shop, engine: str) -> None:
    shop_runs.write({}, SEVERAL)
    frame = pl.DataFrame(
        {
            "id": [2, 10, 2, 2, 2],
            "level": ["x", "x", "y", "x", "x"],
            "value": [True, True, True, True, True],
            "大区": ["华东", "华东", "华东", "华东", "华北"],
            "date": ["2025-01-01", "2025-01-01", "2025-01-01", "2025-02-01", "2025-02-01"],
            "orders": [1, 2, 3, 4, 5],
        }
    )
    result = rulecard.run("shop.yaml", frame, engine=engine)
    found = [(tuple(card.entity.values()), card.period, card.metrics["m"].value) for card in result.scorecards()]
    assert found == [
        ((2, "x", "true", "华东"), "2025-01", None),
        ((2, "x", "true", "华东"), "2025-02", 5.0),
        ((2, "x", "true", "华北"), "2025-02", None),
        ((2, "y", "true", "华东"), "2025-01", None),
        ((10, "x", "true", "华东"), "2025-01", None),
    ]
    assert [list(card["entity"]) for card in json.loads(result.to_json())["cards"]] == [
        ["id", "level", "value", "大区"]
    ] * 5
    for table in (result.cards, result.results, result.advice):
        assert len(set(table.columns)) == len(table.columns)
        assert table.columns[:5] == ["entity_id", "entity_level", "entity_value", "大区", "period"]
    assert set(result.results.filter(pl.col("kind") == "metric")["id"]) == {"m", "share"}
    chosen = rulecard.run("shop.yaml", frame, engine=engine, entity="id=2,大区=华北")
    assert chosen.cards.select("entity_id", "大区", "period").rows() == [(2, "华北", "2025-02")]


@pytest.mark.parametrize("name", ["period", "stage", "score", "kind", "status"])
def test_an_entity_column_of_any_name(shop_runs: Shop, name: str) -> None:
    ruleset = f"ruleset: named\nversion: 1.0.0\nentity: {name}\nperiod: month\n"
    ruleset += "inputs: {orders: {}}\nmetrics: {m: {formula: orders * 1, better: higher, score: {from: 0, to: 10}}}\n"
    shop_runs.write({"s.csv": f"{name},date,orders\nA,2025-01-01,5\n"}, ruleset)
    result = shop_runs.result("s.csv")
    (card,) = json.loads(result.to_json())["cards"]
    assert (card["entity"], card["period"], card["score"]) == ({name: "A"}, "2025-01", 50.0)
    assert result.results.rows()[0][:2] == ("A", "2025-01")
    assert len(set(result.results.columns)) == len(result.results.columns)
