"""Ids of packs on the command line, and the files that they stand for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rulecard import Problem, Problems, packs
from rulecard.language.pack_files import read_pack
from rulecard.language.pack_folders import packs_in
from rulecard.suggest import nearest

if TYPE_CHECKING:
    from rulecard.language.pack_files import Pack


def find_pack(name: str) -> Pack:
    """The pack of an id, or the one that holds the ruleset of an id. Raises Problems."""
    installed = packs()
    found = [pack for pack in installed if pack.id == name]
    if len(found) > 1:
        folders = ", ".join(str(pack.folder) for pack in found)
        raise Problems([Problem("RC605", f"`{name}` is the id of {len(found)} packs: {folders}",
                                hint="name only one of their folders")])  # fmt: skip
    if found:
        return found[0]
    of_ruleset = [pack for pack in installed if name in pack.rulesets]
    if len(of_ruleset) == 1:
        return of_ruleset[0]
    ids = [pack.id for pack in installed]
    guess = nearest(name, ids)
    hint = f"did you mean `{guess}`?" if guess else f"installed: {', '.join(ids) or 'none'}"
    if here := [pack.id for folder in packs_in(Path(name)) if (pack := read_pack(folder))]:
        hint = f"a folder is named by --packs, and its pack by its id: {here[0]} --packs {name}"
    raise Problems([Problem("RC600", f"there is no pack `{name}`", hint=hint)])


def files_of(paths: Iterable[str]) -> list[str]:
    """Paths as they are; the id of a pack is its folder. Raises Problems for one that is neither."""
    found: list[str] = []
    problems: list[Problem] = []
    for path in paths:
        if Path(path).exists():
            found.append(path)
            continue
        pack = next((pack for pack in packs() if pack.id == path), None)
        if pack is None:
            problems.append(
                Problem("RC100", f"there is no file, folder or pack `{path}`", hint="`rulecard packs` lists the packs")
            )
        else:
            found.append(str(pack.folder))
    if problems:
        raise Problems(problems)
    return found
