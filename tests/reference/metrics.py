"""A metric at a card: its value, its level, its score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .bands import Band, band_of
from .functions import wilson
from .scores import relative, score_of
from .values import No, Quantity, Value, plain_number

if TYPE_CHECKING:
    from .book import Book
    from .inputs import Place


@dataclass(frozen=True, slots=True)
class Measured:
    """What a card says about a metric."""

    value: float | None
    status: str = "ok"
    level: str | None = None
    score: float | None = None
    target: float | None = None
    low: float | None = None
    high: float | None = None
    certain: bool | None = None


def is_scored(spec: dict[str, Any]) -> bool:
    """Whether a metric counts in scores; the others are watched."""
    return spec.get("better") != "neutral" and spec.get("score") != "none" and ("bands" in spec or "score" in spec)


def is_relative(spec: dict[str, Any]) -> bool:
    """Whether a metric's score depends on the other entities."""
    return is_scored(spec) and isinstance(spec.get("score"), dict) and "relative" in spec["score"]


def value_of(book: Book, metric: str, place: Place) -> Value:
    """The value of a metric; none of a share with too few trials."""
    spec = book.metrics[metric]
    value = book.formula(spec["formula"], place)
    sample = spec.get("sample")
    if sample is None or isinstance(value, No):
        return value
    trials, hits = book.formula(sample["trials"], place), book.formula(sample.get("hits", 0), place)
    if isinstance(trials, No) or isinstance(hits, No):
        return trials if isinstance(trials, No) else hits
    assert isinstance(trials, float)
    return No("too_few") if trials < sample.get("at_least", 0) else value


def measure(book: Book, metric: str, place: Place) -> Measured:
    """Value, level and score of a metric at a place."""
    spec = book.metrics[metric]
    target = book.formula(spec["target"], place) if "target" in spec else None
    shown_target = target if isinstance(target, float) else None
    value = book.value(metric, place)
    if isinstance(value, No):
        return Measured(None, value.reason, score=_filled(spec), target=shown_target)
    assert isinstance(value, float)
    measured = _with_interval(Measured(value, target=shown_target), book, spec, place)
    if spec.get("better") == "neutral":
        return measured

    def cut_of(quantity: Quantity) -> Value:
        return book.formula(quantity, place, {"target": target} if target is not None else {})

    bands = bands_at(book, spec, place)
    if isinstance(bands, No):
        return replace(measured, status=bands.reason)
    band = band_of(bands, value, cut_of) if bands else None
    if isinstance(band, No):
        return replace(measured, status=band.reason)
    if band is not None and measured.low is not None and measured.high is not None:
        ends = [band_of(bands, end, cut_of) for end in (measured.low, measured.high)]
        same = all(not isinstance(end, No) and end["level"] == band["level"] for end in ends)
        measured = replace(measured, certain=same)
    measured = replace(measured, level=band["level"] if band else None)
    if not is_scored(spec):
        return measured
    score = spec.get("score", "levels")
    if score == "levels":
        assert band is not None
        return replace(measured, score=float(band.get("score", book.levels[band["level"]]["score"])))
    if "relative" in score:
        peers = [book.value(metric, other) for other in book.places if other.start == place.start]
        numbers = [peer for peer in peers if isinstance(peer, float)]
        return replace(measured, score=relative(score["relative"], value, numbers, spec.get("better", "higher")))
    points = score_of(score, value, cut_of)
    if isinstance(points, No):
        return replace(measured, status=points.reason, level=None, certain=None)
    return replace(measured, score=points)


def bands_at(book: Book, spec: dict[str, Any], place: Place) -> list[Band] | No:
    """The bands that hold at a place; no bands where the category is not there or not listed."""
    bands = spec.get("bands") or []
    if isinstance(bands, list):
        return bands
    category = book.value(bands["by"], place)
    if not isinstance(category, No) and str(category) in bands and category not in ("by", "otherwise"):
        return list(bands[str(category)])
    return list(bands["otherwise"]) if "otherwise" in bands and not isinstance(category, No) else No("missing_input")


def _filled(spec: dict[str, Any]) -> float | None:
    undefined = spec.get("undefined", "skip")
    if undefined == "skip" or not is_scored(spec):
        return None
    return 0.0 if undefined == "worst" else float(undefined)


def _with_interval(measured: Measured, book: Book, spec: dict[str, Any], place: Place) -> Measured:
    if "hits" not in spec.get("sample", {}):
        return measured
    sample = spec["sample"]
    trials, hits = book.formula(sample["trials"], place), book.formula(sample["hits"], place)
    assert isinstance(trials, float)
    assert isinstance(hits, float)
    confidence = plain_number(sample.get("confidence", 0.95))
    assert confidence is not None
    low, high = wilson(hits, trials, confidence)
    return replace(measured, low=low, high=high)
