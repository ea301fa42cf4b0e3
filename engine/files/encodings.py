"""Which encoding a text is in, told by its bytes; what cannot be told is a problem and no guess."""

from __future__ import annotations

import codecs
import re

from ..problems import Problem

# Names of UTF-8 and of what is part of it.
UTF8 = ("utf-8", "utf-8-sig", "ascii")
THREE_BYTES = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")
_MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_FOREIGN = re.compile(r"[^\x00-\x7f]+")


def known_encoding(name: str) -> bool:
    """Whether Python can make text of bytes in this encoding."""
    try:
        return bool(codecs.lookup(name)._is_text_encoding)
    except (LookupError, ValueError):
        return False


def is_wide(encoding: str) -> bool:
    """Whether each character takes two bytes or four, so that zeros are no damage."""
    return codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))


def find_encoding(head: bytes) -> str:
    """The encoding of a text that begins so, as far as it can be told: GB18030 is what is left."""
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    # in text that is mostly ASCII every other byte of UTF-16 is 0
    few = head[:2000]
    half = len(few) // 2
    if half and few[1::2].count(0) > half * 0.4 and few[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and few[::2].count(0) > half * 0.4 and few[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        # a character that is damaged here and there does not make another encoding of it
        text = head.decode("utf-8", errors="replace")
        damaged = text.count("\ufffd") * 2 < sum(char > "\x7f" for char in text)
        whole_lines = head.rfind(b"\n", 0, error.start) + 1
        return "utf-8" if damaged or THREE_BYTES.search(head, 0, whole_lines) else "gb18030"
    return "utf-8"


def contradicts(head: bytes, encoding: str) -> bool:
    """Whether the text is UTF-8 beyond doubt, with characters of three bytes, and said to be something else."""
    if codecs.lookup(encoding).name in UTF8 or not THREE_BYTES.search(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def doubtless(head: bytes, before: int, name: str) -> str | Problem:
    """A word of a text that is plausible in GB18030, or why it is none.

    Punctuation and the common characters of GB2312 are nearly all of a Chinese text; Western letters in pairs give
    rare ones.
    """
    hint = "write its encoding in a dataset, such as `encoding: cp1252` (Western European) or `encoding: big5`"
    rows = head.split(b"\n")
    place = next(place for place, row in enumerate(rows) if not row.isascii())
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(head)
    except UnicodeDecodeError as error:
        place = head.count(b"\n", 0, error.start)
        return Problem("RC500", f"{name} is neither UTF-8 nor GB18030 in line {before + place + 1}: "
                       f"{_as_western(rows[place])}", hint=hint)  # fmt: skip
    foreign = [char.encode("gb18030") for char in text if char > "\x7f"]
    common = sum(len(pair) == 2 and (0xA1 <= pair[0] <= 0xA3 or 0xB0 <= pair[0] <= 0xD7) and pair[1] >= 0xA1
                 for pair in foreign)  # fmt: skip
    words = _FOREIGN.findall(text)
    if words and common >= len(foreign) * 0.7:
        word: str = max(words[:20], key=len)
        return word[:12]
    shown = rows[place].decode("gb18030", errors="replace").strip()
    return Problem("RC500", f"{name} is not UTF-8, and what it is cannot be told: line {before + place + 1} reads "
                   f"{_cut(shown)} in GB18030 and {_as_western(rows[place])}", hint=hint)  # fmt: skip


def _as_western(raw: bytes) -> str:
    return f"{_cut(raw.decode('cp1252', errors='replace').strip())} in cp1252"


def _cut(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:37] + '...'}”"
