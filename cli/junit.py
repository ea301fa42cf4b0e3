"""The outcome of cases as JUnit XML, for a build server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .plain import plain
from .problems import human

if TYPE_CHECKING:
    from rulecard.testing import TestReport


def junit(report: TestReport) -> str:
    """One suite for each file of cases; a file that cannot be used is an error of the suite `files`."""
    root = ElementTree.Element("testsuites", name="rulecard")
    suites: dict[str, ElementTree.Element] = {}
    for result in report.results:
        case = _case(root, suites, result.location.file, result.name)
        if result.failures:
            first = result.failures[0].message
            failure = ElementTree.SubElement(case, "failure", message=plain(first), type=result.failures[0].code)
            failure.text = human(result.failures, "en", None)
    for problem in report.problems:
        case = _case(root, suites, "files", problem.location.file if problem.location else problem.message)
        error = ElementTree.SubElement(case, "error", message=plain(problem.message), type=problem.code)
        error.text = human([problem], "en", None)
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("errors", str(len(suite.findall("testcase/error"))))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(
    root: ElementTree.Element, suites: dict[str, ElementTree.Element], file: str, name: str
) -> ElementTree.Element:
    if file not in suites:
        suites[file] = ElementTree.SubElement(root, "testsuite", name=plain(file))
    return ElementTree.SubElement(suites[file], "testcase", classname=plain(file), name=plain(name))
