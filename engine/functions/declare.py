"""What an entry of the function table says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function.

    `type` is number, flag, any (number, text, flag, date or level), metric (the id of one), or a literal:
    whole (a whole number from `least` to `most`), share (0 to 1), grain, period.
    """

    name: str
    type: str = "number"
    required: bool = True
    repeated: bool = False
    least: int = 1
    most: int = 1_000


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language: its checks, its documentation and its meaning.

    `family` says where it may stand: aggregate (an input's formula), number (any formula), period and peer
    (metrics, bands, stages, caps, advice), metric (stages, caps, advice).
    `gives` is number, flag, level, or same (the type of the first argument); `unit` is same, ratio or none.
    `meaning` builds the value: it takes the context of `compile` and its compiled arguments.
    """

    name: str
    family: str
    parameters: tuple[Parameter, ...]
    summary: str
    example: str
    meaning: Callable[..., Any] = field(repr=False)
    gives: str = "number"
    unit: str = "same"

    @property
    def signature(self) -> str:
        """How the call is written, such as `growth(x, n)`."""
        return f"{self.name}({', '.join(p.name + (', …' if p.repeated else '') for p in self.parameters)})"


X = Parameter("x")
ANY = Parameter("x", "any")
FLAG = Parameter("condition", "flag")
N = Parameter("n", "whole")
