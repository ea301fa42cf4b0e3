"""What an input, a param or a metric can move: scores, or advice, or only what is shown."""

from __future__ import annotations

from collections.abc import Iterator

from ..formulas.formula import Call, Name, Node, names, walk
from ..language.model import Formula, Metric, Ruleset
from ..language.order import metric_order, own_formulas

# what matters most to a reviewer first; the last two change nothing that a run computes
EFFECTS = ("score", "data", "advice", "shown", "checks", "evidence", "wording")


def reach(ruleset: Ruleset) -> dict[str, str]:
    """The effect (score, advice or shown) of a change of each input, param and metric, through all that uses it."""
    found = dict.fromkeys((*ruleset.inputs, *ruleset.params, *ruleset.metrics), "shown")

    def use(node: Node, effect: str) -> None:
        for name in names(node):
            mark(name, effect)

    def mark(name: str, effect: str) -> None:
        if name in found and EFFECTS.index(effect) < EFFECTS.index(found[name]):
            found[name] = effect

    for advice in ruleset.advice.values():
        use(advice.when.node, "advice")
    for cap in ruleset.overall.caps:
        use(cap.when.node, "score")
    if ruleset.stages is not None:
        for when, _ in ruleset.stages.choose:
            use(when.node, "score")
        mark(ruleset.stages.choose_from or "", "score")
    for metric in ruleset.metrics.values():
        if metric.scored or metric.judged:
            mark(metric.id, "score")
            for formula in judging_formulas(metric):
                use(formula.node, "score")
            mark((metric.bands and metric.bands.by) or "", "score")
    # users before what they use, so that what reaches them reaches on
    for id in reversed(metric_order(ruleset)):
        for formula in own_formulas(ruleset.metrics[id]):
            use(formula.node, found[id])
        target = ruleset.metrics[id].target
        if target is not None:
            use(target.node, target_effect(ruleset, id))
    for input in ruleset.inputs.values():
        own = [input.formula, *input.per, *(where for where, _ in input.conditions.values())]
        for piece in own:
            if piece is not None:
                use(piece.node, found[input.id])
    return found


def judging_formulas(metric: Metric) -> Iterator[Formula]:
    """The cut points and ends that judge a metric's value, and its target where they name it."""
    own = [band.cut for band in metric.bands.all_bands() if band.cut] if metric.bands else []
    own += [value for value, _ in metric.score.points]
    yield from own
    if metric.target is not None and any("target" in names(formula.node) for formula in own):
        yield metric.target


def target_effect(ruleset: Ruleset, id: str) -> str:
    """The effect of a change of a metric's target."""
    metric = ruleset.metrics[id]
    if metric.target in tuple(judging_formulas(metric)):
        return "score"
    conditions = [cap.when for cap in ruleset.overall.caps]
    conditions += [when for when, _ in ruleset.stages.choose] if ruleset.stages else []
    if any(_asks_target(formula, id) for formula in conditions):
        return "score"
    return "advice" if any(_asks_target(one.when, id) for one in ruleset.advice.values()) else "shown"


def _asks_target(formula: Formula, id: str) -> bool:
    return any(
        isinstance(piece, Call)
        and piece.function == "target"
        and any(isinstance(item, Name) and item.id == id for item in piece.arguments)
        for piece in walk(formula.node)
    )
