"""Signs, colours and bars: everything that colour says is said by a sign or a word too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.color import Color, ColorParseError
from rich.text import Text

from rulecard.display import format_value
from rulecard.wording import level_title

from .plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rulecard.language.model import Ruleset

_SIGNS = "▼▽○△▲"
# names that every terminal maps to its own theme, so that they show on light and dark
_COLORS = ("bright_red", "red", "yellow", "green", "bright_green")
# names that web pages know and terminals do not, or show too dark
_WEB_COLORS = {
    "orange": "dark_orange",
    "gray": "grey62",
    "pink": "hot_pink",
    "brown": "orange4",
    "lime": "bright_green",
    "blue": "bright_blue",
}
_SPARKS = "▁▂▃▄▅▆▇█"
SEVERITIES = {
    "critical": ("✖", "bold red"),
    "warning": ("!", "yellow"),
    "info": ("i", "cyan"),
    "praise": ("★", "green"),
}


def level_mark(ruleset: Ruleset, level: str, language: str) -> Text:
    """A level as its sign and title, in its colour."""
    name = plain(level_title(ruleset, level, language))
    return Text(f"{_SIGNS[_step(ruleset, level)]} {name}", style=level_color(ruleset, level))


def level_color(ruleset: Ruleset, level: str | None) -> str:
    """The colour that the ruleset gives a level, or that of its rank; "dim" for no level."""
    if level is None:
        return "dim"
    color = next((known.color for known in ruleset.levels if known.id == level), None) or ""
    color = _WEB_COLORS.get(color, color)
    try:
        Color.parse(color)
    except ColorParseError:
        return _COLORS[_step(ruleset, level)]
    return color


def _step(ruleset: Ruleset, level: str) -> int:
    ranks = max(len(ruleset.levels) - 1, 1)
    return round(max(ruleset.rank(level), 0) / ranks * (len(_SIGNS) - 1))


def points(score: float | None) -> str:
    return format_value(score, "score", 1)


def signed(change: float) -> str:
    """A difference of scores with its sign; what rounds to nothing has none."""
    text = format_value(abs(change), "score", 1)
    return text if text == "0.0" else f"{'+' if change > 0 else '-'}{text}"


def bar(score: float | None, color: str, width: int) -> Text:
    """A score from 0 to 100 as a bar, half a cell fine."""
    halves = round((score or 0) / 100 * width * 2)
    full, half = divmod(halves, 2)
    drawn = "━" * full + ("╸" if half else "")
    return Text.assemble((drawn, color), ("─" * (width - len(drawn)), "dim"))


def spark(scores: Sequence[float | None]) -> str:
    """Scores as a row of small columns on the scale from 0 to 100; a dot where there is none."""
    return "".join("·" if s is None else _SPARKS[min(int(s / 100 * len(_SPARKS)), len(_SPARKS) - 1)] for s in scores)
