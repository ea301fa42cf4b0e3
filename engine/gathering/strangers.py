"""Sources of a conversion or retention whose ids have nothing in common: mostly two ways of writing the same people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import narwhals as nw
import polars as pl

from ..engines import Engine
from ..language.model import Ruleset
from ..problems import Problem
from .grouping import Table

_SHOWN = 3


def ids_apart(ruleset: Ruleset, tables: Sequence[Table], cards: nw.LazyFrame[Any], engine: Engine) -> list[Problem]:
    """Warnings about inputs that count nobody, since no id of the one source stands in the other."""
    columns = {f"i{place}": input for place, input in enumerate(ruleset.inputs.values())}
    columns = {name: one for name, one in columns.items() if one.cohort and not one.size and len(set(one.sources)) > 1}
    if not columns:
        return []
    most = engine.measure(cards.select(*[nw.col(name).max() for name in columns])).row(0, named=True)
    by_events: dict[tuple[str, str, str], list[str]] = {}
    for name, input in columns.items():
        assert input.cohort is not None
        by_events.setdefault((input.source, input.cohort.then, input.cohort.by), []).append(name)
    found = by_events.items()
    alone = {events: [columns[name].id for name in names] for events, names in found if not any(map(most.get, names))}
    return list(_told(alone, {table.source.id: table for table in tables}, engine))


def _told(alone: dict[tuple[str, str, str], list[str]], tables: dict[str, Table], engine: Engine) -> Iterator[Problem]:
    for (first, then, by), inputs in alone.items():
        ids, others = (_ids(tables[source], by, engine) for source in (first, then))
        if ids.is_empty() or others.is_empty() or not ids.join(others, on="id", how="semi").is_empty():
            continue
        named = " and ".join(f"`{id}`" for id in inputs)
        yield Problem(
            "RC516",
            f"no `{by}` of `{first}` ({_some(ids)}) stands in `{then}` ({_some(others)}): nobody is counted by {named}",
            severity="warning",
            hint=_alike(ids, others) or f"both sources must name them by the same `{by}`",
        )


def _ids(table: Table, by: str, engine: Engine) -> pl.DataFrame:
    id = nw.col(table.column(by))
    return engine.collect(table.frame.filter(~id.is_null()).select(id=id).unique()).sort("id")


def _alike(ids: pl.DataFrame, others: pl.DataFrame) -> str | None:
    """A hint for ids that would be found if spaces, case and leading zeros did not count."""
    if ids.schema["id"] != pl.String:
        return None
    plain = pl.col("id").str.replace_all(r"\s", "").str.to_lowercase().str.replace(r"^0+", "")
    both = ids.with_columns(plain=plain).join(others.with_columns(plain=plain), on="plain").sort("id")
    if both.is_empty():
        return None
    here, there = both["id"][0], both["id_right"][0]
    return f"they differ only in spaces, case or leading zeros, such as `{here}` and `{there}`: write both alike"


def _some(ids: pl.DataFrame) -> str:
    shown = [f"{id:.15g}" if isinstance(id, float) else str(id) for id in ids["id"].head(_SHOWN)]
    return ", ".join([*shown, *(["…"] if ids.height > _SHOWN else [])])
