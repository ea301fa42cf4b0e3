"""Commands on rulesets without running them: check, test, compare, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    Baseline,
    ChangedSince,
    Comparison,
    Data,
    Dataset,
    Diff,
    Entity,
    Fix,
    Kind,
    Lang,
    Language,
    Overlay,
    Packs,
    Paths,
    Period,
    Quiet,
    ReportFiles,
    ReportFormat,
    Set,
    Stage,
    UpdateBaseline,
    Words,
)

checks_app = typer.Typer(rich_markup_mode=None)


@checks_app.command()
def validate(
    paths: Paths,
    data: Data = None,
    dataset: Dataset = None,
    overlay: Overlay = None,
    format_: ReportFormat = None,
    out: ReportFiles = None,
    changed_since: ChangedSince = None,
    baseline: Baseline = None,
    update_baseline: UpdateBaseline = False,
    style: Annotated[
        bool,
        typer.Option(
            "--style", help="Warn of matters of style too: numbers without evidence, numbers that count twice."
        ),
    ] = False,
    fix: Fix = False,
    diff: Diff = False,
    lang: Words = None,
    pack_dirs: Packs = None,
    quiet: Quiet = False,
) -> None:
    """Check files and folders, without data; with --data or --dataset, the data of one ruleset, without scoring.

    Exit status 1 if there is an error; warnings alone leave it at 0.
    """
    from .validate import Given, Wanted
    from .validate import validate as work

    given = Given(paths, data or [], dataset, overlay or [], changed_since, baseline, update_baseline, style, fix, diff)
    raise typer.Exit(work(given, Wanted(format_ and format_.value, out or [], lang, quiet)))


@checks_app.command()
def test(
    paths: Paths,
    name: Annotated[str | None, typer.Option("-k", metavar="NAME", help="Only cases whose name holds this.")] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="Show what no case reaches.")] = False,
    cover_at_least: Annotated[
        str | None, typer.Option("--cover-at-least", metavar="SHARE", help="Exit with 1 below this share, such as 90%.")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Also write the outcome as JUnit XML.")
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write what came in place of what was expected, and show the change.")
    ] = False,
    lang: Words = None,
    pack_dirs: Packs = None,
    quiet: Quiet = False,
) -> None:
    """Run the cases of rulesets."""
    from .cases import Wanted
    from .cases import test as work

    raise typer.Exit(work(paths, Wanted(name, coverage, cover_at_least, junit, update, lang or Language.en, quiet)))


@checks_app.command()
def diff(
    rulesets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OLD NEW",
            help="Paths or ids of rulesets or overlays; an overlay is its ruleset with it. With --git a file or a "
            "folder.",
        ),
    ] = None,
    git: Annotated[
        str | None,
        typer.Option("--git", metavar="REF", help="Compare a file or folder with what it was at a revision."),
    ] = None,
    overlay: Annotated[
        list[str] | None,
        typer.Option(
            "--overlay",
            metavar="OVERLAY",
            help="An overlay on both rulesets; with one ruleset, what the overlay changes. Repeatable.",
        ),
    ] = None,
    data: Data = None,
    dataset: Dataset = None,
    stage: Stage = None,
    set_: Set = None,
    period: Period = None,
    entity: Entity = None,
    format_: Annotated[
        Comparison, typer.Option("--format", "-f", help="markdown is for a comment in a merge request.")
    ] = Comparison.text,
    lang: Lang = None,
    pack_dirs: Packs = None,
    quiet: Quiet = False,
) -> None:
    """Show what changed between two rulesets in meaning, and with data whose scores, levels and advice that moves.

    Exit status 0 if all could be compared, whether there are differences or not.
    """
    from .diff import Over
    from .diff import diff as work

    over = Over(data or [], dataset, stage, set_ or [], period, entity or [])
    raise typer.Exit(work(rulesets or [], git, overlay or [], over, format_.value, lang))


@checks_app.command()
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A problem code, such as RC301.")],
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """What a problem code means, with an example before and after. Pages are in English."""
    from .explain import explain as work

    raise typer.Exit(work(code, lang))


@checks_app.command()
def schema(
    kind: Annotated[
        Kind, typer.Argument(metavar="KIND", help="ruleset, overlay, cases, dataset, pack, result or diff.")
    ],
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """Print the JSON Schema of a kind of document, for an editor."""
    from .schema import print_schema

    raise typer.Exit(print_schema(kind.value))
