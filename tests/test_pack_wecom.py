"""The pack `wecom-private-domain`: its sample counted in plain Python, from exports and by way of a monthly table."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import rulecard
from rulecard.results.result import Result

from .tree import ROOT

PACK = ROOT / "rulesets" / "wecom-private-domain"
SAMPLE = PACK / "sample"
INDUSTRIES = ("wecom-retail", "wecom-education", "wecom-b2b-saas", "wecom-finance", "wecom-medical-aesthetics")
SIZES = ("wecom-small-company", "wecom-large-company")
STORIES = ("万家家居", "云帆教育", "拾光花店", "牧野咖啡", "老城火锅", "青禾母婴")
Row = dict[str, str]
Card = tuple[str, str]
Month = dict[str, float | str | None]


def rows(pattern: str, encoding: str = "utf-8") -> list[Row]:
    files = sorted(SAMPLE.glob(pattern))
    assert files
    return [row for file in files for row in csv.DictReader(io.StringIO(file.read_bytes().decode(encoding)))]


@cache
def exports() -> Result:
    return rulecard.run("wecom-exports", dataset=SAMPLE / "dataset.yaml")


@cache
def months() -> dict[Card, Month]:
    """Each account and month, counted row by row."""
    account = {row["成员账号"]: row["所属账号"] for row in rows("members.csv")}

    def by_card(found: Iterable[Row], member: str, when: str) -> dict[Card, list[Row]]:
        cards: dict[Card, list[Row]] = defaultdict(list)
        for row in found:
            cards[account[row[member]], row[when].replace("/", "-")[:7]].append(row)
        return cards

    def total(found: list[Row], column: str) -> float | None:
        given = [float(row[column]) for row in found if row[column]]
        return sum(given) if given else None

    contacts = by_card(rows("contacts-*.csv"), "成员账号", "日期")
    removals = by_card(rows("contact-changes.csv"), "成员账号", "变更时间")
    requests = by_card(rows("requests.csv"), "成员账号", "发起日期")
    moments = by_card(rows("moments.csv"), "成员账号", "发布日期")
    groups = by_card(rows("groups.csv"), "群主", "日期")
    changes = by_card(rows("group-changes.csv"), "群主", "变更时间")
    activities = by_card(rows("activities.csv"), "群主", "活动日期")
    paid = [row for row in rows("orders-*.csv", "gb18030") if (row["渠道"], row["订单状态"]) == ("私域", "已完成")]
    for row in paid:
        row["下单日期"] = str(day_of(row["下单日期"]))
    orders = by_card(paid, "归属成员", "下单日期")
    found: dict[Card, Month] = {}
    for card in sorted({*contacts, *requests, *groups, *orders}):
        name, month = card
        of_member: dict[str, list[Row]] = defaultdict(list)
        for row in contacts[card]:
            of_member[row["成员账号"]].append(row)
        first = [of[0] for of in of_member.values()]
        opening = sum(int(r["客户总数"]) - int(r["新增客户数"]) + int(r["删除/拉黑成员的客户数"]) for r in first)
        chats: dict[str, float] = defaultdict(float)
        for row in contacts[card]:
            if row["聊天总数"] != "-":
                chats[row["日期"]] += int(row["聊天总数"])
        read = [row for row in groups[card] if int(row["群成员总数"] or 0) > 0]
        counted = [row for row in read if row["客户群总数"]]
        size = (
            sum(int(r["群成员总数"]) for r in counted) / sum(int(r["客户群总数"]) for r in counted) if counted else None
        )
        lost, left = (
            total(contacts[card], "删除/拉黑成员的客户数"),
            [r for r in changes[card] if r["变更类型"] == "退群"],
        )
        year = [
            row for (of, when), some in orders.items() if of == name and _before(month) < when <= month for row in some
        ]
        customers: dict[str, list[Row]] = defaultdict(list)
        for row in year:
            customers[row["客户编号"]].append(row)
        known = month >= "2024-12"  # the twelfth month of orders
        found[card] = {
            "opening_contacts": opening if contacts[card] else None,
            "new_contacts": total(contacts[card], "新增客户数"),
            "lost_contacts": lost if lost is None else lost + len(removals[card]),
            "total_contacts": sum(int(of[-1]["客户总数"]) for of in of_member.values()) if contacts[card] else None,
            "requests_sent": total(requests[card], "申请数"),
            "requests_accepted": total(requests[card], "通过数"),
            "one_to_one_daily": sum(chats.values()) / len(chats) if chats else None,
            "moments_likes": total(moments[card], "点赞数"),
            "moments_comments": total(moments[card], "评论数"),
            "group_size": None if size is None else "small" if size <= 50 else "medium" if size <= 200 else "large",
            "group_members": float(read[-1]["群成员总数"]) if read else None,
            "group_messages": float(read[-1]["群消息总数"]) if read else None,  # so far
            "group_exits": sum(float(row["变更人数"]) for row in left) if changes[card] else None,
            "activity_participants": len({row["参与者"] for row in activities[card]}),
            "buyers": len({row["客户编号"] for row in orders[card]}),
            "average_order_value": _mean(float(row["实付金额"].replace(",", "")) for row in year) if known else None,
            "purchases_per_year": len(year) / len(customers) if known else None,
            "relationship_years": _mean(_years(of) for of in customers.values()) if known else None,
        }
    return found


def day_of(text: str) -> date:
    year, month, day = map(int, text.split("/"))
    return date(year, month, day)


def _before(month: str) -> str:
    return f"{int(month[:4]) - 1}{month[4:]}"


def _mean(values: Iterable[float]) -> float:
    given = list(values)
    return math.fsum(given) / len(given)


def _years(orders: list[Row]) -> float:
    return max(1.0, *((date.fromisoformat(row["下单日期"]) - day_of(row["首单日期"])).days / 365.25 for row in orders))


@cache
def monthly_table() -> pl.DataFrame:
    """The same figures as a monthly table, with the messages of the month in place of the running total."""
    table, counted = [], months()
    for (name, month), values in counted.items():
        year, number = int(month[:4]), int(month[5:])
        earlier = counted.get((name, f"{year - (number == 1)}-{(number - 2) % 12 + 1:02}"), {}).get("group_messages")
        now = values["group_messages"]
        messages = now - earlier if isinstance(now, float) and isinstance(earlier, float) else None
        table.append({"account": name, "date": date(year, number, 1), **values, "group_messages": messages})
    return pl.DataFrame(table, infer_schema_length=None)


def values_of(result: Result, id: str) -> dict[Card, float | None]:
    found = result.results.filter(pl.col("kind") == "metric", pl.col("id") == id)
    return {(name, month): value for name, month, value in found.select("account", "period", "value").iter_rows()}


Formula = Callable[[Any], float]
FORMULAS: dict[str, Formula] = {
    "net_contact_growth": lambda m: (m["new_contacts"] - m["lost_contacts"]) / m["opening_contacts"],
    "one_to_one_share": lambda m: m["one_to_one_daily"] / ((m["opening_contacts"] + m["total_contacts"]) / 2),
    "moments_engagement": lambda m: (
        (m["moments_likes"] + m["moments_comments"]) / ((m["opening_contacts"] + m["total_contacts"]) / 2)
    ),
    "group_participation": lambda m: m["activity_participants"] / m["group_members"],
    "conversion": lambda m: m["buyers"] / ((m["opening_contacts"] + m["total_contacts"]) / 2),
    "ltv": lambda m: m["average_order_value"] * m["purchases_per_year"] * m["relationship_years"],
}


@pytest.mark.parametrize("id", FORMULAS)
def test_the_exports_come_to_what_plain_python_counts(id: str) -> None:
    found, counted = values_of(exports(), id), months()
    assert set(found) == set(counted)
    for card, month in counted.items():
        try:
            expected: float | None = FORMULAS[id](month)
        except TypeError:  # one of them is not known
            expected = None
        assert found[card] == (None if expected is None else pytest.approx(expected, rel=1e-12)), card


def test_exits_per_message_take_the_month_out_of_a_running_total() -> None:
    found, counted = values_of(exports(), "group_exit_ratio"), months()
    for name in STORIES:
        for earlier, now in pairwise([f"{y}-{m:02}" for y in (2024, 2025) for m in range(1, 13)][:18]):
            before, after = counted.get((name, earlier), {}), counted.get((name, now), {})
            given = [before.get("group_messages"), after.get("group_messages"), after.get("group_exits")]
            start, end, exits = [one if isinstance(one, float) else math.nan for one in given]
            expected = exits / (end - start) if end != start else math.nan
            assert (found.get((name, now)) or math.nan) == pytest.approx(expected, rel=1e-12, nan_ok=True), (name, now)


def same_cards(one: Result, other: Result) -> None:
    ours, theirs = [
        each.cards.select("account", "period", "stage", "score", "level").sort("account", "period")
        for each in (one, other)
    ]
    assert ours.drop("score").equals(theirs.drop("score"))
    for score, again in zip(ours["score"], theirs["score"], strict=True):
        assert score == (None if again is None else pytest.approx(again, abs=1e-9))


def test_a_monthly_table_of_the_same_figures_has_the_same_scores() -> None:
    assert exports().cards.height == 106
    same_cards(exports(), rulecard.run("wecom-private-domain", data=monthly_table()))


def advice_of(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for id, month in exports().advice.filter(pl.col("account") == name).select("id", "period").iter_rows():
        found[id].add(month)
    return found


def test_the_sample_tells_its_six_stories() -> None:
    cards = {(row["account"], row["period"]): row for row in exports().cards.iter_rows(named=True)}
    assert {name for name, _ in cards} == set(STORIES)
    by_name = {name: [cards[card] for card in sorted(cards) if card[0] == name] for name in STORIES}
    assert [len(by_name[name]) for name in STORIES] == [18, 16, 18, 18, 18, 18]
    assert all(card["stage"] == "mature" for card in by_name["青禾母婴"])
    assert "2025-06" in advice_of("青禾母婴")["healthy_pool"]
    leak = advice_of("老城火锅")
    assert min(leak["leaking_pool"]) == "2024-07" and leak["hidden_leak"] == {"2024-09"}
    assert [cards["老城火锅", f"2025-{m:02}"]["score"] for m in (4, 5, 6)] == [44, 44, 44]
    dead = advice_of("万家家居")
    assert "2025-06" in dead["dead_big_group"] & dead["only_broadcasting"]
    assert dead["silent_groups"] == {"2025-02"}
    lively = values_of(exports(), "moments_engagement")
    assert (lively["拾光花店", "2025-06"] or 0) > 1 and "2025-06" in advice_of("拾光花店")["small_and_lively"]
    gaps = advice_of("云帆教育")
    assert gaps["stale_zeros"] == {"2024-07", "2024-08", "2024-12"} and gaps["missing_contacts"] == {"2025-03"}
    assert gaps["missing_group_size"] == {"2025-06"} and not {"2024-05", "2024-06"} & {
        m for _, m in cards if _ == "云帆教育"
    }
    stages = [card["stage"] for card in by_name["牧野咖啡"]]
    assert stages == sorted(stages, key=["startup", "growth", "mature"].index) and len(set(stages)) == 3


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("industry", INDUSTRIES)
def test_an_industry_and_a_size_go_together_on_both_rulesets(industry: str, size: str) -> None:
    overlays = [industry, size]
    run = rulecard.run("wecom-exports", dataset=SAMPLE / "dataset.yaml", overlays=overlays)
    assert run.cards["score"].to_list() != exports().cards["score"].to_list()
    # in the month without the number of groups, exports take the size's default and a table's empty cell has none
    table = monthly_table().with_columns(pl.col("group_size").fill_null(size.split("-")[1]))
    same_cards(run, rulecard.run("wecom-private-domain", data=table, overlays=overlays))
