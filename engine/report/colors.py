"""The colours of levels on white paper."""

from __future__ import annotations

import re

from ..language.model import Ruleset

RGB = tuple[int, int, int]

_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
_NAMES: dict[str, RGB] = {
    "black": (0, 0, 0), "gray": (128, 128, 128), "grey": (128, 128, 128), "silver": (192, 192, 192),
    "white": (255, 255, 255), "red": (220, 38, 38), "crimson": (220, 20, 60), "maroon": (128, 0, 0),
    "brown": (165, 42, 42), "orange": (234, 128, 0), "gold": (218, 165, 0), "yellow": (202, 160, 0),
    "olive": (128, 128, 0), "lime": (101, 163, 13), "green": (22, 140, 60), "teal": (0, 128, 128),
    "cyan": (0, 150, 180), "blue": (37, 99, 235), "navy": (0, 0, 128), "purple": (128, 0, 128),
    "violet": (139, 92, 246), "magenta": (200, 0, 200), "pink": (219, 39, 119),
}  # fmt: skip
# from the worst level to the best, where the ruleset has no colour that is known
_SCALE: tuple[RGB, ...] = ((185, 28, 28), (194, 84, 12), (161, 118, 7), (77, 124, 15), (21, 128, 61))
_READABLE = 4.5  # the contrast that WCAG 2 asks of text
_TINT = 0.86


def level_colors(ruleset: Ruleset) -> list[tuple[str, str]]:
    """For each level its colour for text, dark enough to be read on white, and the tint behind it; as `#rrggbb`."""
    last = max(len(ruleset.levels) - 1, 1)
    found = []
    for rank, level in enumerate(ruleset.levels):
        color = _named(level.color) or _SCALE[round(rank / last * (len(_SCALE) - 1))]
        tint = _mixed(color, (255, 255, 255), _TINT)
        while _contrast(color, tint) < _READABLE:
            color = _mixed(color, (0, 0, 0), 0.1)
        found.append((_hex(color), _hex(tint)))
    return found


def _named(text: str | None) -> RGB | None:
    written = _HEX.fullmatch(text or "")
    if written:
        return int(written[1], 16), int(written[2], 16), int(written[3], 16)
    # a terminal's bright_red and a page's darkred are reds
    plain = re.sub(r"^(bright|dark|light)_?|\d+$", "", (text or "").lower())
    return _NAMES.get(plain)


def _mixed(color: RGB, other: RGB, share: float) -> RGB:
    red, green, blue = (round(one * (1 - share) + two * share) for one, two in zip(color, other, strict=True))
    return red, green, blue


def _hex(color: RGB) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _contrast(one: RGB, two: RGB) -> float:
    dark, light = sorted((_luminance(one), _luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: RGB) -> float:
    parts = [part / 255 for part in color]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
