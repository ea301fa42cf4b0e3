"""The commands and their options. What a command does is in the file of its name, imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

from .options import (
    Comparison,
    Data,
    Dataset,
    Engine,
    Entity,
    FailOn,
    Kind,
    Lang,
    Language,
    Out,
    OutputFormat,
    Overlay,
    Paths,
    Period,
    Quiet,
    ReportFiles,
    ReportFormat,
    RulesetName,
    RunEngine,
    Set,
    Stage,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="rulecard",
    help="Scorecards as code: metrics, thresholds, stage weightings and advice in YAML, run over your data.\n\n"
    "Exit status: 0 all well; 1 findings (problems, failed cases, --fail-on met); 2 the call, the data or a file "
    "cannot be used; 3 a fault of Rulecard's own.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
packs_app = typer.Typer(help="What is installed.", rich_markup_mode=None, invoke_without_command=True)
app.add_typer(packs_app, name="packs")
new_app = typer.Typer(help="Starting points for files that you finish.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(new_app, name="new")


def command() -> Callable[..., object]:
    return get_command(app)


def _version(wanted: bool) -> None:
    if wanted:
        import rulecard

        typer.echo(f"rulecard {rulecard.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


@app.command()
def run(
    ruleset: RulesetName,
    data: Data = None,
    dataset: Dataset = None,
    stage: Stage = None,
    set_: Set = None,
    overlay: Overlay = None,
    period: Period = None,
    entity: Entity = None,
    lang: Lang = None,
    engine: RunEngine = Engine.polars,
    format_: OutputFormat = None,
    out: Out = None,
    fail_on: FailOn = None,
    quiet: Quiet = False,
) -> None:
    """Run a ruleset over data and show its scorecards.

    --period and --entity choose the cards that are shown; everything else of the data still counts for earlier
    periods, peers and baselines.
    """
    from .run import Call, run_data
    from .show import View

    call = Call(stage, set_ or [], overlay or [], period, entity or [], engine.value, lang)
    view = View(format_, out, fail_on, quiet)
    raise typer.Exit(run_data(ruleset, data or [], dataset, call, view))


@app.command()
def demo(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="The id of a pack.")] = "wecom-private-domain",
    stage: Stage = None,
    set_: Set = None,
    overlay: Overlay = None,
    period: Period = None,
    entity: Entity = None,
    lang: Lang = None,
    engine: RunEngine = Engine.polars,
    format_: OutputFormat = None,
    out: Out = None,
    fail_on: FailOn = None,
    quiet: Quiet = False,
) -> None:
    """Run a pack on its own sample."""
    from .run import Call, run_demo
    from .show import View

    call = Call(stage, set_ or [], overlay or [], period, entity or [], engine.value, lang)
    raise typer.Exit(run_demo(pack, call, View(format_, out, fail_on, quiet)))


@app.command()
def validate(
    paths: Paths,
    data: Data = None,
    dataset: Dataset = None,
    overlay: Overlay = None,
    format_: ReportFormat = None,
    out: ReportFiles = None,
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """Check files and folders, without data; with --data or --dataset, the data of one ruleset, without scoring.

    Exit status 1 if there is an error; warnings alone leave it at 0.
    """
    from .validate import Given, Wanted
    from .validate import validate as work

    given = Given(paths, data or [], dataset, overlay or [])
    raise typer.Exit(work(given, Wanted(format_ and format_.value, out or [], lang, quiet)))


@app.command()
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
    quiet: Quiet = False,
) -> None:
    """Run the cases of rulesets."""
    from .cases import Wanted
    from .cases import test as work

    raise typer.Exit(work(paths, Wanted(name, coverage, cover_at_least, junit, update, lang or Language.en, quiet)))


@app.command()
def explain(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A problem code, such as RC301.")],
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """What a problem code means, with an example before and after. Pages are in English."""
    from .explain import explain as work

    raise typer.Exit(work(code, lang))


@app.command()
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
    quiet: Quiet = False,
) -> None:
    """Show what changed between two rulesets in meaning, and with data whose scores, levels and advice that moves.

    Exit status 0 if all could be compared, whether there are differences or not.
    """
    from .diff import Over
    from .diff import diff as work

    over = Over(data or [], dataset, stage, set_ or [], period, entity or [])
    raise typer.Exit(work(rulesets or [], git, overlay or [], over, format_.value, lang))


@packs_app.callback()
def packs(context: typer.Context, lang: Words = None, quiet: Quiet = False) -> None:
    """List the packs that are installed, or show one."""
    if context.invoked_subcommand is None:
        from .packs import list_packs

        raise typer.Exit(list_packs(lang))


@packs_app.command("show")
def show_pack(pack: Annotated[str, typer.Argument(metavar="ID")], lang: Words = None, quiet: Quiet = False) -> None:
    """What a pack holds and how to run it."""
    from .packs import show_pack as work

    raise typer.Exit(work(pack, lang))


@app.command()
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


@new_app.command("dataset")
def new_dataset(
    ruleset: RulesetName,
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="More files, as the shell lists them.")
    ] = None,
    from_: Annotated[
        list[str] | None, typer.Option("--from", metavar="FILE", help="A file of data, or a pattern. Repeatable.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="PATH", help="Write to a new file; paths are as seen from there."),
    ] = None,
    lang: Lang = None,
    quiet: Quiet = False,
) -> None:
    """Write a dataset document that gives your files to the sources of a ruleset.

    Columns are matched by names and titles; what is not certain is left open with a question mark, for you to answer.
    """
    from .new import new_dataset as work

    raise typer.Exit(work(ruleset, [*(from_ or []), *(files or [])], out, lang))
