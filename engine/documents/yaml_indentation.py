"""Lines that are indented with tabs, or with spaces that are none to YAML, indented as they must have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from .document import Changes, Source

# A tab is as wide as an editor makes it, a Chinese space counts as one and is two wide; most likely is the first pair.
_WIDTHS = tuple((tab, chinese) for chinese in (1, 2) for tab in (2, 4, 8))
_INDENTED = re.compile(r"[ \t\u00a0\u3000]*[\t\u00a0\u3000][ \t\u00a0\u3000]*(?=\S)")
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def respaced(source: Source) -> Changes:
    """What gives every line its indentation in plain spaces; nothing where different widths mean different things."""
    ways = {_changed(source.text, found): found for found in (list(_spaces(source, *pair)) for pair in _WIDTHS)}
    read = {text: _meaning(text) for text in ways}
    # another slip further down may stop all of them; a wrong width stops earlier
    least = min(left for left, _ in read.values())
    first, *others = (text for text, (left, _) in read.items() if left == least)
    certain = all(read[text] == read[first] for text in others)
    return ways[first] if certain and least < len(source.text) else ()


def _spaces(source: Source, tab: int, chinese: int) -> Iterator[tuple[int, int, str]]:
    for start in source.starts:
        found = _INDENTED.match(source.text, start)
        if found is not None:
            plain = found.group().replace("\t", " " * tab).replace("\u3000", " " * chinese).replace("\u00a0", " ")
            yield found.start(), found.end(), plain


def _changed(text: str, changes: Changes) -> str:
    for start, end, new in reversed(changes):
        text = text[:start] + new + text[end:]
    return text


def _meaning(text: str) -> tuple[int, list[Any]]:
    """How many characters cannot be read, and the events before without their places, which no alias can blow up."""
    events: list[Any] = []
    # spaces that are none to YAML behind a colon are a slip of their own
    spaced = re.sub(r"(?<=:)[\u00a0\u3000]", " ", text)
    try:
        for event in yaml.parse(spaced, Loader=_Parser):
            events.append((type(event), getattr(event, "value", None)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return len(text) - (mark.index if mark else 0), events
    except UnicodeEncodeError:
        return len(text), []
    return 0, events
