"""What a formula gives, as far as that is known without data."""

from __future__ import annotations

from dataclasses import dataclass

from ..formulas.formula import Call
from ..formulas.units import Unit
from ..functions import FUNCTIONS
from ..language.model import Column, Input
from ..language.reading import Unreadable


@dataclass(frozen=True, slots=True)
class Typed:
    """A type (number, text, flag, date, level) and a unit. The type `unknown` goes with everything.

    `grain` is what a date names: `time` a moment, `day` a day, `week`, `month` or `quarter` a period by its first day.
    """

    type: str
    unit: Unit | None = None
    grain: str = "day"


UNKNOWN = Typed("unknown")
FLAG = Typed("flag")
_COLUMNS = {
    "integer": Typed("number"), "key": Typed("text"), "datetime": Typed("date", grain="time"), "unknown": UNKNOWN,
}  # fmt: skip


def type_of_column(column: Column) -> Typed:
    """What a column holds in formulas over rows."""
    return _COLUMNS.get(column.type) or Typed(column.type)


def type_of_input(input: Input, unit: Unit | None) -> Typed:
    """What an input holds in formulas over cards; a date may be the first day of a month, if its formula says so."""
    node = input.formula.node if input.formula is not None else None
    if isinstance(node, Unreadable):
        return UNKNOWN
    while isinstance(node, Call) and node.function in FUNCTIONS:
        function = FUNCTIONS[node.function]
        if function.grain is not None:
            return Typed(input.type, unit, function.grain)
        node = node.arguments[0] if function.gives == "same" and node.arguments else None
    return Typed(input.type, unit)
