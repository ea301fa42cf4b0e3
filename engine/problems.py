"""A user's mistake is a value: a `Problem` with a place, collected with all the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A range of characters in a file; lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of one line, `source`, and the text to put in their place."""

    location: Location
    text: str
    source: str

    @property
    def before(self) -> str:
        """The characters that it takes the place of."""
        return self.source[self.location.column - 1 : self.location.end_column - 1]


@dataclass(frozen=True, slots=True)
class Fix:
    """What surely mends a problem: edits of its own file, all or none of them."""

    edits: tuple[Edit, ...]

    def to_dict(self) -> dict[str, Any]:
        """The fix as `validate --format json` prints it."""
        edits = []
        for edit in self.edits:
            place = edit.location
            edits.append(
                {
                    "line": place.line,
                    "column": place.column,
                    "end_line": place.end_line,
                    "end_column": place.end_column,
                    "text": edit.text,
                }
            )
        return {"edits": edits}


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: a stable code, what is wrong, where, and what to do.

    `source` is the text of the line that `location` begins on, for views that quote it.
    `path` leads to the value inside its document, such as ("metrics", "conversion", "bands", 0).
    `fix` is what mends it, where that is certain.
    `suppressed` is the reason for which a ruleset has it silenced, if it has.
    """

    code: str
    message: str
    location: Location | None = None
    severity: str = "error"
    hint: str | None = None
    path: Path = ()
    source: str | None = None
    suppressed: str | None = None
    fix: Fix | None = None

    def to_dict(self) -> dict[str, Any]:
        """The problem as `validate --format json` prints it."""
        place = self.location
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
            "file": place.file if place else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
            "end_line": place.end_line if place else None,
            "end_column": place.end_column if place else None,
            "path": list(self.path),
        }

    def sort_key(self) -> tuple[Any, ...]:
        """Problems are shown by file and place; those without a place come first."""
        place = self.location
        return ("", 0, 0) if place is None else (place.file, place.line, place.column, self.code)


class Problems(Exception):
    """Raised by the Python API when a file, the call or the data cannot be used; holds all problems found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=Problem.sort_key))
        super().__init__("\n".join(map(_told, self.problems)))


def _told(problem: Problem) -> str:
    place = f"{problem.location}: " if problem.location else ""
    hint = f"\n   = help: {problem.hint}" if problem.hint else ""
    return f"{place}{problem.severity}[{problem.code}] {problem.message}{hint}"
