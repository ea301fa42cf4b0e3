"""Checks of bands: levels that are known and run with `better`, cut points that ascend, no band without values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ..language.model import Band, Bands, Formula, Metric
from ..problems import Path
from .checking import Checking
from .constants import NOTHING, constant
from .limits import texts_of


def bands_hold(c: Checking) -> None:
    """Levels are known and run with `better`; cut points ascend, and only the last band is open."""
    for metric in c.ruleset.metrics.values():
        if metric.bands is None:
            continue
        if metric.better == "neutral":
            c.at("RC423", (*metric.path, "bands"), f"`{metric.id}` is neutral, so its bands judge nothing",
                 "take them out, or say which way is better", "warning", key=True)  # fmt: skip
        names = c.of_metric(metric)
        # where all runs the other way, it is `better` that is wrong, and told once
        if _turned(c, metric):
            c.turned.add(metric.id)
            c.at("RC403", (*metric.path, "better"), f"the bands, and all else here, run against `{metric.better}`",
                 f"did you mean `{_OTHER_WAY[str(metric.better)]}`?")  # fmt: skip
        for _, bands in metric.bands.cases:
            for band in bands:
                if band.cut is not None:
                    c.like(metric, band.cut, names)
            _levels_and_cuts(c, bands, None if metric.id in c.turned else metric.better, metric.target)
        _category(c, metric, metric.bands)


_OTHER_WAY = {"higher": "lower", "lower": "higher"}


def _turned(c: Checking, metric: Metric) -> bool:
    """Whether several lists of bands, or bands and a score, all fit the other way and not their own."""
    if metric.bands is None or metric.better not in _OTHER_WAY:
        return False
    series = [[float(c.ruleset.rank(band.level)) for band in bands] for _, bands in metric.bands.cases]
    series += [rising_scores(metric)] if metric.score.points else []
    other = _OTHER_WAY[metric.better]
    fits = [turn(ranks, metric.better) is not None and turn(ranks, other) is None for ranks in series]
    return len(fits) > 1 and all(fits)


def rising_scores(metric: Metric, known: Mapping[str, float] = NOTHING) -> list[float]:
    """The scores of a line, from the smallest value to the largest."""
    values = [constant(formula.node, known) for formula, _ in metric.score.points]
    scores = [score for _, score in metric.score.points]
    falling = len(values) == 2 and None not in values and values[0] > values[1]  # type: ignore[operator]
    return scores[::-1] if falling else scores


def overall_bands_hold(c: Checking) -> None:
    """The overall score's bands rise with the score, and lie inside its 0 to 100."""
    bands = c.ruleset.overall.bands
    if not bands or len(bands[0].path) == 1:
        return
    cuts = [cut for band in bands if band.cut and (cut := constant(band.cut.node)) is not None]
    ascending = all(low <= high for low, high in pairwise(cuts))
    for place, band in enumerate(bands):
        if band.cut is None:
            continue
        c.number(band.cut, "metric")
        cut = constant(band.cut.node)
        # a share of a hundred would put every score in the band above
        if band.cut.text.strip().endswith(("%", "％")) and cut is not None and cut <= 1:
            c.at("RC413", band.cut.path, f"the overall score runs from 0 to 100, and {band.cut.text} is {cut:g}",
                 f"write {cut * 100:g}")  # fmt: skip
            return
        empty = _beyond_the_scale(bands, place, cut) if ascending else None
        if empty is not None:
            words = f"no score can reach this band: scores run from 0 to 100, which {band.cut.text} does not cut"
            c.at("RC404", empty.path, words, "correct the cut point, or take the band out")
            return
    _levels_and_cuts(c, bands, "higher")


def _beyond_the_scale(bands: Sequence[Band], place: int, cut: float | None) -> Band | None:
    """The band that a cut point outside of 0 to 100 leaves empty."""
    inclusive = bands[place].inclusive
    if cut is None:
        return None
    if cut < 0 or (cut == 0 and not inclusive):
        return bands[place]
    if (cut > 100 or (cut == 100 and inclusive)) and place + 1 < len(bands):
        return bands[place + 1]
    return None


def _levels_and_cuts(c: Checking, bands: Sequence[Band], better: str | None, target: Formula | None = None) -> None:
    for place, band in enumerate(bands):
        if c.ruleset.rank(band.level) < 0:
            c.unknown("RC401", "level", band.level, [level.id for level in c.ruleset.levels], (*band.path, "level"))
        last = place == len(bands) - 1
        if last and band.cut is not None:
            end = "upto" if band.inclusive else "below"
            c.at("RC405", (*band.path, end), "the last band ends, so values beyond it have no level",
                 f"take `{end}` out, or add a last band without it", key=True)  # fmt: skip
        if not last and band.cut is None:
            c.at("RC405", band.path, "a band without `below` or `upto` takes all, so those after it are never reached",
                 "only the last band is open")  # fmt: skip
    _ascending(c, bands)
    _ascending_by_default(c, bands, target)
    if all(c.ruleset.rank(band.level) >= 0 for band in bands) and not _against(c, bands, better):
        _own_scores(c, bands, better)


def _ascending(c: Checking, bands: Sequence[Band]) -> None:
    for before, band in pairwise(bands):
        low, high = (constant(one.cut.node) if one.cut else None for one in (before, band))
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


def _ascending_by_default(c: Checking, bands: Sequence[Band], target: Formula | None) -> None:
    """Cut points of parameters that are out of order until a run sets others."""
    cuts = [band.cut for band in bands if band.cut is not None]
    for known in c.defaults if any(constant(cut.node) is None for cut in cuts) else ():
        goal = None if target is None else constant(target.node, known)
        values = [constant(cut.node, known if goal is None else {**known, "target": goal}) for cut in cuts]
        for place, (low, high) in enumerate(pairwise(values)):
            written = constant(cuts[place].node) is not None and constant(cuts[place + 1].node) is not None
            if low is not None and high is not None and low > high and not written:
                before, cut = cuts[place], cuts[place + 1]
                words = f"cut points ascend, but {cut.text} is {high:.15g}, and {before.text} before it {low:.15g}"
                c.at("RC402", cut.path, words, "then the metric has no level (`bands_crossed`); correct the parameters",
                     "warning")  # fmt: skip
                return


_WORDS = {
    "higher": "higher is better, so levels rise with the value",
    "lower": "lower is better, so levels fall as the value rises",
    "target": "the target is best, so levels rise and then fall",
}


def turn(numbers: Sequence[float], better: str | None) -> int | None:
    """The place of the first number that runs against `better`; None where all run with it."""
    steps = [right - left for left, right in pairwise(numbers)]
    first = len(steps)
    if better == "higher":
        first = next((place for place, step in enumerate(steps) if step < 0), first)
    elif better == "lower":
        first = next((place for place, step in enumerate(steps) if step > 0), first)
    elif better == "target":
        fell = next((place for place, step in enumerate(steps) if step < 0), first)
        first = next((place for place in range(fell, len(steps)) if steps[place] > 0), first)
    return first + 1 if first < len(steps) else None


def _against(c: Checking, bands: Sequence[Band], better: str | None) -> bool:
    place = turn([c.ruleset.rank(band.level) for band in bands], better)
    if place is None or better is None:
        return False
    band = bands[place]
    c.at("RC403", (*band.path, "level"), f"{_WORDS[better]}; `{band.level}` after `{bands[place - 1].level}` does not",
         "turn the levels round, or correct `better`")  # fmt: skip
    return True


def _own_scores(c: Checking, bands: Sequence[Band], better: str | None) -> None:
    """A band's own score that makes a worse value score more."""
    # levels that fall themselves are told, and make the scores of bands fall
    if any(low.score > high.score for low, high in pairwise(c.ruleset.levels)):
        return
    scores = [c.ruleset.levels[c.ruleset.rank(b.level)].score if b.score is None else b.score for b in bands]
    place = turn(scores, better)
    if place is None or all(band.score is None for band in bands):
        return
    at = place if bands[place].score is not None else place - 1
    c.at("RC403", (*bands[at].path, "score"), f"the scores of the bands run against `better: {better}`: "
         f"{scores[place]:g} comes after {scores[place - 1]:g}",
         "correct the score, or take it out for the level's own", "warning")  # fmt: skip


def bands_are_reached(c: Checking) -> None:
    """Some value of the metric lies in each band, by what is known of its formula and inputs."""
    wrong = {problem.path[:2] for problem in c.problems if problem.severity == "error"}
    for metric in c.ruleset.metrics.values():
        if metric.bands is None or not metric.judged or metric.path in wrong:
            continue
        low, high = c.ranges.of(metric.formula.node)
        for _, bands in metric.bands.cases:
            cuts = [(band, constant(band.cut.node)) for band in bands if band.cut is not None]
            after = {id(before): band for before, band in pairwise(bands)}
            below = [band for band, cut in cuts if cut is not None and _beyond(low, cut, not band.inclusive)]
            above = [after[id(band)] for band, cut in cuts
                     if cut is not None and id(band) in after and _beyond(-high, -cut, band.inclusive)]  # fmt: skip
            # of several beyond one end the one that is nearest to it is told of
            for band in (*below[-1:], *above[:1]):
                _not_reached(c, metric, band, low, high)


def _beyond(least: float, cut: float, touching: bool) -> bool:
    """Whether all from the least on lies above a cut point, or on it where that is enough."""
    dust = max(1e-12, 1e-9 * abs(cut))
    return least > cut + dust or (touching and least >= cut - dust)


def _not_reached(c: Checking, metric: Metric, band: Band, low: float, high: float) -> None:
    ends = [f"{sign} {end:.15g}" for sign, end in ((">=", low), ("<=", high)) if math.isfinite(end)]
    c.at("RC404", band.path, f"no value can reach this band: `{metric.id}` is {' and '.join(ends)}",
         "correct the cut point, or take the band out", "warning")  # fmt: skip


def _category(c: Checking, metric: Metric, bands: Bands) -> None:
    if bands.by is None:
        return
    path: Path = (*bands.path, "by")
    input = c.ruleset.inputs.get(bands.by)
    if input is not None:
        c.used.add(bands.by)
        if input.type != "text":
            c.at("RC304", path, f"`{bands.by}` is a {input.type}; bands go by a text", "`type: text`")
        own = texts_of(c, input)
        for category, _ in bands.cases:
            if own and category is not None and category not in own:
                words = f"no value can reach these bands: `{bands.by}` is one of {', '.join(own)}"
                c.at("RC404", (*bands.path, category), words, "correct it, or the column's `one_of`", key=True)
    elif bands.by not in c.ruleset.entity and not any(problem.path[:1] == ("entity",) for problem in c.problems):
        texts = [id for id, one in c.ruleset.inputs.items() if one.type == "text"]
        c.unknown("RC301", "text input or entity column", bands.by, [*texts, *c.ruleset.entity], path)
