"""A YAML document as plain values, and where in its file each key and value stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from ..problems import Edit, Fix, Location, Path, Problem
from .fixes import Hint, hinted
from .yaml_scalars import Style, offsets

# U+0085, U+2028 and U+2029 are left out: libyaml breaks lines there, editors and git do not.
_LINE_END = re.compile(r"\r\n|\r|\n")

# Characters from one offset to another, and what takes their place.
Changes: TypeAlias = Sequence[tuple[int, int, str]]


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file (without a byte order mark) and the offset at which each of its lines begins."""

    file: str
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, file: str, text: str) -> Source:
        """A source for `text`, which came from `file`."""
        return cls(file, text, (0, *(found.end() for found in _LINE_END.finditer(text))))

    def location(self, start: int, end: int) -> Location:
        """The place of the characters from offset `start` up to, not including, `end`."""
        line, last = bisect_right(self.starts, start), bisect_right(self.starts, end)
        return Location(self.file, line, start - self.starts[line - 1] + 1, last, end - self.starts[last - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        end = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : end].rstrip("\r\n")

    def problem(
        self, code: str, message: str, start: int, end: int, hint: str | None = None, changes: Changes = ()
    ) -> Problem:
        """A problem about the characters from offset `start` to `end`, which `changes` would surely mend."""
        place = self.location(start, end)
        fix = Fix(tuple(self.edit(*change) for change in changes)) if changes else None
        return Problem(code, message, place, hint=hint, source=self.line(place.line), fix=fix)

    def edit(self, start: int, end: int, text: str) -> Edit:
        """The edit that puts a text in the place of the characters from offset `start` to `end` of one line."""
        place = self.location(start, end)
        return Edit(place, text, self.line(place.line))


# A plain tuple, because there is one for each value of a file and a class would cost as much as parsing it:
# the key's start and end (-1 in a list), the value's start and end, the style of a scalar.
Place = tuple[int, int, int, int, Style | None]


class Located(Protocol):
    """Data whose places are known: one document, or several that were laid over each other."""

    @property
    def data(self) -> Any: ...
    @property
    def kind(self) -> str: ...
    def at(self, path: Path) -> Location: ...
    def at_key(self, path: Path) -> Location: ...
    def source_line(self, location: Location) -> str | None: ...


def problem_at(found: Located, code: str, message: str, path: Path, *, key: bool = False, hint: Hint = None) -> Problem:
    """A problem at the value of `path`, or at its `key`."""
    place = found.at_key(path) if key else found.at(path)
    line = found.source_line(place)
    return hinted(code, message, place, hint, path, None if line is None else without_secret(line))


def without_secret(line: str) -> str:
    """A line without the password of an address, which problems would carry into logs; its columns stay."""
    return re.sub(r"(?<=://)[^@\s/]+(?=@)", lambda found: "*" * len(found.group()), line)


@dataclass(frozen=True, slots=True)
class Document:
    """A document: plain `data` whose map keys are always text, and `places`, which finds each path in its file."""

    source: Source
    data: Any
    places: Mapping[Path, Place]
    kind: str
    id: str

    @property
    def file(self) -> str:
        """The file as the user named it."""
        return self.source.file

    @property
    def text(self) -> str:
        """The whole text of the file."""
        return self.source.text

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end."""
        return self.source.line(number)

    def source_line(self, location: Location) -> str | None:
        """The text of the line that a location begins on."""
        return self.source.line(location.line)

    def at(self, path: Path) -> Location:
        """Where the value at `path` stands; one that is left empty, or not written at all, is shown by its key."""
        if path not in self.places:
            return self.at_key(path[:-1])
        key_start, key_end, start, end, style = self.places[path]
        if start == end:
            start, end = (key_start, key_end) if key_start >= 0 else (max(start - 1, 0), end)
        elif style in ("|", ">"):
            end = start + len(self.text[start:end].rstrip())
        return self.source.location(start, end)

    def at_key(self, path: Path) -> Location:
        """Where the key of `path` stands: an item of a list has its value, the whole document its first key."""
        while path and path not in self.places:
            path = path[:-1]
        if not path:
            first = next(iter(self.data), None) if isinstance(self.data, dict) else None
            return self.at(()) if first is None else self.at_key((first,))
        key_start, key_end, *_ = self.places[path]
        return self.source.location(key_start, key_end) if key_start >= 0 else self.at(path)

    def inside(self, path: Path, start: int, end: int) -> Location:
        """Where the characters `start` to `end` of the text at `path` stand, whatever its quotes, escapes and folds."""
        place = self.places.get(path)
        if place is None:
            return self.at(path)
        *_, first, last, style = place
        if style is None:
            return self.at(path)
        value = self._value(path)
        spans = offsets(self.text, first, last, style, value) if isinstance(value, str) else None
        if not spans:
            return self.at(path)
        start, end = max(start, 0), min(end, len(spans))
        if start >= len(spans):
            return self.source.location(spans[-1][1], spans[-1][1])
        return self.source.location(spans[start][0], spans[end - 1][1] if end > start else spans[start][0])

    def _value(self, path: Path) -> Any:
        value = self.data
        for step in path:
            value = value[step]
        return value
