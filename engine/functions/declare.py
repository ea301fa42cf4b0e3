"""What an entry of the function table says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a function.

    `type` is number, flag, text, date, moment (a date with its time of day), any (number, text, flag, date or level),
    metric (the id of one), cohort (the id of an input that is one), category (the name of a text input or an entity
    column), or a literal: whole (a whole number from `least` to `most`), share (0 to 1), confidence, grain, period,
    quoted (a text), choice (of `choices`).
    """

    name: str
    type: str = "number"
    required: bool = True
    repeated: bool = False
    least: int = 1
    most: int = 1_000
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language: its checks, its documentation and its meaning.

    `chinese` is what it is called where formulas are told in words.
    `family` says where it may stand: aggregate (an input's formula), number, text, date and statistic (any formula),
    calendar (any formula of a ruleset with periods), period, peer and cohort (metrics, bands, stages, caps, advice),
    metric (stages, caps, advice).
    `gives` is number, flag, text, date, level, or same (the type of the first argument); `unit` is same, none, or a
    unit. `meaning` builds the value: it takes the context of `compile` and its compiled arguments.
    `between` are the least and the greatest number that it gives, `texts` the only texts; `grain` is the calendar
    period whose first day it gives; `reach` how many periods it looks back, beside its whole numbers.
    """

    name: str
    chinese: str
    family: str
    parameters: tuple[Parameter, ...]
    summary: str
    example: str
    meaning: Callable[..., Any] = field(repr=False)
    gives: str = "number"
    unit: str = "same"
    between: tuple[float | None, float | None] = (None, None)
    texts: tuple[str, ...] = ()
    grain: str | None = None
    reach: int = 1

    @property
    def signature(self) -> str:
        """How the call is written, such as `growth(x, n)`."""
        return f"{self.name}({', '.join(p.name + (', …' if p.repeated else '') for p in self.parameters)})"


X = Parameter("x")
ANY = Parameter("x", "any")
FLAG = Parameter("condition", "flag")
N = Parameter("n", "whole")
