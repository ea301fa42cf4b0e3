"""A right document as PyYAML reads it: every key and value with its characters, and the tokens of its formulas."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

Step = str | int
FORMULA = re.compile(
    r"(?:^|.*/)(?:formula|where|to_where|cohort_where|per|hits|trials)$"
    r"|(?:stages/choose/\d+|overall/caps/\d+|advice/[^/]+)/when$|(?:^|.*/)metrics[/.][^/]+/target$"
)
_TOKEN = re.compile(
    r"""(?P<text>\\"(?:(?!\\").)*\\"|"[^"]*"|'[^']*')|(?P<number>\.?\d[\d._]*(?:e\d+)?)|(?P<name>[^\W\d]\w*)"""
    r"|(?P<sign>\*\*|//|[<>=!]=|[-+*/<>=(),\[\]])"
)
KEYWORDS = frozenset(["and", "or", "not", "in", "if", "else", "true", "false"])


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item of a list (without a key). `flow` is of the map or list that holds it."""

    path: tuple[Step, ...]
    key: Any
    value: Any
    holder: Any

    @property
    def way(self) -> str:
        return "/".join(map(str, self.path))

    @property
    def flow(self) -> bool:
        return bool(self.holder.flow_style)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a document, with the place of its text and of its tokens in the file."""

    entry: Entry
    start: int
    end: int
    tokens: tuple[Token, ...]

    def before(self, index: int) -> str:
        return self.tokens[index - 1].text if index > 0 else ""

    def after(self, index: int) -> str:
        return self.tokens[index + 1].text if index + 1 < len(self.tokens) else ""

    def is_name(self, index: int) -> bool:
        """Whether a token names a value: no word of the language, no function, no argument's name."""
        token = self.tokens[index]
        return token.kind == "name" and token.text not in KEYWORDS and self.after(index) not in ("(", "=")


class Text:
    """A right document."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.text = file.read_text(encoding="utf-8")
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]
        root: Any = yaml.compose(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.entries = list(_entries(root, ()))
        self.kind = str(root.value[0][0].value)

    def line_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset)

    def raw(self, node: Any) -> str:
        return self.text[node.start_mark.index : node.end_mark.index]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of this document and of those beside it: none of them is a misspelling."""
        files = {self.file, *self.file.parent.glob("*.yaml"), *self.file.parent.parent.glob("*.yaml")}
        texts = [file.read_text(encoding="utf-8") for file in files]
        return frozenset(word for text in texts for word in re.findall(r"[\w-]+", text) + re.findall(r"\w+", text))

    @cached_property
    def formulas(self) -> list[Formula]:
        found = []
        for entry in self.entries:
            if FORMULA.match(entry.way) and entry.path[0] != "meta" and isinstance(entry.value, yaml.ScalarNode):
                start, end = self.inside(entry.value)
                tokens = tuple(
                    Token(str(one.lastgroup), one.group(), one.start(), one.end())
                    for one in _TOKEN.finditer(self.text, start, end)
                )
                # an escape is no character of the formula, so its places are those of other ones
                if tokens and "#" not in self.text[start:end] and not re.search(r"\\[^\"]", self.text[start:end]):
                    found.append(Formula(entry, start, end, tokens))
        return found

    def inside(self, node: Any) -> tuple[int, int]:
        """The characters of a text without its quotes, or without the line of `|` or `>`."""
        start, end = node.start_mark.index, node.end_mark.index
        if node.style in ("'", '"'):
            return start + 1, end - 1
        if node.style in ("|", ">"):
            start = self.text.index("\n", start) + 1
            start += len(self.text[start:end]) - len(self.text[start:end].lstrip())
            end -= len(self.text[start:end]) - len(self.text[start:end].rstrip())
        return start, end

    def at(self, *path: Step) -> Entry | None:
        return next((entry for entry in self.entries if entry.path == path), None)

    def matching(self, pattern: str) -> list[Entry]:
        """Entries whose path, with slashes, fits a pattern as a whole."""
        wanted = re.compile(pattern)
        return [entry for entry in self.entries if wanted.fullmatch(entry.way)]


def _entries(node: Any, path: tuple[Step, ...]) -> Iterator[Entry]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            yield Entry(here, key, value, node)
            yield from _entries(value, here)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield Entry((*path, number), None, value, node)
            yield from _entries(value, (*path, number))
