"""Formulas for readers: titles in the place of names, signs as in a book, functions in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..display import format_value
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
)
from ..functions import FUNCTIONS
from ..words import word

_SIGNS = {"*": "×", "/": "÷", "**": "^", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}
_CHOICE, _OR, _AND, _NOT, _COMPARED, _ADDED, _MULTIPLIED, _SIGNED, _RAISED, _WHOLE = range(10)
_STRENGTH = {"+": _ADDED, "-": _ADDED, "*": _MULTIPLIED, "/": _MULTIPLIED, "**": _RAISED}
_SINCE = {"week": "周初至今", "month": "月初至今", "quarter": "季初至今", "year": "年初至今"}
_CHINESE_KEYWORDS = {"at_least": "至少", "of": "共", "by": "按", "confidence": "置信度", "n": "期数"}


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """`title` gives what a name is called, None for one that has no title; `level` what a level is called."""

    language: str
    title: Callable[[str], str | None]
    level: Callable[[str], str]

    def __call__(self, node: Node, unit: str | None = None) -> str:
        """The formula in words; a formula that is just a number is shown in `unit`."""
        number = constant(node)
        return self._said(node, _CHOICE) if number is None else format_value(number, unit, language=self.language)

    def _said(self, node: Node, least: int) -> str:
        text, strength = self._piece(node)
        return f"({text})" if strength < least else text

    def _piece(self, node: Node) -> tuple[str, int]:
        chinese = self.language == "zh"
        match node:
            case Literal(value=bool(value)):
                return format_value(value, language=self.language), _WHOLE
            case Literal(value=float(value)):
                return f"{value:.15g}", _WHOLE
            case Literal(value=value):
                return (f"“{value}”" if chinese else f'"{value}"'), _WHOLE
            case Name(id=id):
                title = self.title(id)
                return (id if title is None else f"[{title}]"), _WHOLE
            case Negative(item=item):
                return f"-{self._said(item, _SIGNED)}", _SIGNED
            case Arithmetic(operator=operator, left=left, right=right):
                own = _STRENGTH[operator]
                first = self._said(left, own + (operator == "**"))
                second = self._said(right, own + (operator != "**"))
                return f"{first} {_SIGNS.get(operator, operator)} {second}", own
            case Comparison():
                return self._compared(node), _COMPARED
            case Not(item=OneOf() as item):
                return self._one_of(item, "不是" if chinese else "is not"), _COMPARED
            case Not(item=Call(function="is_missing", arguments=(item,))):
                said = self._said(item, _COMPARED)
                return (f"{said} 有值" if chinese else f"{said} has a value"), _COMPARED
            case Not(item=item):
                return f"{'非 ' if chinese else 'not '}{self._said(item, _ADDED)}", _NOT
            case Logic(operator=operator, items=items):
                own = _OR if operator == "or" else _AND
                between = {"and": " 且 ", "or": " 或 "}[operator] if chinese else f" {operator} "
                return between.join(self._joined(items, own)), own
            case Choice(condition=condition, then=then, otherwise=otherwise):
                when, first = self._said(condition, _OR), self._said(then, _OR)
                last = self._said(otherwise, _CHOICE)
                return (f"若 {when} 则 {first}，否则 {last}" if chinese else f"{first} if {when}, else {last}"), _CHOICE
            case OneOf():
                return self._one_of(node, "是" if chinese else "is"), _COMPARED
            case Call(function="is_missing", arguments=(item,)):
                said = self._said(item, _COMPARED)
                return (f"{said} 缺失" if chinese else f"{said} is missing"), _COMPARED
            case Call():
                return self._called(node), _WHOLE
        raise AssertionError(node)

    def _called(self, call: Call) -> str:
        chinese = self.language == "zh"
        given = [self._said(item, _CHOICE) for item in call.arguments]
        for key, item in call.keywords:
            named = f"{_CHINESE_KEYWORDS.get(key, key)} " if chinese else f"{key.replace('_', ' ')} "
            given.append(named + self._said(item, _CHOICE))
        name = FUNCTIONS[call.function].chinese if chinese else None
        match call:
            case Call(function="to_date", arguments=(_, Literal(value=str(grain)))) if chinese and grain in _SINCE:
                return f"{_SINCE[grain]}({given[0]})"
            case Call(function="count") if chinese and given:
                name = "有值行数"
        return name if name and not given else f"{name or call.function}({', '.join(given)})"

    def _compared(self, node: Comparison) -> str:
        sides = []
        for side, other in ((node.left, node.right), (node.right, node.left)):
            function = other.function if isinstance(other, Call) else ""
            if function in ("level", "signal") and isinstance(side, Literal) and isinstance(side.value, str):
                is_level = function == "level"
                sides.append(self.level(side.value) if is_level else word(f"signal.{side.value}", self.language))
            else:
                sides.append(self._said(side, _ADDED))
        return f"{sides[0]} {_SIGNS.get(node.operator, node.operator)} {sides[1]}"

    def _joined(self, items: tuple[Node, ...], own: int) -> Iterator[str]:
        """The parts of a condition; of `0 <= x < 9`, which is two comparisons, one part again."""
        waiting: Comparison | None = None
        said = ""
        for item in items:
            if isinstance(item, Comparison) and waiting is not None and item.left == waiting.right:
                said += self._compared(item).removeprefix(self._said(item.left, _ADDED))
            else:
                if said:
                    yield said
                said = self._said(item, own)
            waiting = item if isinstance(item, Comparison) else None
        yield said

    def _one_of(self, node: OneOf, verb: str) -> str:
        options = [self._said(option, _WHOLE) for option in node.options]
        return f"{self._said(node.item, _ADDED)} {verb} {(' 或 ' if self.language == 'zh' else ' or ').join(options)}"


def constant(node: Node) -> float | None:
    """The number that a formula is, if it is no more than that."""
    if isinstance(node, Negative):
        inner = constant(node.item)
        return None if inner is None else -inner
    if isinstance(node, Literal) and isinstance(node.value, float) and not isinstance(node.value, bool):
        return node.value
    return None
