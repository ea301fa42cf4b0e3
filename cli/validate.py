"""`validate`: problems of files and folders, and of data for a ruleset."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import rulecard
from rulecard import Problem, Problems
from rulecard.suggest import nearest
from rulecard.validation import Validation

from . import ALL_WELL, FINDINGS
from .arguments import data_files
from .installed import files_of
from .options import Report
from .output import put, say
from .problems import human
from .refuse import refusing
from .reports import Reader, report
from .watching import watching

if TYPE_CHECKING:
    from rulecard.whole_files import Writer


@dataclass(frozen=True, slots=True)
class Given:
    """Paths alone, or one ruleset, with overlays on it, and the data for it."""

    paths: Sequence[str]
    data: Sequence[str]
    dataset: str | None
    overlays: Sequence[str]


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
            found = _found(given, wanted)
        except Problems as refused:
            # a build server shows what its report says, and nobody looks for what only the log has
            _show(Validation(refused.problems, 0), wanted, files, refused=True)
            raise
        _show(found, wanted, files)
        outcome.status = FINDINGS if found.errors else ALL_WELL
    return outcome.status


def _found(given: Given, wanted: Wanted) -> Validation:
    with watching(wanted.language, quiet=wanted.quiet) as progress:
        with_data = given.data or given.dataset is not None
        paths = list(given.paths) if with_data else files_of(given.paths)
        return rulecard.validate(
            paths, data_files(given.data), dataset=given.dataset, overlays=given.overlays, progress=progress
        )


def _show(found: Validation, wanted: Wanted, files: Mapping[Path, str], refused: bool = False) -> None:
    """Writes every report; of a call that is refused, standard error has the lines for people."""
    language = wanted.language or "en"
    in_actions = os.environ.get("GITHUB_ACTIONS") == "true"
    parts = [wanted.format] if wanted.format else ["human", *(["github"] if in_actions else [])]
    to_screen = Reader(language, wanted.quiet, sys.stdout)
    text = "" if refused and parts[0] == "human" else report(parts[0], found, to_screen)
    if "github" in parts:
        from .reports.github import annotated, summarize

        text += "" if parts == ["github"] else annotated(found)
        try:
            summarize(found)
        except OSError as error:
            message = f"the summary of the step cannot be written: {error.strerror or error}"
            say(human([Problem("RC512", message, severity="warning")], language, sys.stderr))
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
