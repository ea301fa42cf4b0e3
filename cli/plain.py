"""Text from data made safe and even for a terminal: no control characters, wrapped by the width of what is seen."""

from __future__ import annotations

import unicodedata

# no line begins with these, none ends with those
_CLOSING = frozenset("，。、；：！？）》」』】〉”’％…—,.;:!?)]}%")
_OPENING = frozenset("（《「『【〈“‘([{¥$")
_WIDE = "WF"


def plain(text: str, *, lines: bool = False) -> str:
    """`text` with each control or direction character made visible; with `lines`, line ends stay."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" and lines else _visible(c) for c in text)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    code = ord(character)
    if category == "Cc":
        return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "�"
    if category in ("Zl", "Zp"):
        return " "
    # characters that turn the direction of a line hide what it says; joiners make up letters and stay
    if category == "Cs" or (category == "Cf" and character not in "\u200c\u200d\ufeff\u00ad"):
        return "�"
    return character


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells: broken at spaces and between Chinese characters.

    No line begins with closing punctuation. A single word that is too long is cut.
    """
    from rich.cells import cell_len, chop_cells

    width = max(width, 2)
    result: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and cell_len(line) + cell_len(piece.rstrip()) > width:
                result.append(line.rstrip())
                line = ""
            *whole, rest = chop_cells(piece, width) if cell_len(piece.rstrip()) > width else [piece]
            result += whole
            line += rest
        result.append(line.rstrip())
    return result


def _pieces(text: str) -> list[str]:
    """The smallest parts that a line may not be broken inside of, trailing spaces with the part before them."""
    pieces: list[str] = []
    for character in text:
        if pieces and not _may_break(pieces[-1], character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _may_break(before: str, character: str) -> bool:
    last = before[-1]
    if character == " " or character in _CLOSING or last in _OPENING:
        return False
    if last == " ":
        return True
    return wide(last) or wide(character)


def wide(character: str) -> bool:
    """Whether a character takes two cells, as Chinese ones do."""
    return unicodedata.east_asian_width(character) in _WIDE
