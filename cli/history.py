"""How scores went: the period before by the calendar, and the last few, from all data and not just what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rulecard.calendars import label, parse_label
from rulecard.language.model import Period
from rulecard.results.card import Card

if TYPE_CHECKING:
    import polars as pl

    from rulecard.results.result import Result

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The scores of some entities by period."""

    scores_of: dict[Key, dict[str, float | None]]
    period: Period | None

    def change(self, card: Card) -> tuple[str, float] | None:
        """The label of the period before and how far the score moved since; None where one of the two has no score."""
        labels = self._labels(card, 2)
        if len(labels) < 2 or card.score is None:
            return None
        earlier = self.scores_of[key(card)].get(labels[0])
        return None if earlier is None else (labels[0], card.score - earlier)

    def scores(self, card: Card, periods: int) -> list[float | None]:
        """The scores of the last calendar periods up to this card's, from the first that there is; None in a gap."""
        known = self.scores_of[key(card)]
        scores = [known.get(name) for name in self._labels(card, periods)]
        while scores and scores[0] is None:
            scores.pop(0)
        return scores

    def _labels(self, card: Card, periods: int) -> list[str]:
        if self.period is None or card.period is None:
            return []
        last = parse_label(self.period, card.period)
        if last is None:
            return []
        return [label(self.period, number) for number in range(max(last - periods + 1, 1), last + 1)]


def key(card: Card) -> Key:
    """What tells an entity from the others."""
    return tuple(card.entity.values())


def history(result: Result, shown: pl.DataFrame) -> History:
    """The scores of the entities in `shown`, rows of the result's `cards`, over all periods of the data."""
    entity = entity_columns(result.cards)
    cards = result.unchosen().cards
    if entity:
        cards = cards.join(shown.select(entity).unique(), on=entity, how="semi", nulls_equal=True)
    found: dict[Key, dict[str, float | None]] = {}
    for *names, period, score in cards.select(*entity, "period", "score").iter_rows():
        found.setdefault(tuple(names), {})[period] = score
    return History(found, result.ruleset.period)


def entity_columns(cards: pl.DataFrame) -> list[str]:
    """The columns of a result's `cards` that name the entity: those before the period."""
    return cards.columns[: cards.columns.index("period")]
