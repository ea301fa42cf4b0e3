"""Running the cases of files and folders, and what they reach of their rulesets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path as FilePath

from .cases.casework import run_casebook
from .cases.coverage import Coverage, Reached
from .cases.declared import read_cases
from .cases.differences import Difference
from .language.loading import read_checked
from .problems import Location, Problem
from .progress import Progress, untold
from .validation import files_below, ruleset_of_cases


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case: its name, where it stands, and what did not come out as expected."""

    name: str
    location: Location
    differences: tuple[Difference, ...]

    @property
    def failures(self) -> tuple[Problem, ...]:
        """The differences as problems, each with its place and how it came about."""
        return tuple(difference.problem for difference in self.differences)

    @property
    def passed(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class TestReport:
    """All cases that ran, problems of files that kept cases from running, and for each ruleset what was reached."""

    __test__ = False  # pytest would take it for a test by its name

    results: tuple[CaseResult, ...]
    problems: tuple[Problem, ...]
    coverage: dict[str, tuple[Coverage, ...]]

    @property
    def passed(self) -> bool:
        return not self.problems and all(result.passed for result in self.results)


def run_tests(
    paths: Sequence[str | FilePath], name: str | None = None, progress: Progress = untold, language: str = "en"
) -> TestReport:
    """Run the cases of every cases document below the paths; with `name`, those whose name holds it.

    Differences are told in a language.
    """
    results: list[CaseResult] = []
    problems: list[Problem] = []
    reached: dict[str, Reached] = {}
    files = list(files_below(paths))
    for number, file in enumerate(files):
        progress("test", number, len(files))
        document, wrong = read_checked(file)
        if document is None or (wrong and document.kind in ("cases", "")):
            problems += wrong
            continue
        if document.kind != "cases":
            continue
        ruleset, wrong = ruleset_of_cases(document)
        problems += wrong
        if ruleset is None:
            continue
        book, wrong = read_cases(document, ruleset)
        problems += wrong
        if wrong:
            continue
        # the file and not the id, since two folders may hold rulesets of one id
        home = normpath(ruleset.origin.documents[-1].file)
        failures = run_casebook(ruleset, book, reached.setdefault(home, Reached(ruleset)), name, language)
        for case in book.cases:
            if case.path in failures:
                found = tuple(sorted(failures[case.path], key=lambda one: one.problem.sort_key()))
                results.append(CaseResult(case.name, document.at((*case.path, "name")), found))
    coverage = {home: one.coverage() for home, one in reached.items()}
    return TestReport(tuple(results), tuple(problems), coverage)
