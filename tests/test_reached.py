"""What `validate` calls out of reach is never reached: bands and conditions of made-up formulas, over made-up rows."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import polars as pl
import pytest

import rulecard

_INPUTS = {
    "share": (0, 1),
    "rate": (0.2, 3),
    "orders": (0, None),
    "lost": (None, 0),
    "change": (None, None),
    "part": (0, None),
}
_FORMULAS = 40
_CUTS = (-3, -1, -0.5, 0, 0.2, 0.5, 1, 1.5, 2, 5)
_CALLS = ("abs({})", "floor({})", "round({}, 1)", "sqrt({})", "exp({})", "prev({})", "change({})", "growth({})",
          "rolling_mean({}, 2)", "rolling_sum({}, 2)", "peer_max({})", "share_of_total({})", "peer_percentile({})",
          "log({})", "compound_growth({}, 2)", "rolling_std({}, 2)", 'to_date({}, "year")',
          "peer_rank({})")  # fmt: skip


def formula(draw: random.Random, depth: int, metrics: int) -> str:
    """A formula over inputs and earlier metrics."""
    if depth == 0 or draw.random() < 0.15:
        names = [*_INPUTS, "part", "orders", *([f"m{draw.randrange(metrics)}"] if metrics else [])]
        return draw.choice([*names, str(draw.choice((-2, 0.5, 1, 3)))])
    inner = [formula(draw, depth - 1, metrics) for _ in range(3)]
    kind = draw.randrange(10)
    if kind < 4:
        return f"({inner[0]} {draw.choice('+-*/')} {inner[1]})"
    if kind == 4:
        one, other = inner[:2]
        shares = (f"({one} - {other}) / {one}", f"({one} - {other}) / {other}", "(orders - part) / orders")
        return draw.choice(("part / (part + orders)", "(orders + part - part) / (orders + part)", *shares))
    if kind == 5:
        return f"({inner[0]} if {inner[1]} > 0.5 else {inner[2]})"
    if kind == 6:
        return f"{draw.choice(['least', 'greatest', 'coalesce'])}({inner[0]}, {inner[1]})"
    if kind == 7:
        return f"clip({inner[0]}, -1, 2)"
    if kind == 8:
        return f"-{inner[0]}"
    return draw.choice(_CALLS).format(inner[0])


def ruleset(draw: random.Random) -> str:
    lines = ["ruleset: reached", "version: 0.1.0", "entity: shop", "period: month", "inputs:"]
    for name, (low, high) in _INPUTS.items():
        ends = {"min": low, "max": high}
        lines.append(f"  {name}: {json.dumps({key: end for key, end in ends.items() if end is not None})}")
    lines.append("metrics:")
    for number in range(_FORMULAS):
        low, high = sorted(draw.sample(_CUTS, 2))
        bands = [
            {"level": "poor", draw.choice(("below", "upto")): low},
            {"level": "fair", "upto": high},
            {"level": "good"},
        ]
        written = json.dumps(formula(draw, draw.randrange(1, 4), number))
        lines.append(f"  m{number}: {{formula: {written}, better: higher, bands: {json.dumps(bands)}}}")
    lines.append("advice:")
    for number in range(_FORMULAS):
        sign = draw.choice(("<", "<=", ">", ">="))
        lines.append(f"  a{number}: {{when: m{number} {sign} {draw.choice(_CUTS)}, text: x}}")
    return "\n".join(lines) + "\n"


def rows(draw: random.Random) -> pl.DataFrame:
    """Values within the bounds of each input, at their ends too; some missing."""

    def value(low: float | None, high: float | None) -> float | None:
        if draw.random() < 0.05:
            return None
        least, most = float(-4 if low is None else low), float(4 if high is None else high)
        return draw.choice((least, most, draw.uniform(least, most), draw.uniform(least, most)))

    cards = [(f"s{shop}", f"2025-{month:02}-01") for shop in range(40) for month in range(1, 7)]
    table: dict[str, list[object]] = {"shop": [shop for shop, _ in cards], "date": [date for _, date in cards]}
    for name, (low, high) in _INPUTS.items():
        table[name] = [value(low, high) for _ in cards]
    return pl.DataFrame(table, infer_schema_length=None)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_out_of_reach_is_never_reached(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    file = tmp_path / "reached.yaml"
    file.write_text(ruleset(draw), encoding="utf-8")
    problems = rulecard.validate(file).problems
    assert [problem for problem in problems if problem.severity == "error"] == []
    cards = rulecard.run(file, rows(draw)).to_dict()["cards"]
    told = 0
    for problem in problems:
        if problem.code == "RC404":
            _, metric, _, place = problem.path
            level = ("poor", "fair", "good")[int(place)]
            assert level not in {card["metrics"][metric]["level"] for card in cards}, (
                problem.message,
                file.read_text(),
            )
            told += 1
        elif problem.code == "RC416" and re.search("never holds|always holds", problem.message):
            given = [problem.path[1] in {one["id"] for one in card["advice"]} for card in cards]
            values = [card["metrics"][f"m{str(problem.path[1])[1:]}"]["value"] for card in cards]
            known = [held for held, value in zip(given, values, strict=True) if value is not None]
            assert set(known) <= {"always" in problem.message}, (problem.message, file.read_text())
            told += 1
    assert told > 5, "some of them were out of reach"
