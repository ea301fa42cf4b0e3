"""Slips of a keyboard that leave a text no YAML: full-width signs, spaces of a web page, spaces left out."""

from __future__ import annotations

import re
from typing import NamedTuple

from .document import Changes, Source
from .yaml_indentation import respaced

ODD_SPACE = "delete it and type a plain space; it comes of a Chinese keyboard, a web page or a text processor"

_KEYBOARD = {"：": ": ", "，": ", ", "｛": "{", "｝": "}", "［": "[", "］": "]"}


# `key:value`, which YAML reads as one word
_GLUED = re.compile(r"\s*(?:- +)?([^\s:：#\"'{\[]+):[^\s]")
_GLUED_IN_FLOW = re.compile(r"[{,]\s*([^\W\d]\w*):(?=[\"'])")
# `-value`, which YAML reads as one word too; `-5` is a number
_NO_ITEM = re.compile(r"\s*(-)[^\s\d.-]")
_ODD_SPACE = r"(?<![^\s:])[^\S \t](?=\S)|(?<=:)[^\S \t]"
# A text holds such characters by right, so each must stand where YAML would have one of its own. Items of a list that
# are maps begin with a key of the language, never with a Chinese one.
_SLIP_IN_BLOCK = re.compile(rf"^\s*(?:- +[A-Za-z_]+|[\w.-]+)(：)|(?:: |- )\s*([｛［])|({_ODD_SPACE})")
_SLIP_IN_FLOW = re.compile(
    rf"(?:[{{｛,，]|^)\s*[^\s:：，。,{{}}]+(：)|(，)\s*[-\w.%]*\s*[:：]|([｛｝［］])|(，)\s*[{{\[]|(，)\s*$|({_ODD_SPACE})"
)


class Trouble(NamedTuple):
    """What a parser met: its words in lower case, where it stopped, where the construct began (-1: unknown).

    `opened` is where the innermost map or list began that was open then.
    """

    words: str
    at: int
    begun: int
    source: Source
    last_scalar: tuple[int, int, str]
    opened: int

    def line(self, at: int) -> str:
        return self.source.line(self.source.location(at, at).line)

    def line_number(self, at: int) -> int:
        return self.source.location(at, at).line


class Finding(NamedTuple):
    message: str
    hint: str | None
    start: int
    end: int
    changes: Changes = ()


def chinese_keyboard(trouble: Trouble) -> Finding | None:
    """Full-width punctuation, or a space that is none to YAML, where the parser stumbled or in the line above."""
    if "expected" not in trouble.words and "not allowed" not in trouble.words:
        return None
    last = trouble.line_number(trouble.at)
    first = trouble.line_number(trouble.begun) if trouble.begun >= 0 else _line_before(trouble, last)
    word = () if trouble.last_scalar[2] else (trouble.line_number(trouble.last_scalar[0]),)
    for number in sorted({first, _line_before(trouble, last), last, *word}):
        # inside a quoted text such a character is meant
        bare = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", lambda found: " " * len(found.group()), trouble.source.line(number))
        flow = "flow" in trouble.words or bare.lstrip(" -")[:1] in tuple("{[｛［")
        found = (_SLIP_IN_FLOW if flow else _SLIP_IN_BLOCK).search(bare)
        if found is None or (not flow and found.lastindex == 1 and _goes_on(trouble, number)):
            continue
        place = found.lastindex or 0
        character, start = found.group(place), trouble.source.starts[number - 1] + found.start(place)
        if character.isspace():
            changes = [(start, start + 1, " ")] if bare[: found.start(place)].strip() else respaced(trouble.source)
            message, hint = f"U+{ord(character):04X} is a space that YAML does not know", ODD_SPACE
        else:
            plain = _KEYBOARD[character]
            message = f"`{character}` is a character of a Chinese keyboard"
            hint = f"YAML needs `{plain.strip()}`" + (" and a space after it" if plain.endswith(" ") else "")
            spaced = bare[found.end(place) : found.end(place) + 1].strip() == ""
            changes = [(start, start + 1, plain.strip() if spaced else plain)]
        return Finding(message, hint, start, start + 1, changes)
    return None


def glued(trouble: Trouble) -> Finding | None:
    """`key:value` or `-value`, which is told where the space is missing, though the parser stumbles behind it."""
    if not any(words in trouble.words for words in ("mapping values are not allowed", "expected", "not allowed here")):
        return None
    if "flow" in trouble.words:
        start = max(trouble.begun, 0)
        keys = list(_GLUED_IN_FLOW.finditer(trouble.source.text, start, trouble.at))
        return _glued_key(keys[-1].group(1), keys[-1].end(1)) if keys else None
    last = trouble.line_number(trouble.at)
    begun, _, style = trouble.last_scalar
    # such a word may go on over lines
    word = () if style else (trouble.line_number(begun),)
    if "simple key" in trouble.words and trouble.begun >= 0:
        word = (trouble.line_number(trouble.begun),)
    for number in (last, _line_before(trouble, last), *word):
        line, start = trouble.source.line(number), trouble.source.starts[number - 1]
        item = _NO_ITEM.match(line)
        if item:
            at = start + item.start(1)
            hint, changes = "an item of a list begins with `- `", [(at + 1, at + 1, " ")]
            return Finding("a space is missing after the dash", hint, at, at + 1, changes)
        key = _GLUED.match(line)
        if key:
            return _glued_key(key.group(1), start + key.end(1))
    return None


def glued_root(text: str, start: int, end: int) -> tuple[str, Changes]:
    """What to do about a document that is a single text, and the changes that do it."""
    colon = re.compile(r"[\w-]+(：|:(?! ))[^\S\r\n]?(?=\S)").match(text, start, end)
    changes = [(colon.start(1), colon.end(), ": ")] if colon else []
    if "：" in text[start:end]:
        return "`：` is the colon of a Chinese keyboard; YAML needs `:` and a space after it", changes
    if colon:
        return "a space is missing after the colon", changes
    return "a document is a map, such as `ruleset: shop-health`", []


def _glued_key(key: str, colon: int) -> Finding:
    message = f"a space is missing after the colon of `{key}:`"
    return Finding(message, f"write `{key}: …`", colon, colon + 1, [(colon + 1, colon + 1, " ")])


def _goes_on(trouble: Trouble, number: int) -> bool:
    """Whether a line is indented below a key that has a value, and so goes on with that text."""
    indent = _key_column(trouble.source.line(number))
    for above in range(number - 1, 0, -1):
        line = trouble.source.line(above)
        if line.strip() and _key_column(line) < indent:
            return re.match(r"[\s-]*[\w.-]+:\s+[^\s#]", line) is not None
    return False


def _key_column(line: str) -> int:
    """Where a line's key begins, behind the dashes of list items."""
    return re.match(r"\s*(?:- +)*", line).end()  # type: ignore[union-attr]  # matches always


def _line_before(trouble: Trouble, number: int) -> int:
    """The line above that is not empty; the first line where there is none."""
    number -= 1
    while number > 1 and not trouble.source.line(number).strip():
        number -= 1
    return max(number, 1)
