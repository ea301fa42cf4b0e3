"""Expectations put right in the text of a cases document: only the values change, all else stays as it is written."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from ..documents.yaml_files import read_text
from ..documents.yaml_source import Document, parse_document
from ..language.reading import number
from ..problems import Path
from ..whole_files import write_whole
from .differences import Difference

_MARK = "\ufeff"  # which some editors put before a text
_MOST_DECIMALS = 15


@dataclass(frozen=True, slots=True)
class Update:
    """A file of cases `before` and `after`: `rewritten` expectations hold now, those `left` must be changed by hand."""

    file: str
    before: str
    after: str
    rewritten: tuple[Difference, ...]
    left: tuple[Difference, ...]

    def diff(self) -> tuple[str, ...]:
        """The lines that change, as a unified diff; empty where none does."""
        before, after = self.before.splitlines(), self.after.splitlines()
        return tuple(difflib.unified_diff(before, after, self.file, self.file, lineterm="", n=1))

    def write(self) -> None:
        """Puts the new text in place of the old. Raises Problems if that cannot be."""
        text = self.after.encode()
        write_whole({FilePath(self.file): lambda file: file.write(text)})


def update(file: str, differences: Sequence[Difference]) -> Update:
    """What becomes of a file of cases when its expectations say what came; nothing is written yet."""
    text = read_text(FilePath(file), file)
    assert isinstance(text, str), "its cases have just run"
    mark = _MARK if FilePath(file).read_bytes().startswith(_MARK.encode()) else ""
    document, _ = parse_document(text, file)
    assert document is not None
    placed = [one for one in differences if _placed(document, one)]
    after = _put(document, placed)
    rewritten = tuple(placed) if after is not None else ()
    left = tuple(one for one in differences if one not in rewritten)
    return Update(file, mark + document.text, mark + (after or document).text, rewritten, left)


def _placed(document: Document, one: Difference) -> bool:
    """Whether a value stands at the place in a form that a single value can take the place of."""
    if not one.fixed or one.problem.path not in document.places:
        return False
    *_, start, end, style = document.places[one.problem.path]
    return start < end and style is not None and style not in ("|", ">")


def _put(document: Document, wanted: Sequence[Difference]) -> Document | None:
    """The document with the values of some differences in place; None if it would say anything else then."""
    text, expected = document.text, copy.deepcopy(document.data)
    placed = [(*document.places[one.problem.path][2:4], one) for one in wanted]
    edits = sorted(placed, key=lambda edit: edit[:2], reverse=True)
    for start, end, one in edits:
        text = text[:start] + _written(one, text[start:end]) + text[end:]
    after, problems = parse_document(text, document.file)
    if after is None or problems:
        return None
    for _, _, one in edits:
        came = _at(after.data, one.problem.path)
        if not _means(came, one):
            return None
        _at(expected, one.problem.path[:-1])[one.problem.path[-1]] = came
    return after if after.data == expected else None


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _means(written: Any, one: Difference) -> bool:
    if isinstance(one.becomes, float):
        read = number(written)
        return read is not None and abs(read - one.becomes) <= max(one.tolerance, 1e-9 * abs(one.becomes))
    return bool(written == one.becomes) and type(written) is type(one.becomes)


def _written(one: Difference, before: str) -> str:
    """A value as the author would write it: with the figures that the tolerance asks for, as a percentage if it was."""
    quote = before[0] if before[0] in "'\"" else ""
    if one.becomes is None:
        return "null"
    if not isinstance(one.becomes, float):
        return f"{quote}{one.becomes}{quote}"
    if before.strip("'\"").endswith("%"):
        return f"{quote}{_figures(one.becomes * 100, one.tolerance * 100)}%{quote}"
    return _figures(one.becomes, one.tolerance)


def _figures(value: float, tolerance: float) -> str:
    """The shortest decimals well inside the tolerance; all figures where none is given."""
    near = max(tolerance / 100, 1e-10 * abs(value))
    for places in range(_MOST_DECIMALS + 1):
        if abs(round(value, places) - value) <= near:
            # adding 0 takes away the sign of a 0
            return f"{round(value, places) + 0.0:.{places}f}"
    return repr(value)
