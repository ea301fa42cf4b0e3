"""The files of this project, as git sees them: what is tracked, and what would be if it were added."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NOT_OURS = {"__pycache__", "build", "dist"}


def files(*folders: str) -> list[Path]:
    """The files below folders of the project, relative to its root, in order."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        found = {Path(name) for name in listed if name}
    else:
        # an unpacked archive holds what is tracked, and what running it has left behind
        found = {file.relative_to(ROOT) for folder in folders for file in (ROOT / folder).rglob("*")}
        found = {file for file in found if not any(_left_behind(part) for part in file.parts)}
    return sorted(file for file in found if (ROOT / file).is_file())


def _left_behind(part: str) -> bool:
    return part in _NOT_OURS or part.endswith(".egg-info") or (part.startswith(".") and part != ".ci")
