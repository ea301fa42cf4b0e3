"""Where user mistakes that stop a command end: shown on standard error, exit status 2."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rulecard import Problems

from . import ALL_WELL, UNUSABLE
from .output import say
from .problems import human


@dataclass(slots=True)
class Outcome:
    status: int = ALL_WELL


@contextmanager
def refusing(language: str | None) -> Iterator[Outcome]:
    """Runs the body; the problems it raises are shown and make the outcome 2."""
    outcome = Outcome()
    try:
        yield outcome
    except Problems as refused:
        say(human(refused.problems, language or "en", sys.stderr))
        outcome.status = UNUSABLE
