"""Which keys are words of the language, which are required, and what type and options a value has: from the schemas."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from .texts import Entry, Text

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
Form = dict[str, Any]


@cache
def _schema(kind: str) -> Form:
    loaded: Form = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return loaded


def _plain(kind: str, form: Form) -> list[Form]:
    """The forms that a value may have, without references and unions."""
    if "$ref" in form:
        name = form["$ref"].rsplit("/", 1)[-1]
        return _plain(kind, {**_schema(kind)["definitions"][name]})
    if "anyOf" in form:
        return [one for inner in form["anyOf"] for one in _plain(kind, inner)]
    return [form]


def forms(text: Text, path: tuple[str | int, ...]) -> list[Form]:
    """The forms that the value at a path may have; empty where the schema leaves it open."""
    found = [_schema(text.kind)]
    for step in path:
        below: list[Form] = []
        for form in found:
            inner: Any = None
            if isinstance(step, int):
                inner = form.get("items")
                if isinstance(inner, list):
                    inner = inner[step] if step < len(inner) else None
            else:
                inner = form.get("properties", {}).get(step, form.get("additionalProperties"))
            if isinstance(inner, dict):
                below += _plain(text.kind, inner)
        found = below
    return found


def is_word(text: Text, entry: Entry) -> bool:
    """Whether the key of an entry is a word of the language."""
    above = [form for form in forms(text, entry.path[:-1]) if form.get("type") == "object"]
    return any(entry.path[-1] in form.get("properties", {}) for form in above) and all(
        form.get("additionalProperties") is False for form in above
    )


def words_beside(text: Text, entry: Entry) -> set[str]:
    """All words that may stand where the key of an entry stands."""
    return {word for form in forms(text, entry.path[:-1]) for word in form.get("properties", {})}


def is_required(text: Text, entry: Entry) -> bool:
    above = [form for form in forms(text, entry.path[:-1]) if form.get("type") == "object"]
    return len(above) == 1 and entry.path[-1] in above[0].get("required", [])


def types(text: Text, entry: Entry) -> set[str]:
    """The types that a value may have; empty where anything may stand."""
    found = set[str]()
    for form in forms(text, entry.path):
        kind = form.get("type")
        if kind is None:
            return set()
        found |= {kind} if isinstance(kind, str) else set(kind)
    return found


def options(text: Text, entry: Entry) -> list[str]:
    """The words among which a value is to be, where it has that form alone."""
    found = forms(text, entry.path)
    return [str(one) for one in found[0]["enum"]] if len(found) == 1 and "enum" in found[0] else []
