"""Problems as JUnit XML: one test for each file, which fails if the file has an error."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from xml.etree.ElementTree import SubElement

from ..junit import Suites
from ..plain import plain
from ..problems import counted, human

if TYPE_CHECKING:
    from rulecard import Problem
    from rulecard.validation import Validation

    from . import Reader


def report(found: Validation, reader: Reader) -> str:
    by_file: dict[str, list[Problem]] = {name: [] for name in found.names}
    silent = Counter(one.location.file for one in _silent(found) if one.location is not None)
    elsewhere = "data" if found.names else "call"
    for problem in found.problems:
        by_file.setdefault(problem.location.file if problem.location else elsewhere, []).append(problem)
    suites = Suites()
    for file, problems in by_file.items():
        case = suites.case("rulecard validate", file, file)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            first = plain(errors[0].message)
            message = first if len(errors) == 1 else f"{counted(len(errors), 'error', '', 'en')}, first: {first}"
            SubElement(case, "failure", message=message, type=errors[0].code).text = human(problems, "en", None)
        said = human(problems, "en", None) if problems and not errors else ""
        if silent[file]:
            said += f"{silent[file]} suppressed or in the baseline\n"
        if said:
            SubElement(case, "system-out").text = said
    return suites.text()


def _silent(found: Validation) -> tuple[Problem, ...]:
    return found.suppressed + (() if found.baseline is None else found.baseline.hidden)
