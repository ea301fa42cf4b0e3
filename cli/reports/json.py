"""Problems for a program, in the shape that `rulecard.validate` gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rulecard.validation import Validation

    from . import Reader


def report(found: Validation, reader: Reader) -> str:
    content: dict[str, Any] = {
        "problems": [problem.to_dict() for problem in found.problems],
        "files": found.files,
        "errors": found.errors,
        "warnings": len(found.problems) - found.errors,
    }
    if found.sources:
        content["sources"] = [dict(file) for file in found.sources]
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
