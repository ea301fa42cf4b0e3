"""`test`: cases of rulesets, what failed, and what no case reaches."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import rulecard
from rulecard.cases.updates import update
from rulecard.whole_files import write_whole
from rulecard.words import word

from . import ALL_WELL, FINDINGS, UNUSABLE
from .arguments import share
from .diffs import shown
from .installed import files_of
from .output import put, render, say
from .plain import plain
from .problems import counted, human
from .refuse import refusing
from .reports.github import annotated, in_actions, summarize
from .watching import watching

if TYPE_CHECKING:
    from rulecard.cases.differences import Difference
    from rulecard.testing import TestReport


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the call asks for beside the outcome itself."""

    name: str | None
    coverage: bool
    cover_at_least: str | None
    junit: Path | None
    update: bool
    language: str
    quiet: bool


def test(paths: Sequence[str], wanted: Wanted) -> int:
    """Runs the cases below the paths and gives back the exit status: 1 for a failure or too little reached."""
    with refusing(wanted.language) as outcome:
        least = share(wanted.cover_at_least, "--cover-at-least") if wanted.cover_at_least else None
        with watching(wanted.language, quiet=wanted.quiet) as progress:
            report = rulecard.test(files_of(paths), wanted.name, progress, wanted.language)
        if wanted.junit is not None:
            from .junit import junit

            outcome_as_xml = junit(report).encode()
            write_whole({wanted.junit: lambda file: file.write(outcome_as_xml)})
        if report.problems:
            say(human(report.problems, wanted.language, sys.stderr))
        _show(report, wanted)
        if in_actions() and not wanted.update:
            _annotate(report, _too_little(report, least, wanted, "en"))
        updated = wanted.update and _update(report, wanted)
        outcome.status = _status(report, least, wanted, updated)
    return outcome.status


def _annotate(report: TestReport, too_little: list[str]) -> None:
    """Failures at their places in GitHub Actions, and in the summary of the step."""
    failures = [
        replace(problem, message=f"{result.name}: {problem.message}")
        for result in report.results
        for problem in result.failures
    ]
    problems = [*report.problems, *failures]
    if problems:
        put(annotated(problems))
    told = [_count(report, "en") if report.results else word("no_cases", "en"), *too_little]
    summarize(problems, "Rulecard: cases", "\n".join(told))


def _update(report: TestReport, wanted: Wanted) -> bool:
    """Rewrites expectations that do not hold, after the change is shown; gives whether all hold now."""
    by_file: dict[str, list[Difference]] = {}
    for result in report.results:
        by_file.setdefault(result.location.file, []).extend(result.differences)
    updates = [update(file, differences) for file, differences in by_file.items() if differences]
    for one in updates:
        if one.rewritten:
            put(shown(one.diff()))
            one.write()
    left = [difference.problem for one in updates for difference in one.left]
    if left:
        places = "\n".join(f"  {plain(str(problem.location))} {plain(problem.message)}" for problem in left)
        say(f"{word('cases_left', wanted.language, count=len(left))}\n{places}")
    if updates and not wanted.quiet:
        say(word("cases_updated", wanted.language, count=sum(len(one.rewritten) for one in updates)))
    return not left


def _status(report: TestReport, least: float | None, wanted: Wanted, updated: bool) -> int:
    if any(problem.severity == "error" for problem in report.problems):
        return UNUSABLE
    if not report.results:
        say(word("no_cases_named" if wanted.name else "no_cases", wanted.language, name=wanted.name))
        return UNUSABLE
    too_little = _too_little(report, least, wanted, wanted.language)
    for line in too_little:
        say(line)
    return FINDINGS if too_little or not (report.passed or updated) else ALL_WELL


def _too_little(report: TestReport, least: float | None, wanted: Wanted, language: str) -> list[str]:
    """A line for each ruleset of which cases reach less than is asked for."""
    return [
        word("too_little_reached", language, file=_file(ruleset), share=_percent(report, ruleset),
             least=wanted.cover_at_least)
        for ruleset in report.coverage
        if least is not None and _reached(report, ruleset) < least - 1e-9
    ]  # fmt: skip


def _reached(report: TestReport, ruleset: str) -> float:
    """The share of everything in a ruleset that some case reaches."""
    kinds = report.coverage[ruleset]
    everything = sum(kind.all for kind in kinds)
    return 1 - sum(len(kind.missed) for kind in kinds) / everything if everything else 1.0


def _percent(report: TestReport, ruleset: str) -> str:
    # rounded down: 100% is said only of all
    return f"{math.floor(_reached(report, ruleset) * 1000 + 1e-6) / 10:g}%"


def _show(report: TestReport, wanted: Wanted) -> None:
    blocks = [_failures(report, wanted.language)]
    if wanted.coverage:
        blocks += [_coverage(report, ruleset, wanted.language) for ruleset in report.coverage]
    if report.results and not wanted.quiet:
        blocks.append(_count(report, wanted.language))
    text = "\n".join(block for block in blocks if block)
    if text:
        put(text)


def _failures(report: TestReport, language: str) -> str:
    from rich.text import Text

    blocks = []
    for result in report.results:
        if not result.passed:
            place = f"  {plain(result.location.file)}:{result.location.line}"
            heading = Text.assemble(("✖ ", "bold red"), (plain(result.name), "bold"), (place, "dim"))
            blocks.append(
                render(heading, sys.stdout, wrap=False) + human(result.failures, language, sys.stdout, told=True)
            )
    return "\n".join(blocks)


def _count(report: TestReport, language: str) -> str:
    failed = sum(not result.passed for result in report.results)
    files = len({result.location.file for result in report.results})
    key = "cases_failed" if failed else "cases_passed"
    looked_at = counted(files, "file", "个文件", language)
    return word(key, language, passed=len(report.results) - failed, failed=failed, files=looked_at)


def _coverage(report: TestReport, ruleset: str, language: str) -> str:
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from .wrapped import Wrapped

    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "right", "right"):
        table.add_column(justify="right" if justify == "right" else "left", no_wrap=True)
    table.add_column()
    for kind in report.coverage[ruleset]:
        if kind.all:
            missed = Wrapped("; ".join(kind.missed), style="yellow") if kind.missed else Text("")
            reached = f"{kind.all - len(kind.missed)}/{kind.all}"
            table.add_row(Text(word(kind.kind, language)), Text(reached), Text(f"{kind.share:.0%}"), missed)
    heading = word("reached", language, file=_file(ruleset), share=_percent(report, ruleset))
    return render(Group(Text(plain(heading), style="bold"), Padding(table, (0, 0, 0, 2))), sys.stdout)


def _file(ruleset: str) -> str:
    """A path as short as it can be told from here."""
    path = Path(ruleset)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else ruleset
