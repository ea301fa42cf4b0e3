"""Public data sets counted by hand, in plain Python, and what else their scorecards hold: levels, scores, advice."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime

import pytest

from . import real_runs as runs
from .real_data import beside, both_engines, cards, reference, run, values


@both_engines
def test_telco_altogether(engine: str) -> None:
    (card,) = cards(runs.TELCO_WHOLE, engine).values()
    wanted = reference("telco_churn")
    assert {metric.status for metric in card.metrics.values()} == {"ok"}
    assert (card.entity, card.period, card.stage) == ({}, None, None)
    # half the customers lost would be 0 points
    assert card.score == pytest.approx(100 * (1 - wanted["churn_rate"] / 0.5), abs=1e-3)
    assert card.metrics["churn_share_of_rows"].value == pytest.approx(wanted["churn_rate"], abs=1e-6)
    assert card.metrics["not_billed_yet"].value == wanted["blank_total_charges"]


@both_engines
def test_telco_by_contract(engine: str) -> None:
    rows = defaultdict(list)
    with (beside("telco_churn") / "Telco-Customer-Churn.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["Contract"]].append(row)
    found = cards(runs.TELCO, engine)
    assert list(found) == ["Month-to-month", "One year", "Two year"]
    for contract, card in found.items():
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
    assert [card.metrics["churn_rate"].level for card in found.values()] == ["critical", "fair", "good"]
    monthly = found["Month-to-month"]
    assert [advice.text for advice in monthly.advice] == [
        "42.7% of Month-to-month customers left. Offer them a year at a lower price."
    ]
    # no points for churn, and for revenue churn on the straight line from 50% to 0
    assert monthly.score == pytest.approx((0 + 100 * (1 - monthly.metrics["revenue_churn_rate"].value / 0.5)) / 2)


@both_engines
def test_hillstrom_by_segment(engine: str) -> None:
    found = cards(runs.HILLSTROM, engine)
    assert {segment: card.metrics["visit_rate"].level for segment, card in found.items()} == {
        "Mens E-Mail": "good",
        "No E-Mail": "poor",
        "Womens E-Mail": "fair",
    }
    assert all(card.metrics["visit_rate"].certain for card in found.values())
    assert {segment: card.metrics["spend_each"].score for segment, card in found.items()} == {
        "Mens E-Mail": 100.0,
        "No E-Mail": 0.0,
        "Womens E-Mail": 50.0,
    }
    rates = reference("hillstrom_email")["conversion_by_segment"]
    middle = (rates["Womens E-Mail"] - rates["No E-Mail"]) / (rates["Mens E-Mail"] - rates["No E-Mail"])
    assert found["Womens E-Mail"].metrics["conversion_rate"].score == pytest.approx(100 * middle, abs=0.02)


@both_engines
@pytest.mark.parametrize("wanted", [runs.HILLSTROM_RECENCY, runs.HILLSTROM_NEWBIE], ids=lambda wanted: wanted.ruleset)
def test_hillstrom_by_a_column_of_whole_numbers(engine: str, wanted: runs.Run) -> None:
    found = list(cards(wanted, engine))
    # 1, 2, … 10: numbers in their order, and not 1, 10, 11, 12, 2
    assert found == sorted(found)
    assert all(type(entity) is int for entity in found)


@both_engines
def test_deals_by_region(engine: str) -> None:
    with (beside("maven_crm") / "sales_teams.csv").open(encoding="utf-8", newline="") as file:
        office = {row["sales_agent"]: row["regional_office"] for row in csv.DictReader(file)}
    taken = defaultdict(list)
    with (beside("maven_crm") / "sales_pipeline.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["deal_stage"] == "Won":
                closed, engaged = (datetime.fromisoformat(row[f"{name}_date"]) for name in ("close", "engage"))
                taken[office[row["sales_agent"]]].append((closed - engaged).days)
    wanted = {region: pytest.approx(sum(days) / len(days)) for region, days in taken.items()}
    assert values(runs.MAVEN_REGION, "cycle", engine) == wanted
    levels = {region: card.metrics["win_rate"].level for region, card in cards(runs.MAVEN_REGION, engine).items()}
    assert levels == {"Central": "fair", "East": "fair", "West": "good"}


@both_engines
def test_keys_that_a_lookup_does_not_find_are_counted(engine: str) -> None:
    (problem,) = run(runs.MAVEN, engine).problems
    missing = reference("maven_crm")["product_key_mismatch_rows"]
    assert f"{missing:,}" in problem.message
    assert "GTXPro" in problem.message


@both_engines
def test_cohorts_of_shoppers(engine: str) -> None:
    """Each month's new shoppers, and how many of them bought again one month and three months later."""
    months = defaultdict(set)
    for file in sorted((beside("online_retail") / "by-day").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                kept = row["CustomerID"] and row["InvoiceNo"].isdigit()
                if kept and int(row["Quantity"]) > 0 and float(row["UnitPrice"]) > 0:
                    months[row["InvoiceDate"][:7]].add(row["CustomerID"])
    labels, seen = sorted(months), set[str]()
    cohorts = {}
    for label in labels:
        cohorts[label] = months[label] - seen
        seen |= months[label]
    assert values(runs.RETAIL_MONTHS, "active", engine) == {label: len(shoppers) for label, shoppers in months.items()}
    for after in (1, 3, 11):
        # the data ends on the 9th of December, so that month and all that reach into it are open
        closed = [place for place in range(len(labels)) if place + after < len(labels) - 1]
        wanted = {
            labels[place]: pytest.approx(
                len(cohorts[labels[place]] & months[labels[place + after]]) / len(cohorts[labels[place]])
            )
            for place in closed
        }
        found = values(runs.RETAIL_MONTHS, f"retention_{after}", engine)
        assert {label: found[label] for label in wanted} == wanted
        statuses = {
            label: card.metrics[f"retention_{after}"].status
            for label, card in cards(runs.RETAIL_MONTHS, engine).items()
        }
        assert {label for label, status in statuses.items() if status == "window_open"} == set(labels) - set(wanted)


@both_engines
def test_days_between_the_first_and_the_last_line(engine: str) -> None:
    ends = [datetime.fromisoformat(reference("online_retail")[f"date_{end}"]).date() for end in ("min", "max")]
    assert values(runs.RETAIL, "days", engine) == {None: (ends[1] - ends[0]).days}
