"""Weights without data: what counts under what, and how much of the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import Group, Profile, Ruleset

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Child:
    """A metric or group with its relative weight."""

    id: str
    weight: float
    is_group: bool


def top_children(ruleset: Ruleset) -> tuple[str, ...]:
    """Ids directly under the overall score: groups that no group holds, and scored metrics in no group."""
    inner = {name for group in ruleset.groups.values() for name, _ in group.groups}
    grouped = {name for group in ruleset.groups.values() for name, _ in group.members}
    groups = (name for name in ruleset.groups if name not in inner)
    return (*groups, *(m.id for m in ruleset.metrics.values() if m.scored and m.id not in grouped))


def over_metrics(ruleset: Ruleset, profile: Profile) -> bool:
    """Whether a profile weighs the metrics themselves and leaves the groups to sum up only."""
    top = set(top_children(ruleset))
    return any(name not in top for name, _ in profile.weights)


def overall_children(ruleset: Ruleset, profile: Profile) -> tuple[Child, ...]:
    """The children of the overall score in a profile, those of weight 0 too; `rest` is shared equally."""
    if over_metrics(ruleset, profile):
        names: tuple[str, ...] = tuple(metric.id for metric in ruleset.metrics.values() if metric.scored)
    else:
        names = top_children(ruleset)
    named = dict(profile.weights)
    others = [name for name in names if name not in named]
    share = (profile.rest or 0.0) / len(others) if others else 0.0
    # a group without a scored metric has nothing to give
    return tuple(
        Child(name, named.get(name, share), name in ruleset.groups)
        for name in names
        if name not in ruleset.groups or any_scored(ruleset, name)
    )


def group_children(ruleset: Ruleset, group: Group) -> tuple[Child, ...]:
    """The children of a group that can have a score."""
    members = [Child(name, weight, False) for name, weight in group.members if ruleset.metrics[name].scored]
    groups = [Child(name, weight, True) for name, weight in group.groups if any_scored(ruleset, name)]
    return (*members, *groups)


def any_scored(ruleset: Ruleset, group: str) -> bool:
    return bool(group_children(ruleset, ruleset.groups[group]))


def paths(ruleset: Ruleset, profile: Profile) -> dict[str, tuple[tuple[str, float], ...]]:
    """For each metric and group, the way down to it: (node, its child's weight) from the overall score on."""
    found: dict[str, tuple[tuple[str, float], ...]] = {}

    def descend(children: Sequence[Child], node: str, way: tuple[tuple[str, float], ...]) -> None:
        for child in children:
            found[child.id] = (*way, (node, child.weight))
            if child.is_group:
                descend(group_children(ruleset, ruleset.groups[child.id]), child.id, found[child.id])

    descend(overall_children(ruleset, profile), OVERALL, ())
    return found


def effective_weights(ruleset: Ruleset, profile: Profile) -> dict[str, float]:
    """The product of relative weights down the tree, for each metric and group (COINr)."""
    totals = {OVERALL: sum(child.weight for child in overall_children(ruleset, profile))}
    for group in ruleset.groups.values():
        totals[group.id] = sum(child.weight for child in group_children(ruleset, group))
    weights: dict[str, float] = {}
    for name, way in paths(ruleset, profile).items():
        weights[name] = 1.0
        for node, weight in way:
            # in a group of weight 0 all that is under it weighs 0
            weights[name] *= weight / totals[node] if totals[node] else 0.0
    return weights


def inner_first(ruleset: Ruleset) -> Iterator[Group]:
    """Groups in an order in which each comes after those inside it."""
    done: set[str] = set()

    def visit(group: Group) -> Iterator[Group]:
        if group.id not in done:
            done.add(group.id)
            for name, _ in group.groups:
                yield from visit(ruleset.groups[name])
            yield group

    for group in ruleset.groups.values():
        yield from visit(group)
