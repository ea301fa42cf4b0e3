"""Problems as JUnit XML: one test for each file, which fails if the file has an error."""

from __future__ import annotations

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
        elif problems:
            SubElement(case, "system-out").text = human(problems, "en", None)
    return suites.text()
