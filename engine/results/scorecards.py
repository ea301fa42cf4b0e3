"""Rows of a finished frame to typed scorecards, with the texts of advice filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from .. import calendars
from ..display import NO_VALUE
from ..language.model import Ruleset
from ..language.weighting import effective_weights
from ..reasons import OK, REASONS
from ..scoring.compile import Cards
from ..wording import fill, words
from .card import AdviceCard, Capped, Card, GroupCard, MetricCard

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

    def texts(self, wide: pl.DataFrame) -> Iterator[tuple[Capped | None, tuple[AdviceCard, ...]]]:
        """The parts of each card that hold texts, without the rest."""
        for row in wide.iter_rows(named=True):
            shown = self._shown(row)
            yield self._capped(row, shown), self._advice_of(row, shown)

    def _card(self, row: Mapping[str, Any]) -> Card:
        ruleset, columns = self.ruleset, self.compiled.columns
        weights = self.weights[len(self.compiled.profiles) - 1 if row["stage"] is None else row["stage"]]
        groups = {
            id: GroupCard(id, row[name], self._level_id(row[f"{name}_l"]), _reason(row[f"{name}_r"]), weights.get(id),
                          row[f"{name}_c"])
            for id, name in ((id, columns.groups[id]) for id in ruleset.groups)
        }  # fmt: skip
        shown = self._shown(row)
        return Card(
            entity={name: row[f"e{number}"] for number, name in enumerate(ruleset.entity)},
            period=self._period(row),
            stage=self._stage(row),
            score=row["score"],
            level=self._level_id(row["level"]),
            status=_reason(row["o_r"]),
            coverage=row["o_c"],
            capped=self._capped(row, shown),
            groups=groups,
            metrics={id: self._metric(id, columns.metrics[id], row, weights) for id in ruleset.metrics},
            advice=self._advice_of(row, shown),
        )

    def _period(self, row: Mapping[str, Any]) -> str | None:
        return None if self.ruleset.period is None else calendars.label(self.ruleset.period, row["p"])

    def _stage(self, row: Mapping[str, Any]) -> str | None:
        return None if row["stage"] is None else self.compiled.profiles[row["stage"]].id or None

    def _metric(self, id: str, name: str, row: Mapping[str, Any], weights: Mapping[str, float]) -> MetricCard:
        metric = self.ruleset.metrics[id]
        return MetricCard(
            id, row[name], _reason(row[f"{name}_q"]), self._level_id(row.get(f"{name}_l")), row.get(f"{name}_s"),
            weights.get(id, 0.0) if metric.scored else None, row.get(f"{name}_p"), row.get(f"{name}_t"),
            row.get(f"{name}_lo"), row.get(f"{name}_hi"), row.get(f"{name}_c"), metric.score.kind == "relative",
        )  # fmt: skip

    def _level_id(self, rank: int | None) -> str | None:
        return None if rank is None else self.ruleset.levels[rank].id

    def _shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """What texts may show of a card, by the text of the formula."""
        stages, stage = self.ruleset.stages, self._stage(row)
        shown: dict[str, Any] = {
            "entity": " / ".join(str(row[f"e{place}"]) for place in range(len(self.ruleset.entity))),
            "period": self._period(row) or NO_VALUE,
            "stage": words(self.ruleset, stages.profiles[stage].title, self.language) or stage
            if stages and stage
            else NO_VALUE,
            "score": row["score"],
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

    def _advice_of(self, row: Mapping[str, Any], shown: Mapping[str, Any]) -> tuple[AdviceCard, ...]:
        found = []
        stage, metrics = self._stage(row), self.compiled.columns.metrics
        for id, name in self.compiled.columns.advice.items():
            advice = self.ruleset.advice[id]
            if not row[name] or (advice.stages and stage not in advice.stages):
                continue
            lost = sum(row.get(f"{metrics[metric]}_p") or 0.0 for metric in advice.metrics)
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
