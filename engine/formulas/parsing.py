"""Text of a formula to its tree.

simpleeval walks Python's own syntax tree, but its node table is replaced by ours: a node type that is not
listed cannot be reached, nothing is looked up and nothing is computed. What comes back is only a tree.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar

import simpleeval

from .formula import Arithmetic, Call, Choice, Comparison, Literal, Logic, Name, Negative, Node, Not, OneOf
from .slips import (
    FormulaError,
    Slip,
    explain_syntax,
    is_one_text,
    refuse_call,
    refuse_comment,
    refuse_foreign_characters,
    refuse_node,
    refuse_operator,
)

MAX_LENGTH = 2_000
MAX_NODES = 200
_WARNED_OF = re.compile(r"\\|\d[^\W\d]")


# Rulesets of a team repeat formulas; the tree is frozen, so one can serve them all.
@lru_cache(maxsize=50_000)
def parse(text: str) -> Node:
    """The tree of a formula.

    Raises FormulaError with the place and the reason when the text is not one.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            Slip("RC306", 0, len(text), f"a formula of {len(text)} characters; {MAX_LENGTH} is the most",
                 "give parts of it names, as metrics of their own")
        )  # fmt: skip
    refuse_foreign_characters(text)
    # Newlines become spaces of the same width, so that places stay right.
    flat = re.sub(r"[\r\n\t]", " ", text)
    start = len(flat) - len(flat.lstrip())
    source = flat.strip()
    if not source:
        raise FormulaError(Slip("RC300", 0, len(text), "an empty formula"))
    refuse_comment(source, start)
    try:
        tree = _python(source)
    except SyntaxError as error:
        raise FormulaError(explain_syntax(source, start, error)) from None
    except (ValueError, RecursionError, MemoryError):
        raise FormulaError(Slip("RC306", start, start + len(source), "a formula nested too deeply")) from None
    # a character makes two nodes at most, as in `-x`
    nodes = _size(tree) if len(source) * 2 > MAX_NODES else 0
    if nodes > MAX_NODES:
        raise FormulaError(
            Slip("RC306", start, start + len(source), f"a formula of {nodes} parts; {MAX_NODES} is the most",
                 "give parts of it names, as metrics of their own")
        )  # fmt: skip
    return _Reader(source, start).read(tree)


def _python(source: str) -> ast.expr:
    """Python's own tree. Only a backslash, or a letter right after a digit, makes its parser warn."""
    if not _WARNED_OF.search(source):
        return ast.parse(source, mode="eval").body
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, mode="eval").body


def _size(tree: ast.expr) -> int:
    return sum(not isinstance(piece, ast.expr_context | ast.operator | ast.cmpop) for piece in ast.walk(tree))


_ARITHMETIC: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**",
}  # fmt: skip
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


def _byte_to_character(source: str) -> list[int]:
    table: list[int] = []
    for position, character in enumerate(source):
        table.extend([position] * len(character.encode()))
    return [*table, len(source)]


class _Reader(simpleeval.SimpleEval):  # type: ignore[misc]
    """Builds our nodes from Python's, for exactly the node types in `_HANDLERS`."""

    def __init__(self, source: str, offset: int) -> None:
        self.source, self.offset = source, offset
        # ast counts UTF-8 bytes; a table is needed only where a character is wider than one
        self.characters = None if source.isascii() else _byte_to_character(source)
        self.nodes = {kind: handler.__get__(self) for kind, handler in _Reader.HANDLERS.items()}

    def read(self, tree: ast.expr) -> Node:
        node: Node = self._eval(tree)
        return node

    def _eval(self, node: ast.AST) -> Any:
        if type(node) not in self.nodes:
            raise FormulaError(refuse_node(node, *self.span(node), self.text(node)))
        return super()._eval(node)

    def span(self, node: Any) -> tuple[int, int]:
        start, end = node.col_offset, node.end_col_offset
        if self.characters is not None:
            start, end = self.characters[start], self.characters[end]
        return start + self.offset, end + self.offset

    def between(self, left: ast.expr, right: ast.expr) -> tuple[int, int]:
        """The place of the operator between two sides, without the parentheses around them."""
        start, end = self.span(left)[1] - self.offset, self.span(right)[0] - self.offset
        sign = self.source[start:end].strip(" ()")
        start += self.source[start:end].index(sign)
        return start + self.offset, start + len(sign) + self.offset

    def text(self, node: Any) -> str:
        # not node.id: Python folds names to NFKC, which would rename a full-width id
        start, end = self.span(node)
        return self.source[start - self.offset : end - self.offset]

    def constant(self, node: ast.Constant) -> Node:
        start, end = self.span(node)
        value = node.value
        if isinstance(value, str) and not is_one_text(self.text(node)):
            raise FormulaError(Slip("RC305", start, end, "two texts with nothing between", "a comma is missing"))
        if isinstance(value, bool | str):
            return Literal(start, end, value)
        if isinstance(value, int | float):
            try:
                number = float(value)
            except OverflowError:
                number = float("inf")
            if number in (float("inf"), float("-inf")):
                raise FormulaError(Slip("RC309", start, end, "this number is too large", "308 digits are the most"))
            return Literal(start, end, number)
        if value is None:
            raise FormulaError(Slip("RC305", start, end, "there is no `None`", "is_missing(x) asks for no value"))
        raise FormulaError(Slip("RC305", start, end, f"`{self.text(node)}` is not a number, text or flag"))

    def name(self, node: ast.Name) -> Node:
        start, end = self.span(node)
        word = self.text(node)
        if word in ("true", "false"):
            return Literal(start, end, word == "true")
        return Name(start, end, word)

    def unary(self, node: ast.UnaryOp) -> Node:
        item = self._eval(node.operand)
        if isinstance(node.op, ast.Not):
            return Not(*self.span(node), item)
        if isinstance(node.op, ast.USub):
            if isinstance(item, Literal) and isinstance(item.value, float):
                return Literal(*self.span(node), -item.value)
            return Negative(*self.span(node), item)
        if isinstance(node.op, ast.UAdd):
            return item  # type: ignore[no-any-return]
        raise FormulaError(Slip("RC305", *self.span(node), "`~` is not part of the language", "write `not`"))

    def arithmetic(self, node: ast.BinOp) -> Node:
        operator = _ARITHMETIC.get(type(node.op))
        if operator is None:
            raise FormulaError(refuse_operator(node, *self.between(node.left, node.right)))
        return Arithmetic(*self.span(node), operator, self._eval(node.left), self._eval(node.right))

    def logic(self, node: ast.BoolOp) -> Node:
        operator = "and" if isinstance(node.op, ast.And) else "or"
        return Logic(*self.span(node), operator, tuple(self._eval(item) for item in node.values))

    def compare(self, node: ast.Compare) -> Node:
        links: list[Node] = []
        left_source: ast.expr = node.left
        left = self._eval(left_source)
        for operator, right_source in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, ast.In | ast.NotIn) and len(node.ops) > 1:
                raise FormulaError(Slip("RC305", *self.span(node), "`in` cannot be part of a chain", "join with `and`"))
            if isinstance(operator, ast.In | ast.NotIn):
                link: Node = OneOf(self.span(left_source)[0], self.span(right_source)[1], left,
                                   self.options(right_source))  # fmt: skip
                right = link
                if isinstance(operator, ast.NotIn):
                    link = Not(link.start, link.end, link)
            elif (symbol := _COMPARISONS.get(type(operator))) is not None:
                right = self._eval(right_source)
                link = Comparison(self.span(left_source)[0], self.span(right_source)[1], symbol, left, right)
            else:
                raise FormulaError(
                    Slip("RC305", *self.span(node), "`is` is not part of the language", "write `==`, or is_missing(x)")
                )
            links.append(link)
            left, left_source = right, right_source
        return links[0] if len(links) == 1 else Logic(*self.span(node), "and", tuple(links))

    def options(self, node: ast.expr) -> tuple[Literal, ...]:
        if not isinstance(node, ast.List | ast.Tuple | ast.Set) or not node.elts:
            empty = isinstance(node, ast.List | ast.Tuple | ast.Set)
            words = "nothing is in an empty list" if empty else "`in` needs a list"
            raise FormulaError(Slip("RC305", *self.span(node), words, 'such as x in ["a", "b"]'))
        items = [self._eval(item) for item in node.elts]
        for item in items:
            if not isinstance(item, Literal):
                raise FormulaError(
                    Slip(
                        "RC305", item.start, item.end, "a list holds only numbers and texts", "compare names with `==`"
                    )
                )
        return tuple(items)

    def choice(self, node: ast.IfExp) -> Node:
        return Choice(*self.span(node), self._eval(node.test), self._eval(node.body), self._eval(node.orelse))

    def call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            raise FormulaError(refuse_call(node.func, *self.span(node.func), self.text(node.func)))
        keywords: list[tuple[str, Node]] = []
        for keyword in node.keywords:
            if keyword.arg is None:
                raise FormulaError(Slip("RC305", *self.span(keyword), "`**` before an argument is not possible"))
            keywords.append((keyword.arg, self._eval(keyword.value)))
        return Call(*self.span(node), self.text(node.func), tuple(self._eval(item) for item in node.args),
                    tuple(keywords))  # fmt: skip

    HANDLERS: ClassVar[dict[type[ast.AST], Callable[..., Node]]] = {
        ast.Constant: constant,
        ast.Name: name,
        ast.UnaryOp: unary,
        ast.BinOp: arithmetic,
        ast.BoolOp: logic,
        ast.Compare: compare,
        ast.IfExp: choice,
        ast.Call: call,
    }
