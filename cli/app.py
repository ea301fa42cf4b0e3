"""The commands and their options. What a command does is in the file of its name, imported when it runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

if TYPE_CHECKING:
    from collections.abc import Callable


class Language(StrEnum):
    zh = "zh"
    en = "en"


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


class Engine(StrEnum):
    polars = "polars"
    duckdb = "duckdb"


class Report(StrEnum):
    human = "human"
    json = "json"


class Kind(StrEnum):
    ruleset = "ruleset"
    overlay = "overlay"
    cases = "cases"
    dataset = "dataset"
    pack = "pack"
    result = "result"


RulesetName = Annotated[str, typer.Argument(metavar="RULESET", help="A path, or the id of a ruleset in a pack.")]
Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or the id of a pack.")]
Lang = Annotated[Language | None, typer.Option("--lang", help="Language of what is shown [the ruleset's first].")]
Words = Annotated[Language | None, typer.Option("--lang", help="Language of what is shown [en].")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing beside the result and errors.")]
Stage = Annotated[str | None, typer.Option("--stage", metavar="ID", help="One stage for the whole run.")]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="PARAM=VALUE", help="Sets a param of the ruleset. Repeatable.")
]
Overlay = Annotated[
    list[str] | None,
    typer.Option("--overlay", metavar="OVERLAY", help="An overlay, by path or id; they stack in order. Repeatable."),
]
Period = Annotated[
    str | None,
    typer.Option("--period", metavar="FROM..TO", help="Show these periods, or one: 2025-01..2025-03, 2025-03, ..2025."),
]
Entity = Annotated[
    list[str] | None,
    typer.Option("--entity", metavar="[COLUMN=]VALUE", help="Show this entity; all others still count. Repeatable."),
]
OutputFormat = Annotated[
    Format | None, typer.Option("--format", "-f", help="Default: what the name of --out ends in, else table.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Write to a file, whole or not at all. csv writes NAME.csv and NAME.advice.csv, "
        "marked as UTF-8 for spreadsheets.",
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="CONDITION",
        help='Exit with 1 if a shown card meets it: "score < 60", "coverage < 80%", or a level, which means that '
        "level or worse. A card without a score meets every condition on score or level.",
    ),
]
RunEngine = Annotated[Engine, typer.Option("--engine", help="What computes. The results are the same.")]

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
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data",
            "-d",
            metavar="[SOURCE=]FILE",
            help="A CSV or Parquet file, or a pattern such as 'exports/*.csv', for a source. Repeatable.",
        ),
    ] = None,
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
    from .run import Call, View, run_data

    call = Call(stage, set_ or [], overlay or [], period, entity or [], engine.value, lang)
    view = View(format_, out, fail_on, quiet)
    raise typer.Exit(run_data(ruleset, data or [], call, view))


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
    from .run import Call, View, run_demo

    call = Call(stage, set_ or [], overlay or [], period, entity or [], engine.value, lang)
    raise typer.Exit(run_demo(pack, call, View(format_, out, fail_on, quiet)))


@app.command()
def validate(
    paths: Paths,
    format_: Annotated[Report, typer.Option("--format", "-f", help="How problems are shown.")] = Report.human,
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """Check files and folders, without data.

    Exit status 1 if there is an error; warnings alone leave it at 0.
    """
    from .validate import validate as work

    raise typer.Exit(work(paths, format_ is Report.json, lang, quiet))


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
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """Run the cases of rulesets."""
    from .cases import Wanted
    from .cases import test as work

    raise typer.Exit(work(paths, Wanted(name, coverage, cover_at_least, junit, lang or Language.en, quiet)))


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
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help="ruleset, overlay, cases, dataset, pack or result.")],
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """Print the JSON Schema of a kind of document, for an editor."""
    from .schema import print_schema

    raise typer.Exit(print_schema(kind.value))
