"""The sources of a ruleset out of its data, each with the columns that lookups bring to its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from .model import Column, Lookup, Source
from .order import arranged
from .reading import number, text


def read_sources(data: dict[str, Any]) -> dict[str, Source]:
    """Every source as declared, with the columns that its lookups bring."""
    time = data.get("time", "date")
    sources = {
        id: Source(
            id=id,
            title=text(entry.get("title")),
            time=entry.get("time", time),
            columns=tuple(_column(name, column) for name, column in entry["columns"].items()),
            unique=tuple(entry.get("unique") or ()),
            on_violation=entry.get("on_violation", "fail"),
            lookups=tuple(_lookup(id, other, lookup) for other, lookup in (entry.get("lookup") or {}).items()),
        )
        for id, entry in (data.get("sources") or {}).items()
    }
    for id in lookup_order(sources)[0]:
        sources[id] = replace(sources[id], brought=tuple(_brought(sources, sources[id])))
    return sources


def lookup_order(sources: dict[str, Source]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Ids of sources, each after those that it looks up, and the circles among them, such as (a, b, a)."""
    return arranged({id: [lookup.source for lookup in source.lookups] for id, source in sources.items()})


def _column(name: str, data: Any) -> Column:
    if isinstance(data, str):
        return Column(name, data)
    return Column(
        name, data["type"], bool(data.get("required")), number(data.get("min")), number(data.get("max")),
        tuple(data.get("one_of") or ()), data.get("matches"), text(data.get("title")),
    )  # fmt: skip


def _lookup(id: str, other: str, data: dict[str, Any]) -> Lookup:
    path = ("sources", id, "lookup", other)
    return Lookup(other, _pairs(data["on"]), _pairs(data["columns"]), path)


def _pairs(data: Any) -> tuple[tuple[str, str], ...]:
    """A name, a list of names, or a map of names here to names there."""
    if isinstance(data, dict):
        return tuple(data.items())
    return tuple((name, name) for name in ([data] if isinstance(data, str) else data))


def _brought(sources: dict[str, Source], source: Source) -> Iterator[Column]:
    taken = {column.name for column in source.columns}
    for lookup in source.lookups:
        other = sources.get(lookup.source)
        for name, theirs in lookup.columns:
            if name in taken:
                continue
            taken.add(name)
            column = other.column(theirs) if other else None
            if other is None or column is None:
                yield Column(name, "unknown")
            elif other.on_violation == "warn":
                yield Column(name, column.type, title=column.title)
            else:
                # a row that finds no key has no value, whatever the other source demands of its own
                yield replace(column, name=name, required=False)
