"""Mistakes in the shape of a document: keys, types, options and numbers out of bounds."""

from __future__ import annotations

from random import Random

import yaml

from . import vocabulary
from .mistakes import Mistake, long_enough, makes, misspelt
from .texts import Entry, Text


def _words(text: Text) -> list[Entry]:
    keys = [one for one in text.entries if one.key is not None and one.path[0] != "meta"]
    return [one for one in keys if vocabulary.is_word(text, one)]


def _taken_out(text: Text, entry: Entry) -> tuple[int, int]:
    """The characters of an entry with what parts it from the others; the map must hold another one."""
    items = entry.holder.value
    at = next(index for index, (key, _) in enumerate(items) if key is entry.key)
    if entry.flow:
        if at + 1 < len(items):
            return entry.key.start_mark.index, items[at + 1][0].start_mark.index
        return items[at - 1][1].end_mark.index, entry.value.end_mark.index
    start = entry.key.start_mark.index
    if at + 1 < len(items):
        return start, items[at + 1][0].start_mark.index
    # a value of several lines ends for PyYAML where the next thing begins
    body = text.raw(entry.value).rstrip()
    last = text.line_of(entry.value.start_mark.index + max(len(body) - 1, 0))
    return text.starts[text.line_of(start) - 1], text.starts[last] if last < len(text.starts) else len(text.text)


@makes("a misspelt key")
def misspelt_key(text: Text, random: Random) -> Mistake | None:
    choice = [one for one in _words(text) if long_enough(str(one.path[-1]))]
    if not choice:
        return None
    entry = random.choice(choice)
    word, start = str(entry.path[-1]), entry.key.start_mark.index
    wrong = misspelt(word, frozenset(vocabulary.words_beside(text, entry)), random)
    if wrong is None:
        return None
    return Mistake(start, entry.key.end_mark.index, wrong, (start,), word)


@makes("a required key left out")
def missing_key(text: Text, random: Random) -> Mistake | None:
    choice = [
        one
        for one in _words(text)
        if len(one.path) > 1 and vocabulary.is_required(text, one) and len(one.holder.value) > 1
    ]
    if not choice:
        return None
    entry = random.choice(choice)
    start, end = _taken_out(text, entry)
    holder = text.at(*entry.path[:-1])
    assert holder is not None
    # a map that begins with the key itself still begins where it was
    owner = holder.value.start_mark.index if holder.key is None else holder.key.start_mark.index
    places = {owner, holder.value.start_mark.index}
    return Mistake(start, end, "", tuple(sorted(places)))


@makes("a value of another type")
def another_type(text: Text, random: Random) -> Mistake | None:
    choice = []
    for one in _words(text):
        allowed = vocabulary.types(text, one)
        if allowed and isinstance(one.value, yaml.ScalarNode) and "\n" not in text.raw(one.value):
            wrong = [
                new
                for kind, new in (("string", "several"), ("array", "[1]"), ("object", "{a: 1}"), ("boolean", "true"))
                if kind not in allowed
            ]
            choice += [(one, new) for new in wrong]
    if not choice:
        return None
    entry, new = random.choice(choice)
    start = entry.value.start_mark.index
    return Mistake(start, entry.value.end_mark.index, new, (start,))


@makes("a word that is none of the options")
def misspelt_option(text: Text, random: Random) -> Mistake | None:
    words = [one for one in text.entries if one.path[0] != "meta" and isinstance(one.value, yaml.ScalarNode)]
    choice = [
        (one, one.value.value)
        for one in words
        if one.value.value in vocabulary.options(text, one) and long_enough(one.value.value)
    ]
    if not choice:
        return None
    entry, word = random.choice(choice)
    wrong = misspelt(word, frozenset(vocabulary.options(text, entry)), random)
    if wrong is None:
        return None
    start = entry.value.start_mark.index
    return Mistake(start, entry.value.end_mark.index, wrong, (start,), word)


@makes("an unknown kind of evidence")
def evidence_kind(text: Text, random: Random) -> Mistake | None:
    choice = text.matching(r"(?:.*/)?evidence/kind")
    if not choice:
        return None
    start = (entry := random.choice(choice)).value.start_mark.index
    new = random.choice(["guess", "expert", "benchmark", "经验", "interview"])
    return Mistake(start, entry.value.end_mark.index, new, (start,))


@makes("a wrong code of a language")
def language(text: Text, random: Random) -> Mistake | None:
    choice = text.matching(r"(?!meta).*(?:title|description|text|note|because|reason)/(?:zh|en)")
    if not choice:
        return None
    start = (entry := random.choice(choice)).key.start_mark.index
    code = {"zh": ["zh_CN", "chinese", "ZH", "中文", "z"], "en": ["en_US", "english", "EN", "英文", "e"]}
    return Mistake(start, entry.key.end_mark.index, random.choice(code[str(entry.path[-1])]), (start,))


@makes("a number out of bounds")
def out_of_bounds(text: Text, random: Random) -> Mistake | None:
    choice = []
    for entry in text.entries:
        if entry.path[0] == "meta" or not isinstance(entry.value, yaml.ScalarNode):
            continue
        found = vocabulary.forms(text, entry.path)
        if len(found) != 1 or "number" not in vocabulary.types(text, entry):
            continue
        if found[0].get("maximum") == 1:
            choice.append((entry, random.choice(["150%", "1.5", "101%", "-0.2"])))
        elif found[0].get("maximum") == 100:
            choice.append((entry, random.choice(["120", "-5", "100.5"])))
        elif found[0].get("minimum") == 0:
            choice.append((entry, random.choice(["-1", "-30"])))
    if not choice:
        return None
    entry, new = random.choice(choice)
    start = entry.value.start_mark.index
    return Mistake(start, entry.value.end_mark.index, new, (start,))


@makes("a version that is none")
def version(text: Text, random: Random) -> Mistake | None:
    entry = text.at("version")
    if entry is None:
        return None
    start = entry.value.start_mark.index
    return Mistake(start, entry.value.end_mark.index, random.choice(["1.10", "1", "v1.0.0", "1.0", "latest"]), (start,))


@makes("yes for true")
def yes(text: Text, random: Random) -> Mistake | None:
    choice = [one for one in _words(text) if vocabulary.types(text, one) == {"boolean"}]
    if not choice:
        return None
    node = random.choice(choice).value
    start = node.start_mark.index
    return Mistake(start, node.end_mark.index, random.choice(["yes", "True", "on", "1", "是"]), (start,))


@makes("a key of another map")
def foreign_key(text: Text, random: Random) -> Mistake | None:
    keys = {str(one.path[-1]) for one in _words(text)}
    choice = [one for one in _words(text) if one.flow]
    if not choice:
        return None
    one = random.choice(choice)
    beside = vocabulary.words_beside(text, one)
    others = sorted(keys - beside - {str(key.value) for key, _ in one.holder.value})
    # a key that is nearly one of this map's own would be taken for that
    others = [
        other for other in others if not any(other in word or word in other for word in (keys | beside) - {other})
    ]
    if not others:
        return None
    new = f"{random.choice(others)}: 1, "
    start = one.key.start_mark.index
    return Mistake(start, start, new, (start,))
