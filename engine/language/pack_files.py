"""Packs that are installed, and the way from an id to a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path as FilePath

from ..documents.schema import check_schema
from ..documents.yaml_source import read_document
from ..problems import Problem, Problems
from ..suggest import nearest
from .model import Text
from .reading import text

_PACK_FILE = "pack.yaml"
# the cases of a ruleset often lie in a file of its name
_RULESET = re.compile(r"^ruleset\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of rulesets and overlays, named by their ids, with cases and the dataset of a sample."""

    id: str
    version: str
    title: Text
    description: Text
    folder: FilePath
    rulesets: tuple[str, ...]
    overlays: tuple[str, ...]
    sample: FilePath | None


def packs() -> tuple[Pack, ...]:
    """All packs that are installed, by id."""
    found = (read_pack(folder) for folder in _folders())
    return tuple(sorted((pack for pack in found if pack is not None), key=lambda pack: pack.id))


def read_pack(folder: FilePath) -> Pack | None:
    """The pack in a folder; None where its pack.yaml is not a right one, which `validate` explains."""
    document, problems = read_document(folder / _PACK_FILE)
    if document is None or problems or document.kind != "pack" or check_schema(document):
        return None
    data = document.data
    sample = data.get("sample")
    return Pack(
        id=document.id,
        version=str(data["version"]),
        title=text(data.get("title")),
        description=text(data.get("description")),
        folder=folder,
        rulesets=tuple(_id(name) for name in data["rulesets"]),
        overlays=tuple(_id(name) for name in data.get("overlays") or ()),
        sample=folder / sample if sample else None,
    )


def find_ruleset(reference: str | FilePath, near: FilePath | None = None) -> FilePath | Problem:
    """The file of a ruleset's id or path. With `near`, a file beside that one, or above it in its pack, comes first."""
    word = str(reference)
    own = (folder for folder in _upwards(near)) if near else iter(())
    for folder in (*own, *_folders()):
        file = folder / f"{word}.yaml"
        if _is_id(word) and file.is_file() and _RULESET.search(file.read_text(encoding="utf-8", errors="replace")):
            return file
    file = FilePath(word) if near is None else near.parent / word
    if file.exists():
        return file
    if not _is_id(word):
        folder = FilePath.cwd() if near is None else near.parent
        guess = near_file(word, folder)
        hint = f"did you mean `{guess}`?" if guess else f"looked in {folder}"
        return Problem("RC600", f"there is no file {word}", hint=hint)
    known = [name for pack in packs() for name in pack.rulesets]
    beside = [file.stem for folder in (_upwards(near) if near else ()) for file in sorted(folder.glob("*.yaml"))]
    guess = nearest(word, [*known, *(name for name in beside if f"{name}.yaml" != _PACK_FILE)])
    hint = f"did you mean `{guess}`?" if guess else f"installed: {', '.join(known) or 'none'}"
    return Problem("RC600", f"there is no ruleset `{word}` in a pack, and no file of that name", hint=hint)


def near_file(name: str, folder: FilePath) -> str | None:
    """The name of a file that is there, which a path that leads nowhere is near to; only its last part may differ."""
    path = FilePath(name)
    there = folder / path.parent
    found = nearest(path.stem, sorted(file.stem for file in there.glob(f"*{path.suffix}"))) if there.is_dir() else None
    return None if found is None else f"{name[: len(name) - len(path.name)]}{found}{path.suffix}"


def find_overlay(reference: str | FilePath) -> FilePath | Problem:
    """The file of an overlay's id (in a pack) or path."""
    word = str(reference)
    for folder in _folders():
        file = folder / "overlays" / f"{word}.yaml"
        if _is_id(word) and file.is_file():
            return file
    if FilePath(word).exists():
        return FilePath(word)
    known = [name for pack in packs() for name in pack.overlays]
    guess = nearest(word, known)
    return Problem("RC600", f"there is no overlay `{word}` in a pack, and no file of that name",
                   hint=f"did you mean `{guess}`?" if guess else None)  # fmt: skip


def sample_dataset(pack: Pack) -> FilePath:
    """The dataset document of a pack's sample. Raises Problems."""
    if pack.sample is None:
        raise Problems([Problem("RC604", f"the pack `{pack.id}` has no sample")])
    return pack.sample


def _id(file: str) -> str:
    return FilePath(file).name.removesuffix(".yaml")


def _folders() -> Iterator[FilePath]:
    root = FilePath(str(files("rulecard.rulesets")))
    for folder in sorted(root.iterdir()):
        if (folder / _PACK_FILE).is_file():
            yield folder


def _upwards(file: FilePath) -> Iterator[FilePath]:
    """The file's folder, and those above it as far as the pack's own."""
    folder = file.resolve().parent
    yield folder
    for parent in folder.parents:
        if (folder / _PACK_FILE).is_file():
            return
        folder = parent
        if (folder / _PACK_FILE).is_file():
            yield folder
            return


def _is_id(word: str) -> bool:
    return not word.endswith((".yaml", ".yml")) and "/" not in word and "\\" not in word
