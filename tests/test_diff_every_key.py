"""No key is passed over: whatever is changed in a ruleset that has them all shows as a change."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import rulecard
from rulecard.documents.yaml_source import read_document

from .agreement import as_yaml
from .tree import ROOT

EVERY_KEY = ROOT / "tests" / "accepted" / "every_key.yaml"
# these say nothing of what a ruleset computes, or are told of beside the changes
NOT_COMPARED = {"ruleset", "version", "language", "meta"}
# values of keys whose next one cannot be guessed
NEXT: dict[str, Any] = {
    "baseline": ["first"], "below": ["7%", "20%"], "cohort_where": ["not ({})"], "color": ["blue"],
    "confidence": ["70%"], "default": [7], "formula": ["({}) + 1", "not ({})", "first(owner)"],
    "from": ["20%", "people"], "goal": ["({}) + 1"], "hits": ["({}) - 1"], "matches": ["[A-Z]+"],
    "min": ["1%"], "min_coverage": ["7%"],
    "per": ["status"], "red_flag": ["({}) * 0.4"], "score": [{"from": 0, "to": 1}], "tags": ["monthly"],
    "target": [7], "time": ["day"], "to_where": ["not ({})"], "trials": ["({}) + 1"], "unit": ["percent", "person"],
    "until": ["2098-01-01"], "upto": ["({}) + 1"], "value": [7, "2025-03-01"], "when": ["not ({})"],
    "where": ["not ({})"], "within": ["70 days"], "after": ["2 months"], "points": ["30%"],
}  # fmt: skip
# with another value there it is no right ruleset, so other tests look at these
NOT_TRIED = {
    "account", "actions", "at", "better", "by", "choose", "code", "cohort", "columns", "entity", "from", "id", "level",
    "lookup", "metrics", "on", "open", "params.unit", "period", "relative", "sources", "stage", "stages",
    "stages.default", "then", "time", "to", "type", "unique", "within",
}  # fmt: skip
SCHEMA = json.loads(rulecard.schema_text("ruleset"))


def keys_of(form: Any) -> Iterator[tuple[str, list[Any]]]:
    """Every key of the language, with the words that it may hold."""
    for key, inner in form.get("properties", {}).items():
        target = SCHEMA["definitions"].get(inner.get("$ref", "").rpartition("/")[2], inner)
        yield key, [word for choice in (target, *target.get("anyOf", ())) for word in choice.get("enum", ())]
    for inner in (*form.get("properties", {}).values(), *form.get("definitions", {}).values(), *form.get("anyOf", ())):
        yield from keys_of(inner)


KEYS: dict[str, list[Any]] = {}
for name, words in keys_of(SCHEMA):
    KEYS.setdefault(name, []).extend(words)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    for step, inner in items or ():
        yield from leaves(inner, (*path, step))
    if items is None:
        yield path


def key_of(path: tuple[Any, ...]) -> str:
    """The last key of the language on a path; what stands below it are ids and places in lists."""
    return next(step for step in reversed(path) if step in KEYS)


def others(key: str, value: Any) -> Iterator[Any]:
    """Values of the same kind that mean something else; not each fits where it stands."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value / 2, value - 1)
    elif key in NEXT:
        yield from (guess.format(value) if isinstance(guess, str) else guess for guess in NEXT[key])
    elif KEYS[key]:
        yield from KEYS[key]
    else:
        yield from (f"{value} more", "7%", "70 days", "2 months")


def document() -> Any:
    found, problems = read_document(EVERY_KEY)
    assert found is not None and not problems
    return copy.deepcopy(found.data)


def at(data: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        data = data[step]
    return data


# the leaves of each key in each part of a ruleset
LEAVES: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
for leaf in leaves(document()):
    if leaf[0] not in NOT_COMPARED:
        LEAVES.setdefault(tuple(step for step in leaf if step in KEYS), []).append(leaf)


def changed(folder: Path, mutant: Any) -> list[str] | None:
    """Paths of changes; None where it is no right ruleset any more."""
    file = folder / "new.yaml"
    file.write_text(as_yaml(mutant), encoding="utf-8")
    try:
        return [change.path for change in rulecard.diff(EVERY_KEY, file).changes]
    except rulecard.Problems:
        return None


def test_a_copy_is_the_same(tmp_path: Path) -> None:
    assert changed(tmp_path, document()) == []


def test_a_copy_in_another_order_is_the_same(tmp_path: Path) -> None:
    def turned(value: Any, path: tuple[Any, ...] = ()) -> Any:
        if isinstance(value, dict):
            # the order of levels and of the languages of a first text means something, and `ruleset` comes first
            keys = list(value) if path in ((), ("levels",), ("title",)) else list(reversed(value))
            return {key: turned(value[key], (*path, key)) for key in keys}
        return value

    assert changed(tmp_path, turned(document())) == []


@pytest.mark.parametrize("keys", LEAVES, ids=".".join)
def test_another_value_is_a_change(keys: tuple[str, ...], tmp_path: Path) -> None:
    for path in LEAVES[keys]:
        key, before = key_of(path), at(document(), path)
        for value in [value for value in others(key, before) if value != before][:4]:
            mutant = document()
            at(mutant, path[:-1])[path[-1]] = value
            found = changed(tmp_path, mutant)
            if found is not None:
                assert found, f"{'.'.join(map(str, path))}: {before} → {value} shows nowhere"
                return
    assert {keys[-1], ".".join(keys)} & NOT_TRIED, "no other value fits, so nothing was tried"
