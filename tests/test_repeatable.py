"""The same data gives the same digits each time, in whichever order threads finish and names are hashed."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from .shop_runs import Shop

RULESET = """\
ruleset: digits
version: 1.0.0
entity: [shop, kind]
period: month
sources: {sales: {columns: {shop: text, date: date, kind: text, x: number}}}
inputs:
  total: {formula: sum(x)}
  typical: {formula: mean(x)}
  spread: {formula: std(x)}
  by_day: {per: date, formula: sum(x), then: mean}
metrics:
  m: {formula: total / typical + by_day * spread, better: higher, score: {relative: zscore, within: period}}
  peers: {formula: total / peer_mean(by_day)}
  window: {formula: "rolling_sum(by_day, 3, at_least=1)"}
"""


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_two_processes_give_the_same_bytes(shop_runs: Shop, engine: str) -> None:
    chance = random.Random(3)
    rows = "".join(
        f"{chance.choice('ABCDEF')},2025-0{chance.randint(1, 6)}-{chance.randint(1, 28):02},"
        f"{chance.choice('uvwxyz')},{chance.random() * 10 ** chance.randint(0, 6)}\n"
        for _ in range(30_000)
    )
    shop_runs.write({"sales.csv": f"shop,date,kind,x\n{rows}"}, RULESET)
    call = "import sys, rulecard; print(rulecard.run('shop.yaml', 'sales.csv', engine=sys.argv[1]).to_json())"
    runs = {
        subprocess.run([sys.executable, "-c", call, engine], capture_output=True, check=True).stdout for _ in range(3)
    }
    assert len(runs) == 1
    assert len(runs.pop()) > 10_000
