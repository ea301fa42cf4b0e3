"""Where packs are: folders that were named, installed distributions, and those shipped with Rulecard."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path as FilePath

from ..problems import Problem

PACK_FILE = "pack.yaml"
# folders of packs, or packs themselves, with the separator of PATH between them
NAMED_BY = "RULECARD_PACKS"
GROUP = "rulecard.packs"


def pack_folders() -> tuple[FilePath, ...]:
    """The folder of every pack, each once: those named first, then those installed, then those shipped."""
    found: dict[FilePath, FilePath] = {}
    named = chain.from_iterable(map(packs_in, named_folders()))
    for folder in (*named, *_distributed()):
        found.setdefault(folder.resolve(), folder)
    return tuple(found.values())


def is_distributed(folder: FilePath) -> bool:
    """Whether a pack was installed. In a wheel are no links, so that any there lead to where it is being written."""
    return FilePath(os.path.normpath(folder.absolute())) in _distributed()


def named_folders() -> tuple[FilePath, ...]:
    """The folders that the environment names."""
    return tuple(FilePath(one) for one in os.environ.get(NAMED_BY, "").split(os.pathsep) if one)


def lost() -> list[Problem]:
    """Warnings about places that were named, and hold no pack."""
    found = []
    for place in named_folders():
        if not packs_in(place):
            hint = f"a pack is a folder with a {PACK_FILE}; name it, or the folder that it lies in"
            why = "in which is no pack" if place.is_dir() else "which is not there"
            found.append(Problem("RC600", f"{NAMED_BY} names {place}, {why}", severity="warning", hint=hint))
    for name, places in _installed().items():
        if not any(map(packs_in, places)):
            message = f"the entry point {name} of {GROUP} leads to no folder with a {PACK_FILE}"
            hint = "install the distribution again, or tell its author"
            found.append(Problem("RC604", message, severity="warning", hint=hint))
    return found


def pack_of(file: FilePath) -> FilePath | None:
    """The folder of the pack that a file lies in, as it is written, else where links lead."""
    for one in (FilePath(os.path.normpath(file.absolute())), file.resolve()):
        for folder in one.parents:
            if (folder / PACK_FILE).is_file():
                return folder
    return None


def packs_in(place: FilePath) -> list[FilePath]:
    """The place itself if it is a pack, else the packs right below it."""
    try:
        if (place / PACK_FILE).is_file():
            return [place]
        return [folder for folder in sorted(place.iterdir()) if (folder / PACK_FILE).is_file()]
    except OSError:  # not there, no folder, or not for us to read
        return []


@cache
def _distributed() -> tuple[FilePath, ...]:
    places = (*chain.from_iterable(_installed().values()), FilePath(str(files("rulecard.rulesets"))))
    return tuple(FilePath(os.path.normpath(folder.absolute())) for place in places for folder in packs_in(place))


@cache
def _installed() -> Mapping[str, tuple[FilePath, ...]]:
    """By entry point, the folders that it leads to. Nothing is imported on the way: a pack is data.

    What cannot be understood, or lies in an archive, leads nowhere.
    """
    from importlib.metadata import distributions

    found: dict[str, tuple[FilePath, ...]] = {}
    for distribution in distributions():
        try:
            entries = [(entry.name, entry.value) for entry in distribution.entry_points if entry.group == GROUP]
        except (ValueError, TypeError, AttributeError):  # of one that is broken: not ours to mend
            continue
        for name, value in entries:
            try:
                places = _folders_of(re.split(r"[:\[]", value)[0].strip())
            except (ImportError, ValueError):
                places = []
            found[f"`{name} = {value}`"] = tuple(map(FilePath, places))
    return found


def _folders_of(module: str) -> list[str]:
    """Where a module of a dotted name lies. Its parents are looked through and not run, as an import would."""
    path: list[str] | None = None
    parts = module.split(".")
    for depth in range(len(parts)):
        name = ".".join(parts[: depth + 1])
        specs = (finder.find_spec(name, path) for finder in sys.meta_path)
        spec = next((spec for spec in specs if spec is not None), None)
        path = list(spec.submodule_search_locations or ()) if spec is not None else []
    return path or []
