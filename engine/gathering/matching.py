"""Sources that do not hold the same entities or periods: often a name spelt in two ways, or an export that ends early.

It is normal that some entities have no refunds. So an entity without any row is told of only where an input has no
value for it, or where its source in turn has entities that no other source knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl

from .. import calendars
from ..engines import Engine
from ..files.opened import SHOWN, listed
from ..formulas.formula import Call, Comparison, Logic, Not
from ..language.model import Input, Period, Ruleset, Source
from ..problems import Problem

_UTC = ("Z", "UTC", "+00:00", "+0000", "+00", "Etc/UTC")


def here(place: int) -> str:
    """The column of cards that is null where the source of that place has no row."""
    return f"s{place}here"


def unmatched(
    ruleset: Ruleset, sources: Sequence[Source | None], cards: nw.LazyFrame[Any], engine: Engine
) -> list[Problem]:
    """Warnings about entities and periods that some sources hold and others do not; None is one without any data."""
    taken = [
        (place, source, [input for input in ruleset.inputs.values() if source.id in input.sources])
        for place, source in enumerate(sources)
        if source is not None
    ]
    taken = [one for one in taken if one[2]]
    problems = []
    for keys in dict.fromkeys(_entity(ruleset, source) for _, source, _ in taken):
        # those that know the entity at least as well
        known = [one for one in taken if keys and set(_entity(ruleset, one[1])).issuperset(keys)]
        if known:
            marks = {here(place): nw.col(here(place)).max() for place, _, _ in known}
            found = engine.collect(cards.group_by(*keys).agg(**marks)).sort(keys)
            alike = [one for one in known if _entity(ruleset, one[1]) == keys]
            told = [one for place, source, inputs in alike if (one := _entities(found, place, source, inputs))]
            # of two sources, what one lacks is what the other has alone
            problems += told[:1] if len(known) == 2 else told
    if ruleset.period is not None:
        timed = [one for one in taken if one[1].column(one[1].time)]
        marks = {here(place): nw.col(here(place)).max() for place, _, _ in timed}
        found = engine.collect(cards.group_by("p").agg(**marks)).sort("p")
        problems += [one for place, source, inputs in timed if (one := _periods(ruleset, found, place, source, inputs))]
    return problems


def periods_left_out(period: Period, cards: nw.LazyFrame[Any], engine: Engine) -> list[Problem]:
    """A warning about periods of which no source has a row, between others that have some; a day off is normal."""
    if period.grain == "day":
        return []
    p = nw.col("p")
    counted = engine.measure(cards.select(first=p.min(), last=p.max(), n=p.n_unique())).row(0, named=True)
    if counted["first"] is None or counted["last"] - counted["first"] + 1 == counted["n"]:
        return []
    there = set(engine.collect(cards.select("p").unique())["p"])
    without = [number for number in range(counted["first"], counted["last"] + 1) if number not in there]
    labels = [calendars.label(period, number) for number in without]
    many = f"1 {period.grain}" if len(labels) == 1 else f"{len(labels):,} {period.grain}s"
    ends = f"{calendars.label(period, counted['first'])} to {calendars.label(period, counted['last'])}"
    return [
        Problem("RC516", f"there are no rows in {many} of {ends}: {listed(labels[:SHOWN], len(labels))}",
                severity="warning",
                hint="add them if rows were left out of the export; functions over periods find no period there")
    ]  # fmt: skip


def zones_apart(zones: Sequence[tuple[str, str]]) -> list[Problem]:
    """A warning where the times of sources, each given with its zone, are of different ones, and so are their days."""
    named = [(source, "UTC" if zone in _UTC else zone or "no zone") for source, zone in zones]
    if len({zone for _, zone in named}) < 2:
        return []
    words = ", ".join(f"`{source}` in {zone}" for source, zone in named)
    return [
        Problem("RC516", f"times of sources are in different zones, and so are their days: {words}", severity="warning",
                hint="name in a dataset the zone to bring them to: `time_zone: Asia/Shanghai`")
    ]  # fmt: skip


def _entity(ruleset: Ruleset, source: Source) -> tuple[str, ...]:
    return tuple(f"e{place}" for place, name in enumerate(ruleset.entity) if source.column(name))


def _entities(found: pl.DataFrame, place: int, source: Source, inputs: Sequence[Input]) -> Problem | None:
    """`found` has a row for each entity, and a column for each source that is null where it has no row."""
    keys = [name for name in found.columns if name.startswith("e")]
    others = [name for name in found.columns if name not in keys and name != here(place)]
    without = found.filter(pl.col(here(place)).is_null())
    if without.is_empty():
        return None
    alone = found.filter(pl.all_horizontal(pl.col(others).is_null())) if others else found.clear()
    missing = [f"`{input.id}`" for input in inputs if not _counts(input)]
    if not missing and alone.is_empty():
        return None
    names, own = _names(without, keys), _names(alone, keys)
    count = f"{len(names):,} of {found.height:,}"
    words = f"`{source.id}` has no rows for {count} entities: {listed(names[:SHOWN], len(names))}"
    if own:
        words += f"; only there: {listed(own[:SHOWN], len(own))}"
    plain = {_plain(name): name for name in own}
    near = next(((plain[_plain(name)], name) for name in names if _plain(name) in plain), None)
    if near:
        hint = f"`{near[0]}` there may be `{near[1]}`: write names alike in all sources"
    elif missing:
        hint = f"they have no {', '.join(missing[:SHOWN])}; correct the names, or give the inputs a `default`"
    else:
        hint = "they count as 0; correct the names if they should not"
    return Problem("RC516", words, severity="warning", hint=hint)


def _periods(
    ruleset: Ruleset, found: pl.DataFrame, place: int, source: Source, inputs: Sequence[Input]
) -> Problem | None:
    """`found` has a row for each period, and a column for each source that is null where it has no row."""
    without = found.filter(pl.col(here(place)).is_null())["p"].to_list()
    missing = [f"`{input.id}`" for input in inputs if input.default is None]
    if not without or not missing or ruleset.period is None:
        return None
    labels = [calendars.label(ruleset.period, number) for number in without]
    grain = ruleset.period.grain
    count = f"{len(labels):,} of {found.height:,} {grain}s"
    return Problem(
        "RC516", f"`{source.id}` has no rows in {count}: {listed(labels[:SHOWN], len(labels))}", severity="warning",
        hint=f"there is no {', '.join(missing[:SHOWN])} there; add the rows, or give the inputs a `default`",
    )  # fmt: skip


def _counts(input: Input) -> bool:
    """Whether an entity without a row has a value: a default, or a count of 0."""
    if input.default is not None or input.cohort is not None or input.then in ("count", "count_true"):
        return True
    node = input.formula.node if input.formula else None
    if input.then == "sum":
        return isinstance(node, Comparison | Logic | Not)
    return not input.then and isinstance(node, Call) and node.function in ("count", "count_distinct")


def _names(rows: pl.DataFrame, keys: list[str]) -> list[str]:
    return [" / ".join(map(str, row)) for row in rows.select(keys).iter_rows()]


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()
