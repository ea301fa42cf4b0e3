"""How problems are reported: for people, for platforms, for programs. A format is the module of its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rulecard.validation import Validation


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a report is for: the language, whether the summary is wanted too, and the stream; None is a file."""

    language: str
    quiet: bool
    stream: TextIO | None


def report(name: str, found: Validation, reader: Reader) -> str:
    """What was found, in the format of a name; empty where there is nothing to say."""
    write: Callable[[Validation, Reader], str] = import_module(f".{name}", __name__).report
    return write(found, reader)
