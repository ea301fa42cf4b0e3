"""Columns of another source for each row: win rates by region, of deals that know only their agent; on both engines."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import rulecard

from .shop_runs import Shop

BOTH = pytest.mark.parametrize("engine", ["polars", "duckdb"])
HEAD = "ruleset: win\nversion: 1.0.0\nperiod: month\nentity: region\n"
SOURCES = """\
sources:
  deals:
    columns: {agent: text, date: date, won: flag, amount: number}
    lookup: {teams: {on: agent, columns: [region]}}
  teams:
    columns: {agent: text, region: text, quota: number}
"""
INPUTS = "inputs: {won: {from: deals, formula: share(won)}}\nmetrics: {m: {formula: won * 1}}\n"
DEALS = """\
agent,date,won,amount
Ann,2025-01-03,yes,10
Bob,2025-01-04,no,20
Cid,2025-01-05,yes,30
Ann,2025-01-06,no,40
Ann,2025-02-01,yes,50
"""
TEAMS = "agent,region,quota\nAnn,north,5\nBob,north,6\nCid,南,7\nDan,west,8\n"
Told = list[tuple[str, str, str]]


def run(
    shop: Shop, ruleset: str = HEAD + SOURCES + INPUTS, engine: str = "polars", **files: str
) -> tuple[dict[Any, Any], Told]:
    """The first metric of each card, and the warnings; files by the name of their source."""
    files = {"deals": DEALS, "teams": TEAMS} | files
    shop.write({f"{name}.csv": text for name, text in files.items()}, ruleset)
    result = rulecard.run("shop.yaml", {name: f"{name}.csv" for name in files}, engine=engine)
    found = {}
    for card in result.scorecards():
        metric = next(iter(card.metrics.values()))
        found[*card.entity.values(), card.period] = metric.status if metric.value is None else metric.value
    return found, [(problem.code, problem.message, problem.hint or "") for problem in result.problems]


def refused(shop: Shop, ruleset: str = HEAD + SOURCES + INPUTS, **files: str) -> Told:
    with pytest.raises(rulecard.Problems) as raised:
        run(shop, ruleset, **files)
    return [(problem.code, problem.message, problem.hint or "") for problem in raised.value.problems]


@BOTH
def test_win_rate_by_region(shop_runs: Shop, engine: str) -> None:
    cards, told = run(shop_runs, engine=engine)
    assert cards == {("north", "2025-01"): pytest.approx(1 / 3), ("north", "2025-02"): 1.0, ("南", "2025-01"): 1.0}
    assert told == []


@BOTH
def test_a_key_that_is_not_found_leaves_the_row_without_values(shop_runs: Shop, engine: str) -> None:
    text = HEAD.replace("region", "[]").replace("entity: []\n", "") + SOURCES
    text += "inputs: {n: {from: deals, formula: count()}, r: {from: deals, formula: count(region)}}\n"
    deals = DEALS + "Eve,2025-01-09,no,1\nEve,2025-01-10,no,1\nFay,2025-02-10,no,1\n,2025-02-11,no,1\n"
    cards, told = run(shop_runs, text + "metrics: {m: {formula: n * 10 + r}}\n", engine, deals=deals)
    assert cards == {("2025-01",): 64.0, ("2025-02",): 31.0}
    assert told == [
        ("RC515", "deals.csv: `agent` is not found in `teams` in 3 rows (2 different): Eve (row 7), Fay (row 9)",
         "these rows have no `region`; add the keys to `teams`"),
    ]  # fmt: skip


def test_a_row_without_an_entity_belongs_to_no_card_and_is_told_of(shop_runs: Shop) -> None:
    cards, told = run(shop_runs, deals=DEALS + "Eve,2025-01-09,no,1\n,2025-02-11,no,1\nDan,2025-01-09,no,1\n",
                      teams=TEAMS.replace("west", ""))  # fmt: skip
    assert list(cards) == [("north", "2025-01"), ("north", "2025-02"), ("南", "2025-01")]
    assert [(code, message) for code, message, _ in told] == [
        ("RC515", "deals.csv: `agent` is not found in `teams` in 1 row: Eve (row 7)"),
        ("RC507", "deals.csv: `region` is looked up and missing in 3 rows: row 7, row 8, row 9"),
    ]


def test_no_more_than_five_keys_are_named(shop_runs: Shop) -> None:
    deals = DEALS + "".join(f"new-{n},2025-01-09,no,1\n" for n in range(40)) * 2
    _, told = run(shop_runs, deals=deals)
    assert told[0][1] == (
        "deals.csv: `agent` is not found in `teams` in 80 rows (40 different): "
        "new-0 (row 7), new-1 (row 8), new-2 (row 9), new-3 (row 10), new-4 (row 11), …"
    )


def test_names_that_differ_in_spaces_or_case_are_shown(shop_runs: Shop) -> None:
    deals = DEALS + 'ann,2025-01-09,no,1\n"CI D",2025-01-09,no,1\nEve,2025-01-09,no,1\n'
    _, told = run(shop_runs, deals=deals)
    assert told[0][2] == "2 of them differ only in spaces or case, such as `ann` here and `Ann` there: write both alike"


def test_a_key_that_stands_twice_is_refused(shop_runs: Shop) -> None:
    teams = TEAMS + "Ann,south,1\nCid,west,1\nCid,west,1\n,a,1\n,b,1\n"
    assert refused(shop_runs, teams=teams) == [
        ("RC514",
         "teams.csv: 2 keys stand more than once in `agent`: Ann (row 2 and row 6), Cid (3 rows, row 4 to row 8)",
         "take the repeated rows out: `deals` looks up one row for each of its own"),
    ]  # fmt: skip


def test_of_many_repeated_keys_five_are_named(shop_runs: Shop) -> None:
    teams = TEAMS + "".join(f"x{n},a,1\n" for n in range(9)) * 2
    (_, message, _), *_ = refused(shop_runs, teams=teams)
    assert message.startswith("teams.csv: 9 keys stand more than once")
    assert message.endswith("x4 (row 10 and row 19), …")


@BOTH
def test_chains_maps_and_several_keys(shop_runs: Shop, engine: str) -> None:
    text = """\
ruleset: chain
version: 1.0.0
entity: land
sources:
  deals:
    columns: {agent: text, date: date, won: flag, amount: number}
    lookup:
      teams: {on: {agent: name}, columns: {land: land, office: office}}
      goals: {on: {land: land, date: day}, columns: {aim: goal}}
  teams:
    columns: {name: text, office: integer}
    lookup: {offices: {on: {office: id}, columns: [land]}}
  offices: {columns: {id: number, land: text}}
  goals: {columns: {day: date, land: text, goal: number}}
inputs:
  aims: {from: deals, formula: sum(amount / aim)}
metrics:
  m: {formula: aims * 1}
"""
    cards, told = run(
        shop_runs, text, engine, teams="name,office\nAnn,1\nBob,2\nCid,\n", offices="id,land\n1,A\n2,B\n3,C\n",
        goals="day,land,goal\n2025-01-03,A,5\n2025-01-06,A,8\n2025-01-04,B,4\n2025-01-04,A,100\n",
    )  # fmt: skip
    assert cards == {("A", None): 7.0, ("B", None): 5.0}
    assert [(code, message) for code, message, _ in told] == [
        ("RC515", "deals.csv: `land` and `date` are not found in `goals` in 1 row: A / 2025-02-01 (row 6)"),
        ("RC507", "deals.csv: `land` is looked up and missing in 1 row: row 4"),
    ]


@BOTH
def test_the_time_may_be_looked_up(shop_runs: Shop, engine: str) -> None:
    text = """\
ruleset: lines
version: 1.0.0
entity: shop
period: month
sources:
  items:
    columns: {order: integer, amount: number}
    lookup: {orders: {on: order, columns: [shop, date]}}
  orders: {columns: {order: integer, shop: integer, date: date}}
inputs: {sold: {from: items, formula: sum(amount)}}
metrics: {m: {formula: sold * 1}}
"""
    orders = "order,shop,date\n1,71,2025-01-31\n2,71,2025-02-01\n3,8,2025-02-01\n4,9,2025-02-01\n"
    shop_runs.write({"items.csv": "order,amount\n1,10\n1,20\n2,5\n3,7\n", "orders.csv": orders}, text)
    result = rulecard.run("shop.yaml", {"items": "items.csv", "orders": "orders.csv"}, engine=engine)
    cards = [(card.entity["shop"], card.period, card.metrics["m"].value) for card in result.scorecards()]
    # whole numbers stay so; shop 9 has an order without an item, so that it makes no card
    assert cards == [(8, "2025-02", 7.0), (71, "2025-01", 30.0), (71, "2025-02", 5.0)]
    assert result.problems == ()


@BOTH
def test_an_entity_of_whole_numbers_under_another_name(shop_runs: Shop, engine: str) -> None:
    text = """\
ruleset: lines
version: 1.0.0
entity: shop
sources:
  items:
    columns: {order: integer, amount: number}
    lookup: {orders: {on: {order: id}, columns: {shop: place}}}
  orders: {columns: {id: integer, place: integer}}
inputs: {sold: {from: items, formula: sum(amount)}}
metrics: {m: {formula: sold * 1}}
"""
    shop_runs.write({"items.csv": "order,amount\n1,10\n2,5\n", "orders.csv": "id,place\n1,71\n2,\n"}, text)
    result = rulecard.run("shop.yaml", {"items": "items.csv", "orders": "orders.csv"}, engine=engine)
    assert [(card.entity["shop"], card.metrics["m"].value) for card in result.scorecards()] == [(71, 10.0)]


@BOTH
def test_a_source_that_is_looked_up_and_taken_from(shop_runs: Shop, engine: str) -> None:
    text = HEAD + SOURCES + (
        "inputs: {won: {from: deals, formula: sum(amount)}, quota: {from: teams, formula: sum(quota)}}\n"
        "metrics: {m: {formula: won / quota}}\n"
    )  # fmt: skip
    cards, told = run(shop_runs, text, engine, teams=TEAMS + "Eve,,9\n", deals=DEALS + "Eve,2025-01-01,no,1000\n")
    assert cards == {("north", "2025-01"): 70 / 11, ("north", "2025-02"): 50 / 11, ("南", "2025-01"): 30 / 7}
    assert {code for code, _, _ in told} == {"RC507"}


def test_constraints_belong_to_the_other_source(shop_runs: Shop) -> None:
    constrained = "region: {type: text, required: true, one_of: [north, 南, west]},"
    text = (HEAD + SOURCES + INPUTS).replace("region: text,", constrained)
    cards, told = run(shop_runs, text, deals=DEALS + "Eve,2025-01-01,no,1000\n")
    assert len(cards) == 3
    assert [code for code, _, _ in told] == ["RC515", "RC507"]
    (code, message, _), *_ = refused(shop_runs, text, teams=TEAMS.replace("west", "east"))
    assert (code, message) == ("RC506", "teams.csv: column `region`: none of north, 南, west in 1 row: row 5 ('east')")


def test_rows_that_were_dropped_are_not_found(shop_runs: Shop) -> None:
    text = (HEAD + SOURCES + INPUTS).replace("quota: number}", "quota: {type: number, min: 6}}\n    on_violation: drop")
    cards, told = run(shop_runs, text)
    assert list(cards) == [("north", "2025-01"), ("南", "2025-01")]
    assert [code for code, _, _ in told] == ["RC506", "RC515", "RC507"]


def test_an_empty_table_to_look_up_in_is_refused(shop_runs: Shop) -> None:
    (code, message, _), *_ = refused(shop_runs, teams="agent,region,quota\n")
    assert code == "RC501"
    assert message.startswith("teams.csv")


def test_numbers_too_large_to_be_told_apart_are_no_keys(shop_runs: Shop) -> None:
    text = (HEAD + SOURCES + INPUTS).replace("agent: text", "agent: number")
    deals = "agent,date,won,amount\n9007199254740993,2025-01-01,yes,1\n"
    teams = "agent,region,quota\n9007199254740993,a,1\n"
    (code, _, hint), *_ = refused(shop_runs, text, deals=deals, teams=teams)
    assert (code, hint) == ("RC514", "declare `agent` and `deals.agent` as text")


@BOTH
def test_frames_of_several_libraries(shop_runs: Shop, engine: str) -> None:
    pandas = pytest.importorskip("pandas")
    shop_runs.write({"deals.csv": DEALS, "teams.csv": TEAMS}, HEAD + SOURCES + INPUTS)
    frames = {"deals": pandas.read_csv("deals.csv"), "teams": pl.read_csv("teams.csv")}
    cards = list(rulecard.run("shop.yaml", frames, engine=engine).scorecards())
    by_hand = frames["deals"].merge(frames["teams"].to_pandas(), on="agent")
    by_hand["month"] = by_hand["date"].str[:7]
    wanted = by_hand.assign(won=by_hand["won"] == "yes").groupby(["region", "month"])["won"].mean()
    assert [card.metrics["m"].value for card in cards] == pytest.approx(list(wanted))


CASES = """\
cases: win
tests:
  - name: by region
    data:
      deals:
        - {agent: Ann, date: 2025-01-03, won: true, amount: 1}
        - {agent: Bob, date: 2025-01-03, won: false, amount: 1}
        - {agent: Eve, date: 2025-01-03, won: false, amount: 1}
      teams:
        - {agent: Ann, region: north, quota: 1}
        - {agent: Bob, region: south, quota: 1}
    expect:
      - {entity: {region: north}, metrics: {m: 1}}
      - {entity: {region: south}, metrics: {m: 0}}
"""


def test_cases_with_rows_look_up_as_well(shop_runs: Shop) -> None:
    shop_runs.write({}, HEAD + SOURCES + INPUTS)
    (shop_runs.folder / "win.cases.yaml").write_text(
        CASES.replace("cases: win", "cases: ./shop.yaml"), encoding="utf-8"
    )
    report = rulecard.test("win.cases.yaml")
    assert report.problems == ()
    assert report.passed
    assert len(report.results) == 1
