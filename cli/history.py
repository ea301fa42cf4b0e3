"""Cards by entity and time: which one came the period before, and how the score went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rulecard.calendars import label, parse_label
from rulecard.card import Card
from rulecard.model import Period

Key = tuple[tuple[str, str | int | float], ...]


@dataclass(frozen=True, slots=True)
class History:
    """All shown cards of each entity, oldest first."""

    cards: dict[Key, list[Card]]
    period: Period | None

    def change(self, card: Card) -> tuple[str, float] | None:
        """The label of the period before and how far the score moved since; None where one of the two has no score."""
        labels = self._labels(card, 2)
        if len(labels) < 2 or card.score is None:
            return None
        earlier = self._scores(card).get(labels[0])
        return None if earlier is None else (labels[0], card.score - earlier)

    def scores(self, card: Card, periods: int) -> list[float | None]:
        """The scores of the last calendar periods up to this card's, from the first that there is; None in a gap."""
        known = self._scores(card)
        scores = [known.get(name) for name in self._labels(card, periods)]
        while scores and scores[0] is None:
            scores.pop(0)
        return scores

    def _scores(self, card: Card) -> dict[str | None, float | None]:
        return {own.period: own.score for own in self.cards[key(card)]}

    def _labels(self, card: Card, periods: int) -> list[str]:
        if self.period is None or card.period is None:
            return []
        last = parse_label(self.period, card.period)
        if last is None:
            return []
        return [label(self.period, number) for number in range(max(last - periods + 1, 1), last + 1)]


def key(card: Card) -> Key:
    return tuple(card.entity.items())


def history(cards: Iterable[Card], period: Period | None = None) -> History:
    """Groups the cards by entity; they come ordered by entity, then period."""
    found: dict[Key, list[Card]] = {}
    for card in cards:
        found.setdefault(key(card), []).append(card)
    return History(found, period)
