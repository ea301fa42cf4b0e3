"""Mistakes of meaning: each part can be read, and together they are wrong."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

import yaml

from .mistakes import Mistake, makes
from .texts import Entry, Formula, Text, Token


def _number(node: object) -> float | None:
    value = str(getattr(node, "value", ""))
    if not re.fullmatch(r"-?[\d.]+%?", value):
        return None
    return float(value.rstrip("%")) / (100 if value.endswith("%") else 1)


@makes("two cut points swapped")
def swapped_cuts(text: Text, random: Random) -> Mistake | None:
    choice = []
    for pattern in (r"metrics/[^/]+/bands", r"metrics/[^/]+/bands/\w+", r"overall/bands"):
        for bands in text.matching(pattern):
            if not isinstance(bands.value, yaml.SequenceNode):
                continue
            cuts = []
            for band in bands.value.value:
                ends = [value for key, value in band.value if key.value in ("below", "upto")]
                cuts += [end for end in ends if _number(end) is not None]
            choice += [pair for pair in pairwise(cuts) if _number(pair[0]) != _number(pair[1])]
    if not choice:
        return None
    low, high = random.choice(choice)
    start, end = low.start_mark.index, high.end_mark.index
    first, second = text.raw(low), text.raw(high)
    between = text.text[low.end_mark.index : high.start_mark.index]
    return Mistake(start, end, second + between + first, (start, start + len(second) + len(between)))


@makes("the other direction")
def other_direction(text: Text, random: Random) -> Mistake | None:
    choice = []
    for better in text.matching(r"metrics/[^/]+/better"):
        bands = text.matching(rf"metrics/{re.escape(str(better.path[1]))}/bands(?:/\w+)?/\d+/level")
        if better.value.value in ("higher", "lower") and len({band.value.value for band in bands}) > 1:
            choice.append((better, [band.value.start_mark.index for band in bands]))
    if not choice:
        return None
    better, levels = random.choice(choice)
    start, end = better.value.start_mark.index, better.value.end_mark.index
    new = {"higher": "lower", "lower": "higher"}[better.value.value]
    moved = [at + len(new) - (end - start) if at > end else at for at in levels]
    return Mistake(start, end, new, (start, *moved))


def _removed(text: Text, entry: Entry) -> tuple[int, int]:
    items = [value for _, value in entry.holder.value]
    at = items.index(entry.value)
    if at + 1 < len(items):
        return entry.key.start_mark.index, entry.holder.value[at + 1][0].start_mark.index
    return items[at - 1].end_mark.index, entry.value.end_mark.index


@makes("a weight of a stage left out")
def weight_left_out(text: Text, random: Random) -> Mistake | None:
    choice = []
    for entry in text.matching(r"stages/profiles/[^/]+/weights/.*"):
        if text.at(*entry.path[:3], "rest") is None and len(entry.holder.value) > 1 and entry.flow:
            choice.append(entry)
    if not choice:
        return None
    entry = random.choice(choice)
    start, end = _removed(text, entry)
    profile, weights = text.at(*entry.path[:3]), text.at(*entry.path[:4])
    assert profile is not None and weights is not None
    nodes = (profile.key, weights.key, weights.value)
    return Mistake(start, end, "", tuple(node.start_mark.index for node in nodes))


@makes("a weight below 0")
def negative_weight(text: Text, random: Random) -> Mistake | None:
    choice = [
        entry for entry in text.matching(r"(?:stages/profiles/[^/]+/weights|overall/weights|groups/[^/]+/metrics)/.*")
        if entry.key is not None and _number(entry.value)
    ]  # fmt: skip
    if not choice:
        return None
    start = random.choice(choice).value.start_mark.index
    return Mistake(start, start, "-", (start,))


@makes("a circle of metrics")
def circle(text: Text, random: Random) -> Mistake | None:
    """A metric that is used by another is made to use that one."""
    choice: list[tuple[str, Formula, Token | None, Formula]] = []
    own = [one for one in text.formulas if re.fullmatch(r"metrics/[^/]+/formula", one.entry.way)]
    metrics = {str(one.entry.path[1]): one for one in own}
    for user, formula in metrics.items():
        for index, token in enumerate(formula.tokens):
            used = metrics.get(token.text)
            if used and formula.is_name(index) and not used.entry.value.style and not used.entry.flow:
                choice.append((user, formula, token, used))
        if not formula.entry.value.style and not formula.entry.flow:
            choice.append((user, formula, None, formula))
    if not choice:
        return None
    user, formula, call, used = random.choice(choice)
    more = f" if {user} > 1 else 0"
    name = used.end + len(" if ")
    at = {used.start, name, used.entry.key.start_mark.index}
    if call is not None:
        shift = len(more) if call.start > used.end else 0
        at |= {call.start + shift, formula.start + shift, formula.entry.key.start_mark.index + shift}
    return Mistake(used.end, used.end, more, tuple(at))


@makes("units that do not go together")
def unlike_units(text: Text, random: Random) -> Mistake | None:
    units = {str(entry.path[1]): str(entry.value.value) for entry in text.matching(r"(?:inputs|params)/[^/]+/unit")}
    plain = ("percent", "ratio", "score")
    units = {name: unit for name, unit in units.items() if unit.isalpha() and unit not in plain}
    choice = []
    for formula in text.formulas:
        if formula.entry.path[0] != "metrics" or formula.entry.path[-1] != "formula":
            continue
        for index, token in enumerate(formula.tokens):
            if formula.is_name(index) and token.text in units:
                others = [name for name, unit in units.items() if unit != units[token.text]]
                choice += [(formula, index, token, other) for other in others]
    if not choice:
        return None
    formula, index, token, other = random.choice(choice)
    plus = token.start + len(token.text) + 2
    return Mistake(token.start, token.end, f"({token.text} + {other})", (token.start, token.start + 1, plus, plus + 2))


@makes("a day of no calendar")
def no_day(text: Text, random: Random) -> Mistake | None:
    # a dataset alone does not say which of its params are dates
    free = ("meta", "params") if text.kind == "dataset" else ("meta",)
    scalars = [one.value for one in text.entries if isinstance(one.value, yaml.ScalarNode) and one.path[0] not in free]
    choice = [node for node in scalars if re.fullmatch(r"\d{4}-\d\d-\d\d", node.value)]
    if not choice:
        return None
    node = random.choice(choice)
    start = node.start_mark.index
    new = random.choice(["2025-02-30", "2025-13-01", "2025-04-31"])
    return Mistake(start, node.end_mark.index, new, (start,))


@makes("a name for two things")
def name_twice(text: Text, random: Random) -> Mistake | None:
    """A param more, called as an input or a metric."""
    metrics = text.matching(r"(?:metrics|inputs)/[^/]+")
    params = text.at("params")
    if text.kind != "ruleset" or not metrics or params is None or params.value.flow_style:
        return None
    name = random.choice(metrics)
    start = params.value.start_mark.index
    indent = " " * params.value.start_mark.column
    new = f"{name.path[1]}: {{value: 1}}\n{indent}"
    shift = len(new) if name.key.start_mark.index > start else 0
    return Mistake(start, start, new, (start, name.key.start_mark.index + shift))


@makes("a band without an end in the middle")
def open_band(text: Text, random: Random) -> Mistake | None:
    choice = []
    for entry in text.matching(r"metrics/[^/]+/bands(?:/\w+)?/\d+/(?:below|upto)"):
        if entry.flow and len(entry.holder.value) > 1 and entry.holder.value[0][0] is not entry.key:
            choice.append(entry)
    if not choice:
        return None
    entry = random.choice(choice)
    start, end = _removed(text, entry)
    band = entry.holder.start_mark.index
    return Mistake(start, end, "", (band, entry.holder.value[0][0].start_mark.index))


@makes("levels out of order")
def levels_out_of_order(text: Text, random: Random) -> Mistake | None:
    scores = [entry.value for entry in text.matching(r"levels/[^/]+/score")]
    pairs = [pair for pair in pairwise(scores) if _number(pair[0]) != _number(pair[1])]
    if not pairs:
        return None
    low, high = random.choice(pairs)
    start, end = low.start_mark.index, high.end_mark.index
    first, second = text.raw(low), text.raw(high)
    between = text.text[low.end_mark.index : high.start_mark.index]
    names = [entry.key.start_mark.index for entry in text.matching("levels/[^/]+")]
    return Mistake(start, end, second + between + first, (start, start + len(second) + len(between), *names))


@makes("a unit of time that there is not")
def unit_of_time(text: Text, random: Random) -> Mistake | None:
    choice = text.matching(r"inputs/[^/]+/(?:trailing|(?:conversion|retention)/(?:within|after))")
    if not choice:
        return None
    node = random.choice(choice).value
    start = node.start_mark.index
    number, unit = node.value.split(" ")
    new = random.choice(["dyas", "moths", "fortnights", "d", "wks"])
    return Mistake(start, node.end_mark.index, f"{number} {new}" if unit != new else "", (start,))
