"""Checking files and folders without data, each to the end."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path as FilePath
from typing import Any

from .cases.declared import read_cases
from .checks import check
from .cores import each
from .data.dataset_files import alone, open_columns
from .documents.yaml_source import Document, read_document
from .language.build import build
from .language.loading import KIND_WORDS, layers_of_document, load, read_checked
from .language.model import Ruleset
from .language.pack_files import find_ruleset, near_file
from .problems import Path, Problem
from .progress import Progress, untold


@dataclass(frozen=True, slots=True)
class Validation:
    """All problems found, by place, and how many files were looked at; of data, its files with their rows.

    `names` are those of the files, as they were given or found in folders.
    """

    problems: tuple[Problem, ...]
    files: int
    sources: tuple[Mapping[str, Any], ...] = ()
    names: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


def validate_files(paths: Sequence[str | FilePath], progress: Progress = untold) -> Validation:
    """Check files, and in folders every YAML file below."""
    files = list(files_below(paths))
    given = {file.resolve(): str(file) for file in files}
    resolved = cache(lambda name: FilePath(name).resolve())
    problems: dict[tuple[object, ...], Problem] = {}
    for number, found in enumerate(each(partial(validate_file, given=frozenset(given)), files), 1):
        progress("check", number, len(files))
        for problem in (_as_given(one, given, resolved) for one in found):
            # a ruleset that others build on is told of once
            problems.setdefault((problem.code, problem.location, problem.message), problem)
    names = tuple(map(str, files))
    return Validation(tuple(sorted(problems.values(), key=Problem.sort_key)), len(files), names=names)


def _as_given(problem: Problem, given: Mapping[FilePath, str], resolved: Callable[[str], FilePath]) -> Problem:
    """The problem with its file named as the user did, not as another file's `extends` led to it."""
    place = problem.location
    name = None if place is None else given.get(resolved(place.file))
    if place is None or name is None or name == place.file:
        return problem
    return replace(problem, location=replace(place, file=name))


def files_below(paths: Iterable[str | FilePath]) -> Iterator[FilePath]:
    """Files as they are given, and those of folders by name; hidden folders are passed over."""
    for given in paths:
        path = FilePath(given)
        if not path.is_dir():
            yield path
            continue
        for file in sorted(path.rglob("*.y*ml")):
            inside = file.relative_to(path).parts
            if file.suffix in (".yaml", ".yml") and not any(part.startswith(".") for part in inside):
                yield file


def validate_file(file: FilePath, given: Container[FilePath] = ()) -> list[Problem]:
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
            return check(ruleset, problems)
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
    found = find_ruleset(document.id, near=FilePath(document.file))
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
    problems = []
    for path, name, kind in named:
        file = folder / name
        guess = None if file.is_file() else near_file(name, folder)
        words = f"the pack has no file {name}"
        hint = f"did you mean `{guess}`?" if guess else f"looked in {folder}"
        if file.is_file():
            other = _other_kind(file, kind)
            words, hint = f"{name} is {other}, not {KIND_WORDS[kind]}", "correct the name"
        if not file.is_file() or other is not None:
            place = document.at(path)
            problems.append(Problem("RC604", words, place, path=path, hint=hint, source=document.line(place.line)))
    return problems
