"""Semantic versions, and what is wanted of one: `^1.2`, `>= 1.0, < 3`, `1.2.0`."""

from __future__ import annotations

import re
from typing import TypeAlias

# the three numbers; whether it is the version itself and not one before it; what that is called, such as `beta`
_Version: TypeAlias = tuple[tuple[int, ...], bool, str]

_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_WANTED = re.compile(r"\s*(\^|>=|<=|==|>|<|)\s*(\S+)\s*")
FORM = "such as `^1`, `^1.2`, `>=1.0` or `>=1.0,<3`"


def meets(version: str, wanted: str) -> bool | None:
    """Whether a version is what is wanted; None for a wish that cannot be read.

    `^1.2` is 1.2.0 and what breaks nobody who used it: up to, but not with, 2.0.0; of 0.2 up to 0.3.0.
    """
    own = _read(version)
    answers = []
    for part in wanted.split(","):
        found = _WANTED.fullmatch(part)
        other = _read(found[2]) if found else None
        if found is None or other is None or own is None:
            return None
        match found[1]:
            case "^":
                answers.append(other <= own < _next_breaking(found[2], other))
            case ">=":
                answers.append(own >= other)
            case "<=":
                answers.append(own <= other)
            case ">":
                answers.append(own > other)
            case "<":
                answers.append(own < other)
            case _:
                answers.append(own == other)
    return all(answers)


def _read(text: str) -> _Version | None:
    found = _VERSION.fullmatch(text)
    if found is None:
        return None
    return tuple(int(number or 0) for number in found.groups()[:3]), found[4] is None, found[4] or ""


def _next_breaking(text: str, version: _Version) -> _Version:
    """The first version that may break what worked with this one: the leftmost number that is not 0 counts up."""
    numbers = version[0]
    written = text.partition("-")[0].count(".") + 1
    place = next((place for place, number in enumerate(numbers) if number), min(written, 3) - 1)
    # what comes before it breaks as much
    return (*numbers[:place], numbers[place] + 1, *(0 for _ in numbers[place + 1 :])), False, ""
