"""Units as exponents of nouns: `CNY/order` is {CNY: 1, order: -1}; percent and ratio are {}.

`None` stands for a unit that nobody declared (or a literal), which fits any other.
"""

from __future__ import annotations

from typing import TypeAlias

Unit: TypeAlias = tuple[tuple[str, int], ...]

RATIO: Unit = ()
_DIMENSIONLESS = {"percent", "ratio"}
_TIMES = {"second", "minute", "hour", "day", "week", "month", "quarter", "year"}


def parse_unit(text: str | None) -> Unit | None:
    """`CNY`, `percent`, `CNY/order`, `contact*day` as exponents; None where no unit is declared."""
    if text is None:
        return None
    exponents: dict[str, int] = {}
    sign = 1
    for part in text.replace("*", " * ").replace("/", " / ").split():
        if part in "*/":
            sign = 1 if part == "*" else -1
        elif part not in _DIMENSIONLESS and part != "1":
            exponents[part] = exponents.get(part, 0) + sign
    return _normal(exponents)


def show_unit(unit: Unit | None) -> str:
    """The unit as a person writes it."""
    if unit is None:
        return "no unit"
    over = "*".join(noun for noun, power in unit for _ in range(power))
    under = "".join(f"/{noun}" for noun, power in unit for _ in range(-power))
    return f"{over or ('1' if under else 'ratio')}{under}"


def times(left: Unit | None, right: Unit | None) -> Unit | None:
    """The unit of a product. A literal factor leaves the other's unit unknown only if that is unknown too."""
    if left is None or right is None:
        return None
    exponents = dict(left)
    for noun, power in right:
        exponents[noun] = exponents.get(noun, 0) + power
    return _normal(exponents)


def inverse(unit: Unit | None) -> Unit | None:
    """The unit of one divided by it."""
    return None if unit is None else tuple((noun, -power) for noun, power in unit)


def power(unit: Unit | None, exponent: int) -> Unit | None:
    """The unit of a whole power."""
    return None if unit is None else _normal({noun: n * exponent for noun, n in unit})


def scaled(unit: Unit | None) -> Unit | None:
    """The unit after a literal factor: that of a time may have been turned into another, as in hours / 24."""
    return None if unit is not None and any(noun in _TIMES for noun, _ in unit) else unit


def is_compound(unit: Unit) -> bool:
    """Whether more than a single noun is in it, such as CNY per order."""
    return len(unit) > 1 or any(abs(exponent) > 1 or exponent < 0 for _, exponent in unit)


def is_quotient(unit: Unit) -> bool:
    """Whether it counts one thing per another, so that a share of it may pass 100%."""
    return len(unit) > 1 and any(exponent < 0 for _, exponent in unit)


def misfit(left: Unit | None, right: Unit | None) -> str | None:
    """How bad it is to add or compare two units: `error`, `warning`, or None where nothing is wrong.

    A unit that nobody declared fits any. A literal may stand for the missing factor between a simple and a compound
    one, as in order_value * 12; and a quotient that was declared a ratio is still the quotient.
    """
    if left is None or right is None or left == right:
        return None
    if (left == RATIO and is_quotient(right)) or (right == RATIO and is_quotient(left)):
        return None
    return "warning" if is_compound(left) != is_compound(right) else "error"


def _normal(exponents: dict[str, int]) -> Unit:
    return tuple(sorted((noun, exponent) for noun, exponent in exponents.items() if exponent))
