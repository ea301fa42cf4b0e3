"""Checking only files that changed since a revision, and those that build on what changed."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path as FilePath

from .documents.yaml_source import Document, read_document
from .language.pack_files import find_base, may_lead_to
from .language.pack_folders import PACK_FILE
from .progress import Progress, untold
from .revisions import Revision
from .validation import Validation, files_below, validate_file, validate_files, what_is_told

# what leads to other documents; a file without these words need not be read any further
_LEADS = re.compile(rb"\b(extends|cases|pack)\b")


@dataclass(frozen=True, slots=True)
class Changed:
    """Of `all` files below the paths `changed` are not as they were at a revision; `built_on` build on such."""

    since: str
    all: int
    changed: int
    built_on: int


def validate_changed(
    paths: Sequence[str | FilePath], since: str, progress: Progress = untold, style: bool = False
) -> Validation:
    """Check the files below the paths that changed since a revision, and those that extend, test or name such.

    Raises Problems where git cannot tell.
    """
    otherwise = "without `--changed-since`, all files are checked"
    revisions = (Revision.of(FilePath(path), since, otherwise) for path in paths)
    reach = _Reach({file for one in {one.root: one for one in revisions}.values() for file in one.changed()})
    files = list(files_below(paths))
    changed = {file for file in files if reach.is_changed(file) or not file.exists()}
    reported = [file for file in files if file in changed or reach.reaches(file)]
    asked = {file.resolve() for file in reported}
    # of cases nothing can be said while their ruleset is wrong, and that is told of the ruleset
    tested = {reach.tested_by(file) for file in asked} - asked
    also = [file for file in files if file.resolve() in tested]
    found = validate_files([*reported, *also], progress, files, style)
    old = _known_before(found, asked, style)
    return replace(
        found,
        files=len(reported),
        names=tuple(map(str, reported)),
        problems=tuple(one for one in found.problems if what_is_told(one) not in old),
        suppressed=tuple(one for one in found.suppressed if what_is_told(one) not in old),
        changed=Changed(since, len(files), sum(file in changed for file in reported), len(set(reported) - changed)),
    )


def _known_before(found: Validation, asked: Container[FilePath], style: bool) -> set[tuple[object, ...]]:
    """Warnings in files not asked for, which they have by themselves. Errors there keep others from being checked."""
    places = {one.location.file for one in (*found.problems, *found.suppressed) if one.location is not None}
    elsewhere = (file for file in map(FilePath, sorted(places)) if file.resolve() not in asked)
    own = (one for file in elsewhere for one in validate_file(file, style=style))
    return {what_is_told(one) for one in own if one.severity != "error"}


class _Reach:
    """Which documents lead to a changed one."""

    def __init__(self, changes: Set[FilePath]) -> None:
        self.changes = changes
        self.known: dict[FilePath, bool] = {}
        self.documents: dict[FilePath, Document | None] = {}
        # a pack's own file says what may be built on it, and ends the search for names
        self.packs = {file.parent for file in changes if file.name == PACK_FILE}

    def is_changed(self, file: FilePath) -> bool:
        # a link, what it leads to, and a repository inside of this one, which git names as a whole
        target = file.resolve()
        return any(one in self.changes for one in (file.parent.resolve() / file.name, target, *target.parents))

    def reaches(self, file: FilePath) -> bool:
        """Whether a file builds on a changed one, through whatever is between."""
        place = file.resolve()
        if place not in self.known:
            # files that extend each other lead nowhere else
            self.known[place] = False
            self.known[place] = any(self.is_changed(one) or self.reaches(one) for one in self._leads_to(place))
        return self.known[place]

    def tested_by(self, cases: FilePath) -> FilePath | None:
        """The ruleset that a file of cases tests."""
        document = self._document(cases)
        if document is None or document.kind != "cases":
            return None
        found = find_base(document.id, near=cases)
        return found.resolve() if isinstance(found, FilePath) else None

    def _document(self, file: FilePath) -> Document | None:
        """A document that may lead to others."""
        if file not in self.documents:
            try:
                leads = _LEADS.search(file.read_bytes())
            except OSError:
                leads = None
            document = read_document(file)[0] if leads else None
            self.documents[file] = document if document is not None and isinstance(document.data, dict) else None
        return self.documents[file]

    def _leads_to(self, file: FilePath) -> Iterator[FilePath]:
        document = self._document(file)
        if document is None:
            return
        if document.kind == "pack":
            named = [*_texts(document.data.get("rulesets")), *_texts(document.data.get("overlays"))]
            yield from (file.parent / name for name in (*named, *_texts([document.data.get("sample")])))
        key = {"ruleset": "extends", "overlay": "extends", "cases": "cases"}.get(document.kind)
        for reference in _texts([document.data.get(key)]):
            for target in may_lead_to(reference, file):
                yield target
                inside = (target.resolve(), file)
                yield from (pack / PACK_FILE for pack in self.packs if any(one.is_relative_to(pack) for one in inside))


def _texts(values: object) -> list[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []
