"""The public data sets beside the project (`../shared/data`), the rulesets over them, and their reference values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import rulecard

REAL = Path(__file__).parent / "real"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# the references are written with six decimals
DECIMALS = 0.51e-6

both_engines = pytest.mark.parametrize("engine", ["polars", "duckdb"])


def beside(folder: str) -> Path:
    """The folder of a data set; without it the test is skipped."""
    if not (DATA / folder).exists():
        pytest.skip("the data sets are not beside the project")
    return DATA / folder


@dataclass(frozen=True, slots=True)
class Run:
    """A ruleset, the data set that it is for, the dataset document that says how to read it, frames that have to be
    prepared beside it, and the codes of the warnings that the data deserves.
    """

    ruleset: str
    folder: str
    dataset: str
    frames: Callable[[Path], Mapping[str, pl.DataFrame]] | None = None
    warns: tuple[str, ...] = ()


@cache
def run(wanted: Run, engine: str) -> rulecard.Result:
    folder = beside(wanted.folder)
    frames = wanted.frames(folder) if wanted.frames else None
    result = rulecard.run(REAL / wanted.ruleset, frames, dataset=REAL / wanted.dataset, engine=engine)
    assert tuple(sorted({problem.code for problem in result.problems})) == wanted.warns
    return result


def cards(wanted: Run, engine: str) -> dict[Any, Any]:
    """The cards by their entity or period; None where the whole table is one card."""
    scorecards = run(wanted, engine).scorecards()
    return {next(iter(card.entity.values()), None) if card.entity else card.period: card for card in scorecards}


def values(wanted: Run, metric: str, engine: str) -> dict[Any, Any]:
    """The metric's values, by entity or period, of cards that have one."""
    found = {place: card.metrics[metric].value for place, card in cards(wanted, engine).items()}
    return {place: value for place, value in found.items() if value is not None}


def reference(folder: str) -> dict[str, Any]:
    """The values that were published or computed elsewhere, by name."""
    kpis = json.loads((beside(folder) / "reference.json").read_text(encoding="utf-8"))["kpis"]
    return {name: kpi["value"] for name, kpi in kpis.items()}


def approximately(wanted: Any) -> Any:
    # sums of many rows differ in their last digits by the order of the rows
    return pytest.approx(wanted, abs=DECIMALS, rel=1e-12)
