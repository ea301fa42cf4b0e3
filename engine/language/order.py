"""The order in which what needs something else can be done, and the circles that leave none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..formulas.formula import Call, Literal, Name, Node, walk
from ..functions import FUNCTIONS, bind
from .model import Formula, Metric, Ruleset


def own_formulas(metric: Metric) -> tuple[Formula, ...]:
    """The formulas that a metric's value comes from."""
    sample = metric.sample
    if sample is None:
        return (metric.formula,)
    return (metric.formula, *((sample.hits,) if sample.hits else ()), sample.trials)


def metric_order(ruleset: Ruleset) -> tuple[str, ...]:
    """Ids of metrics, each after those that its formula names, else as they are written."""
    return tuple(_visit(ruleset)[0])


def circles(ruleset: Ruleset) -> list[tuple[str, ...]]:
    """Each circle of metrics that need each other, once, such as (a, b, a)."""
    return _visit(ruleset)[1]


def _visit(ruleset: Ruleset) -> tuple[list[str], list[tuple[str, ...]]]:
    return arranged(
        {
            id: [name for formula in own_formulas(metric) for name in _needed(formula.node)]
            for id, metric in ruleset.metrics.items()
        }
    )


def arranged(wanted: Mapping[str, Sequence[str]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Names, each after those that it needs, and each circle once, such as (a, b, a). What is no key is passed over."""
    needs = {id: tuple(dict.fromkeys(name for name in names if name in wanted)) for id, names in wanted.items()}
    order: dict[str, None] = {}
    found: list[tuple[str, ...]] = []
    state: dict[str, int] = {}
    for root in wanted:
        if root in state:
            continue
        # an explicit stack: a chain of a thousand metrics is deeper than Python's own
        stack = [(root, iter(needs[root]))]
        state[root] = 1
        while stack:
            id, rest = stack[-1]
            for name in rest:
                if name not in state:
                    state[name] = 1
                    stack.append((name, iter(needs[name])))
                    break
                if state[name] == 1:
                    way = [step for step, _ in stack]
                    found.append((*way[way.index(name) :], name))
            else:
                stack.pop()
                state[id] = 2
                order[id] = None
    return list(order), found


def _needed(node: Node) -> Iterator[str]:
    """Names whose values a formula needs. A metric that is only asked for its level is refused, not a circle."""
    if isinstance(node, Name):
        yield node.id
    if not (isinstance(node, Call) and node.function in FUNCTIONS and FUNCTIONS[node.function].family == "metric"):
        for child in node.children():
            yield from _needed(child)


def lookback(ruleset: Ruleset) -> int | None:
    """How many periods back any formula reaches in a row of periods; None where none looks at periods at all."""
    deepest: int | None = None
    for formula in all_formulas(ruleset):
        for piece in walk(formula.node):
            if isinstance(piece, Call) and (function := FUNCTIONS[piece.function]).family == "period":
                reach = [int(node.value) for parameter, node in bind(function, piece)
                         if parameter.type == "whole" and isinstance(node, Literal)]  # fmt: skip
                deepest = max(deepest or 1, *reach, function.reach)
    return deepest


def all_formulas(ruleset: Ruleset) -> list[Formula]:
    """Every formula over the cards, wherever it stands: metrics, bands, scores, stages, caps, advice, texts."""
    found: list[Formula] = []
    for metric in ruleset.metrics.values():
        found += own_formulas(metric)
        found += [metric.target] if metric.target else []
        found += [band.cut for band in metric.bands.all_bands() if band.cut] if metric.bands else []
        found += [point for point, _ in metric.score.points]
    found += [band.cut for band in ruleset.overall.bands if band.cut]
    found += [rule for rule, _ in ruleset.stages.choose] if ruleset.stages else []
    templates = [cap.because for cap in ruleset.overall.caps]
    found += [cap.when for cap in ruleset.overall.caps]
    for advice in ruleset.advice.values():
        found.append(advice.when)
        templates += [advice.title, advice.text]
    found += [part for template in templates for _, parts in template for part in parts if isinstance(part, Formula)]
    return found
