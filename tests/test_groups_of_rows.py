"""`per` and `then` by hand: what customers and days do inside a month, worked out with pandas; on both engines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import rulecard

from .shop_runs import Shop

BOTH = pytest.mark.parametrize("engine", ["polars", "duckdb"])
HEAD = """\
ruleset: buyers
version: 1.0.0
entity: shop
period: month
sources:
  orders: {columns: {shop: text, date: date, customer: text, amount: number, paid: flag, parts: number}}
"""
ORDERS = """\
shop,date,customer,amount,paid,parts
A,2025-01-01,u,10,yes,1
A,2025-01-02,u,20,no,2
A,2025-01-02,v,5,yes,1
A,2025-01-02,,1000,yes,1
A,2025-01-31,w,,yes,
B,2025-01-05,u,7,no,1
C,2025-01-05,,8,yes,1
A,2025-02-28,v,1,yes,1
"""
# an input, and its value for A, B, C in January and A in February
INPUTS: dict[str, tuple[str, list[Any]]] = {
    "flags added up": ("{per: customer, formula: count() >= 2, then: sum}", [1, 0, 0, 0]),
    "flags counted": ("{per: customer, formula: any(paid), then: count_true}", [3, 0, 0, 1]),
    "a share of flags": ("{per: customer, formula: all(paid), then: share_true}", [2 / 3, 0, "missing_input", 1]),
    "groups": ("{per: customer, formula: count(), then: count}", [3, 1, 0, 1]),
    "groups that have a value": ("{per: customer, formula: sum(amount), then: count}", [2, 1, 0, 1]),
    "a mean over groups with a value": ("{per: customer, formula: sum(amount), then: mean}",
                                        [17.5, 7, "missing_input", 1]),
    "a sum": ("{per: customer, formula: max(amount), then: sum}", [25, 7, "missing_input", 1]),
    "a median of counts": ("{per: customer, formula: count(), then: median}", [1, 1, "missing_input", 1]),
    "the least": ("{per: customer, formula: sum(amount), then: min}", [5, 7, "missing_input", 1]),
    "by day": ("{per: date, formula: sum(amount), then: max}", [1025, 7, 8, 1]),
    "by two": ("{per: [customer, date], formula: count(), then: count}", [4, 1, 0, 1]),
    "only rows that count": ("{per: customer, formula: count(), then: count, where: paid}", [3, 0, 0, 1]),
    "a default without groups": ("{per: customer, formula: count(), then: mean, where: paid, default: 9}",
                                 [1, 9, 9, 1]),
    "no default with them": ("{per: customer, formula: sum(parts), then: min, default: 9}", [1, 1, 9, 1]),
    "a value that cannot be computed": (
        "{per: customer, formula: sum(amount) / (sum(parts) - 1), then: count}",
        ["zero_denominator", "zero_denominator", 0, "zero_denominator"],
    ),
    "a group that cannot be told": (
        "{per: 1 / (parts - 2), formula: count(), then: count, default: 5}", ["zero_denominator", 1, 1, 1],
    ),
    "unless it does not count": ("{per: 1 / (parts - 2), formula: count(), then: sum, where: parts < 2}", [3, 1, 1, 1]),
    "within bounds": ("{per: customer, formula: sum(amount), then: sum, max: 20}",
                      ["out_of_range", 7, "missing_input", 1]),
    "by a flag": ("{per: paid, formula: count(), then: min}", [1, 1, 1, 1]),
    "by a condition": ("{per: amount > 6, formula: count(), then: count}", [2, 1, 1, 1]),
    "in the order of time": ("{per: customer, formula: last(amount), then: sum}", [25, 7, "missing_input", 1]),
    "compound": ("{per: customer, formula: (sum(amount) + 1) / count(), then: max}", [15.5, 8, "missing_input", 2]),
}  # fmt: skip
CARDS = [("A", "2025-01"), ("A", "2025-02"), ("B", "2025-01"), ("C", "2025-01")]
ORDER = [0, 2, 3, 1]


def found(shop: Shop, inputs: str, names: list[str], engine: str, head: str = HEAD) -> dict[str, list[Any]]:
    """For each of the inputs its values, or why there is none."""
    metrics = "".join(f"  m_{name}: {{formula: {name} * 1}}\n" for name in names)
    shop.write({"orders.csv": ORDERS}, f"{head}inputs:\n{inputs}metrics:\n{metrics}")
    cards = list(rulecard.run("shop.yaml", "orders.csv", engine=engine).scorecards())
    assert [(card.entity["shop"], card.period) for card in cards] == CARDS
    return {
        name: [metric.status if metric.value is None else metric.value
               for metric in (cards[place].metrics[f"m_{name}"] for place in ORDER)]
        for name in names
    }  # fmt: skip


@BOTH
@pytest.mark.parametrize("name", INPUTS)
def test_alone(shop_runs: Shop, name: str, engine: str) -> None:
    written, wanted = INPUTS[name]
    assert found(shop_runs, f"  n: {written}\n", ["n"], engine)["n"] == wanted


@BOTH
def test_all_together_and_beside_others(shop_runs: Shop, engine: str) -> None:
    inputs = {f"i{place}": written for place, (written, _) in enumerate(INPUTS.values())}
    inputs |= {
        "rows": "{formula: count()}",
        "total": "{formula: sum(amount)}",
        "buyers": "{formula: count_distinct(customer)}",
    }
    text = "".join(f"  {name}: {written}\n" for name, written in inputs.items())
    values = found(shop_runs, text, list(inputs), engine)
    assert [values[f"i{place}"] for place in range(len(INPUTS))] == [wanted for _, wanted in INPUTS.values()]
    assert values["rows"] == [5, 1, 1, 1]
    assert values["total"] == [1035, 7, 8, 1]
    assert values["buyers"] == [3, 1, 0, 1]


@BOTH
def test_texts_and_dates_of_groups(shop_runs: Shop, engine: str) -> None:
    text = HEAD + (
        "inputs:\n  newest: {per: customer, formula: min(date), then: max, type: date}\n"
        "  first_of_days: {per: date, formula: last(customer), then: min, type: text}\n"
        'metrics: {m: {formula: 1 if newest == "2025-01-31" and first_of_days == "u" else 0}}\n'
    )
    shop_runs.write({"orders.csv": ORDERS}, text)
    cards, told = shop_runs.warned("orders.csv", engine=engine)
    assert cards == {
        ("A", "2025-01"): 1.0, ("B", "2025-01"): 0.0, ("C", "2025-01"): "missing_input", ("A", "2025-02"): 0.0,
    }  # fmt: skip
    assert told == []


@BOTH
def test_thousands_of_groups_as_pandas_has_them(shop_runs: Shop, engine: str) -> None:
    random = np.random.default_rng(5)
    size = 20_000
    rows = pd.DataFrame({
        "shop": random.choice(list("ABCDE"), size), "customer": random.integers(0, 300, size).astype(str),
        "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(random.integers(0, 120, size), unit="D"),
        "amount": random.gamma(2, 50, size).round(2), "paid": random.random(size) < 0.7, "parts": 1.0,
    })  # fmt: skip
    rows.loc[rows.index % 17 == 0, "customer"] = None
    rows.loc[rows.index % 11 == 0, "amount"] = None
    inputs = {
        "spent": "{per: customer, formula: sum(amount), then: mean, where: paid}",
        "often": "{per: customer, formula: count() >= 3, then: share_true}",
        "busiest": "{per: date, formula: count_distinct(customer), then: max}",
        "typical": "{per: [customer, date], formula: median(amount), then: median}",
    }
    written = "".join(f"  {name}: {text}\n" for name, text in inputs.items())
    metrics = "".join(f"  m_{name}: {{formula: {name} * 1}}\n" for name in inputs)
    shop_runs.write({}, f"{HEAD}inputs:\n{written}metrics:\n{metrics}")
    cards = list(rulecard.run("shop.yaml", rows, engine=engine).scorecards())
    rows["month"] = rows["date"].dt.strftime("%Y-%m")
    keys = ["shop", "month"]
    sums = rows[rows.paid].groupby([*keys, "customer"])["amount"].sum(min_count=1)
    counts = rows.groupby([*keys, "customer"]).size() >= 3
    days = rows.groupby([*keys, "date"])["customer"].nunique()
    both = rows.groupby([*keys, "customer", "date"])["amount"].median()
    wanted = pd.DataFrame({"spent": sums.groupby(level=[0, 1]).mean(), "often": counts.groupby(level=[0, 1]).mean(),
                           "busiest": days.groupby(level=[0, 1]).max(),
                           "typical": both.groupby(level=[0, 1]).median()})  # fmt: skip
    assert len(cards) == len(wanted) == 20
    for card in cards:
        by_hand = wanted.loc[(card.entity["shop"], card.period)]
        for name in inputs:
            assert card.metrics[f"m_{name}"].value == pytest.approx(by_hand[name], rel=1e-9)


PARAMS = """\
params:
  as_of: {value: 2025-01-31, type: date}
  least: {value: 2}
  who: {value: u, type: text}
"""


@BOTH
def test_parameters_of_one_value_stand_in_formulas_over_rows(shop_runs: Shop, engine: str) -> None:
    text = HEAD + PARAMS + (
        "inputs: {n: {per: customer, formula: count() >= least, then: sum, where: date < as_of and customer == who}}\n"
        "metrics: {m: {formula: n * 1}}\n"
    )  # fmt: skip
    shop_runs.write({"orders.csv": ORDERS}, text)

    def january(**params: Any) -> Any:
        return shop_runs.warned("orders.csv", engine=engine, params=params)[0]["A", "2025-01"]

    assert january() == 1.0
    assert january(least=3) == 0.0
    assert january(as_of="2025-01-02") == 0.0
    assert january(who="v", least=1) == 1.0


@BOTH
def test_a_column_comes_before_a_parameter_of_its_name(shop_runs: Shop, engine: str) -> None:
    text = (
        HEAD
        + "params: {amount: {value: 100000}}\ninputs: {n: {formula: sum(amount)}}\n"
        + "metrics: {m: {formula: n / amount}}\n"
    )
    shop_runs.write({"orders.csv": ORDERS}, text)
    cards, _ = shop_runs.warned("orders.csv", engine=engine)
    assert cards["B", "2025-01"] == 7 / 100000
