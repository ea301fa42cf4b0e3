"""Options that several commands take, and the words that they may hold."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


def add_packs(folders: list[str] | None) -> list[str] | None:
    """Names folders of packs for this call, as the environment does; a folder that is not there is refused."""
    if folders:
        from rulecard.language.pack_folders import NAMED_BY, PACK_FILE, packs_in

        for folder in folders:
            if not Path(folder).is_dir():
                raise typer.BadParameter(f"there is no folder {folder}")
            if not packs_in(Path(folder)):
                raise typer.BadParameter(f"{folder} has no {PACK_FILE}, nor has a folder right below it")
        known = os.environ.get(NAMED_BY)
        os.environ[NAMED_BY] = os.pathsep.join([*folders, *([known] if known else [])])
    return folders


class Language(StrEnum):
    zh = "zh"
    en = "en"


class Format(StrEnum):
    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    parquet = "parquet"
    xlsx = "xlsx"


class Engine(StrEnum):
    polars = "polars"
    duckdb = "duckdb"


class Report(StrEnum):
    human = "human"
    concise = "concise"
    json = "json"
    github = "github"
    gitlab = "gitlab"
    junit = "junit"
    sarif = "sarif"


class Comparison(StrEnum):
    text = "text"
    markdown = "markdown"
    json = "json"


class Page(StrEnum):
    table = "table"
    md = "md"


class Kind(StrEnum):
    ruleset = "ruleset"
    overlay = "overlay"
    cases = "cases"
    dataset = "dataset"
    pack = "pack"
    result = "result"
    diff = "diff"


RulesetName = Annotated[str, typer.Argument(metavar="RULESET", help="A path, or the id of a ruleset in a pack.")]
Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files, folders, or the id of a pack.")]
Packs = Annotated[
    list[str] | None,
    typer.Option(
        "--packs",
        metavar="DIR",
        help="A pack, or a folder of packs, beside those installed; so does RULECARD_PACKS. Repeatable.",
        callback=add_packs,
    ),
]
Lang = Annotated[Language | None, typer.Option("--lang", help="Language of what is shown [the ruleset's first].")]
Words = Annotated[Language | None, typer.Option("--lang", help="Language of what is shown [en].")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing beside the result and errors.")]
Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        "-d",
        metavar="[SOURCE=]FILE",
        help="A file of data, or a pattern such as 'exports/*.csv', for a source; on top of --dataset it takes the "
        "place of that source. Repeatable.",
    ),
]
Dataset = Annotated[
    str | None,
    typer.Option("--dataset", metavar="FILE", help="A dataset document, which says where each source is."),
]
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
ReportFormat = Annotated[
    Report | None,
    typer.Option("--format", "-f", help="How problems are shown [human; in GitHub Actions with annotations]."),
]
Fix = Annotated[bool, typer.Option("--fix", help="Mend in the files what is certain, then show what is left.")]
Diff = Annotated[
    bool, typer.Option("--diff", help="Show what --fix would change, and write nothing. Exit status 1 if it would.")
]
ReportFiles = Annotated[
    list[str] | None,
    typer.Option("--out", "-o", metavar="FORMAT=FILE", help="Also write a report in a format to a file. Repeatable."),
]
ChangedSince = Annotated[
    str | None,
    typer.Option(
        "--changed-since",
        metavar="REF",
        help="Only files that changed since this git revision, and those that build on them.",
    ),
]
Baseline = Annotated[
    str | None,
    typer.Option("--baseline", metavar="FILE", help="Hide the problems that this file counts, by file and code."),
]
UpdateBaseline = Annotated[
    bool, typer.Option("--update-baseline", help="Write the problems that there are now into the --baseline.")
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
        help="Write to a file, whole or not at all. csv and parquet write NAME.advice.csv or .parquet beside it, "
        "ndjson NAME.run.json. - is standard output.",
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
