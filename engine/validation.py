"""Checking files and folders without data, each to the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from .cases.declared import read_cases
from .checks import check, check_all
from .cores import each
from .data.dataset_files import alone, open_columns
from .documents.document import problem_at
from .documents.fixes import Hint
from .documents.yaml_source import Document, read_document
from .language.build import build
from .language.loading import KIND_WORDS, layers_of_document, load, read_checked
from .language.model import Ruleset
from .language.pack_contents import lies_in, outside_sample
from .language.pack_files import find_base, near_file, unfit
from .problems import Path, Problem
from .progress import Progress, untold

if TYPE_CHECKING:
    from .baseline import Compared
    from .changed_files import Changed


@dataclass(frozen=True, slots=True)
class Validation:
    """All problems found, by place, and how many files were looked at; of data, its files with their rows.

    `names` are those of the files, as they were given or found in folders. `suppressed` are problems that rulesets
    silence with a reason; `baseline` says what a baseline hides, and `changed` which files were left out as unchanged.
    """

    problems: tuple[Problem, ...]
    files: int
    sources: tuple[Mapping[str, Any], ...] = ()
    names: tuple[str, ...] = ()
    suppressed: tuple[Problem, ...] = ()
    baseline: Compared | None = None
    changed: Changed | None = None

    @staticmethod
    def of(
        found: Iterable[Problem], names: Iterable[object], sources: tuple[Mapping[str, Any], ...] = ()
    ) -> Validation:
        """What was found in files of these names, each problem once; one that is shown anywhere is not suppressed."""
        shown: dict[tuple[object, ...], Problem] = {}
        silent: dict[tuple[object, ...], Problem] = {}
        for problem in found:
            # a ruleset that others build on is told of once
            (shown if problem.suppressed is None else silent).setdefault(what_is_told(problem), problem)
        problems = sorted(shown.values(), key=Problem.sort_key)
        suppressed = sorted((one for told, one in silent.items() if told not in shown), key=Problem.sort_key)
        files = tuple(map(str, names))
        return Validation(tuple(problems), len(files), sources, files, tuple(suppressed))

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors


def validate_files(
    paths: Sequence[str | FilePath], progress: Progress = untold, beside: Iterable[FilePath] = (), style: bool = False
) -> Validation:
    """Check files, and in folders every YAML file below. Files `beside` are not checked, only called by these names."""
    files = list(files_below(paths))
    given = frozenset(file.resolve() for file in files)
    names = {file.resolve(): str(file) for file in (*beside, *files)}
    resolved = cache(lambda name: FilePath(name).resolve())
    problems: list[Problem] = []
    for number, found in enumerate(each(partial(validate_file, given=given, style=style), files), 1):
        progress("check", number, len(files))
        problems += (_as_given(one, names, resolved) for one in found)
    return Validation.of(problems, files)


def what_is_told(problem: Problem) -> tuple[object, ...]:
    """By what a problem is known, though it be found from several files."""
    return problem.code, problem.location, problem.message


def _as_given(problem: Problem, names: dict[FilePath, str], resolved: Callable[[str], FilePath]) -> Problem:
    """The problem with its file named as the user did, else by one name wherever an `extends` led to it."""
    place = problem.location
    if place is None:
        return problem
    file = resolved(place.file)
    if file not in names:
        plain = os.path.normpath(place.file)
        # behind a link `..` leads elsewhere
        names[file] = plain if resolved(plain) == file else place.file
    return problem if names[file] == place.file else replace(problem, location=replace(place, file=names[file]))


def files_below(paths: Iterable[str | FilePath]) -> Iterator[FilePath]:
    """Files as they are given, and those of folders by name; hidden folders are passed over, and what a build left.

    A wheel of a pack is made in `build` beside its pyproject.toml, of copies that grow old.
    """
    for given in paths:
        path = FilePath(given)
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*.y*ml")):
            inside = file.relative_to(path).parts
            if file.suffix not in (".yaml", ".yml") or any(part.startswith(".") for part in inside):
                continue
            if "build" in inside[:-1] and (path.joinpath(*inside[: inside.index("build")]) / "pyproject.toml").exists():
                continue
            yield file


def validate_file(file: FilePath, given: Container[FilePath] = (), style: bool = False) -> list[Problem]:
    """Every problem of one file, whatever its kind; files in `given` are checked by themselves too."""
    document, problems = read_checked(file)
    if document is None or problems:
        return problems
    match document.kind:
        case "ruleset" | "overlay":
            layers, problems = layers_of_document(document)
            if layers is None or problems:
                return problems
            ruleset, problems = build(layers)
            return check_all(ruleset, problems, style)
        case "cases":
            ruleset_of, problems = ruleset_of_cases(document, given)
            return problems if ruleset_of is None else read_cases(document, ruleset_of)[1]
        case "dataset":
            return [*alone(document), *open_columns(document)]
        case "pack":
            return _pack(document)
    return []


def ruleset_of_cases(document: Document, given: Container[FilePath] = ()) -> tuple[Ruleset | None, list[Problem]]:
    """The ruleset that a cases document tests, if it is a right one. Of a wrong one in `given` nothing is said here."""
    place = document.at(("cases",))
    found = find_base(document.id, near=FilePath(document.file))
    if isinstance(found, Problem):
        return None, [Problem("RC700", found.message, place, hint=found.hint, path=("cases",),
                              source=document.line(place.line))]  # fmt: skip
    ruleset, problems = load(found)
    other = _other_kind(found, "ruleset") if ruleset is None else None
    if other is not None:
        hint = "`cases:` names the ruleset that they test"
        return None, [Problem("RC700", f"{found} is {other}, not a ruleset", place, hint=hint, path=("cases",),
                              source=document.line(place.line))]  # fmt: skip
    problems = problems or (check(ruleset) if ruleset else [])
    if ruleset is None or any(problem.severity == "error" for problem in problems):
        if found.resolve() in given:
            return None, []
        words = f"the ruleset of these cases has problems: {found}"
        return None, [Problem("RC703", words, place, hint=f"rulecard validate {found}", path=("cases",),
                              source=document.line(place.line))]  # fmt: skip
    return ruleset, []


def _other_kind(file: FilePath, wanted: str) -> str | None:
    """What a document is, where it is another kind than wanted; one that cannot be read is told of by itself."""
    document, _ = read_document(file)
    if document is None or document.kind == wanted or (wanted == "ruleset" and document.kind == "overlay"):
        return None
    return KIND_WORDS.get(document.kind)


def _pack(document: Document) -> list[Problem]:
    """The files that a pack names are there, and are what it says."""
    folder = FilePath(document.file).parent
    named: list[tuple[Path, str, str]] = []
    for section, kind in (("rulesets", "ruleset"), ("overlays", "overlay")):
        named += [((section, place), name, kind) for place, name in enumerate(document.data.get(section) or ())]
    if document.data.get("sample") is not None:
        named.append((("sample",), document.data["sample"], "dataset"))
    problems = [wrong] if (wrong := unfit(document)) else []
    for path, name, kind in named:
        file = folder / name
        if not lies_in(file, folder):
            words = f"{name} lies outside the pack"
            problems.append(problem_at(document, "RC604", words, path, hint="a pack is all below its own folder"))
            continue
        guess = None if file.is_file() else near_file(name, folder)
        words = f"the pack has no file {name}"
        hint: Hint = guess or f"looked in {folder}"
        if file.is_file():
            other = _other_kind(file, kind)
            words, hint = f"{name} is {other}, not {KIND_WORDS[kind]}", "correct the name"
        if not file.is_file() or other is not None:
            problems.append(problem_at(document, "RC604", words, path, hint=hint))
        elif kind == "dataset":
            problems += outside_sample(file, folder)
        else:
            problems += _not_found_by_id(document, path, file, folder if kind == "ruleset" else folder / "overlays")
    return problems


def _not_found_by_id(pack: Document, path: Path, file: FilePath, place: FilePath) -> list[Problem]:
    """A ruleset or overlay of a pack whose name or place is not where its id is looked for."""
    own, _ = read_document(file)
    if own is None or (file.name == f"{own.id}.yaml" and file.parent.absolute() == place.absolute()):
        return []
    name = (place / f"{own.id}.yaml").relative_to(FilePath(pack.file).parent).as_posix()
    words = f"the {own.kind} `{own.id}` would not be found by its id in {pack.data[path[0]][path[1]]}"
    return [problem_at(pack, "RC604", words, path, hint=f"call the file {name}")]
