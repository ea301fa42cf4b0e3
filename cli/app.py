"""The commands and their options. What a command does is in the file of its name, imported when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer.main import get_command

from .checks_app import checks_app
from .options import (
    Data,
    Dataset,
    Engine,
    Entity,
    FailOn,
    Lang,
    Out,
    OutputFormat,
    Overlay,
    Packs,
    Period,
    Quiet,
    RulesetName,
    RunEngine,
    Set,
    Stage,
)
from .packs_app import new_app, packs_app

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
app.add_typer(checks_app)
app.add_typer(packs_app, name="packs")
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
    pack_dirs: Packs = None,
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
    pack: Annotated[
        str, typer.Argument(metavar="PACK", help="The id of a pack, or of one of its rulesets.")
    ] = "wecom-private-domain",
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
    pack_dirs: Packs = None,
    quiet: Quiet = False,
) -> None:
    """Run a pack on its own sample."""
    from .run import Call, run_demo
    from .show import View

    call = Call(stage, set_ or [], overlay or [], period, entity or [], engine.value, lang)
    raise typer.Exit(run_demo(pack, call, View(format_, out, fail_on, quiet)))
