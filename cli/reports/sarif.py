"""Problems as SARIF 2.1.0, with the page of each code, within what GitHub's code scanning takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import rulecard
from rulecard.codes import CODES, page, summary_of

from .github import in_actions
from .places import file_of, fingerprints, with_hint, worst_first

if TYPE_CHECKING:
    from rulecard import Problem
    from rulecard.problems import Edit
    from rulecard.validation import Validation

    from . import Reader

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# a run with more is refused whole; its worst 5,000 are shown
_MOST = 25_000
_FAMILIES = {
    "1": "yaml", "2": "schema", "3": "formula", "4": "meaning", "5": "data", "6": "pack", "7": "case", "9": "style",
}  # fmt: skip


def report(found: Validation, reader: Reader) -> str:
    silent = [] if in_actions() else _silent(found)
    problems = [*worst_first(found.problems), *(problem for problem, _ in silent)]
    codes = sorted({problem.code for problem in problems[:_MOST]})
    index = {code: number for number, code in enumerate(codes)}
    marked = zip(problems, fingerprints(problems, found), strict=True)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "Rulecard",
                "version": rulecard.__version__,
                "semanticVersion": rulecard.__version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        # what editors count; a character outside of the Basic Multilingual Plane is two
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "results": [_result(problem, mark, index, found) for problem, mark in islice(marked, _MOST)],
    }
    if silent:
        # either all results say whether they are suppressed, or none
        why = [*([] for _ in found.problems), *([reason] for _, reason in silent)]
        for result, suppressions in zip(run["results"], why, strict=False):
            result["suppressions"] = suppressions
    if len(problems) > _MOST:
        words = f"{len(problems) - _MOST:,} more problems, the least bad, were left out: a run holds {_MOST:,}"
        notification = {"level": "warning", "message": {"text": words}}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [notification]}]
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False) + "\n"


def _silent(found: Validation) -> list[tuple[Problem, dict[str, str]]]:
    """Problems that are not shown, and why. Code scanning knows no suppressions: it would open an alert for each."""
    silent = [(one, {"kind": "inSource", "justification": one.suppressed or ""}) for one in found.suppressed]
    if found.baseline is not None:
        why = {"kind": "external", "justification": f"in the baseline {found.baseline.file}"}
        silent += [(one, why) for one in found.baseline.hidden]
    return silent


def _rule(code: str) -> dict[str, Any]:
    text = page(code)
    return {
        "id": code,
        "shortDescription": {"text": CODES[code]},
        "fullDescription": {"text": summary_of(code)},
        "help": {"text": text, "markdown": text},
        "properties": {"tags": [_FAMILIES[code[2]]]},
    }


def _result(problem: Problem, fingerprint: str, index: Mapping[str, int], found: Validation) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index[problem.code],
        "level": "error" if problem.severity == "error" else "warning",
        "message": {"text": with_hint(problem)},
        "partialFingerprints": {"rulecardProblem/v1": fingerprint},
    }
    file = file_of(problem, found)
    if file is not None:
        place = {"artifactLocation": _artifact(file), "region": _region(problem)}
        result["locations"] = [{"physicalLocation": place}]
        if problem.fix is not None:
            replacements = [_replacement(edit) for edit in problem.fix.edits]
            change = {"artifactLocation": _artifact(file), "replacements": replacements}
            result["fixes"] = [{"artifactChanges": [change]}]
    return result


def _replacement(edit: Edit) -> dict[str, Any]:
    place = edit.location
    region = {
        "startLine": place.line,
        "startColumn": _units(edit.source, place.column),
        "endLine": place.line,
        "endColumn": _units(edit.source, place.end_column),
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _artifact(file: str) -> dict[str, str]:
    uri = quote(file.encode(errors="replace"))
    if file.startswith("/"):
        return {"uri": f"file://{uri}"}
    if file[1:3] == ":/":
        return {"uri": f"file:///{file[:2]}{quote(file[2:])}"}
    # a first part with a colon would be taken for a scheme; `quote` writes it as %3A
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _region(problem: Problem) -> dict[str, int]:
    """Lines and columns of what is meant; of several lines the rest of the first. The end is exclusive, as ours."""
    place = problem.location
    if place is None:
        return {"startLine": 1}
    if problem.source is None:
        return {"startLine": place.line}
    end = place.end_column if place.end_line == place.line else len(problem.source) + 1
    start = _units(problem.source, place.column)
    return {
        "startLine": place.line,
        "startColumn": start,
        "endLine": place.line,
        "endColumn": max(_units(problem.source, end), start),
    }


def _units(line: str, column: int) -> int:
    """A column in characters as one in units of UTF-16."""
    return column + sum(character > "\uffff" for character in line[: column - 1])
