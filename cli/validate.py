"""`validate`: problems of files and folders, and of data for a ruleset."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import rulecard
from rulecard import Problem, Problems
from rulecard.suggest import nearest
from rulecard.validation import Validation
from rulecard.words import word

from . import ALL_WELL, FINDINGS
from .arguments import data_files
from .fixing import mend, show_diff, tell
from .installed import files_of
from .options import Report
from .output import put, say
from .plain import plain
from .problems import summary
from .refuse import refusing
from .reports import Reader, report
from .reports.github import annotated, in_actions, summarize
from .watching import watching

if TYPE_CHECKING:
    from rulecard.whole_files import Writer


@dataclass(frozen=True, slots=True)
class Given:
    """Paths alone, or one ruleset, with overlays on it, and the data for it; and what of it is known already."""

    paths: Sequence[str]
    data: Sequence[str]
    dataset: str | None
    overlays: Sequence[str]
    changed_since: str | None = None
    baseline: str | None = None
    update_baseline: bool = False
    style: bool = False
    fix: bool = False
    diff: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is shown, and where: a format for standard output, `FORMAT=FILE` for others."""

    format: str | None
    files: Sequence[str]
    language: str | None
    quiet: bool


def validate(given: Given, wanted: Wanted) -> int:
    """Checks what is given, and gives back the exit status: 1 for an error."""
    with refusing(wanted.language) as outcome:
        files = _report_files(wanted.files)
        try:
            fixing = mend(given, wanted) if given.fix or given.diff else None
            if fixing is not None and given.diff:
                outcome.status = show_diff(fixing, wanted)
                return outcome.status
            found = _found(given, wanted)
        except Problems as refused:
            # a build server shows what its report says, and nobody looks for what only the log has
            _show(Validation(refused.problems, 0), wanted, files, refused=True)
            raise
        _show(found, wanted, files)
        if fixing is not None:
            tell(fixing, len(found.problems), wanted)
        outcome.status = FINDINGS if found.errors else ALL_WELL
    return outcome.status


def _found(given: Given, wanted: Wanted) -> Validation:
    if given.update_baseline and given.baseline is None:
        hint = "name it too: `--baseline rulecard-baseline.json --update-baseline`"
        raise Problems([Problem("RC509", "`--update-baseline` has no baseline to update", hint=hint)])
    with watching(wanted.language, quiet=wanted.quiet) as progress:
        with_data = given.data or given.dataset is not None
        paths = list(given.paths) if with_data else files_of(given.paths)
        found = rulecard.validate(
            paths, data_files(given.data), dataset=given.dataset, overlays=given.overlays,
            changed_since=given.changed_since, baseline=None if given.update_baseline else given.baseline,
            style=given.style, progress=progress,
        )  # fmt: skip
    if given.baseline is None or not given.update_baseline:
        return found
    from rulecard.baseline import update_baseline

    found = update_baseline(found, given.baseline, given.style)
    if not wanted.quiet:
        say(word("baseline_written", wanted.language or "en", file=plain(given.baseline)))
    return found


def _show(found: Validation, wanted: Wanted, files: Mapping[Path, str], refused: bool = False) -> None:
    """Writes every report; of a call that is refused, standard error has the lines for people."""
    language = wanted.language or "en"
    parts = [wanted.format] if wanted.format else ["human", *(["github"] if in_actions() else [])]
    to_screen = Reader(language, wanted.quiet, sys.stdout)
    text = "" if refused and parts[0] == "human" else report(parts[0], found, to_screen)
    if "github" in parts:
        text += "" if parts == ["github"] else annotated(found.problems)
        summarize(found.problems, "Rulecard", summary(found, "en"))
    if text:
        put(text)
    if files:
        from rulecard.whole_files import write_whole

        to_file = Reader(language, wanted.quiet, None)
        write_whole({file: _writing(report(name, found, to_file)) for file, name in files.items()})


def _writing(text: str) -> Writer:
    content = text.encode(errors="replace")
    return lambda stream: stream.write(content)


def _report_files(given: Iterable[str]) -> dict[Path, str]:
    """Which format goes into which file. Raises Problems."""
    files: dict[Path, str] = {}
    problems: list[Problem] = []
    formats = [one.value for one in Report]
    for one in given:
        name, separator, file = one.partition("=")
        if not separator or not file:
            hint = f"write the format in front, such as `--out sarif={one or 'rulecard.sarif'}`"
            problems.append(Problem("RC509", f"`--out {one}` names no format", hint=hint))
        elif name not in formats:
            near = nearest(name, formats)
            hint = f"did you mean `{near}`?\n" if near else ""
            hint += f"formats are {', '.join(formats)}"
            problems.append(Problem("RC509", f"there is no format `{name}` for problems", hint=hint))
        elif file == "-":
            hint = f"write `--format {name}`"
            problems.append(Problem("RC509", f"`--out {one}`: standard output has the format of `--format`", hint=hint))
        elif Path(file) in files:
            problems.append(Problem("RC509", f"two reports go into `{file}`", hint="give each a file of its own"))
        else:
            files[Path(file)] = name
    if problems:
        raise Problems(problems)
    return files
