"""Several hundred daily CSV files as one source: Rulecard beside one `scan_csv` of them in Polars, in one run.

`python tests/benchmarks/many_files.py FOLDER [ROUNDS]` reads `FOLDER/*.csv`, daily files of invoice lines with the
columns of `many_files.yaml`, to monthly totals, and prints the median time and the peak memory of each way, every round
in a process of its own. By hand nothing is checked but what Polars checks; Rulecard looks at every file's header,
encoding, dates and numbers. The totals are compared before the times are printed.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

RULESET = Path(__file__).with_suffix(".yaml")


def by_hand(pattern: str) -> Any:
    import polars as pl

    sold = pl.col("Quantity") > 0
    types = {"InvoiceNo": pl.String, "CustomerID": pl.String, "UnitPrice": pl.Float64, "InvoiceDate": pl.String}
    rows = pl.scan_csv(pattern, schema_overrides=types)
    months = rows.group_by(p=pl.col("InvoiceDate").str.to_datetime("%Y-%m-%d %H:%M:%S").dt.strftime("%Y-%m")).agg(
        lines=pl.len(),
        orders=pl.col("InvoiceNo").filter(sold).n_unique(),
        customers=pl.col("CustomerID").drop_nulls().n_unique(),
        revenue=(pl.col("Quantity") * pl.col("UnitPrice")).filter(sold).sum(),
    )
    order_value = pl.col("revenue") / pl.col("orders")
    per_customer = pl.col("revenue") / pl.col("customers")
    score = ((order_value / 1000).clip(0, 1) + (per_customer / 2000).clip(0, 1)) * 50
    return months.select("p", "lines", order_value, per_customer=per_customer, score=score).sort("p").collect().rows()


def by_rulecard(pattern: str) -> Any:
    import rulecard

    result = rulecard.run(RULESET, pattern)
    names = ("all_lines", "order_value", "per_customer")
    return [(card.period, *(card.metrics[name].value for name in names), card.score) for card in result.scorecards()]


WAYS = {"by hand": by_hand, "rulecard": by_rulecard}


def work(way: str, pattern: str) -> None:
    """One way, once: seconds, peak memory in MB and the totals."""
    import rulecard.evaluate  # noqa: F401 - its import, and that of Polars, is not what is measured

    start = time.perf_counter()
    rows = WAYS[way](pattern)
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, rows]))


def same(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all(
        a == b if isinstance(a, str) else abs(a - b) <= 1e-9 * max(1.0, abs(a))
        for one, other in zip(left, right, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def main() -> None:
    if sys.argv[1] == "--do":
        return work(*sys.argv[2:])
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    pattern = str(folder / "*.csv")
    found: dict[str, list[Any]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, runs in found.items():
            command = [sys.executable, __file__, "--do", way, pattern]
            runs.append(json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout))
    (_, _, hand), (_, _, ours) = (runs[-1] for runs in found.values())
    assert same(hand, ours), "the totals differ"
    medians = {way: statistics.median(run[0] for run in runs) for way, runs in found.items()}
    print(f"{len(list(folder.glob('*.csv')))} files, {sum(row[1] for row in hand):,.0f} rows, {rounds} rounds")
    for way, runs in found.items():
        ratio = medians[way] / medians["by hand"]
        print(f"{way:10s} {medians[way]:6.2f} s   ratio {ratio:5.2f}   peak {max(run[1] for run in runs):5.0f} MB")


if __name__ == "__main__":
    main()
