"""What an XmR chart says of the last of a row of values (Wheeler; the rules are those of NHS and Western Electric)."""

from __future__ import annotations

from itertools import pairwise

from .values import No, Value, number

LONGEST = 8


def signal(values: list[Value], higher_is_better: bool, rules: str = "nhs", at_least: int = 12) -> Value:
    """What the chart says now; `values` are those of consecutive periods, the oldest first, up to now."""
    now = values[-1]
    if isinstance(now, No):
        return now
    points = [number(value) for value in values if not isinstance(value, No)]
    pairs = pairwise(values)
    ranges = [abs(number(b) - number(a)) for a, b in pairs if not isinstance(a, No) and not isinstance(b, No)]
    if len(ranges) < at_least - 1:
        return No("too_few")
    middle, limit = sum(points) / len(points), sum(ranges) / len(ranges) * 2.66
    if not (abs(middle) < float("inf") and limit < float("inf")):
        return No("not_finite")
    dust = max(1e-12, 1e-9 * abs(middle), 1e-9 * limit)
    recent: list[float] = []
    for value in reversed(values):
        # a period without a value ends what is in a row
        if isinstance(value, No) or len(recent) == LONGEST:
            break
        recent.append(number(value))
    found = {up: upwards(rules, [p if up else -p for p in recent], middle if up else -middle, limit, dust)
             for up in (True, False)}  # fmt: skip
    if found[not higher_is_better]:
        return "concern"
    return "improvement" if found[higher_is_better] else "none"


def upwards(rules: str, recent: list[float], middle: float, limit: float, dust: float) -> bool:
    """Whether a pattern towards the high ends at the first of `recent`, the newest."""

    def beyond(part: float, of: int, wanted: int) -> bool:
        high = [point - middle > limit * part + dust for point in recent[:of]]
        return high[0] and sum(high) >= wanted

    def above(count: int) -> bool:
        return len(recent) >= count and all(point - middle > dust for point in recent[:count])

    outside = recent[0] - middle > limit + dust
    if rules == "western_electric":
        return outside or beyond(2 / 3, 3, 2) or beyond(1 / 3, 5, 4) or above(8)
    rising = len(recent) >= 7 and all(later > before for later, before in pairwise(recent[:7]))
    return outside or above(7) or rising or beyond(2 / 3, 3, 2)
