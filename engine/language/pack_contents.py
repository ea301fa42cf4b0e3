"""What a pack may hold and read: files of its own and no others, since it comes from somebody else."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path as FilePath

from ..documents.document import problem_at
from ..documents.schema import check_schema
from ..documents.yaml_files import MAX_BYTES
from ..documents.yaml_source import read_document
from ..problems import Problem
from .pack_folders import is_distributed

# the cases of a ruleset often lie in a file of its name
_KINDS = {kind: re.compile(rf"^{kind}\s*:".encode(), re.MULTILINE) for kind in ("ruleset", "overlay")}


def is_a(kind: str, file: FilePath) -> bool:
    """Whether a file that may lie in anybody's folder is a ruleset, or an overlay, by its first key."""
    try:
        if not file.is_file():
            return False
        with file.open("rb") as stream:
            return bool(_KINDS[kind].search(stream.read(MAX_BYTES)))
    except OSError:
        return False


def lies_in(file: FilePath, folder: FilePath) -> bool:
    """Whether a file is below the folder of a pack, also behind links."""
    try:
        if file.resolve().is_relative_to(folder.resolve()):
            return True
        return is_distributed(folder) and _written_in(file, folder)
    except (OSError, RuntimeError):  # links in a circle
        return False


def _written_in(file: FilePath, folder: FilePath) -> bool:
    """Whether a path is below a folder by its words, wherever links lead."""
    return FilePath(os.path.normpath(file.absolute())).is_relative_to(os.path.normpath(folder.absolute()))


def outside(file: FilePath, folder: FilePath) -> Problem | None:
    """What is wrong with a file that a pack names as its own: who installs the pack has nothing else."""
    if lies_in(file, folder):
        return None
    hint = "a pack is all below its own folder; it may build on others by their ids"
    return Problem("RC604", f"{file} lies outside the pack {folder.resolve().name}", hint=hint)


def outside_sample(sample: FilePath, folder: FilePath) -> list[Problem]:
    """What the sample of the pack in a folder would read that is not its own: whoever runs a demo gives it no data."""
    document, _ = read_document(sample)
    if document is None or document.kind != "dataset" or check_schema(document):
        return []
    problems = []
    for name, entry in document.data["sources"].items():
        if not isinstance(entry, dict):
            continue
        path = ("sources", name)
        if "sql" in entry:
            problems.append(problem_at(document, "RC604", "a sample asks no database", (*path, "sql"), key=True,
                                       hint="put its rows into a file of the pack"))  # fmt: skip
            continue
        for file in [entry["path"]] if isinstance(entry["path"], str) else entry["path"]:
            read = _first_outside(file, sample.parent, folder)
            if read is not None:
                message = f"the sample reads {read}, which lies outside the pack"
                problems.append(problem_at(document, "RC604", message, (*path, "path"), hint="put it into the pack"))
    return problems


def _first_outside(file: str, near: FilePath, folder: FilePath) -> str | None:
    """A path as it is written, or the first file that it stands for, if that is not in the folder."""
    if "://" in file or not lies_in(near / file, folder):
        return file
    for found in glob.iglob(file, root_dir=near, recursive=True):  # noqa: PTH207 - as the reader of data does it
        if not lies_in(near / found, folder):
            return found
    return None
