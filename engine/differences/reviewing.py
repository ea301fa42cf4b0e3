"""Rulesets as they stood at a revision of a git repository, compared with those of the working tree."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ..checks import check
from ..language.loading import fingerprint, load
from ..language.model import Ruleset
from ..problems import Location, Problem, Problems
from ..revisions import Revision
from ..version import VERSION
from .difference import Difference, Side, difference, side_of

if TYPE_CHECKING:
    from .impact import Impact

_KIND = re.compile(r"^(ruleset|overlay)\s*:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
# what two versions of a file, and what differs between them, do to the cards of some data
Measure: TypeAlias = "Callable[[Path, Path, Difference], Impact]"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A ruleset that differs, and the files of others that differ from before in just the same way."""

    difference: Difference
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Rulesets and overlays of a file or folder beside those at a revision.

    `problems` are those of files that could not be compared; `unchanged` counts rulesets without a difference.
    """

    since: str
    commit: str
    reviewed: tuple[Reviewed, ...]
    added: tuple[Side, ...]
    removed: tuple[Side, ...]
    unchanged: int
    problems: tuple[Problem, ...]
    language: str

    @property
    def not_compared(self) -> tuple[str, ...]:
        """Files with problems, each once; of a problem without a file, such as one of data, its message."""
        return tuple(dict.fromkeys(one.location.file if one.location else one.message for one in self.problems))

    def to_dict(self) -> dict[str, Any]:
        """The review as plain values, in the shape of schemas/diff.schema.json."""
        return {
            "rulecard": VERSION,
            "since": self.since,
            "commit": self.commit,
            "differences": [{**one.difference.to_dict(), "also": list(one.also)} for one in self.reviewed],
            "added": [side.to_dict() for side in self.added],
            "removed": [side.to_dict() for side in self.removed],
            "unchanged": self.unchanged,
            "problems": [problem.to_dict() for problem in self.problems],
        }

    def to_json(self, indent: int | None = 2) -> str:
        """The review as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def to_markdown(self) -> str:
        """The review as Markdown, for a comment in a merge request."""
        from .markdown import of_review

        return of_review(self)


def review(
    path: Path, since: str, overlays: Sequence[str | Path], language: str | None, measure: Measure | None
) -> Review:
    """Compare what lies at a path with what lay there at a revision. Raises Problems if there is nothing to compare."""
    with tempfile.TemporaryDirectory(prefix="rulecard-") as folder:
        return _Comparing(path, since, Path(folder).resolve(), overlays, language, measure).done()


class _Comparing:
    def __init__(
        self, path: Path, since: str, then: Path, overlays: Sequence[str | Path], language: str | None,
        measure: Measure | None,
    ) -> None:  # fmt: skip
        self.path = path
        self.since = since
        self.then = then
        self.overlays = overlays
        self.language = language
        self.measure = measure
        self.revision = Revision.of(path, since, "without git: `rulecard diff OLD NEW`")
        self.now = self.revision.root
        self.within = path.resolve().relative_to(self.now).as_posix()
        self.problems: list[Problem] = []
        self.unchanged = 0

    def done(self) -> Review:
        before = self._known(self.then, self.revision.export(self.then))
        after = self._known(self.now, self.revision.files_now())
        if not before and not after:
            message = f"there is no ruleset or overlay at `{self.path}`, now or at {self.since}"
            raise Problems([Problem("RC100", message, hint="give a ruleset's file, or a folder with rulesets")])
        found: list[Difference] = []
        added: list[Side] = []
        removed: list[Side] = []
        for old, new in _paired(before, after):
            if old is not None and new is not None:
                one = self._compare(old, new, before[old] == after[new])
                found += [one] if one is not None else []
                continue
            ruleset = self._load(self.then / old if old else self.now / (new or ""))
            if ruleset is not None and self._right(ruleset):
                side = side_of(ruleset, self.language or ruleset.language, len(self.overlays))
                (removed if old else added).append(self._named(side, before=bool(old)))
        together: dict[tuple[object, ...], Reviewed] = {}
        # what stands by itself comes before what is built on it
        for one in sorted(found, key=lambda one: bool(one.new.overlays)):
            changes = tuple((change.kind, change.path, str(change.old), str(change.new)) for change in one.changes)
            first = together.get(changes)
            together[changes] = Reviewed(one) if first is None else replace(first, also=(*first.also, one.new.file))
        language = self.language or next((one.difference.language for one in together.values()), "en")
        return Review(self.since, self.revision.commit, tuple(together.values()), tuple(added), tuple(removed),
                      self.unchanged, tuple(self.problems), language)  # fmt: skip

    def _known(self, folder: Path, names: Iterable[str]) -> dict[str, str]:
        """Texts of the rulesets and overlays at the path."""
        found = {}
        for name in sorted(names):
            file = folder / name
            inside = self.within in (".", name) or name.startswith(f"{self.within}/")
            if inside and file.is_file():
                text = file.read_text(encoding="utf-8", errors="replace")
                if _KIND.search(text):
                    found[name] = text
        return found

    # -- rulesets --------------------------------------------------------------------------------------------

    def _compare(self, old: str, new: str, untouched: bool) -> Difference | None:
        files = (self.then / old, self.now / new)
        known = len(self.problems)
        one, other = (self._load(file) for file in files)
        if one is None or other is None:
            if untouched and one is other:
                # it was wrong before and nobody touched it
                del self.problems[known:]
            return None
        same = fingerprint(one.origin) == fingerprint(other.origin)
        if not same and not (self._right(one) and self._right(other)):
            return None
        found = None if same else difference(one, other, self.language, (len(self.overlays),) * 2)
        if found is None or not found.changes:
            self.unchanged += 1
            return None
        if self.measure is not None:
            found = replace(found, impact=self.measure(*files, found))
        changes = tuple(replace(change, places=(self._at(change.places[0]), self._at(change.places[1])))
                        for change in found.changes)  # fmt: skip
        sides = self._named(found.old, before=True), self._named(found.new, before=False)
        return replace(found, changes=changes, old=sides[0], new=sides[1])

    def _load(self, file: Path) -> Ruleset | None:
        """A ruleset with the overlays, which need not be right yet."""
        before = file.is_relative_to(self.then)
        ruleset, problems = load(file, [self._overlay(one) if before else one for one in self.overlays])
        self._tell(problems)
        return None if problems else ruleset

    def _right(self, ruleset: Ruleset) -> bool:
        errors = [problem for problem in check(ruleset) if problem.severity == "error"]
        self._tell(errors)
        return not errors

    def _overlay(self, overlay: str | Path) -> str | Path:
        """An overlay of the repository as it stood then; any other as it is."""
        file = Path(overlay).resolve()
        return self.then / file.relative_to(self.now) if file.exists() and file.is_relative_to(self.now) else overlay

    # -- names -----------------------------------------------------------------------------------------------

    def _tell(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            place, message = problem.location, problem.message.replace(f"{self.then}/", f"{self.since}:")
            if place is not None:
                before = Path(place.file).is_relative_to(self.then)
                name = self._name(place.file)
                place = replace(place, file=f"{self.since}:{name}" if before else name)
            told = replace(problem, location=place, message=message)
            if told not in self.problems:
                self.problems.append(told)

    def _named(self, side: Side, *, before: bool) -> Side:
        name = self._name(side.file)
        return replace(side, file=f"{self.since}:{name}" if before else name)

    def _at(self, place: Location | None) -> Location | None:
        return None if place is None else replace(place, file=self._name(place.file))

    def _name(self, file: str) -> str:
        """A file as the repository calls it; one outside of it as it is."""
        path = Path(file).resolve()
        for folder in (self.then, self.now):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return file


def _paired(before: Mapping[str, str], after: Mapping[str, str]) -> list[tuple[str | None, str | None]]:
    """Files of the same path, those that were moved, those that have come and those that are gone."""
    gone = [name for name in before if name not in after]
    come = [name for name in after if name not in before]
    moved: dict[str, str] = {}
    for new in come:
        was = [old for old in gone if _id(before[old]) == _id(after[new])]
        if len(was) == 1 and sum(_id(after[other]) == _id(after[new]) for other in come) == 1:
            moved[new] = was[0]
    pairs: list[tuple[str | None, str | None]] = [(name if name in before else moved.get(name), name) for name in after]
    return pairs + [(name, None) for name in gone if name not in moved.values()]


def _id(text: str) -> tuple[str, ...]:
    found = _KIND.search(text)
    return found.groups() if found else ()
