"""The sections of a document in the order of the language's chapters, each moved as a whole with its comments."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise

from ..documents.document import Document
from ..documents.schema import KINDS, schema_text
from ..documents.yaml_source import parse_document
from ..language.reading import first_language

# What stands before these tells of the document itself, and stays in the order that its author gave it.
_FIRST_SECTION = {"ruleset": "levels", "overlay": "set", "cases": "tests", "dataset": "sources", "pack": "rulesets"}


def ordered_text(document: Document) -> str | None:
    """The text with its sections in order; None if they are, or if that cannot be done without loss."""
    keys = list(document.data)
    wanted = _wanted(document.kind, keys)
    if document.kind not in KINDS or wanted == keys:
        return None
    chunks = _chunks(document)
    # a comment at the end of a file may be about the whole of it
    if chunks is None or (wanted[-1] != keys[-1] and re.search(r"^#[^\n]*\s*\Z", document.text, re.MULTILINE)):
        return None
    text = _joined(document.text, list(chunks.values()), [chunks[key] for key in wanted])
    after, problems = parse_document(text, document.file)
    same = after is not None and not problems and after.data == document.data
    # a text without a language is in the first that the document has
    if after is None or not same or first_language(after.data) != first_language(document.data):
        return None
    return text


def _wanted(kind: str, keys: list[str]) -> list[str]:
    sections = _sections(kind) if kind in KINDS else ()
    head = [key for key in keys if key not in sections]
    return [*head, *(key for key in sections if key in keys)]


@cache
def _sections(kind: str) -> tuple[str, ...]:
    keys = list(json.loads(schema_text(kind))["properties"])
    return tuple(keys[keys.index(_FIRST_SECTION[kind]) :])


def _chunks(document: Document) -> dict[str, str] | None:
    """Each key with its value, and the comments and empty lines above it; None where they are not lines of their own.

    A comment right below a value, with an empty line behind it, is the value's; any other is the next key's.
    """
    source = document.source
    places = [document.at_key((key,)) for key in document.data]
    lines = [source.line(number) for number in range(1, len(source.starts) + 1)]
    if any(place.column != 1 for place in places) or any(re.match(r"(---|\.\.\.)(\s|$)|%", line) for line in lines):
        return None
    firsts = [_first_line(lines, above.line, place.line) for above, place in pairwise(places)]
    starts = [0, *(source.starts[first - 1] for first in firsts), len(document.text)]
    return {key: document.text[start:end] for key, (start, end) in zip(document.data, pairwise(starts), strict=True)}


def _first_line(lines: list[str], above: int, key: int) -> int:
    """The line, counted from 1, from which on what stands above a key belongs to it."""
    first = key
    while first - 1 > above and re.match(r"#|\s*$", lines[first - 2]):
        first -= 1
    own = [lines[number - 1].strip() for number in range(first, key)]
    # comments right below the value above
    below = next((at for at, line in enumerate(own) if not line), len(own))
    return first + below if 0 < below < len(own) else first


def _joined(text: str, before: list[str], after: list[str]) -> str:
    """The chunks one below the other; empty lines stay between them, and the file ends as it did."""
    end = "\r\n" if "\r\n" in text else "\n"
    empty = [re.match(r"(?:[ \t]*(?:\r\n|\r|\n))*", chunk) for chunk in before]
    pieces = [
        (found.group() if found else "") + chunk.lstrip("\r\n \t") for found, chunk in zip(empty, after, strict=True)
    ]
    whole = "".join(piece if piece.endswith(("\n", "\r")) else piece + end for piece in pieces)
    return whole.rstrip("\r\n") + text[len(text.rstrip("\r\n")) :]
