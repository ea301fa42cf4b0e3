"""Bands: the level of a number, with the tolerance of a cut point."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from .values import No, Quantity, Value, first_reason, number

Band = dict[str, Any]
CutOf = Callable[[Quantity], Value]


def band_of(bands: list[Band], value: float, cut_of: CutOf) -> Band | No:
    """The band that a value lies in; no band where a cut point has no value, or they do not ascend."""
    cuts = [cut_of(band["below"] if "below" in band else band["upto"]) for band in bands[:-1]]
    numbers = ascending(cuts)
    if isinstance(numbers, No):
        return numbers
    for band, cut in zip(bands, numbers, strict=False):
        if is_at(value, cut):
            if "upto" in band:
                return band
        elif value < cut:
            return band
    return bands[-1]


def ascending(cuts: list[Value]) -> list[float] | No:
    """The cut points as numbers, if all have a value and each lies above the one before."""
    if missing := first_reason(cuts):
        return missing
    numbers = [number(cut) for cut in cuts]
    return No("bands_crossed") if any(a >= b for a, b in pairwise(numbers)) else numbers


def is_at(value: float, cut: float) -> bool:
    """Whether a value counts as being at a cut point."""
    return abs(value - cut) <= max(1e-12, 1e-9 * abs(cut))


def equal_ranges(levels: list[str]) -> list[Band]:
    """Bands that split 0 to 100 into one equal range for each level."""
    cuts = [{"level": level, "below": 100 * (i + 1) / len(levels)} for i, level in enumerate(levels)]
    return [*cuts[:-1], {"level": levels[-1]}]
