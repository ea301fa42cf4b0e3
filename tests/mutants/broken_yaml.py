"""Text that is no YAML any more, or YAML that says something else than it seems to."""

from __future__ import annotations

import re
from random import Random

import yaml

from .mistakes import Mistake, makes
from .texts import Entry, Text


def _pairs(text: Text) -> list[Entry]:
    return [one for one in text.entries if one.key is not None and one.path[0] != "meta"]


def _block(text: Text) -> list[Entry]:
    """Entries of maps that are written line by line, each at the start of its line, below another one."""
    found = []
    for one in _pairs(text):
        line = text.starts[text.line_of(one.key.start_mark.index) - 1]
        if not one.flow and not text.text[line : one.key.start_mark.index].strip():
            found.append(one)
    return found


def _simple(one: Entry) -> bool:
    return isinstance(one.value, yaml.ScalarNode) and one.value.style not in ("|", ">") and bool(one.value.value)


@makes("no space after a colon")
def no_space(text: Text, random: Random) -> Mistake | None:
    choice = [one for one in _pairs(text) if _simple(one) and not one.key.style]
    choice = [one for one in choice if text.text[one.key.end_mark.index :].startswith(": ")]
    if not choice:
        return None
    one = random.choice(choice)
    colon = one.key.end_mark.index
    return Mistake(colon + 1, colon + 2, "", (colon, one.key.start_mark.index))


@makes("a full-width colon")
def wide_colon(text: Text, random: Random) -> Mistake | None:
    choice = [one for one in _pairs(text) if text.text[one.key.end_mark.index] == ":"]
    if not choice:
        return None
    one = random.choice(choice)
    colon = one.key.end_mark.index
    end = colon + 2 if text.text[colon + 1] == " " and random.random() < 0.5 else colon + 1
    return Mistake(colon, end, "：", (colon, one.key.start_mark.index))


@makes("a full-width comma between entries")
def wide_comma(text: Text, random: Random) -> Mistake | None:
    choice = []
    for one in text.entries:
        node = one.value
        # texts may hold such a comma
        texts = (text.kind == "dataset" or one.path[-1] == "one_of") and isinstance(node, yaml.SequenceNode)
        if one.path[0] == "meta" or texts or not isinstance(node, yaml.CollectionNode):
            continue
        if node.flow_style and len(node.value) > 1:
            ends = [item[1] if isinstance(item, tuple) else item for item in node.value[:-1]]
            # in a list of words the sign becomes a part of one, which begins before it
            choice += [
                (end.end_mark.index, end.start_mark.index) for end in ends if text.text[end.end_mark.index] == ","
            ]
    if not choice:
        return None
    at, word = random.choice(choice)
    return Mistake(at, at + 1, "，", (at, word))


@makes("a comma left out between entries")
def no_comma(text: Text, random: Random) -> Mistake | None:
    choice = []
    for one in text.entries:
        node = one.value
        if one.path[0] != "meta" and isinstance(node, yaml.MappingNode) and node.flow_style and len(node.value) > 1:
            for index, (_, value) in enumerate(node.value[:-1]):
                end = value.end_mark.index
                # the colon that follows, the next key, or the comma that is not there
                following = node.value[index + 1][0]
                if text.text[end] == "," and text.line_of(end) == text.line_of(following.start_mark.index):
                    # everything behind is one to the left
                    key = (following.start_mark.index - 1, following.end_mark.index - 1)
                    choice.append((end, (value.start_mark.index, end, *key)))
    if not choice:
        return None
    at, places = random.choice(choice)
    return Mistake(at, at + 1, "", places)


@makes("a quote that is not closed")
def open_quote(text: Text, random: Random) -> Mistake | None:
    choice = [
        one.value for one in text.entries
        if one.path[0] != "meta" and isinstance(one.value, yaml.ScalarNode) and one.value.style in ("'", '"')
    ]  # fmt: skip
    if not choice:
        return None
    node = random.choice(choice)
    end = node.end_mark.index
    return Mistake(end - 1, end, "", (node.start_mark.index,))


@makes("a quote that is not opened")
def no_quote(text: Text, random: Random) -> Mistake | None:
    choice = [
        one.value for one in text.entries
        if one.path[0] != "meta" and isinstance(one.value, yaml.ScalarNode) and one.value.style == '"'
        and re.search(r": |, \w+: ", text.raw(one.value)) and "\n" not in text.raw(one.value)
    ]  # fmt: skip
    if not choice:
        return None
    node = random.choice(choice)
    start, end = node.start_mark.index, node.end_mark.index
    # the colon is behind what is gone
    inside = [found.start() + start for found in re.finditer(r": ", text.text[start + 1 : end])]
    return Mistake(start, start + 1, "", (start, *inside[:1], end - 2))


@makes("a bracket that is not closed")
def open_bracket(text: Text, random: Random) -> Mistake | None:
    choice = [
        one.value for one in text.entries
        if one.path[0] != "meta" and isinstance(one.value, yaml.CollectionNode) and one.value.flow_style
    ]  # fmt: skip
    if not choice:
        return None
    node = random.choice(choice)
    start, end = node.start_mark.index, node.end_mark.index
    # of brackets inside brackets the closing one of the outer is taken for that of the inner
    outer = [
        other.start_mark.index for other in choice if other.start_mark.index < start and other.end_mark.index >= end
    ]
    return Mistake(end - 1, end, "", (start, end - 1, *outer))


@makes("a bracket too many")
def extra_bracket(text: Text, random: Random) -> Mistake | None:
    choice = [
        one for one in text.entries
        if one.path[0] != "meta" and isinstance(one.value, yaml.CollectionNode)
        and one.value.flow_style and not one.flow
    ]  # fmt: skip
    if not choice:
        return None
    end = (one := random.choice(choice)).value.end_mark.index
    return Mistake(end, end, "}" if isinstance(one.value, yaml.MappingNode) else "]", (end,))


@makes("a line indented by one more or less")
def indentation(text: Text, random: Random) -> Mistake | None:
    choice = []
    for one in _block(text):
        first = one.holder.value[0][0] is one.key
        above = next((other for other in text.entries if other.path == one.path[:-1]), None)
        if first or above is None or above.key is None:
            continue
        choice.append(one)
    if not choice:
        return None
    one = random.choice(choice)
    start = one.key.start_mark.index
    line = text.starts[text.line_of(start) - 1]
    if random.random() < 0.5:
        return Mistake(line, line, " ", (line, start + 1, one.key.end_mark.index + 1))
    return Mistake(line, line + 1, "", (line, start - 1, one.key.end_mark.index - 1))


@makes("a tab in the indentation")
def tab(text: Text, random: Random) -> Mistake | None:
    choice = [one for one in _block(text) if one.key.start_mark.column >= 2]
    if not choice:
        return None
    start = (one := random.choice(choice)).key.start_mark.index
    line = text.starts[text.line_of(start) - 1]
    return Mistake(line, start, "\t" * (one.key.start_mark.column // 2), (line,))


@makes("a key twice")
def twice(text: Text, random: Random) -> Mistake | None:
    choice = [one for one in _block(text) if _simple(one) and len(one.path) > 1]
    if not choice:
        return None
    one = random.choice(choice)
    start = one.key.start_mark.index
    line = text.starts[text.line_of(start) - 1]
    last = one.value.end_mark.index
    copy = text.text[line:last] + "\n"
    return Mistake(line, line, copy, (start + len(copy),))


@makes("a colon in a text without quotes")
def second_colon(text: Text, random: Random) -> Mistake | None:
    choice = [
        one for one in text.matching(r"(?!meta).*(?:title|description|note|because)(?:/\w+)?")
        if _simple(one) and not one.value.style and not one.flow and " " in text.raw(one.value)
        and "\n" not in text.raw(one.value)
    ]  # fmt: skip
    if not choice:
        return None
    one = random.choice(choice)
    at = text.text.index(" ", one.value.start_mark.index)
    return Mistake(at, at, ":", (at,))


@makes("a formula with a comma in a map without quotes")
def comma_in_flow(text: Text, random: Random) -> Mistake | None:
    choice = [
        one for one in text.formulas
        if one.entry.flow and not one.entry.value.style and re.fullmatch(r"metrics/[^/]+/formula", one.entry.way)
    ]  # fmt: skip
    if not choice:
        return None
    one = random.choice(choice)
    raw = text.text[one.start : one.end]
    rest = one.start + len("greatest(") + len(raw) + len(", ")
    return Mistake(one.start, one.end, f"greatest({raw}, 0)", (one.start, rest - 2, rest))


@makes("no space after a dash")
def no_dash_space(text: Text, random: Random) -> Mistake | None:
    choice = []
    for one in text.entries:
        start = one.value.start_mark.index
        if one.key is None and not one.flow and text.text[start - 2 : start] == "- " and one.path[0] != "meta":
            choice.append(start - 2)
    if not choice:
        return None
    at = random.choice(choice)
    return Mistake(at + 1, at + 2, "", (at,))


@makes("a space that is none to YAML")
def odd_space(text: Text, random: Random) -> Mistake | None:
    choice = [one for one in _pairs(text) if _simple(one) and text.text[one.key.end_mark.index :].startswith(": ")]
    if not choice:
        return None
    one = random.choice(choice)
    colon = one.key.end_mark.index
    return Mistake(colon + 1, colon + 2, random.choice("\u3000\u00a0"), (colon, colon + 1, one.key.start_mark.index))
