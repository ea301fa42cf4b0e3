"""Words for a value of the wrong shape: what it is, what was expected, and the slip behind it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ..problems import Path
from ..suggest import Meant
from .document import without_secret
from .fixes import Hint
from .yaml_scalars import resolve
from .yaml_slips import ODD_SPACE

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
_YES_AND_NO = {
    **dict.fromkeys(("yes", "on", "true", "y"), "true"),
    **dict.fromkeys(("no", "off", "false", "n"), "false"),
}


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


def hint_for_pattern(value: Any, form: dict[str, Any]) -> Hint:
    """The slip in a text that has not the form it should, or else what its definition says."""
    text = str(value)
    narrow = _narrow(text)
    if narrow != text and re.search(form.get("pattern", "^$"), narrow):
        return Meant(narrow, text, f"write `{narrow}`, without the signs of a Chinese keyboard")
    if narrow != text and "number" in form.get("type", ()) and (number := _scalar_meant(text, ["number"], text)):
        return number
    if form.get("title") == "Id" and _ID.fullmatch(text.replace("-", "_")):
        return f"an id has `_` where this has `-`: write `{text.replace('-', '_')}`"
    if "，" in text:
        return _with_commas(text)
    if re.search(form.get("pattern", "^$"), f"{text}.0") and form.get("title") == "Version":
        return Meant(f"{text}.0", text, f"a version has three numbers: write {text}.0")
    return _hint_for_text(text, []) or example_of(form)


def hint_for_key(key: str, meant: Meant | None = None, unused: list[str] | None = None) -> Hint:
    """What to do about a key that is not known, or has not the form of a name."""
    if "：" in key:
        words = "`：` is the colon of a Chinese keyboard; YAML needs `:` and a space after it"
        return Meant(re.sub("： *", ": ", key), key, words, certain=key.count("：") == 1)
    if re.search(r":[^\S ]", key):
        return Meant(re.sub(r":[^\S ]", ": ", key), key, ODD_SPACE)
    glued = re.match(r"([^:]+):(?=\S)", key)
    if glued:
        words = f"a space is missing after the colon of `{glued.group(1)}:`"
        return Meant(f"{glued.group()} {key[glued.end() :]}", key, words, certain=key.count(":") == 1)
    if "，" in key:
        return "`，` is the comma of a Chinese keyboard; YAML needs `,`"
    if meant:
        return meant
    return f"keys that may stand here: {', '.join(unused[:20])}" if unused else None


def hint_for_type(value: Any, types: list[str], form: dict[str, Any], written: str) -> Hint:
    """The slip that most likely gave a value the wrong type, or else what its definition says."""
    expected = example_of(form)
    if "enum" in form and not isinstance(value, str):
        return f"write one of {', '.join(str(option) for option in form['enum'])}"
    if isinstance(value, str):
        return _scalar_meant(value, types, written) or _hint_for_text(value, types) or expected
    if isinstance(value, dict) and "string" in types and value and all(item is None for item in value.values()):
        return "a text that begins with `{` needs quotes"
    if isinstance(value, int | float) and "string" in types and not {"number", "integer"} & set(types):
        if re.search(form.get("pattern", ""), written):
            words = f'without quotes this is no text; write "{written}"'
            # of any other text it may be the value that is wrong
            return Meant(f'"{written}"', written, words, "pattern" in form and not isinstance(value, bool))
        words, three = f"without quotes this is no text. {expected}", f"{written}.0"
        whole = form.get("title") == "Version" and re.search(form["pattern"], three)
        return Meant(three, written, f"{words}\nwrite {three}") if whole else words
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
    return None


def _scalar_meant(value: str, types: list[str], written: str) -> Meant | None:
    """The number, or the yes or no, that stands as a text where only that can be meant."""
    narrow = _narrow(value)
    number = bool(re.fullmatch(r"[-+]?[0-9.]{1,40}", narrow)) and resolve(narrow)
    if {"number", "integer"} & set(types) and not isinstance(number, bool | str):
        words = "without quotes" if narrow == value else "without the signs of a Chinese keyboard"
        whole = isinstance(number, int) or "number" in types
        return Meant(narrow, written, f"write {narrow}, {words}", certain=whole and len(types) == 1)
    if "boolean" in types and value.lower() in _YES_AND_NO:
        words = "only `true` and `false`, in small letters, are read as yes and no"
        return Meant(_YES_AND_NO[value.lower()], written, words, certain=types == ["boolean"])
    return None


def _narrow(text: str) -> str:
    """A text as it would be without a Chinese keyboard."""
    return unicodedata.normalize("NFKC", text.strip("“”‘’")).replace("。", ".").strip()


def _with_commas(text: str) -> Meant:
    """What becomes of words that a Chinese comma has made into one."""
    words = "`，` is the comma of a Chinese keyboard; YAML needs `,`"
    return Meant(re.sub(r"，\s*", ", ", text), text, words)


def _shortened(value: str) -> str:
    line = without_secret(" ".join(value.split()))
    return line if len(line) <= 40 else f"{line[:39]}…"
