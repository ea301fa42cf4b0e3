"""Queries as sources: values come exactly, sessions only read, and no message shows an address or a password."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import duckdb
import pytest

import rulecard

from .database_shop import QueryShop


@pytest.fixture
def sqlite(shop: QueryShop) -> QueryShop:
    with sqlite3.connect(shop.folder / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (shop text, at text, amount)")
        rows = [("A", "2025-01-31 23:59:59", 1.23456789), ("A", "2025-02-01", 2), ("B", "2025-01-05", "-")]
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?)", rows)
    connection.close()
    shop.address("sqlite:///shop.db")
    return shop


@pytest.fixture
def duck(shop: QueryShop) -> QueryShop:
    with duckdb.connect(str(shop.folder / "shop.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE orders AS "
            "SELECT 'A' AS shop, TIMESTAMP '2025-01-31 23:30:00' AS at, 0.07::decimal(9,2) AS amount"
        )
    shop.address("duckdb:///shop.duckdb")
    return shop


def postgresql(shop: QueryShop, server: str, sql: str, more: str = "", time: str = "datetime") -> QueryShop:
    shop.address(server)
    shop.write(sql, more, time)
    return shop


# -- values -----------------------------------------------------------------------------------------------------


def test_sqlite_gives_each_value_as_it_is(sqlite: QueryShop) -> None:
    # a text that comes late in a column of numbers takes no digit from the others
    sqlite.write("SELECT * FROM orders", 'missing: ["-"]')
    assert sqlite.values() == {("A", "2025-01"): (1.23456789, 1), ("A", "2025-02"): (2, 1), ("B", "2025-01"): (None, 1)}


@pytest.mark.parametrize(
    "address", ["sqlite:shop.db", "sqlite://shop.db", "sqlite3:///shop.db", "sqlite:///{folder}/shop.db"]
)
def test_addresses_of_files(address: str, sqlite: QueryShop) -> None:
    sqlite.address(address.format(folder=sqlite.folder))
    sqlite.write("SELECT shop, at, 1 AS amount FROM orders WHERE shop = 'A'")
    assert sqlite.values() == {("A", "2025-01"): (1, 1), ("A", "2025-02"): (1, 1)}


def test_duckdb(duck: QueryShop) -> None:
    duck.write("SELECT * FROM orders")
    assert duck.values() == {("A", "2025-01"): (0.07, 1)}


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("0.1::numeric(12,2)", 0.1),
        ("123456789012345.678::numeric", 123456789012345.678),
        ("9007199254740993::numeric", 9007199254740993.0),
        ("7::numeric(10,2)", 7.0),
        ("'NaN'::numeric", None),
        ("'Infinity'::numeric", None),
        ("'7.25'::text", 7.25),
        ("7::smallint", 7.0),
        ("null::integer", None),
    ],
)
def test_numbers_of_postgresql_come_exactly(
    amount: str, value: float | None, shop: QueryShop, postgresql_server: str
) -> None:
    sql = f"SELECT 'A' AS shop, timestamp '2025-01-31 23:30' AS at, {amount} AS amount"
    assert postgresql(shop, postgresql_server, sql).values() == {("A", "2025-01"): (value, 1)}


@pytest.mark.parametrize(("zone", "month"), [("Asia/Shanghai", "2025-02"), ("UTC", "2025-01")])
def test_moments_count_by_the_clock_that_is_named(
    zone: str, month: str, shop: QueryShop, postgresql_server: str
) -> None:
    # the session goes by the same clock, so that dates made in the query agree; the server's own is New York's
    sql = "SELECT 'A' AS shop, t AS at, extract(day FROM t) AS amount "
    sql += "FROM (VALUES (timestamptz '2025-01-31 20:00Z')) v(t)"
    found = postgresql(shop, postgresql_server, sql, f"time_zone: {zone}").values()
    assert found == {("A", month): (1 if month == "2025-02" else 31, 1)}


def test_moments_without_a_clock_are_refused(shop: QueryShop, postgresql_server: str) -> None:
    problem = postgresql(shop, postgresql_server, "SELECT 'A' AS shop, now() AS at, 1 AS amount").refused()
    assert (problem.code, problem.hint) == (
        "RC504",
        "add `time_zone: Asia/Shanghai`, or whichever clock the business goes by",
    )


def test_ids_of_postgresql_stay_whole(shop: QueryShop, postgresql_server: str) -> None:
    ids = ("6f1e2d3c-0000-4000-8000-000000000001", "12345678901234567890123")
    for cast, id in zip(("uuid", "numeric"), ids, strict=True):
        sql = f"SELECT '{id}'::{cast} AS shop, date '2025-01-31' AS at, 1 AS amount"
        assert postgresql(shop, postgresql_server, sql, time="date").values() == {(id, "2025-01"): (1, 1)}


def test_blanks_that_fill_a_char_are_no_part_of_it(shop: QueryShop, postgresql_server: str) -> None:
    sql = "SELECT 'A'::char(8) AS shop, date '2025-01-31' AS at, 1 AS amount"
    assert postgresql(shop, postgresql_server, sql, time="date").values() == {("A", "2025-01"): (1, 1)}


def test_a_day_beyond_the_calendar_is_told(shop: QueryShop, postgresql_server: str) -> None:
    sql = "SELECT 'A' AS shop, d AS at, 1 AS amount FROM (VALUES (date '2025-01-31'), ('infinity')) v(d)"
    problem = postgresql(shop, postgresql_server, sql, time="date").refused()
    assert problem.code == "RC504"
    assert "row 2 ('infinity')" in problem.message


def test_columns_that_nobody_needs_may_be_of_any_type(shop: QueryShop, postgresql_server: str) -> None:
    more = "interval '1 day' AS i, 3::money AS m, '{1}'::int[] AS l"
    sql = f"SELECT 'A' AS shop, date '2025-01-31' AS at, 1 AS amount, {more}"
    assert postgresql(shop, postgresql_server, sql, time="date").values() == {("A", "2025-01"): (1, 1)}


@pytest.mark.parametrize("amount", ["3::money", "interval '1 day'", "'{1}'::int[]", "'\\x00'::bytea", "time '10:00'"])
def test_a_type_that_cannot_be_read_is_named(amount: str, shop: QueryShop, postgresql_server: str) -> None:
    sql = f"SELECT 'A' AS shop, date '2025-01-31' AS at, {amount} AS amount"
    problem = postgresql(shop, postgresql_server, sql).refused()
    assert problem.code == "RC517"
    assert "the column `amount` of the query has the type" in problem.message
    assert "cast it" in (problem.hint or "")


# -- the query ----------------------------------------------------------------------------------------------------


def spot(shop: QueryShop, problem: rulecard.Problem) -> str:
    """What the problem points at."""
    place = problem.location
    assert place is not None and place.line == place.end_line
    return (
        (shop.folder / "d.yaml")
        .read_text(encoding="utf-8")
        .splitlines()[place.line - 1][place.column - 1 : place.end_column - 1]
    )


def of(kind: str) -> Callable[[pytest.FixtureRequest], QueryShop]:
    def made(request: pytest.FixtureRequest) -> QueryShop:
        if kind != "postgresql":
            found: QueryShop = request.getfixturevalue(kind)
            return found
        shop: QueryShop = request.getfixturevalue("shop")
        shop.address(request.getfixturevalue("postgresql_server"))
        return shop

    return made


@pytest.mark.parametrize("kind", ["sqlite", "duck", "postgresql"])
@pytest.mark.parametrize(
    ("sql", "where"),
    [
        ("SELECT 'A' AS shop,\n  amout\nFROM (SELECT 1 AS amount) AS o", "amout"),
        ("SELECT shop, 店铺,\n  betrag FROM (SELECT 'A' AS shop, 1 AS 店铺) AS o", "betrag"),
        ("SELECT *\nFROM nowhere", "nowhere"),
        ("SELEC 1", "SELEC"),
    ],
)
def test_a_wrong_query_is_told_in_the_databases_words(
    sql: str, where: str, kind: str, request: pytest.FixtureRequest
) -> None:
    shop = of(kind)(request)
    shop.write(sql)
    problem = shop.refused()
    assert problem.code == "RC517"
    assert problem.message.startswith("the database refuses the query: ")
    assert where in problem.message
    assert spot(shop, problem) == where


@pytest.mark.parametrize(
    "written",
    [
        "sql: SELECT amout FROM (SELECT 1 AS amount) AS t",
        "sql: 'SELECT ''x'', amout FROM (SELECT 1 AS amount) AS t'",
        'sql: "SELECT 店,\\n  amout FROM (SELECT 1 AS amount, 2 AS 店) AS t"',
        "sql: >\n      SELECT 1,\n      amout\n      FROM (SELECT 1 AS amount) AS t",
        "sql:\n      SELECT 1,\n        amout FROM (SELECT 1 AS amount) AS t",
    ],
)
@pytest.mark.parametrize("kind", ["sqlite", "duck", "postgresql"])
def test_the_place_is_found_however_the_query_is_written(
    written: str, kind: str, request: pytest.FixtureRequest
) -> None:
    shop = of(kind)(request)
    shop.write("")
    text = f"dataset: d\nsources:\n  orders:\n    {written}\n    connection: env:SHOP_DB\n"
    (shop.folder / "d.yaml").write_text(text, encoding="utf-8")
    assert spot(shop, shop.refused()) == "amout"


@pytest.mark.parametrize("kind", ["sqlite", "duck", "postgresql"])
@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM orders",
        "CREATE TABLE evil (a integer)",
        "DROP TABLE orders",
        "SELECT 1 AS a; DELETE FROM orders",
        "-- nothing",
    ],
)
def test_a_query_only_reads(sql: str, kind: str, request: pytest.FixtureRequest) -> None:
    shop = of(kind)(request)
    shop.write(sql)
    assert shop.refused().code == "RC517"
    if kind != "postgresql":
        shop.write("SELECT shop, \"at\", 1 AS amount FROM orders WHERE shop = 'A'")
        assert ("A", "2025-01") in shop.values()


@pytest.mark.parametrize("kind", ["sqlite", "duck", "postgresql"])
def test_a_query_without_rows(kind: str, request: pytest.FixtureRequest) -> None:
    shop = of(kind)(request)
    shop.write("SELECT 'A' AS shop, '2025-01-31' AS at, 1 AS amount WHERE 1 = 0")
    problem = shop.refused()
    assert (problem.code, problem.message) == ("RC501", "the query of `orders` gives no rows")


@pytest.mark.parametrize("kind", ["sqlite", "duck", "postgresql"])
def test_two_columns_of_a_name(kind: str, request: pytest.FixtureRequest) -> None:
    shop = of(kind)(request)
    shop.write("SELECT 'A' AS shop, '2025-01-31' AS at, 1 AS amount, 2 AS amount")
    assert "two columns `amount`" in shop.refused().message


def test_a_column_that_the_query_does_not_give(sqlite: QueryShop) -> None:
    sqlite.write("SELECT shop, at, amount AS amuont FROM orders")
    problem = sqlite.refused()
    assert problem.code == "RC502"
    assert "the query of `orders`" in problem.message
    assert "amuont" in (problem.hint or "")
