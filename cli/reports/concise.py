"""Problems as one line each, `file:line:column: CODE message`, for grep and for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..plain import plain

if TYPE_CHECKING:
    from rulecard import Problem
    from rulecard.validation import Validation

    from . import Reader


def report(found: Validation, reader: Reader) -> str:
    return "".join(f"{line(problem)}\n" for problem in found.problems)


def line(problem: Problem) -> str:
    """One problem in one line."""
    place = f"{problem.location}: " if problem.location else ""
    return plain(f"{place}{problem.code} {problem.message}")
