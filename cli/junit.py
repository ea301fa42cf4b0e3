"""The outcome of cases as JUnit XML, for a build server, and what is the same for all that is reported in that form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from .plain import plain
from .problems import human

if TYPE_CHECKING:
    from rulecard.testing import TestReport

# characters that no XML may hold, not even escaped
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Suites:
    """Tests under the suites that they belong to, as they come."""

    def __init__(self) -> None:
        self._root = ElementTree.Element("testsuites", name="rulecard")
        self._suites: dict[str, ElementTree.Element] = {}

    def case(self, suite: str, file: str, name: str) -> ElementTree.Element:
        """A new test; what went wrong is put into it."""
        if suite not in self._suites:
            self._suites[suite] = ElementTree.SubElement(self._root, "testsuite", name=plain(suite))
        # some servers group by the class, others show the file
        about = {"classname": plain(file), "name": plain(name), "file": plain(file)}
        return ElementTree.SubElement(self._suites[suite], "testcase", about)

    def text(self) -> str:
        """The whole as XML, with counts."""
        for suite in self._suites.values():
            suite.set("tests", str(len(suite)))
            suite.set("failures", str(len(suite.findall("testcase/failure"))))
            suite.set("errors", str(len(suite.findall("testcase/error"))))
            suite.set("skipped", "0")
        ElementTree.indent(self._root)
        text = ElementTree.tostring(self._root, encoding="unicode")
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + _UNWRITABLE.sub("\ufffd", text) + "\n"


def junit(report: TestReport) -> str:
    """One suite for each file of cases; a file that cannot be used is an error of the suite `files`."""
    suites = Suites()
    for result in report.results:
        case = suites.case(result.location.file, result.location.file, result.name)
        if result.failures:
            first = result.failures[0].message
            failure = ElementTree.SubElement(case, "failure", message=plain(first), type=result.failures[0].code)
            failure.text = human(result.failures, "en", None, told=True)
    for problem in report.problems:
        case = suites.case("files", "files", problem.location.file if problem.location else problem.message)
        error = ElementTree.SubElement(case, "error", message=plain(problem.message), type=problem.code)
        error.text = human([problem], "en", None)
    return suites.text()
