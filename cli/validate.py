"""`validate`: problems of files and folders."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import rulecard

from . import ALL_WELL, FINDINGS
from .installed import files_of
from .output import put
from .problems import human, summary
from .refuse import refusing


def validate(paths: Sequence[str], as_json: bool, language: str | None, quiet: bool) -> int:
    """Checks the paths and gives back the exit status: 1 if there is an error."""
    with refusing(language) as outcome:
        found = rulecard.validate(files_of(paths))
        if as_json:
            put(_as_json(found.problems, found.files, found.errors))
        else:
            text = human(found.problems, language or "en", sys.stdout)
            if not quiet:
                text += ("\n" if text else "") + summary(found.problems, found.files, language or "en")
            if text:
                put(text)
        outcome.status = FINDINGS if found.errors else ALL_WELL
    return outcome.status


def _as_json(problems: Sequence[rulecard.Problem], files: int, errors: int) -> str:
    import json

    report = {
        "problems": [problem.to_dict() for problem in problems],
        "files": files,
        "errors": errors,
        "warnings": len(problems) - errors,
    }
    return json.dumps(report, ensure_ascii=False, indent=2)
