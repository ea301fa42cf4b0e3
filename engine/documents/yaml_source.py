"""Files and text to a `Document`, in one pass over libyaml's events; refuses what is ambiguous or hostile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ..problems import Path, Problem
from .document import Changes, Document, Place, Source
from .yaml_errors import explain_syntax
from .yaml_files import MAX_BYTES, read_text
from .yaml_indentation import respaced
from .yaml_scalars import Style, resolve
from .yaml_slips import ODD_SPACE, glued_root

# Only the events of these are used: libyaml's, or PyYAML's own where it was built without, some ten times slower.
Parser: type[yaml.CSafeLoader] | type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

__all__ = ["Document", "parse_document", "read_document"]

# The deepest path of the language has about 12 steps; the rest is room for `meta`.
MAX_DEPTH = 64
# A ruleset of 500 lines has about 2,000 values; this many keep a hostile file under 100 MB and half a second.
MAX_VALUES = 100_000
MAX_PROBLEMS = 100


def read_document(file: str | FilePath) -> tuple[Document | None, tuple[Problem, ...]]:
    """The document in a file, and what is wrong with it as YAML.

    A document may come with problems (a key that stands twice): then it serves to find more of them, not to be run.
    """
    name = str(file)
    text = read_text(FilePath(file), name)
    return (None, (text,)) if isinstance(text, Problem) else parse_document(text, name)


def parse_document(text: str, file: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """The same as `read_document` for a text that is at hand; `file` is the name that problems show."""
    source = Source.of(file, text.removeprefix("\ufeff"))
    reading = _Reading(source)
    try:
        root = reading.run()
    except _Stop:
        return None, tuple(reading.problems)
    except UnicodeEncodeError as error:
        message = "the text holds half of a character (a lone surrogate)"
        return None, (source.problem("RC106", message, error.start, error.end),)
    except yaml.YAMLError as error:
        wrong = explain_syntax(error, source, reading.last_scalar, reading.stack[-1].start if reading.stack else 0)
        # what seemed wrong behind that place may be so because of it
        return None, (*(one for one in reading.problems if one.sort_key() < wrong.sort_key()), wrong)
    if not reading.usable:
        return None, tuple(reading.problems)
    kind, name = next(iter(root.items()))
    return Document(source, root, reading.places, kind, name if isinstance(name, str) else ""), tuple(reading.problems)


class _Stop(Exception):
    """Ends the reading; what is wrong is among the problems already."""


_NO_KEY = object()
_REFUSED_KEY = object()


@dataclass(slots=True)
class _Frame:
    """A map or list that is being read. `places` is a scratch one where the value will not be used."""

    container: Any
    is_map: bool
    path: Path
    places: dict[Path, Place]
    start: int
    key: Any = _NO_KEY
    key_start: int = -1
    key_end: int = -1
    is_key: bool = False


class _Reading:
    """One pass over the events of a text. Problems are collected; only what cannot be read on stops it."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.places: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self.usable = True
        self.last_scalar: tuple[int, int, Style] = (0, 0, "")
        self.stack: list[_Frame] = []
        self.root: Any = None
        self.values = 0

    def run(self) -> dict[str, Any]:
        """The data of the one document; raises _Stop or YAMLError where reading cannot go on."""
        if len(self.source.text) > MAX_BYTES:
            self._stop("RC105", f"the text is longer than {MAX_BYTES:,} characters", 0, 0)
        parser = Parser(self.source.text)
        documents = 0
        while True:
            event = parser.get_event()
            kind = event.__class__
            if kind is ScalarEvent:
                self._on_scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._on_start(event, kind is MappingStartEvent)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._on_end(event)
            elif kind is AliasEvent:
                self._on_alias(event)
            elif kind is DocumentStartEvent:
                documents += 1
                self._on_document(event, documents)
            elif kind is StreamEndEvent:
                break
        if not documents:
            hint = "the first line names the kind of document and its id, such as `ruleset: shop-health`"
            self._stop("RC107", "the file is empty", 0, 0, hint)
        *_, start, end, _ = self.places[()]
        if not isinstance(self.root, dict):
            self._stop("RC107", "the file holds a list where a map (`key: value` lines) is expected", start, end)
        if not self.root and self.usable:
            self._stop("RC107", "the file holds an empty map", start, end)
        root: dict[str, Any] = self.root
        return root

    def _on_scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        style: Style = event.style or ""
        self.last_scalar = (start, end, style)
        self._count(start, end)
        if event.tag is not None or event.anchor is not None:
            self._refuse_properties(event)
        if not self.stack:
            self._refuse_root(start, end)
        top = self.stack[-1]
        if top.is_map and top.key is _NO_KEY:
            self._take_key(top, event.value, start, end, style)
        else:
            value = event.value if style else self._resolve(event.value, start, end)
            self._put(top, value, (top.key_start, top.key_end, start, end, style))

    def _on_start(self, event: Any, is_map: bool) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self._count(start, end)
        if event.tag is not None or event.anchor is not None:
            self._refuse_properties(event)
        if len(self.stack) >= MAX_DEPTH:
            hint = "nothing in the language is nested so deep; is a bracket or a quote missing above?"
            self._stop("RC105", f"values are nested more than {MAX_DEPTH} deep", start, end, hint)
        self.stack.append(self._open(self.stack[-1] if self.stack else None, is_map, start, end))

    def _on_end(self, event: Any) -> None:
        done = self.stack.pop()
        # a block ends where the next thing begins; what is shown ends with its last character
        start, end = event.start_mark.index, event.end_mark.index
        if end == start:
            end = max(self.last_scalar[1], done.start)
        self.last_scalar = (self.last_scalar[0], end, self.last_scalar[2])
        if not self.stack:
            self.root = done.container
            self.places[()] = (-1, -1, done.start, end, None)
        elif done.is_key:
            self.stack[-1].key = _REFUSED_KEY
        else:
            top = self.stack[-1]
            self._put(top, done.container, (top.key_start, top.key_end, done.start, end, None))

    def _on_alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        message = f"the alias `{self.source.text[start:end]}`: aliases are not used here"
        hint = "write the value out again; a text that begins with `*` needs quotes"
        self._refuse("RC103", message, start, end, hint)
        if not self.stack:
            raise _Stop
        top = self.stack[-1]
        if top.is_map and top.key is _NO_KEY:
            top.key = _REFUSED_KEY
        else:
            self._put(top, None, (top.key_start, top.key_end, start, end, ""))

    def _open(self, top: _Frame | None, is_map: bool, start: int, end: int) -> _Frame:
        container: Any = {} if is_map else []
        if top is None:
            return _Frame(container, is_map, (), self.places, start)
        if top.is_map and top.key is _NO_KEY:
            hint = "a key is a word or a text; a value that begins with `{` or `[` needs quotes if it is meant as text"
            self._refuse("RC101", "a key cannot be a list or a map", start, end, hint)
            return _Frame(container, is_map, top.path, {}, start, is_key=True)
        places = top.places
        if top.is_map and (top.key is _REFUSED_KEY or top.key in top.container):
            places = {}
        step = top.key if top.is_map else len(top.container)
        return _Frame(container, is_map, (*top.path, step), places, start)

    def _put(self, top: _Frame, value: Any, place: Place) -> None:
        """Adds a finished value to the map or list it stands in."""
        if not top.is_map:
            top.places[*top.path, len(top.container)] = place
            top.container.append(value)
            return
        key, top.key = top.key, _NO_KEY
        if key is _REFUSED_KEY or key in top.container:
            return
        top.container[key] = value
        top.places[*top.path, key] = place

    def _take_key(self, top: _Frame, key: str, start: int, end: int, style: str) -> None:
        top.key, top.key_start, top.key_end = key, start, end
        if key == "<<" and not style:
            hint = "write out what is to be merged; `extends` and overlays build one ruleset on another"
            self._refuse("RC103", "merge keys (`<<`) are not used here", start, end, hint)
            top.key = _REFUSED_KEY
        elif not style and key[:1].isspace():
            # what follows stands in columns that mean nothing
            message = f"U+{ord(key[0]):04X} is a space that YAML does not know"
            self._stop("RC101", message, start, start + 1, ODD_SPACE, respaced(self.source))
        elif key in top.container:
            first = top.places.get((*top.path, key))
            line = self.source.location(first[0], first[1]).line if first else 0
            message = f"the key `{key}` stands twice in this map"
            hint = f"it stands in line {line} already; remove or rename one of the two"
            self._note(self.source.problem("RC102", message, start, end, hint))

    def _resolve(self, text: str, start: int, end: int) -> Any:
        try:
            return resolve(text)
        except OverflowError:
            hint = "leave the value out, or put it in quotes if it is meant as text"
            shown = text if len(text) <= 40 else f"{text[:20]}…"
            self._refuse("RC109", f"`{shown}` is not a finite number", start, end, hint)
            return None

    def _refuse_properties(self, event: Any) -> None:
        start = event.start_mark.index
        words = re.finditer(r"[&!][^\s,\[\]{}]*", self.source.text[start : start + 1000])
        for found in list(words)[: (event.tag is not None) + (event.anchor is not None)]:
            at, end, word = start + found.start(), start + found.end(), found.group()
            if word.startswith("!"):
                message = f"the tag `{word}`: tags are not used here"
                hint = "remove it; a text that begins with `!` needs quotes"
                self._refuse("RC104", message, at, end, hint)
            else:
                message = f"the anchor `{word}`: anchors are not used here"
                hint = "remove it and write the value out where it is needed; a text that begins with `&` needs quotes"
                self._refuse("RC103", message, at, end, hint)

    def _refuse_root(self, start: int, end: int) -> NoReturn:
        line = self.source.location(start, end).line
        message = f"line {line} is plain text where a map (`key: value` lines) is expected"
        self._stop("RC107", message, start, end, *glued_root(self.source.text, start, end))

    def _on_document(self, event: Any, documents: int) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        if documents > 1:
            hint = "put each document in a file of its own"
            self._stop("RC108", "a second document begins here; a file holds one", start, end, hint)
        # PyYAML's own parser passes over directives that it does not know
        directive = re.search(r"^%(?!YAML 1\.2\s).*", self.source.text[:end], re.MULTILINE)
        if directive:
            hint = "Rulecard reads YAML 1.2 and no tags; remove the line"
            self._refuse("RC101", f"the directive `{directive.group()}` is not used here", *directive.span(), hint)

    def _refuse(self, code: str, message: str, start: int, end: int, hint: str = "", changes: Changes = ()) -> None:
        """A mistake that leaves the data incomplete, so that nothing more can be said about it."""
        self.usable = False
        self._note(self.source.problem(code, message, start, end, hint or None, changes))

    def _note(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise _Stop

    def _count(self, start: int, end: int) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            hint = "tables of numbers belong in a data file (CSV, Parquet, …), which a dataset names"
            self._stop("RC105", f"the file holds more than {MAX_VALUES:,} keys and values", start, end, hint)

    def _stop(self, code: str, message: str, start: int, end: int, hint: str = "", changes: Changes = ()) -> NoReturn:
        self._refuse(code, message, start, end, hint, changes)
        raise _Stop
