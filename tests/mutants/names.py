"""Misspelt names: in formulas, and wherever one part of a document names another."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

import yaml

from rulecard.functions import FUNCTIONS

from .mistakes import Mistake, long_enough, makes, misspelt
from .texts import Entry, Formula, Text

_STYLES: dict[str, Callable[[Formula], bool]] = {
    "plain": lambda one: not one.entry.value.style,
    "in quotes": lambda one: one.entry.value.style in ("'", '"'),
    "in a block": lambda one: one.entry.value.style in ("|", ">"),
}


def _taken(text: Text) -> frozenset[str]:
    return text.words | set(FUNCTIONS)


def _in_formula(text: Text, random: Random, fits: Callable[[Formula, int], bool]) -> Mistake | None:
    choice = [
        token
        for formula in text.formulas
        for index, token in enumerate(formula.tokens)
        if long_enough(token.text) and fits(formula, index)
    ]
    if not choice:
        return None
    token = random.choice(choice)
    wrong = misspelt(token.text, _taken(text), random)
    return None if wrong is None else Mistake(token.start, token.end, wrong, (token.start,), token.text)


def _style(style: str) -> None:
    @makes(f"a misspelt name in a formula, {style}")
    def maker(text: Text, random: Random) -> Mistake | None:
        return _in_formula(text, random, lambda formula, index: _STYLES[style](formula) and formula.is_name(index))


for _name in _STYLES:
    _style(_name)


@makes("a misspelt function")
def function(text: Text, random: Random) -> Mistake | None:
    return _in_formula(
        text, random, lambda formula, index: formula.tokens[index].text in FUNCTIONS and formula.after(index) == "("
    )


@makes("a misspelt name in a text with braces")
def in_braces(text: Text, random: Random) -> Mistake | None:
    choice = []
    for entry in text.matching(r"advice/[^/]+/(?:title|text)(?:/\w+)?"):
        if isinstance(entry.value, yaml.ScalarNode):
            start, end = text.inside(entry.value)
            found = re.compile(r"\{([^\W\d]\w*)\}").finditer(text.text, start, end)
            choice += [(one.start(1), one[1]) for one in found if long_enough(one[1])]
    if not choice:
        return None
    at, name = random.choice(choice)
    wrong = misspelt(name, _taken(text), random)
    return None if wrong is None else Mistake(at, at + len(name), wrong, (at,), name)


@makes("a misspelt level in a formula")
def level_in_formula(text: Text, random: Random) -> Mistake | None:
    pattern = re.compile(r"\blevel\(\w+\)\s*(?:[<>=!]=|<|>)\s*(\\?[\"'])(\w+)\\?[\"']")
    choice = [
        (found.start(1), found.start(2), found[2])
        for formula in text.formulas
        for found in pattern.finditer(text.text, formula.start, formula.end)
        if long_enough(found[2])
    ]
    if not choice:
        return None
    quote, at, name = random.choice(choice)
    wrong = misspelt(name, _taken(text), random)
    if wrong is None:
        return None
    # the name stands in quotes, and these belong to it
    return Mistake(at, at + len(name), wrong, (quote, at), name)


_KEY, _VALUE = "key", "value"
# What names something, as a pattern of its path; whether the key or the value is the name.
_REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "level": (
        (r"(?:metrics/[^/]+|overall)/bands(?:/\w+)?/\d+/level", _VALUE),
        (r"tests/\d+/expect(?:/\d+)?/levels/.*", _VALUE),
        (r"tests/\d+/expect(?:/\d+)?/level", _VALUE),
        (r"tests/\d+/edges/.*", _VALUE),
    ),
    "member of a group": (
        (r"groups/[^/]+/(?:metrics|groups)/\d+", _VALUE),
        (r"groups/[^/]+/(?:metrics|groups)/.*", _KEY),
    ),
    "member in weights": (
        (r"stages/profiles/[^/]+/weights/.*", _KEY),
        (r"overall/weights/.*", _KEY),
    ),
    "stage": (
        (r"stages/choose/\d+/stage", _VALUE),
        (r"stages/default", _VALUE),
        (r"advice/[^/]+/stages/\d+", _VALUE),
        (r"tests/\d+/stage", _VALUE),
    ),
    "action": ((r"advice/[^/]+/actions/\d+", _VALUE),),
    "metric of an advice": ((r"advice/[^/]+/metrics/\d+", _VALUE),),
    "source": (
        (r"inputs/[^/]+/from", _VALUE),
        (r"inputs/[^/]+/(?:conversion|retention)/(?:from|to|cohort)", _VALUE),
        (r"sources/[^/]+/lookup/[^/]+", _KEY),
    ),
    "column": (
        (r"sources/[^/]+/unique/\d+", _VALUE),
        (r"sources/[^/]+/lookup/[^/]+/columns/\d+", _VALUE),
        (r"inputs/[^/]+/(?:conversion|retention)/id", _VALUE),
    ),
    "category": ((r"metrics/[^/]+/bands/by", _VALUE),),
    "name in a case": (
        (r"tests/\d+/expect(?:/\d+)?/(?:metrics|levels|scores|status)/.*", _KEY),
        (r"tests/\d+/inputs(?:/\d+)?/(?!period$|entity$)[^/]+", _KEY),
        (r"tests/\d+/expect(?:/\d+)?/(?:no_)?advice/\d+", _VALUE),
        (r"tests/\d+/params/.*", _KEY),
        (r"tests/\d+/metric", _VALUE),
    ),
}  # fmt: skip


def _named(text: Text, kind: str) -> list[tuple[Entry, str]]:
    return [
        (entry, part)
        for pattern, part in _REFERENCES[kind]
        for entry in text.matching(pattern)
        if (isinstance(entry.value, yaml.ScalarNode) if part == _VALUE else entry.key is not None)
    ]


def _reference(kind: str) -> None:
    @makes(f"a misspelt {kind}")
    def maker(text: Text, random: Random) -> Mistake | None:
        choice = []
        for entry, part in _named(text, kind):
            node = entry.key if part == _KEY else entry.value
            name = str(node.value)
            # an action may be a text of its own
            if not node.style and long_enough(name) and re.fullmatch(r"[^\W\d]\w*", name) and name != "null":
                choice.append((node, name))
        if not choice:
            return None
        node, name = random.choice(choice)
        wrong = misspelt(name, _taken(text), random)
        start = node.start_mark.index
        return None if wrong is None else Mistake(start, node.end_mark.index, wrong, (start,), name)


for _name in _REFERENCES:
    _reference(_name)


@makes("a misspelt path of an overlay")
def overlay_path(text: Text, random: Random) -> Mistake | None:
    if text.kind != "overlay":
        return None
    choice = [(entry.key, entry.path[-1]) for entry in text.matching(r"set/.*") if len(entry.path) == 2]
    choice += [(entry.value, entry.value.value) for entry in text.matching(r"remove/\d+")]
    nodes = [(node, str(path)) for node, path in choice if "." in str(path)]
    if not nodes:
        return None
    node, path = random.choice(nodes)
    steps = path.split(".")
    at = random.choice([index for index, step in enumerate(steps) if long_enough(step)])
    wrong = misspelt(steps[at], _taken(text), random)
    if wrong is None or "." in wrong:
        return None
    start = node.start_mark.index
    new = ".".join([*steps[:at], wrong, *steps[at + 1 :]])
    return Mistake(start, node.end_mark.index, new, (start,), path)


@makes("a misspelt declaration")
def declaration(text: Text, random: Random) -> Mistake | None:
    """A name that is declared otherwise than it is used, in two places or more."""
    uses = [
        token.text
        for formula in text.formulas
        if formula.entry.path[0] not in ("inputs", "sources")
        for index, token in enumerate(formula.tokens)
        if formula.is_name(index)
    ]
    for kind in _REFERENCES:
        uses += [str((entry.key if part == _KEY else entry.value).value) for entry, part in _named(text, kind)]
    choice = []
    for entry in text.matching(r"(?:inputs|params|metrics|groups|actions)/[^/]+|stages/profiles/[^/]+"):
        name = str(entry.path[-1])
        if text.kind == "ruleset" and uses.count(name) >= 2 and long_enough(name):
            choice.append((entry.key, name))
    if not choice:
        return None
    node, name = random.choice(choice)
    wrong = misspelt(name, _taken(text), random)
    if wrong is None or "-" in wrong:
        return None
    start = node.start_mark.index
    return Mistake(start, node.end_mark.index, wrong, (start,), name)


@makes("a misspelt document")
def document(text: Text, random: Random) -> Mistake | None:
    """The file of a pack, or the document that another one builds on."""
    pattern = {
        "pack": r"(?:rulesets|overlays)/\d+|sample",
        "overlay": "extends",
        "ruleset": "extends",
        "cases": "cases",
    }
    nodes = [entry.value for entry in text.matching(pattern.get(text.kind, "-")) if not entry.value.style]
    if not nodes:
        return None
    node = random.choice(nodes)
    found = re.search(r"([\w-]+)(\.yaml)?$", node.value)
    wrong = misspelt(found[1], _taken(text), random) if found and long_enough(found[1]) else None
    if found is None or wrong is None:
        return None
    start = node.start_mark.index
    new = node.value[: found.start(1)] + wrong + (found[2] or "")
    return Mistake(start, node.end_mark.index, new, (start,), node.value)
