"""Checks of metrics: formulas, circles, samples, scores."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from ..language.model import Metric
from ..language.order import circles
from ..problems import Path
from .bands import rising_scores, turn
from .checking import Checking
from .constants import NOTHING, constant


def circles_are_none(c: Checking) -> None:
    """No metric needs itself."""
    for circle in circles(c.ruleset):
        metric = c.ruleset.metrics[circle[0]]
        c.at("RC310", (*metric.path, "formula"), f"metrics that need each other: {' → '.join(circle)}",
             "compute one of them from inputs")  # fmt: skip


def formulas_hold(c: Checking) -> None:
    """Names, functions, types and units of every metric."""
    _ = c.values  # types every metric's own formula
    for metric in c.ruleset.metrics.values():
        if metric.id in c.circular:
            continue
        if metric.target is not None:
            c.like(metric, metric.target, c.values)
        if metric.sample is not None:
            hits = metric.sample.hits
            for formula in (metric.sample.trials, *((hits,) if hits else ())):
                c.number(formula, "metric")
            if not 0 < metric.sample.confidence < 1:
                c.at("RC207", (*metric.path, "sample", "confidence"), "no interval is that sure, or that unsure",
                     "a share between 0% and 100%, such as 95%")  # fmt: skip


def scores_hold(c: Checking) -> None:
    """Each form of score has what it needs."""
    for metric in c.ruleset.metrics.values():
        score, path = metric.score, (*metric.path, "score")
        if score.kind == "levels" and metric.bands is None:
            c.at("RC413", path, f"`{metric.id}` has no bands whose levels could score", "add `bands`, or `score: none`")
        if metric.better == "neutral" and score.kind in ("points", "relative"):
            words = f"`{metric.id}` is neutral, so it has no score"
            c.at("RC413", path, words, "take `score` out", "warning", key=True)
        elif score.kind == "relative" and metric.better not in ("higher", "lower"):
            words = "a relative score needs a direction"
            c.at("RC413", path, words, "add `better: higher` or `better: lower`", key=True)
        names = c.of_metric(metric)
        for formula in score.written:
            c.like(metric, formula, names)
        if metric.better == "neutral":
            continue
        if all(constant(formula.node) is not None for formula, _ in score.points):
            if not _values_ascend(c, metric):
                _scores_follow(c, metric)
            continue
        # what is wrong until a run sets other parameters
        for known in c.defaults:
            target = None if metric.target is None else constant(metric.target.node, known)
            own = known if target is None else {**known, "target": target}
            if _values_ascend(c, metric, own, "warning") or _scores_follow(c, metric, own, "warning"):
                break


def _values_ascend(c: Checking, metric: Metric, params: Mapping[str, float] = NOTHING, severity: str = "error") -> bool:
    """Says where the values of a score are out of order; whether it did, or they cannot be known."""
    score = metric.score
    values = [constant(formula.node, params) for formula, _ in score.points]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return True
    if score.plateau is None and not _is_list(c, metric):
        if known[0] != known[1]:
            return False
        c.at("RC413", score.path, "both ends are the same value, so no line runs between them", "give two values",
             severity)  # fmt: skip
        return True
    for place, (left, right) in enumerate(pairwise(known)):
        if left > right or (left == right and not (score.plateau is not None and place == 1)):
            texts = [formula.text for formula, _ in score.points]
            where: Path = score.path if score.plateau else (*score.path, "points", place + 1, 0)
            hint = "zero[0] < best[0] ≤ best[1] < zero[1]" if score.plateau else "write points from the smallest up"
            c.at("RC413", where, f"values ascend, but {texts[place + 1]} comes after {texts[place]}", hint, severity)
            return True
    return False


def _is_list(c: Checking, metric: Metric) -> bool:
    return "points" in c.ruleset.origin.data["metrics"][metric.id]["score"]


def _scores_follow(c: Checking, metric: Metric, params: Mapping[str, float] = NOTHING, severity: str = "error") -> bool:
    """Says where scores do not rise where higher is better, fall where lower is, or rise then fall for a target."""
    place = turn(rising_scores(metric, params), metric.better)
    if place is None or metric.id in c.turned:
        return False
    listed = _is_list(c, metric)
    path = (*metric.score.path, "points", place, 1) if listed else metric.score.path
    rises = metric.better == "lower"
    c.at("RC413", path, f"the score {'rises' if rises else 'falls'} with the value, against `better: {metric.better}`",
         "this form is for `better: target`" if metric.score.plateau else "correct the score, or `better`",
         severity)  # fmt: skip
    return True
