"""What a formula gives: a number, a text, a flag, a date, a level; or no value, always with its reason."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class No:
    """No value, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Level:
    """A level and the scale, worst first, in which it compares."""

    id: str
    scale: tuple[str, ...]


Value = float | bool | str | date | Level | No
Quantity = int | float | str

PERCENT = re.compile(r"\s*([-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*%\s*")


def finite(x: float) -> float | No:
    """The number, or no value where it has overflowed."""
    return x if math.isfinite(x) else No("not_finite")


def of_cell(cell: object) -> Value:
    """The value in a cell of data."""
    if cell is None:
        return No("missing_input")
    if isinstance(cell, bool | str | date):
        return cell
    assert isinstance(cell, int | float), cell
    return finite(float(cell))


def first_reason(values: Iterable[Value]) -> No | None:
    """The first no value from left to right."""
    return next((value for value in values if isinstance(value, No)), None)


def plain_number(quantity: Quantity) -> float | None:
    """The number that 3, 0.03 or "3%" stands for; None where the text is a formula."""
    if isinstance(quantity, int | float):
        return float(quantity)
    if found := PERCENT.fullmatch(quantity):
        return float(found[1]) / 100
    try:
        return float(quantity)
    except ValueError:
        return None


def number(value: Value) -> float:
    """The value as a float; a fault of the test's where it is none."""
    assert isinstance(value, float), value
    return value
