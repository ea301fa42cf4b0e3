"""A document against the JSON Schema of its kind: jsonschema-rs decides, and only a mistake loads the explainer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path as FilePath
from typing import Any

import jsonschema_rs

from ..problems import Path, Problem
from ..suggest import meant
from .document import Located, problem_at

KINDS = ("ruleset", "overlay", "cases", "dataset", "pack")
SCHEMAS = (*KINDS, "result", "diff")

_ID = re.compile(r"[^\W\d]\w*")
_MAPS_OF_IDS = ("levels", "sources", "inputs", "params", "metrics", "groups", "actions", "advice")


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of document, of `result` or of `diff`, as it stands in its file."""
    if kind not in SCHEMAS:
        raise ValueError(f"no schema for {kind!r}; there are {', '.join(SCHEMAS)}")
    return FilePath(__file__).parent.with_name("schemas").joinpath(f"{kind}.schema.json").read_text(encoding="utf-8")


def check_schema(document: Located) -> tuple[Problem, ...]:
    """What is wrong with the shape of a document, in the order of its lines; empty where nothing is."""
    if document.kind not in KINDS:
        return (_unknown_kind(document),)
    problems: list[Problem] = []
    if not _validator(document.kind).is_valid(document.data):
        # imported late: a valid file never pays for it
        from .schema_explain import explain

        problems += explain(document, _schema(document.kind))
        if not problems:
            problems += _undecided(document)
    problems += _refuse_symbols(document)
    return tuple(sorted(problems, key=Problem.sort_key))


@cache
def _schema(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(schema_text(kind))
    return schema


@cache
def _validator(kind: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(schema_text(kind))


def _unknown_kind(document: Located) -> Problem:
    first = document.kind
    quoted = first if len(first) <= 40 else f"{first[:40]}…"
    shown = ", ".join(f"`{kind}:`" for kind in KINDS)
    later = [kind for kind in KINDS if isinstance(document.data, dict) and kind in document.data]
    if later:
        line = document.at_key((later[0],)).line
        message = f"a document begins with its kind; this one begins with `{quoted}:`"
        hint = f"move `{later[0]}:` from line {line} to the top"
        return problem_at(document, "RC200", message, (first,), key=True, hint=hint)
    near = meant(first, KINDS)
    message = f"a document begins with {shown}; this one begins with `{quoted}:`"
    name_it = "name the kind of document and its id, such as `ruleset: shop-health`"
    meant_kind = replace(near, words=f"did you mean `{near.word}:`?") if near else None
    return problem_at(document, "RC200", message, (first,), key=True, hint=meant_kind or name_it)


def _undecided(document: Located) -> Iterator[Problem]:
    """The decider's own words, should the explainer ever find nothing wrong: what is refused is told."""
    for error in _validator(document.kind).iter_errors(document.data):
        path: Path = ()
        value = document.data
        for step in error.instance_path:
            # jsonschema-rs gives a key that consists of digits as a number
            key = str(step) if isinstance(value, dict) else step
            path, value = (*path, key), value[key]
        yield problem_at(document, "RC208", error.message, path)


def _refuse_symbols(document: Located) -> Iterator[Problem]:
    """Ids with a symbol that the schemas' pattern lets through, because regular expressions differ on it (emoji)."""
    if document.kind != "ruleset" or not isinstance(document.data, dict):
        return
    for path in _id_paths(document.data):
        name = str(path[-1])
        if not name.isascii() and not _ID.fullmatch(name) and re.fullmatch(_schema_pattern(), name):
            hint = "An id begins with a letter of any script or `_`, and goes on with letters, digits and `_`."
            yield problem_at(document, "RC205", f"`{name}` is not an id", path, key=True, hint=hint)


def _schema_pattern() -> str:
    return str(_schema("ruleset")["definitions"]["id"]["pattern"])


def _id_paths(data: dict[str, Any]) -> Iterator[Path]:
    for kind in _MAPS_OF_IDS:
        yield from _keys(data.get(kind), (kind,))
    for source, what in _items(data.get("sources")):
        yield from _keys(_get(what, "columns"), ("sources", source, "columns"))
    for group, what in _items(data.get("groups")):
        yield from _keys(_get(what, "groups"), ("groups", group, "groups"))
    yield from _keys(_get(data.get("stages"), "profiles"), ("stages", "profiles"))


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    yield from value.items() if isinstance(value, dict) else ()


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _keys(value: Any, path: Path) -> Iterator[Path]:
    for key, _ in _items(value):
        yield (*path, key)
