"""A result in the format that was asked for: on standard output, or in files."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import rulecard
from rulecard.report import BINARY, ENDINGS, streamed
from rulecard.whole_files import write_whole

from . import ALL_WELL, FINDINGS
from .output import put, put_bytes, render, say
from .problems import human
from .watching import watching

if TYPE_CHECKING:
    from rulecard.results.result import Result


@dataclass(frozen=True, slots=True)
class View:
    """How it is shown; `format` is None where the name of `out` decides."""

    format: str | None
    out: Path | None
    fail_on: str | None
    quiet: bool

    def chosen(self) -> str:
        if self.format is not None:
            return str(self.format)
        return ENDINGS.get(self.out.suffix.lower(), "table") if self.out else "table"


def show(result: Result, view: View, told: str | None = None) -> int:
    """Shows a result and gives back the exit status; nothing is written if what was asked for cannot be. `told` stands
    in the place of warnings about the data.
    """
    failure = _failure(result, view.fail_on)
    if result.problems and not view.quiet:
        say(told or human(result.problems, result.language, sys.stderr))
    format_ = view.chosen()
    if view.out is None or str(view.out) == "-":
        _print(result, format_, view.quiet)
    elif format_ == "table":
        from .table import table

        text = render(table(result), None).encode()
        write_whole({view.out: lambda file: file.write(text)})
    else:
        with watching(result.language, quiet=view.quiet) as progress:
            result.write(view.out, format_, progress)
    if failure is None:
        return ALL_WELL
    say(failure)
    return FINDINGS


def _failure(result: Result, text: str | None) -> str | None:
    from .fail_on import condition, verdict

    if text is None:
        return None
    return verdict(condition(text, result.ruleset.levels), result.cards)


def _print(result: Result, format_: str, quiet: bool) -> None:
    """Writes to standard output."""
    if format_ == "table":
        from .table import table

        put(render(table(result), sys.stdout))
        return
    if format_ in BINARY and sys.stdout.isatty():
        hint = f"--out NAME.{format_}, or send it on with | or >"
        raise rulecard.Problems([rulecard.Problem("RC509", f"{format_} is not for a terminal", hint=hint)])
    if format_ in ("csv", "parquet") and not quiet and result.advice.height:
        also = f"--out NAME.{format_} also writes NAME.advice.{format_}"
        say(f"advice is left out here ({result.advice.height} rows): {also}")
    # on a terminal the result itself shows how far it is
    with watching(result.language, quiet=quiet or sys.stdout.isatty()) as progress:
        put_bytes(streamed(result, format_, progress))
