"""What a formula gives, as far as that is known without data."""

from __future__ import annotations

from dataclasses import dataclass

from ..units import Unit


@dataclass(frozen=True, slots=True)
class Typed:
    """A type (number, text, flag, date, level) and a unit. The type `unknown` goes with everything."""

    type: str
    unit: Unit | None = None


UNKNOWN = Typed("unknown")
FLAG = Typed("flag")
