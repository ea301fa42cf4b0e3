"""A checked formula to a compiled value. Three-valued logic is written here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce, singledispatchmethod
from operator import or_
from typing import Any

import narwhals as nw

from ..calendars import read_moment
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
from ..functions import FUNCTIONS, LITERAL_TYPES, Parameter, bind
from ..reasons import NEGATIVE_BASE, ZERO_DENOMINATOR
from .values import Context, Value


class Compiler:
    """Compiles formulas over named values. `levels` gives the place of each level on the scale."""

    def __init__(self, context: Context, names: Mapping[str, Value], levels: Mapping[str, int]) -> None:
        self.context = context
        self.names = names
        self.levels = levels
        self.calls: dict[str, Value] = {}

    @singledispatchmethod
    def compile(self, node: Node) -> Value:
        raise NotImplementedError(f"no meaning for {type(node).__name__}")

    @compile.register
    def _(self, node: Literal) -> Value:
        return self.context.literal(node.value)

    @compile.register
    def _(self, node: Name) -> Value:
        return self.names[node.id]

    @compile.register
    def _(self, node: Negative) -> Value:
        item = self.compile(node.item)
        return self.context.number(0 - item.expr, item, finite=item.finite)

    @compile.register
    def _(self, node: Arithmetic) -> Value:
        left, right = self.compile(node.left), self.compile(node.right)
        operation: Callable[[Value, Value], Value] = {
            "+": self.context.add,
            "-": self.context.subtract,
            "*": self.context.multiply,
            "/": self.context.divide,
            "**": self._power,
        }[node.operator]
        return operation(left, right)

    def _power(self, left: Value, right: Value) -> Value:
        c = self.context
        left, right = c.settle(left), c.settle(right)
        to_zero = (left.expr == 0) & (right.expr < 0)
        to_root = (left.expr < 0) & (right.expr != right.expr.floor())
        return c.number(c.when(~(to_zero | to_root), left.expr**right.expr), left, right,
                        fails=((ZERO_DENOMINATOR, to_zero), (NEGATIVE_BASE, to_root)))  # fmt: skip

    @compile.register
    def _(self, node: Comparison) -> Value:
        c = self.context
        left, right = self._compared(node.left, node.right), self._compared(node.right, node.left)
        left, right = _by_day(left, right), _by_day(right, left)
        symbol: dict[str, Callable[[nw.Expr, nw.Expr], nw.Expr]] = {
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
            "==": lambda a, b: a == b,
            "!=": lambda a, b: a != b,
        }
        return c.flag(symbol[node.operator](left.expr, right.expr), left, right)

    def _compared(self, node: Node, other: Node) -> Value:
        """One side of a comparison; a text beside a level or a date is read as one."""
        if isinstance(node, Literal) and isinstance(node.value, str):
            beside = self.compile(other).type
            if beside == "level":
                return Value(nw.lit(self.levels[node.value], nw.Int8), "level")
            if beside in ("date", "datetime"):
                return self._moment(node.value)
        return self.context.settle(self.compile(node))

    def _moment(self, text: str) -> Value:
        """A day, the first day of a period, or a moment, as a formula writes it."""
        found = read_moment(text, self.context.calendar)
        assert found is not None, "the checks refuse a date that cannot be read"
        day, of_day = found
        return Value(nw.lit(day), "datetime" if of_day == "time" else "date")

    @compile.register
    def _(self, node: OneOf) -> Value:
        item = self.context.settle(self.compile(node.item))
        if item.type in ("date", "datetime"):
            days = [self._moment(str(option.value)) for option in node.options]
            held = [_by_day(item, day).expr == day.expr for day in days]
            return self.context.flag(reduce(or_, held), item)
        options: list[Any] = [option.value for option in node.options]
        if item.type == "level":
            options = [self.levels[option] for option in options]
        return self.context.flag(item.expr.is_in(options), item)

    @compile.register
    def _(self, node: Not) -> Value:
        item = self.context.settle(self.compile(node.item))
        return self.context.flag(~item.expr, item)

    @compile.register
    def _(self, node: Logic) -> Value:
        c = self.context
        items = [c.settle(self.compile(item)) for item in node.items]
        result = items[0].expr
        for item in items[1:]:
            result = result & item.expr if node.operator == "and" else result | item.expr
        # a reason counts only where the others leave the answer open
        return c.known_or(result, items, c.reason(c.flag(result, *items)), type="flag")

    @compile.register
    def _(self, node: Choice) -> Value:
        c = self.context
        condition, then, otherwise = (c.settle(self.compile(part)) for part in node.children())
        value = c.when(condition.expr, then.expr, c.when(~condition.expr, otherwise.expr))
        reason = nw.coalesce(
            c.reason(condition),
            c.when(condition.expr, c.reason(then), c.when(~condition.expr, c.reason(otherwise))),
        )
        chosen = c.known_or(value, [condition, then, otherwise], reason, type=then.type)
        # a condition that comes out the same in every row leaves one of two constants
        return replace(chosen, constant=then.constant and otherwise.constant)

    @compile.register
    def _(self, node: Call) -> Value:
        # the same call in a condition and in its text is one column
        key = show(node)
        if key not in self.calls:
            function = FUNCTIONS[node.function]
            bound = [(parameter, self._argument(parameter, item)) for parameter, item in bind(function, node)]
            if any(parameter.repeated for parameter in function.parameters):
                self.calls[key] = function.meaning(self.context, *[value for _, value in bound])
            else:
                self.calls[key] = function.meaning(self.context, **{p.name: value for p, value in bound})
        return self.calls[key]

    def _argument(self, parameter: Parameter, node: Node) -> Any:
        if isinstance(node, Literal) and parameter.type in LITERAL_TYPES:
            return int(node.value) if parameter.type == "whole" else node.value
        if isinstance(node, Literal) and parameter.type in ("date", "moment"):
            return self._moment(str(node.value))
        if isinstance(node, Name) and parameter.type == "metric":
            return node.id
        if isinstance(node, Name) and parameter.type == "cohort":
            return self.names[f"cohort_size({node.id})"]
        return self.compile(node)


def _by_day(value: Value, beside: Value) -> Value:
    """A moment beside a day counts by its day, so that `created <= "2025-01-31"` holds all that day."""
    if value.type == "datetime" and beside.type == "date":
        return replace(value, expr=value.expr.cast(nw.Date), type="date")
    return value
