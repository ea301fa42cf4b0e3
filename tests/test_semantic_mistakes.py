"""One mistyped name in a right ruleset is one problem, at its place: tried at every name of the accepted rulesets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rulecard.formulas.formula import Call, Comparison, Literal, Name, Node, OneOf, walk
from rulecard.language.loading import load
from rulecard.language.model import Formula, Ruleset
from rulecard.language.order import all_formulas
from rulecard.problems import Location

from .verdict import ACCEPTED, named, problems_of

# alone in its file, so that changing the file changes the ruleset
RULESETS = [
    file
    for file in ACCEPTED
    if (loaded := load(file)[0] if "\nruleset:" in f"\n{file.read_text(encoding='utf-8')}" else None) is not None
    and len(loaded.origin.documents) == 1
]
# no name of the accepted files, and none that is near to one
STRANGE = "zqzqzq"


def formulas(ruleset: Ruleset) -> Iterator[Formula]:
    """Every formula that stands in the file, each once."""
    yield from (one for one in all_formulas(ruleset) if one.path[-1] not in ("goal", "red_flag", "overall"))
    for metric in ruleset.metrics.values():
        yield from metric.score.written
        yield from [metric.target] if metric.target else []
    for item in ruleset.inputs.values():
        yield from (one for one in (item.formula, item.where) if one is not None)


def is_level(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "level"


def names(ruleset: Ruleset) -> Iterator[Location]:
    """The place of each name in a formula, and of each level that one is compared with."""
    for formula in formulas(ruleset):
        for node in walk(formula.node):
            levels: list[Node] = []
            if isinstance(node, OneOf) and is_level(node.item):
                levels = list(node.options)
            elif isinstance(node, Comparison) and is_level(node.left):
                levels = [node.right]
            for piece in [node] if isinstance(node, Name) else levels:
                if isinstance(piece, Name | Literal) and piece.end > piece.start:
                    start, end = piece.start + formula.offset, piece.end + formula.offset
                    yield ruleset.origin.inside(formula.path, start, end)


def references(ruleset: Ruleset) -> Iterator[Location]:
    """The place of each name that stands outside of formulas as a value."""
    origin = ruleset.origin
    for advice in ruleset.advice.values():
        data = origin.data["advice"][advice.id]
        for section in ("metrics", "stages"):
            yield from (origin.at((*advice.path, section, place)) for place in range(len(data.get(section) or ())))
    for metric in ruleset.metrics.values():
        yield from (origin.at((*band.path, "level")) for band in (metric.bands.all_bands() if metric.bands else ()))
    for group in ruleset.groups.values():
        members = origin.data["groups"][group.id].get("metrics")
        if isinstance(members, list):
            yield from (origin.at((*group.path, "metrics", place)) for place in range(len(members)))
    if ruleset.stages is not None:
        if ruleset.stages.default is not None:
            yield origin.at(("stages", "default"))
        yield from (origin.at(("stages", "choose", place, "stage")) for place in range(len(ruleset.stages.choose)))


@pytest.mark.parametrize("file", RULESETS, ids=named(RULESETS))
def test_one_mistyped_name_is_one_problem(file: Path, tmp_path: Path) -> None:
    ruleset, _ = load(file)
    assert ruleset is not None
    text = file.read_text(encoding="utf-8")
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    tried = 0
    for place in dict.fromkeys([*names(ruleset), *references(ruleset)]):
        start, end = starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1
        word = text[start:end]
        quote = word[0] if word[0] in "\"'" else ""
        changed = tmp_path / file.name
        changed.write_text(f"{text[:start]}{quote}{STRANGE}{quote}{text[end:]}", encoding="utf-8")
        found = [
            (problem.location.line, problem.location.column) for problem in problems_of(changed) if problem.location
        ]
        assert found == [(place.line, place.column)], f"{word} in line {place.line}: {problems_of(changed)}"
        tried += 1
    assert tried, "no name was tried"


def test_there_are_rulesets_to_try() -> None:
    assert len(RULESETS) >= 8
