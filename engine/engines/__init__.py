"""Where a plan runs. An engine takes Polars frames in and gives Polars frames back; between, all is Narwhals."""

from __future__ import annotations

from typing import Any, Protocol

import narwhals as nw
import polars as pl

ENGINES = ("polars", "duckdb")
# Up to so many rows a sum comes out the same to the last digit each time; beyond, time and memory count for more.
REPEATABLE = 100_000


class Engine(Protocol):
    """What a step of the run may ask of an engine. `repeatable`: two runs give the same to the last digit."""

    repeatable: bool

    def enter(self, frame: pl.LazyFrame) -> nw.LazyFrame[Any]:
        """The frame as one of this engine's."""
        ...

    def for_rows(self, rows: int) -> Engine:
        """The engine as it suits so many rows of data."""
        ...

    def persist(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The frame computed once, to be read several times."""
        ...

    def measure(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        """A few numbers about many rows, which need not all be in memory at once."""
        ...

    def collect(self, frame: nw.LazyFrame[Any]) -> pl.DataFrame:
        """The frame as rows in memory."""
        ...


def engine_named(name: str) -> Engine | None:
    """The engine, imported only when it is asked for; None where there is none of that name."""
    if name == "polars":
        from .polars import PolarsEngine

        return PolarsEngine()
    if name == "duckdb":
        from .duckdb import DuckdbEngine

        return DuckdbEngine()
    return None
