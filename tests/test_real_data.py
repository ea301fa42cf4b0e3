"""Rulesets over two public data sets give the values that were published or computed for them elsewhere.

The data sets lie beside the project's root (`../shared/data`), not in it; without them these tests skip. All values of
the two `reference.json` are demanded here. One form of them cannot be expressed yet: `incremental_spend_*` of Hillstrom
is a difference to the control group, and a metric on the card of one segment cannot name the card of another. It is
computed here over the whole table, with one input for each group.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import rulecard

REAL = Path(__file__).parent / "real"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
TELCO = DATA / "telco_churn" / "Telco-Customer-Churn.csv"
HILLSTROM = DATA / "hillstrom_email" / "hillstrom_data.csv"
# the references are written with six decimals
DECIMALS = 0.51e-6

telco = pytest.mark.skipif(not TELCO.exists(), reason="the data set is not beside the project")
hillstrom = pytest.mark.skipif(not HILLSTROM.exists(), reason="the data set is not beside the project")
both_engines = pytest.mark.parametrize("engine", ["polars", "duckdb"])

WHOLE_TELCO = {
    "churn_rate": "churn_rate",
    "churn_share_of_rows": "churn_rate",
    "retention_rate": "retention_rate",
    "arpu": "arpu_monthly",
    "revenue": "mrr",
    "revenue_lost": "churned_mrr",
    "revenue_churn_rate": "revenue_churn_rate",
    "arpu_churned": "arpu_churned",
    "arpu_retained": "arpu_retained",
    "tenure": "tenure_mean",
    "paid_so_far": "ltv_historic_mean",
    "never_billed": "blank_total_charges",
    "not_billed_yet": "blank_total_charges",
    "ltv": "ltv_formula",
    "first_year_churn": "churn_first_year",
}
WHOLE_HILLSTROM = {
    "rows": "rows",
    "visit_rate": "visit_mean",
    "conversion_rate": "conversion_mean",
    "spend_each": "spend_mean",
    "lift_mens": "incremental_spend_mens",
    "lift_womens": "incremental_spend_womens",
    "visit_to_conversion": "visit_to_conversion",
    "order_value": "aov_converters",
    "past_spend": "historic_ltv_mean",
}


def reference(data: Path) -> dict[str, Any]:
    kpis = json.loads((data.parent / "reference.json").read_text(encoding="utf-8"))["kpis"]
    return {name: kpi["value"] for name, kpi in kpis.items()}


@cache
def run(ruleset: str, data: Path, engine: str) -> dict[Any, Any]:
    """The cards by the one value of their entity (None where the whole table is the entity)."""
    result = rulecard.run(REAL / ruleset, data, engine=engine)
    assert result.problems == ()
    return {next(iter(card.entity.values()), None): card for card in result.scorecards()}


def values(ruleset: str, data: Path, engine: str, metric: str) -> dict[Any, Any]:
    return {entity: card.metrics[metric].value for entity, card in run(ruleset, data, engine).items()}


def approximately(wanted: Any) -> Any:
    return pytest.approx(wanted, abs=DECIMALS, rel=0)


@telco
@both_engines
def test_telco_altogether(engine: str) -> None:
    (card,) = run("telco_whole.yaml", TELCO, engine).values()
    wanted = reference(TELCO)
    found = {metric: card.metrics[metric].value for metric in WHOLE_TELCO}
    assert found == {metric: approximately(wanted[name]) for metric, name in WHOLE_TELCO.items()}
    assert {metric.status for metric in card.metrics.values()} == {"ok"}
    assert (card.entity, card.period, card.stage) == ({}, None, None)
    # half the customers lost would be 0 points
    assert card.score == pytest.approx(100 * (1 - wanted["churn_rate"] / 0.5), abs=1e-3)


@telco
@both_engines
def test_telco_by_contract_and_internet_service(engine: str) -> None:
    wanted = reference(TELCO)
    assert values("telco.yaml", TELCO, engine, "churn_rate") == approximately(wanted["churn_by_contract"])
    assert values("telco_internet.yaml", TELCO, engine, "churn_rate") == approximately(wanted["churn_by_internet"])


@telco
@both_engines
def test_telco_by_contract_agrees_with_counting_by_hand(engine: str) -> None:
    rows = defaultdict(list)
    with TELCO.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["Contract"]].append(row)
    cards = run("telco.yaml", TELCO, engine)
    assert list(cards) == ["Month-to-month", "One year", "Two year"]
    for contract, card in cards.items():
        charges = [float(row["MonthlyCharges"]) for row in rows[contract]]
        lost = [float(row["MonthlyCharges"]) for row in rows[contract] if row["Churn"] == "Yes"]
        paid = [float(row["TotalCharges"]) for row in rows[contract] if row["TotalCharges"].strip()]
        new = [row for row in rows[contract] if int(row["tenure"]) <= 12]
        assert {name: metric.value for name, metric in card.metrics.items()} == {
            "churn_rate": pytest.approx(len(lost) / len(charges)),
            "retention_rate": pytest.approx(1 - len(lost) / len(charges)),
            "revenue_churn_rate": pytest.approx(sum(lost) / sum(charges)),
            "first_year_churn": pytest.approx(sum(row["Churn"] == "Yes" for row in new) / len(new)),
            "arpu": pytest.approx(sum(charges) / len(charges)),
            "arpu_churned": pytest.approx(sum(lost) / len(lost)),
            "arpu_retained": pytest.approx((sum(charges) - sum(lost)) / (len(charges) - len(lost))),
            "ltv": pytest.approx(sum(charges) / len(lost)),
            "tenure": pytest.approx(sum(int(row["tenure"]) for row in rows[contract]) / len(charges)),
            "paid_so_far": pytest.approx(sum(paid) / len(paid)),
            "never_billed": len(charges) - len(paid),
            "revenue": pytest.approx(sum(charges)),
            "revenue_lost": pytest.approx(sum(lost)),
        }
    assert [card.metrics["churn_rate"].level for card in cards.values()] == ["critical", "fair", "good"]
    monthly = cards["Month-to-month"]
    assert [advice.text for advice in monthly.advice] == [
        "42.7% of Month-to-month customers left. Offer them a year at a lower price."
    ]
    # no points for churn, and for revenue churn on the straight line from 50% to 0
    assert monthly.score == pytest.approx((0 + 100 * (1 - monthly.metrics["revenue_churn_rate"].value / 0.5)) / 2)


@hillstrom
@both_engines
def test_hillstrom_altogether(engine: str) -> None:
    (card,) = run("hillstrom_whole.yaml", HILLSTROM, engine).values()
    wanted = reference(HILLSTROM)
    found = {metric: card.metrics[metric].value for metric in WHOLE_HILLSTROM}
    assert found == {metric: approximately(wanted[name]) for metric, name in WHOLE_HILLSTROM.items()}


@hillstrom
@both_engines
def test_hillstrom_by_segment(engine: str) -> None:
    wanted = reference(HILLSTROM)
    metrics = {
        "visit_rate": "visit_by_segment",
        "conversion_rate": "conversion_by_segment",
        "spend_each": "spend_by_segment",
    }
    for metric, name in metrics.items():
        assert values("hillstrom.yaml", HILLSTROM, engine, metric) == approximately(wanted[name])
    cards = run("hillstrom.yaml", HILLSTROM, engine)
    assert {segment: card.metrics["visit_rate"].level for segment, card in cards.items()} == {
        "Mens E-Mail": "good",
        "No E-Mail": "poor",
        "Womens E-Mail": "fair",
    }
    assert all(card.metrics["visit_rate"].certain for card in cards.values())
    assert {segment: card.metrics["spend_each"].score for segment, card in cards.items()} == {
        "Mens E-Mail": 100.0,
        "No E-Mail": 0.0,
        "Womens E-Mail": 50.0,
    }
    rates = wanted["conversion_by_segment"]
    middle = (rates["Womens E-Mail"] - rates["No E-Mail"]) / (rates["Mens E-Mail"] - rates["No E-Mail"])
    assert cards["Womens E-Mail"].metrics["conversion_rate"].score == pytest.approx(100 * middle, abs=0.02)


@hillstrom
@both_engines
@pytest.mark.parametrize(
    ("ruleset", "name"),
    [
        ("hillstrom_recency.yaml", "repurchase_by_recency_month"),
        ("hillstrom_newbie.yaml", "conversion_newbie_vs_old"),
    ],
)
def test_hillstrom_by_a_column_of_whole_numbers(engine: str, ruleset: str, name: str) -> None:
    found = values(ruleset, HILLSTROM, engine, "conversion_rate")
    wanted = {int(entity): value for entity, value in reference(HILLSTROM)[name].items()}
    assert found == approximately(wanted)
    # 1, 2, … 10: numbers in their order, and not 1, 10, 11, 12, 2
    assert list(found) == sorted(wanted)
    assert all(type(entity) is int for entity in found)


def test_the_references_hold_no_value_that_is_not_demanded() -> None:
    if not (TELCO.exists() and HILLSTROM.exists()):
        pytest.skip("the data sets are not beside the project")
    assert set(reference(TELCO)) == {*WHOLE_TELCO.values(), "churn_by_contract", "churn_by_internet"}
    by_entity = {"visit_by_segment", "conversion_by_segment", "spend_by_segment"}
    by_number = {"repurchase_by_recency_month", "conversion_newbie_vs_old"}
    assert set(reference(HILLSTROM)) == {*WHOLE_HILLSTROM.values(), *by_entity, *by_number}


def test_the_rulesets_are_right() -> None:
    assert rulecard.validate(REAL).problems == ()
