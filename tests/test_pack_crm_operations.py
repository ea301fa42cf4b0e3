"""The pack `crm-operations`: its sample against plain Python, its overlays, and the references of public data."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import date, datetime
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import rulecard

from .real_data import REAL, approximately, beside, both_engines, reference

PACK = Path(__file__).resolve().parents[1] / "rulesets" / "crm-operations"
SAMPLE = PACK / "sample"
CLOSING = date(2025, 6, 30)
BUSINESSES = ("森叶茶铺", "追风户外", "云启软件", "博学堂", "颜悦医美", "邻里鲜生")
INDUSTRIES = {
    "crm-retail": "森叶茶铺", "crm-education": "博学堂", "crm-b2b-saas": "云启软件", "crm-finance": "云启软件",
    "crm-medical-aesthetics": "颜悦医美", "crm-small-company": "邻里鲜生", "crm-large-company": "追风户外",
}  # fmt: skip


@cache
def cards(ruleset: str = "crm-operations", *overlays: str) -> dict[tuple[str, str | None], Any]:
    result = rulecard.run(ruleset, dataset=SAMPLE / "dataset.yaml", overlays=overlays)
    return {(card.entity["business"], card.period): card for card in result.scorecards()}


def rows(name: str, encoding: str = "utf-8") -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def day(cell: str) -> date:
    year, month, number = cell.split(" ", maxsplit=1)[0].split("/")
    return date(int(year), int(month), int(number))


def moment(cell: str) -> datetime | None:
    return None if cell == "-" else datetime.strptime(cell, "%Y/%m/%d %H:%M")


def before(cell: str) -> int:
    """Days from there to the closing day."""
    return (CLOSING - day(cell)).days


def of_the_year(name: str, column: str, business: str) -> list[dict[str, str]]:
    return [row for row in rows(name) if row["业务线"] == business and 0 <= before(row[column]) < 365]


def orders(business: str) -> list[dict[str, str]]:
    """The completed ones of the last 365 days."""
    return [
        row
        for row in rows("订单.csv", "gb18030")
        if row["业务线"] == business and row["订单状态"] == "已完成" and 0 <= before(row["下单时间"]) < 365
    ]


def value(business: str, metric: str, *overlays: str) -> Any:
    return cards("crm-operations", *overlays)[business, None].metrics[metric].value


@pytest.mark.parametrize("business", BUSINESSES)
def test_customers_and_orders_of_the_sample(business: str) -> None:
    bought, last = Counter[str](), dict[str, int]()
    revenue = 0.0
    for row in orders(business):
        customer = row["客户编号"]
        bought[customer] += 1
        last[customer] = min(last.get(customer, 999), before(row["下单时间"]))
        revenue += float(row["实付金额"].replace(",", ""))
    lost = sum(days > 90 for days in last.values())
    repeat = sum(count >= 2 for count in bought.values())
    assert value(business, "churn") == pytest.approx(lost / len(last))
    assert value(business, "retention") == pytest.approx(1 - lost / len(last))
    assert value(business, "repurchase") == pytest.approx(repeat / len(last))
    assert value(business, "average_order_value") == pytest.approx(revenue / bought.total())
    assert value(business, "lifetime_value") == pytest.approx(revenue / len(last) * min(len(last) / lost, 5))


@pytest.mark.parametrize("business", BUSINESSES)
def test_customers_on_record(business: str) -> None:
    known = [row for row in rows("客户档案.csv") if row["业务线"] == business]
    new = sum(before(row["建档日期"]) < 365 for row in known)
    referrers = {row["推荐人编号"] for row in known} - {""}
    assert value(business, "new_customer_share") == pytest.approx(new / len(known))
    assert value(business, "referral_rate") == (pytest.approx(len(referrers) / len(known)) if referrers else None)


@pytest.mark.parametrize("business", BUSINESSES[:-1])
def test_leads_are_those_whose_thirty_days_are_over(business: str) -> None:
    done: dict[str, list[date]] = defaultdict(list)
    every = rows("订单.csv", "gb18030")
    for row in every:
        if row["订单状态"] == "已完成" and row["业务线"] == business:
            done[row["客户编号"]].append(day(row["下单时间"]))
    end = max(day(row["下单时间"]) for row in every)
    leads = [row for row in of_the_year("线索.csv", "线索日期", business) if (end - day(row["线索日期"])).days >= 30]
    won = sum(any(0 <= (d - day(row["线索日期"])).days <= 30 for d in done[row["客户编号"]]) for row in leads)
    assert value(business, "lead_conversion") == pytest.approx(won / len(leads))


@pytest.mark.parametrize("business", BUSINESSES[:-1])
def test_tickets_of_the_sample(business: str) -> None:
    tickets = of_the_year("工单.csv", "创建时间", business)
    waits, complaints = [], []
    for row in tickets:
        opened, replied, resolved = (moment(row[name]) for name in ("创建时间", "首次响应时间", "解决时间"))
        assert opened
        answered = replied or resolved
        waits.append((answered - opened).total_seconds() / 60 if answered else before(row["创建时间"]) * 1440)
        if row["工单类型"] == "投诉":
            complaints.append((resolved - opened).total_seconds() / 3600 if resolved else before(row["创建时间"]) * 24)
    solved = sum(row["解决时间"] != "-" for row in tickets)
    complainers = {row["客户编号"] for row in tickets if row["工单类型"] == "投诉"}
    buyers = {row["客户编号"] for row in orders(business)}
    assert value(business, "first_response") == pytest.approx(median(waits))
    assert value(business, "resolution_rate") == pytest.approx(solved / len(tickets))
    assert value(business, "complaint_rate") == pytest.approx(len(complainers) / len(buyers))
    assert value(business, "complaint_resolution") == pytest.approx(median(complaints))


@pytest.mark.parametrize("business", BUSINESSES[:-1])
def test_surveys_of_the_sample(business: str) -> None:
    surveys = of_the_year("问卷.csv", "发出日期", business)
    ratings = [int(row["满意度评分"]) for row in surveys if row["满意度评分"]]
    likely = [int(row["推荐意愿"]) for row in surveys if row["推荐意愿"]]
    nps = 100 * (sum(x >= 9 for x in likely) - sum(x <= 6 for x in likely)) / len(likely)
    few = len(likely) < 30
    assert value(business, "net_promoter_score") == (None if few else pytest.approx(nps))
    assert value(business, "satisfaction") == (
        None if few else pytest.approx(sum(x >= 4 for x in ratings) / len(ratings))
    )
    assert value(business, "feedback_rate") == pytest.approx(len(likely) / len(surveys))


def test_each_business_tells_its_story() -> None:
    told = {business: {advice.id for advice in cards()[business, None].advice} for business in BUSINESSES}
    assert {"loyal_customers", "fast_service"} == told["森叶茶铺"]
    assert {"leaky_bucket", "few_carry_all"} <= told["追风户外"]
    assert {"slow_service_costs", "weak_renewal", "bought_loyalty"} <= told["云启软件"]
    assert {"nice_words_no_orders", "high_churn"} <= told["博学堂"]
    assert {"backlog", "many_complaints", "slow_complaints"} <= told["颜悦医美"]
    assert {"no_service_table", "no_survey_table", "no_referrers"} == told["邻里鲜生"]
    scores = {business: cards()[business, None].score for business in BUSINESSES}
    assert scores["邻里鲜生"] is None
    assert max(BUSINESSES[:-1], key=lambda business: scores[business]) == "森叶茶铺"
    assert cards()["追风户外", None].stage == "building"


@pytest.mark.parametrize(("overlay", "business"), INDUSTRIES.items())
def test_each_overlay_changes_the_card_of_its_kind(overlay: str, business: str) -> None:
    # a cap may make two scores alike, so what each metric scores and weighs is compared
    laid, base = cards("crm-operations", overlay)[business, None], cards()[business, None]
    assert [(one.level, one.weight) for one in laid.metrics.values()] != [
        (one.level, one.weight) for one in base.metrics.values()
    ]


def test_half_a_year_keeps_more_pupils_than_a_quarter() -> None:
    last = dict[str, int]()
    for row in orders("博学堂"):
        last[row["客户编号"]] = min(last.get(row["客户编号"], 999), before(row["下单时间"]))
    kept = sum(days <= 180 for days in last.values())
    assert value("博学堂", "retention", "crm-education") == pytest.approx(kept / len(last))


def test_a_companys_size_lies_on_top_of_its_industry() -> None:
    card = cards("crm-operations", "crm-retail", "crm-small-company")["邻里鲜生", None]
    assert card.score is not None


@pytest.mark.parametrize("business", BUSINESSES)
def test_the_last_month_looks_as_the_whole_does(business: str) -> None:
    """365 days to 30 June 2025 are the twelve months of July 2024 to June 2025."""
    month, whole = cards("crm-operations-monthly")[business, "2025-06"], cards()[business, None]
    for metric in ("retention", "churn", "repurchase", "average_order_value", "lifetime_value", "complaint_rate"):
        assert month.metrics[metric].value == pytest.approx(whole.metrics[metric].value), metric


def test_months_without_a_year_of_orders_have_no_retention() -> None:
    months = cards("crm-operations-monthly")
    assert months["森叶茶铺", "2024-11"].metrics["retention"].status == "no_prior_period"
    assert months["森叶茶铺", "2024-12"].metrics["retention"].status == "ok"


@both_engines
def test_online_retail_equals_its_reference(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("duckdb")
    beside("online_retail")
    # the query reads the files of the data set
    monkeypatch.setenv("RETAIL_URL", "duckdb:///:memory:")
    monkeypatch.chdir(REAL)
    result = rulecard.run("crm-operations", dataset=REAL / "crm_operations_retail.dataset.yaml", engine=engine)
    (card,) = result.scorecards()
    wanted = reference("online_retail")
    for metric, name in {
        "repurchase": "repurchase_rate", "average_order_value": "aov", "churn": "churn_90d",
        "revenue_per_customer": "historic_ltv_mean",
    }.items():  # fmt: skip
        assert card.metrics[metric].value == approximately(wanted[name]), metric
    # what the data set lacks has no value, and is not 0
    for metric in (
        "complaint_rate",
        "satisfaction",
        "net_promoter_score",
        "renewal_rate",
        "engagement",
        "lead_conversion",
    ):
        assert card.metrics[metric].value is None, metric


@both_engines
def test_support_tickets_equal_their_reference(engine: str) -> None:
    beside("support_tickets")
    result = rulecard.run("crm-operations", dataset=REAL / "crm_operations_support.dataset.yaml", engine=engine)
    (card,) = result.scorecards()
    wanted = reference("support_tickets")
    for metric, name in {
        "response_of_answered": "first_response_median_min", "answered_within_goal": "first_response_within_4h",
        "resolution_of_closed": "resolution_median_h",
    }.items():  # fmt: skip
        assert card.metrics[metric].value == approximately(wanted[name]), metric
    assert "replies_not_recorded" in {advice.id for advice in card.advice}
