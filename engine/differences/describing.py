"""A whole ruleset as entries: what it computes from, how it judges and weighs, what it advises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple

from ..formulas.formula import names as names_in
from ..language.model import Profile, Ruleset, Template, Text
from ..language.weighting import Child, group_children, overall_children
from . import quantities
from .facets import ORDER, Entry, Facets, Names, Order, Texts, frozen
from .reach import reach
from .spelling import spelled

_EQUAL = 1e-9


def entries(ruleset: Ruleset, names: Names) -> Iterator[Entry]:
    """Everything that a ruleset says, those parts first that matter most; `names` maps ids to what they were before."""
    effects = reach(ruleset)
    yield from quantities.metrics(ruleset, names, effects)
    yield from groups(ruleset, names)
    yield from stages(ruleset, names)
    yield from overall(ruleset, names)
    yield from caps(ruleset, names)
    yield from levels(ruleset)
    yield from quantities.params(ruleset, names, effects)
    yield from quantities.inputs(ruleset, names, effects)
    yield from quantities.sources(ruleset, names)
    yield from advice(ruleset, names)
    yield from actions(ruleset)
    yield from itself(ruleset)
    yield from suppressions(ruleset)


def itself(ruleset: Ruleset) -> Iterable[Entry]:
    """What stands at the top of the document. Its version is told of apart, and `meta` is nobody's."""
    raw = ruleset.origin.data
    facets = Facets((), "score", {})
    facets.named("entity", ruleset.entity, ordered=True)
    if ruleset.period is not None:
        facets.add("period", astuple(ruleset.period), raw["period"])
    if not ruleset.sources:
        facets.plain("time", ruleset.time, "date")
    facets.plain("baseline", ruleset.baseline, "first")
    facets.plain("first_language", ruleset.language, effect="shown", at=("title",))
    facets.texts(raw)
    yield Entry((), ruleset.title, "score", (), facets.found)


def levels(ruleset: Ruleset) -> Iterable[Entry]:
    ids = [level.id for level in ruleset.levels]
    facets = Facets(("levels",), "score", {})
    facets.add(ORDER, Order(tuple(ids)), ids, at=("levels",))
    yield Entry(("levels",), (), "score", ("levels",), facets.found)
    for level in ruleset.levels:
        facets = Facets(("levels", level.id), "score", {})
        facets.plain("score", level.score)
        facets.plain("color", level.color, effect="shown")
        raw = (ruleset.origin.data.get("levels") or {}).get(level.id, {})
        facets.texts({**raw, "title": dict(level.title)})
        yield Entry(("levels", level.id), level.title, "score", ("levels", level.id), facets.found)


def groups(ruleset: Ruleset, names: Names) -> Iterable[Entry]:
    for id, group in ruleset.groups.items():
        raw = ruleset.origin.data["groups"][id]
        facets = Facets(group.path, "score", names.numbers)
        facets.plain("combine", group.combine, "mean")
        facets.plain("min_coverage", group.min_coverage, 0.5, unit="percent")
        facets.texts(raw)
        facets.rest(raw, ("metrics", "groups", "combine", "min_coverage"))
        shares = _shares(group_children(ruleset, group), names)
        yield Entry(
            ("groups", id), group.title, "score", group.path, facets.found, _named(group.children, names), shares
        )


def stages(ruleset: Ruleset, names: Names) -> Iterable[Entry]:
    found = ruleset.stages
    if found is None:
        return
    raw = ruleset.origin.data["stages"]
    path = ("stages",)
    facets = Facets(path, "score", names.numbers)
    seen: dict[str, int] = {}
    for when, stage in found.choose:
        before = names.stages.get(stage, stage)
        seen[before] = seen.get(before, 0) + 1
        facets.formula(f"choose.{before}" if seen[before] == 1 else f"choose.{before}({seen[before]})", when)
    chosen = [names.stages.get(stage, stage) for _, stage in found.choose]
    if chosen:
        written = [stage for _, stage in found.choose]
        facets.add(f"choose.{ORDER}", Order(tuple(chosen)), written, at=("stages", "choose"))
    facets.named("choose.from", [found.choose_from] if found.choose_from else [])
    facets.named("default", [found.default] if found.default else [], names.stages)
    facets.texts(raw)
    facets.rest(raw, ("choose", "default", "profiles"))
    yield Entry(path, found.title, "score", path, facets.found)
    for id, profile in found.profiles.items():
        facets = Facets(profile.path, "score", names.numbers)
        facets.texts(raw["profiles"][id])
        facets.rest(raw["profiles"][id], ("weights", "rest"))
        place = ("stages", "profiles", id)
        yield _weighed(ruleset, profile, Entry(place, profile.title, "score", profile.path, facets.found), names)


def overall(ruleset: Ruleset, names: Names) -> Iterable[Entry]:
    found = ruleset.overall
    raw = ruleset.origin.data.get("overall") or {}
    path = ("overall",)
    facets = Facets(path, "score", names.numbers)
    facets.plain("combine", found.combine, "mean")
    facets.plain("min_coverage", found.min_coverage, 0.5, unit="percent")
    facets.bands("bands", found.bands, "score", ("overall", "bands"), raw.get("bands"))
    facets.texts(raw)
    facets.rest(raw, ("weights", "rest", "combine", "min_coverage", "bands", "caps"))
    yield _weighed(ruleset, found.profile, Entry(path, found.title, "score", path, facets.found), names)


def _weighed(ruleset: Ruleset, profile: Profile, entry: Entry, names: Names) -> Entry:
    weights = _named(profile.weights, names)
    if profile.rest is not None:
        weights["rest"] = profile.rest
    shares = _shares(overall_children(ruleset, profile), names)
    return Entry(entry.path, entry.title, entry.effect, entry.place, entry.facets, weights, shares)


def _named(weights: Iterable[tuple[str, float]], names: Names) -> dict[str, float]:
    return {names.numbers.get(id, id): weight for id, weight in weights}


def _shares(children: Iterable[Child], names: Names) -> dict[str, float]:
    """What the weights of children come to; one without a share is not there."""
    known = list(children)
    total = sum(child.weight for child in known)
    return {names.numbers.get(child.id, child.id): child.weight / total for child in known if child.weight > 0}


def same_shares(one: dict[str, float], other: dict[str, float]) -> bool:
    return one.keys() == other.keys() and all(abs(one[id] - other[id]) <= _EQUAL for id in one)


def caps(ruleset: Ruleset, names: Names) -> Iterable[Entry]:
    """A cap has no id; its condition is what it is known by."""
    raw = (ruleset.origin.data.get("overall") or {}).get("caps") or ()
    for place, (cap, written) in enumerate(zip(ruleset.overall.caps, raw, strict=True)):
        facets = Facets(cap.path, "score", names.numbers)
        facets.formula("when", cap.when)
        facets.plain("at_most", cap.at_most, unit="score")
        facets.template("because", cap.because, written.get("because"))
        facets.evidence("evidence", written.get("evidence"), (*cap.path, "evidence"))
        facets.rest(written, ("when", "at_most"))
        when = spelled(cap.when.node, names.numbers)
        path = ("overall", "caps", str(place))
        yield Entry(path, (), "score", cap.path, facets.found, key=names.caps.get(when, when))


def advice(ruleset: Ruleset, names: Names) -> Iterable[Entry]:
    for id, one in ruleset.advice.items():
        raw = ruleset.origin.data["advice"][id]
        facets = Facets(one.path, "advice", names.numbers)
        facets.formula("when", one.when)
        facets.plain("severity", one.severity, "warning")
        said = [action if isinstance(action, str) else dict(action) for action in one.actions]
        known = tuple(names.actions.get(action, action) if isinstance(action, str) else None for action in said)
        if said:
            facets.add("actions", known, said)
            own = Texts(tuple(frozen(action) for action in said if not isinstance(action, str)))
            facets.add("actions.text", own, said, effect="wording", at=(*one.path, "actions"))
        # those that the condition names are the default, and change with it
        default = {id for id in names_in(one.when.node) if id in ruleset.metrics}
        said_so = frozenset(names.numbers.get(id, id) for id in one.metrics)
        meaning = None if default == set(one.metrics) else said_so
        facets.add("metrics", meaning, list(one.metrics), default=meaning is None)
        facets.named("stages", one.stages, names.stages)
        facets.template("title", one.title, raw.get("title"))
        facets.template("text", one.text, raw.get("text"))
        facets.rest(raw, ("when", "severity", "actions", "metrics", "stages"))
        yield Entry(("advice", id), unfilled(one.title), "advice", one.path, facets.found)


def unfilled(template: Template) -> Text:
    """A text with its formulas as they are written."""
    return tuple(
        (language, "".join(part if isinstance(part, str) else f"{{{part.text}}}" for part in parts))
        for language, parts in template
    )


def actions(ruleset: Ruleset) -> Iterable[Entry]:
    for id, text in ruleset.actions.items():
        facets = Facets(("actions", id), "advice", {})
        facets.add("text", frozen(dict(text)), ruleset.origin.data["actions"][id], effect="wording", at=("actions", id))
        yield Entry(("actions", id), text, "advice", ("actions", id), facets.found)


def suppressions(ruleset: Ruleset) -> Iterable[Entry]:
    for one in ruleset.suppress:
        facets = Facets(one.path, "checks", {})
        facets.plain("reason", one.reason, effect="wording")
        facets.plain("until", one.until)
        yield Entry(("suppress", f"{one.code} {one.at}"), (), "checks", one.path, facets.found)
