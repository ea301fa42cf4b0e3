"""`new`: starting points that a person finishes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO

import rulecard
from rulecard.whole_files import write_whole
from rulecard.words import word

from .output import put
from .refuse import refusing


def new_dataset(ruleset: str, files: Sequence[str], out: Path | None, language: str | None) -> int:
    """Writes a dataset document for a ruleset from data files and gives back the exit status."""
    with refusing(language) as outcome:
        if out is not None and out.exists():
            # somebody may have finished it by hand
            hint = "give --out another name, or take the file away"
            raise rulecard.Problems([rulecard.Problem("RC512", f"{out} is there already", hint=hint)])
        near = Path() if out is None else out.parent
        text = rulecard.new_dataset(ruleset, files, near, language)
        if out is None:
            put(text)
        else:
            write_whole({out: lambda stream: stream.write(text.encode())})
    return outcome.status


def new_files(kind: str, name: str, language: str | None) -> int:
    """Writes the folder of a new ruleset or pack, says how to go on, and gives back the exit status."""
    from rulecard.drafts.starting_point import starting_point

    reader = language or "en"
    with refusing(language) as outcome:
        folder = Path(name)
        files = starting_point(kind, folder.name, reader)
        if isinstance(files, rulecard.Problem):
            raise rulecard.Problems([files])
        if folder.exists():
            hint = "give it another name, or take the folder away"
            raise rulecard.Problems([rulecard.Problem("RC512", f"{folder} is there already", hint=hint)])
        for place in files:
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
        write_whole({folder / place: partial(_write, text) for place, text in files.items()})
        say = [word("new.wrote", reader, files=len(files), folder=folder), *_next_steps(kind, folder)]
        put("\n".join(say) + "\n")
    return outcome.status


def _write(text: str, stream: IO[bytes]) -> None:
    stream.write(text.encode())


def _next_steps(kind: str, folder: Path) -> Iterator[str]:
    yield f"  rulecard validate {folder}"
    yield f"  rulecard test {folder}"
    if kind == "pack":
        yield f"  rulecard demo {folder.name} --packs {folder}"
    else:
        yield f"  rulecard run {folder / folder.name}.yaml --data {folder / 'data.csv'}"
