"""A git repository: its documents as they stood at a revision, those of the working tree, and what differs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .problems import Problem, Problems

_ENDINGS = (".yaml", ".yml")
_LINK = "120000"
_OF_A_HOOK = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of the repository whose working tree lies at `root`; `name` is how the user called it."""

    root: Path
    name: str
    commit: str

    @staticmethod
    def of(path: Path, name: str, otherwise: str) -> Revision:
        """The revision of that name in the repository that holds a path. Raises Problems, which say what else to do."""
        no_repository = Problem("RC509", f"`{path}` is not in a git repository", hint=otherwise)
        root = Path(_git(_folder(path), "rev-parse", "--show-toplevel", why=no_repository).removesuffix("\n"))
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return Revision(root.resolve(), name, _git(root, *asked, why=_no_revision(name)).strip())

    def export(self, folder: Path) -> list[str]:
        """Puts all YAML of the revision into a folder and gives its paths, so that files lead to each other there."""
        blobs: dict[str, tuple[str, str]] = {}
        for entry in _git(self.root, "ls-tree", "-r", "-z", "--full-tree", self.commit).split("\0"):
            about, _, name = entry.partition("\t")
            if name.endswith(_ENDINGS) and about.split()[1] == "blob":
                blobs[name] = (about.split()[0], about.split()[2])
        contents = _blobs(self.root, [sha for _, sha in blobs.values()])
        for name, (mode, sha) in blobs.items():
            content = contents[sha]
            if mode == _LINK:
                content = contents.get(blobs.get(_linked(name, content), ("", ""))[1], b"")
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return list(blobs)

    def changed(self) -> set[Path]:
        """Files that are not in the working tree as they were where HEAD and the revision part."""
        parting = _git(self.root, "merge-base", self.commit, "HEAD", why=_no_common_history(self.name)).strip()
        # a move is a file that goes and one that comes
        listed = _git(self.root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", parting)
        listed += _git(self.root, "ls-files", "-z", "--others", "--exclude-standard")
        return {self.root / name for name in listed.split("\0") if name}

    def files_now(self) -> list[str]:
        """Paths of all YAML in the working tree that git does not ignore."""
        listed = _git(self.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
        return [name for name in dict.fromkeys(listed) if name.endswith(_ENDINGS)]


def _linked(name: str, target: bytes) -> str:
    """The path in the repository that a symbolic link leads to."""
    steps: list[str] = []
    for step in (PurePosixPath(name).parent / target.decode("utf-8", errors="replace")).parts:
        if step == "..":
            steps[-1:] = []
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


def _folder(path: Path) -> Path:
    """The nearest folder that is there: what was removed is no longer."""
    return next(folder for folder in (path.resolve(), *path.resolve().parents) if folder.is_dir())


def _git(folder: Path, *arguments: str, why: Problem | None = None) -> str:
    """What git says. Raises Problems if it cannot be asked, with `why` if it does not know."""
    return _run(folder, *arguments, why=why).decode("utf-8", errors="surrogateescape")


def _run(folder: Path, *arguments: str, why: Problem | None = None, given: bytes = b"") -> bytes:
    # a hook of git tells of its own repository by these, and by paths that hold in its own folder alone
    environment = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK} | {"LC_ALL": "C"}
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=False, env=environment)
    except OSError:
        message = "git is not installed, or cannot be started, and a revision is asked for"
        raise Problems([Problem("RC509", message, hint="install git, or ask for no revision")]) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace").strip().partition("\n")[0]
        if why is not None and (not said or "not a git repository" in said):
            raise Problems([why])
        raise Problems([Problem("RC100", f"git cannot read the repository: {said}", hint="try `git status` there")])
    return done.stdout


def _blobs(folder: Path, shas: Sequence[str]) -> dict[str, bytes]:
    """Contents by name of the blob."""
    answer = _run(folder, "cat-file", "--batch", given="".join(f"{sha}\n" for sha in shas).encode())
    found, at = {}, 0
    for sha in shas:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        found[sha] = answer[end + 1 : end + 1 + size]
        at = end + 1 + size + 1
    return found


def _no_common_history(since: str) -> Problem:
    return Problem("RC509", f"`{since}` and HEAD have no common history here",
                   hint="a build may fetch the last commits only: fetch all, with `fetch-depth: 0` on GitHub or "
                   "`GIT_DEPTH: 0` on GitLab")  # fmt: skip


def _no_revision(since: str) -> Problem:
    return Problem("RC509", f"the repository knows no revision `{since}`",
                   hint="a branch, tag or commit such as main or HEAD~1; in CI, fetch it first")  # fmt: skip
