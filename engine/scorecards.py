"""Rows of a finished frame to typed scorecards, with the texts of advice filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import polars as pl

from . import calendars
from .card import AdviceCard, Capped, Card, GroupCard, MetricCard
from .compile import Cards
from .display import NO_VALUE
from .model import Ruleset
from .reasons import OK, REASONS
from .weighting import effective_weights
from .wording import fill, words

_SEVERITIES = ("critical", "warning", "info", "praise")


class CardReader:
    """Reads cards of one run in one language."""

    def __init__(self, ruleset: Ruleset, compiled: Cards, language: str) -> None:
        self.ruleset = ruleset
        self.compiled = compiled
        self.language = language
        self.weights = [effective_weights(ruleset, profile) for profile in compiled.profiles]

    def read(self, wide: pl.DataFrame) -> Iterator[Card]:
        """A card for each row of the frame, in its order."""
        for row in wide.iter_rows(named=True):
            yield self._card(row)

    def _card(self, row: Mapping[str, Any]) -> Card:
        ruleset, columns = self.ruleset, self.compiled.columns
        place = len(self.compiled.profiles) - 1 if row["stage"] is None else row["stage"]
        weights = self.weights[place]
        metrics = {id: self._metric(id, columns.metrics[id], row, weights) for id in ruleset.metrics}
        groups = {
            id: GroupCard(id, row[name], self._level_id(row[f"{name}_l"]), _reason(row[f"{name}_r"]), weights.get(id),
                          row[f"{name}_c"])
            for id, name in ((id, columns.groups[id]) for id in ruleset.groups)
        }  # fmt: skip
        card = Card(
            entity={name: row[f"e{number}"] for number, name in enumerate(ruleset.entity)},
            period=None if ruleset.period is None else calendars.label(ruleset.period, row["p"]),
            stage=self.compiled.profiles[place].id or None if row["stage"] is not None else None,
            score=row["score"],
            level=self._level_id(row["level"]),
            status=_reason(row["o_r"]),
            coverage=row["o_c"],
            capped=None,
            groups=groups,
            metrics=metrics,
            advice=(),
        )
        shown = self._shown(card, row)
        return Card(
            card.entity, card.period, card.stage, card.score, card.level, card.status, card.coverage,
            self._capped(row, shown), groups, metrics, self._advice_of(card, row, shown),
        )  # fmt: skip

    def _metric(self, id: str, name: str, row: Mapping[str, Any], weights: Mapping[str, float]) -> MetricCard:
        metric = self.ruleset.metrics[id]
        return MetricCard(
            id, row[name], _reason(row[f"{name}_q"]), self._level_id(row.get(f"{name}_l")), row.get(f"{name}_s"),
            weights.get(id, 0.0) if metric.scored else None, row.get(f"{name}_p"), row.get(f"{name}_t"),
            row.get(f"{name}_lo"), row.get(f"{name}_hi"), row.get(f"{name}_c"), metric.score.kind == "relative",
        )  # fmt: skip

    def _level_id(self, rank: int | None) -> str | None:
        return None if rank is None else self.ruleset.levels[rank].id

    def _shown(self, card: Card, row: Mapping[str, Any]) -> dict[str, Any]:
        """What texts may show of a card, by the text of the formula."""
        stages = self.ruleset.stages
        shown: dict[str, Any] = {
            "entity": " / ".join(map(str, card.entity.values())),
            "period": card.period or NO_VALUE,
            "stage": words(self.ruleset, stages.profiles[card.stage].title, self.language) or card.stage
            if stages and card.stage
            else NO_VALUE,
            "score": card.score,
        }
        for text, value in self.compiled.columns.said.items():
            found = row[str(value.column)]
            if value.type == "level" and found is not None:
                level = self.ruleset.levels[found]
                found = words(self.ruleset, level.title, self.language) or level.id
            shown[text] = found
        return shown

    def _capped(self, row: Mapping[str, Any], shown: Mapping[str, Any]) -> Capped | None:
        if row["cap"] is None:
            return None
        cap = self.ruleset.overall.caps[row["cap"]]
        return Capped(cap.at_most, row["o"], fill(self.ruleset, cap.because, self.language, shown) or None)

    def _advice_of(self, card: Card, row: Mapping[str, Any], shown: Mapping[str, Any]) -> tuple[AdviceCard, ...]:
        found = []
        for id, name in self.compiled.columns.advice.items():
            advice = self.ruleset.advice[id]
            if not row[name] or (advice.stages and card.stage not in advice.stages):
                continue
            lost = sum(card.metrics[metric].points_lost or 0.0 for metric in advice.metrics)
            found.append(
                AdviceCard(
                    id, advice.severity, fill(self.ruleset, advice.title, self.language, shown) or None,
                    fill(self.ruleset, advice.text, self.language, shown), self._actions(advice.actions),
                    advice.metrics, lost,
                )
            )  # fmt: skip
        return tuple(sorted(found, key=lambda one: (_SEVERITIES.index(one.severity), -round(one.points_lost, 9))))

    def _actions(self, actions: tuple[Any, ...]) -> tuple[str, ...]:
        texts = (self.ruleset.actions[one] if isinstance(one, str) else one for one in actions)
        return tuple(words(self.ruleset, text, self.language) for text in texts)


def _reason(code: int | None) -> str:
    return OK if code is None else REASONS[code]


def card_dict(card: Card) -> dict[str, Any]:
    """The card as plain values, as `run --format json` prints it."""
    metrics = {}
    for id, metric in card.metrics.items():
        entry: dict[str, Any] = {
            "value": metric.value, "status": metric.status, "level": metric.level, "score": metric.score,
            "weight": metric.weight, "points_lost": metric.points_lost, "target": metric.target,
        }  # fmt: skip
        if metric.low is not None or metric.certain is not None:
            entry |= {"low": metric.low, "high": metric.high, "certain": metric.certain}
        if metric.relative:
            entry["relative"] = True
        metrics[id] = entry
    return {
        "entity": card.entity,
        "period": card.period,
        "stage": card.stage,
        "score": card.score,
        "level": card.level,
        "status": card.status,
        "coverage": card.coverage,
        "capped": None if card.capped is None else asdict(card.capped),
        "groups": {
            id: {"score": group.score, "level": group.level, "status": group.status, "weight": group.weight,
                 "coverage": group.coverage}
            for id, group in card.groups.items()
        },
        "metrics": metrics,
        "advice": [
            {"id": advice.id, "severity": advice.severity, "title": advice.title, "text": advice.text,
             "actions": list(advice.actions), "metrics": list(advice.metrics), "points_lost": advice.points_lost}
            for advice in card.advice
        ],
    }  # fmt: skip
