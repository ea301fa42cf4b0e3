"""Scoring 2 million rows: Rulecard beside the same written by hand in Polars, in one run.

`python tests/benchmarks/score_rows.py [ROWS] [ROUNDS]` prints the median time of each and their ratios.

Eight ratios with four bands each, weights in two groups and an overall score, over one row for each entity and
month. By hand means what a careful engineer writes: no value and no score where an input is missing or the
denominator is 0, weights over what is available, and the check that no card stands twice.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

import rulecard
from rulecard.checks import check
from rulecard.evaluate import run_ruleset
from rulecard.language.loading import load
from rulecard.options import Options

METRICS = 8
CUTS = (0.2, 0.5, 0.9)
LEVELS = ("critical", "poor", "fair", "good")
SCORES = (0.0, 25.0, 50.0, 75.0)
WEIGHTS = {f"m{n}": 1.0 + n % 3 for n in range(METRICS)}
TOP = {"first": 2.0, "second": 1.0}
GROUPS = {"first": [f"m{n}" for n in range(4)], "second": [f"m{n}" for n in range(4, METRICS)]}


def frame(rows: int) -> pl.DataFrame:
    """One row a card: 24 months for each entity; some cells missing, some denominators 0."""
    random = np.random.default_rng(7)
    months = 24
    columns: dict[str, pl.Series] = {
        "entity": pl.Series("entity", np.arange(rows) // months).cast(pl.String),
        "date": pl.Series("month", np.arange(rows) % months).cast(pl.Int32),
    }
    table = pl.DataFrame(columns).with_columns(
        date=pl.date(2024 + pl.col("date") // 12, pl.col("date") % 12 + 1, 1),
    )
    for name in [f"{side}{n}" for n in range(METRICS) for side in "ab"]:
        values = random.integers(0, 100, rows).astype(float)
        table = table.with_columns(pl.Series(name, values, nan_to_null=False))
        table = table.with_columns(pl.when(pl.Series(random.random(rows)) > 0.02).then(pl.col(name)).alias(name))
    return table.rechunk()


def ruleset(folder: Path) -> Path:
    bands = [{"level": level, "below": cut} for level, cut in zip(LEVELS, CUTS, strict=False)] + [{"level": LEVELS[-1]}]
    document = {
        "ruleset": "benchmark",
        "version": "0.1.0",
        "entity": "entity",
        "period": "month",
        "inputs": {f"{side}{n}": {} for n in range(METRICS) for side in "ab"},
        "metrics": {f"m{n}": {"formula": f"a{n} / b{n}", "better": "higher", "bands": bands} for n in range(METRICS)},
        "groups": {name: {"metrics": {m: WEIGHTS[m] for m in members}} for name, members in GROUPS.items()},
        "overall": {"weights": TOP},
    }
    file = folder / "benchmark.yaml"
    # JSON is YAML, without the anchors that a dumper writes for what stands twice
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def by_hand(table: pl.DataFrame) -> pl.DataFrame:
    """Values, levels, scores, group scores and the overall score."""
    keys = pl.col("entity"), (pl.col("date").dt.year().cast(pl.Int64) * 12 + pl.col("date").dt.month()).alias("p")
    lazy = table.lazy().with_columns(*keys)
    twice = lazy.group_by("entity", "p").agg(pl.len()).select(pl.col("len").max()).collect().item()
    assert twice == 1, "a card stands twice"
    lazy = lazy.with_columns(
        pl.when(pl.col(f"b{n}") != 0).then(pl.col(f"a{n}") / pl.col(f"b{n}")).alias(f"m{n}") for n in range(METRICS)
    )

    def banded(n: int, outcomes: Sequence[pl.Expr]) -> pl.Expr:
        value = pl.col(f"m{n}")
        chain = pl.when(value < CUTS[0] - 1e-9 * CUTS[0]).then(outcomes[0])
        for cut, outcome in zip(CUTS[1:], outcomes[1:], strict=False):
            chain = chain.when(value < cut - 1e-9 * cut).then(outcome)
        return chain.when(value.is_not_null()).then(outcomes[-1])

    lazy = lazy.with_columns(
        [banded(n, [pl.lit(rank, pl.Int8) for rank in range(4)]).alias(f"level{n}") for n in range(METRICS)]
        + [banded(n, [pl.lit(score) for score in SCORES]).alias(f"score{n}") for n in range(METRICS)]
    )

    def over(parts: dict[str, float]) -> pl.Expr:
        return pl.sum_horizontal(pl.col(name) * weight for name, weight in parts.items())

    def under(parts: dict[str, float]) -> pl.Expr:
        return pl.sum_horizontal(pl.col(name).is_not_null() * weight for name, weight in parts.items())

    for group, members in GROUPS.items():
        parts = {f"score{name[1:]}": WEIGHTS[name] for name in members}
        lazy = lazy.with_columns((under(parts) / sum(parts.values())).alias(f"{group} coverage"))
        lazy = lazy.with_columns(
            pl.when(pl.col(f"{group} coverage") >= 0.5).then(over(parts) / under(parts)).alias(group)
        )
    covered = pl.sum_horizontal(
        pl.when(pl.col(group).is_not_null()).then(pl.col(f"{group} coverage") * weight) for group, weight in TOP.items()
    )
    lazy = lazy.with_columns(overall=pl.when(covered / sum(TOP.values()) >= 0.5).then(over(TOP) / under(TOP)))
    columns = [f"{kind}{n}" for kind in ("m", "level", "score") for n in range(METRICS)]
    return lazy.select("entity", "p", *columns, *GROUPS, "overall").collect()


def by_rulecard(loaded: object, table: pl.DataFrame, reasons: bool) -> pl.DataFrame:
    """The same columns; with `reasons`, also why each value is missing."""
    result = run_ruleset(loaded, {"data": table}, Options())  # type: ignore[arg-type]
    columns = [f"m{n}{part}" for part in ("", "_l", "_s") for n in range(METRICS)]
    columns += ["g0", "g1", "score"]
    if reasons:
        columns += [f"m{n}_q" for n in range(METRICS)] + ["g0_r", "g1_r", "o_r"]
    return result.engine.collect(result.frame.select("e0", "p", *columns))


def timed(work: Callable[[], pl.DataFrame]) -> tuple[float, pl.DataFrame]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    table = frame(rows)
    with tempfile.TemporaryDirectory() as folder:
        loaded, problems = load(ruleset(Path(folder)))
        assert loaded is not None and not problems and not check(loaded), problems
    works = {
        "by hand": lambda: by_hand(table),
        "rulecard": lambda: by_rulecard(loaded, table, reasons=False),
        "rulecard with reasons": lambda: by_rulecard(loaded, table, reasons=True),
    }
    times: dict[str, list[float]] = {name: [] for name in works}
    results: dict[str, pl.DataFrame] = {}
    for _ in range(rounds + 1):
        # in turn, so that whatever else the machine does falls on all alike
        for name, work in works.items():
            seconds, results[name] = timed(work)
            times[name].append(seconds)
    hand, ours = results["by hand"], results["rulecard"]
    for left, right in (("overall", "score"), ("m0", "m0"), ("score7", "m7_s"), ("level7", "m7_l"), ("first", "g0")):
        assert np.allclose(hand[left].to_numpy(), ours[right].to_numpy(), equal_nan=True), f"{left} differs"
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    print(f"rulecard {rulecard.__version__}, polars {pl.__version__}, {rows:,} rows, {rounds} rounds")
    for name, seconds in medians.items():
        print(f"{name:24s} {seconds:7.3f} s   ratio {seconds / medians['by hand']:.2f}")


if __name__ == "__main__":
    main()
