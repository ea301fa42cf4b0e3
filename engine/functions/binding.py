"""Which argument of a call goes to which parameter."""

from __future__ import annotations

from ..formulas.formula import Call, Node
from .declare import Function, Parameter

LITERAL_TYPES = frozenset({"whole", "share", "confidence", "grain", "period", "quoted", "choice"})


class Misfit(Exception):
    """A call whose arguments do not fit; `node` is where, None for the call itself."""

    def __init__(self, message: str, node: Node | None = None) -> None:
        self.node = node
        super().__init__(message)


def bind(function: Function, call: Call) -> list[tuple[Parameter, Node]]:
    """Parameters with their arguments, in the table's order. Raises Misfit."""
    bound: list[tuple[Parameter, Node]] = []
    wanted = list(function.parameters)
    for node in call.arguments:
        if not wanted:
            raise Misfit(f"`{function.name}` takes {_how_many(function)}", node)
        bound.append((wanted[0], node))
        if not wanted[0].repeated:
            wanted.pop(0)
    for name, node in call.keywords:
        parameter = next((parameter for parameter in function.parameters if parameter.name == name), None)
        if parameter is None:
            raise Misfit(f"`{function.name}` has no argument `{name}`", node)
        if any(taken is parameter for taken, _ in bound):
            raise Misfit(f"`{name}` is given twice", node)
        bound.append((parameter, node))
    taken = [parameter for parameter, _ in bound]
    for parameter in function.parameters:
        if parameter.required and parameter not in taken:
            raise Misfit(f"`{function.name}` needs `{parameter.name}`")
    order = {id(parameter): place for place, parameter in enumerate(function.parameters)}
    return sorted(bound, key=lambda pair: order[id(pair[0])])


def _how_many(function: Function) -> str:
    most = len(function.parameters)
    least = sum(parameter.required for parameter in function.parameters)
    if most == 0:
        return "no argument"
    count = f"{least}" if least == most else f"{least} to {most}"
    return f"{count} argument{'' if most == 1 else 's'}"
