"""Lookups: the sources and columns that they name, and whether their keys can be compared."""

from __future__ import annotations

from collections import defaultdict

from ..formulas.formula import names
from ..language.model import Lookup, Ruleset, Source
from ..language.source_reading import lookup_order
from ..problems import Path
from .checking import Checking

_ALIKE = {"integer": "number"}


def lookups_hold(c: Checking) -> None:
    """Lookups name other sources and columns of both, keys are of one type, and none leads back to its beginning."""
    sources = c.ruleset.sources
    for circle in lookup_order(sources)[1]:
        way = " → ".join(circle)
        c.at("RC310", ("sources", circle[0], "lookup", circle[1]), f"lookups in a circle: {way}",
             "declare the table as a second source, and look that up", key=True)  # fmt: skip
    for id, source in sources.items():
        columns = {column.name: column.type for column in source.columns}
        for lookup in source.lookups:
            other = sources.get(lookup.source)
            if other is None:
                known = [name for name in sources if name != id]
                c.unknown("RC417", "source", lookup.source, known, lookup.path, key=True)
            else:
                _keys(c, source, columns, other, lookup)
            _brought(c, source, columns, other, lookup)


def _keys(c: Checking, source: Source, columns: dict[str, str], other: Source, lookup: Lookup) -> None:
    for place, (name, theirs) in enumerate(lookup.on):
        here, there, mapped = _places(c, lookup, "on", place, name)
        column = other.column(theirs)
        if name not in columns:
            later = any(name == brought for one in source.lookups for brought, _ in one.columns)
            if later:
                c.at("RC424", here, f"`{name}` is looked up itself, and not before this",
                     "write the lookup that brings it first", key=mapped)  # fmt: skip
            else:
                c.unknown("RC417", f"column of `{source.id}` called", name, columns, here, key=mapped)
        elif column is None:
            c.unknown("RC417", f"column of `{other.id}` called", theirs, [one.name for one in other.known], there)
        elif "unknown" not in (columns[name], column.type) and _kind(columns[name]) != _kind(column.type):
            words = f"`{source.id}.{name}` is {columns[name]}, `{other.id}.{theirs}` is {column.type}"
            c.at("RC424", there, f"{words}: no two of them are the same", "declare both as one type")


def _brought(c: Checking, source: Source, columns: dict[str, str], other: Source | None, lookup: Lookup) -> None:
    for place, (name, theirs) in enumerate(lookup.columns):
        here, there, mapped = _places(c, lookup, "columns", place, name)
        column = other.column(theirs) if other else None
        if name in columns:
            c.at("RC420", here, f"`{source.id}` has a column `{name}` already",
                 f"give it another name here: columns: {{{lookup.source}_{theirs}: {theirs}}}", key=mapped)  # fmt: skip
        elif other is not None and column is None:
            known = [one.name for one in other.known]
            c.unknown("RC417", f"column of `{other.id}` called", theirs, known, there)
            # one that the other source brings itself is not sure to be the right one
            near = c.guess(theirs, [one.name for one in other.known if one.type != "unknown"])
            c.brought_wrongly.update([near.word] if near else [])
        columns.setdefault(name, column.type if column else "unknown")


def _places(c: Checking, lookup: Lookup, key: str, place: int, name: str) -> tuple[Path, Path, bool]:
    """Where a name here and a name there stand, and whether the former is a key."""
    written = c.ruleset.origin.data["sources"][lookup.path[1]]["lookup"][lookup.source][key]
    path: Path = (*lookup.path, key)
    if isinstance(written, dict):
        return (*path, name), (*path, name), True
    path = path if isinstance(written, str) else (*path, place)
    return path, path, False


def _kind(type: str) -> str:
    return _ALIKE.get(type, type)


def brought_is_used(c: Checking) -> None:
    """A column that is brought and never used is often a misspelling elsewhere."""
    used = _used_columns(c.ruleset)
    for id, source in c.ruleset.sources.items():
        for lookup in source.lookups:
            if not c.ruleset.origin.is_of_last(lookup.path):
                continue
            for place, (name, _) in enumerate(lookup.columns):
                if name not in used[id]:
                    here, _, mapped = _places(c, lookup, "columns", place, name)
                    c.at("RC418", here, f"the column `{name}` is looked up and not used", "use it, or take it out",
                         "warning", key=mapped)  # fmt: skip


def _used_columns(ruleset: Ruleset) -> dict[str, set[str]]:
    """By source, the columns that anything asks for."""
    used: dict[str, set[str]] = defaultdict(set)
    for id, source in ruleset.sources.items():
        used[id].update(ruleset.entity, [source.time])
    for input in ruleset.inputs.values():
        formulas = [input.formula, input.where, *input.per]
        used[input.source].update(name for formula in formulas if formula for name in names(formula.node))
        used[input.source].update({input.id} if input.formula is None else ())
        if input.cohort is not None:
            used[input.source].add(input.cohort.by)
            used[input.cohort.then].add(input.cohort.by)
            used[input.cohort.then].update(names(input.cohort.then_where.node) if input.cohort.then_where else ())
    for id, source in ruleset.sources.items():
        for lookup in source.lookups:
            used[id].update(name for name, _ in lookup.on)
            used[lookup.source].update(theirs for _, theirs in (*lookup.on, *lookup.columns))
    return used
