"""How far long work has come, told to whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

# the step ("open", "read", "compute", "write", "check", "test"), how much of it is done, and how much there is, where 0
# is unknown
Progress: TypeAlias = Callable[[str, int, int], None]


def untold(step: str, done: int, total: int) -> None:
    """For work that nobody watches."""
