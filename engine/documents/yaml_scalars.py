"""YAML 1.2 scalars: what a plain word means, and which characters of the file a scalar's value came from."""

from __future__ import annotations

import re
from typing import Literal

Style = Literal["", "'", '"', "|", ">"]
Span = tuple[int, int]

_MAY_BE_MORE_THAN_TEXT = frozenset("-+.0123456789tfnN~")
_INTEGER = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "Null": None, "NULL": None, "~": None}
_BREAKS = "\n\r\x85\u2028\u2029"
_ESCAPE_WIDTHS = {"x": 4, "u": 6, "U": 10}


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar; raises OverflowError for a number that is not finite."""
    if not text:
        return None
    if text[0] not in _MAY_BE_MORE_THAN_TEXT:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        # Python refuses to read integers of more than 4,300 digits; beyond 308 no 64-bit float holds them anyway
        if len(text) > 300:
            raise OverflowError
        return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            raise OverflowError
        return number
    if _NOT_FINITE.fullmatch(text):
        raise OverflowError
    return text


def offsets(text: str, start: int, end: int, style: Style, value: str) -> list[Span] | None:
    """For each character of `value`, the offsets in `text` of what stands for it; None where that cannot be told.

    `start` and `end` bound the scalar in `text`, quotes and block header included.
    """
    if style == "" and value == text[start:end]:
        return [(at, at + 1) for at in range(start, end)]
    if style in ("|", ">"):
        return _block(text, start, end, style == ">", value)
    quoted = style != ""
    spans = _flow(text, start + quoted, end - quoted, style, value)
    return spans if len(spans) == len(value) else None


def _break_end(text: str, at: int) -> int:
    return at + 2 if text.startswith("\r\n", at) else at + 1


def _flow(text: str, at: int, end: int, style: Style, value: str) -> list[Span]:
    """Spans of a plain or quoted scalar, which may run over several lines."""
    spans: list[Span] = []
    while at < end:
        escaped_break = style == '"' and text[at] == "\\" and text[at + 1] in _BREAKS
        if text[at] not in " \t" + _BREAKS and not escaped_break:
            width = _width(text, at, style)
            spans.append((at, at + width))
            at += width
            continue
        first = at
        blanks: list[Span] = []
        breaks: list[Span] = []
        if escaped_break:
            at = _break_end(text, at + 1)
        while at < end and text[at] in " \t" + _BREAKS:
            if text[at] in _BREAKS:
                breaks.append((at, _break_end(text, at)))
                at = breaks[-1][1]
            else:
                blanks.append((at, at + 1))
                at += 1
        if escaped_break:
            spans += breaks
        elif not breaks:
            spans += blanks
        elif text[breaks[0][0]] in "\u2028\u2029":
            spans += breaks
        else:
            # one line break reads as a space, the first of several as nothing
            spans += breaks[1:] or [(first, at)]
    return spans


def _width(text: str, at: int, style: Style) -> int:
    """How many characters of the file make the one character of the value that begins at `at`."""
    if style == "'" and text[at] == "'":
        return 2
    if style == '"' and text[at] == "\\":
        return _ESCAPE_WIDTHS.get(text[at + 1], 2)
    return 1


def _block(text: str, start: int, end: int, folded: bool, value: str) -> list[Span] | None:
    """Spans of a `|` or `>` scalar: the indentation is not written down, so the one that gives back `value` is it."""
    at = start
    while at < end and text[at] not in _BREAKS:
        at += 1
    body = _break_end(text, at) if at < end else end
    lines = _lines(text, body, end)
    widest = max((len(text[a:b]) - len(text[a:b].lstrip(" ")) for a, b, _ in lines), default=0)
    for indent in range(widest, -1, -1):
        pairs = _block_pairs(text, lines, indent, folded)[: len(value)]
        if "".join(char for char, _ in pairs) == value:
            return [span for _, span in pairs]
    return None


def _lines(text: str, at: int, end: int) -> list[tuple[int, int, int]]:
    """Start, end, and end with the line break, of each line between two offsets."""
    lines: list[tuple[int, int, int]] = []
    first = at
    while at < end:
        if text[at] in _BREAKS:
            after = _break_end(text, at)
            lines.append((first, at, after))
            first = at = after
        else:
            at += 1
    if first < end:
        lines.append((first, end, end))
    return lines


def _block_pairs(text: str, lines: list[tuple[int, int, int]], indent: int, folded: bool) -> list[tuple[str, Span]]:
    """Each character of a block scalar that keeps all its line breaks, with its span."""
    pairs: list[tuple[str, Span]] = []
    last_break: Span | None = None
    trailing: list[Span] = []
    last_blank = False

    def keep(breaks: list[Span]) -> None:
        for a, b in breaks:
            pairs.append((text[a] if text[a] in "\u2028\u2029" else "\n", (a, b)))

    for first, last, after in lines:
        content = min(first + indent, last)
        if not text[first:content].strip(" ") and content == last:
            trailing.append((last, after))
            continue
        blank = text[content] in " \t"
        plain_break = last_break is not None and text[last_break[0]] not in "\u2028\u2029"
        if folded and last_break is not None and plain_break and not last_blank and not blank:
            if not trailing:
                pairs.append((" ", (last_break[0], content)))
        elif last_break is not None:
            keep([last_break])
        keep(trailing)
        trailing = []
        last_blank = blank
        pairs += [(text[at], (at, at + 1)) for at in range(content, last)]
        last_break = (last, after) if after > last else None
    if last_break is not None:
        keep([last_break])
    keep(trailing)
    return pairs
