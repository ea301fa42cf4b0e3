"""A mistyped declaration makes every use of the right name wrong; it is told once, where it stands."""

from __future__ import annotations

from ..language.model import Ruleset
from ..problems import Path
from .checking import Checking


def one_declaration_explains(c: Checking) -> None:
    """Puts one problem in the place of several about a name that an unused declaration is a misspelling of."""
    for name in c.brought_wrongly:
        told = {id(problem) for problem in c.missing.get(name, ())}
        c.problems = [problem for problem in c.problems if id(problem) not in told]
    for name, problems in c.missing.items():
        if len(problems) < 2 or name in c.brought_wrongly:
            continue
        unused = _unused(c)
        near = c.guess(name, unused)
        if near is None:
            continue
        guess = near.word
        told = {id(problem) for problem in problems}
        # as an input it may also lack a column of that name
        c.problems = [
            one for one in c.problems if id(one) not in told and (one.code, one.path) != ("RC417", unused[guess])
        ]
        words = f"nothing uses `{guess}`, but `{name}` is asked for in {len(problems)} places"
        c.at(problems[0].code, unused[guess], words, f"did you mean `{name}`?", key=True)
    _inputs_of_the_layer_beneath(c)


def _inputs_of_the_layer_beneath(c: Checking) -> None:
    """An input that was to say where one of the layer beneath comes from, and has another name."""
    origin = c.ruleset.origin
    homeless = [one for one in c.ruleset.inputs.values() if one.source == "" and not origin.is_of_last(one.path)]
    if not homeless:
        return
    unused = {id: path for id, path in _unused(c).items() if path[0] == "inputs" and origin.is_of_last(path)}
    for input in homeless:
        near = c.guess(input.id, unused)
        if near is not None:
            c.problems = [one for one in c.problems if (one.code, one.path) != ("RC417", input.path)]
            words = f"nothing uses `{near.word}`, and `{input.id}` does not say which source it comes from"
            c.at("RC417", unused[near.word], words, f"did you mean `{input.id}`?", key=True)


def _unused(c: Checking) -> dict[str, Path]:
    """Declared names that nothing asks for, with the path of each."""
    ruleset = c.ruleset
    asked = c.used | _members(ruleset)
    found: dict[str, Path] = {}
    for section in ("sources", "inputs", "params", "metrics", "groups"):
        found |= {id: (section, id) for id in getattr(ruleset, section) if id not in asked}
    # the size of a cohort is declared with it
    found = {id: path for id, path in found.items() if path[0] != "inputs" or not ruleset.inputs[id].size}
    found |= {id: ("actions", id) for id in ruleset.actions if f"action {id}" not in c.used}
    if ruleset.stages is not None:
        found |= {id: ("stages", "profiles", id) for id in ruleset.stages.profiles if id not in asked}
    if "levels" in ruleset.origin.data:
        found |= {level.id: ("levels", level.id) for level in ruleset.levels if level.id not in asked}
    return found


def _members(ruleset: Ruleset) -> set[str]:
    """What groups, weights, bands, stages, advice and inputs name."""
    stages = ruleset.stages
    profiles = [ruleset.overall.profile, *(stages.profiles.values() if stages else ())]
    named = [name for group in ruleset.groups.values() for name, _ in group.children]
    named += [name for profile in profiles for name, _ in profile.weights]
    named += [name for advice in ruleset.advice.values() for name in (*advice.metrics, *advice.stages)]
    named += [band.level for metric in ruleset.metrics.values() if metric.bands for band in metric.bands.all_bands()]
    named += [id for input in ruleset.inputs.values() for id in input.sources]
    named += [lookup.source for source in ruleset.sources.values() for lookup in source.lookups]
    if stages is not None:
        named += [stages.default or "", *(stage for _, stage in stages.choose)]
    return set(named)
