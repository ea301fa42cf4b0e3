"""The functions of the language: one table, from which checks, documentation and meaning come."""

from __future__ import annotations

from ..formulas.formula import Call, Node, walk
from .aggregates import AGGREGATES
from .binding import LITERAL_TYPES, Misfit, bind
from .cohorts import COHORTS
from .dates import DATES
from .declare import Function, Parameter
from .judgements import JUDGEMENTS
from .numbers import NUMBERS
from .peers import PEERS
from .periods import PERIODS
from .signals import SIGNALS
from .statistics import STATISTICS
from .texts import TEXTS

__all__ = ["FUNCTIONS", "LITERAL_TYPES", "Function", "Misfit", "Parameter", "aggregate_calls", "bind"]

FUNCTIONS: dict[str, Function] = {
    entry.name: entry
    for entry in (
        *AGGREGATES, *NUMBERS, *TEXTS, *DATES, *STATISTICS, *PERIODS, *SIGNALS, *PEERS, *COHORTS, *JUDGEMENTS,
    )
}  # fmt: skip


def aggregate_calls(node: Node) -> list[Call]:
    """The aggregates that a formula calls."""
    calls = [piece for piece in walk(node) if isinstance(piece, Call) and piece.function in FUNCTIONS]
    return [call for call in calls if FUNCTIONS[call.function].family == "aggregate"]
