"""Files with every certain fix made, and what is left; nothing is written before all of it is known."""

from __future__ import annotations

import difflib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from ..documents.document import Changes, Source
from ..documents.yaml_files import in_place_of_files, read_text
from ..documents.yaml_source import parse_document
from ..problems import Problem, Problems
from ..progress import Progress, untold
from ..validation import Validation, files_below, validate_file, validate_files
from ..whole_files import Writer, write_whole
from .edits import changed, changes_of
from .sameness import same_but
from .sections import ordered_text

_MARK = b"\xef\xbb\xbf"  # which some editors put before a text
# What is mended may uncover more: a ruleset that is right now has cases that are not.
_SWEEPS = 5
_ROUNDS = 200
# Codes of a formula that cannot be read; what is wrong inside it shows only then.
_UNREADABLE = frozenset(["RC300", "RC305", "RC306", "RC308", "RC309", "RC311"])
# Codes of a name or a function that there is none of.
_NAMES = ("RC301", "RC302")
# Codes of a key that may not stand where it does.
_KEYS = ("RC201", "RC208")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file `before` and `after`, the problems that were mended, and whether its sections were put in order."""

    file: str
    before: str
    after: str
    problems: tuple[Problem, ...]
    in_order: bool = False

    def diff(self) -> tuple[str, ...]:
        """The lines that change, as a unified diff."""
        before, after = (_lines(Source.of(self.file, text)) for text in (self.before, self.after))
        return tuple(difflib.unified_diff(before, after, self.file, self.file, lineterm=""))


@dataclass(frozen=True, slots=True)
class Fixing:
    """The files that change, and what is wrong once they have."""

    files: tuple[Fixed, ...]
    left: Validation

    @property
    def problems(self) -> int:
        """How many problems are mended."""
        return sum(len(one.problems) for one in self.files)

    def write(self) -> None:
        """Puts the new texts in place of the old, all of them or none. Raises Problems if that cannot be."""
        write_whole({FilePath(one.file): _writing(_bytes_of(one)) for one in self.files})


def _lines(source: Source) -> list[str]:
    """The lines of a text; what ends its last one begins none."""
    numbers = range(1, len(source.starts) + (source.starts[-1] < len(source.text)))
    return [source.line(number) for number in numbers]


def _writing(content: bytes) -> Writer:
    return lambda stream: stream.write(content)


def _bytes_of(one: Fixed) -> bytes:
    """The new content of a file. Raises Problems if somebody has changed it since it was read."""
    now = FilePath(one.file).read_bytes()
    mark = _MARK if now.startswith(_MARK) else b""
    if now != mark + one.before.encode():
        message = f"`{one.file}` has changed since it was read, so nothing is written"
        raise Problems([Problem("RC512", message, hint="save it and try again")])
    return mark + one.after.encode()


def fix_files(
    paths: Sequence[str | FilePath], progress: Progress = untold, style: bool = False, in_order: bool = True
) -> Fixing:
    """What becomes of files, and of those in folders, when everything certain is mended; nothing is written yet.

    With `style`, what is left are matters of style too; with `in_order`, sections are put in order.
    """
    files = {file.resolve(): file for file in files_below(paths) if file.is_file()}
    work = _Work(frozenset(files), style)
    found = validate_files(paths, progress, style=style)
    for _ in range(_SWEEPS):
        with_fix = {one.location.file for one in found.problems if one.fix is not None and one.location is not None}
        worked = [work.mend(file) for file in files.values() if str(file) in with_fix]
        if not any(worked):
            break
        found = work.validated(paths)
    ordered = [work.put_in_order(file) for file in files.values() if in_order]
    if any(ordered):
        found = work.validated(paths)
    return Fixing(tuple(work.fixed(file) for file in files.values() if file.resolve() in work.texts), found)


@dataclass
class _Work:
    """The files as they are so far; `texts` are of those that change."""

    given: Container[FilePath]
    style: bool
    texts: dict[FilePath, str] = field(default_factory=dict)
    mended: dict[FilePath, list[Problem]] = field(default_factory=dict)
    ordered: set[FilePath] = field(default_factory=set)

    def validated(self, paths: Sequence[str | FilePath]) -> Validation:
        with in_place_of_files(self.texts):
            return validate_files(paths, style=self.style)

    def fixed(self, file: FilePath) -> Fixed:
        where = file.resolve()
        before = read_text(file, str(file))
        assert isinstance(before, str), "it has been read"
        mended = sorted(self.mended.get(where, ()), key=Problem.sort_key)
        return Fixed(str(file), before, self.texts[where], tuple(mended), where in self.ordered)

    def mend(self, file: FilePath) -> bool:
        """Makes the fixes of one file that do what they should; gives whether there were any."""
        where, worked = file.resolve(), False
        tried: set[tuple[object, ...]] = set()
        for _ in range(_ROUNDS):
            text = self._text(file)
            problems = self._problems(file)
            open_ones = [one for one in problems if one.fix is not None and _known_by(one) not in tried]
            if not open_ones or text is None:
                break
            # all at once if each of them takes away a problem and none brings one; else one after the other
            for some in (open_ones, open_ones[:1])[len(open_ones) == 1 :]:
                after = self._better(file, text, problems, some)
                if after is not None:
                    self.texts[where], worked = after, True
                    tried.update(map(_known_by, some))
                    self.mended.setdefault(where, []).extend(some)
                    break
            else:
                tried.add(_known_by(open_ones[0]))
        if worked and self._misread(file):
            # nothing of it is certain then
            del self.texts[where], self.mended[where]
            return False
        return worked

    def _misread(self, file: FilePath) -> bool:
        """Whether a text that was no YAML has a strange key where it was mended: a comma of a text cut it, say."""
        mended = [one.fix for one in self.mended[file.resolve()] if one.fix and one.code.startswith("RC10")]
        lines = {edit.location.line for fix in mended for edit in fix.edits}
        strange = [one for one in self._problems(file) if one.code in ("RC205", *_KEYS) and one.fix is None]
        return any(one.location is not None and one.location.line in lines for one in strange)

    def _better(self, file: FilePath, text: str, problems: list[Problem], some: list[Problem]) -> str | None:
        """The text with some problems mended; None if it says something else then, or is no better."""
        source = Source.of(str(file), text)
        changes = changes_of(source, [edit for one in some if one.fix for edit in one.fix.edits])
        if changes is None:
            return None
        after = changed(text, changes)
        if not _says_the_same(source, after, changes):
            return None
        left = self._problems(file, after)
        if len(some) > 1:
            return after if len(left) <= len(problems) - len(some) else None
        return after if _measure(_seen_before(left, some[0])) < _measure(problems) else None

    def put_in_order(self, file: FilePath) -> bool:
        """Orders the sections of a file that has nothing wrong with its form; gives whether that changes it."""
        text = self._text(file)
        document = None if text is None else parse_document(text, str(file))[0]
        after = None if document is None else ordered_text(document)
        if after is None:
            return False
        before, now = (sorted(map(_known_by, self._problems(file, one))) for one in (text, after))
        if before != now:
            return False
        self.texts[file.resolve()] = after
        self.ordered.add(file.resolve())
        return True

    def _text(self, file: FilePath) -> str | None:
        with in_place_of_files(self.texts):
            text = read_text(file, str(file))
        return text if isinstance(text, str) else None

    def _problems(self, file: FilePath, text: str | None = None) -> list[Problem]:
        """What is wrong with a file, were its text this one."""
        texts: Mapping[FilePath, str] = self.texts if text is None else {**self.texts, file.resolve(): text}
        with in_place_of_files(texts):
            found = validate_file(file, self.given, self.style)
        return [one for one in found if one.suppressed is None and one.location and one.location.file == str(file)]


def _known_by(problem: Problem) -> tuple[str, str, str]:
    return problem.code, ".".join(map(str, problem.path)), problem.message


def _says_the_same(source: Source, after: str, changes: Changes) -> bool:
    before, _ = parse_document(source.text, source.file)
    # of a text that is no YAML yet nobody can say what it says
    if before is None:
        return True
    document, _ = parse_document(after, source.file)
    return document is not None and same_but(before, document, changes)


def _seen_before(left: Sequence[Problem], mended: Problem) -> list[Problem]:
    """The problems that are left, without those that nobody could see before a certain one was mended.

    A key that nobody knew hid what is below it, and a wrong name other wrong names in its formula.
    """
    if mended.fix is None or mended.code not in ("RC201", *_NAMES):
        return list(left)
    if mended.code in _NAMES:
        return [one for one in left if one.path != mended.path or one.code not in _NAMES or _is(one, mended)]
    key = (*mended.path[:-1], mended.fix.edits[0].text.partition(":")[0])
    return [one for one in left if one.path[: len(key)] != key or (one.path == key and one.code in _KEYS)]


def _is(one: Problem, other: Problem) -> bool:
    return _known_by(one) == _known_by(other)


def _measure(problems: Sequence[Problem]) -> tuple[object, ...]:
    """How bad problems are, to be compared: those count most that keep others from being seen."""
    errors = [one for one in problems if one.severity == "error"]
    broken = [one for one in errors if one.code.startswith("RC10")]
    unknown = [one for one in errors if one.code == "RC200"]
    shapeless = [one for one in errors if one.code.startswith("RC2")]
    unreadable = [one for one in errors if one.code in _UNREADABLE]
    unlaid = [one for one in errors if one.code.startswith("RC60")]
    first = broken[0].location if broken else None
    # of a text that is no YAML only the first mistake is known, and the further down that is the better
    far = (0, 0, 0) if first is None else (1, -first.line, -first.column)
    hiding = (broken, unknown, shapeless, unlaid, unreadable)
    rest = len(errors) - sum(map(len, hiding)) + len(unknown)
    return far, *map(len, hiding), rest, len(problems) - len(errors)
