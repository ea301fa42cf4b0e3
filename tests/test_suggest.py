"""The name that was probably meant."""

from __future__ import annotations

import pytest

from rulecard.suggest import nearest


@pytest.mark.parametrize(
    ("word", "candidates", "meant"),
    [
        ("vists", ["orders", "visits"], "visits"),
        ("form", ["from", "formula"], "from"),
        ("Formula", ["formula"], "formula"),
        ("min-coverage", ["min_coverage"], "min_coverage"),
        ("desc", ["title", "description"], "description"),
        ("净增粉率", ["净增粉丝率", "留存率"], "净增粉丝率"),
        ("人次", ["人数", "单价"], "人数"),
        ("ｏｒｄｅｒｓ", ["orders"], "orders"),
        ("vaules", ["value", "values"], "values"),
        ("ot", ["to", "x"], "to"),
        # of two that are as near, the first
        ("aa", ["ab", "ac"], "ab"),
        ("cat", ["metrics", "inputs"], None),
        ("red_flag", ["goal"], None),
        ("x", [], None),
        ("", ["a"], None),
        ("a" * 100_000, ["a" * 99_999], None),
    ],
)
def test_nearest(word: str, candidates: list[str], meant: str | None) -> None:
    assert nearest(word, candidates) == meant
