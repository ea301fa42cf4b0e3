"""Parts of a page for the terminal that fit themselves to its width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.text import Text

from .plain import plain, wrap


class Wrapped:
    """Text from data, made safe and broken between Chinese characters too.

    `first` stands before its first line, `tail` after its last, in a quiet colour.
    """

    def __init__(self, text: str, style: str = "", first: str = "", tail: str = "") -> None:
        self.text = plain(text, lines=True)
        self.style = style
        self.first = first
        self.tail = f"  {tail}" if tail else ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        margin = cell_len(self.first)
        lines = wrap(self.text, options.max_width - margin)
        fits = cell_len(lines[-1]) + margin + cell_len(self.tail) <= options.max_width
        for number, line in enumerate(lines):
            shown = _line((self.first if number == 0 else " " * margin) + line, self.style)
            if self.tail and fits and number == len(lines) - 1:
                shown.append(self.tail, style="dim not bold")
            yield shown
        if self.tail and not fits:
            yield _line(" " * margin + self.tail.strip(), "dim")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max(cell_len(line) for line in self.text.split("\n")) + cell_len(self.first) + cell_len(self.tail)
        return Measurement(min(8, options.max_width), min(widest, options.max_width))


def _line(text: str, style: str) -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ignore")


@dataclass(frozen=True, slots=True)
class ByWidth:
    """What `make` gives for True where there are `least` cells, else for False."""

    least: int
    make: Callable[[bool], RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.make(options.max_width >= self.least)
