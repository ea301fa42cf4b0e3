"""Checking data against a ruleset, without scoring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from .checks import check_all
from .data.dataset_files import data_of
from .evaluate import data_problems
from .language.loading import load
from .language.pack_files import find_base, find_overlay
from .problems import Problem, Problems
from .progress import Progress, untold
from .validation import Validation


def validate_data(
    paths: Sequence[str | FilePath],
    data: Any,
    dataset: str | FilePath | None,
    overlays: Sequence[str | FilePath] = (),
    progress: Progress = untold,
    style: bool = False,
) -> Validation:
    """All problems of one ruleset under overlays, of a dataset document for it and of the rows; and how many there are.

    Raises Problems for a call that names no single ruleset, or documents that are not there.
    """
    if len(paths) != 1:
        message = f"data is checked against one ruleset, and {len(paths)} paths are given"
        raise Problems([Problem("RC509", message, hint="name one ruleset; check other files without data")])
    found = find_base(paths[0])
    if isinstance(found, Problem):
        raise Problems([found])
    over = list(map(find_overlay, overlays))
    if nowhere := [one for one in over if isinstance(one, Problem)]:
        raise Problems(nowhere)
    ruleset, problems = load(found, overlays)
    problems = check_all(ruleset, problems, style) if ruleset else problems
    sources: tuple[dict[str, Any], ...] = ()
    if ruleset is not None and not any(problem.severity == "error" for problem in problems):
        try:
            given, params = data_of(ruleset, data, dataset)
        except Problems as refused:
            if any(problem.location is None for problem in refused.problems):
                raise
            problems += refused.problems
        else:
            loaded, wrong = data_problems(ruleset, given, params, progress)
            problems += wrong
            sources = tuple(file for one in loaded.values() for file in one.files)
    return Validation.of(problems, (found, *over, *(() if dataset is None else (dataset,))), sources)
