"""The pack `community-financing`: its sample counted in plain Python, and activity and retention of public data."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from statistics import median

import pytest

import rulecard

from .real_data import REAL, approximately, beside, both_engines, reference
from .tree import ROOT

PACK = ROOT / "rulesets" / "community-financing"
SAMPLE = PACK / "sample"
PROJECTS = ("小厨食堂", "晨光书会", "星野露营", "极光学堂", "造梦星球")
LAST = date(2026, 5, 31)  # a Sunday, and the end of a month
PAID = "已完成"
Row = dict[str, str]


def rows(pattern: str, encoding: str = "utf-8") -> list[Row]:
    files = sorted(SAMPLE.glob(pattern))
    assert files
    return [row for file in files for row in csv.DictReader(io.StringIO(file.read_bytes().decode(encoding)))]


def day_of(text: str) -> date:
    year, month, day = text.partition(" ")[0].split("/")
    return date(int(year), int(month), int(day))


def number(text: str) -> float:
    return float(text.replace(",", ""))


def within(found: Iterable[Row], project: str, when: str, days: int, end: date = LAST) -> list[Row]:
    """The rows of a project in the last days up to one, that day included."""
    first = end - timedelta(days - 1)
    return [row for row in found if row["项目"] == project and first <= day_of(row[when]) <= end]


@cache
def result(ruleset: str) -> rulecard.Result:
    found = rulecard.run(PACK / f"{ruleset}.yaml", dataset=SAMPLE / "dataset.yaml")
    assert found.problems == ()
    return found


def card(ruleset: str, period: str, *entity: str) -> rulecard.Scorecard:
    (found,) = (
        one for one in result(ruleset).scorecards() if one.period == period and tuple(one.entity.values()) == entity
    )
    return found


def values(ruleset: str, period: str, *entity: str) -> dict[str, float | None]:
    return {id: metric.value for id, metric in card(ruleset, period, *entity).metrics.items()}


@pytest.mark.parametrize("project", PROJECTS)
def test_activity_of_the_last_week_and_month(project: str) -> None:
    log = rows("activity-*.csv")
    found = values("community-financing", "2026-W22", project)
    days: dict[date, set[str]] = defaultdict(set)
    for row in within(log, project, "日期", 28):
        days[day_of(row["日期"])].add(row["成员编号"])
    week = [active for day, active in days.items() if day > LAST - timedelta(7)]
    dau, wau = sum(map(len, week)) / 7, len(set().union(*week))
    mau = len(set().union(*days.values()))
    answers = [row for row in within(log, project, "日期", 28) if row["动作"] in ("点赞", "评论", "分享")]
    assert found["dau"] == approximately(dau)
    assert found["weekly_active"] == wau
    assert found["stickiness"] == approximately(dau / wau)
    assert found["interaction_frequency"] == approximately(sum(int(row["次数"]) for row in answers) / mau)
    assert found["activity_spike"] == approximately(max(map(len, days.values())) / median(map(len, days.values())))
    # the month ends with the same day, so the investor reads the same figures
    month = values("community-investor", "2026-05", project)
    same = ("dau", "weekly_active", "stickiness", "interaction_frequency", "churn", "repurchase", "roi", "ltv_to_cac")
    assert {id: month[id] for id in same} == {id: found[id] for id in same}
    assert month["monthly_stickiness"] == approximately(sum(map(len, days.values())) / 28 / mau)


@pytest.mark.parametrize("project", PROJECTS)
def test_money_of_the_last_weeks(project: str) -> None:
    found = values("community-financing", "2026-W22", project)
    shown = within(rows("dashboard.csv"), project, "日期", 28)
    members = sum(int(row["成员总数"]) for row in shown) / 28
    orders = rows("orders.csv")
    placed = within(orders, project, "下单时间", 28)
    paid = [row for row in placed if row["订单状态"] == PAID]
    revenue = sum(number(row["实付金额"]) for row in paid)
    costs = within(rows("costs-*.csv", "gb18030"), project, "日期", 28)
    spend = sum(number(row["金额(元)"]) for row in costs)
    joined = within(rows("members.csv"), project, "入群日期", 28)
    left = within(rows("exits.csv"), project, "退群日期", 28)
    churn = len(left) / int(shown[0]["成员总数"])
    cac = sum(number(row["金额(元)"]) for row in costs if row["用途"] == "获客") / len(joined)
    assert found["arpu"] == approximately(revenue / members)
    assert found["order_value"] == approximately(revenue / len(paid))
    assert found["paying_share"] == approximately(len({row["成员编号"] for row in paid}) / members)
    assert found["roi"] == approximately((revenue * 0.4 - spend) / spend)
    assert found["churn"] == approximately(churn)
    assert found["cac"] == approximately(cac)
    assert found["ltv_to_cac"] == approximately(revenue / members * 0.4 * min(1 / churn, 39) / cac)
    if len(placed) >= 20:
        assert found["order_completion"] == approximately(len(paid) / len(placed))
    spent: dict[str, list[float]] = defaultdict(list)
    for row in within(orders, project, "下单时间", 84):
        if row["订单状态"] == PAID:
            spent[row["成员编号"]].append(number(row["实付金额"]))
    total = sum(map(sum, spent.values()))
    assert found["high_value_share"] == approximately(sum(sum(s) for s in spent.values() if sum(s) >= 300) / total)
    assert len(spent) >= 20
    assert found["repurchase"] == approximately(sum(len(s) >= 2 for s in spent.values()) / len(spent))
    investor = values("community-investor", "2026-05", project)
    assert investor["top_buyer_share"] == approximately(max(map(sum, spent.values())) / total)


@pytest.mark.parametrize("project", PROJECTS)
def test_newcomers_come_back_and_buy(project: str) -> None:
    # four weeks of joiners, up to those of two weeks ago
    end = LAST - timedelta(14)
    joined = {
        row["成员编号"]: day_of(row["入群日期"]) for row in within(rows("members.csv"), project, "入群日期", 28, end)
    }
    back, bought = set(), set()
    for row in rows("activity-*.csv"):
        if row["成员编号"] in joined and 8 <= (day_of(row["日期"]) - joined[row["成员编号"]]).days <= 14:
            back.add(row["成员编号"])
    for row in rows("orders.csv"):
        if row["成员编号"] in joined and row["订单状态"] == PAID:
            age = (day_of(row["下单时间"]) - joined[row["成员编号"]]).days
            bought |= {row["成员编号"]} if 0 <= age <= 14 else set()
    found = values("community-financing", "2026-W22", project)
    assert len(joined) >= 20
    assert found["week2_retention"] == approximately(len(back) / len(joined))
    assert found["new_member_conversion"] == approximately(len(bought) / len(joined))


def test_channels_share_a_project_s_buyers_and_money() -> None:
    costs = [
        row
        for row in rows("costs-ads.csv", "gb18030")
        if row["项目"] == "小厨食堂" and date(2026, 3, 1) <= day_of(row["日期"])
    ]
    total = sum(number(row["金额(元)"]) for row in costs)
    for channel in ("抖音投放", "朋友推荐", "线下试吃"):
        found = values("community-channels", "2026-05", "小厨食堂", channel)
        own = sum(number(row["金额(元)"]) for row in costs if row["渠道"] == channel)
        assert found["share_of_spend"] == approximately(own / total)


def test_the_sample_tells_its_stories() -> None:
    last = {project: card("community-financing", "2026-W22", project) for project in PROJECTS}
    advice = {project: {one.id for one in found.advice} for project, found in last.items()}
    assert {project: found.stage for project, found in last.items()} == {
        "小厨食堂": "cash", "晨光书会": "loyalty", "星野露营": "profit", "极光学堂": "awareness", "造梦星球": "share",
    }  # fmt: skip
    assert advice["晨光书会"] == {"lively_and_buying", "clean_books"}
    assert advice["小厨食堂"] >= {"orders_fall_through", "one_time_buyers", "spending_loses"}
    assert advice["极光学堂"] >= {"onboarding_works", "clean_books"}
    assert advice["星野露营"] >= {"few_carry_all", "clean_books"}
    assert advice["造梦星球"] >= {
        "figures_in_doubt", "dashboard_inflated", "revenue_does_not_add_up", "rounded_by_hand", "activity_jump",
        "joining_jump", "members_cost_too_much",
    }  # fmt: skip
    assert last["造梦星球"].advice[0].id == "figures_in_doubt"
    false = [one for one in result("community-financing").scorecards() if one.entity["project"] == "造梦星球"]
    assert max(one.score for one in false if one.score is not None) == 44
    investor = {one.id for one in card("community-investor", "2026-05", "星野露营").advice}
    assert "rich_and_narrow" in investor
    douyin = {one.id for one in card("community-channels", "2026-05", "小厨食堂", "抖音投放").advice}
    assert douyin == {"empty_traffic", "not_worth_its_share"}


@both_engines
def test_daily_and_weekly_users_and_retention_of_a_public_data_set(engine: str) -> None:
    beside("collegemsg")
    published = reference("collegemsg")
    found = rulecard.run(
        PACK / "community-financing.yaml", dataset=REAL / "community_college.dataset.yaml", engine=engine
    )
    assert found.problems == ()
    cards = {one.period: one for one in found.scorecards()}
    weekly = {period: one.metrics["weekly_active"].value for period, one in cards.items()}
    assert weekly == published["iso_week_wau"]
    # the mean of 195 days, of which the first and the last week hold a part
    daily = [one.metrics["dau"].value for one in cards.values()]
    assert sum(value for value in daily if value is not None) * 7 / 195 == approximately(published["dau_mean"])
    last = cards["2004-W44"]
    for days in (1, 7, 30):
        assert last.metrics[f"retention_day{days}"].value == approximately(published[f"retention_d{days}"])
    # what the data set does not have has no value, and is no 0
    for id in ("arpu", "roi", "churn", "daily_active_share", "revenue_gap"):
        assert {(one.metrics[id].value, one.metrics[id].status) for one in cards.values()} == {(None, "missing_input")}
