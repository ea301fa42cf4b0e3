"""The pack `crm-roi`: its sample against plain Python over the same files, and `sales-funnel` against published
values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import rulecard

from .crm_files import SAMPLE, date, earlier, moment, money, month_of, months_up_to, rows, teams
from .real_data import REAL, approximately, beside, both_engines, reference
from .samples import RULESETS

PACK = RULESETS / "crm-roi"
FUNNEL, ROI = PACK / "sales-funnel.yaml", PACK / "crm-roi.yaml"


@cache
def cards(ruleset: str, dataset: str, engine: str) -> dict[tuple[str, str], Any]:
    """By entity and period."""
    result = rulecard.run(ruleset, dataset=dataset, engine=engine)
    return {(next(iter(card.entity.values())), str(card.period)): card for card in result.scorecards()}


def funnel(engine: str) -> dict[tuple[str, str], Any]:
    return cards(str(FUNNEL), str(SAMPLE / "dataset.yaml"), engine)


def roi(engine: str) -> dict[tuple[str, str], Any]:
    return cards(str(ROI), str(SAMPLE / "dataset.yaml"), engine)


# The funnel of the sample


def contacts(team: str, month: str) -> Iterator[bool]:
    """For each lead of working hours, whether somebody of the team was in touch within two hours."""
    touched: dict[str, list[dt.datetime]] = {}
    for row in rows("跟进记录.csv"):
        if teams()[row["跟进人"]] == team:
            touched.setdefault(row["客户编号"], []).append(moment(row["跟进时间"]))
    end = max(moment(row["跟进时间"]) for row in rows("跟进记录.csv"))
    for row in rows("线索表.csv"):
        created = moment(row["创建时间"])
        until = created + dt.timedelta(hours=2)
        if (
            teams()[row["负责人"]] == team
            and month_of(created) == month
            and until <= end
            and created.weekday() < 5
            and 9 <= created.hour < 16
        ):
            yield any(created <= at <= until for at in touched.get(row["客户编号"], []))


@both_engines
@pytest.mark.parametrize("team", ["华东团队", "西部团队"])
@pytest.mark.parametrize("month", ["2024-09", "2025-05"])
def test_first_contact_within_two_hours(team: str, month: str, engine: str) -> None:
    answered = list(contacts(team, month))
    assert len(answered) >= 10
    assert funnel(engine)[team, month].metrics["first_contact"].value == pytest.approx(sum(answered) / len(answered))


def closed(team: str, months: list[str]) -> list[dict[str, str]]:
    return [
        row
        for row in rows("赢单输单表.csv")
        if teams()[row["负责人"]] == team and month_of(date(row["结束日期"])) in months
    ]


@both_engines
def test_wins_and_cycle_of_three_months(engine: str) -> None:
    ended = closed("华北团队", months_up_to("2025-06", 3))
    won = [row for row in ended if row["商机状态"] == "赢单"]
    days = [(date(row["结束日期"]) - date(row["线索创建日期"])).days for row in won]
    metrics = funnel(engine)["华北团队", "2025-06"].metrics
    assert len(won) > 10
    assert metrics["win_rate"].value == pytest.approx(len(won) / len(ended))
    assert metrics["sales_cycle"].value == pytest.approx(sum(days) / len(days))


def entered(team: str, stage: str, months: list[str]) -> list[tuple[str, dt.date]]:
    found = [
        (row["商机编号"], date(row["进入日期"]))
        for row in rows("阶段变更记录.csv")
        if teams()[row["负责人"]] == team and row["进入阶段"] == stage
    ]
    return [(id, day) for id, day in found if month_of(day) in months]


def followed(begun: list[tuple[str, dt.date]], then: dict[str, dt.date], days: int, end: dt.date) -> float:
    """The share that went on in time, of those who have had the time."""
    old = [(id, day) for id, day in begun if day + dt.timedelta(days=days) <= end]
    return sum(1 for id, day in old if id in then and day <= then[id] <= day + dt.timedelta(days=days)) / len(old)


@both_engines
def test_the_weak_step_and_its_past(engine: str) -> None:
    talks = dict(entered("华南团队", "商务谈判", months_up_to("2025-06", 15)))
    end = max(date(row["进入日期"]) for row in rows("阶段变更记录.csv"))
    now = followed(entered("华南团队", "方案呈现", months_up_to("2025-05", 3)), talks, 30, end)
    past = followed(entered("华南团队", "方案呈现", months_up_to("2025-02", 6)), talks, 30, end)
    step = funnel(engine)["华南团队", "2025-06"].metrics["step_negotiation"]
    assert (step.value, step.target) == (pytest.approx(now), pytest.approx(past))


@both_engines
def test_the_weighted_pipeline_and_how_it_came_out(engine: str) -> None:
    team = "华东团队"
    end = max(date(row["结束日期"]) for row in rows("赢单输单表.csv"))
    wins = {row["商机编号"]: date(row["结束日期"]) for row in rows("赢单输单表.csv") if row["商机状态"] == "赢单"}

    def forecast(month: str) -> float:
        total = 0.0
        for stage in ("需求挖掘", "方案呈现", "商务谈判"):
            rate = followed(entered(team, stage, months_up_to(earlier(month, 2), 6)), wins, 90, end)
            total += rate * sum(
                money(row["商机金额"])
                for row in rows("月末在途商机.csv")
                if teams()[row["负责人"]] == team
                and row["当前阶段"] == stage
                and month_of(date(row["存档日期"])) == month
                and (date(row["预计成交日期"]) - date(row["存档日期"])).days <= 31
            )
        return total

    def won(month: str) -> float:
        return sum(money(row["成交金额"]) for row in closed(team, [month]))

    months = months_up_to("2025-06", 3)
    errors = sum(abs(forecast(earlier(month, 1)) - won(month)) for month in months)
    metrics = funnel(engine)[team, "2025-06"].metrics
    assert metrics["forecast"].value == pytest.approx(forecast("2025-06"))
    assert metrics["forecast_accuracy"].value == pytest.approx(1 - errors / sum(won(month) for month in months))


def test_the_teams_tell_their_stories() -> None:
    now = {team: card for (team, month), card in funnel("polars").items() if month == "2025-06"}
    advice = {team: {given.id for given in card.advice} for team, card in now.items()}
    assert "clear_funnel" in advice["华东团队"]
    assert "step_negotiation_offer" in advice["华南团队"]
    assert {"step_negotiation_selling", "one_star"} <= advice["华北团队"]
    assert {"black_box", "slow_first_contact", "reasons_missing"} <= advice["西部团队"]
    assert {"missing_snapshot", "missing_quota", "short_history"} <= advice["渠道团队"]
    assert now["西部团队"].stage == "project"


@both_engines
def test_people_in_place_of_teams(tmp_path: Path, engine: str) -> None:
    """As the README says: five lines, and no quotas, which are those of teams."""
    text = (PACK / "README.md").read_text(encoding="utf-8")
    people = tmp_path / "people.yaml"
    people.write_text(text.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    result = rulecard.run(people, {"targets": None}, dataset=SAMPLE / "dataset.yaml", engine=engine)
    now = {card.entity["rep"]: card.metrics for card in result.scorecards() if card.period == "2025-06"}
    won = [
        row
        for row in rows("赢单输单表.csv")
        if row["商机状态"] == "赢单" and month_of(date(row["结束日期"])) == "2025-06"
    ]
    assert set(now) == set(teams())
    assert now["韩放"]["wins"].value == sum(row["负责人"] == "韩放" for row in won) > 0
    assert now["韩放"]["quota_attainment"].value is None


# The return of the sample


def counted(unit: str, months: list[str], kind: str) -> list[float]:
    return [
        money(row["实付金额"])
        for row in rows("订单.csv")
        if row["业务单元"] == unit
        and row["订单类型"] == kind
        and row["订单状态"] != "已取消"
        and month_of(date(row["下单日期"])) in months
    ]


def active(unit: str, month: str) -> int:
    half = months_up_to(month, 6)
    return len(
        {
            row["客户编号"]
            for row in rows("订单.csv")
            if row["业务单元"] == unit and row["订单状态"] != "已取消" and month_of(date(row["下单日期"])) in half
        }
    )


def hours(unit: str, months: list[str]) -> tuple[float, int]:
    """Hours, and people of each month added up."""
    kept = [row for row in rows("工时登记.csv") if row["业务单元"] == unit and row["月份"] in months]
    return sum(float(row["工时"]) for row in kept), len({(row["月份"], row["员工"]) for row in kept})


@both_engines
@pytest.mark.parametrize("unit", ["晨光食品", "恒力机电", "远达教育"])
def test_benefits_costs_and_roi(unit: str, engine: str) -> None:
    before, live = months_up_to("2024-09", 6), months_up_to("2025-06", 9)
    leads = {row["月份"]: int(row["线索数"]) for row in rows("经营月报.csv") if row["业务单元"] == unit}
    old_deals = counted(unit, before, "新签")
    rate = len(old_deals) / sum(leads[month] for month in before)
    price = sum(old_deals) / len(old_deals)
    # active customers of six months are first known in the sixth month of the orders
    known = [month for month in before if month >= "2024-06"]
    each = sum(counted(unit, known, "复购")) / sum(active(unit, month) for month in known)
    old_hours, old_people = hours(unit, before)
    benefit = 0.0
    for month in live:
        spent, people = hours(unit, [month])
        benefit += (old_hours / old_people * people - spent) * 60 * 0.5
        new, again = counted(unit, [month], "新签"), counted(unit, [month], "复购")
        extra = sum(new) + sum(again) - rate * leads[month] * price - each * active(unit, month)
        benefit += extra * 0.4 * 0.5
    cost = sum(money(row["金额"]) for row in rows("CRM费用.csv") if row["业务单元"] == unit)
    metrics = roi(engine)[unit, "2025-06"].metrics
    assert metrics["total_benefit"].value == pytest.approx(benefit)
    assert metrics["total_cost"].value == pytest.approx(cost)
    assert metrics["roi"].value == pytest.approx((benefit - cost) / cost)


@both_engines
def test_no_money_is_counted_twice(engine: str) -> None:
    gaps = [card.metrics["unexplained_gain"].value for card in roi(engine).values()]
    told = [gap for gap in gaps if gap is not None]
    # four units over thirteen months; before, active customers of six months are not known
    assert len(told) == 52
    assert told == pytest.approx([0] * len(told), abs=1e-6)


def test_the_units_tell_their_stories() -> None:
    now = {unit: card for (unit, month), card in roi("polars").items() if month == "2025-06"}
    advice = {unit: {given.id for given in card.advice} for unit, card in now.items()}
    assert {unit: card.stage for unit, card in now.items()} == {
        "晨光食品": "retail",
        "恒力机电": "project",
        "远达教育": "general",
        "佳禾家装": "general",
    }
    assert {"paid_back", "sums_counted_twice", "loyal_customers"} <= advice["晨光食品"]
    assert "faster_projects" in advice["恒力机电"]
    assert {"never_pays", "nobody_uses_it", "vicious_circle"} <= advice["远达教育"]
    assert {"bought_by_discount", "months_missing"} <= advice["佳禾家装"]
    assert now["远达教育"].capped is not None or now["远达教育"].score < 44


# Published values


def year_of(dataset: str, engine: str) -> dict[str, Any]:
    """The cards of December: all deals were closed in that year, so the year so far is all of them."""
    beside("maven_crm")
    found = cards(str(FUNNEL), str(REAL / dataset), engine)
    return {team: card.metrics for (team, month), card in found.items() if month == "2017-12"}


@both_engines
def test_win_rate_and_cycle_of_a_public_crm(engine: str) -> None:
    metrics = year_of("sales_funnel.dataset.yaml", engine)["Maven"]
    wanted = reference("maven_crm")
    assert metrics["win_rate_year"].value == approximately(wanted["win_rate_closed"])
    assert metrics["sales_cycle_year"].value == approximately(wanted["sales_cycle_won_mean_days"])
    # what the CRM did not keep has no value, and is not 0
    assert {metrics[id].value for id in ("leads", "first_contact", "step_win", "stale_share", "quota_attainment")} == {
        None
    }


@both_engines
def test_revenue_of_each_quarter_of_a_public_crm(engine: str) -> None:
    beside("maven_crm")
    found = cards(str(FUNNEL), str(REAL / "sales_funnel.dataset.yaml"), engine)
    quarters: dict[str, float] = {}
    for (_, month), card in found.items():
        if month >= "2017-03":
            quarter = f"{month[:4]}Q{(int(month[5:]) + 2) // 3}"
            quarters[quarter] = quarters.get(quarter, 0) + card.metrics["won_value"].value
    assert quarters == approximately(reference("maven_crm")["revenue_by_quarter"])


@both_engines
@pytest.mark.parametrize("team", ["manager", "region"])
def test_win_rate_of_each_team_of_a_public_crm(team: str, engine: str) -> None:
    found = year_of(f"sales_funnel_{team}s.dataset.yaml", engine)
    rates = {name: metrics["win_rate_year"].value for name, metrics in found.items()}
    assert rates == approximately(reference("maven_crm")[f"win_rate_by_{team}"])
