"""What a run is told and cannot be done: said with what there is instead, by Python and by the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import rulecard
from rulecard.cli import main

from .shop_runs import HEADER, Shop

RULESET = """\
ruleset: shop-health
version: 0.1.0
entity: [shop, region]
period: month
inputs:
  orders: {}
  visits: {}
params:
  goal: {value: 4%, unit: percent}
  since: {value: 2025-01-01, type: date}
  strict: {value: true, type: flag}
  note: {value: plain, type: text}
metrics:
  conversion:
    formula: orders / visits if strict and note != "" else at(orders, "2025-01") / visits
    unit: percent
    better: higher
    target: goal
    score: {from: 0, to: goal}
  traffic: {formula: visits, better: higher, score: {from: 0, to: 10}}
stages:
  default: mature
  profiles:
    startup: {weights: {conversion: 1}, rest: 0}
    mature: {weights: {traffic: 1}, rest: 1}
"""
DATA = "shop,region,date,orders,visits\n" + "".join(
    f'"{shop}",{region},2025-{month:02d}-01,1,10\n'
    for shop, region in (("Anna", "north"), ("Anna", "south"), ("B, C", "north"))
    for month in (1, 2, 4)
)


@pytest.fixture
def shop(shop_runs: Shop) -> Shop:
    shop_runs.write({"shops.csv": DATA}, RULESET)
    return shop_runs


WRONG: list[tuple[dict[str, Any], list[str], str, str]] = [
    ({"stage": "growth"}, ["--stage", "growth"], "there is no stage `growth`", "startup, mature"),
    ({"stage": "matur"}, ["--stage", "matur"], "there is no stage `matur`", "did you mean `mature`?"),
    ({"params": {"gaol": "5%"}}, ["--set", "gaol=5%"], "there is no parameter `gaol`", "did you mean `goal`?"),
    ({"params": {"goal": "five"}}, ["--set", "goal=five"], "'five' is not a number, which `goal` is", "650 or 5%"),
    ({"params": {"goal": "nan"}}, ["--set", "goal=nan"], "'nan' is not a number", "650 or 5%"),
    ({"params": {"goal": "1e999"}}, ["--set", "goal=1e999"], "'1e999' is not a number", "650 or 5%"),
    ({"params": {"since": "01/02/2025"}}, ["--set", "since=01/02/2025"], "is not a date", "2025-03-01"),
    ({"params": {"since": "2025-02-30"}}, ["--set", "since=2025-02-30"], "is not a date", "2025-03-01"),
    ({"params": {"strict": "maybe"}}, ["--set", "strict=maybe"], "'maybe' is not a flag", "true or false"),
    ({"period": "2025-13"}, ["--period", "2025-13"], "`2025-13` is not a month", "2025-03"),
    ({"period": "march"}, ["--period", "march"], "`march` is not a month", "2025-03"),
    ({"period": ""}, ["--period", ""], "`` names no period", "2025-03"),
    ({"period": ".."}, ["--period", ".."], "`..` names no period", "2025-03"),
    ({"period": "2025-04..2025-01"}, ["--period", "2025-04..2025-01"], "ends before it begins", "`2025-01..2025-04`"),
    ({"period": "2025-03"}, ["--period", "2025-03"], "no card lies in the period", "from 2025-01 to 2025-04"),
    ({"period": "..2024"}, ["--period", "..2024"], "no card lies in the period", "from 2025-01 to 2025-04"),
    ({"entity": "Anna"}, ["--entity", "Anna"], "`Anna` does not name an entity", "such as shop=VALUE"),
    ({"entity": "shp=Anna"}, ["--entity", "shp=Anna"], "does not name an entity", "did you mean `shop=`?"),
    ({"entity": "shop=Ana"}, ["--entity", "shop=Ana"], "no card has the shop `Ana`", "did you mean `Anna`?"),
    ({"entity": "shop=Zoe"}, ["--entity", "shop=Zoe"], "no card has the shop `Zoe`", "there are: Anna, B, C"),
    (
        {"entity": ["shop=Anna", "region=nord"]},
        ["--entity", "shop=Anna", "--entity", "region=nord"],
        "no card has the region `nord`",
        "there are: north, south",
    ),
    (
        {"entity": "shop=Anna,region=west"},
        ["--entity", "shop=Anna,region=west"],
        "no card has the region `west`",
        "there are: north, south",
    ),
]


@pytest.mark.parametrize(("options", "arguments", "said", "hint"), WRONG, ids=[" ".join(case[1]) for case in WRONG])
def test_an_option_that_cannot_be_used(
    shop: Shop, options: dict[str, Any], arguments: list[str], said: str, hint: str
) -> None:
    with pytest.raises(rulecard.Problems) as raised:
        shop.result("shops.csv", **options)
    (problem,) = raised.value.problems
    assert problem.code == "RC509"
    assert said in problem.message
    assert hint in (problem.hint or "")
    assert main(["run", "shop.yaml", "--data", "shops.csv", *arguments]) == 2
    written = shop.capsys.readouterr()
    assert said in written.err
    assert "Traceback" not in written.err
    assert written.out == ""


def test_several_wrong_options_come_at_once(shop: Shop) -> None:
    with pytest.raises(rulecard.Problems) as raised:
        shop.result("shops.csv", stage="x", params={"y": 1, "goal": "z"}, period="w", engine="pandas")
    messages = [problem.message for problem in raised.value.problems]
    assert len(messages) == 5
    assert any("there is no engine `pandas`" in message for message in messages)


def test_an_engine_that_is_not_there(shop: Shop) -> None:
    assert main(["run", "shop.yaml", "--data", "shops.csv", "--engine", "pandas"]) == 2
    written = shop.capsys.readouterr()
    assert "pandas" in written.err
    assert "duckdb" in written.err
    assert "Traceback" not in written.err


def test_an_engine_that_is_not_installed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(rulecard.Problems) as raised:
        shop.result("shops.csv", engine="duckdb")
    (problem,) = raised.value.problems
    assert (problem.code, problem.hint) == ("RC509", 'pip install "rulecard[duckdb]"')


def test_data_for_a_source_that_is_not_there_and_none_for_one_that_is(shop: Shop) -> None:
    assert main(["run", "shop.yaml", "--data", "dat=shops.csv"]) == 2
    said = shop.capsys.readouterr().err
    assert "the ruleset has no source `dat`" in said
    assert "did you mean `data`?" in said
    assert "there is no data for the source `data`" in said
    assert main(["run", "shop.yaml"]) == 2
    assert "--data FILE" in shop.capsys.readouterr().err
    nothings: list[Any] = [[], {}, None]
    for nothing in nothings:
        with pytest.raises(rulecard.Problems) as raised:
            rulecard.run("shop.yaml", nothing)
        assert [problem.code[:3] for problem in raised.value.problems] == ["RC5"]


@pytest.mark.parametrize("data", [5, "", object(), [1, 2], [{"shop": "A"}], {"data": 5}, b"shops.csv", [None]])
def test_data_that_is_no_table(shop: Shop, data: Any) -> None:
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("shop.yaml", data)
    (problem,) = raised.value.problems
    assert problem.code == "RC500"
    assert problem.hint


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("options", "cards"),
    [
        ({"entity": "shop=B, C,region=north", "period": "2025-01"}, ["B, C north 01"]),
        ({"entity": "region=south"}, ["Anna south 01", "Anna south 02", "Anna south 04"]),
        ({"entity": "shop=Anna,region=north", "period": "2025-02"}, ["Anna north 02"]),
        (
            {"entity": ["shop=Anna,region=north", "region=south"], "period": "2025-03.."},
            ["Anna north 04", "Anna south 04"],
        ),
        ({"period": "2025-01..2025-01", "entity": "region=south"}, ["Anna south 01"]),
        ({"period": "..2025-03", "entity": "region=south"}, ["Anna south 01", "Anna south 02"]),
        ({"period": "2025", "entity": "region=south"}, ["Anna south 01", "Anna south 02", "Anna south 04"]),
        ({"period": "2025-Q1", "entity": "region=south"}, ["Anna south 01", "Anna south 02"]),
    ],
)
def test_what_is_chosen_is_shown_and_nothing_else(
    shop: Shop, options: dict[str, Any], cards: list[str], engine: str
) -> None:
    result = shop.result("shops.csv", engine=engine, **options)
    assert [f"{a} {b} {month[-2:]}" for a, b, month in result.cards.select("shop", "region", "period").rows()] == cards


def test_values_of_parameters_by_text_and_by_python(shop: Shop) -> None:
    for given, wanted in (("6%", 0.06), ("0.06", 0.06), (0.06, 0.06), (1, 1.0), (" 6 % ", 0.06)):
        result = shop.result("shops.csv", params={"goal": given})
        assert result.params["goal"] == wanted
        assert next(result.scorecards()).metrics["conversion"].target == wanted
    result = shop.result("shops.csv", params={"strict": False, "since": "2025-06-01", "note": "x=y"})
    assert (result.params["strict"], result.params["since"], result.params["note"]) == (False, "2025-06-01", "x=y")


def test_without_entity_or_period_there_is_nothing_to_choose(shop_runs: Shop) -> None:
    whole = "ruleset: whole\nversion: 1.0.0\ninputs: {orders: {}}\nmetrics: {m: {formula: orders * 1}}\n"
    shop_runs.write({"one.csv": "orders\n5\n"}, whole)
    assert [card.metrics["m"].value for card in shop_runs.result("one.csv").scorecards()] == [5.0]
    for options, said in (({"period": "2025-01"}, "no periods"), ({"entity": "A"}, "no entity")):
        with pytest.raises(rulecard.Problems) as raised:
            shop_runs.result("one.csv", **options)
        assert said in raised.value.problems[0].message


@pytest.mark.parametrize("word", ["shop=B, C", "B, C"])
def test_the_name_of_a_lone_entity_may_hold_commas_and_equals_signs(shop_runs: Shop, word: str) -> None:
    shop_runs.write({"shops.csv": HEADER + '"B, C",2025-01-01,1,10\nA,2025-01-01,1,10\n'})
    assert shop_runs.result("shops.csv", entity=word).cards["shop"].to_list() == ["B, C"]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_stage_that_the_ruleset_does_not_have_is_told(tmp_path: Path, engine: str) -> None:
    file = tmp_path / "staged.yaml"
    file.write_text(
        "ruleset: staged\nversion: 0.1.0\nentity: shop\ninputs: {x: {}, phase: {type: text}}\n"
        "metrics:\n  a: {formula: x, score: {from: 0, to: 10}}\n  b: {formula: x * 2, score: {from: 0, to: 10}}\n"
        "stages:\n  choose: {from: phase}\n  default: late\n  profiles:\n"
        "    early: {weights: {a: 1}, rest: 0}\n    late: {weights: {b: 1}, rest: 0}\n",
        encoding="utf-8",
    )
    data = pl.DataFrame({"shop": ["A", "B", "C"], "x": [3.0, 3.0, 3.0], "phase": ["early", "Early", None]})
    result = rulecard.run(file, data, engine=engine)
    assert [(card.stage, card.score) for card in result.scorecards()] == [("early", 30), ("late", 60), ("late", 60)]
    [problem] = result.problems
    assert (problem.code, problem.severity) == ("RC511", "warning")
    assert "'Early' (1)" in problem.message
    assert problem.hint == "1 card counts by the default stage `late`"
    assert rulecard.run(file, data, engine=engine, stage="early").problems == ()
