"""What a formula without names comes to."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..formulas.formula import Arithmetic, Literal, Name, Negative, Node

_OPERATIONS: dict[str, Callable[[float, float], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
}  # fmt: skip
NOTHING: Mapping[str, float] = MappingProxyType({})


def is_constant(node: Node) -> bool:
    """Whether it is built of numbers alone."""
    if isinstance(node, Literal):
        return isinstance(node.value, float)
    return isinstance(node, Arithmetic | Negative) and all(is_constant(child) for child in node.children())


def constant(node: Node, known: Mapping[str, float] = NOTHING) -> float | None:
    """The number that it gives; None where it holds names that are not known, or where no number can hold it."""
    if isinstance(node, Literal):
        return node.value if isinstance(node.value, float) else None
    if isinstance(node, Name):
        return known.get(node.id)
    if not isinstance(node, Arithmetic | Negative):
        return None
    values = [constant(child, known) for child in node.children()]
    numbers = [value for value in values if value is not None]
    if len(numbers) < len(values):
        return None
    if isinstance(node, Negative):
        return -numbers[0]
    assert isinstance(node, Arithmetic)
    try:
        result = _OPERATIONS[node.operator](*numbers)
    except (OverflowError, ZeroDivisionError):
        return None
    return result if isinstance(result, float) and math.isfinite(result) else None
