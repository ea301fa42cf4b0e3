"""The name that was probably meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_LONGEST = 64
# what stands between the parts of a word, and what a Chinese keyboard puts around it
_AROUND = str.maketrans("", "", "“”‘’「」-_ ")
_SHORTEST = 4
# more slips than any two words have of which one was meant for the other
_FAR = 6
# words that are compared again and again
_KEPT = 1 << 15


@dataclass(frozen=True, slots=True)
class Meant:
    """What was probably meant: `words` say so, and `word` is it, in the place of what was `given`.

    It is `certain` if it can be nothing else, so that it may be written without asking.
    """

    word: str
    given: str
    words: str
    certain: bool = True


def meant(given: str, candidates: Collection[str]) -> Meant | None:
    """The candidate that was probably meant, or None where none is near."""
    word = nearest(given, candidates)
    return None if word is None else said(given, word, candidates)


def said(given: str, word: str, candidates: Iterable[str]) -> Meant:
    """A guess in the words of a hint, certain only if no other candidate comes near."""
    return Meant(word, given, f"did you mean `{word}`?", certain(given, word, candidates))


def certain(given: str, word: str, candidates: Iterable[str]) -> bool:
    """Whether nobody who wrote `given` can have meant another candidate than `word`.

    It differs in case, width, `-`, `_` and spaces alone; or by one slip inside a part of at least four letters (see
    `_surely_a_slip`) while every other candidate is at least three slips away.
    """
    wrong, right = _plain(given), _plain(word)
    others = {_plain(one) for one in candidates if one != word}
    if len(right) < 2 or right in others:
        return False
    if wrong == right:
        return True
    near = any(_at_least(wrong, other) < 3 and _slips(wrong, other, 3) < 3 for other in others)
    return not near and _surely_a_slip(_spelled(given), _spelled(word))


def _surely_a_slip(given: str, word: str) -> bool:
    """Whether one of two words is the other one mistyped, and not a word of its own.

    Names often differ by a digit (`d1`, `d7`), a short part (`gmv_a`, `gmv_b`), a first letter (`typical`, `atypical`)
    or a single Chinese character on purpose.
    """
    if [char for char in given if char.isdigit()] != [char for char in word if char.isdigit()]:
        return False
    parts, wanted = given.split("_"), word.split("_")
    if len(parts) != len(wanted):
        return False
    ((wrong, right), *more) = [(a, b) for a, b in zip(parts, wanted, strict=True) if a != b] or [("", "")]
    if more or min(len(wrong), len(right)) < _SHORTEST or _slips(wrong, right, 2) > 1:
        return False
    if sorted(wrong) == sorted(right) or _undoubled(wrong) == _undoubled(right):
        return True
    return wrong[0] == right[0] and wrong.isascii() and right.isascii()


def _undoubled(word: str) -> str:
    return word[:1] + "".join(b for a, b in pairwise(word) if a != b)


def _spelled(word: str) -> str:
    """In small letters of one width, with `_` between its parts."""
    return unicodedata.normalize("NFKC", word).casefold().translate(str.maketrans("- ", "__", "“”‘’「」"))


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to `word`, or None where none is near: the first of them where several are as near."""
    return nearest_with_slips(word, candidates)[0]


def nearest_with_slips(word: str, candidates: Iterable[str]) -> tuple[str | None, int]:
    """The candidate nearest to `word`, and how many slips lie between.

    Near is: the same but for case, width, `-`, `_` and spaces; or one slip (a letter more, less, other, or swapped with
    its neighbour) for each three letters; or a beginning of at least four letters (`desc` for `description`).
    """
    wanted = _plain(word)
    if not wanted or len(wanted) > _LONGEST:
        return None, 0
    best: str | None = None
    strangers = 0
    fewest = max(1, min(4, len(wanted) // 3)) + 1
    prefixed: str | None = None
    for candidate in candidates:
        plain = _plain(candidate)
        if plain == wanted:
            return candidate, 0
        if prefixed is None and len(wanted) >= 4 and plain.startswith(wanted):
            prefixed = candidate
        # a word that shares no letter with the other is not a misspelling of it
        if _at_least(wanted, plain) <= fewest and not _letters(plain).isdisjoint(wanted):
            slips = _slips(wanted, plain, fewest + 1)
            # of two that are as near the one with the same letters is meant: `levell` is `level`, not `levels`
            others = len(_letters(plain) ^ _letters(wanted))
            if slips < fewest or (best is not None and slips == fewest and others < strangers):
                best, fewest, strangers = candidate, slips, others
    return best or prefixed, fewest


def alike(word: str, other: str) -> bool:
    """Whether two words differ in case, width, `-`, `_` and spaces alone."""
    return _plain(word) == _plain(other)


@lru_cache(_KEPT)
def _plain(word: str) -> str:
    # NFKC turns the full-width letters of a Chinese keyboard into plain ones
    return unicodedata.normalize("NFKC", word).casefold().translate(_AROUND)


@lru_cache(_KEPT)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def _at_least(a: str, b: str) -> int:
    """So many slips or more lie between: each brings and takes one letter at most."""
    if abs(len(a) - len(b)) > _FAR:
        return _FAR
    one, other = _letters(a), _letters(b)
    return max(abs(len(a) - len(b)), len(one - other), len(other - one))


def _slips(a: str, b: str, limit: int) -> int:
    """The Damerau-Levenshtein distance (neighbours swapped count as one), or `limit` where it is that or more."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        previous, row = row, [i] + [0] * len(b)
        for j, other in enumerate(b, 1):
            row[j] = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                row[j] = min(row[j], before[j - 2] + 1)
        before = previous
        if min(row) >= limit:
            return limit
    return min(row[-1], limit)
