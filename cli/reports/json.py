"""Problems for a program, in the shape that `rulecard.validate` gives."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rulecard import Problem
    from rulecard.validation import Validation

    from . import Reader


def report(found: Validation, reader: Reader) -> str:
    content: dict[str, Any] = {
        "problems": [_with_fix(problem) for problem in found.problems],
        "files": found.files,
        "errors": found.errors,
        "warnings": found.warnings,
        "suppressed": len(found.suppressed),
    }
    if found.changed is not None:
        content |= {"changed_since": found.changed.since, "all_files": found.changed.all}
    if found.baseline is not None:
        content["baseline"] = {
            "hidden": len(found.baseline.hidden),
            "more": [asdict(count) for count in found.baseline.more],
            "fewer": [asdict(count) for count in found.baseline.fewer],
        }
    if found.sources:
        content["sources"] = [dict(file) for file in found.sources]
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _with_fix(problem: Problem) -> dict[str, Any]:
    """A problem, with the edits that surely mend it or null."""
    return {**problem.to_dict(), "fix": problem.fix.to_dict() if problem.fix else None}
