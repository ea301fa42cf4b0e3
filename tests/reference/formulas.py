"""Formulas: Python's own syntax tree, walked by the rules of the language."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Protocol

from .dates import alike
from .periods import Calendar
from .values import Level, No, Value, finite, number


class Scope(Protocol):
    """What names and calls mean where a formula stands: at a card, in a row, in a group of rows."""

    @property
    def calendar(self) -> Calendar: ...

    def name(self, name: str) -> Value: ...

    def call(self, node: ast.Call) -> Value: ...


def read(formula: str | int | float) -> ast.expr:
    """The syntax tree of a formula."""
    return ast.parse(str(formula).strip(), mode="eval").body


def evaluate(node: ast.expr, scope: Scope) -> Value:
    """The value of a formula in a scope."""
    match node:
        case ast.Constant(value=bool() | str() as plain):
            return plain
        case ast.Constant(value=int() | float() as plain):
            return float(plain)
        case ast.Name(id=name):
            return scope.name(name)
        case ast.Call():
            return scope.call(node)
        case ast.BinOp(left=left, op=op, right=right):
            return arithmetic(op, evaluate(left, scope), evaluate(right, scope))
        case ast.UnaryOp(op=op, operand=operand):
            return unary(op, evaluate(operand, scope))
        case ast.BoolOp(op=op, values=parts):
            values = [evaluate(part, scope) for part in parts]
            return both(values) if isinstance(op, ast.And) else either(values)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            lefts = [left, *rights]
            return both([compare(op, a, b, scope) for op, a, b in zip(ops, lefts, rights, strict=False)])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            chosen = evaluate(test, scope)
            if isinstance(chosen, No):
                return chosen
            return evaluate(body if chosen else orelse, scope)
    raise NotImplementedError(ast.dump(node))


def arithmetic(op: ast.operator, left: Value, right: Value) -> Value:
    """`left op right`: the left's reason, the right's reason, zero denominator, overflow."""
    if isinstance(left, No):
        return left
    if isinstance(right, No):
        return right
    a, b = number(left), number(right)
    match op:
        case ast.Add():
            return finite(a + b)
        case ast.Sub():
            return finite(a - b)
        case ast.Mult():
            return finite(a * b)
        case ast.Div():
            return finite(a / b) if b != 0 else No("zero_denominator")
        case ast.Pow():
            return power(a, b)
    raise NotImplementedError(op)


def power(a: float, b: float) -> Value:
    """`a ** b`."""
    if a == 0 and b < 0:
        return No("zero_denominator")
    if a < 0 and not b.is_integer():
        return No("negative_base")
    try:
        return finite(float(a**b))
    except OverflowError:
        return No("not_finite")


def unary(op: ast.unaryop, value: Value) -> Value:
    """`-x`, `+x`, `not x`."""
    if isinstance(value, No):
        return value
    if isinstance(op, ast.Not):
        return not value
    return -number(value) if isinstance(op, ast.USub) else number(value)


def both(values: list[Value]) -> Value:
    """`a and b`, three-valued: one false is enough; else the first reason."""
    return _kleene(values, decides=False)


def either(values: list[Value]) -> Value:
    """`a or b`, three-valued: one true is enough; else the first reason."""
    return _kleene(values, decides=True)


def _kleene(values: list[Value], decides: bool) -> Value:
    if any(value is decides for value in values):
        return decides
    return next((value for value in values if isinstance(value, No)), not decides)


ORDER: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,  # type: ignore[operator]
    ast.LtE: lambda a, b: a <= b,  # type: ignore[operator]
    ast.Gt: lambda a, b: a > b,  # type: ignore[operator]
    ast.GtE: lambda a, b: a >= b,  # type: ignore[operator]
}


def compare(op: ast.cmpop, left: ast.expr, right: ast.expr, scope: Scope) -> Value:
    """One comparison, exact; no value where a side has none."""
    a = evaluate(left, scope)
    if isinstance(op, ast.In):
        assert isinstance(right, ast.List)
        equal = [compare(ast.Eq(), left, item, scope) for item in right.elts]
        return a if isinstance(a, No) else either(equal)
    b = evaluate(right, scope)
    if isinstance(a, No):
        return a
    if isinstance(b, No):
        return b
    if isinstance(a, Level) or isinstance(b, Level):
        scale = a.scale if isinstance(a, Level) else b.scale if isinstance(b, Level) else ()
        return ORDER[type(op)](_rank(a, scale), _rank(b, scale))
    return ORDER[type(op)](*alike(a, b, scope.calendar))


def _rank(value: Value, scale: tuple[str, ...]) -> int:
    return scale.index(value.id if isinstance(value, Level) else str(value))
