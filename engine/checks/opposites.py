"""Pieces of a condition that say the opposite of each other, and pieces that no data changes."""

from __future__ import annotations

from collections.abc import Iterator

from ..formulas.formula import Call, Comparison, Literal, Node, Not, OneOf, names, show, walk


def opposites(logic: str, items: tuple[Node, ...], text: str) -> str | None:
    """Why an `and` never holds, or an `or` always does; `text` is what they were written in."""
    said: dict[str, tuple[bool, Node]] = {}
    for item in items:
        words, holds = _plain(item)
        before, other = said.setdefault(words, (holds, item))
        if before != holds:
            both = " and ".join(f"`{text[one.start : one.end]}`" for one in (other, item))
            return f"this {'never' if logic == 'and' else 'always'} holds: {both} are opposites"
    if logic == "and":
        missing = {what for item in items if (what := _asked_missing(item)) is not None}
        for item in items:
            sides = (show(item.left), show(item.right)) if isinstance(item, Comparison) else ()
            for side in sides:
                if side in missing:
                    return f"this never holds: where `{side}` is missing it is neither more nor less than anything"
    different: dict[str, str] = {}
    for item in items if logic == "or" else ():
        if isinstance(item, Comparison) and item.operator == "!=" and isinstance(item.right, Literal):
            left, right = show(item.left), show(item.right)
            if different.setdefault(left, right) != right:
                return f"this always holds where `{left}` has a value: it is one thing at a time"
    return None


def fixed(node: Node) -> Iterator[Node]:
    """Pieces of a condition, not the whole, that are the same for all data."""
    for piece in walk(node):
        if isinstance(piece, Comparison | OneOf) and not names(piece) and not _calls(piece):
            yield piece
        elif not isinstance(piece, Comparison | OneOf | Call):
            yield from (one for one in piece.children() if isinstance(one, Literal) and isinstance(one.value, bool))


def _calls(node: Node) -> bool:
    return any(isinstance(piece, Call) for piece in walk(node))


def _asked_missing(node: Node) -> str | None:
    """What a condition asks for as missing."""
    if isinstance(node, Call) and node.function == "is_missing" and len(node.arguments) == 1:
        return show(node.arguments[0])
    return None


def _plain(node: Node) -> tuple[str, bool]:
    """A condition without its `not`s, and whether it is said to hold."""
    holds = True
    while isinstance(node, Not):
        node, holds = node.item, not holds
    if isinstance(node, Comparison) and node.operator in ("==", "!="):
        return f"{show(node.left)} == {show(node.right)}", holds == (node.operator == "==")
    return show(node), holds
