"""Commands on what is there already, and on starting points: `packs` and `new`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import (
    Lang,
    Packs,
    Page,
    Quiet,
    RulesetName,
    Words,
)

packs_app = typer.Typer(help="What is installed.", rich_markup_mode=None, invoke_without_command=True)
new_app = typer.Typer(help="Starting points for files that you finish.", rich_markup_mode=None, no_args_is_help=True)


@packs_app.callback()
def packs(context: typer.Context, pack_dirs: Packs = None, lang: Words = None, quiet: Quiet = False) -> None:
    """List the packs that are installed, or show one."""
    if context.invoked_subcommand is None:
        from .packs import list_packs

        raise typer.Exit(list_packs(lang))


@packs_app.command("show")
def show_pack(
    pack: Annotated[str, typer.Argument(metavar="ID", help="The id of a pack.")],
    format_: Annotated[Page, typer.Option("--format", "-f", help="md is Markdown, as READMEs hold it.")] = Page.table,
    lang: Words = None,
    pack_dirs: Packs = None,
    quiet: Quiet = False,
) -> None:
    """What a pack holds: metrics, levels, weights, the data it needs, and how to run it."""
    from .packs import show_pack as work

    raise typer.Exit(work(pack, format_ is Page.md, lang))


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
    pack_dirs: Packs = None,
    quiet: Quiet = False,
) -> None:
    """Write a dataset document that gives your files to the sources of a ruleset.

    Columns are matched by names and titles; what is not certain is left open with a question mark, for you to answer.
    """
    from .new import new_dataset as work

    raise typer.Exit(work(ruleset, [*(from_ or []), *(files or [])], out, lang))


@new_app.command("ruleset")
def new_ruleset(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the folder that is made, and the ruleset's id.")],
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """Make a folder with a ruleset, its cases and some data, to change into your own."""
    from .new import new_files

    raise typer.Exit(new_files("ruleset", name, lang))


@new_app.command("pack")
def new_pack(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the folder that is made, and the pack's id.")],
    lang: Words = None,
    quiet: Quiet = False,
) -> None:
    """Make a folder with a pack that validates, runs, passes its cases, and can be built for others to install."""
    from .new import new_files

    raise typer.Exit(new_files("pack", name, lang))
