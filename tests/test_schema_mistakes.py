"""One mistake in a right document is one problem, at its place: tried at every place of the accepted files."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rulecard import Problem
from rulecard.documents.document import Document
from rulecard.documents.schema import check_schema
from rulecard.documents.yaml_source import parse_document

from .test_schema import ACCEPTED_DOCUMENTS, DECIDERS, LOADED, forms

Way = tuple[str | int, ...]

# no word of the language, and none that is near to one
STRANGE = "qqqq"
MUTANTS: tuple[Any, ...] = (None, True, 7.25, -3, "", STRANGE, [], {})

each_document = pytest.mark.parametrize("document", ACCEPTED_DOCUMENTS, ids=lambda document: Path(document.file).stem)


def ways(value: Any, way: Way = ()) -> Iterator[Way]:
    """The path of each value below a value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*way, step)
        yield from ways(inner, (*way, step))


def places(document: Document) -> Iterator[Way]:
    """The path of each value of a document, but for those that the schema leaves open, and the kind."""
    return (way for way in ways(document.data) if way[0] not in ("meta", "set", "add", document.kind))


def holder_of(data: Any, way: Way) -> Any:
    for step in way[:-1]:
        data = data[step]
    return data


def mistakes(document: Document, data: Any) -> tuple[Problem, ...]:
    """What the schema finds in changed data, or nothing where they are valid; places are those of the file."""
    changed = Document(document.source, data, document.places, document.kind, document.id)
    found = check_schema(changed)
    assert bool(found) != DECIDERS[document.kind].is_valid(data)
    return found


@each_document
def test_a_wrong_value_is_told_once_and_at_its_place(document: Document) -> None:
    for index, way in enumerate(places(document)):
        # two of the eight at each place, which is enough of each over a file, and soon done
        for mutant in (MUTANTS[index % 8], MUTANTS[(index + 3) % 8]):
            data = copy.deepcopy(document.data)
            holder_of(data, way)[way[-1]] = mutant
            found = mistakes(document, data)
            # in an empty map more than one key can be missing
            assert len(found) <= 1 or mutant == {}, f"{way} := {mutant!r}: {[problem.message for problem in found]}"
            for problem in found:
                assert problem.path[: len(way)] == way, f"{way} := {mutant!r} is told at {problem.path}"


@each_document
def test_a_strange_key_is_told_once_and_at_the_key(document: Document) -> None:
    for way in ((), *places(document)):
        data = copy.deepcopy(document.data)
        value = holder_of(data, (*way, ""))
        if isinstance(value, dict):
            value[STRANGE] = {STRANGE: STRANGE}
            found = mistakes(document, data)
            assert all(problem.path[: len(way) + 1] == (*way, STRANGE) for problem in found)
            # where names are the user's own, there may be more than one thing wrong with the value
            assert len(found) <= 1 or "RC201" not in [one.code for one in found if one.path == (*way, STRANGE)]


@each_document
def test_a_misspelt_key_is_told_once_and_what_was_meant(document: Document) -> None:
    words = {name for _, form in forms(LOADED[document.kind], "") for name in form.get("properties", {})}
    for way in places(document):
        key = way[-1]
        if not isinstance(key, str) or key not in words or len(key) < 4:
            continue
        wrong = f"{key[:2]}{key[3]}{key[2]}{key[4:]}"
        data = copy.deepcopy(document.data)
        holder = holder_of(data, way)
        items = [(wrong if name == key else name, value) for name, value in holder.items()]
        holder.clear()
        holder.update(items)
        # where it stays valid, the key was a name that the user gave
        if wrong not in words and (found := mistakes(document, data)):
            (problem,) = found
            assert (problem.code, problem.path) == ("RC201", (*way[:-1], wrong))
            assert problem.hint == f"did you mean `{key}`?"


@each_document
def test_a_missing_key_is_told_once_and_at_the_key_of_its_parent(document: Document) -> None:
    for way in places(document):
        if isinstance(way[-1], str):
            data = copy.deepcopy(document.data)
            holder = holder_of(data, way)
            del holder[way[-1]]
            for problem in mistakes(document, data):
                assert problem.path == way[:-1]
                missing = problem.code == "RC202"
                # a map that holds too little is a wrong value
                assert missing or problem.code == "RC206" or not holder
                assert problem.location == (document.at_key if missing else document.at)(way[:-1])
            assert len(mistakes(document, data)) <= 1


def test_a_password_is_not_told() -> None:
    text = (
        "dataset: d\nsources:\n  a: {sql: SELECT 1, connection: postgresql://me:secret@host/db}\n"
        "  b: {sql: SELECT 1, connection: 'env: postgresql://me:secret@host/db'}\n"
    )
    document, _ = parse_document(text, "dataset.yaml")
    assert document is not None
    problems = check_schema(document)
    assert len(problems) == 2
    assert "secret" not in repr(problems)
