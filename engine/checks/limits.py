"""What is known of a value without data: its least and greatest, and the only texts that it has."""

from __future__ import annotations

from dataclasses import dataclass

from ..formulas.formula import Call, Name, Node
from ..functions import FUNCTIONS
from ..language.model import Input, Source
from .checking import Checking


@dataclass(frozen=True, slots=True)
class Place:
    """What is known where a condition stands: the least and greatest of a name, and the only texts that it has."""

    c: Checking
    source: Source | None = None

    def ends(self, node: Node) -> tuple[float | None, float | None]:
        """The least and the greatest value that a quantity can have."""
        if isinstance(node, Call):
            return FUNCTIONS[node.function].between if node.function in FUNCTIONS else (None, None)
        if not isinstance(node, Name):
            return None, None
        if self.source is not None:
            column = self.source.column(node.id)
            kept = self.source.on_violation == "warn"
            return (None, None) if column is None or kept else _ends(column.min, column.max)
        input = self.c.ruleset.inputs.get(node.id)
        # a default stands in unchecked
        return (None, None) if input is None or input.default is not None else _ends(input.min, input.max)

    def texts(self, node: Node) -> tuple[str, ...]:
        """The only texts that a name can have; empty where they are not declared."""
        if not isinstance(node, Name):
            return ()
        if self.source is not None:
            return allowed(self.source, node.id)
        input = self.c.ruleset.inputs.get(node.id)
        return () if input is None else texts_of(self.c, input)


def _ends(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Both ends, unless they are turned round, which is told by itself."""
    return (None, None) if low is not None and high is not None and low > high else (low, high)


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
