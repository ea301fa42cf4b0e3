"""Inputs that group rows first: what they group by, and what `then` makes of the groups' values."""

from __future__ import annotations

from collections.abc import Mapping

from ..formulas import units
from ..formulas.formula import names
from ..language.model import Input
from ..language.reading import Unreadable
from .checking import Checking
from .typed import UNKNOWN, Typed

# What each way of making one value of many can take.
_TAKES: dict[str, tuple[str, ...]] = {
    "sum": ("number", "flag"), "mean": ("number",), "median": ("number",), "min": ("number", "date", "text"),
    "max": ("number", "date", "text"), "count_true": ("flag",), "share_true": ("flag",),
}  # fmt: skip
_INSTEAD = {"mean": "share_true", "median": "share_true", "min": "share_true", "max": "count_true"}


def type_after_then(c: Checking, input: Input, columns: Mapping[str, Typed], found: Typed) -> Typed:
    """What an input with `per` gives, where its formula gives `found` for each group."""
    for formula in input.per:
        if isinstance(formula.node, Unreadable):
            continue
        c.infer(formula, "row", columns)
        if all(name in c.ruleset.params and name not in columns for name in names(formula.node)):
            c.inside("RC421", formula, formula.node, "this is the same in every row, so there is one group",
                     "group by a column, such as customer")  # fmt: skip
    then = str(input.then)
    takes = _TAKES.get(then)
    if takes is not None and found.type not in ("unknown", *takes):
        words = f"`{then}` is of {' or '.join(f'{one}s' for one in takes)}, and the formula gives a {found.type}"
        if found.type == "flag":
            hint = f"`then: {_INSTEAD[then]}` is for flags"
        else:
            hint = "such as count() >= 2" if takes == ("flag",) else "`count`, `min` and `max` take any"
        c.at("RC304", (*input.path, "then"), words, hint)
        return UNKNOWN
    if takes is None or then == "count_true" or (then == "sum" and found.type == "flag"):
        return Typed("number")
    if then == "share_true":
        return Typed("number", units.RATIO)
    return found
