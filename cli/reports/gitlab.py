"""Problems as GitLab's Code Quality report: a list of violations, each with a fingerprint of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .places import file_of, fingerprints, with_hint

if TYPE_CHECKING:
    from rulecard.validation import Validation

    from . import Reader

# of info, minor, major, critical and blocker: an error stops a run, but nobody is in danger
_SEVERITIES = {"error": "major", "warning": "minor"}


def report(found: Validation, reader: Reader) -> str:
    violations = []
    for problem, fingerprint in zip(found.problems, fingerprints(found.problems, found), strict=True):
        place = problem.location
        lines = {"begin": place.line, "end": place.end_line} if place else {"begin": 1}
        violations.append(
            {
                "description": f"{problem.code}: {with_hint(problem)}",
                "check_name": problem.code,
                "fingerprint": fingerprint,
                "severity": _SEVERITIES.get(problem.severity, "info"),
                # a path is obligatory
                "location": {"path": file_of(problem, found) or ".", "lines": lines},
            }
        )
    return json.dumps(violations, ensure_ascii=False, indent=2) + "\n"
