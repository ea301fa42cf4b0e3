"""From a file, an id or a document to a frozen `Ruleset`: read, schema, layers, then every key in turn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path as FilePath

from ..documents.schema import check_schema
from ..documents.yaml_source import Document, read_document
from ..problems import Problem
from .build import build
from .layers import Layers, extend, overlay, single
from .model import Ruleset
from .pack_files import find_base, find_overlay

_DEEPEST_CHAIN = 10
KIND_WORDS = {"ruleset": "a ruleset", "overlay": "an overlay", "cases": "a file of cases", "dataset": "a dataset",
              "pack": "a pack"}  # fmt: skip


def load(reference: str | FilePath, overlays: Sequence[str | FilePath] = ()) -> tuple[Ruleset | None, list[Problem]]:
    """The ruleset of an id or path with overlays laid on, and all problems of reading it.

    The ruleset is None when the problems leave nothing that could be checked further.
    """
    found = find_base(reference)
    if isinstance(found, Problem):
        return None, [found]
    layers, problems = layers_of(found)
    for reference_of_overlay in overlays:
        if layers is None:
            break
        file = find_overlay(reference_of_overlay)
        if isinstance(file, Problem):
            return None, [*problems, file]
        document, wrong = read_checked(file)
        problems += wrong
        if document is None or wrong:
            return None, problems
        layers, wrong = _laid(document, layers)
        problems += wrong
    if layers is None or problems:
        return None, problems
    return build(layers)


def _laid(document: Document, layers: Layers, depth: int = 0) -> tuple[Layers | None, list[Problem]]:
    """The layers with an overlay on them, and below it the overlay that it is for, where that is not there yet."""
    problems = _fits(document, layers)
    if problems and problems[0].path == ("extends",) and depth < _DEEPEST_CHAIN:
        found = find_base(str(document.data["extends"]), near=FilePath(document.file))
        below, wrong = read_checked(found) if isinstance(found, FilePath) else (None, [])
        if below is not None and below.kind == "overlay" and not wrong:
            under, wrong = _laid(below, layers, depth + 1)
            if under is None or wrong:
                return None, wrong
            layers, problems = under, []
    return (None, problems) if problems else lay_over(layers, document)


def _fits(document: Document, layers: Layers) -> list[Problem]:
    """An overlay is laid only on the ruleset or overlay that it was written for, or on one that extends that."""
    if document.kind != "overlay":
        place = document.at_key((document.kind,))
        return [Problem("RC603", f"this is a {document.kind}, not an overlay", place, source=document.line(place.line))]
    reference = str(document.data["extends"])
    found = find_base(reference, near=FilePath(document.file))
    below = {one.id for one in layers.documents} | {str(FilePath(one.file).resolve()) for one in layers.documents}
    if reference in below or (isinstance(found, FilePath) and str(found.resolve()) in below):
        return []
    place = document.at(("extends",))
    return [Problem("RC603", f"this overlay is for `{reference}`, not for `{layers.id}`", place, path=("extends",),
                    source=document.line(place.line))]  # fmt: skip


def read_checked(file: FilePath) -> tuple[Document | None, list[Problem]]:
    """A document whose YAML and schema have been checked."""
    document, problems = read_document(file)
    if document is None or problems:
        return document, list(problems)
    return document, list(check_schema(document))


def layers_of(file: FilePath, chain: tuple[str, ...] = ()) -> tuple[Layers | None, list[Problem]]:
    """A ruleset file with all that it extends beneath it."""
    document, problems = read_checked(file)
    if document is None or problems:
        return None, problems
    return layers_of_document(document, chain)


def layers_of_document(document: Document, chain: tuple[str, ...] = ()) -> tuple[Layers | None, list[Problem]]:
    """As `layers_of`, for a document that has been checked."""
    if document.kind == "overlay":
        base, problems = _base(document, chain)
        return (None, problems) if base is None else lay_over(base, document)
    if document.kind != "ruleset":
        place = document.at_key((document.kind,))
        return None, [Problem("RC603", f"this is {KIND_WORDS[document.kind]}, not a ruleset", place,
                              hint="give the ruleset's file, or its id", source=document.line(place.line))]  # fmt: skip
    if "extends" not in document.data:
        return single(document), []
    base, problems = _base(document, chain)
    if base is None:
        return None, problems
    layers = extend(base, document)
    return layers, list(check_schema(layers))


def lay_over(base: Layers, change: Document) -> tuple[Layers | None, list[Problem]]:
    """The base with an overlay on it; the result is checked as a whole."""
    layers, problems = overlay(base, change)
    return layers, list(problems) or list(check_schema(layers))


def _base(document: Document, chain: tuple[str, ...]) -> tuple[Layers | None, list[Problem]]:
    reference = str(document.data["extends"])
    place = document.at(("extends",))
    found = find_base(reference, near=FilePath(document.file))
    name = str(FilePath(document.file).resolve())
    if isinstance(found, Problem):
        problem = Problem("RC603", found.message, place, hint=found.hint, path=("extends",),
                          source=document.line(place.line))  # fmt: skip
        return None, [problem]
    if str(found.resolve()) in (*chain, name) or len(chain) > _DEEPEST_CHAIN:
        circle = " → ".join(FilePath(step).name for step in (*chain, name, str(found)))
        return None, [Problem("RC310", f"rulesets that extend each other: {circle}", place, path=("extends",),
                              hint="one of them stands by itself", source=document.line(place.line))]  # fmt: skip
    layers, problems = layers_of(found, (*chain, name))
    if layers is None and [problem.code for problem in problems] == ["RC603"] and not problems[0].path:
        words, hint = f"{reference}: {problems[0].message}", problems[0].hint
        problems = [Problem("RC603", words, place, hint=hint, path=("extends",), source=document.line(place.line))]
    return layers, problems


def fingerprint(layers: Layers) -> str:
    """The SHA-256 over the text of all documents that made a ruleset."""
    digest = hashlib.sha256()
    for document in layers.documents:
        digest.update(document.text.encode())
    return digest.hexdigest()
