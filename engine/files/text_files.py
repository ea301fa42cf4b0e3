"""The text of a file as UTF-8, which is all that Polars reads: from other encodings, packed, with old line ends."""

from __future__ import annotations

import codecs
import gzip
import io
import shutil
import tempfile
import weakref
import zlib
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import IO

import polars as pl

from ..problems import Problem
from .encodings import THREE_BYTES, UTF8, contradicts, doubtless, find_encoding, is_wide

_HEAD = 1 << 18
_BLOCK = 1 << 20
_LINES = 200
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_AGAIN = "export it again as CSV in UTF-8"


class Scratch:
    """A folder for what was rewritten in UTF-8; it goes with its last user."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.count = 0

    def file(self) -> FilePath:
        """The path of a new file."""
        if self.folder is None:
            self.folder = tempfile.mkdtemp(prefix="rulecard-")
            weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.count += 1
        return FilePath(self.folder, f"{self.count}.txt")


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as it can be read: `path` holds UTF-8, `head` its beginning, `encoding` what it was written in.

    `sample` is a word of it where the encoding was only found to fit.
    """

    path: FilePath
    head: str
    encoding: str
    sample: str | None = None


def read_text(
    file: FilePath, name: str, encoding: str | None, scratch: Scratch, whole: bool = False, spaced: bool = False
) -> Text | Problem:
    """The text of a file that is called `name`, or what keeps it from being read.

    What is UTF-8 already stays where it is. Only with `whole` is all of the file looked at to find its encoding.
    `spaced`: runs of spaces between cells become one tab stop.
    """
    with file.open("rb") as stream:
        start = stream.read(4)
    if start == _ZSTD:
        return _zstd(file, name, encoding)
    packed = start[:2] == _GZIP
    try:
        head, before = _first(file, packed), 0
        if whole and encoding is None and (foreign := _first_foreign(file, packed)) is not None:
            head, before, damaged = foreign
            if damaged:
                return not_utf8(file, name, packed)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return _cut_off(name, error)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        return Text(file, "", encoding or "utf-8")
    found = encoding or find_encoding(head)
    if encoding is not None and contradicts(head, encoding):
        return Problem("RC500", f"{name} is UTF-8, and not {encoding}", hint="leave `encoding` out")
    if not is_wide(found) and (wrong := _with_nul(file, head, name, packed)):
        return wrong
    sample = doubtless(head, before, name) if found == "gb18030" and encoding is None else None
    if isinstance(sample, Problem):
        return sample
    old = b"\r" in head and b"\n" not in head and not is_wide(found)
    as_it_is = codecs.lookup(found).name in UTF8
    if as_it_is and not (old or packed or spaced):
        return Text(file, head[:_HEAD].decode("utf-8-sig", errors="replace"), found)
    target = scratch.file()
    try:
        _rewrite(file, target, found, packed, old, spaced)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        return _cut_off(name, error)
    except UnicodeError:
        if as_it_is and not whole:
            # no more than its beginning is UTF-8
            return read_text(file, name, encoding, scratch, True, spaced)
        return _undecodable(file, name, found, packed, encoding is not None)
    with target.open(encoding="utf-8", errors="replace", newline="") as text:
        return Text(target, text.read(_HEAD), found, sample)


def not_utf8(path: FilePath, name: str, packed: bool = False) -> Problem:
    """The problem with a file that was taken for UTF-8, or called so, and has other bytes somewhere."""
    first, foreign = None, False
    with _opened(path, packed) as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
                foreign = foreign or not line.isascii()
            except UnicodeDecodeError:
                first = first or number
                text = line.decode("utf-8", errors="replace")
                foreign = foreign or sum(not char.isascii() for char in text) > 2 * text.count("\ufffd")
            if first is not None and foreign:
                return Problem("RC500", f"{name} is UTF-8, but not in line {first}: it was damaged, or put together "
                               "from files of different encodings", hint=_AGAIN)  # fmt: skip
    where = "" if first is None else f", as line {first} shows"
    return Problem("RC500", f"{name} is not UTF-8{where}", hint="leave `encoding` out of the dataset and have it found")


def is_utf8(path: FilePath) -> bool:
    """Whether all of a file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
        except UnicodeDecodeError:
            return False
    return True


def _cut_off(name: str, error: BaseException) -> Problem:
    return Problem("RC500", f"{name} was cut off or damaged: {error}", hint="pack it or copy it again")


def _opened(file: FilePath, packed: bool) -> IO[bytes]:
    return gzip.open(file) if packed else file.open("rb")  # type: ignore[return-value]


def _first(file: FilePath, packed: bool) -> bytes:
    with _opened(file, packed) as stream:
        return stream.read(_HEAD)


def _first_foreign(file: FilePath, packed: bool) -> tuple[bytes, int, bool] | None:
    """What follows from the first line that is not UTF-8, how many lines are before it, and whether that is damage in
    a file of UTF-8; None where there is no such line."""
    decoder, lines, rest, sure = codecs.getincrementaldecoder("utf-8")(), 0, b"", False
    with _opened(file, packed) as stream:
        while block := stream.read(_BLOCK):
            joined = rest + block
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                start = joined.rfind(b"\n", 0, max(0, len(rest) + error.start - 3)) + 1
                sure = sure or THREE_BYTES.search(joined, 0, start) is not None
                head = joined[start:] + stream.read(_HEAD)
                return head, lines + joined.count(b"\n", 0, start), sure or find_encoding(head) == "utf-8"
            sure = sure or THREE_BYTES.search(joined) is not None
            lines += joined.count(b"\n")
            rest = joined[joined.rfind(b"\n") + 1 :]
    return None


def _with_nul(file: FilePath, head: bytes, name: str, packed: bool) -> Problem | None:
    """NUL bytes are what a disk that was full leaves, most of all at the end."""
    where = head.count(b"\n", 0, head.index(b"\0")) + 1 if b"\0" in head else None
    if where is None and not packed:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - _HEAD))
            if b"\0" not in stream.read():
                return None
    elif where is None:
        return None
    place = f"in line {where}" if where else "near its end"
    return Problem("RC500", f"{name} holds NUL bytes {place}: it was damaged, or is no text", hint=_AGAIN)


def _rewrite(file: FilePath, target: FilePath, encoding: str, packed: bool, old: bool, spaced: bool) -> None:
    # a mark at the start of UTF-8 is no part of the first name
    codec = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    newline = None if old else ""
    with (
        _opened(file, packed) as raw,
        io.TextIOWrapper(raw, codec, newline=newline) as text,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        if spaced:
            out.writelines("\t".join(line.split()) + "\n" for line in text)
        while block := text.read(_BLOCK):
            out.write(block)


def _undecodable(file: FilePath, name: str, encoding: str, packed: bool, given: bool) -> Problem:
    with _opened(file, packed) as stream:
        place = ""
        for number, line in enumerate(stream, 1):
            try:
                line.decode(encoding)
            except UnicodeError:
                place = f" in line {number}"
                break
    if is_wide(encoding):
        place = ""
    if not given and encoding == "utf-8":
        return not_utf8(file, name, packed)
    hint = (
        "write another `encoding`, or leave it out and have it found" if given else "write its `encoding` in a dataset"
    )
    return Problem("RC500", f"{name} is not {encoding}{place}", hint=hint)


def _zstd(file: FilePath, name: str, encoding: str | None) -> Text | Problem:
    """Polars unpacks it as it reads, which leaves no way to change the encoding."""
    other = encoding is not None and codecs.lookup(encoding).name not in UTF8
    try:
        lines = pl.scan_lines(file, name="line", glob=False).head(_LINES).collect()["line"]
    except pl.exceptions.ComputeError:
        other, lines = True, pl.Series([""])
    except (OSError, pl.exceptions.PanicException) as error:
        return _cut_off(name, error)
    if other:
        return Problem(
            "RC500", f"{name} is packed with zstd and is not UTF-8", hint="unpack it first, or pack it with gzip"
        )
    return Text(file, "\n".join(lines).lstrip("\ufeff"), "utf-8")
