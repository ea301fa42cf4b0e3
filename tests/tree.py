"""The files of this project, as git sees them: what is tracked, and what would be if it were added."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def files(*names: str) -> list[Path]:
    """The files of that name, or below folders of that name, relative to the project's root, in order."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *names]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        found = {Path(file) for file in listed if file}
    else:
        # an unpacked archive holds what is tracked, and what running it has left behind
        below = [(top, file) for top in map(ROOT.joinpath, names) for file in (top, *top.rglob("*"))]
        found = {
            file.relative_to(ROOT) for top, file in below if not any(map(_left_behind, file.relative_to(top).parts))
        }
    return sorted(file for file in found if (ROOT / file).is_file())


def copy_to(folder: Path, *names: str) -> Path:
    """A clean copy of files and folders, without what running and building has left behind in them."""
    for file in files(*names):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, folder / file)
    return folder


def _left_behind(part: str) -> bool:
    return part.startswith((".", "__pycache__"))
