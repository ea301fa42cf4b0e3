"""A formula as a tree of frozen nodes, each knowing its characters. `parsing` makes it from text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a formula; `start` and `end` are characters of its text."""

    start: int
    end: int

    def children(self) -> tuple[Node, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Literal(Node):
    value: float | str | bool


@dataclass(frozen=True, slots=True)
class Name(Node):
    id: str


@dataclass(frozen=True, slots=True)
class _Unary(Node):
    item: Node

    def children(self) -> tuple[Node, ...]:
        return (self.item,)


@dataclass(frozen=True, slots=True)
class _Binary(Node):
    operator: str
    left: Node
    right: Node

    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Negative(_Unary):
    pass


@dataclass(frozen=True, slots=True)
class Arithmetic(_Binary):
    pass


@dataclass(frozen=True, slots=True)
class Comparison(_Binary):
    pass


@dataclass(frozen=True, slots=True)
class Logic(Node):
    operator: str
    items: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Not(_Unary):
    pass


@dataclass(frozen=True, slots=True)
class Choice(Node):
    condition: Node
    then: Node
    otherwise: Node

    def children(self) -> tuple[Node, ...]:
        return (self.condition, self.then, self.otherwise)


@dataclass(frozen=True, slots=True)
class OneOf(Node):
    item: Node
    options: tuple[Literal, ...]

    def children(self) -> tuple[Node, ...]:
        return (self.item, *self.options)


@dataclass(frozen=True, slots=True)
class Call(Node):
    function: str
    arguments: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]

    def children(self) -> tuple[Node, ...]:
        return (*self.arguments, *(node for _, node in self.keywords))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, left to right."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children()))


def names(node: Node) -> tuple[str, ...]:
    """Names that a formula mentions, in order, each once."""
    return tuple(dict.fromkeys(piece.id for piece in walk(node) if isinstance(piece, Name)))


def show(node: Node) -> str:
    """The formula as text again, in one spelling whatever its layout was."""
    match node:
        case Literal(value=value):
            return repr(value)
        case Name(id=id):
            return id
        case Negative(item=item):
            return f"(-{show(item)})"
        case Not(item=item):
            return f"(not {show(item)})"
        case Arithmetic(operator=operator) | Comparison(operator=operator):
            return f"({show(node.left)} {operator} {show(node.right)})"
        case Logic(operator=operator, items=items):
            return f"({f' {operator} '.join(map(show, items))})"
        case Choice(condition=condition, then=then, otherwise=otherwise):
            return f"({show(then)} if {show(condition)} else {show(otherwise)})"
        case OneOf(item=item, options=options):
            return f"({show(item)} in [{', '.join(map(show, options))}])"
        case Call(function=function, arguments=arguments, keywords=keywords):
            given = [*map(show, arguments), *(f"{name}={show(item)}" for name, item in keywords)]
            return f"{function}({', '.join(given)})"
    return "?"
