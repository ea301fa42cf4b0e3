"""Columns of another source for each row, found by a key that stands there in one row at most."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from ..files.opened import SHOWN, listed
from ..language.model import Lookup, Ruleset
from ..language.source_reading import lookup_order
from ..problems import Problem

if TYPE_CHECKING:
    from .datasets import Loaded

# Whole numbers beyond are no longer told apart in a column of numbers.
_EXACT = float(1 << 53)


def with_lookups(ruleset: Ruleset, loaded: dict[str, Loaded]) -> tuple[dict[str, Loaded], list[Problem]]:
    """Each source with the columns that its lookups bring, and what is wrong with keys; sources that could not be
    loaded are passed over."""
    done = dict(loaded)
    problems: list[Problem] = []
    for id in lookup_order(ruleset.sources)[0]:
        if id not in loaded:
            continue
        own = {column.name for column in ruleset.sources[id].columns}
        for lookup in ruleset.sources[id].lookups:
            if lookup.source in done:
                # the keys are compared without the joins made before, where these do not bring them
                rows = loaded[id] if own.issuperset(name for name, _ in lookup.on) else done[id]
                join = _Join(ruleset, rows, done[lookup.source], lookup)
                other = done[lookup.source]
                problems += join.problems() if other.there else []
                unknown = {name for name, there in lookup.columns if not other.there or there in other.unknown}
                frame = join.joined(done[id].frame)
                done[id] = replace(done[id], frame=frame, unknown=done[id].unknown | unknown)
        problems += _without_card(ruleset, done[id])
    return done, problems


class _Join:
    """One lookup: the key columns `k0`, `k1`, … of both sides, and the other's rows in memory."""

    def __init__(self, ruleset: Ruleset, one: Loaded, other: Loaded, lookup: Lookup) -> None:
        self.one, self.other, self.lookup = one, other, lookup
        mine, theirs = _columns(one), _columns(other)
        own, found = one.frame.collect_schema(), other.frame.collect_schema()
        self.keys = [f"k{place}" for place in range(len(lookup.on))]
        self.own, keys = [], []
        for name, there in lookup.on:
            left, right = pl.col(mine[name]), pl.col(theirs[there])
            if own[mine[name]] != found[theirs[there]]:
                # one may be an entity, which is kept as whole numbers
                left, right = left.cast(pl.Float64), right.cast(pl.Float64)
            self.own.append(left)
            keys.append(right)
        brought = {mine[name]: theirs[there] for name, there in lookup.columns}
        self.brought = list(brought)
        self.table = other.frame.select(
            "row",
            *[key.alias(name) for name, key in zip(self.keys, keys, strict=True)],
            *[pl.col(there).alias(name) for name, there in brought.items()],
        ).filter(~pl.any_horizontal(pl.col(self.keys).is_null())).collect()  # fmt: skip
        for name in ruleset.entity:
            column = mine.get(name)
            if column in brought and self.table.schema[column].is_float():
                self.table = self.table.with_columns(_whole(self.table[column]))

    def joined(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows as they were, and the brought columns beside them."""
        table = self.table.lazy().select(*self.keys, *self.brought)
        return rows.join(table, left_on=self.own, right_on=self.keys, how="left")

    def problems(self) -> list[Problem]:
        found = self._twice() or self._inexact() or self._missing()
        return [found] if found else []

    def _twice(self) -> Problem | None:
        counted = self.table.group_by(self.keys).agg(
            n=pl.len(), first=pl.col("row").min(), last=pl.col("row").max()
        ).filter(pl.col("n") > 1).sort("first")  # fmt: skip
        if counted.is_empty():
            return None
        places = []
        for row in counted.head(SHOWN).iter_rows(named=True):
            first, last = self.other.place(row["first"]), self.other.place(row["last"])
            rows = f"{first} and {last}" if row["n"] == 2 else f"{row['n']} rows, {first} to {last}"
            places.append(f"{self._key(row)} ({rows})")
        keys = "1 key stands" if counted.height == 1 else f"{counted.height:,} keys stand"
        named = " and ".join(there for _, there in self.lookup.on)
        return Problem(
            "RC514",
            f"{_called(self.other)}: {keys} more than once in `{named}`: {listed(places, counted.height)}",
            hint=f"take the repeated rows out: `{self.one.source.id}` looks up one row for each of its own",
        )

    def _inexact(self) -> Problem | None:
        for key, (name, there) in zip(self.keys, self.lookup.on, strict=True):
            if not self.table.schema[key].is_float():
                continue
            largest = self.table[key].abs().max()
            if isinstance(largest, float) and largest >= _EXACT:
                return Problem(
                    "RC514",
                    f"{_called(self.other)}: `{there}` holds numbers such as {largest:.0f}, too large to be told apart",
                    hint=f"declare `{there}` and `{self.one.source.id}.{name}` as text",
                )
        return None

    def _missing(self) -> Problem | None:
        """Rows whose key the other source does not have, by key; rows without a key look for nothing."""
        rows = self.one.frame.select("row", *[key.alias(name) for key, name in zip(self.own, self.keys, strict=True)])
        absent = (
            rows.filter(~pl.any_horizontal(pl.col(self.keys).is_null()))
            .join(self.table.lazy().select(self.keys), on=self.keys, how="anti")
            .group_by(self.keys)
            .agg(n=pl.len(), first=pl.col("row").min())
            .sort("first")
            .collect(engine="streaming")
        )
        if absent.is_empty():
            return None
        places = [
            f"{self._key(row)} ({self.one.place(row['first'])})" for row in absent.head(SHOWN).iter_rows(named=True)
        ]
        count = absent["n"].sum()
        rows_words = "1 row" if count == 1 else f"{count:,} rows"
        keys = f" ({absent.height:,} different)" if 1 < absent.height < count else ""
        key = " and ".join(f"`{name}`" for name, _ in self.lookup.on)
        verb = "is" if len(self.lookup.on) == 1 else "are"
        named = " and ".join(f"`{name}`" for name, _ in self.lookup.columns)
        return Problem(
            "RC515",
            f"{_called(self.one)}: {key} {verb} not found in `{self.lookup.source}` in {rows_words}{keys}: "
            f"{listed(places, absent.height)}",
            severity="warning",
            hint=self._alike(absent) or f"these rows have no {named}; add the keys to `{self.lookup.source}`",
        )

    def _alike(self, absent: pl.DataFrame) -> str | None:
        """A hint for keys that would be found if spaces and case did not count."""
        if not all(self.table.schema[key] == pl.String for key in self.keys):
            return None
        plain = [pl.col(key).str.replace_all(r"\s", "").str.to_lowercase() for key in self.keys]
        both = absent.with_columns(plain).rename({key: f"plain {key}" for key in self.keys})
        near = absent.hstack(both.select(pl.col("^plain .*$")))
        known = self.table.select(
            *[key.alias(f"plain {name}") for name, key in zip(self.keys, plain, strict=True)],
            *[pl.col(key).alias(f"there {key}") for key in self.keys],
        )  # fmt: skip
        found = near.join(known, on=[f"plain {key}" for key in self.keys]).sort("first")
        if found.is_empty():
            return None
        row = found.row(0, named=True)
        there = " / ".join(row[f"there {key}"] for key in self.keys)
        distinct = found.select("first", "n").unique()["n"].sum()
        rows = "1 of them differs" if distinct == 1 else f"{distinct:,} of them differ"
        rows = "it differs" if absent["n"].sum() == 1 else rows
        return f"{rows} only in spaces or case, such as `{self._key(row)}` here and `{there}` there: write both alike"

    def _key(self, row: dict[str, object]) -> str:
        return " / ".join(_shown(row[key]) for key in self.keys)


def _without_card(ruleset: Ruleset, one: Loaded) -> list[Problem]:
    """Rows to which a lookup brought no entity or no time, so that they belong to no card."""
    source = one.source
    if source.id in ruleset.looked_up_only:
        return []
    names = {column.name for column in source.brought}
    wanted = [*ruleset.entity, *([source.time] if ruleset.period is not None else [])]
    places = _columns(one)
    problems = []
    for name in (name for name in wanted if name in names):
        empty = one.frame.filter(pl.col(places[name]).is_null()).select("row")
        count = empty.select(pl.len()).collect(engine="streaming").item()
        if count:
            first = empty.sort("row").head(SHOWN).collect()["row"]
            rows = "1 row" if count == 1 else f"{count:,} rows"
            problems.append(
                Problem("RC507", f"{_called(one)}: `{name}` is looked up and missing in {rows}: "
                        f"{listed([one.place(row) for row in first], count)}", severity="warning",
                        hint="a row without it belongs to no card, and is left out")
            )  # fmt: skip
    return problems


def _columns(one: Loaded) -> dict[str, str]:
    return {column.name: f"c{place}" for place, column in enumerate(one.source.known)}


def _called(one: Loaded) -> str:
    """How a message names the data of a source."""
    paths = [file["path"] for file in one.files]
    return paths[0] if len(paths) == 1 and paths[0] else f"the data of `{one.source.id}`"


def _whole(column: pl.Series) -> pl.Series:
    """Ids that are whole numbers as such."""
    return column.cast(pl.Int64) if (column == column.floor()).all() else column


def _shown(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)
