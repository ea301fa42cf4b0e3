"""The functions of the language: one table, from which checks, documentation and meaning come."""

from __future__ import annotations

from ..formula import Call, Node, walk
from .aggregates import AGGREGATES
from .binding import LITERAL_TYPES, Misfit, bind
from .declare import Function, Parameter
from .judgements import JUDGEMENTS
from .numbers import NUMBERS
from .peers import PEERS
from .periods import PERIODS

__all__ = ["FUNCTIONS", "LATER", "LITERAL_TYPES", "Function", "Misfit", "Parameter", "aggregate_calls", "bind"]

FUNCTIONS: dict[str, Function] = {entry.name: entry for entry in (*AGGREGATES, *NUMBERS, *PERIODS, *PEERS, *JUDGEMENTS)}

# Names of the language that this version does not evaluate, so that they are refused as such.
LATER: frozenset[str] = frozenset(
    [
        "lower",
        "upper",
        "strip",
        "contains",
        "starts_with",
        "ends_with",
        "days_between",
        "hours_between",
        "minutes_between",
        "day",
        "week",
        "month",
        "quarter",
        "year",
        "weekday",
        "hour",
        "share_of_total",
        "wilson_low",
        "wilson_high",
        "nps",
        "nps_margin",
        "signal",
        "cohort_size",
    ]
)


def aggregate_calls(node: Node) -> list[Call]:
    """The aggregates that a formula calls."""
    calls = [piece for piece in walk(node) if isinstance(piece, Call) and piece.function in FUNCTIONS]
    return [call for call in calls if FUNCTIONS[call.function].family == "aggregate"]
