"""Small readings that several rooms share: texts, percentages, formulas and templates out of plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..formulas.formula import Literal, Node
from ..formulas.parsing import parse
from ..formulas.slips import FormulaError, Slip
from ..problems import Fix, Location, Path, Problem
from .formula_fixes import formula_fix
from .layers import Layers
from .model import Evidence, Formula, Template, Text

# A brace that is written twice is one of the text; a single `}` is no more than that.
_BRACES = re.compile(r"\{\{|\}\}|[{｛]")
_PERCENT = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*[%％]\s*")


@dataclass(frozen=True, slots=True)
class Unreadable(Node):
    """Stands where a formula could not be read; the checks pass over it, so that one slip stays one problem."""


def number(value: Any) -> float | None:
    """A number, or the number that a percentage such as `5%` writes; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and (found := _PERCENT.fullmatch(value)):
        return float(found.group(1)) / 100
    return None


def text(value: Any) -> Text:
    """A string, or a map of languages; a string has the empty language, which serves every reader."""
    if value is None:
        return ()
    if isinstance(value, dict):
        return tuple((str(language), str(words)) for language, words in value.items())
    return (("", str(value)),)


def first_language(data: Any) -> str | None:
    """The language that the first text of a document has; None where no text names one."""
    for found in _texts(data):
        if isinstance(found, dict) and found:
            return str(next(iter(found)))
    return None


def _texts(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("title", "description", "text", "because"):
                yield value
            yield from _texts(value)
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item)


def evidence(value: Any) -> Evidence | None:
    if not isinstance(value, dict):
        return None
    return Evidence(value["kind"], value.get("ref"), text(value.get("note")), bool(value.get("fictional")))


@dataclass
class Reader:
    """Reads values of merged data and collects what cannot be read."""

    origin: Layers
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, message: str, location: Location, path: Path, hint: str | None = None,
               fix: Fix | None = None) -> None:  # fmt: skip
        line = self.origin.source_line(location)
        self.problems.append(Problem(code, message, location, hint=hint, path=path, source=line, fix=fix))

    def formula(self, value: Any, path: Path) -> Formula:
        """A formula, number, percentage or flag as a tree; a slip is collected, and the tree is Unreadable."""
        constant = number(value)
        if constant is not None:
            return Formula(str(value), Literal(0, len(str(value)), constant), path)
        if isinstance(value, bool):
            return Formula(str(value).lower(), Literal(0, 4, value), path)
        return self.piece(str(value), path, 0)

    def piece(self, words: str, path: Path, offset: int) -> Formula:
        try:
            return Formula(words, parse(words), path, offset)
        except FormulaError as error:
            slip = error.slip
            place = self.origin.inside(path, slip.start + offset, slip.end + offset)
            fix = formula_fix(self.origin, path, offset, words, slip)
            self.refuse(slip.code, slip.message, place, path, slip.hint, fix)
            return Formula(words, Unreadable(0, len(words)), path, offset)

    def template(self, value: Any, path: Path) -> Template:
        """A text with `{formula}` in it, for each language."""
        return tuple(
            (language, self._parts(words, (*path, language) if isinstance(value, dict) else path))
            for language, words in text(value)
        )

    def _parts(self, words: str, path: Path) -> tuple[str | Formula, ...]:
        parts: list[str | Formula] = []
        plain = ""
        position = 0
        while found := _BRACES.search(words, position):
            start, brace = found.start(), found.group()
            plain += words[position:start]
            position = found.end()
            if len(brace) > 1:
                plain += brace[0]
                continue
            end = words.find("}", start)
            slip = _brace_slip(words, start, end)
            if slip is not None:
                place = self.origin.inside(path, slip.start, slip.end)
                self.refuse(slip.code, slip.message, place, path, slip.hint)
                return tuple(parts)
            parts += [plain] if plain else []
            parts.append(self.piece(words[position:end], path, position))
            plain, position = "", end + 1
        plain += words[position:]
        return (*parts, plain) if plain else tuple(parts)


def _brace_slip(words: str, start: int, end: int) -> Slip | None:
    """What is wrong with an opening brace, whose closing one is at `end`."""
    if words[start] == "｛":
        return Slip("RC308", start, start + 1, "`｛` is typed with a Chinese keyboard", "write `{`")
    if end < 0:
        return Slip("RC311", start, start + 1, "this `{` is never closed", "write `{{` for a brace")
    if not words[start + 1 : end].strip():
        return Slip("RC311", start, end + 1, "nothing stands between these braces",
                    "put a formula there, or write `{{` for a brace")  # fmt: skip
    return None
