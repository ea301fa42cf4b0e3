"""Problems as annotations of GitHub Actions, and as the summary of a step."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rulecard import Problem

from ..output import say
from ..plain import plain
from ..problems import counted, human
from .concise import line
from .places import in_repository, with_hint, worst_first

if TYPE_CHECKING:
    from rulecard.validation import Validation

    from . import Reader

# of each kind in a step; GitHub drops what comes after without a word
_SHOWN = 10
# of a whole step, whatever else wrote to it; a summary that is larger by a byte is dropped whole
_SUMMARY_BYTES = 1_000_000


def report(found: Validation, reader: Reader) -> str:
    """Annotations, and in plain lines what GitHub would not show as such."""
    return annotated(found.problems) + "".join(f"{line(problem)}\n" for problem in _shown(found.problems)[1])


def in_actions() -> bool:
    """Whether the command runs in GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def annotated(problems: Sequence[Problem]) -> str:
    """Workflow commands, worst first, as many as GitHub shows; then how many were left out."""
    shown, left = _shown(problems)
    text = "".join(f"{_command(problem)}\n" for problem in shown)
    if left:
        text += f"{_left_out(left)} without annotation: GitHub shows {_SHOWN} errors and {_SHOWN} warnings of a step\n"
    return text


def summarize(problems: Sequence[Problem], heading: str, told: str) -> None:
    """Adds what is told and a table of the problems to the summary of the step, if there is one.

    Where it cannot be written, standard error says so.
    """
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    file = Path(name)
    try:
        room = _SUMMARY_BYTES - (file.stat().st_size if file.exists() else 0)
        text = _table(problems, f"### {heading}\n\n{_cell(told)}\n\n", room)
        if text:
            with file.open("a", encoding="utf-8", errors="replace", newline="\n") as stream:
                stream.write(text)
    except OSError as error:
        message = f"the summary of the step cannot be written: {error.strerror or error}"
        say(human([Problem("RC512", message, severity="warning")], "en", sys.stderr))


def _shown(found: Sequence[Problem]) -> tuple[list[Problem], list[Problem]]:
    problems = worst_first(found)
    errors = sum(problem.severity == "error" for problem in problems)
    kinds = problems[:errors], problems[errors:]
    return [one for kind in kinds for one in kind[:_SHOWN]], [one for kind in kinds for one in kind[_SHOWN:]]


def _left_out(left: list[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in left)
    kinds = [(errors, "more error"), (len(left) - errors, "more warning")]
    return ", ".join(counted(number, kind, "", "en") for number, kind in kinds if number)


def _command(problem: Problem) -> str:
    level = "error" if problem.severity == "error" else "warning"
    place = problem.location
    about: dict[str, object] = {}
    if place is not None:
        about = {"file": in_repository(place.file), "line": place.line}
        # GitHub takes columns only of a single line
        if place.end_line == place.line:
            about |= {"col": place.column, "endColumn": place.end_column}
        else:
            about["endLine"] = place.end_line
    about["title"] = f"Rulecard {problem.code}"
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in about.items())
    # the log shows the message alone, so the place stands in there too
    words = line(problem) + (f"\n{plain(problem.hint, lines=True)}" if problem.hint else "")
    return f"::{level} {properties}::{_escaped(words)}"


def _escaped(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def _table(found: Sequence[Problem], head: str, room: int) -> str:
    """Markdown that fits into so many bytes, nothing if not even its heading does."""
    if found:
        head += "| | code | where | what |\n|---|---|---|---|\n"
    rows: list[str] = []
    problems = worst_first(found)
    used = len(head.encode()) + 200
    for number, problem in enumerate(problems):
        row = _row(problem)
        used += len(row.encode(errors="replace"))
        if used > room:
            rows.append(f"\n{_left_out(problems[number:])} did not fit in here: the log has all.\n")
            break
        rows.append(row)
    return head + "".join(rows) + "\n" if used <= room or rows[:-1] else ""


def _row(problem: Problem) -> str:
    place = problem.location
    where = f"`{in_repository(place.file)}:{place.line}:{place.column}`" if place else ""
    mark = "❌" if problem.severity == "error" else "⚠️"
    return f"| {mark} | {problem.code} | {_cell(where)} | {_cell(with_hint(problem))} |\n"


def _cell(text: str) -> str:
    """Text that stays in its cell and is shown as it is; between backticks Markdown is off already."""
    parts = re.split(r"(`[^`\n]*`)", plain(text, lines=True))
    for number, part in enumerate(parts):
        special = r"\|" if number % 2 else r"[\\`*_\[\]<>|&~#!@:$]"
        parts[number] = re.sub(special, r"\\\g<0>", part)
    return "".join(parts).replace("\n", "<br>")
