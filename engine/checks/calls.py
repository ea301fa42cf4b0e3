"""Types of function calls: where a function may stand, and what its arguments must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import calendars
from ..formulas import units
from ..formulas.formula import Call, Literal, Name, Node
from ..functions import FUNCTIONS, LITERAL_TYPES, Function, Misfit, Parameter, bind
from ..language.weighting import OVERALL
from .constants import constant
from .typed import UNKNOWN, Typed
from .unknown_names import explain_function, with_a_dash

if TYPE_CHECKING:
    from .inference import Inference

Bound = list[tuple[Parameter, Node]]

_ANYWHERE = frozenset({"number", "text", "date", "statistic", "calendar"})
_OVER_CARDS = _ANYWHERE | {"period", "peer", "cohort", "metric"}
WHERE = {
    "input": _ANYWHERE | {"aggregate"},
    "row": _ANYWHERE,
    "metric": _OVER_CARDS - {"metric"},
    "stage": _OVER_CARDS,
    "cap": _OVER_CARDS,
    "card": _OVER_CARDS,
}
_HOMES = {
    "aggregate": "it belongs in an input's formula",
    "period": "it belongs in a metric, a stage or an advice",
    "peer": "it belongs in a metric, a band or an advice",
    "cohort": "it belongs in a metric, a stage or an advice",
    "metric": "it belongs in a stage, a cap or an advice",
}
# What stands in the place of an aggregate where there are no rows.
_WITHOUT_ROWS = {
    "min": "write least(a, b), or rolling_min(x, n)",
    "max": "write greatest(a, b), or rolling_max(x, n)",
    "sum": "write a + b, or rolling_sum(x, n)",
    "mean": "write (a + b) / 2, or rolling_mean(x, n)",
    "std": "write rolling_std(x, n)",
}
# Functions whose arguments are of one kind, because the value is one of them.
_CHOOSING = frozenset({"least", "greatest", "clip", "coalesce"})
# The first of these may not be more than the second, or the call never has a value, or never holds.
_IN_ORDER = (("at_least", "n"), ("n", "of"), ("low", "high"))


def type_of_call(i: Inference, node: Call) -> Typed:
    """What a call gives; what is wrong in it is reported."""
    function = FUNCTIONS.get(node.function)
    if function is None:
        explain_function(i, node, WHERE[i.place])
        return UNKNOWN
    if function.family not in WHERE[i.place]:
        hint = _HOMES[function.family]
        if function.name in _WITHOUT_ROWS and i.place not in ("input", "row"):
            hint = f"{hint}; here {_WITHOUT_ROWS[function.name]}"
        i.report("RC307", node, f"`{function.name}` cannot stand here", hint)
        return UNKNOWN
    if function.family == "aggregate" and i.inside_aggregate:
        i.report("RC307", node, "an aggregate inside an aggregate", "group first with `per`, then aggregate")
        return UNKNOWN
    if function.family in ("period", "calendar") and i.ruleset.period is None:
        i.report("RC307", node, f"`{function.name}` needs periods", "declare `period: month` in the ruleset")
        return UNKNOWN
    if function.family == "calendar" and i.source is not None and i.source.column(i.source.time) is None:
        i.report("RC307", node, f"`{function.name}` needs periods, and rows of `{i.source.id}` have no time",
                 "write it in a metric, or take the rows of a source with a time")  # fmt: skip
        return UNKNOWN
    try:
        bound = bind(function, node)
    except Misfit as misfit:
        i.report("RC303", misfit.node or node, str(misfit), f"{function.signature}: {function.summary}")
        return UNKNOWN
    was, i.inside_aggregate = i.inside_aggregate, i.inside_aggregate or function.family == "aggregate"
    found = [_argument(i, function, parameter, item) for parameter, item in bound]
    i.inside_aggregate = was
    _in_order(i, function, bound)
    if not _timed(i, function, bound, found):
        return UNKNOWN
    return _gives(i, function, bound, found)


def _gives(i: Inference, function: Function, bound: Bound, found: list[Typed | None]) -> Typed:
    values = [typed for typed in found if typed is not None]
    if UNKNOWN in values:
        return UNKNOWN if function.gives in ("same", "number") else Typed(function.gives, None, function.grain or "day")
    first = values[0] if values else UNKNOWN
    if function.name in _CHOOSING:
        for (_, item), other in zip(bound[1:], values[1:], strict=True):
            if not i.same_type(item, first, other, "the arguments"):
                return UNKNOWN
            if not i.same_unit(item, first, other, "choosing between"):
                return UNKNOWN
            if not i.same_grain(item, first, other):
                return UNKNOWN
            first = Typed(first.type, first.unit if first.unit is not None else other.unit, first.grain)
    own = None if function.unit in ("same", "none") else units.parse_unit(function.unit)
    unit = first.unit if function.unit == "same" else own
    if function.gives == "same":
        return Typed(first.type, unit, first.grain)
    return Typed(function.gives, unit, function.grain or "day")


def _argument(i: Inference, function: Function, parameter: Parameter, node: Node) -> Typed | None:
    """The type of an argument; None for those that are no values."""
    if parameter.type in LITERAL_TYPES:
        _literal(i, function, parameter, node)
        return None
    if parameter.type == "metric":
        return _metric(i, function, node)
    if parameter.type == "cohort":
        return _cohort(i, function, node)
    if parameter.type == "category":
        return _category(i, function, node)
    if parameter.type in ("date", "moment"):
        return _date(i, parameter, node)
    if parameter.type in ("flag", "number", "text"):
        return i.wanted(node, parameter.type)
    return i.infer(node)


def _literal(i: Inference, function: Function, parameter: Parameter, node: Node) -> None:
    value = node.value if isinstance(node, Literal) else None
    number = value if isinstance(value, float) else None
    period = i.ruleset.period
    match parameter.type:
        case "whole":
            right = number is not None and number == int(number) and parameter.least <= number <= parameter.most
            wanted = f"a whole number from {parameter.least} to {parameter.most}"
        case "share":
            right, wanted = number is not None and 0 <= number <= 1, "a number from 0 to 1"
        case "confidence":
            right, wanted = number is not None and 0 < number < 1, "a number between 0 and 1, such as 0.95"
        case "quoted":
            right, wanted = isinstance(value, str) and value != "", "a text in quotes, with something in it"
        case "choice":
            right, wanted = value in parameter.choices, " or ".join(f'"{choice}"' for choice in parameter.choices)
        case "grain":
            grains = calendars.larger_than(period) if period else ()
            named = " or ".join(f'"{grain}"' for grain in grains)
            right, wanted = value in grains, f"{named}, longer than the ruleset's"
            if not grains:
                wanted = "a period longer than the ruleset's, and none is longer than a year"
        case _:
            right = period is not None and isinstance(value, str) and calendars.parse_label(period, value) is not None
            wanted = f"a {period.grain if period else 'period'} in quotes"
    if not right:
        hint = (
            f"{function.signature}: {function.summary}" if parameter.type == "whole" else f"such as {function.example}"
        )
        i.report("RC303", node, f"`{parameter.name}` of `{function.name}` is {wanted}", hint)


def _date(i: Inference, parameter: Parameter, node: Node) -> Typed:
    """A column of days or times, or one of them in quotes."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        return i.date(node, "time", exact=parameter.type == "moment")
    return i.wanted(node, "date")


def _timed(i: Inference, function: Function, bound: Bound, found: list[Typed | None]) -> bool:
    """Whether all that needs a time of day has one; the first that has none is told of."""
    for (parameter, node), typed in zip(bound, found, strict=True):
        if parameter.type == "moment" and typed is not None and typed.type == "date" and typed.grain != "time":
            kind = "date" if typed.grain == "day" else typed.grain
            hint = "declare the column as `datetime`"
            if i.place not in ("input", "row"):
                hint = "inputs hold days; work it out in the input, such as median(hours_between(created, replied))"
            elif function.name != "hour":
                hint = f"{hint}, or count days: days_between(a, b)"
            i.report("RC304", node, f"`{function.name}` needs a time of day, and this is a {kind}", hint)
            return False
    return True


def _category(i: Inference, function: Function, node: Node) -> Typed | None:
    """The name of a text input or of an entity column, as bands go by."""
    ruleset = i.ruleset
    if isinstance(node, Name) and node.id in ruleset.inputs:
        i.used.add(node.id)
        kind = ruleset.inputs[node.id].type
        if kind != "text":
            i.report("RC304", node, f"`{node.id}` is a {kind}; `{function.name}` goes by a text", "`type: text`")
            return UNKNOWN
    elif not (isinstance(node, Name) and node.id in ruleset.entity):
        known = [*(id for id, one in ruleset.inputs.items() if one.type == "text"), *ruleset.entity]
        guess = i.guess(node.id, known) if isinstance(node, Name) else None
        hint = guess or f"there are: {', '.join(known[:12]) or 'none'}"
        if not (isinstance(node, Name) and i.gone(node.id)):
            i.report("RC301", node, f"`by` of `{function.name}` is the name of a text input or an entity column", hint)
        return UNKNOWN
    return None


def _in_order(i: Inference, function: Function, bound: Bound) -> None:
    given = {parameter.name: node for parameter, node in bound}
    for lower, upper in _IN_ORDER:
        if lower in given and upper in given:
            low, high = constant(given[lower]), constant(given[upper])
            if low is not None and high is not None and low > high:
                node = max(given[lower], given[upper], key=lambda node: node.start)
                i.report("RC303", node, f"`{lower}` of `{function.name}` is {low:g}, more than `{upper}`, {high:g}",
                         f"{function.signature}: {function.summary}")  # fmt: skip


def _cohort(i: Inference, function: Function, node: Node) -> Typed:
    inputs = i.ruleset.inputs
    cohorts = [id for id, input in inputs.items() if input.cohort is not None and not input.size]
    if isinstance(node, Name) and node.id in cohorts:
        i.used.add(node.id)
        return i.names[node.id]
    if isinstance(node, Name) and node.id not in inputs and i.gone(node.id):
        return UNKNOWN
    if with_a_dash(i, node):
        return UNKNOWN
    there = f"there are: {', '.join(cohorts[:12]) or 'none'}"
    guess = i.guess(node.id, cohorts) if isinstance(node, Name) and node.id not in inputs else None
    hint = guess or there
    if isinstance(node, Name) and node.id in inputs:
        hint = f"`{node.id}` is another input; {there}"
    i.report("RC303", node, f"`{function.name}` takes the id of an input with `conversion` or `retention`", hint)
    return UNKNOWN


def _metric(i: Inference, function: Function, node: Node) -> Typed | None:
    if not isinstance(node, Name):
        if with_a_dash(i, node):
            return UNKNOWN
        i.report("RC303", node, f"`{function.name}` takes the name of a metric", f"such as {function.example}")
        return UNKNOWN
    ruleset = i.ruleset
    metric = ruleset.metrics.get(node.id)
    of_nodes = i.place in ("cap", "card") and function.name in ("level", "score")
    nodes = [*ruleset.groups, *([OVERALL] if i.place == "card" else [])] if of_nodes else []
    if metric is None and node.id in nodes:
        return None
    if metric is None and node.id == OVERALL and i.place == "cap":
        i.report(
            "RC310",
            node,
            "a cap is a part of the overall score, so it cannot ask for that",
            "ask for a group or a metric",
        )
        return UNKNOWN
    if metric is None and function.family != "metric" and node.id in i.names:
        i.report("RC303", node, f"`{function.name}` reads a metric, and `{node.id}` is none",
                 "make it one with `better: higher` or `lower`, which says what is good")  # fmt: skip
        return UNKNOWN
    if metric is None:
        if not i.gone(node.id):
            known = [*ruleset.metrics, *nodes]
            hint = i.guess(node.id, known) or f"there are: {', '.join(known[:12]) or 'none'}"
            i.report("RC301", node, f"there is no metric `{node.id}`", hint)
        return UNKNOWN
    if function.family != "metric":
        return _directed(i, function, node, metric.better)
    lacks = {
        "level": not metric.judged,
        "score": not metric.scored,
        "target": metric.target is None,
        "certain": not metric.judged or metric.sample is None or metric.sample.hits is None,
    }[function.name]
    if lacks:
        what = {"level": "bands", "score": "score", "target": "target", "certain": "sample with bands"}[function.name]
        i.report("RC423", node, f"`{node.id}` has no {what}", f"add it, or leave {function.name}({node.id}) out")
        return UNKNOWN
    return i.names.get(node.id, UNKNOWN) if function.name == "target" else None


def _directed(i: Inference, function: Function, node: Name, better: str | None) -> Typed | None:
    """A metric of which up or down is good."""
    if better in ("higher", "lower"):
        return None
    what = f"is `better: {better}`" if better else "does not say which way is better"
    i.report("RC423", node, f"`{node.id}` {what}, so `{function.name}` cannot tell good from bad",
             "it needs `better: higher` or `better: lower`")  # fmt: skip
    return UNKNOWN
