"""The cards of a run: read this page first."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from .aggregates import Row
from .bands import Band, band_of, equal_ranges
from .book import Book
from .formulas import read
from .inputs import Place
from .metrics import is_relative
from .tree import Part, Tree, effective_weights, points_lost
from .values import No, Quantity, Value

SEVERITIES = ["critical", "warning", "info", "praise"]
Card = dict[str, Any]


def scorecards(
    document: dict[str, Any],
    data: Sequence[Row] | Mapping[str, Sequence[Row]],
    stage: str | None = None,
    params: dict[str, Any] | None = None,
) -> list[Card]:
    """The cards of a ruleset over rows (of its one source, or of each by name), by entity, then period."""
    book = Book(document, data, params)
    tree = Tree(document)
    return [card_at(book, tree, place, stage) for place in book.places]


def card_at(book: Book, tree: Tree, place: Place, forced_stage: str | None) -> Card:
    """The card of one entity and period."""
    stage = forced_stage or stage_at(book, place)
    measured = {name: book.measured(name, place) for name in book.metrics}
    scores = {name: measured[name].score for name in tree.scored}
    whole = tree.whole(stage, scores)
    weights, lost = dict(effective_weights(whole)), dict(points_lost(whole))
    score, capped = cap(book, place, whole.score)
    return {
        "entity": dict(zip(book.entity_names, place.entity, strict=True)),
        "period": book.calendar.label(place.start) if book.calendar and place.start else None,
        "stage": stage,
        "score": score,
        "level": overall_level(book, place, score),
        "status": whole.status,
        "coverage": whole.coverage,
        "capped": capped,
        "groups": {
            name: group_card(book, place, tree.part(name, 1.0, scores), weights.get(name)) for name in tree.groups
        },
        "metrics": {
            name: {
                "value": m.value,
                "status": m.status,
                "level": m.level,
                "score": m.score,
                "weight": weights.get(name),
                "points_lost": lost.get(name),
                "target": m.target,
                "low": m.low,
                "high": m.high,
                "certain": m.certain,
                "relative": is_relative(book.metrics[name]),
            }
            for name, m in measured.items()
        },
        "advice": advice_at(book, place, stage, lost),
    }


def stage_at(book: Book, place: Place) -> str | None:
    """The first stage whose condition holds, or the stage that the data names, or the default."""
    stages = book.document.get("stages") or {}
    choose = stages.get("choose", [])
    default: str | None = stages.get("default")
    if isinstance(choose, dict):
        named = book.value(choose["from"], place)
        return default if isinstance(named, No) else str(named)
    return next((choice["stage"] for choice in choose if book.holds(choice["when"], place)), default)


def group_card(book: Book, place: Place, group: Part, weight: float | None) -> Card:
    """What a card says about a group."""
    return {
        "score": group.score,
        "level": overall_level(book, place, group.score),
        "status": group.status,
        "weight": weight,
        "coverage": group.coverage,
    }


def overall_level(book: Book, place: Place, score: float | None) -> str | None:
    """The level of a group's score or of the overall one."""
    if score is None:
        return None

    def cut_of(quantity: Quantity) -> Value:
        return book.formula(quantity, place)

    bands: list[Band] = (book.document.get("overall") or {}).get("bands") or equal_ranges(list(book.levels))
    band = band_of(bands, score, cut_of)
    return None if isinstance(band, No) else str(band["level"])


def cap(book: Book, place: Place, score: float | None) -> tuple[float | None, Card | None]:
    """The overall score under the lowest cap that holds."""
    caps = [c for c in (book.document.get("overall") or {}).get("caps") or [] if book.holds(c["when"], place)]
    if score is None or not caps:
        return score, None
    at_most = float(min(caps, key=lambda c: float(c["at_most"]))["at_most"])
    if score <= at_most:
        return score, None
    return at_most, {"at_most": at_most, "score": score}


def advice_at(book: Book, place: Place, stage: str | None, lost: dict[str, float]) -> list[Card]:
    """The advice that holds: by severity, then by the points that its metrics lose, then as declared."""
    found = []
    for name, spec in (book.document.get("advice") or {}).items():
        if "stages" in spec and stage not in spec["stages"]:
            continue
        if not book.holds(spec["when"], place):
            continue
        metrics = list(spec.get("metrics") or metrics_named(spec["when"], book.metrics))
        found.append(
            {
                "id": name,
                "severity": spec.get("severity", "warning"),
                "metrics": metrics,
                "points_lost": sum(lost.get(metric, 0.0) for metric in metrics),
            }
        )
    return sorted(found, key=lambda advice: (SEVERITIES.index(str(advice["severity"])), -float(advice["points_lost"])))


def metrics_named(condition: str, metrics: dict[str, Any]) -> list[str]:
    """The metrics that a condition names, in order."""
    names = [node for node in ast.walk(read(condition)) if isinstance(node, ast.Name)]
    names.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.id for node in names if node.id in metrics))
