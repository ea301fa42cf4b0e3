"""`new`: starting points that a person finishes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import rulecard
from rulecard.whole_files import write_whole

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
