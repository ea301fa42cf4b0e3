"""Cases as items of pytest: `pytest rulesets/` runs what `rulecard test rulesets/` does and shows the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rulecard import Problem
    from rulecard.testing import CaseResult


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A collector for a document of cases; nothing for any other file, of which only the first lines are read."""
    if file_path.suffix in (".yaml", ".yml") and _begins_with_cases(file_path):
        return CasesFile.from_parent(parent, path=file_path)
    return None


def _begins_with_cases(file: Path) -> bool:
    """Whether the first key is `cases`, with a text behind it: lists of that name belong to other programs."""
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        first = next((line for line in lines if line.strip() and not line.startswith(("#", "---"))), "")
    key, _, value = first.partition(":")
    return key.strip().strip("'\"") == "cases" and value.strip()[:1] not in ("", *"#[{&*!|>")


class CasesFile(pytest.File):
    """A document of cases. Nothing is computed before the first of them runs, and then all are, in one frame."""

    def collect(self) -> Iterator[pytest.Item]:
        from rulecard.cases.declared import read_cases
        from rulecard.language.loading import read_checked
        from rulecard.validation import ruleset_of_cases

        document, problems = read_checked(self.path)
        if document is None or problems:
            raise self.CollectError(self.shown(problems))
        ruleset, problems = ruleset_of_cases(document)
        if ruleset is None:
            raise self.CollectError(self.shown(problems))
        book, problems = read_cases(document, ruleset)
        if problems:
            raise self.CollectError(self.shown(problems))
        for case in book.cases:
            place = document.at((*case.path, "name"))
            yield CaseItem.from_parent(self, name=case.name, line=place.line, column=place.column)

    @cached_property
    def results(self) -> dict[tuple[int, int], CaseResult]:
        """What came of each case, by where its name stands."""
        import rulecard

        found = rulecard.test(self.path).results
        return {(result.location.line, result.location.column): result for result in found}

    def shown(self, problems: Sequence[Problem], *, told: bool = False) -> str:
        """The problems as `rulecard` shows them, with files as they are seen from where pytest was started."""
        from .problems import human

        return human([self._from_here(problem) for problem in problems], "en", None, told=told).rstrip()

    def _from_here(self, problem: Problem) -> Problem:
        here, place = self.config.invocation_params.dir, problem.location
        if place is None or not Path(place.file).is_relative_to(here):
            return problem
        return replace(problem, location=replace(place, file=str(Path(place.file).relative_to(here))))


class CaseItem(pytest.Item):
    """One case, at its line."""

    def __init__(self, *, line: int, column: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.place = line, column

    def runtest(self) -> None:
        assert isinstance(self.parent, CasesFile)
        result = self.parent.results[self.place]
        if not result.passed:
            raise CaseFailed(self.parent.shown(result.failures, told=True))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *arguments: Any, **named: Any) -> Any:
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *arguments, **named)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.place[0] - 1, self.name


class CaseFailed(Exception):
    """What did not come out as expected."""
