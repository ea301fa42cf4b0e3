"""What is known of a value without data: its least and greatest, and the only texts that it has."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..formulas.formula import Call, Name, Node
from ..language.model import Input, Source
from .checking import Checking


@dataclass(frozen=True, slots=True)
class Place:
    """What is known where a condition stands: the least and greatest of a name, and the only texts that it has."""

    c: Checking
    source: Source | None = None

    def ends(self, node: Node) -> tuple[float | None, float | None]:
        """The least and the greatest value that a quantity can have."""
        ranges = self.c.ranges
        low, high = ranges.of(node) if self.source is None else ranges.of_rows(node, self.source)
        return None if math.isinf(low) else low, None if math.isinf(high) else high

    def texts(self, node: Node) -> tuple[str, ...]:
        """The only texts that a name can have; empty where they are not declared."""
        if not isinstance(node, Name):
            return ()
        if self.source is not None:
            return allowed(self.source, node.id)
        input = self.c.ruleset.inputs.get(node.id)
        return () if input is None else texts_of(self.c, input)


def allowed(source: Source, column: str) -> tuple[str, ...]:
    """The only texts of a column; rows with another are let through where a violation is only warned of."""
    found = source.column(column)
    if found is None or source.on_violation == "warn":
        return ()
    texts = tuple(value for value in found.one_of if isinstance(value, str))
    return texts if len(texts) == len(found.one_of) else ()


def texts_of(c: Checking, input: Input) -> tuple[str, ...]:
    """The only texts that an input can have."""
    source = c.sources.get(input.source)
    if source is None or input.type != "text":
        return ()
    if input.is_column:
        return allowed(source, input.id)
    node = input.formula.node if input.formula is not None else None
    taken = node.arguments[0] if isinstance(node, Call) and len(node.arguments) == 1 else None
    return allowed(source, taken.id) if isinstance(taken, Name) else ()
