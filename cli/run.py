"""`run` and `demo`: a ruleset over data, shown in one of the formats."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import rulecard

from . import ALL_WELL, FINDINGS
from .arguments import data_files, settings
from .installed import find_pack
from .output import put, render, say, write_files
from .problems import human
from .refuse import refusing

if TYPE_CHECKING:
    from rulecard.result import Result


@dataclass(frozen=True, slots=True)
class Call:
    """What is computed, as written on the command line."""

    stage: str | None
    set: Sequence[str]
    overlays: Sequence[str]
    period: str | None
    entity: Sequence[str]
    engine: str
    language: str | None

    def options(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "params": settings(self.set),
            "overlays": tuple(self.overlays),
            "period": self.period,
            "entity": tuple(self.entity),
            "engine": self.engine,
            "language": self.language,
        }


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
        ending = self.out.suffix.lower().removeprefix(".") if self.out else ""
        return ending if ending in ("json", "csv") else "table"


def run_data(ruleset: str, data: Sequence[str], call: Call, view: View) -> int:
    """Runs a ruleset over files and gives back the exit status."""
    with refusing(call.language) as outcome:
        result = rulecard.run(ruleset, data_files(data), **call.options())
        outcome.status = show(result, view)
    return outcome.status


def run_demo(pack: str, call: Call, view: View) -> int:
    """Runs the first ruleset of a pack on the pack's sample."""
    with refusing(call.language) as outcome:
        found = find_pack(pack)
        result = rulecard.run(found.rulesets[0], rulecard.sample_data(found), **call.options())
        outcome.status = show(result, view)
    return outcome.status


def show(result: Result, view: View) -> int:
    """Shows a result and gives back the exit status; nothing is written if what was asked for cannot be."""
    failure = _failure(result, view.fail_on)
    if result.problems and not view.quiet:
        say(human(result.problems, result.language, sys.stderr))
    if view.out is None or str(view.out) == "-":
        put(_text(result, view.chosen(), view.quiet, to_file=False))
    else:
        write_files(_files(result, view.chosen(), view.out))
    if failure is None:
        return ALL_WELL
    say(failure)
    return FINDINGS


def _failure(result: Result, text: str | None) -> str | None:
    from .fail_on import condition, verdict

    if text is None:
        return None
    return verdict(condition(text, result.ruleset.levels), result.cards)


def _text(result: Result, format_: str, quiet: bool, *, to_file: bool) -> str:
    if format_ == "json":
        return result.to_json()
    if format_ == "csv":
        from .spreadsheet import csv

        if not quiet and not to_file and result.advice.height:
            say(f"advice is left out here ({result.advice.height} rows): --out NAME.csv also writes NAME.advice.csv")
        return csv(result.results)
    from .table import table

    return render(table(result), None if to_file else sys.stdout)


def _files(result: Result, format_: str, out: Path) -> dict[Path, str]:
    if format_ != "csv":
        text = _text(result, format_, quiet=True, to_file=True)
        return {out: text if text.endswith("\n") else text + "\n"}
    from .spreadsheet import MARK, csv

    stem = out.name.removesuffix(".csv")
    tables = {f"{stem}.csv": result.results, f"{stem}.advice.csv": result.advice}
    return {out.with_name(name): MARK + csv(frame) for name, frame in tables.items()}
