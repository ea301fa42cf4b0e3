"""Edits of a text: where they lie in it, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable

from ..documents.document import Changes, Source
from ..problems import Edit


def changes_of(source: Source, edits: Iterable[Edit]) -> Changes | None:
    """The edits as offsets, in order; None where two of them overlap, or the text there is not what it was."""
    changes: list[tuple[int, int, str]] = []
    for edit in sorted(edits, key=lambda one: one.location):
        place = edit.location
        start = source.starts[place.line - 1] + place.column - 1
        end = start + place.end_column - place.column
        if place.end_line != place.line or source.text[start:end] != edit.before:
            return None
        if changes and start < changes[-1][1]:
            return None
        changes.append((start, end, edit.text))
    return changes


def changed(text: str, changes: Changes) -> str:
    """The text with each change made, of changes that are in order."""
    for start, end, new in reversed(changes):
        text = text[:start] + new + text[end:]
    return text
