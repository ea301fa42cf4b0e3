"""A slip in a formula put right in the characters of its file, whatever stands around the formula there."""

from __future__ import annotations

from ..documents.document import Document
from ..formulas.parsing import parse
from ..formulas.slips import FormulaError, Slip
from ..problems import Edit, Fix, Path
from .layers import Layers


def formula_fix(origin: Layers, path: Path, offset: int, words: str, slip: Slip) -> Fix | None:
    """What mends a formula, which begins at `offset` of the text at `path`; None if it would still be none then."""
    if not slip.changes:
        return None
    document, own = origin.home(path)
    if own not in document.places or not _is_formula(_changed(words, slip)):
        return None
    *_, style = document.places[own]
    # inside the quotes of YAML those of the other kind
    quote = "'" if style == '"' else '"'
    edits: list[Edit] = []
    for start, end, new in slip.changes:
        place = document.inside(own, start + offset, end + offset)
        text = quote if new == '"' else new
        edits.append(Edit(place, text, document.line(place.line)))
    if style == "" and _needs_quotes(document, own, slip):
        edits = _quoted(document, own, edits)
    return Fix(tuple(edits)) if all(edit.location.line == edit.location.end_line for edit in edits) else None


def _is_formula(text: str) -> bool:
    try:
        parse(text)
    except FormulaError:
        return False
    return True


def _changed(words: str, slip: Slip) -> str:
    for start, end, new in reversed(slip.changes):
        words = words[:start] + new + words[end:]
    return words


def _needs_quotes(document: Document, path: Path, slip: Slip) -> bool:
    """Whether a comma, or a quote at the beginning, would mean something else to YAML than to the formula."""
    *_, holder, _, _ = document.places[path[:-1]]
    flow = document.text[holder : holder + 1] in ("{", "[")
    return any((flow and new[:1] == ",") or (start == 0 and new == '"') for start, _, new in slip.changes)


def _quoted(document: Document, path: Path, edits: list[Edit]) -> list[Edit]:
    """The edits with quotes around the whole, of the kind that is not inside; none where both kinds are."""
    *_, start, end, _ = document.places[path]
    inside = document.text[start:end] + "".join(edit.text for edit in edits)
    quote = next((one for one in "\"'" if one not in inside), "")
    if not quote or "\\" in inside or "\n" in inside:
        return []
    first, last = document.source.edit(start, start, quote), document.source.edit(end, end, quote)
    return [first, *edits, last]
