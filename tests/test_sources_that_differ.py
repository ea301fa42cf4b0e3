"""Entities and periods that one source has and another has not: told once, counted, and quiet where it is normal."""

from __future__ import annotations

import pytest

import rulecard

from .shop_runs import Shop

BOTH = pytest.mark.parametrize("engine", ["polars", "duckdb"])
HEAD = """\
ruleset: pairs
version: 1.0.0
entity: shop
period: month
sources:
  orders: {columns: {shop: text, date: date, x: number}}
  visits: {columns: {shop: text, date: date, y: number}}
  plan: {columns: {shop: text, goal: number}}
  market: {columns: {date: date, rate: number}}
"""
ORDERS = "shop,date,x\nA,2025-01-01,1\nB,2025-01-02,1\nC,2025-02-01,1\n"
VISITS = "shop,date,y\nA,2025-01-01,1\nB,2025-01-02,1\nC,2025-02-01,1\n"
PLAN = "shop,goal\nA,1\nB,2\nC,3\n"
MARKET = "date,rate\n2025-01-05,1\n2025-02-05,1\n"
SUMS = {"x": "{from: orders, formula: sum(x)}", "y": "{from: visits, formula: sum(y)}", "goal": "{from: plan}",
        "rate": "{from: market, formula: mean(rate)}"}  # fmt: skip


def told(
    shop: Shop, engine: str = "polars", inputs: dict[str, str] | None = None, **files: str
) -> list[tuple[str, str]]:
    """Message and hint of each warning about sources."""
    written = SUMS | (inputs or {})
    text = "".join(f"  {name}: {spec}\n" for name, spec in written.items())
    data = {"orders": ORDERS, "visits": VISITS, "plan": PLAN, "market": MARKET} | files
    shop.write({f"{name}.csv": rows for name, rows in data.items()},
               f"{HEAD}inputs:\n{text}metrics: {{m: {{formula: {' + '.join(written)}}}}}\n")  # fmt: skip
    result = rulecard.run("shop.yaml", {name: f"{name}.csv" for name in data}, engine=engine)
    assert {(problem.code, problem.severity) for problem in result.problems} <= {("RC516", "warning")}
    return [(problem.message, problem.hint or "") for problem in result.problems]


@BOTH
def test_the_same_entities_and_periods_are_no_news(shop_runs: Shop, engine: str) -> None:
    assert told(shop_runs, engine) == []


@BOTH
def test_an_entity_without_rows_where_a_value_is_missing(shop_runs: Shop, engine: str) -> None:
    assert told(shop_runs, engine, visits="shop,date,y\nA,2025-01-01,1\nA,2025-02-01,1\n") == [
        ("`visits` has no rows for 2 of 3 entities: B, C",
         "they have no `y`; correct the names, or give the inputs a `default`"),
    ]  # fmt: skip


@BOTH
@pytest.mark.parametrize("spec", ["{from: visits, formula: count()}", "{from: visits, formula: sum(y), default: 0}",
                                  "{from: visits, per: y, formula: count() > 1, then: sum}"])  # fmt: skip
def test_it_is_normal_where_a_count_or_a_default_stands_for_it(shop_runs: Shop, spec: str, engine: str) -> None:
    assert told(shop_runs, engine, {"y": spec}, visits="shop,date,y\nA,2025-01-01,1\nA,2025-02-01,1\n") == []


@BOTH
def test_names_spelt_in_two_ways_are_shown_even_so(shop_runs: Shop, engine: str) -> None:
    visits = "shop,date,y\nA,2025-01-01,1\nb,2025-01-02,1\nC,2025-02-01,1\n"
    counts = {name: f"{{from: {source}, formula: count()}}" for name, source in (("x", "orders"), ("y", "visits"))}
    assert told(shop_runs, engine, counts | {"goal": "{from: plan, formula: count()}"}, visits=visits) == [
        (
            "`visits` has no rows for 1 of 4 entities: B; only there: b",
            "`b` there may be `B`: write names alike in all sources",
        )
    ]


def test_of_two_sources_it_is_told_once(shop_runs: Shop) -> None:
    text = (
        "ruleset: two\nversion: 1.0.0\nentity: shop\nsources: {a: {columns: {shop: text, x: number}}, b: {columns: "
        "{shop: text, y: number}}}\ninputs: {x: {from: a}, y: {from: b}}\nmetrics: {m: {formula: x / y}}\n"
    )
    shop_runs.write({"a.csv": "shop,x\nA,1\nB,1\n", "b.csv": "shop,y\nA,1\nb,1\n"}, text)
    result = rulecard.run("shop.yaml", {"a": "a.csv", "b": "b.csv"})
    assert [problem.message for problem in result.problems] == ["`a` has no rows for 1 of 3 entities: b; only there: B"]


def test_five_are_named(shop_runs: Shop) -> None:
    orders = ORDERS + "".join(f"Z{n:02},2025-01-01,1\n" for n in range(30))
    plan = PLAN + "".join(f"Z{n:02},1\n" for n in range(30))
    (message, _), *others = told(shop_runs, orders=orders, plan=plan)
    assert message == "`visits` has no rows for 30 of 33 entities: Z00, Z01, Z02, Z03, Z04, …"
    assert others == []


@BOTH
def test_a_table_of_entities_that_lacks_some(shop_runs: Shop, engine: str) -> None:
    assert told(shop_runs, engine, plan="shop,goal\nA,1\nB,2\nX,9\n") == [
        (
            "`plan` has no rows for 1 of 3 entities: C",
            "they have no `goal`; correct the names, or give the inputs a `default`",
        )
    ]


def test_a_table_with_more_entities_than_have_cards_is_normal(shop_runs: Shop) -> None:
    assert told(shop_runs, plan=PLAN + "X,9\nY,9\n") == []


@BOTH
def test_periods_without_any_row(shop_runs: Shop, engine: str) -> None:
    rows = "".join(f"{shop},2025-{month:02}-15,1\n" for month in range(1, 10) for shop in "ABC")
    assert told(shop_runs, engine, {"y": "{from: visits, formula: count()}"}, orders=f"shop,date,x\n{rows}") == [
        ("`visits` has no rows in 7 of 9 months: 2025-03, 2025-04, 2025-05, 2025-06, 2025-07, …",
         "there is no `y` there; add the rows, or give the inputs a `default`"),
        ("`market` has no rows in 7 of 9 months: 2025-03, 2025-04, 2025-05, 2025-06, 2025-07, …",
         "there is no `rate` there; add the rows, or give the inputs a `default`"),
    ]  # fmt: skip


def test_a_default_stands_for_periods_too(shop_runs: Shop) -> None:
    inputs = {"rate": "{from: market, formula: mean(rate), default: 1}"}
    assert told(shop_runs, inputs=inputs, market="date,rate\n2025-01-05,1\n") == []


def test_cases_need_no_more_rows_than_they_are_about(shop_runs: Shop) -> None:
    told(shop_runs)
    (shop_runs.folder / "pairs.cases.yaml").write_text(
        "cases: ./shop.yaml\ntests:\n  - name: one\n    data: {orders: [{shop: A, date: 2025-01-01, x: 2}]}\n"
        "    expect: [{status: {m: missing_input}}]\n", encoding="utf-8",
    )  # fmt: skip
    assert rulecard.test("pairs.cases.yaml").passed


ZONES = """\
ruleset: zones
version: 1.0.0
entity: shop
period: day
sources: {a: {columns: {shop: text, date: datetime}}, b: {columns: {shop: text, date: datetime}}}
inputs: {x: {from: a, formula: count()}, y: {from: b, formula: count()}}
metrics: {m: {formula: x - y}}
"""


@pytest.mark.parametrize(
    ("first", "second", "zones"),
    [("+08:00", "Z", "`a` in +08:00, `b` in UTC"), ("", "+08:00", "`a` in no zone, `b` in +08:00"),
     ("Z", "+00:00", None), ("", "", None), ("+08:00", "+08:00", None)],
)  # fmt: skip
def test_times_of_two_zones(shop_runs: Shop, first: str, second: str, zones: str | None) -> None:
    rows = {
        "a.csv": f"shop,date\nA,2025-01-01T23:00:00{first}\n",
        "b.csv": f"shop,date\nA,2025-01-01T23:00:00{second}\n",
    }
    shop_runs.write(rows, ZONES)
    result = rulecard.run("shop.yaml", {"a": "a.csv", "b": "b.csv"})
    wanted = [] if zones is None else [f"times of sources are in different zones, and so are their days: {zones}"]
    assert [problem.message for problem in result.problems] == wanted


@BOTH
@pytest.mark.parametrize(
    ("period", "days", "wanted"),
    [
        ("month", ["2025-01-05", "2025-04-01", "2025-06-30"],
         "there are no rows in 3 months of 2025-01 to 2025-06: 2025-02, 2025-03, 2025-05"),
        ("quarter", ["2024-12-31", "2025-04-01"], "there are no rows in 1 quarter of 2024-Q4 to 2025-Q2: 2025-Q1"),
        ("year", ["2019-12-31", "2020-01-01"], None),
        ("day", ["2025-01-01", "2025-01-09"], None),
        ("week", ["2024-12-30", "2025-01-13"], "there are no rows in 1 week of 2025-W01 to 2025-W03: 2025-W02"),
    ],
)  # fmt: skip
def test_periods_that_no_source_has(
    shop_runs: Shop, period: str, days: list[str], wanted: str | None, engine: str
) -> None:
    text = f"ruleset: gaps\nversion: 1.0.0\nentity: shop\nperiod: {period}\n"
    text += "inputs: {x: {}}\nmetrics: {m: {formula: x}}\n"
    rows = "".join(f"{'AB'[place % 2]},{day},1\n" for place, day in enumerate(days))
    shop_runs.write({"data.csv": f"shop,date,x\n{rows}"}, text)
    result = rulecard.run("shop.yaml", "data.csv", engine=engine)
    assert [problem.message for problem in result.problems] == ([wanted] if wanted else [])
