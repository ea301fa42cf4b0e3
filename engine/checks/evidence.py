"""Style: every number that a person chose says where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..formulas.formula import Literal, walk
from ..language.model import Band, Formula, Metric, Profile
from ..problems import Path
from .checking import Checking

# the ends of a share and of nothing are not chosen
_NATURAL = (0.0, 1.0)
_HINT = "add `evidence: {kind: author, note: why}`, or `kind: source` or `industry` with a `ref`"


def numbers_have_evidence(c: Checking) -> None:
    """Cut points, points of scores, targets, parameters, weights and caps: one warning for each place."""
    ruleset = c.ruleset
    for metric in ruleset.metrics.values():
        _metric(c, metric)
    for param in ruleset.params.values():
        value = "values" if param.values else "value"
        if param.type == "number" and not _known(c, (*param.path, value), param.path):
            c.at("RC901", (*param.path, value), f"nobody can see where the value of `{param.id}` comes from", _HINT,
                 "warning", key=True)  # fmt: skip
    for group in ruleset.groups.values():
        for section, members in (("metrics", group.members), ("groups", group.groups)):
            if _weights(c, (*group.path, section), members, f"`{group.id}`", group.path):
                break
    profiles = ruleset.stages.profiles.values() if ruleset.stages else ()
    for profile in profiles:
        _profile(c, profile, f"the stage `{profile.id}`", profile.path, ("stages",))
    _profile(c, ruleset.overall.profile, "the overall score", ("overall",))
    if len(ruleset.overall.bands[0].path) > 1:
        _bands(c, ruleset.overall.bands, ("overall", "bands"), ("overall",), "the overall score")
    for cap in ruleset.overall.caps:
        if not _known(c, (*cap.path, "at_most"), cap.path):
            c.at("RC901", (*cap.path, "at_most"), f"nobody can see where the cap of {cap.at_most:g} comes from", _HINT,
                 "warning")  # fmt: skip


def _metric(c: Checking, metric: Metric) -> None:
    name = f"`{metric.id}`"
    bands = metric.bands if metric.judged else None
    if bands is not None and _bands(c, bands.all_bands(), bands.path, metric.path, name):
        return
    chosen = {"score": metric.score.written, "target": (metric.target,) if metric.target else ()}
    for key, formulas in chosen.items():
        if not all(_known(c, formula.path, metric.path) for formula in formulas if _is_chosen(formula)):
            what = f"score points of {name} come" if key == "score" else f"target of {name} comes"
            c.at("RC901", (*metric.path, key), f"nobody can see where the {what} from", _HINT, "warning", key=True)
            return


def _bands(c: Checking, bands: Iterable[Band], path: Path, home: Path, whose: str) -> bool:
    """Says where cut points have no evidence, of their own or of what holds them."""
    cuts = [(band.path, band.cut) for band in bands if band.cut is not None and _is_chosen(band.cut)]
    bare = [(place, cut) for place, cut in cuts if not _known(c, cut.path, place, home)]
    if bare:
        written = ", ".join(cut.text for _, cut in bare[:4]) + (" …" if len(bare) > 4 else "")
        some = len(bare) < len(cuts)
        c.at("RC901", bare[0][1].path if some else path,
             f"nobody can see where the cut points of {whose} come from: {written}", _HINT, "warning",
             key=not some)  # fmt: skip
    return bool(bare)


def _profile(c: Checking, profile: Profile, whose: str, *homes: Path) -> None:
    rest = [("rest", profile.rest)] if profile.weights and profile.rest else []
    _weights(c, (*homes[0], "weights"), profile.weights, whose, *homes, more=rest)


def _weights(
    c: Checking, path: Path, weights: Iterable[tuple[str, float]], whose: str, *homes: Path,
    more: Iterable[tuple[str, float]] = (),
) -> bool:  # fmt: skip
    """Says where weights, unless all count the same, have no evidence."""
    named = dict(weights)
    bare = len({*named.values(), *dict(more).values()}) > 1
    bare = bare and not all(_known(c, (*path, name), *homes) for name in named)
    if bare:
        c.at("RC901", path, f"nobody can see where the weights of {whose} come from", _HINT, "warning", key=True)
    return bare


def _is_chosen(formula: Formula) -> bool:
    literals = (piece.value for piece in walk(formula.node) if isinstance(piece, Literal))
    return any(isinstance(value, float) and value not in _NATURAL for value in literals)


def _known(c: Checking, number: Path, *homes: Path) -> bool:
    """Whether one of those that hold a number has evidence for it, or the number is told of with another file.

    Evidence of a lower layer is not that of a number that this one sets.
    """
    origin = c.ruleset.origin
    return not origin.is_of_last(number) or any(
        origin.is_of_last((*home, "evidence", key))
        for home in homes
        for key in _written(origin.data, (*home, "evidence"))
    )


def _written(data: Any, path: Path) -> Mapping[str, Any]:
    for step in path:
        data = data.get(step, {}) if isinstance(data, Mapping) else data[step]
    return data if isinstance(data, Mapping) else {}
