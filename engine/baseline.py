"""A baseline: how many problems of each code a file may have, so that an old repository is told only of new ones."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any, TypeAlias

from .problems import Location, Problem, Problems
from .validation import Validation
from .whole_files import write_whole

# by file, as the baseline names it, and code
Counts: TypeAlias = dict[tuple[str, str], int]

_VERSION = 1
_CONFLICT = re.compile(r"^<{7} ", re.MULTILINE)
_DELETE = "delete it, and `--update-baseline` writes it anew"


@dataclass(frozen=True, slots=True)
class Count:
    """Problems of a code in a file: how many there are, and how many the baseline allows."""

    file: str
    code: str
    found: int
    allowed: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What a baseline does: the problems that it hides, where there are `more` than it allows, and where `fewer`."""

    file: str
    hidden: tuple[Problem, ...]
    more: tuple[Count, ...]
    fewer: tuple[Count, ...]

    @property
    def new(self) -> int:
        return sum(count.found - count.allowed for count in self.more)

    @property
    def gone(self) -> int:
        return sum(count.allowed - count.found for count in self.fewer)


def compared(found: Validation, file: str | FilePath, style: bool = False) -> Validation:
    """What was found without what a baseline has: up to so many problems of a code in a file; of more, all.

    Problems without a place, such as those of data, are never hidden. `style` says whether matters of style were looked
    for; if not, they are not missed. Raises Problems for a file that is no baseline.
    """
    baseline = _Baseline(FilePath(file), style)
    if not baseline.file.exists():
        hint = "`--update-baseline` writes one with the problems that there are now"
        raise Problems([Problem("RC100", f"there is no baseline `{file}`", hint=hint)])
    return baseline.compared(found, baseline.read())


def update_baseline(found: Validation, file: str | FilePath, style: bool = False) -> Validation:
    """Write a baseline with the problems found, and give what was found without them.

    What was not checked keeps its counts, as long as its file is there. Raises Problems.
    """
    baseline = _Baseline(FilePath(file), style)
    counts = baseline.updated(found, baseline.read() if baseline.file.is_file() else {})
    baseline.write(counts)
    return baseline.compared(found, counts)


class _Baseline:
    def __init__(self, file: FilePath, style: bool) -> None:
        self.file = file
        self.style = style
        self.folder = file.resolve().parent
        self.names: dict[str, str] = {}

    def name(self, file: str) -> str:
        """A file as the baseline calls it: from its own folder, with `/`."""
        if file not in self.names:
            path = FilePath(file).resolve()
            try:
                self.names[file] = FilePath(os.path.relpath(path, self.folder)).as_posix()
            except ValueError:
                # another drive
                self.names[file] = path.as_posix()
        return self.names[file]

    def entry(self, problem: Problem) -> tuple[str, str] | None:
        return None if problem.location is None else (self.name(problem.location.file), problem.code)

    def compared(self, found: Validation, allowed: Counts) -> Validation:
        counts = Counter(filter(None, map(self.entry, found.problems)))
        checked = self._checked(found, allowed)
        more = [Count(*entry, count, allowed.get(entry, 0)) for entry, count in counts.items()
                if count > allowed.get(entry, 0)]  # fmt: skip
        fewer = [Count(*entry, counts[entry], most) for entry, most in allowed.items()
                 if entry in checked and counts[entry] < most]  # fmt: skip
        told: dict[tuple[str, str], Count] = {(count.file, count.code): count for count in more if count.allowed}
        hidden: list[Problem] = []
        shown: list[Problem] = []
        for problem in found.problems:
            entry = self.entry(problem)
            if entry is not None and counts[entry] <= allowed.get(entry, 0):
                hidden.append(problem)
                continue
            # once for each file and code, where every format shows it
            count = told.pop(entry, None) if entry is not None else None
            shown.append(problem if count is None else _with_count(problem, count))
        return replace(found, problems=tuple(shown),
                       baseline=Compared(str(self.file), tuple(hidden), tuple(more), tuple(fewer)))  # fmt: skip

    def updated(self, found: Validation, before: Counts) -> Counts:
        counts: Counts = dict(Counter(filter(None, map(self.entry, found.problems))))
        for entry in before.keys() - self._checked(found, before):
            # not all that builds on such a file was looked at
            counts[entry] = max(before[entry], counts.get(entry, 0))
        return counts

    def _checked(self, found: Validation, entries: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of which all was looked for, and those whose file is gone."""
        names = set(map(self.name, found.names))
        return {
            (name, code)
            for name, code in entries
            if not (self.folder / name).exists() or (name in names and (self.style or not code.startswith("RC9")))
        }

    # -- the file --------------------------------------------------------------------------------------------

    def write(self, counts: Counts) -> None:
        by_file: dict[str, dict[str, int]] = {}
        for (name, code), count in sorted(counts.items()):
            by_file.setdefault(name, {})[code] = count
        text = json.dumps({"rulecard_baseline": _VERSION, "problems": by_file}, ensure_ascii=False, indent=2) + "\n"
        # names of files need not be text
        content = text.encode(errors="surrogateescape")
        write_whole({self.file: lambda stream: stream.write(content)})

    def read(self) -> Counts:
        """The counts of the file. Raises Problems."""
        try:
            text = self.file.read_bytes().decode("utf-8-sig", errors="surrogateescape")
        except OSError as error:
            raise self._refused(f"cannot be read: {error.strerror or error}") from None
        try:
            content = json.loads(text, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            place = Location(str(self.file), error.lineno, error.colno, error.lineno, error.colno + 1)
            hint = _DELETE
            if _CONFLICT.search(text):
                hint = "git left a conflict in it: take either side, then run with `--update-baseline`"
            raise self._refused("is not JSON", hint, place, (text.splitlines() or [""])[error.lineno - 1]) from None
        except (_Twice, RecursionError) as error:
            raise self._refused(f"has {error}" if isinstance(error, _Twice) else "is too deep") from None
        return dict(self._counts(content))

    def _counts(self, content: Any) -> Iterator[tuple[tuple[str, str], int]]:
        version = content.get("rulecard_baseline") if isinstance(content, dict) else None
        if version is None:
            raise self._refused("is not a baseline of Rulecard: it has no `rulecard_baseline`")
        if version != _VERSION or isinstance(version, bool):
            raise self._refused(f"is of version {json.dumps(version)}, and this Rulecard knows version {_VERSION}")
        if content.keys() != {"rulecard_baseline", "problems"} or not isinstance(content["problems"], dict):
            raise self._refused("has not just the keys `rulecard_baseline` and `problems`, a map by file")
        for name, codes in content["problems"].items():
            if not isinstance(codes, dict):
                raise self._refused(f"has no counts by code for `{name}`")
            for code, count in codes.items():
                if type(count) is not int or count < 1:
                    raise self._refused(f"has a count of {code} for `{name}` that is no whole number from 1 on")
                yield (name, code), count

    def _refused(
        self, why: str, hint: str = _DELETE, place: Location | None = None, line: str | None = None
    ) -> Problems:
        return Problems([Problem("RC100", f"the baseline `{self.file}` {why}", place, hint=hint, source=line)])


class _Twice(Exception):
    pass


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    keys = Counter(key for key, _ in pairs)
    if twice := [key for key, times in keys.items() if times > 1]:
        raise _Twice(f"`{twice[0]}` twice")
    return dict(pairs)


def _with_count(problem: Problem, count: Count) -> Problem:
    more = f"{count.found} of {count.code} in this file, {count.found - count.allowed} more than in the baseline"
    return replace(problem, hint=f"{problem.hint}\n{more}" if problem.hint else more)
