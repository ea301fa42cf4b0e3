"""Checking files and folders without data, each to the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath

from .build import build
from .cases import read_cases
from .checks import check
from .loading import layers_of_document, load, read_checked
from .model import Ruleset
from .pack_files import find_ruleset
from .problems import Problem
from .yaml_source import Document


@dataclass(frozen=True, slots=True)
class Validation:
    """All problems found, by place, and how many files were looked at."""

    problems: tuple[Problem, ...]
    files: int

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)


def validate_files(paths: Sequence[str | FilePath]) -> Validation:
    """Check files, and in folders every YAML file below."""
    files = list(files_below(paths))
    problems: dict[tuple[object, ...], Problem] = {}
    for file in files:
        for problem in validate_file(file):
            # a ruleset that others build on is told of once
            problems.setdefault((problem.code, problem.location, problem.message), problem)
    return Validation(tuple(sorted(problems.values(), key=Problem.sort_key)), len(files))


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


def validate_file(file: FilePath) -> list[Problem]:
    """Every problem of one file, whatever its kind."""
    document, problems = read_checked(file)
    if document is None or problems:
        return problems
    match document.kind:
        case "ruleset" | "overlay":
            layers, problems = layers_of_document(document)
            if layers is None or problems:
                return problems
            ruleset, problems = build(layers)
            return problems + check(ruleset)
        case "cases":
            ruleset_of, problems = ruleset_of_cases(document)
            return problems if ruleset_of is None else read_cases(document, ruleset_of)[1]
        case "pack":
            return _pack(document)
    return []


def ruleset_of_cases(document: Document) -> tuple[Ruleset | None, list[Problem]]:
    """The ruleset that a cases document tests, if it is a right one."""
    place = document.at(("cases",))
    found = find_ruleset(document.id, near=FilePath(document.file))
    if isinstance(found, Problem):
        return None, [Problem("RC700", found.message, place, hint=found.hint, path=("cases",),
                              source=document.line(place.line))]  # fmt: skip
    ruleset, problems = load(found)
    problems = problems or (check(ruleset) if ruleset else [])
    if ruleset is None or any(problem.severity == "error" for problem in problems):
        words = f"the ruleset of these cases has problems: {found}"
        return None, [Problem("RC703", words, place, hint=f"rulecard validate {found}", path=("cases",),
                              source=document.line(place.line))]  # fmt: skip
    return ruleset, []


def _pack(document: Document) -> list[Problem]:
    """The files that a pack names are there."""
    folder = FilePath(document.file).parent
    named = [("rulesets", place, name) for place, name in enumerate(document.data.get("rulesets") or ())]
    named += [("overlays", place, name) for place, name in enumerate(document.data.get("overlays") or ())]
    problems = []
    for section, place_in_list, name in named:
        if not (folder / name).is_file():
            place = document.at((section, place_in_list))
            problems.append(Problem("RC604", f"the pack has no file {name}", place, path=(section, place_in_list),
                                    source=document.line(place.line)))  # fmt: skip
    sample = document.data.get("sample")
    if sample is not None and not (folder / sample).is_file():
        place = document.at(("sample",))
        problems.append(Problem("RC604", f"the pack has no file {sample}", place, path=("sample",),
                                source=document.line(place.line)))  # fmt: skip
    return problems
