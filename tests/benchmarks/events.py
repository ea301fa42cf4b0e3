"""An events table to monthly scorecards: Rulecard beside the same written by hand in Polars, in one run.

`python tests/benchmarks/events.py [MILLIONS …] [--rounds N] [--memory]` makes a table of so many million rows for each
number (default 2), a year of events of 100,000 shops, and prints for each way the median time by the clock and of all
cores, their ratios to the best code by hand, and the peak memory of its process. Rows come from a Parquet file, or with
`--memory` from a frame.

Eight inputs, one of them of what each buyer did, six metrics with bands, two groups, stages chosen by size: by hand
that is a group-by within a group-by, a look at the month before, and chains of conditions, streaming. The results are
compared before the times are printed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ENTITIES = 100_000
RULESET = Path(__file__).with_suffix(".yaml")
# the cut points, weights and columns of the ruleset, under the names that its results have inside
CUTS = {"m0": (80.0, 120.0), "m1": (0.08, 0.14), "m2": (0.2, 0.4), "m3": (0.1, 0.3), "m5": (-0.2, 0.2)}
GROUPS = {"g0": {"m1_s": 2.0, "m3_s": 1.0, "m2_s": 1.0}, "g1": {"m0_s": 1.0, "m4_s": 1.0, "m5_s": 2.0}}
COLUMNS = [*(f"m{n}" for n in range(6)), *(f"{m}_l" for m in CUTS), *(f"m{n}_s" for n in range(6)), "g0", "g1", "stage"]


def make(file: Path, chunks: int, size: int = 1_000_000) -> None:
    """A log in the order of time; some shops and some buyers have more events than others, some have no amount."""
    import numpy as np
    import polars as pl
    import pyarrow.parquet as pq

    random = np.random.default_rng(20)
    start, year = np.datetime64("2025-01-01", "us"), 365 * 86_400_000_000
    names = pl.Series([f"shop-{number:06}" for number in range(ENTITIES)])
    writer = None
    for chunk in range(chunks):
        moments = np.sort((chunk + random.random(size)) / chunks * year).astype("timedelta64[us]")
        shops = (ENTITIES * random.random(size) ** 1.3).astype(np.int64)
        amounts = pl.Series(random.gamma(2.0, 50.0, size).round(2))
        frame = pl.DataFrame(
            {
                "shop": names.gather(shops),
                "at": start + moments,
                "user": shops * 50 + (50 * random.random(size) ** 2).astype(np.int64),
                "amount": amounts.set(pl.Series(random.random(size) < 0.01), None),
                "status": pl.Series(["paid", "pending", "refunded"]).gather(random.choice(3, size, p=[0.8, 0.1, 0.1])),
                "channel": pl.Series(["web", "app", "store"]).gather(random.integers(0, 3, size)),
            }
        )
        table = frame.to_arrow()
        writer = writer or pq.ParquetWriter(file, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def by_hand(rows: Any) -> Any:
    import polars as pl

    paid = pl.col("status") == "paid"
    month = pl.col("at").dt.year().cast(pl.Int32) * 12 + pl.col("at").dt.month() - 1
    buyers = (
        rows.with_columns(p=month)
        .group_by("shop", "p", "user")
        .agg(
            events=pl.len(),
            paid=paid.sum(),
            revenue=pl.col("amount").filter(paid).sum(),
            with_amount=pl.col("amount").filter(paid).count(),
            refunds=(pl.col("status") == "refunded").sum(),
            in_app=((pl.col("channel") == "app") & paid).sum(),
        )
    )
    cards = buyers.group_by("shop", "p").agg(
        pl.col("events", "paid", "revenue", "with_amount", "refunds", "in_app").sum(),
        buyers=pl.len(),
        repeaters=(pl.col("events") >= 2).sum(),
    )
    return scored(cards)


def scored(cards: Any) -> Any:
    """Values, levels, scores, groups and the overall score, as the ruleset says them."""
    import polars as pl

    def over(part: str, whole: str) -> Any:
        return pl.when(pl.col(whole) != 0).then(pl.col(part) / pl.col(whole))

    revenue = pl.when(pl.col("with_amount") > 0).then(pl.col("revenue"))
    before = pl.col("revenue").shift(1).over("shop", order_by="p")
    follows = pl.col("p") == pl.col("p").shift(1).over("shop", order_by="p") + 1
    frame = cards.with_columns(revenue=revenue).with_columns(
        m0=over("revenue", "paid"),
        m1=over("refunds", "events"),
        m2=over("in_app", "paid"),
        m3=over("repeaters", "buyers"),
        m4=over("revenue", "buyers"),
        m5=pl.when(follows & (before > 0)).then(pl.col("revenue") / before - 1),
    )

    def banded(name: str, outcomes: tuple[Any, ...]) -> Any:
        (first, second), value = CUTS[name], pl.col(name)
        chain = pl.when(value < first - 1e-9 * abs(first)).then(outcomes[0])
        chain = chain.when(value < second - 1e-9 * abs(second)).then(outcomes[1])
        return chain.when(value.is_not_null()).then(outcomes[2])

    ranks = {name: (1, 2, 3) if name != "m1" else (3, 2, 1) for name in CUTS}
    frame = frame.with_columns(
        *(banded(name, tuple(pl.lit(at, pl.Int8) for at in ranks[name])).alias(f"{name}_l") for name in CUTS),
        *(banded(name, tuple(pl.lit(at * 25.0) for at in ranks[name])).alias(f"{name}_s") for name in CUTS),
        m4_s=(pl.col("m4") / 500).clip(0, 1) * 100,
    )
    for group, weights in GROUPS.items():
        total = sum(weights.values())
        under = pl.sum_horizontal(pl.col(name).is_not_null() * weight for name, weight in weights.items())
        above = pl.sum_horizontal(pl.col(name) * weight for name, weight in weights.items())
        frame = frame.with_columns((under / total).alias(f"{group}_c"))
        frame = frame.with_columns(pl.when(pl.col(f"{group}_c") >= 0.5).then(above / under).alias(group))
    typical = pl.when(pl.col("with_amount") > 0).then(pl.col("revenue") / pl.col("with_amount"))
    small = (typical * pl.col("paid") < 3000).fill_null(False)
    frame = frame.with_columns(stage=pl.when(small).then(pl.lit(0, pl.Int32)).otherwise(pl.lit(1, pl.Int32)))
    weight = {"g0": pl.when(small).then(2.0).otherwise(1.0), "g1": pl.when(small).then(1.0).otherwise(3.0)}
    under = pl.sum_horizontal(pl.when(pl.col(name).is_not_null()).then(part) for name, part in weight.items())
    above = pl.sum_horizontal(pl.col(name) * part for name, part in weight.items())
    covered = pl.sum_horizontal(
        pl.when(pl.col(name).is_not_null()).then(pl.col(f"{name}_c") * part) for name, part in weight.items()
    )
    overall = pl.when(covered / pl.sum_horizontal(*weight.values()) >= 0.5).then(above / under)
    return frame.select(pl.col("shop").alias("e0"), pl.col("p").cast(pl.Int64), overall.alias("score"), *COLUMNS)


def by_rulecard(rows: Any, cards_too: bool) -> Any:
    """The same columns; with `cards_too` the public table of cards, for which everything is computed."""
    import rulecard

    result = rulecard.run(RULESET, rows)
    if cards_too:
        return result.cards
    return result.engine.collect(result.frame.select("e0", "p", "score", *COLUMNS))


def work(way: str, data: Path, in_memory: bool, out: Path) -> Mapping[str, float]:
    """One way of working, once: seconds by the clock and of all cores, and the most memory that it needed, in MB."""
    import polars as pl

    import rulecard.evaluate  # noqa: F401 - its import is not what is measured

    rows: Any = pl.read_parquet(data) if in_memory else data
    worked = time.process_time()
    start = time.perf_counter()
    if way == "by hand":
        lazy = rows.lazy() if in_memory else pl.scan_parquet(rows)
        frame = by_hand(lazy).collect(engine="streaming")
    else:
        frame = by_rulecard(rows, way == "rulecard, result.cards")
    seconds = time.perf_counter() - start
    worked = time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if way != "rulecard, result.cards":
        frame.sort("e0", "p").write_parquet(out)
    return {"seconds": seconds, "worked": worked, "megabytes": peak, "cards": frame.height}


def compare(left: Path, right: Path) -> None:
    """Both ways gave the same cards with the same values, levels and scores."""
    import numpy as np
    import polars as pl

    hand, ours = pl.read_parquet(left), pl.read_parquet(right)
    assert hand.select("e0", "p").equals(ours.select("e0", "p")), "other cards"
    for column in ("score", *COLUMNS):
        a, b = (frame[column].cast(pl.Float64).to_numpy() for frame in (hand, ours))
        assert np.allclose(a, b, equal_nan=True, rtol=1e-9, atol=1e-9), f"{column} differs"


WAYS = ("by hand", "rulecard", "rulecard, result.cards")


def apart(*arguments: str) -> Any:
    """This script in a process of its own, so that one way's memory is not another's."""
    done = subprocess.run([sys.executable, __file__, "--do", *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout) if done.stdout else None


def middle(runs: list[Mapping[str, float]], key: str) -> float:
    return statistics.median(run[key] for run in runs)


def main() -> None:
    if sys.argv[1:2] == ["--do"]:
        match sys.argv[2:]:
            case ["make", file, millions]:
                make(Path(file), int(millions))
            case ["compare", left, right]:
                compare(Path(left), Path(right))
            case [way, data, in_memory, out]:
                print(json.dumps(work(way, Path(data), in_memory == "memory", Path(out))))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("millions", nargs="*", type=int, default=[2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true")
    options = parser.parse_args()
    print(f"{'millions':>8s}  {'':24s} {'seconds':>8s} {'ratio':>6s} {'of cores':>8s} {'ratio':>6s} {'peak MB':>8s}")
    for millions in options.millions:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "events.parquet"
            apart("make", str(data), str(millions))
            found: dict[str, list[Any]] = {way: [] for way in WAYS}
            for _ in range(options.rounds):
                # in turn, so that whatever else the machine does falls on all alike
                for number, way in enumerate(WAYS):
                    out = Path(folder) / f"{number}.parquet"
                    found[way].append(apart(way, str(data), "memory" if options.memory else "file", str(out)))
            apart("compare", str(Path(folder) / "0.parquet"), str(Path(folder) / "1.parquet"))
        hand = found["by hand"]
        for way, runs in found.items():
            seconds, worked, peak = (middle(runs, key) for key in ("seconds", "worked", "megabytes"))
            ratios = seconds / middle(hand, "seconds"), worked / middle(hand, "worked")
            print(
                f"{millions:8d}  {way:24s} {seconds:8.2f} {ratios[0]:6.2f} {worked:8.2f} {ratios[1]:6.2f} {peak:8.0f}"
            )
        print(f"{'':8s}  {hand[0]['cards']:,} cards", flush=True)


if __name__ == "__main__":
    main()
