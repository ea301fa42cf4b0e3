"""The name that was probably meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_LONGEST = 64


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
        if abs(len(plain) - len(wanted)) <= fewest and not set(plain).isdisjoint(wanted):
            slips = _slips(wanted, plain, fewest + 1)
            # of two that are as near the one with the same letters is meant: `levell` is `level`, not `levels`
            others = len(set(plain) ^ set(wanted))
            if slips < fewest or (best is not None and slips == fewest and others < strangers):
                best, fewest, strangers = candidate, slips, others
    return best or prefixed, fewest


def alike(word: str, other: str) -> bool:
    """Whether two words differ in case, width, `-`, `_` and spaces alone."""
    return _plain(word) == _plain(other)


def _plain(word: str) -> str:
    # NFKC turns the full-width letters of a Chinese keyboard into plain ones
    folded = unicodedata.normalize("NFKC", word).casefold()
    return folded.replace("-", "").replace("_", "").replace(" ", "")


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
