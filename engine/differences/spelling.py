"""Formulas in one spelling: two that mean the same have the same, however they were typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..formulas.formula import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    OneOf,
    show,
)
from ..formulas.parsing import parse
from ..formulas.slips import FormulaError
from ..functions import FUNCTIONS, Misfit, bind
from ..language.model import Formula
from ..language.reading import number


def spelled(node: Node, names: Mapping[str, str]) -> str:
    """The formula as text without layout and needless brackets; `names` are those that stand for another."""
    return show(_plain(node, names))


def spelled_value(written: Any, names: Mapping[str, str]) -> str:
    """A number, flag or formula of the document, spelled. Text that is no formula stays as it is."""
    constant = number(written)
    if constant is not None:
        return show(Literal(0, 0, constant))
    if not isinstance(written, str):
        return repr(written)
    try:
        return spelled(parse(written), names)
    except FormulaError:
        return written


def as_written(formula: Formula) -> float | bool | str:
    """A constant as its value, any other formula as its author wrote it, on one line."""
    plain = _plain(formula.node, {})
    if isinstance(plain, Literal) and not isinstance(plain.value, str):
        return plain.value
    return " ".join(formula.text.split())


def _plain(node: Node, names: Mapping[str, str]) -> Node:
    """The same tree without what is only a way of writing."""

    def inner(child: Node) -> Node:
        return _plain(child, names)

    match node:
        case Name(id=id):
            return replace(node, id=names.get(id, id))
        case Negative(item=item):
            found = inner(item)
            if isinstance(found, Literal) and isinstance(found.value, float):
                return replace(found, value=-found.value)
            return replace(node, item=found)
        case Not(item=item):
            return replace(node, item=inner(item))
        case Arithmetic(left=left, right=right) | Comparison(left=left, right=right):
            return replace(node, left=inner(left), right=inner(right))
        case Logic(operator=operator, items=items):
            flat: list[Node] = []
            for found in map(inner, items):
                same = isinstance(found, Logic) and found.operator == operator
                flat += found.children() if same else (found,)
            return replace(node, items=tuple(flat))
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return replace(node, condition=inner(condition), then=inner(then), otherwise=inner(otherwise))
        case OneOf(item=item, options=options):
            return replace(node, item=inner(item), options=tuple(sorted(options, key=show)))
        case Call():
            return _plain_call(node, names)
    return node


def _plain_call(call: Call, names: Mapping[str, str]) -> Node:
    """A call whose arguments stand in the table's order, whether they were given by place or by name."""
    entry = FUNCTIONS.get(call.function)
    try:
        bound = bind(entry, call) if entry is not None else None
    except Misfit:
        bound = None
    if bound is None:
        positional = tuple(_plain(item, names) for item in call.arguments)
        return replace(call, arguments=positional, keywords=tuple((key, _plain(n, names)) for key, n in call.keywords))
    return replace(call, arguments=(), keywords=tuple((one.name, _plain(item, names)) for one, item in bound))
