"""What nobody has: sources that a dataset says are nowhere, and columns that are constant or empty."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rulecard
from rulecard.cli import main

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
sources:
  orders:
    columns: {shop: text, date: date, customer: text, amount: number, reason: text, agent: text}
    lookup: {agents: {on: agent, columns: [region]}}
  tickets: {columns: {shop: text, date: date, customer: text}}
  agents: {columns: {agent: text, region: text}}
inputs:
  revenue: {from: orders, formula: sum(amount)}
  orders: {from: orders, formula: count()}
  complaints: {from: tickets, formula: count()}
  complaints_or_0: {from: tickets, formula: count(), default: 0}
  for_price: {from: orders, formula: count(), where: reason == "price"}
  reasons: {from: orders, per: reason, formula: count(), then: max}
  north: {from: orders, formula: count(), where: region == "north"}
  complained: {conversion: {from: orders, to: tickets, id: customer, within: 7 days}}
metrics:
  revenue_: {formula: revenue}
  orders_: {formula: orders}
  complaints_: {formula: complaints}
  complaints_or_0_: {formula: complaints_or_0}
  for_price_: {formula: for_price}
  reasons_: {formula: reasons}
  north_: {formula: north}
  complained_: {formula: complained}
"""
ORDERS = "date,customer,amount,agent\n2025-01-03,a,10,x\n2025-01-05,b,20.5,y\n2025-02-05,b,20,\n"
DATASET = """\
dataset: d
sources:
  orders: {path: orders.csv, constants: {shop: 海淀店, reason: null}}
  tickets: none
  agents: none
"""
both_engines = pytest.mark.parametrize("engine", ["polars", "duckdb"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"shop.yaml": RULESET, "orders.csv": ORDERS, "data.yaml": DATASET}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def values(result: rulecard.Result, period: str = "2025-01") -> dict[str, Any]:  # type: ignore[name-defined]
    (card,) = (card for card in result.scorecards() if card.period == period)
    assert card.entity == {"shop": "海淀店"}
    found = {id: one.status if one.value is None else one.value for id, one in card.metrics.items()}
    return {id.rstrip("_"): value for id, value in found.items()}


@both_engines
def test_what_has_no_data_has_no_value_counts_included(folder: Path, engine: str) -> None:
    result = rulecard.run("shop.yaml", dataset="data.yaml", engine=engine)
    assert result.problems == ()
    nothing = dict.fromkeys(["complaints", "complaints_or_0", "for_price", "reasons", "north", "complained"])
    assert values(result) == {"revenue": 30.5, "orders": 2.0, **dict.fromkeys(nothing, "missing_input")}
    # with the same data at hand, counts count
    dataset = DATASET.replace("reason: null", "reason: price").replace("tickets: none", "tickets: {path: tickets.csv}")
    (folder / "data.yaml").write_text(dataset.replace("agents: none", "agents: {path: agents.csv}"), encoding="utf-8")
    (folder / "tickets.csv").write_text(
        "shop,date,customer\n海淀店,2025-01-06,b\n海淀店,2025-02-20,z\n", encoding="utf-8"
    )
    (folder / "agents.csv").write_text("agent,region\nx,north\ny,south\n", encoding="utf-8")
    found = values(rulecard.run("shop.yaml", dataset="data.yaml", engine=engine))
    assert found == {
        "revenue": 30.5, "orders": 2.0, "complaints": 1.0, "complaints_or_0": 1.0, "for_price": 2.0, "reasons": 2.0,
        "north": 1.0, "complained": 1.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("suffix", "header", "decimal"),
    [("csv", "date,customer,amount,agent", "."), ("csv", "date;customer;amount;agent", ",")],
)
def test_constants_are_read_as_cells_of_their_file(folder: Path, suffix: str, header: str, decimal: str) -> None:
    separator = header[4]
    lines = [header, *(separator.join(row) for row in (["2025-01-03", "a", "10", "x"], ["2025-01-05", "b", "20", "y"]))]
    (folder / f"some.{suffix}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    constants = "{shop: 海淀店, reason: price, amount: 2.5}"
    entry = f"  orders: {{path: some.{suffix}, decimal: '{decimal}', constants: {constants}}}\n"
    (folder / "data.yaml").write_text(
        "dataset: d\nsources:\n" + entry + "  tickets: none\n  agents: none\n", encoding="utf-8"
    )
    # the constant is meant, whatever a column of that name holds
    assert values(rulecard.run("shop.yaml", dataset="data.yaml"))["revenue"] == 5.0


def test_the_same_on_the_command_line_and_in_python(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--dataset", "data.yaml", "--data", "tickets=none", "--data", "agents=none"]
    assert main(["run", "shop.yaml", *given, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in report["sources"]] == ["orders"]
    assert report["cards"][0]["metrics"]["complaints_"]["status"] == "missing_input"
    found = rulecard.run("shop.yaml", {"tickets": None, "agents": None}, dataset="data.yaml")
    assert json.loads(found.to_json())["cards"] == report["cards"]
    assert main(["run", "shop.yaml", "--data", "tickets=none", "--data", "tickets=t.csv"]) == 2
    assert "`tickets` has no data by `--data tickets=none`, and files besides" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        (
            DATASET.replace("shop: 海淀店", "shpo: 海淀店"),
            "data.yaml:3:42: error[RC417] `shpo` is no column of `orders`",
        ),
        (
            DATASET.replace("constants:", "columns: {date: reason}, constants:"),
            "error[RC420] `date` is called `reason`",
        ),
        ("dataset: d\nsources: {orders: none, tickets: none, agents: none}\n", "error[RC501] there is no data for any"),
        (DATASET.replace("agents: none", "agents: a.csv"), "A file is written as a map with `path`"),
        (DATASET.replace("  agents: none\n", ""), "or `agents: none` if there is no such data"),
        (DATASET.replace("shop: 海淀店", "shop: null"), "error[RC507]"),
    ],
)
def test_mistakes_are_told(folder: Path, capsys: pytest.CaptureFixture[str], dataset: str, said: str) -> None:
    (folder / "data.yaml").write_text(dataset, encoding="utf-8")
    assert main(["run", "shop.yaml", "--dataset", "data.yaml"]) == 2
    assert said in capsys.readouterr().err


PARAMS = "dataset: d\nsources: {data: {path: data.csv}}\nparams: {goal: 4, of_another_ruleset: x}\n"
WITH_GOAL = (
    "ruleset: g\nversion: 1.0.0\ninputs: {x: {}}\nparams: {goal: {value: 2}}\nmetrics: {m: {formula: x / goal}}\n"
)


def test_a_dataset_sets_params_that_go_with_its_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in {"g.yaml": WITH_GOAL, "data.csv": "x\n8\n", "data.yaml": PARAMS}.items():
        (folder / name).write_text(text, encoding="utf-8")

    def value(**options: Any) -> float | None:
        (card,) = rulecard.run("g.yaml", dataset="data.yaml", **options).scorecards()
        return card.metrics["m"].value

    assert value() == 2.0
    assert value(params={"goal": 1}) == 8.0
    assert main(["validate", "g.yaml", "--dataset", "data.yaml"]) == 0
    for wrong, said in {
        "goal: often": "data.yaml:3:16: error[RC509] 'often' is not a number, which `goal` is",
        "gaol: 4": "data.yaml:3:10: error[RC417] the ruleset has no parameter `gaol`",
    }.items():
        (folder / "data.yaml").write_text(PARAMS.replace("goal: 4", wrong), encoding="utf-8")
        assert main(["validate", "g.yaml", "--dataset", "data.yaml"]) == 1
        assert said in capsys.readouterr().out
