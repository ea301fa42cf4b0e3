"""What belongs to the language but is not evaluated in this version. Deleting a row here enables the thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .document import Located, problem_at
from .problems import Path, Problem


class NotYet(NamedTuple):
    """Where something stands (`*` is any key) in a kind of document, what it is, and what to do in its place."""

    kind: str
    path: tuple[str, ...]
    what: str
    instead: str


_BEFORE = "work it out before the run and give it as a column"

NOT_YET: tuple[NotYet, ...] = (
    NotYet("ruleset", ("sources", "*", "lookup"), "a lookup of another source", "join the columns before the run"),
    NotYet("ruleset", ("inputs", "*", "per"), "grouping the rows of an input first", _BEFORE),
    NotYet("ruleset", ("inputs", "*", "conversion"), "conversion from one event to another", _BEFORE),
    NotYet("ruleset", ("inputs", "*", "retention"), "retention", _BEFORE),
)


def refuse_not_yet(document: Located) -> Iterator[Problem]:
    """A problem at the key of each thing in `document` that would not be evaluated."""
    for row in NOT_YET:
        if row.kind == document.kind:
            for path in _matches(document.data, row.path, ()):
                message = f"`{path[-1]}`: {row.what} is part of the language, but not evaluated yet"
                yield problem_at(document, "RC210", message, path, key=True, hint=row.instead)


def _matches(value: Any, pattern: tuple[str, ...], path: Path) -> Iterator[Path]:
    if not pattern:
        yield path
    elif isinstance(value, dict):
        for key in value if pattern[0] == "*" else (pattern[0],):
            if key in value:
                yield from _matches(value[key], pattern[1:], (*path, key))
