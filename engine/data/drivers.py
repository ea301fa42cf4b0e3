"""The rows of a query from each kind of database, read by the driver that gives its values exactly.

PostgreSQL comes through ADBC and DuckDB through its own package. SQLite is read by Python itself, since ADBC's driver
rounds numbers to seven digits where a column also holds a text; MySQL by PyMySQL, since connectorx cuts decimals.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import polars as pl

from .rows import column_of, exact

_SECONDS = 10
_MYSQL_OPTIONS = frozenset({"ssl_ca", "ssl_cert", "ssl_key", "unix_socket"})
# of PostgreSQL: arrives as a whole number of hundredths
_MONEY = "money"


@dataclass(frozen=True, slots=True)
class Asked:
    """An address, what is asked there, the columns that are needed (all if none is named), and the session's clock."""

    address: str
    sql: str
    wanted: Collection[str]
    time_zone: str | None

    def takes(self, name: str) -> bool:
        return not self.wanted or name in self.wanted


@dataclass(slots=True, eq=False)
class Refused(Exception):
    """Why there are no rows: `connecting`, or in the query, whose character `position` (from 0) or `line` it may tell.

    `words` are the database's, not yet fit to be shown; those in `ours` are.
    """

    words: str = ""
    connecting: bool = False
    position: int | None = None
    line: int | None = None
    ours: str | None = None
    hint: str | None = None


def postgresql(asked: Asked) -> pl.DataFrame:
    from adbc_driver_postgresql import dbapi

    rest = asked.address.split("://", 1)[1]
    joined = "&" if "?" in rest else "?"
    limit = "" if "connect_timeout" in rest else f"{joined}connect_timeout={_SECONDS}"
    try:
        connection = dbapi.connect(f"postgresql://{rest}{limit}")
    except dbapi.Error as error:
        raise Refused(str(error), connecting=True) from None
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            if asked.time_zone is not None:
                cursor.execute(f"SET LOCAL TIME ZONE {_quoted(asked.time_zone)}")
            cursor.execute(asked.sql)
            return _arrow(cursor.fetch_arrow_table(), asked)
    except dbapi.Error as error:
        told = {key.decode(): value.decode(errors="replace") for key, value in error.details}
        words = told.get("PG_DIAG_MESSAGE_PRIMARY") or str(error)
        for more in ("PG_DIAG_MESSAGE_DETAIL", "PG_DIAG_MESSAGE_HINT"):
            words += f"; {told[more]}" if more in told else ""
        position = told.get("PG_DIAG_STATEMENT_POSITION", "")
        # the driver puts a query that can be prepared into a COPY to fetch its rows
        before = len("COPY (") if "Query was: COPY (" in str(error) else 0
        raise Refused(words, position=int(position) - 1 - before if position.isdigit() else None) from None


def duckdb(asked: Asked) -> pl.DataFrame:
    import duckdb

    # without a database of its own, for queries that read files
    alone = asked.address.rpartition("/")[2] == ":memory:"
    try:
        connection = duckdb.connect() if alone else duckdb.connect(str(_file(asked.address)), read_only=True)
    except duckdb.Error as error:
        raise Refused(str(error), connecting=True) from None
    with connection:
        try:
            statements = duckdb.extract_statements(asked.sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise Refused(ours="the query is not one SELECT")
            if asked.time_zone is not None:
                connection.execute(f"SET TimeZone = {_quoted(asked.time_zone)}")
            return _arrow(connection.sql(asked.sql).to_arrow_table(), asked)
        except duckdb.Error as error:
            words, _, shown = str(error).partition("\n\nLINE ")
            number = shown.split(":")[0]
            # below the line that it shows stands a mark under the place
            mark = shown.split("\n")[1].find("^") - len(f"LINE {number}: ") if "\n" in shown else -1
            line = int(number) if number.isdigit() else None
            raise Refused(words, line=line, position=_at(asked.sql, line, mark)) from None


def _at(sql: str, line: int | None, column: int) -> int | None:
    lines = sql.split("\n")
    if line is None or column < 0 or not line <= len(lines) or column > len(lines[line - 1]):
        return None
    return sum(len(before) + 1 for before in lines[: line - 1]) + column


def sqlite(asked: Asked) -> pl.DataFrame:
    file = _file(asked.address)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            # looks into the file, as a query without tables does not
            connection.execute("PRAGMA schema_version")
            cursor = connection.execute(asked.sql)
            return _rows(cursor.description, cursor.fetchall(), asked)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise Refused(str(error), connecting="not a database" in str(error)) from None


def mysql(asked: Asked) -> pl.DataFrame:
    import pymysql
    from pymysql.constants import FIELD_TYPE
    from pymysql.converters import conversions

    parts = urlsplit(asked.address)
    options = dict(parse_qsl(parts.query))
    if not options.keys() <= _MYSQL_OPTIONS:
        unknown = ", ".join(sorted(options.keys() - _MYSQL_OPTIONS))
        raise Refused(ours=f"its options {unknown} are not known", connecting=True,
                      hint=f"known: {', '.join(sorted(_MYSQL_OPTIONS))}")  # fmt: skip
    read: dict[Any, Any] = dict(conversions)
    read[FIELD_TYPE.DECIMAL] = read[FIELD_TYPE.NEWDECIMAL] = _decimal
    try:
        connection = pymysql.connect(
            host=parts.hostname or "localhost", port=parts.port or 3306, user=unquote(parts.username or ""),
            password=unquote(parts.password or ""), database=unquote(parts.path.lstrip("/")) or None,
            charset="utf8mb4", connect_timeout=_SECONDS, conv=read, **options,
        )  # fmt: skip
    except (pymysql.Error, OSError) as error:
        raise Refused(str(error.args[-1]), connecting=True) from None
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            if asked.time_zone is not None:
                _mysql_clock(cursor, asked.time_zone)
            cursor.execute(asked.sql)
            return _rows(cursor.description, cursor.fetchall(), asked)
    except pymysql.Error as error:
        words = str(error.args[-1])
        tail = words.rpartition(" at line ")[2]
        raise Refused(words, line=int(tail) if tail.isdigit() else None) from None


def _mysql_clock(cursor: Any, zone: str) -> None:
    import pymysql

    try:
        cursor.execute("SET time_zone = %s", (zone,))
    except pymysql.Error:
        raise Refused(
            ours=f"the server does not know the time zone {zone}",
            hint="load its table of zones (mysql_tzinfo_to_sql), or leave `time_zone` out for the server's own",
        ) from None


def _decimal(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def _file(address: str) -> FilePath:
    """The file of an address: behind `sqlite:///` in the working directory, behind `sqlite:////` absolute."""
    path = address.partition(":")[2].partition("?")[0]
    path = path[2:] if path.startswith("//") else path
    relative = FilePath(unquote(path.removeprefix("/")))
    for file in (relative, FilePath(unquote(path))):
        if path.strip("/") and file.is_file():
            return file
    hint = f"a path behind :/// is looked for in {FilePath.cwd()}, one behind ://// is absolute"
    raise Refused(ours="the file that it names is not there", connecting=True, hint=hint)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _arrow(table: Any, asked: Asked) -> pl.DataFrame:
    if not table.num_columns:
        raise Refused(ours="the query gives no columns", hint="write one SELECT")
    columns = [
        (field.name, partial(_from_arrow, field, table.column(place))) for place, field in enumerate(table.schema)
    ]
    return _frame(columns, table.num_rows, asked)


def _from_arrow(field: Any, column: Any) -> pl.Series | str:
    kind = (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode() or str(field.type)
    if kind == _MONEY:
        return kind
    if kind == "uuid":
        return pl.Series([None if one is None else str(one) for one in column.to_pylist()], dtype=pl.String)
    try:
        series = pl.from_arrow(column)
    except pl.exceptions.PolarsError:
        return kind
    assert isinstance(series, pl.Series)
    if kind == "bpchar":
        # blanks that fill a char(n) are no part of its value, as PostgreSQL sees it
        series = series.str.strip_chars_end(" ")
    read = exact(series, is_number=kind == "numeric")
    return kind if read is None else read


def _rows(description: Sequence[Any] | None, rows: Sequence[Sequence[Any]], asked: Asked) -> pl.DataFrame:
    if not description:
        raise Refused(ours="the query gives no columns", hint="write one SELECT")
    columns = [(column[0], partial(_from_rows, rows, place)) for place, column in enumerate(description)]
    return _frame(columns, len(rows), asked)


def _from_rows(rows: Sequence[Sequence[Any]], place: int) -> pl.Series | str:
    return column_of([row[place] for row in rows])


def _frame(columns: Sequence[tuple[str, Callable[[], pl.Series | str]]], height: int, asked: Asked) -> pl.DataFrame:
    """The columns that are needed. What can be no column of text, numbers or dates is told by its type."""
    read: dict[str, pl.Series] = {}
    for name, make in columns:
        if not asked.takes(name):
            continue
        if name in read:
            raise Refused(ours=f"the query gives two columns `{name}`", hint="give one of them another name with AS")
        series = make()
        if isinstance(series, str):
            raise Refused(ours=f"the column `{name}` of the query has the type {series}, which cannot be read",
                          hint="cast it in the query to a text, a number or a date")  # fmt: skip
        read[name] = series
    if not all(name in read for name in asked.wanted):
        # the names of the others may tell which is meant
        read |= {name: pl.repeat(None, height, eager=True, dtype=pl.Null) for name, _ in columns if name not in read}
    return pl.DataFrame(read)
