"""What jsonschema finds wrong, told as one problem for each mistake, at the place where it can be mended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeAlias

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from ..problems import Path, Problem
from ..suggest import meant, nearest_with_slips, said
from .document import Located, problem_at
from .fixes import Hint
from .schema_words import (
    example_of,
    found_words,
    hint_for_key,
    hint_for_pattern,
    hint_for_type,
    name_of,
    pattern_message,
    type_words,
)

# A ValidationError. Its stubs give each attribute as perhaps unset, which it is not when it comes of a validation.
Error: TypeAlias = Any

# A hostile file may hold a mistake in each of its 100,000 values; nobody reads beyond the first hundred.
_MOST = 100
_GLUED = r"[^:]+:\S"


@dataclass(frozen=True, slots=True)
class _Finding:
    """A mistake before it becomes a problem. `cost` says how far the value is from the form it was held against."""

    code: str
    message: str
    path: Path
    key: bool = False
    hint: Hint = None
    cost: float = 1.0


@dataclass(slots=True)
class _Object:
    """What is wrong with the keys of one map: unknown ones and missing ones explain each other.

    With one of `in_place`, none of the others would be missing: a ruleset that extends one needs no metrics.
    """

    value: dict[str, Any]
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    in_place: list[str] = field(default_factory=list)
    note: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)


def explain(document: Located, schema: dict[str, Any]) -> list[Problem]:
    """The problems of a document that its schema refuses, at most a hundred."""
    errors = islice(_Validator(schema).iter_errors(document.data), _MOST)
    findings = _Explainer(schema, document).findings(errors)
    return [
        problem_at(document, found.code, found.message, found.path, key=found.key, hint=found.hint)
        for found in findings[:_MOST]
    ]


def _any_of(validator: Any, forms: Sequence[dict[str, Any]], value: Any, schema: dict[str, Any]) -> Iterator[Error]:
    """`anyOf` as jsonschema has it, but with an end to the errors that it gathers for each form."""
    gathered: list[Error] = []
    for index, form in enumerate(forms):
        errors = list(islice(validator.descend(value, form, schema_path=index), _MOST))
        if not errors:
            return
        gathered += errors
    yield ValidationError("fits none of the forms", context=gathered)


def _pattern(validator: Any, pattern: str, value: Any, schema: dict[str, Any]) -> Iterator[Error]:
    """`pattern` as JSON Schema means it: to Python alone, `$` stands before a last line end too."""
    if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), value):
        yield ValidationError("has another form")


_Validator: Any = extend(Draft7Validator, {"anyOf": _any_of, "pattern": _pattern})  # type: ignore[no-untyped-call]


class _Explainer:
    def __init__(self, schema: dict[str, Any], document: Located) -> None:
        self.schema = schema
        self.document = document

    def findings(self, errors: Iterable[Error]) -> list[_Finding]:
        """One finding for each mistake among errors that all come of holding a document against one form."""
        by_path: dict[Path, list[Error]] = {}
        for error in errors:
            by_path.setdefault(tuple(error.absolute_path), []).append(error)
        found = [finding for path, here in by_path.items() for finding in self._at(path, here)]
        wrong_keys = [finding.path for finding in found if finding.key and finding.code == "RC205"]
        # the pieces of a value that commas have cut, because its key is not parted from it
        glued = {path[:-1] for path in wrong_keys if re.match(_GLUED, str(path[-1]))}
        found = [one for one in found if one.key or one.path[:-1] not in glued]
        return [one for one in found if one.key or not any(one.path[: len(path)] == path for path in wrong_keys)]

    def _at(self, path: Path, errors: list[Error]) -> Iterator[_Finding]:
        # a key is checked at the path of its map, with the key itself as the value
        values = [error for error in errors if "propertyNames" not in error.absolute_schema_path]
        keys_of_values = [error for error in errors if "propertyNames" in error.absolute_schema_path]
        # where a space is missing behind a colon, the commas of that value make keys of their own
        glued = [error for error in keys_of_values if re.match(_GLUED, str(error.instance))]
        for error in glued or keys_of_values:
            yield _key_finding(path, error)
        wrong_type = [error for error in values if error.validator == "type"]
        if wrong_type:
            yield self._wrong_type(path, wrong_type, wrong_type[0].schema)
            return
        keys: _Object | None = None
        incomplete = any(error.validator == "required" for error in values)
        for error in values:
            if error.validator == "minProperties" and incomplete:
                continue
            if error.validator in ("additionalProperties", "required", "dependencies"):
                keys = keys or _Object(error.instance)
                _collect(keys, error)
            elif error.validator == "anyOf":
                yield from self._union(path, error)
            else:
                yield _finding(path, error)
        if keys:
            yield from self._wrong_keys(path, keys)

    def _wrong_keys(self, path: Path, keys: _Object) -> Iterator[_Finding]:
        missing = list(dict.fromkeys(keys.missing))
        unused = [key for key in keys.properties if key not in keys.value]
        cut = _cut_formula(keys.value)
        rest = [key for key in keys.unknown if keys.value[key] is None] if cut is not None else []
        for key in rest[:1]:
            quotes = "in `{…}` a comma begins another entry; put the whole formula in quotes"
            yield _Finding("RC201", f"the formula `{cut}` is cut at the comma", (*path, key), True, quotes)
        unknown = [key for key in keys.unknown if key not in rest]
        for key in unknown:
            word, colon, _ = key.replace("：", ":").partition(":")
            if not colon or word not in missing:
                continue
            # the key is there, but for a space behind its colon; commas in its value have made keys of their own
            missing.remove(word)
            unknown = [one for one in unknown if one == key or keys.value[one] is not None]
        for key in unknown:
            near, slips = nearest_with_slips(key, [*missing, *unused])
            cost = 1.0 if near is None else 0.5 + slips / 100
            hint = hint_for_key(key, said(key, near, [*missing, *unused]) if near else None, unused)
            if near is None and len(unknown) == len(missing) == 1:
                near, cost = missing[0], 2.0
                hint = hint_for_key(key) or f"the key `{near}` is missing here"
            if near in missing:
                missing.remove(near)
            if near in keys.in_place:
                missing.clear()
            yield _Finding("RC201", f"unknown key `{key}` in {name_of(path)}", (*path, key), True, hint, cost)
        for key in missing:
            form = keys.properties.get(key, {})
            description = form.get("description") or self._form(form).get("description")
            hint = f"`{key}`: {description}" if description else keys.note
            yield _Finding("RC202", f"the key `{key}` is missing in {name_of(path)}", path, True, hint)

    def _union(self, path: Path, error: Error) -> list[_Finding]:
        """Explains a value by the one form that was meant: narrowed by type, by key, then by the fewest errors."""
        branches: dict[int, list[Error]] = {}
        for inner in error.context or ():
            branches.setdefault(int(inner.schema_path[0]), []).append(inner)
        fitting = {
            index: errors
            for index, errors in branches.items()
            if not any(inner.validator == "type" and tuple(inner.absolute_path) == path for inner in errors)
        }
        if not fitting:
            wrong = [inner for errors in branches.values() for inner in errors if inner.validator == "type"]
            wrong = [inner for inner in wrong if tuple(inner.absolute_path) == path]
            return [self._wrong_type(path, wrong, error.schema)]
        forms = [self._form(form) for form in error.validator_value]
        glued = _glued_key(path, error.instance, forms)
        if glued is not None:
            return [glued]
        named = {index: errors for index, errors in fitting.items() if _is_named(error.instance, forms, index)}
        explained = [self.findings(errors) for errors in (named or fitting).values()]
        costs = [sum(finding.cost for finding in findings) for findings in explained]
        cheapest = min(costs)
        if costs.count(cheapest) > 1 and (cheapest > 1 or not error.instance):
            message = f"{name_of(path)} fits none of its forms"
            return [_Finding("RC208", message, path, hint=example_of(error.schema), cost=cheapest)]
        known = {key for form in forms for key in form.get("properties", ())}
        return [_of_another_form(finding, path, known, error.schema) for finding in explained[costs.index(cheapest)]]

    def _form(self, form: dict[str, Any]) -> dict[str, Any]:
        """A form of a union, looked up where it is a reference."""
        while "$ref" in form:
            form = self.schema["definitions"][form["$ref"].rsplit("/", 1)[-1]]
        return form

    def _wrong_type(self, path: Path, errors: list[Error], form: dict[str, Any]) -> _Finding:
        """The value has the wrong type; `form` is what was expected as a whole."""
        types: list[str] = []
        for error in errors:
            wanted = error.validator_value
            types += [one for one in ([wanted] if isinstance(wanted, str) else wanted) if one not in types]
        value = errors[0].instance
        place = self.document.at(path)
        written = (self.document.source_line(place) or "")[place.column - 1 : place.end_column - 1]
        message = f"{name_of(path)} must be {type_words(types)}, not {found_words(value, written)}"
        return _Finding("RC203", message, path, hint=hint_for_type(value, types, form, written))


def _cut_formula(value: Any) -> str | None:
    """A formula of which a comma has made an entry of its own, as `{formula: clip(x, 0, 1)}` does."""
    texts = [text for text in value.values() if isinstance(text, str)] if isinstance(value, dict) else []
    return next((text for text in texts if text.count("(") > text.count(")")), None)


def _glued_key(path: Path, value: Any, forms: list[dict[str, Any]]) -> _Finding | None:
    """A key that has no space between its colon and its value, so that it is a longer key without any."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        word, colon, _ = key.replace("：", ":").partition(":")
        if inner is None and colon and any(word in form.get("properties", ()) for form in forms):
            return _Finding("RC201", f"unknown key `{key}` in {name_of(path)}", (*path, key), True, hint_for_key(key))
    return None


def _is_named(value: Any, forms: list[dict[str, Any]], index: int) -> bool:
    """Whether a map has a key that this form requires and no other form knows."""
    others = {key for other, form in enumerate(forms) if other != index for key in form.get("properties", ())}
    return isinstance(value, dict) and any(key in value for key in {*forms[index].get("required", ())} - others)


def _of_another_form(finding: _Finding, path: Path, known: set[str], union: dict[str, Any]) -> _Finding:
    """A key that is unknown in one form but belongs to another one of the same union."""
    if finding.code != "RC201" or finding.path[:-1] != path or finding.path[-1] not in known:
        return finding
    message = f"`{finding.path[-1]}` does not go with the other keys of {name_of(path)}"
    return replace(finding, code="RC208", message=message, hint=example_of(union))


def _collect(keys: _Object, error: Error) -> None:
    """Notes down what one error says about the keys of a map."""
    if error.validator == "additionalProperties":
        keys.properties |= error.schema.get("properties", {})
        keys.in_place = error.schema.get("if", {}).get("required", [])
        keys.unknown += [key for key in error.instance if key not in keys.properties]
        return
    keys.properties = error.schema.get("properties", {}) | keys.properties
    keys.note = error.schema.get("errorMessage")
    if error.validator == "required":
        wanted = error.validator_value
    else:
        wanted = [key for cause, needs in error.validator_value.items() if cause in error.instance for key in needs]
    keys.missing += [key for key in wanted if key not in error.instance and key not in keys.missing]


def _key_finding(path: Path, error: Error) -> _Finding:
    key = str(error.instance)
    hint = hint_for_key(key) or hint_for_pattern(key, error.schema)
    return _Finding("RC205", pattern_message(key, error.schema), (*path, key), True, hint)


def _finding(path: Path, error: Error) -> _Finding:
    """A mistake that a single keyword tells."""
    name, value, limit, form = name_of(path), error.instance, error.validator_value, error.schema
    hint = example_of(form)
    match error.validator:
        case "enum" | "const":
            options = [str(option) for option in (limit if error.validator == "enum" else [limit])]
            message = f"{name} must be one of {', '.join(options)}, not {found_words(value)}"
            return _Finding("RC204", message, path, hint=meant(str(value), options) or hint)
        case "pattern":
            return _Finding("RC205", pattern_message(value, form), path, hint=hint_for_pattern(value, form))
        case "minLength":
            hint = hint or "write the text, or remove the key"
            return _Finding("RC205", f"{name} is an empty text", path, hint=hint)
        case "minItems" | "minProperties" | "maxItems" | "maxProperties":
            least = error.validator.startswith("min")
            entries = "1 entry" if len(value) == 1 else f"{len(value)} entries"
            message = f"{name} has {entries}; it {'needs at least' if least else 'may have at most'} {limit}"
            return _Finding("RC206", message, path, hint=hint)
        case "uniqueItems":
            again = next(i for i, item in enumerate(value) if item in value[:i])
            message = f"{found_words(value[again])} stands twice in {name}"
            return _Finding("RC206", message, (*path, again), hint="remove one of the two")
        case "minimum" | "maximum":
            message = f"{name} is {value}; it must be at {'least' if error.validator == 'minimum' else 'most'} {limit}"
            return _Finding("RC207", message, path, hint=hint)
        case "not":
            last = limit["required"][-1]
            return _Finding("RC208", f"`{last}` may not stand here as well", (*path, last), True, hint)
    return _Finding("RC208", f"{name} fits none of its forms", path, hint=hint or error.message)
