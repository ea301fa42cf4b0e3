"""Cards that were asked for and are not there: an answer of nothing must not pass for all well."""

from __future__ import annotations

import polars as pl

from rulecard import Problem, Problems
from rulecard.result import Result
from rulecard.suggest import nearest

from .history import entity_columns, everything

_NAMED = 8


def refuse_absent(result: Result) -> None:
    """Raises Problems for each entity of `--entity` without a card, and for a `--period` without any."""
    columns = entity_columns(result.cards)
    problems = []
    for wanted in result.shown.entities:
        match = pl.all_horizontal([pl.col(columns[place]).cast(pl.String) == value for place, value in wanted])
        if result.cards.filter(match).is_empty():
            problems.append(_nobody(result, columns, wanted, match))
    if not problems and result.cards.is_empty() and not (cards := everything(result).cards).is_empty():
        hint = f"there are {_span(cards)}"
        problems.append(Problem("RC509", "no card lies in the periods asked for", hint=hint))
    if problems:
        raise Problems(problems)


def _nobody(result: Result, columns: list[str], wanted: tuple[tuple[int, str], ...], match: pl.Expr) -> Problem:
    cards = everything(result).cards
    asked = ", ".join(f"{columns[place]}={value}" for place, value in wanted)
    own = cards.filter(match)
    if not own.is_empty():
        return Problem("RC509", f"`{asked}` has no card in the periods asked for", hint=f"it has {_span(own)}")
    place, value = wanted[-1]
    known = [str(name) for name in cards[columns[place]].unique(maintain_order=True)]
    guess = nearest(value, known)
    some = ", ".join(known[:_NAMED]) + (", …" if len(known) > _NAMED else "")
    return Problem("RC509", f"there is no entity `{asked}`",
                   hint=f"did you mean `{guess}`?" if guess else f"there are: {some}")  # fmt: skip


def _span(cards: pl.DataFrame) -> str:
    periods = cards["period"].to_list()
    return f"{min(periods)} to {max(periods)}"
