"""Intervals of shares and the Net Promoter Score, over counts that may be impossible, and against published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulecard

from .agreement import agree
from .strategies import ENGINES, QUARTERS, WHOLE, WILD, cells, examples, tables

COLUMNS = {
    "p": cells(st.integers(0, 40) | WHOLE),
    "d": cells(st.integers(0, 40) | WHOLE),
    "n": cells(st.integers(0, 90) | WHOLE),
    "wild": cells(WILD),
    "part": cells(QUARTERS),
}
TYPES = {"who": "text", "p": "integer", "d": "integer", "n": "integer", "wild": "number", "part": "number"}
NUMBERS = st.sampled_from(["p", "d", "n", "wild", "part", "p + d", "10"])
COUNTS = st.sampled_from(["n", "n", "n", "p + d", "wild", "part", "100"])
CONFIDENCE = st.sampled_from(["", ", 0.9", ", confidence=0.99", ", confidence=0.5"])
FORMULAS = st.one_of(
    st.builds("wilson_low({}, {}{})".format, NUMBERS, COUNTS, CONFIDENCE),
    st.builds("wilson_high({}, {}{})".format, NUMBERS, COUNTS, CONFIDENCE),
    st.builds("nps({}, d, {})".format, NUMBERS, COUNTS),
    st.builds("nps_margin({}, d, {}{})".format, NUMBERS, COUNTS, CONFIDENCE),
)


@examples(20)
@given(st.lists(FORMULAS, min_size=15, max_size=20), tables(COLUMNS), ENGINES)
def test_statistics(formulas: list[str], rows: list[dict[str, Any]], engines: tuple[str, ...]) -> None:
    document = {
        "entity": "who",
        "inputs": {name: {} for name in TYPES if name != "who"},
        "metrics": {f"m{i}": {"formula": formula} for i, formula in enumerate(formulas)},
    }
    agree(document, rows, TYPES, engines)


def value_of(folder: Path, formula: str, **inputs: float) -> float | str:
    """One formula, on one card."""
    file = folder / "one.yaml"
    names = ", ".join(f"{name}: {{}}" for name in [*inputs, "always"])
    metrics = f"{{found: {{formula: '{formula}'}}, other: {{formula: always}}}}"
    text = f"ruleset: one\nversion: 1.0.0\ninputs: {{{names}}}\nmetrics: {metrics}\n"
    file.write_text(text, encoding="utf-8")
    rows = "\n".join([",".join([*inputs, "always"]), ",".join(map(str, [*inputs.values(), 1]))])
    (folder / "one.csv").write_text(rows + "\n", encoding="utf-8")
    metric = next(iter(rulecard.run(file, data=folder / "one.csv").scorecards())).metrics["found"]
    return metric.status if metric.value is None else metric.value


def test_against_published_figures(tmp_path: Path) -> None:
    # Newcombe 1998, table I: 81 of 263, and 0 of 20
    assert value_of(tmp_path, "wilson_low(k, n)", k=81, n=263) == pytest.approx(0.2553, abs=5e-5)
    assert value_of(tmp_path, "wilson_high(k, n)", k=81, n=263) == pytest.approx(0.3662, abs=5e-5)
    assert value_of(tmp_path, "wilson_low(k, n)", k=0, n=20) == pytest.approx(0, abs=1e-12)
    assert value_of(tmp_path, "wilson_high(k, n)", k=0, n=20) == pytest.approx(0.1611, abs=5e-5)
    assert value_of(tmp_path, "nps(p, d, n)", p=60, d=20, n=100) == 40
    # by hand: √((0.58981 + 0.20146 − 0.38835²) ÷ 103) = 0.078854, times 196
    assert value_of(tmp_path, "nps_margin(p, d, n)", p=60, d=20, n=100) == pytest.approx(15.455, abs=0.0005)


@pytest.mark.parametrize(
    ("formula", "numbers", "status"),
    [
        ("wilson_low(k, n)", {"k": 0, "n": 0}, "zero_denominator"),
        ("wilson_low(k, n)", {"k": 3, "n": 0}, "zero_denominator"),
        ("wilson_high(k, n)", {"k": 4, "n": 3}, "out_of_range"),
        ("wilson_high(k, n)", {"k": -1, "n": 3}, "out_of_range"),
        ("wilson_high(k, n)", {"k": -2, "n": -3}, "out_of_range"),
        ("nps(k, n, 0)", {"k": 0, "n": 0}, "zero_denominator"),
        ("nps(k, n, 10)", {"k": 6, "n": 5}, "out_of_range"),
        ("nps_margin(k, n, 10)", {"k": -1, "n": 5}, "out_of_range"),
    ],
)
def test_no_value_where_the_counts_are_impossible(
    tmp_path: Path, formula: str, numbers: dict[str, float], status: str
) -> None:
    assert value_of(tmp_path, formula, **numbers) == status
