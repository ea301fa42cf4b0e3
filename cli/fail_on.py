"""`--fail-on`: a condition on scorecards that turns into the exit status."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rulecard import Problem, Problems

from .plain import plain

if TYPE_CHECKING:
    import polars as pl

    from rulecard.language.model import Level

Row = Mapping[str, Any]

_COMPARISON = re.compile(r"(score|coverage)\s*(<=|>=|==|<|>)\s*(\d+(?:\.\d+)?)\s*(%?)")
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq,
}  # fmt: skip
_NAMED_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as written, and whether a card meets it. A card that says nothing meets it: it must not pass."""

    text: str
    met_by: Callable[[Row], bool]


def condition(text: str, levels: Sequence[Level]) -> Condition:
    """Reads `score < 60`, `coverage < 80%`, or a level, which means that level or worse. Raises Problems."""
    match = _COMPARISON.fullmatch(text.strip())
    if match and not (match[1] == "score" and match[4]):
        return Condition(text, _comparison(match))
    ranks = {level.id: rank for rank, level in enumerate(levels)}
    for rank, level in enumerate(levels):
        for _, title in level.title:
            ranks.setdefault(title, rank)
    if text.strip() not in ranks:
        names = ", ".join(level.id for level in levels)
        raise Problems(
            [
                Problem(
                    "RC509",
                    f"`--fail-on {text}` is neither a comparison nor a level",
                    hint=f'write "score < 60", "coverage < 80%", or one of the levels: {names}',
                )
            ]
        )
    worst = ranks[text.strip()]
    return Condition(text, lambda card: card["level"] is None or ranks[card["level"]] <= worst)


def _comparison(match: re.Match[str]) -> Callable[[Row], bool]:
    compare = _OPERATORS[match[2]]
    bound = float(match[3])
    if match[1] == "score":
        return lambda card: card["score"] is None or compare(card["score"], bound)
    if match[4] or bound > 1:
        bound /= 100
    return lambda card: compare(card["coverage"], bound)


def verdict(condition: Condition, cards: pl.DataFrame) -> str | None:
    """Which rows of a result's `cards` meet the condition, in words; None when none does.

    No cards at all meet it: a check that sees nothing must not pass.
    """
    if cards.is_empty():
        return f"--fail-on {condition.text}: there is no scorecard to check"
    met = [card for card in cards.iter_rows(named=True) if condition.met_by(card)]
    if not met:
        return None
    head = f"--fail-on {condition.text}: met by {len(met)} of {cards.height} scorecards"
    unscored = sum(card["score"] is None for card in met)
    if unscored:
        head += f", {unscored} of them without a score"
    lines = [f"  {_name(card)}: {_found(card)}" for card in met[:_NAMED_AT_MOST]]
    if len(met) > _NAMED_AT_MOST:
        lines.append(f"  … and {len(met) - _NAMED_AT_MOST} more")
    return "\n".join([head, *lines])


def _name(card: Row) -> str:
    """A card's entity and period; the entity's columns are those before the period."""
    columns = list(card)
    parts = [card[column] for column in columns[: columns.index("period") + 1]]
    return " · ".join(plain(str(part)) for part in parts if part is not None) or "the whole table"


def _found(card: Row) -> str:
    coverage = f"coverage {card['coverage']:.0%}"
    if card["score"] is None:
        return f"no score ({coverage})"
    return f"score {card['score']:.4g}, {card['level'] or 'no level'}, {coverage}"
