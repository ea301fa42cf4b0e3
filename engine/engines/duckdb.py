"""DuckDB: the same expressions as SQL, in a database of its own in memory."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import narwhals as nw
import polars as pl

from . import REPEATABLE


class DuckdbEngine:
    def __init__(self) -> None:
        import duckdb

        # frames pass through Arrow: better missed now than in the middle of a run
        import_module("pyarrow")
        self.connection = duckdb.connect(":memory:")
        self.tables = 0
        self.repeatable = False

    def enter(self, frame: pl.LazyFrame) -> nw.LazyFrame[Any]:
        table: nw.LazyFrame[Any] = nw.from_native(self._table(frame.collect()))
        return table

    def for_rows(self, rows: int) -> DuckdbEngine:
        self.repeatable = rows <= REPEATABLE
        if self.repeatable:
            self.connection.execute("SET threads = 1")
        return self

    def persist(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        relation: Any = nw.to_native(frame)
        name = self._name()
        relation.create(name)
        table: nw.LazyFrame[Any] = nw.from_native(self.connection.table(name))
        return table

    def measure(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        return self.collect(frame)

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        collected: pl.DataFrame = frame.collect(backend="polars").to_native()
        return collected

    def _table(self, frame: pl.DataFrame) -> Any:
        name = self._name()
        self.connection.register(f"{name}_view", frame.to_arrow())
        self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_view")
        self.connection.unregister(f"{name}_view")
        return self.connection.table(name)

    def _name(self) -> str:
        self.tables += 1
        return f"t{self.tables}"
