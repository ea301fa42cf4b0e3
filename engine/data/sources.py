"""The sources of a ruleset, declared or understood."""

from __future__ import annotations

from ..language.build import DEFAULT_SOURCE
from ..language.model import Column, Ruleset, Source


def declared_sources(ruleset: Ruleset) -> dict[str, Source]:
    """The sources of a ruleset; without any, the one named `data` with the columns that its inputs name.

    Columns of the type `key` hold the entity: whole numbers or text, as the data has them.
    """
    if ruleset.sources:
        return ruleset.sources
    keys = [Column(name, "key") for name in ruleset.entity]
    if ruleset.period is not None:
        keys.append(Column(ruleset.time, "date"))
    taken = {column.name for column in keys}
    columns = [
        Column(id, input.type) for id, input in ruleset.inputs.items() if id not in taken and input.cohort is None
    ]
    return {DEFAULT_SOURCE: Source(DEFAULT_SOURCE, (), ruleset.time, (*keys, *columns))}
