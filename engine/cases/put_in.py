"""A formula with the values of one card put in, as a person would work it out beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..formulas.formula import Call, Name, Node, show, walk
from ..functions import FUNCTIONS
from ..language.model import Formula
from ..results.card import Card
from ..words import word

# functions of these families take a value of this very card; the others look at other cards, or at a judgement
_OF_THE_CARD = ("number", "text", "date", "calendar", "statistic")
_MOST_PERIODS = 6


@dataclass(frozen=True, slots=True)
class Seen:
    """A finished card with `values` of inputs, params and metrics by name, and by metric the number of its band."""

    card: Card
    values: Mapping[str, Any]
    bands: Mapping[str, int | None]


def put_in(
    formula: Formula, seen: Seen, before: Sequence[Seen], language: str, came: str | None = None
) -> tuple[str, ...]:
    """The formula with the card's values in it, then what stands inside functions that look further.

    `before` are earlier cards of the same entity, in order; `came` is what the formula came to.
    """
    text, lines = formula.text.strip(), []
    skipped = len(formula.text) - len(formula.text.lstrip())
    spans: list[tuple[int, int, str]] = []
    apart: dict[str, str] = {}
    for node, near in _named(formula.node, True):
        name = show(node)
        if near and name in seen.values:
            spans.append((node.start - skipped, node.end - skipped, say(seen.values[name], language)))
        else:
            apart.update(_apart(node, seen, before, language))
    filled = text
    for start, end, value in sorted(spans, reverse=True):
        filled = filled[:start] + value + filled[end:]
    if " ".join(filled.split()) not in (" ".join(text.split()), came):
        whole = " ".join(filled.split()) + (f" = {came}" if came is not None else "")
        lines.append(word("case.put_in", language, text=whole))
    lines += [word("case.where", language, text=f"{what} = {value}") for what, value in apart.items()]
    return tuple(lines)


def _named(node: Node, near: bool) -> Iterator[tuple[Node, bool]]:
    """Names of a formula and calls that stand for one, and whether this card's value is what counts there."""
    family = FUNCTIONS[node.function].family if isinstance(node, Call) else ""
    if isinstance(node, Name) or family == "cohort":
        yield node, near
    elif family and family not in _OF_THE_CARD:
        yield node, False
    else:
        for child in node.children():
            yield from _named(child, near)


def _apart(node: Node, seen: Seen, before: Sequence[Seen], language: str) -> Iterator[tuple[str, str]]:
    """What a function that looks further is about: levels, or the values of the periods up to this one."""
    if not isinstance(node, Call):
        return
    for piece in walk(node):
        if isinstance(piece, Call) and piece.function == "level" and piece.arguments:
            metric = seen.card.metrics.get(piece.arguments[0].id) if isinstance(piece.arguments[0], Name) else None
            if metric is not None:
                yield f"level({metric.id})", say(metric.level, language)
    history = [*before, seen][-_MOST_PERIODS:] if FUNCTIONS[node.function].family in ("period", "signal") else [seen]
    for piece in walk(node):
        if isinstance(piece, Name) and piece.id in seen.values:
            shown = [(one.card.period, say(one.values.get(piece.id), language)) for one in history]
            several = len(shown) > 1
            yield piece.id, ", ".join(f"{value} ({period})" if several else value for period, value in shown)


def say(value: Any, language: str) -> str:
    """A value as a case would write it; whole where it is whole, else with seven figures."""
    if value is None:
        return word("case.no_value", language)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.7g}"
    return str(value)
