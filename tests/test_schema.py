"""The schemas themselves, and what is said of a document that breaks them."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulecard import Problem
from rulecard.documents.document import Document
from rulecard.documents.schema import KINDS, SCHEMAS, check_schema, schema_text
from rulecard.documents.yaml_source import parse_document, read_document

from .verdict import ACCEPTED, REFUSED

LOADED: dict[str, dict[str, Any]] = {kind: json.loads(schema_text(kind)) for kind in SCHEMAS}


def documents(files: list[Path]) -> list[Document]:
    """The files that are YAML."""
    return [document for document, _ in map(read_document, files) if document is not None]


ACCEPTED_DOCUMENTS = documents(ACCEPTED)
ALL_DOCUMENTS = documents([*ACCEPTED, *REFUSED])


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schemas_are_draft_07(kind: str) -> None:
    schema = LOADED[kind]
    jsonschema.Draft7Validator.check_schema(schema)
    assert jsonschema_rs.meta.is_valid(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


def forms(schema: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each schema inside a schema, with the way to it."""
    if not isinstance(schema, dict):
        return
    yield at, schema
    for key in ("properties", "definitions"):
        for name, inner in schema.get(key, {}).items():
            yield from forms(inner, f"{at}/{key}/{name}")
    for key in ("additionalProperties", "propertyNames", "items", "if", "else"):
        inner = schema.get(key)
        for index, item in enumerate(inner if isinstance(inner, list) else [inner]):
            yield from forms(item, f"{at}/{key}/{index}")
    for index, inner in enumerate(schema.get("anyOf", ())):
        yield from forms(inner, f"{at}/anyOf/{index}")


@pytest.mark.parametrize("kind", SCHEMAS)
def test_all_is_titled_described_and_closed(kind: str) -> None:
    schema = LOADED[kind]
    definitions = schema["definitions"]
    for name, form in definitions.items():
        assert form["title"] and form["description"], name
        assert f'"#/definitions/{name}"' in json.dumps(schema), f"nothing uses {name}"
    for at, form in forms(schema, kind):
        for name, inner in form.get("properties", {}).items():
            target = definitions[inner["$ref"].rsplit("/", 1)[-1]] if "$ref" in inner else inner
            assert target["title"], f"{at}/{name}"
            assert inner.get("description", target["description"]), f"{at}/{name}"
        for inner in form.get("anyOf", ()):
            target = definitions[inner["$ref"].rsplit("/", 1)[-1]] if "$ref" in inner else inner
            assert target["title"], at
        if form.get("properties") and form.get("type") == "object" and not at.endswith("row"):
            closed = form["additionalProperties"]
            assert closed is False or isinstance(closed, dict), at
        if "pattern" in form and kind in KINDS:
            assert form["errorMessage"], f"{at}: a pattern explains itself to nobody"
        for example in form.get("examples", ()):
            whole = {**form, "definitions": definitions}
            assert jsonschema_rs.Draft7Validator(whole).is_valid(example), f"{at}: {example}"


def test_a_definition_of_several_schemas_is_the_same_in_all() -> None:
    assert set.intersection(*(set(LOADED[kind]["definitions"]) for kind in KINDS)) >= {"text", "language"}
    for kind in KINDS:
        for name, form in LOADED[kind]["definitions"].items():
            for other in KINDS:
                twin = LOADED[other]["definitions"].get(name, form)
                assert twin == form or name == "source", f"{name} in {kind} and {other}"


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_the_language_stands_in_an_accepted_file(kind: str) -> None:
    known = {name for _, form in forms(LOADED[kind], kind) for name in form.get("properties", {})}
    found = [document for document in documents(ACCEPTED) if document.kind == kind]
    used = {key for document in found for key in keys_of(document.data)}
    assert known - used == set()


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schema_text_is_the_file(kind: str) -> None:
    assert schema_text(kind).endswith("}\n")
    with pytest.raises(ValueError, match="no schema"):
        schema_text(f"{kind}s")


# The two libraries must never differ, or a file would be refused without a reason, or with one accepted.


DECIDERS = {kind: jsonschema_rs.Draft7Validator(schema) for kind, schema in LOADED.items()}
EXPLAINERS = {kind: jsonschema.Draft7Validator(schema) for kind, schema in LOADED.items()}


def agree(kind: str, data: Any) -> bool:
    """Whether data are valid, on which both must be of one mind."""
    valid = DECIDERS[kind].is_valid(data)
    assert EXPLAINERS[kind].is_valid(data) == valid
    return valid


@pytest.mark.parametrize("document", ALL_DOCUMENTS, ids=lambda document: Path(document.file).stem)
def test_both_validators_give_the_same_verdict(document: Document) -> None:
    for kind in KINDS if document.kind not in KINDS else (document.kind,):
        agree(kind, document.data)


@given(st.text(min_size=1, max_size=6))
def test_ids_are_those_of_the_language(name: str) -> None:
    data = {"ruleset": "shop", "inputs": {name: {}}, "metrics": {"m": {"formula": "a"}}}
    document, _ = parse_document("ruleset: shop\n", "shop.yaml")
    assert document is not None
    right = re.fullmatch(r"[^\W\d]\w*", name) is not None
    assert DECIDERS["ruleset"].is_valid(data) or not right
    document = Document(document.source, data, document.places, "ruleset", "shop")
    assert (check_schema(document) == ()) == right


def test_a_line_end_is_no_part_of_an_id() -> None:
    document, _ = parse_document('ruleset: "shop\\n"\nmetrics: {"m\\n": {formula: a}}\n', "shop.yaml")
    assert document is not None
    assert [(problem.code, problem.path) for problem in check_schema(document)] == [
        ("RC205", ("ruleset",)),
        ("RC205", ("metrics", "m\n")),
    ]


def test_what_is_refused_is_told_even_without_an_explanation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulecard.documents.schema_explain.explain", lambda *_: [])
    document, _ = parse_document("ruleset: shop\nmetrics: {'1': {formula: 5}}\n", "shop.yaml")
    assert document is not None
    problems = check_schema(document)
    assert [(problem.code, problem.path) for problem in problems] == [
        ("RC208", ("metrics",)),
        ("RC208", ("metrics", "1", "formula")),
    ]


RESULT: dict[str, Any] = {
    "rulecard": "0.1.0",
    "ruleset": {"id": "shop-health", "version": "0.1.0", "sha256": "0" * 64, "overlays": []},
    "params": {"public_ltv": 500},
    "sources": [{"name": "data", "path": "shops.csv", "rows": 36}],
    "cards": [
        {
            "entity": {"shop": "A"},
            "period": "2025-03",
            "stage": "growth",
            "score": 62.5,
            "level": "good",
            "status": "ok",
            "coverage": 0.8,
            "capped": None,
            "groups": {"g": {"score": 60.0, "level": "good", "status": "ok", "weight": 0.5, "coverage": 1.0}},
            "metrics": {
                "conversion": {
                    "value": 0.021,
                    "status": "ok",
                    "level": "fair",
                    "score": 50.0,
                    "weight": 0.25,
                    "points_lost": 12.5,
                    "target": 0.04,
                }
            },
            "advice": [
                {
                    "id": "fix_funnel",
                    "severity": "warning",
                    "title": "…",
                    "text": "…",
                    "actions": ["…"],
                    "metrics": ["conversion"],
                    "points_lost": 12.5,
                }
            ],
        }
    ],
    "problems": [],
}


def test_a_result_is_as_the_interface_says() -> None:
    assert agree("result", RESULT)
    for path, value, right in (
        (("cards", 0, "period"), None, True),
        (("cards", 0, "stage"), None, True),
        (("cards", 0, "score"), None, True),
        (("cards", 0, "score"), 101, False),
        (("cards", 0, "capped"), {"at_most": 59, "score": 72.3, "because": None}, True),
        (("cards", 0, "capped"), {"at_most": 59}, False),
        (("cards", 0, "status"), "unknown", False),
        (("cards", 0, "metrics", "conversion", "certain"), True, True),
        (("cards", 0, "metrics", "conversion", "value"), "NaN", False),
        (("problems",), [Problem("RC508", "out of range", severity="warning").to_dict()], True),
        (("extra",), 1, False),
    ):
        data = copy.deepcopy(RESULT)
        holder: Any = data
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
        assert agree("result", data) is right, path
