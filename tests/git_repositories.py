"""Git repositories for tests, without the settings of whoever runs them."""

from __future__ import annotations

import subprocess
from pathlib import Path


def git(folder: Path, *arguments: str) -> None:
    settings = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    """Everything as it lies there."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "a step")


def commit_to_main(folder: Path) -> None:
    """The same from a branch beside `main`, which follows."""
    commit(folder)
    git(folder, "branch", "-f", "main")


def write(folder: Path, name: str, text: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
