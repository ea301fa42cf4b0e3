"""What Rulecard says of a file, and the files whose verdict the tests know."""

from __future__ import annotations

from pathlib import Path

import rulecard
from rulecard import Problem

HERE = Path(__file__).parent
ACCEPTED = sorted((HERE / "accepted").rglob("*.yaml"))
# packs among them need files of their own, which say so in their first line
_HELD = "# held by"
REFUSED = sorted(
    file for file in (HERE / "refused").rglob("*.yaml") if not file.read_bytes().startswith(_HELD.encode())
)


def problems_of(file: Path) -> list[Problem]:
    """All problems of a file, warnings included; matters of style of those in a folder `style`."""
    return list(rulecard.validate([file], style="style" in file.parts).problems)


def named(files: list[Path]) -> list[str]:
    """Short names of files for reports."""
    return ["/".join(file.relative_to(HERE).parts[1:]) for file in files]
