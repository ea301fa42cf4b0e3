"""Bytes on disk to text: size before reading, UTF-8 and nothing else, another encoding named."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from pathlib import Path as FilePath
from types import MappingProxyType

from ..problems import Location, Problem
from ..suggest import nearest

# A ruleset of 500 lines has about 20 kB. A megabyte is 50 of those, and takes a quarter of a second to read;
# what is larger is data, and belongs in a data file.
MAX_BYTES = 1_000_000

_CHINESE = "GB18030 (or GBK)"
_NO_TEXT = "it is not a text file"


_texts: ContextVar[Mapping[FilePath, str]] = ContextVar("texts", default=MappingProxyType({}))


@contextmanager
def in_place_of_files(texts: Mapping[FilePath, str]) -> Iterator[None]:
    """Inside, files of these resolved paths have these texts, so that a change can be judged before it is written."""
    before = _texts.set(texts)
    try:
        yield
    finally:
        _texts.reset(before)


def read_text(path: FilePath, name: str) -> str | Problem:
    """The text of a file, or why there is none; `name` is how the user called the file."""
    texts = _texts.get()
    if texts and (text := texts.get(path.resolve())) is not None:
        return text
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            # a pipe has no size, so what is read is bounded as well
            data = stream.read(MAX_BYTES + 1) if size <= MAX_BYTES else b""
    except FileNotFoundError:
        return Problem("RC100", f"there is no file `{name}`", hint=_neighbours(path))
    except IsADirectoryError:
        return Problem("RC100", f"`{name}` is a folder, not a file")
    except PermissionError:
        return Problem("RC100", f"`{name}` may not be read", hint="ask for permission to read it")
    except (OSError, ValueError) as error:
        return Problem("RC100", f"`{name}` cannot be read: {getattr(error, 'strerror', None) or error}")
    if size > MAX_BYTES or len(data) > MAX_BYTES:
        shown = f"{size / 1e6:,.1f} MB" if size > MAX_BYTES else "more"
        hint = "tables of numbers belong in a data file (CSV, Parquet, …), which a dataset names"
        message = f"the file has {shown}; a YAML document may have {MAX_BYTES // 1_000_000} MB"
        return Problem("RC105", message, Location(name, 1, 1, 1, 1), hint=hint)
    return _decode(data, name)


def _neighbours(path: FilePath) -> str | None:
    """The YAML file beside it whose name was probably meant."""
    try:
        beside = [file.name for file in islice(path.parent.iterdir(), 1000) if file.suffix in (".yaml", ".yml")]
    except OSError:
        return None
    near = nearest(path.name, beside)
    return f"did you mean `{near}`?" if near else None


def _decode(data: bytes, name: str) -> str | Problem:
    bad = data.find(b"\0")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (bad >= 0 and _is_utf16(data)):
        return _not_utf8(data, name, 0, "it looks like UTF-16")
    if bad >= 0:
        return _not_utf8(data, name, bad, _NO_TEXT)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # with a byte order mark, positions count from behind it
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
    text = data.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    if broken * 5 < sum(char > "\x7f" for char in text):
        return _not_utf8(data, name, start, f"all but {broken} of its characters are, so it was damaged")
    guess = guess_encoding(data)
    if guess == _CHINESE:
        # some pairs of its bytes are right in UTF-8 by chance, so the first foreign byte of the line it is
        line_start = _line_start(data, start)
        start = next(at for at in range(line_start, start + 1) if data[at] > 0x7F)
    return _not_utf8(data, name, start, f"it looks like {guess}")


def _is_utf16(data: bytes) -> bool:
    """UTF-16 without a byte order mark: in text that is mostly ASCII every other byte is 0."""
    half = len(data[:2000]) // 2
    return half > 0 and max(data[:2000:2].count(0), data[1:2000:2].count(0)) > half * 0.4


def guess_encoding(data: bytes) -> str:
    """The encoding that a text which is not UTF-8 most likely has, in the words of a save dialog."""
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return "Windows-1252 (Western European)"
    foreign = [char.encode("gb18030") for char in text if char > "\x7f"]
    # punctuation and the common characters of GB2312; Western letters in pairs give rare ones
    common = sum(pair[0] in range(0xA1, 0xA4) or pair[0] in range(0xB0, 0xD8) for pair in foreign)
    return _CHINESE if common >= len(foreign) * 0.6 else "Windows-1252 (Western European)"


def _line_start(data: bytes, at: int) -> int:
    return max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1


def _not_utf8(data: bytes, name: str, at: int, guess: str) -> Problem:
    line = len(re.findall(rb"\r\n|\r|\n", data[:at])) + 1
    column = len(data[_line_start(data, at) : at].decode("utf-8-sig", errors="replace")) + 1
    place = Location(name, line, column, line, column + 1)
    if guess == _NO_TEXT:
        return Problem("RC106", f"the file is not YAML: {guess}", place)
    hint = "save it as UTF-8: in an editor by “Save with encoding”, in Notepad or Excel by “Save as”"
    if "damaged" in guess:
        hint = "type the character anew and save the file as UTF-8"
    return Problem("RC106", f"the file is not UTF-8; {guess}", place, hint=hint)
