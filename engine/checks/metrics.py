"""Checks of metrics: formulas, circles, bands, scores, samples."""

from __future__ import annotations

from collections.abc import Sequence

from ..formula import Literal
from ..model import Band, Bands, Metric
from ..order import circles
from ..problems import Path
from ..reading import Unreadable
from .checking import Checking
from .inference import Typed


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
            c.number(metric.target, "metric")
        if metric.sample is not None:
            for formula in (metric.sample.hits, metric.sample.trials):
                c.number(formula, "metric")


def bands_hold(c: Checking) -> None:
    """Levels are known and run with `better`; cut points ascend, and only the last band is open."""
    for metric in c.ruleset.metrics.values():
        if metric.bands is None:
            continue
        if metric.better == "neutral":
            c.at("RC423", (*metric.path, "bands"), f"`{metric.id}` is neutral, so its bands judge nothing",
                 "take them out, or say which way is better", "warning", key=True)  # fmt: skip
        names = {**c.values, "target": c.values.get(metric.id, Typed("number"))} if metric.target else dict(c.values)
        for _, bands in metric.bands.cases:
            _band_list(c, metric, bands, names)
        _category(c, metric, metric.bands)


def overall_bands_hold(c: Checking) -> None:
    """The overall score's bands rise with the score."""
    if c.ruleset.overall.bands and len(c.ruleset.overall.bands[0].path) > 1:
        _levels_and_cuts(c, c.ruleset.overall.bands, "higher", dict(c.values))


def _band_list(c: Checking, metric: Metric, bands: Sequence[Band], names: dict[str, Typed]) -> None:
    _levels_and_cuts(c, bands, metric.better, names)


def _levels_and_cuts(c: Checking, bands: Sequence[Band], better: str | None, names: dict[str, Typed]) -> None:
    for place, band in enumerate(bands):
        if c.ruleset.rank(band.level) < 0:
            c.unknown("RC401", "level", band.level, [level.id for level in c.ruleset.levels], (*band.path, "level"))
        last = place == len(bands) - 1
        if last and band.cut is not None:
            c.at("RC405", band.path, "the last band ends, so values beyond it have no level",
                 f"add a last band without `{'upto' if band.inclusive else 'below'}`")  # fmt: skip
        if not last and band.cut is None:
            c.at("RC405", band.path, "a band without `below` or `upto` takes all, so those after it are never reached",
                 "only the last band is open")  # fmt: skip
        if band.cut is not None:
            c.number(band.cut, "metric", names)
    _ascending(c, bands)
    if all(c.ruleset.rank(band.level) >= 0 for band in bands):
        _direction(c, bands, better)


def _constant(band: Band) -> float | None:
    node = band.cut.node if band.cut else None
    return node.value if isinstance(node, Literal) and isinstance(node.value, float) else None


def _ascending(c: Checking, bands: Sequence[Band]) -> None:
    for before, band in zip(bands, bands[1:], strict=False):
        low, high = _constant(before), _constant(band)
        if low is None or high is None or low < high:
            continue
        assert band.cut is not None and before.cut is not None
        if low > high:
            c.at("RC402", band.cut.path, f"cut points ascend, but {band.cut.text} comes after {before.cut.text}",
                 "write bands from the smallest value to the largest, also where lower is better")  # fmt: skip
            return
        # below 5, then up to 5: the band holds exactly 5
        if before.inclusive or not band.inclusive:
            c.at("RC404", band.path, f"no value can reach this band: the one before ends at {before.cut.text} too",
                 "take one of the two out")  # fmt: skip
            return


def _direction(c: Checking, bands: Sequence[Band], better: str | None) -> None:
    ranks = [c.ruleset.rank(band.level) for band in bands]
    steps = [right - left for left, right in zip(ranks, ranks[1:], strict=False)]
    wrong: int | None = None
    if better == "higher":
        wrong = next((place for place, step in enumerate(steps) if step < 0), None)
        words = "higher is better, so levels rise with the value"
    elif better == "lower":
        wrong = next((place for place, step in enumerate(steps) if step > 0), None)
        words = "lower is better, so levels fall as the value rises"
    elif better == "target":
        fell = next((place for place, step in enumerate(steps) if step < 0), len(steps))
        wrong = next((place for place in range(fell, len(steps)) if steps[place] > 0), None)
        words = "the target is best, so levels rise and then fall"
    if wrong is not None:
        band = bands[wrong + 1]
        c.at("RC403", (*band.path, "level"), f"{words}; `{band.level}` after `{bands[wrong].level}` does not",
             "turn the levels round, or correct `better`")  # fmt: skip


def _category(c: Checking, metric: Metric, bands: Bands) -> None:
    if bands.by is None:
        return
    path: Path = (*bands.path, "by")
    input = c.ruleset.inputs.get(bands.by)
    if input is not None:
        c.used.add(bands.by)
        if input.type != "text":
            c.at("RC304", path, f"`{bands.by}` is a {input.type}; bands go by a text", "`type: text`")
    elif bands.by not in c.ruleset.entity:
        texts = [id for id, one in c.ruleset.inputs.items() if one.type == "text"]
        c.unknown("RC301", "text input or entity column", bands.by, [*texts, *c.ruleset.entity], path)


def scores_hold(c: Checking) -> None:
    """Each form of score has what it needs."""
    for metric in c.ruleset.metrics.values():
        score, path = metric.score, (*metric.path, "score")
        if score.kind == "levels" and metric.bands is None:
            c.at("RC413", path, f"`{metric.id}` has no bands whose levels could score", "add `bands`, or `score: none`")
        if score.kind == "relative" and metric.better not in ("higher", "lower"):
            c.at("RC413", path, "a relative score needs a direction", "add `better: higher` or `better: lower`", key=True)
        if metric.better == "neutral" and score.kind in ("points", "relative"):
            c.at("RC413", path, f"`{metric.id}` is neutral, so it has no score", "take `score` out", "warning", key=True)
        _points(c, metric)


def _points(c: Checking, metric: Metric) -> None:
    formulas = [formula for formula, _ in metric.score.points]
    names = {**c.values, "target": c.values.get(metric.id, Typed("number"))} if metric.target else c.values
    said: set[tuple[Path, str]] = set()
    for formula in formulas:
        if not isinstance(formula.node, Unreadable) and (formula.path, formula.text) not in said:
            c.number(formula, "metric", names)
            said.add((formula.path, formula.text))
    values = [f.node.value if isinstance(f.node, Literal) else None for f in formulas]
    numbers = [value for value in values if isinstance(value, float)]
    if len(numbers) < len(values) or not numbers:
        return
    path = metric.score.path
    if len(numbers) == 2:
        if numbers[0] == numbers[1]:
            c.at("RC413", path, "both ends are the same value, so no line runs between them", "give two values")
        elif metric.score.points[0][1] != metric.score.points[1][1]:
            rises = (numbers[1] > numbers[0]) == (metric.score.points[1][1] > metric.score.points[0][1])
            if (rises and metric.better == "lower") or (not rises and metric.better == "higher"):
                c.at("RC413", path, f"the score {'rises' if rises else 'falls'} with the value, against `better: {metric.better}`",
                     "turn the ends round, or correct `better`")  # fmt: skip
        return
    plateau = metric.score.plateau is not None
    for place, (left, right) in enumerate(zip(numbers, numbers[1:], strict=False)):
        if left > right or (left == right and not (plateau and place == 1)):
            where: Path = path if plateau else (*path, "points", place + 1, 0)
            c.at("RC413", where, f"values ascend, but {right:g} comes after {left:g}",
                 "zero[0] < best[0] ≤ best[1] < zero[1]" if plateau else "write points from the smallest value up")  # fmt: skip
            return
