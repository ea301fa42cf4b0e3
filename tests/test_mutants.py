"""One mistake in a right document is found, told once and at its place, with the name that was meant."""

from __future__ import annotations

import re

import pytest

from .mutants import score
from .mutants.mistakes import MAKERS

PAGE = (score.ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
# Two of each kind: the shares of the page are of more, and may differ by what one mutant weighs in these.
FEW = 2 * len(MAKERS)


@pytest.fixture(scope="module")
def tally() -> score.Tally:
    return score.run(FEW, score.SEED)


def test_mistakes_are_told_well(tally: score.Tally) -> None:
    assert tally.made.total() == FEW
    for measure, share in tally.summary().items():
        assert share >= score.GOALS[measure], "\n".join([measure, *tally.missed])


def test_the_page_is_of_these_mistakes_and_has_such_figures(tally: score.Tally) -> None:
    assert f"`python -m tests.mutants {score.COUNT} {score.SEED}`:" in PAGE
    rows = dict(re.findall(r"^\| ([^|*]+) \| (\d+) \|", PAGE, re.MULTILINE))
    # of so few, one that hardly any document can have may be missing
    assert set(tally.made) <= set(rows) <= set(MAKERS), "run python -m tests.mutants --write"
    assert sum(map(int, rows.values())) == score.COUNT
    (shares,) = re.findall(r"^\| \*\*all\*\* \| \*\*\d+\*\* \| (.*) \|$", PAGE, re.MULTILINE)
    shown = [float(share.strip("*%")) / 100 for share in shares.split(" | ")]
    for (measure, share), of_the_page in zip(tally.summary().items(), shown, strict=True):
        assert of_the_page >= score.GOALS[measure]
        # what is fixed differs by kind, and there are few of each
        near = 0.1 if measure == "fixed" else 0.03
        assert abs(share - of_the_page) <= near, f"{measure}: run python -m tests.mutants --write"


def test_a_mistake_that_is_not_told_counts() -> None:
    mutant = next(score.mutants(1, 1))
    tally = score.Tally()
    tally.count(mutant, [], None)
    assert set(tally.summary().values()) <= {0.0}
    assert len(tally.missed) == 1
    assert tally.mended_otherwise == []
    tally.count(mutant, [], "ruleset: another\n")
    assert len(tally.mended_otherwise) == 1


def test_what_is_fixed_is_as_it_was(tally: score.Tally) -> None:
    assert tally.mended_otherwise == []


def test_every_mutant_is_another_text() -> None:
    for mutant in score.mutants(FEW, 3):
        assert mutant.broken != mutant.text.text
        assert mutant.places()
