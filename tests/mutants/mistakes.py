"""What a mistake is: an edit of a right text, where it may be told, and what was meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .texts import Text


# Words that more than one place may be wrong about are told at either of `at`.
@dataclass(frozen=True, slots=True)
class Mistake:
    """An edit: `new` takes the place of the characters `start` to `end`.

    `at` are the characters of the text after the edit at any of which the mistake may be told: mostly one, two where
    nobody can say which of two is the wrong one. `meant` is the right name where one was misspelt.
    """

    start: int
    end: int
    new: str
    at: tuple[int, ...]
    meant: str | None = None


Maker = Callable[[Text, Random], Mistake | None]
MAKERS: dict[str, Maker] = {}


def makes(kind: str) -> Callable[[Maker], Maker]:
    """Registers a maker of one kind of mistake. It gives None for a text in which that mistake cannot be made."""

    def register(maker: Maker) -> Maker:
        MAKERS[kind] = maker
        return maker

    return register


def misspelt(word: str, taken: frozenset[str], random: Random) -> str | None:
    """The word with one slip of the keyboard, such that it is none of the words that are there."""
    slips = [_SLIPS[random.randrange(len(_SLIPS))] for _ in range(20)]
    for slip in slips:
        wrong = slip(word, random)
        if wrong and wrong != word and wrong not in taken and (wrong[0].isalpha() or wrong[0] == "_"):
            return wrong
    return None


def _swapped(word: str, random: Random) -> str:
    at = random.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _without(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _doubled(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    return word[: at + 1] + word[at:]


def _other(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    letters = "abcdefghijklmnopqrstuvwxyz" if word.isascii() else "的人户数率量比新总月日客单价群活动"
    return word[:at] + random.choice(letters) + word[at + 1 :]


def _case(word: str, random: Random) -> str:
    return random.choice([word.capitalize(), word.upper(), word.title().replace("_", "")]) if word.isascii() else ""


def _plural(word: str, random: Random) -> str:
    return word[:-1] if word.endswith("s") else word + "s" if word.isascii() else ""


def _dash(word: str, random: Random) -> str:
    return word.replace("_", "-", 1) if "_" in word else ""


def _wide(word: str, random: Random) -> str:
    at = random.randrange(len(word))
    wide = chr(ord(word[at]) + 0xFEE0) if "!" <= word[at] <= "~" and word[at] not in "_-" else ""
    return word[:at] + wide + word[at + 1 :] if unicodedata.normalize("NFKC", wide) == word[at] else ""


_SLIPS = (_swapped, _without, _doubled, _other, _case, _plural, _dash, _wide)


def long_enough(word: str) -> bool:
    """Whether one slip leaves enough of a word to know it again: four letters, or two characters of Chinese."""
    return len(word) >= (4 if word.isascii() else 2)
