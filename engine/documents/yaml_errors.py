"""What libyaml says of a text that is not YAML, in words that tell an analyst what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

from yaml import YAMLError

from ..problems import Problem
from .document import Source
from .yaml_indentation import respaced
from .yaml_slips import Finding, Trouble, chinese_keyboard, glued


def explain_syntax(error: YAMLError, source: Source, last_scalar: tuple[int, int, str], opened: int) -> Problem:
    """The problem behind an error of libyaml or of PyYAML's own parser, at the place where it can be mended."""
    problem_mark, context_mark = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    words = " ".join(str(part) for part in (getattr(error, "context", ""), getattr(error, "problem", "")) if part)
    at = min(problem_mark.index, len(source.text)) if problem_mark else 0
    trouble = Trouble(words.lower(), at, context_mark.index if context_mark else -1, source, last_scalar, opened)
    finding = None
    if problem_mark is None:
        finding = _unreadable(error, trouble)
    for rule in _RULES:
        finding = finding or rule(trouble)
    if finding is None:
        finding = Finding(f"this is not YAML: {words or error}", None, at, at + 1)
    end = min(max(finding.end, finding.start), len(source.text))
    return source.problem("RC101", finding.message, min(finding.start, end), end, finding.hint, finding.changes)


def _unreadable(error: YAMLError, trouble: Trouble) -> Finding:
    """A character that YAML does not allow anywhere, such as a control character."""
    text = trouble.source.text
    bad = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]", text)
    if bad is None:
        return Finding(f"this is not YAML: {getattr(error, 'reason', error)}", None, 0, 1)
    message = f"the character U+{ord(bad.group()):04X} is not allowed in YAML"
    return Finding(message, "delete it; it cannot be seen in most editors", bad.start(), bad.end())


def _tab(trouble: Trouble) -> Finding | None:
    text, at = trouble.source.text, trouble.at
    starts_line = "\t" in re.match(r"\s*", trouble.line(at)).group()  # type: ignore[union-attr]  # matches always
    if text[at : at + 1] != "\t" and not ("tab" in trouble.words and starts_line):
        return None
    if text[at : at + 1] != "\t":
        at = trouble.source.starts[trouble.line_number(at) - 1] + trouble.line(at).index("\t")
    hint = "YAML is indented with spaces; replace each tab by two spaces"
    return Finding("a tab stands where YAML needs spaces", hint, at, at + 1, respaced(trouble.source))


def _forbidden_start(trouble: Trouble) -> Finding | None:
    if "cannot start any token" not in trouble.words and "mapping keys are not allowed" not in trouble.words:
        return None
    char = trouble.source.text[trouble.at : trouble.at + 1]
    shown = "a backtick" if char == "`" else f"`{char}`"
    return Finding(f"a value cannot begin with {shown}", "put the value in quotes", trouble.at, trouble.at + 1)


def _anchor_without_name(trouble: Trouble) -> Finding | None:
    if "alphabetic or numeric" not in trouble.words and "tag" not in trouble.words.split():
        return None
    at = trouble.begun if trouble.begun >= 0 else trouble.at
    char = trouble.source.text[at : at + 1]
    return Finding(f"a value cannot begin with `{char}`", "put the value in quotes", at, at + 1)


def _no_value(trouble: Trouble) -> Finding | None:
    """A comma or a closing bracket where a value should be."""
    if "expected node content" not in trouble.words and "expected the node content" not in trouble.words:
        return None
    text, opened = trouble.source.text, trouble.opened
    if not text[trouble.at :].strip() and text[opened : opened + 1] in ("{", "["):
        closing = {"{": "}", "[": "]"}[text[opened]]
        return Finding(f"`{text[opened]}` is opened here and never closed", f"add `{closing}`", opened, opened + 1)
    shown = trouble.source.text[trouble.at : trouble.at + 1].strip()
    if not shown:
        return Finding("a value is missing here", "write the value, or remove what leads to it", trouble.at, trouble.at)
    hint = "put the value in quotes, or remove the character"
    return Finding(f"a value cannot begin with `{shown}`", hint, trouble.at, trouble.at + 1)


def _open_quote(trouble: Trouble) -> Finding | None:
    """A quote that is never closed, or one that is closed by the quote that was to open the next text."""
    begun = trouble.begun
    if "quoted scalar" in trouble.words and "end of stream" in trouble.words:
        return Finding("a quote is opened here and never closed", "add the closing quote", begun, begun + 1)
    if "quoted scalar" in trouble.words and "document indicator" in trouble.words:
        return Finding("a quote is opened here and never closed", "add the closing quote", begun, begun + 1)
    start, end, style = trouble.last_scalar
    several_lines = "\n" in trouble.source.text[start:end]
    stumbled = "expected" in trouble.words or "cannot start" in trouble.words
    behind = start < trouble.at and trouble.line_number(trouble.at) == trouble.line_number(end)
    # where it holds another key, what seems to be its end opens the value of that one
    holds_a_key = re.search(r",\s*(\w+:\s|$)", trouble.source.text[start : end - 1])
    if style in ("'", '"') and stumbled and behind and holds_a_key:
        return Finding("a quote is opened here and never closed", "add the closing quote", start, start + 1)
    if style in ("'", '"') and several_lines and stumbled and behind:
        message = f"a quote is opened here and closed only in line {trouble.line_number(end)}"
        return Finding(message, f"a quote seems to be missing in line {trouble.line_number(start)}", start, start + 1)
    return None


def _escape(trouble: Trouble) -> Finding | None:
    if "escape" not in trouble.words and "hexdecimal" not in trouble.words:
        return None
    at = trouble.source.text.rfind("\\", 0, trouble.at + 1)
    at = at if at >= 0 else trouble.at
    shown = trouble.source.text[at : at + 2]
    hint = "in double quotes `\\` begins an escape; write `\\\\`, or use single quotes"
    return Finding(f"`{shown}` is not an escape that YAML knows", hint, at, at + 2)


def _no_colon(trouble: Trouble) -> Finding | None:
    if "could not find expected ':'" not in trouble.words:
        return None
    at = trouble.begun if trouble.begun >= 0 else trouble.at
    start = trouble.source.starts[trouble.line_number(at) - 1]
    line = trouble.line(at)
    return Finding(
        f"`{line.strip()[:60]}` has no colon: a line of a map is `key: value`",
        "add the colon; if the line goes on with the text above, indent it deeper or use `|`",
        at,
        start + len(line.rstrip()),
    )


def _second_colon(trouble: Trouble) -> Finding | None:
    if "unexpected ':'" in trouble.words:
        hint = "write a space after the colon, or put the text in quotes"
        return Finding("a colon cannot stand here", hint, trouble.at, trouble.at + 1)
    if "mapping values are not allowed" not in trouble.words:
        return None
    at = trouble.at
    column = trouble.source.location(at, at).column
    before = trouble.line(at)[: column - 1]
    if re.search(r":\s", before) or (before.lstrip().startswith("- ") and ":" in before.lstrip()[2:]):
        hint = 'a value that holds `: ` needs quotes around it, such as "Note: see below"'
        return Finding("a second colon in one line", hint, at, at + 1)
    start = at - len(before.lstrip())
    hint = "the line above has a value already, so this line must begin in the same column as its key"
    return Finding("this line is indented deeper than it can be", hint, start, at)


def _flow(trouble: Trouble) -> Finding | None:
    """Inside `{…}` or `[…]`."""
    if "flow" not in trouble.words or "expected" not in trouble.words:
        return None
    opening = trouble.source.text[trouble.begun : trouble.begun + 1] if trouble.begun >= 0 else ""
    on_a_line_above = trouble.begun >= 0 and trouble.line_number(trouble.begun) < trouble.line_number(trouble.at)
    before = trouble.source.text[trouble.source.starts[trouble.line_number(trouble.at) - 1] : trouble.at]
    # in a line that holds entries already it is between two of these that something is missing
    if on_a_line_above and opening in "{[" and not re.search(r": |,", before):
        closing = {"{": "}", "[": "]"}.get(opening, "")
        message = f"`{opening}` is opened here and not closed before line {trouble.line_number(trouble.at)}"
        hint = f"add `{closing}`; entries on several lines are parted by commas"
        return Finding(message, hint, trouble.begun, trouble.begun + 1)
    closing = trouble.source.text[trouble.at : trouble.at + 1]
    if opening + closing in ("[}", "{]"):
        message = f"`{opening}` is opened here and not closed before `{closing}`"
        return Finding(message, "close it where its last entry ends", trouble.begun, trouble.begun + 1)
    hint = "entries in `{…}` and `[…]` are parted by commas; a text that holds `, : { } [ ]` needs quotes"
    return Finding("a comma or a closing bracket is missing before this", hint, trouble.at, trouble.at + 1)


def _dash(trouble: Trouble) -> Finding | None:
    if "sequence entries are not allowed" in trouble.words:
        hint = "begin the list on the next line, or put the value in quotes if it is text"
        return Finding("a list cannot begin here", hint, trouble.at, trouble.at + 1)
    if "block collection" in trouble.words or "expected '-' indicator" in trouble.words:
        hint = "every item of this list begins with `- ` in the same column"
        return Finding("an item of the list is expected here", hint, trouble.at, trouble.at + 1)
    return None


def _after_value(trouble: Trouble) -> Finding | None:
    """Something behind a quoted text or a closing bracket, or a line in a column where nothing began."""
    if "block mapping" not in trouble.words and "document start" not in trouble.words:
        return None
    start = trouble.source.starts[trouble.line_number(trouble.at) - 1]
    before = trouble.source.text[start : trouble.at]
    if before.strip():
        hint = "put the whole value in quotes; quotes inside it are then doubled or of the other kind"
        if trouble.source.text[trouble.at : trouble.at + 1] in ("}", "]"):
            hint = "remove the bracket, or open one"
        elif re.search(r":\s+[{\[]", before):
            hint = "a text that begins with `{` or `[` needs quotes"
        return Finding("something stands behind the end of the value", hint, trouble.at, trouble.at + 1)
    hint = "lines of one map begin in the same column"
    return Finding("this line begins in a column that fits no line above", hint, trouble.at, trouble.at + 1)


def _block_header(trouble: Trouble) -> Finding | None:
    if "block scalar" not in trouble.words:
        return None
    hint = "behind `|` or `>` the line ends; the text follows in the next lines, indented"
    return Finding("a text cannot begin in the same line as `|` or `>`", hint, trouble.at, trouble.at + 1)


def _directive(trouble: Trouble) -> Finding | None:
    if "directive" not in trouble.words and "incompatible" not in trouble.words:
        return None
    start = trouble.source.starts[trouble.line_number(trouble.at) - 1]
    line = trouble.line(trouble.at)
    if not line.startswith("%"):
        start, line = 0, trouble.source.line(1)
    hint = "Rulecard reads YAML 1.2 and no tags; remove the line"
    return Finding(f"the directive `{line}` is not used here", hint, start, start + len(line))


_RULES: tuple[Callable[[Trouble], Finding | None], ...] = (
    _tab,
    chinese_keyboard,
    glued,
    _open_quote,
    _forbidden_start,
    _anchor_without_name,
    _no_value,
    _escape,
    _no_colon,
    _second_colon,
    _flow,
    _dash,
    _block_header,
    _directive,
    _after_value,
)
