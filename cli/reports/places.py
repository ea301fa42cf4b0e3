"""What platforms want to know of a problem beside its text: a path in the repository, how bad, whether it is known."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rulecard import Problem
    from rulecard.validation import Validation

# where GitHub and GitLab have put the repository, for a command that runs in a folder of it
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def in_repository(file: str) -> str:
    """A file's path from the top of the repository with `/`; from the working folder where no platform says more.

    A file outside of it keeps its full path.
    """
    roots = filter(None, map(os.environ.get, _ROOTS))
    return _below(file, (*roots, str(Path.cwd())))


@cache
def _below(file: str, roots: tuple[str, ...]) -> str:
    # not resolved at once: a link in the repository is named as it stands there
    path = Path(os.path.normpath(Path(roots[-1]) / file))
    for root in map(Path, roots):
        for top, below in ((root, path), (root.resolve(), path.resolve())):
            if below.is_relative_to(top):
                return below.relative_to(top).as_posix()
    return path.as_posix()


def file_of(problem: Problem, found: Validation) -> str | None:
    """The file that a problem is about; one of data is put down to the first document. None if there is none."""
    file = problem.location.file if problem.location else next(iter(found.names), None)
    return None if file is None else in_repository(file)


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Errors before warnings, otherwise as they stand."""
    return sorted(problems, key=lambda problem: problem.severity != "error")


def with_hint(problem: Problem) -> str:
    """The message, and below it what to do."""
    return f"{problem.message}\n{problem.hint}" if problem.hint else problem.message


def fingerprints(problems: Iterable[Problem], found: Validation) -> Iterator[str]:
    """For each problem a text that stays the same when its line moves, and that no other problem has.

    Of several that are alike the first has that of the first before, and so on.
    """
    seen: dict[str, int] = {}
    for problem in problems:
        # a message may name a line or count rows, and so changes with its surroundings
        message = re.sub(r"\d+", "", problem.message) if problem.location else problem.message
        # places in lists move as lines do
        path = "\0".join(step for step in problem.path if isinstance(step, str))
        same = "\0".join((problem.code, file_of(problem, found) or "", path, message, _meant(problem)))
        seen[same] = seen.get(same, 0) + 1
        yield sha256(f"{same}\0{seen[same]}".encode(errors="replace")).hexdigest()


def _meant(problem: Problem) -> str:
    place = problem.location
    if place is None or problem.source is None:
        return ""
    end = place.end_column - 1 if place.end_line == place.line else None
    return problem.source[place.column - 1 : end].strip()
