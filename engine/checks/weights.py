"""Checks of groups, stages and the overall score: who counts, and how much."""

from __future__ import annotations

from collections.abc import Iterable

from ..language.model import Profile, Ruleset
from ..language.weighting import top_children
from ..problems import Path
from .checking import Checking


def groups_hold(c: Checking) -> None:
    """Members exist, stand in one group only, and weigh something."""
    ruleset = c.ruleset
    homes: dict[str, str] = {}
    for group in ruleset.groups.values():
        for section, members, known in (
            ("metrics", group.members, ruleset.metrics),
            ("groups", group.groups, ruleset.groups),
        ):
            for place, (name, _) in enumerate(members):
                path, key = _member_path(c, (*group.path, section), name, place)
                if name not in known:
                    _no_member(c, section, name, known, path, key)
                elif name in homes:
                    c.at("RC410", path, f"`{name}` is in the group `{homes[name]}` already",
                         "it would count twice; leave it in one", key=key)  # fmt: skip
                elif section == "metrics" and not ruleset.metrics[name].scored:
                    c.at("RC423", path, f"`{name}` has no score, so it counts nothing in `{group.id}`",
                         "give it bands or a score, or take it out", "warning", key=key)  # fmt: skip
                homes.setdefault(name, group.id)
        if not group.children:
            c.at("RC408", group.path, f"the group `{group.id}` has no members", "add `metrics:`", key=True)
        elif not any(weight > 0 for _, weight in group.children):
            c.at("RC408", group.path, f"all weights in `{group.id}` are 0", "give one more than 0", key=True)
    _group_circles(c)


def _member_path(c: Checking, path: Path, name: str, place: int) -> tuple[Path, bool]:
    """The path of a member, and whether it is a key (of a map of weights) or a value (of a list)."""
    data: object = c.ruleset.origin.data
    for step in path:
        data = data[step]  # type: ignore[index]
    return ((*path, place), False) if isinstance(data, list) else ((*path, name), True)


def _no_member(c: Checking, section: str, name: str, known: Iterable[str], path: Path, key: bool) -> None:
    if name in c.ruleset.inputs or (section == "metrics" and name in c.ruleset.groups):
        what = "an input" if name in c.ruleset.inputs else "a group"
        hint = "groups stand under `groups:`" if what == "a group" else "a metric over it, with a score, can be one"
        c.at("RC409", path, f"`{name}` is {what}, not a {section[:-1]}", hint, key=key)
    else:
        c.unknown("RC409", section[:-1], name, known, path, key)


def _group_circles(c: Checking) -> None:
    circle = group_circle(c.ruleset)
    if circle:
        words = f"groups inside each other: {' → '.join(circle)}"
        c.at("RC310", ("groups", circle[0]), words, "take one out", key=True)


def group_circle(ruleset: Ruleset) -> tuple[str, ...]:
    """The first circle of groups that hold each other, such as (a, b, a); empty where there is none."""
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way[way.index(name) :], name)
        if name not in done and name in ruleset.groups:
            for inner, _ in ruleset.groups[name].groups:
                circle = visit(inner, (*way, name))
                if circle:
                    return circle
            done.add(name)
        return ()

    return next((circle for name in ruleset.groups if (circle := visit(name, ()))), ())


def stages_hold(c: Checking) -> None:
    """Stages exist where they are named, and every profile says what each child weighs."""
    stages = c.ruleset.stages
    if stages is None:
        return
    for index, (rule, stage) in enumerate(stages.choose):
        c.condition(rule, "stage")
        if stage not in stages.profiles:
            c.unknown("RC412", "stage", stage, stages.profiles, ("stages", "choose", index, "stage"))
    if stages.choose_from is not None:
        input = c.ruleset.inputs.get(stages.choose_from)
        path: Path = ("stages", "choose", "from")
        c.used.add(stages.choose_from)
        if input is None:
            texts = [id for id, one in c.ruleset.inputs.items() if one.type == "text"]
            c.unknown("RC301", "text input", stages.choose_from, texts, path)
        elif input.type != "text":
            c.at("RC304", path, f"`{input.id}` is a {input.type}; a stage is a text", "`type: text`")
    if stages.default is not None and stages.default not in stages.profiles:
        c.unknown("RC412", "stage", stages.default, stages.profiles, ("stages", "default"))
    for profile in stages.profiles.values():
        _profile(c, profile, (*profile.path, "weights"))


def _unknown_members(c: Checking) -> bool:
    """Whether some group names what is not there, or is inside itself, so that who stands where is not known."""
    ruleset = c.ruleset
    return bool(group_circle(ruleset)) or any(
        name not in known
        for group in ruleset.groups.values()
        for members, known in ((group.members, ruleset.metrics), (group.groups, ruleset.groups))
        for name, _ in members
    )


def overall_holds(c: Checking) -> None:
    """The overall score's own weights, and its caps."""
    if "weights" in (c.ruleset.origin.data.get("overall") or {}):
        _profile(c, c.ruleset.overall.profile, ("overall", "weights"))
    for cap in c.ruleset.overall.caps:
        c.condition(cap.when, "cap")
        c.template(cap.because)


def _profile(c: Checking, profile: Profile, path: Path) -> None:
    ruleset = c.ruleset
    top = top_children(ruleset)
    metrics = [metric.id for metric in ruleset.metrics.values() if metric.scored]
    named = [name for name, _ in profile.weights]
    known = dict.fromkeys((*top, *metrics, *ruleset.groups))
    strangers = [name for name in named if name not in known]
    for name in strangers:
        if name in ruleset.metrics:
            c.at("RC423", (*path, name), f"`{name}` has no score, so it cannot weigh anything",
                 "give it bands or a score, or take it out", key=True)  # fmt: skip
        else:
            c.unknown("RC409", "group or metric", name, known, (*path, name), key=True)
    if strangers or _unknown_members(c):
        return
    inside = [name for name in named if name not in top]
    if any(name in ruleset.groups for name in inside):
        for name in inside:
            if name in ruleset.groups:
                c.at("RC409", (*path, name), f"the group `{name}` is inside another", "weigh the outer one", key=True)
        return
    groups = [name for name in named if name in ruleset.groups]
    if inside and groups:
        _mixed(c, path, groups, inside)
        return
    children = metrics if inside else list(top)
    missing = [name for name in children if name not in named]
    if missing and profile.rest is None:
        c.at("RC411", path, f"no weight for {', '.join(missing[:6])}{' …' if len(missing) > 6 else ''}",
             "add them, or `rest:` (what they share; 0 leaves them out)", key=True)  # fmt: skip
    elif children and not any(weight > 0 for _, weight in profile.weights) and not (missing and profile.rest):
        c.at("RC408", path, "all weights are 0", "give one more than 0", key=True)


def _mixed(c: Checking, path: Path, groups: list[str], metrics: list[str]) -> None:
    """Groups beside metrics that groups hold: the kind of which there are fewer is the odd one."""
    hint = "weigh groups only, or metrics only"
    if len(metrics) <= len(groups):
        c.at("RC409", (*path, metrics[0]), f"`{metrics[0]}` is inside a group, but other weights are of groups", hint,
             key=True)  # fmt: skip
    else:
        c.at("RC409", (*path, groups[0]), f"`{groups[0]}` is a group, but other weights are of metrics inside groups",
             hint, key=True)  # fmt: skip
