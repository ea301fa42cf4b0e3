"""What was meant, as a change of the file's own characters."""

from __future__ import annotations

from typing import TypeAlias

from ..problems import Edit, Fix, Location, Path, Problem
from ..suggest import Meant

Hint: TypeAlias = str | Meant | None


def hinted(
    code: str, message: str, place: Location, hint: Hint, path: Path, line: str | None, severity: str = "error"
) -> Problem:
    """A problem at a place in `line`, with its hint in words, and as a fix where what was meant is certain."""
    if not isinstance(hint, Meant):
        return Problem(code, message, place, severity, hint, path, line)
    return Problem(code, message, place, severity, hint.words, path, line, fix=_fix(hint, place, line))


def _fix(meant: Meant, place: Location, line: str | None) -> Fix | None:
    if not meant.certain or line is None or place.end_line != place.line:
        return None
    written = line[place.column - 1 : place.end_column - 1]
    # inside quotes, or as a part of a longer text; one that stands there twice could be either
    if written.count(meant.given) != 1:
        return None
    column = place.column + written.index(meant.given)
    return Fix((edit(line, place.file, place.line, column, meant.given, meant.word),))


def edit(line: str, file: str, number: int, column: int, given: str, word: str) -> Edit:
    """The edit that puts a word in the place of another, which begins at a column of a line."""
    return Edit(Location(file, number, column, number, column + len(given)), word, line)
