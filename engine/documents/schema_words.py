"""Words for a value of the wrong shape: what it is, what was expected, and the slip behind it."""

from __future__ import annotations

import re
from typing import Any

from ..problems import Path
from .document import without_secret

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "`true` or `false`",
    "object": "a map",
    "array": "a list",
    "null": "nothing",
}


_ID = re.compile(r"[^\W\d]\w*")


def name_of(path: Path) -> str:
    """How a message calls the value at `path`."""
    if not path:
        return "the document"
    if isinstance(path[-1], str):
        return f"`{path[-1]}`"
    keys = [step for step in path if isinstance(step, str)]
    return f"item {path[-1] + 1} of `{keys[-1]}`" if keys else f"item {path[-1] + 1}"


def type_words(types: list[str]) -> str:
    """Types of JSON as an analyst calls them: `text, a number or a list`."""
    words = [_TYPES[one] for one in types]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def found_words(value: Any, written: str | None = None) -> str:
    """A value as a message quotes it; `written` is how the file has it (1.10 is the number 1.1)."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"the number {written or value}"
    if isinstance(value, str):
        return f"`{_shortened(value)}`" if value.strip() else "an empty text"
    return "a map" if isinstance(value, dict) else "a list"


def example_of(form: dict[str, Any]) -> str | None:
    """What a definition says of itself, or its first example."""
    if "errorMessage" in form or "examples" not in form:
        return form.get("errorMessage")
    return f"for example: {_flow(form['examples'][0])}"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def pattern_message(value: Any, form: dict[str, Any]) -> str:
    """That a text has not the form that its definition asks for."""
    title = str(form.get("title", "value")).lower()
    article = "an" if title[0] in "aeiou" else "a"
    return f"{found_words(value)} is not {article} {title}"


def hint_for_pattern(value: Any, form: dict[str, Any]) -> str | None:
    """The slip in a text that has not the form it should, or else what its definition says."""
    text = str(value)
    if form.get("title") == "Id" and _ID.fullmatch(text.replace("-", "_")):
        return f"an id has `_` where this has `-`: write `{text.replace('-', '_')}`"
    if "，" in text:
        return "`，` is the comma of a Chinese keyboard; YAML needs `,`"
    return _hint_for_text(text, []) or example_of(form)


def hint_for_key(key: str, meant: str | None = None, unused: list[str] | None = None) -> str | None:
    """What to do about a key that is not known, or has not the form of a name."""
    if "：" in key:
        return "`：` is the colon of a Chinese keyboard; YAML needs `:` and a space after it"
    glued = re.match(r"([^:]+):\S", key)
    if glued:
        return f"a space is missing after the colon of `{glued.group(1)}:`"
    if "，" in key:
        return "`，` is the comma of a Chinese keyboard; YAML needs `,`"
    if meant:
        return f"did you mean `{meant}`?"
    return f"keys that may stand here: {', '.join(unused[:20])}" if unused else None


def hint_for_type(value: Any, types: list[str], form: dict[str, Any], written: str) -> str | None:
    """The slip that most likely gave a value the wrong type, or else what its definition says."""
    expected = example_of(form)
    if "enum" in form and not isinstance(value, str):
        return f"write one of {', '.join(str(option) for option in form['enum'])}"
    if isinstance(value, str):
        return _hint_for_text(value, types) or expected
    if isinstance(value, dict) and "string" in types and value and all(item is None for item in value.values()):
        return "a text that begins with `{` needs quotes"
    if isinstance(value, int | float) and "string" in types and not {"number", "integer"} & set(types):
        if not re.search(form.get("pattern", ""), written):
            return f"without quotes this is no text. {expected}"
        return f'without quotes this is no text; write "{written}"'
    if value is None:
        empty = "nothing stands behind the colon; a value in the next line must be indented"
        return "write `{}` where nothing needs to be said" if "object" in types else empty
    return expected


def _hint_for_text(value: str, types: list[str]) -> str | None:
    if re.match(r"-[^\W\d]", value):
        return "a space is missing after the dash"
    if {"object", "array"} & set(types):
        if "：" in value:
            return "`：` is the colon of a Chinese keyboard; YAML needs `:` and a space after it"
        glued = re.match(r"([^\s:]+):\S", value)
        if glued:
            return f"a space is missing after the colon of `{glued.group(1)}:`"
    if "boolean" in types and value.lower() in ("yes", "no", "on", "off", "true", "false", "y", "n"):
        return "only `true` and `false`, in small letters, are read as yes and no"
    return None


def _shortened(value: str) -> str:
    line = without_secret(" ".join(value.split()))
    return line if len(line) <= 40 else f"{line[:39]}…"
