"""Types of function calls: where a function may stand, and what its arguments must be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import calendars, units
from ..formula import Call, Literal, Name, Node
from ..functions import FUNCTIONS, LATER, LITERAL_TYPES, Function, Misfit, Parameter, bind
from ..weighting import OVERALL
from .constants import constant
from .typed import UNKNOWN, Typed

if TYPE_CHECKING:
    from .inference import Inference

Bound = list[tuple[Parameter, Node]]

WHERE = {
    "input": frozenset({"aggregate", "number"}),
    "row": frozenset({"number"}),
    "metric": frozenset({"number", "period", "peer"}),
    "stage": frozenset({"number", "period", "peer", "metric"}),
    "cap": frozenset({"number", "period", "peer", "metric"}),
    "card": frozenset({"number", "period", "peer", "metric"}),
}
_HOMES = {
    "aggregate": "it belongs in an input's formula",
    "period": "it belongs in a metric, a stage or an advice",
    "peer": "it belongs in a metric, a band or an advice",
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
# Names that other languages and spreadsheets give the same thing.
_ALSO_CALLED = {
    "average": "mean", "avg": "mean", "countdistinct": "count_distinct", "counta": "count", "percentile": "quantile",
    "iferror": "coalesce", "ifnull": "coalesce", "nvl": "coalesce", "isnull": "is_missing", "isna": "is_missing",
    "isblank": "is_missing", "lag": "prev", "previous": "prev", "diff": "change", "ceiling": "ceil", "ln": "log",
    "pow": "**", "power": "**", "rank": "peer_rank", "moving_average": "rolling_mean", "ytd": "to_date",
}  # fmt: skip
# Functions whose arguments are of one kind, because the value is one of them.
_CHOOSING = frozenset({"least", "greatest", "clip", "coalesce"})
# The first of these may not be more than the second, or the call never has a value, or never holds.
_IN_ORDER = (("at_least", "n"), ("n", "of"), ("low", "high"))


def type_of_call(i: Inference, node: Call) -> Typed:
    """What a call gives; what is wrong in it is reported."""
    function = FUNCTIONS.get(node.function)
    if function is None:
        _unknown_function(i, node)
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
    if function.family == "period" and i.ruleset.period is None:
        i.report("RC307", node, f"`{function.name}` needs periods", "declare `period: month` in the ruleset")
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
    return _gives(i, function, bound, found)


def _gives(i: Inference, function: Function, bound: Bound, found: list[Typed | None]) -> Typed:
    values = [typed for typed in found if typed is not None]
    if UNKNOWN in values:
        return UNKNOWN if function.gives in ("same", "number") else Typed(function.gives)
    first = values[0] if values else UNKNOWN
    if function.name in _CHOOSING:
        for (_, item), other in zip(bound[1:], values[1:], strict=True):
            if not i.same_type(item, first, other, "the arguments"):
                return UNKNOWN
            if not i.same_unit(item, first, other, "choosing between"):
                return UNKNOWN
            first = Typed(first.type, first.unit if first.unit is not None else other.unit)
    unit = {"same": first.unit, "ratio": units.RATIO}.get(function.unit)
    return Typed(first.type if function.gives == "same" else function.gives, unit)


def _unknown_function(i: Inference, node: Call) -> None:
    if node.function in LATER:
        i.report("RC210", node, f"`{node.function}` is part of the language, but not evaluated yet",
                 "prepare the value in the data for now")  # fmt: skip
        return
    if node.function in i.names:
        i.report("RC302", node, f"`{node.function}` is a name, not a function", "write `*` to multiply")
        return
    known = [name for name, entry in FUNCTIONS.items() if entry.family in WHERE[i.place]]
    guess = (
        _ALSO_CALLED.get(node.function.lower()) or i.guess(node.function, known) or i.guess(node.function, FUNCTIONS)
    )
    i.report("RC302", node, f"unknown function `{node.function}`",
             f"did you mean `{guess}`?" if guess else f"functions: {', '.join(sorted(known))}")  # fmt: skip


def _argument(i: Inference, function: Function, parameter: Parameter, node: Node) -> Typed | None:
    """The type of an argument; None for those that are no values."""
    if parameter.type in LITERAL_TYPES:
        _literal(i, function, parameter, node)
        return None
    if parameter.type == "metric":
        return _metric(i, function, node)
    if parameter.type in ("flag", "number"):
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
        case "grain":
            grains = calendars.larger_than(period) if period else ()
            right, wanted = value in grains, f"one of {', '.join(grains) or 'no period'}, longer than the ruleset's"
        case _:
            right = period is not None and isinstance(value, str) and calendars.parse_label(period, value) is not None
            wanted = f"a {period.grain if period else 'period'} in quotes"
    if not right:
        hint = (
            f"{function.signature}: {function.summary}" if parameter.type == "whole" else f"such as {function.example}"
        )
        i.report("RC303", node, f"`{parameter.name}` of `{function.name}` is {wanted}", hint)


def _in_order(i: Inference, function: Function, bound: Bound) -> None:
    given = {parameter.name: node for parameter, node in bound}
    for lower, upper in _IN_ORDER:
        if lower in given and upper in given:
            low, high = constant(given[lower]), constant(given[upper])
            if low is not None and high is not None and low > high:
                node = max(given[lower], given[upper], key=lambda node: node.start)
                i.report("RC303", node, f"`{lower}` of `{function.name}` is {low:g}, more than `{upper}`, {high:g}",
                         f"{function.signature}: {function.summary}")  # fmt: skip


def _metric(i: Inference, function: Function, node: Node) -> Typed | None:
    if not isinstance(node, Name):
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
    if metric is None:
        if not i.gone(node.id):
            known = [*ruleset.metrics, *nodes]
            guess = i.guess(node.id, known)
            hint = f"did you mean `{guess}`?" if guess else f"there are: {', '.join(known[:12]) or 'none'}"
            i.report("RC301", node, f"there is no metric `{node.id}`", hint)
        return UNKNOWN
    lacks = {
        "level": not metric.judged, "score": not metric.scored,
        "target": metric.target is None, "certain": metric.sample is None or not metric.judged,
    }[function.name]  # fmt: skip
    if lacks:
        what = {"level": "bands", "score": "score", "target": "target", "certain": "sample with bands"}[function.name]
        i.report("RC423", node, f"`{node.id}` has no {what}", f"add it, or leave {function.name}({node.id}) out")
        return UNKNOWN
    return i.names.get(node.id, UNKNOWN) if function.name == "target" else None
