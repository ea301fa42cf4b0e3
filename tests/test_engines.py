"""One rich ruleset over a generated chain of shops: Polars and DuckDB give the same result, at every grain."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

import rulecard

from .panel_data import PANEL, write_panel

if TYPE_CHECKING:
    from rulecard.results.result import Result

# the grain: what `period` is set to, and a label of it
GRAINS: dict[str, tuple[str, str]] = {
    "day": ("day", "2024-04-02"),
    "week": ("{grain: week, week_starts: sunday}", "2024-W14"),
    "month": ("month", "2024-04"),
    "quarter": ("quarter", "2024-Q2"),
    "fiscal year": ("{grain: year, year_starts: 4}", "2024"),
}
CLOSE = 1e-9


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the data and an overlay for each grain, which is where the runs take place."""
    folder = tmp_path_factory.mktemp("panel")
    write_panel(folder)
    for name, (period, label) in GRAINS.items():
        overlay = [f"overlay: {name.replace(' ', '-')}", "extends: panel", "version: 1.0.0", "set:"]
        overlay += [f"  period: {period}", f"  metrics.since_spring.formula: 'revenue / at(revenue, \"{label}\")'"]
        if name == "fiscal year":
            # there is no larger grain to count within
            overlay.append("remove: [metrics.so_far]")
        (folder / f"{name}.yaml").write_text("\n".join(overlay) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


@cache
def run(grain: str, engine: str) -> Result:
    files = {"sales": ["sales-1.csv", "sales-2.csv"], "reviews": "reviews.parquet", "plans": "plans.parquet",
             "rates": "rates.csv"}  # fmt: skip
    return rulecard.run(PANEL, files, overlays=[f"{grain}.yaml"], engine=engine)


def same(left: pl.DataFrame, right: pl.DataFrame) -> None:
    """Numbers may differ in their last digits, nothing else may."""
    assert left.schema == right.schema
    assert left.height == right.height
    for name, kind in left.schema.items():
        if kind == pl.Float64:
            pairs = pl.DataFrame({"left": left[name], "right": right[name]}).with_row_index("row")
            gap = (pl.col("left") - pl.col("right")).abs()
            far = gap > CLOSE * pl.max_horizontal(1.0, pl.col("left").abs())
            one_is_missing = pl.col("left").is_null() != pl.col("right").is_null()
            assert pairs.filter(far.fill_null(False) | one_is_missing).rows() == [], name
            assert left[name].is_finite().all(), name
        else:
            assert left[name].to_list() == right[name].to_list(), name


@pytest.mark.parametrize("grain", GRAINS)
def test_the_engines_agree(folder: Path, grain: str) -> None:
    polars, duckdb = run(grain, "polars"), run(grain, "duckdb")
    same(polars.results, duckdb.results)
    same(polars.cards, duckdb.cards)
    same(polars.advice.drop("title", "text"), duckdb.advice.drop("title", "text"))
    # texts show rounded numbers, which differ only where the last digit decides
    texts = [list(zip(*result.advice.select("title", "text"), strict=True)) for result in (polars, duckdb)]
    differing = sum(one != other for one, other in zip(*texts, strict=True))
    assert differing <= len(texts[0]) // 1000
    assert polars.problems == duckdb.problems


@pytest.mark.parametrize("grain", GRAINS)
def test_and_have_something_to_agree_on(folder: Path, grain: str) -> None:
    result = run(grain, "polars")
    assert result.cards.height >= 10
    assert set(result.results["status"]) >= {"ok", "no_prior_period", "missing_input", "not_finite", "low_coverage"}
    metrics = result.results.filter(pl.col("kind") == "metric")
    counted = metrics.group_by("id").agg(pl.col("value", "level", "score", "points_lost").count())
    assert (counted["value"] > 0).sum() > 0.9 * counted.height
    assert (counted["score"] > 0).sum() >= 10
    assert (counted["level"] > 0).sum() >= 3
    if grain == "month":
        assert (counted["value"] > 0).all()
        assert set(result.results["status"]) >= {"zero_denominator", "too_few"}
        assert set(result.cards["stage"]) == {"unplanned", "young", "sick", "mature"}
        assert set(result.cards["level"]) == {"critical", "poor", "fair", "good", None}
        assert result.cards["capped"].sum() > 1
        assert set(result.advice["id"]) == {"ahead", "refunds", "shrinking"}


def test_the_order_of_files_changes_nothing(folder: Path) -> None:
    """Except where two sales of one day stand in it: the first and the last of them go by their place."""
    turned = {"sales": ["sales-2.csv", "sales-1.csv"], "reviews": "reviews.parquet", "plans": "plans.parquet",
              "rates": "rates.csv"}  # fmt: skip
    result = rulecard.run(PANEL, turned, overlays=["month.yaml"])
    by_place = pl.col("id").is_in(["ends", "seen"])
    same(result.results.filter(~by_place), run("month", "polars").results.filter(~by_place))
    assert result.results.filter(by_place)["value"].count() > 100


ROUND = """\
ruleset: round
version: 1.0.0
entity: e
inputs: {a: {}}
metrics:
  up: {formula: a, better: higher, score: {from: 0, to: 10}}
  down: {formula: a, better: lower, score: {from: 10, to: 0}}
  far: {formula: a, better: higher, score: {points: [[0, 0], [5, 50], [10, 100]]}}
  plateau: {formula: a, better: target, score: {best: [4, 6], zero: [0, 10]}}
overall:
  weights: {up: 1}
  rest: 0
  caps: [{when: a >= 0, at_most: 60, because: {en: sixty}}]
advice:
  over: {when: score(up) > 60, text: over}
  sixty: {when: score(up) == 60, text: sixty}
"""


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_round_numbers_give_round_scores(tmp_path: Path, engine: str) -> None:
    """Dust in the last digit would cap a card of 60 at 60, and advise what does not hold."""
    (tmp_path / "r.yaml").write_text(ROUND, encoding="utf-8")
    (tmp_path / "d.csv").write_text("e,a\n" + "".join(f"{a},{a}\n" for a in range(11)), encoding="utf-8")
    for card in rulecard.run(tmp_path / "r.yaml", tmp_path / "d.csv", engine=engine).scorecards():
        a = int(str(card.entity["e"]))
        scores = {name: metric.score for name, metric in card.metrics.items()}
        plateau = 25.0 * min(a, 10 - a, 4)
        assert scores == {"up": 10.0 * a, "down": 100 - 10.0 * a, "far": 10.0 * a, "plateau": plateau}
        assert card.score == min(10.0 * a, 60.0)
        assert (card.capped is not None) == (a > 6)
        assert [advice.id for advice in card.advice] == (["over"] if a > 6 else ["sixty"] if a == 6 else [])


WINDOWS = """\
ruleset: windows
version: 1.0.0
entity: e
period: month
inputs: {a: {}}
metrics:
  two: {formula: 'rolling_sum(a, 2, at_least=1)'}
  three: {formula: 'rolling_sum(a, 3)'}
  mean: {formula: 'rolling_mean(a, 3, at_least=1)'}
  seven: {formula: 'rolling_sum(a, 7, at_least=1)'}
  inverse: {formula: '1 / rolling_sum(a, 2, at_least=1)'}
"""


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_what_has_left_a_window_leaves_nothing_behind(tmp_path: Path, engine: str) -> None:
    """A sum that is kept up by adding and subtracting would keep the rounding of a large number for ever."""
    rows: dict[str, list[float | None]] = {
        "large": [1e12, 0.2, None, 0.1, 0.0, 0.0, 0.0, 3.0, None, None],
        "huge": [1e200, 0.2, None, 0.1, 0.0, 0.0, 0.0, 3.0, None, None],
        "cents": [123456.78, 99999.99, 0.1, 0.2, 0.0, 0.0, None, 0.3, 0.3, 0.0],
        "plain": [0.1, 0.2, 0.3, 0.0, 0.0, 0.0, 0.7, 0.0, 0.0, 0.1],
    }
    (tmp_path / "r.yaml").write_text(WINDOWS, encoding="utf-8")
    lines = [
        f"{name},2025-{month:02d}-01,{'' if value is None else value}"
        for name, values in rows.items()
        for month, value in enumerate(values, 1)
    ]
    (tmp_path / "d.csv").write_text("e,date,a\n" + "\n".join(lines) + "\n", encoding="utf-8")
    for card in rulecard.run(tmp_path / "r.yaml", tmp_path / "d.csv", engine=engine).scorecards():
        month = int(str(card.period)[-2:])
        values = rows[str(card.entity["e"])]
        where = (card.entity["e"], month)

        def window(length: int, values: list[float | None] = values, month: int = month) -> list[float]:
            return [value for value in values[max(0, month - length) : month] if value is not None]

        found = {name: metric.value for name, metric in card.metrics.items()}
        for name, length in (("two", 2), ("seven", 7)):
            wanted = math.fsum(window(length)) if window(length) else None
            assert found[name] == (None if wanted is None else pytest.approx(wanted, rel=1e-12, abs=0)), (where, name)
        whole = month >= 3 and len(window(3)) == 3
        assert found["three"] == (pytest.approx(math.fsum(window(3)), rel=1e-12, abs=0) if whole else None), where
        mean = math.fsum(window(3)) / len(window(3)) if window(3) else None
        assert found["mean"] == (None if mean is None else pytest.approx(mean, rel=1e-12, abs=0)), where
        if window(2) and math.fsum(window(2)) == 0:
            assert card.metrics["inverse"].status == "zero_denominator", where


def test_values_that_differ_by_dust_are_not_the_best_and_the_worst(tmp_path: Path) -> None:
    """0.1 + 0.2 and 0.3 are one value: there is no spread to score by, and no order of what they cost."""
    text = "ruleset: dust\nversion: 1.0.0\nentity: e\ninputs: {a: {}, b: {}}\nmetrics:\n"
    for method in ("minmax", "zscore"):
        text += f"  {method}: {{formula: a + b, better: higher, score: {{relative: {method}, within: period}}}}\n"
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "d.csv").write_text("e,a,b\nA,0.1,0.2\nB,0.3,0\nC,0.15,0.15\n", encoding="utf-8")
    for engine in ("polars", "duckdb"):
        for card in rulecard.run(tmp_path / "r.yaml", tmp_path / "d.csv", engine=engine).scorecards():
            assert {name: metric.score for name, metric in card.metrics.items()} == {"minmax": None, "zscore": None}
            assert card.status == "low_coverage"
