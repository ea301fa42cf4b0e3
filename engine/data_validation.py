"""Checking data against a ruleset, without scoring."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import Any

from .checks import check
from .dataset_files import data_of
from .evaluate import data_problems
from .loading import load
from .pack_files import find_ruleset
from .problems import Problem, Problems
from .validation import Validation


def validate_data(paths: Sequence[str | FilePath], data: Any, dataset: str | FilePath | None) -> Validation:
    """All problems of one ruleset, of a dataset document for it and of the rows; and how many there are.

    Raises Problems for a call that names no single ruleset, or documents that are not there.
    """
    if len(paths) != 1:
        message = f"data is checked against one ruleset, and {len(paths)} paths are given"
        raise Problems([Problem("RC509", message, hint="name one ruleset; check other files without data")])
    found = find_ruleset(paths[0])
    if isinstance(found, Problem):
        raise Problems([found])
    documents = 1 if dataset is None else 2
    ruleset, problems = load(found)
    problems = check(ruleset, problems) if ruleset else problems
    sources: tuple[dict[str, Any], ...] = ()
    if ruleset is not None and not any(problem.severity == "error" for problem in problems):
        try:
            given = data_of(ruleset, data, dataset)
        except Problems as refused:
            if any(problem.location is None for problem in refused.problems):
                raise
            problems += refused.problems
        else:
            loaded, wrong = data_problems(ruleset, given)
            problems += wrong
            sources = tuple(file for one in loaded.values() for file in one.files)
    names = (str(found), *(() if dataset is None else (str(dataset),)))
    return Validation(tuple(sorted(problems, key=Problem.sort_key)), documents, sources, names)
