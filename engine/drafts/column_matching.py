"""Which column of a file is which of a source's: by name, by title in any language, by description, or nearly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..formulas.formula import Call, Name
from ..language.model import Input, Ruleset, Source, Text
from ..suggest import nearest

_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CHARACTERS = re.compile(r"[\u3400-\u9fff]+")
_LETTERS = re.compile(r"[^\W\d_\u3400-\u9fff]+")
# words that say nothing of what a column holds
_SMALL = frozenset(("a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "per", "the", "to",
                    "with"))  # fmt: skip
_QUOTED = re.compile(r"[「“\"'`‘《]([^」”\"'`’》]+)[」”\"'`’》]")

# What stands behind the name: `订单金额（元）`.
_UNIT = re.compile(r"\s*[(（\[【][^()（）]*[)）\]】]\s*$")


@dataclass(frozen=True, slots=True)
class Match:
    """A column of the data, the ruleset's for it, and what they have in common: name, title, description, near."""

    theirs: str
    ours: str
    by: str


def match_columns(ruleset: Ruleset, source: Source, names: Sequence[str]) -> list[Match]:
    """The source's columns that the names stand for, each name and each column once, in the order of the source."""
    left = {name: _plain(name) for name in names}
    found: dict[str, Match] = {}
    titles = _titles(ruleset, source)
    for by, known in (
        ("name", {column.name: [column.name] for column in source.columns}),
        ("title", titles),
        ("description", _described(ruleset, source, names)),
    ):
        for ours, words in known.items():
            wanted = {_plain(word) for word in words}
            alike = [name for name, plain in left.items() if plain in wanted]
            # of two that fit, none may be taken for the other
            exact = [name for name in alike if name in words]
            if ours not in found and (len(exact) == 1 or len(alike) == 1):
                theirs = exact[0] if len(exact) == 1 else alike[0]
                found[ours] = Match(theirs, ours, by)
                del left[theirs]
    for column in source.columns:
        if column.name not in found:
            words = [column.name, *titles.get(column.name, ())]
            measured = [name for name in left if _plain(_UNIT.sub("", name)) in map(_plain, words)]
            guess = next((name for word in words if (name := _misspelt(word, left))), None)
            guess = measured[0] if len(measured) == 1 else guess
            if guess is not None:
                found[column.name] = Match(guess, column.name, "near")
                del left[guess]
    return [found[column.name] for column in source.columns if column.name in found]


def _misspelt(word: str, names: Collection[str]) -> str | None:
    """The name that differs from a word by a slip or two; one that only begins like it is another."""
    guess = nearest(word, names)
    return guess if guess is not None and abs(len(_plain(guess)) - len(_plain(word))) <= 2 else None


def _titles(ruleset: Ruleset, source: Source) -> dict[str, list[str]]:
    """What people call a column: its titles, and those of the inputs that are taken from it alone."""
    titles = {column.name: [words for _, words in column.title] for column in source.columns}
    for column, input in _taken(ruleset, source):
        titles.setdefault(column, []).extend(words for _, words in input.title)
    return titles


def alike_in_words(ruleset: Ruleset, source: Source, column: str, names: Sequence[str]) -> list[str]:
    """The names that share a word with a column's name or titles; of Chinese, two characters side by side."""
    known = set().union(*map(_words, (column, *_titles(ruleset, source).get(column, ()))))
    return [name for name in names if not known.isdisjoint(_words(name))]


def _words(text: str) -> set[str]:
    """The words of a name without its unit; Chinese has no spaces, so each pair of characters counts as one."""
    folded = unicodedata.normalize("NFKC", _HUMPS.sub(" ", _UNIT.sub("", text))).casefold()
    words = {word.removesuffix("s") for word in _LETTERS.findall(folded) if word not in _SMALL}
    pairs = {run[at : at + 2] for run in _CHARACTERS.findall(folded) for at in range(max(len(run) - 1, 1))}
    return words | pairs


def _described(ruleset: Ruleset, source: Source, names: Sequence[str]) -> dict[str, list[str]]:
    """Names that the description of one input alone holds as a word, or between quotation marks."""
    holders: dict[str, set[str]] = {}
    for column, input in _taken(ruleset, source):
        for name in _named(input.description, names):
            holders.setdefault(name, set()).add(column)
    described: dict[str, list[str]] = {}
    for name, columns in holders.items():
        if len(columns) == 1:
            described.setdefault(columns.pop(), []).append(name)
    return described


def _named(description: Text, names: Sequence[str]) -> Iterator[str]:
    words = " ".join(words for _, words in description)
    quoted = set(_QUOTED.findall(words))
    for name in names:
        # a word with an underscore is no word of a language
        is_technical = re.fullmatch(r"[A-Za-z]\w*_\w*", name, re.ASCII) is not None
        if name in quoted or (is_technical and re.search(rf"\b{name}\b", words, re.ASCII)):
            yield name


def _taken(ruleset: Ruleset, source: Source) -> Iterator[tuple[str, Input]]:
    """Inputs that are a column, or the sum of one: what they are called, the column may be called too."""
    known = {column.name for column in source.columns}
    for input in ruleset.inputs.values():
        name = input.id if input.is_column else None
        if input.formula is not None:
            match input.formula.node:
                case Call(function="sum", arguments=(Name(id=summed),)):
                    name = summed
        if input.source == source.id and name in known:
            yield name, input


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s_\-]+", "", folded)


def coverage(matches: Sequence[Match], source: Source) -> float:
    """How much of a source is found; a guess counts half."""
    weights: Mapping[str, float] = {"near": 0.5, "dates_only": 0.5}
    return sum(weights.get(match.by, 1) for match in matches) / max(len(source.columns), 1)
