"""A unified diff for a reader."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from .output import render
from .plain import plain

_COLORS = {"-": "red", "+": "green", "@": "cyan"}


def shown(lines: Iterable[str]) -> str:
    """The lines of a diff for standard output, in colour where that is a terminal."""
    from rich.text import Text

    return render(Text("\n").join(Text(plain(line), style=_COLORS.get(line[:1], "")) for line in lines), sys.stdout,
                  wrap=False)  # fmt: skip
