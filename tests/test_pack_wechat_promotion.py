"""The pack `wechat-promotion`: its sample counted in plain Python, by month, by quarter and by post."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import pytest

import rulecard
from rulecard.results.card import Card
from rulecard.results.result import Result

from .tree import ROOT

SAMPLE = ROOT / "rulesets" / "wechat-promotion" / "sample"
STORIES = {
    "知味小厨": "brand",
    "川行户外": "sales",
    "小满绘本": "users",
    "云上家居": "sales",
    "海棠美学": "users",
    "南塘书店": None,
}
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
LOST = ("已取消", "已退款")
Row = dict[str, str]
Key = tuple[str, str]


@cache
def rows(name: str) -> list[Row]:
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def month_of(text: str) -> str:
    year, month = text.replace("/", "-").split("-")[:2]
    return f"{year}-{int(month):02}"


def by_card(name: str, when: str) -> dict[Key, list[Row]]:
    cards: dict[Key, list[Row]] = defaultdict(list)
    for row in rows(name):
        cards[row["公众号"], month_of(row[when])].append(row)
    return cards


def total(found: list[Row], column: str) -> float:
    return sum(float(row[column]) for row in found)


@cache
def run(ruleset: str, quarterly: bool = False) -> Result:
    overlays = ["quarterly"] if quarterly else []
    return rulecard.run(ruleset, dataset=SAMPLE / "dataset.yaml", overlays=overlays)


def cards_of(ruleset: str, quarterly: bool = False) -> dict[Key, Card]:
    cards = run(ruleset, quarterly).scorecards()
    return {(str(card.entity["account"]), str(card.period)): card for card in cards}


@cache
def values(metric: str, quarterly: bool = False) -> dict[Key, float | None]:
    cards = cards_of("wechat-promotion", quarterly)
    return {card: found.metrics[metric].value for card, found in cards.items()}


def given(metric: str) -> dict[Key, float]:
    return {card: value for card, value in values(metric).items() if value is not None}


def advice_of(account: str, period: str, quarterly: bool = False) -> set[str]:
    return {piece.id for piece in cards_of("wechat-promotion", quarterly)[account, period].advice}


def average_followers() -> dict[Key, float]:
    return {card: total(found, "累积关注人数") / len(found) for card, found in by_card("followers", "时间").items()}


def test_a_card_for_each_account_and_month_without_a_warning() -> None:
    result = run("wechat-promotion")
    assert not result.problems
    cards = cards_of("wechat-promotion")
    assert set(cards) == {(account, month) for account in STORIES for month in MONTHS}
    assert {account: found.stage for (account, _), found in cards.items()} == STORIES


def test_followers_are_counted_as_by_hand() -> None:
    for card, found in by_card("followers", "时间").items():
        opening = int(found[0]["累积关注人数"]) - int(found[0]["新关注人数"]) + int(found[0]["取消关注人数"])
        assert values("churn")[card] == pytest.approx(total(found, "取消关注人数") / opening)
        net = total(found, "新关注人数") - total(found, "取消关注人数")
        assert values("net_growth")[card] == pytest.approx(net / opening)
        year, month = map(int, card[1].split("-"))
        length = (datetime(year + month // 12, month % 12 + 1, 1) - datetime(year, month, 1)).days
        assert values("missing_days")[card] == length - len(found)
    assert {card for card, days in given("missing_days").items() if days} == {("海棠美学", "2025-08")}


def test_compound_growth_is_the_net_growth_of_three_months_multiplied() -> None:
    growth = given("net_growth")
    for account in STORIES:
        for first, (second, third) in zip(MONTHS, pairwise(MONTHS[1:]), strict=False):
            if account == "海棠美学" and "2025-08" in (first, second, third):
                continue  # four days of its export are missing, so its months do not join
            product = (1 + growth[account, first]) * (1 + growth[account, second]) * (1 + growth[account, third])
            assert values("compound_growth")[account, third] == pytest.approx(product - 1)
        assert values("compound_growth")[account, "2025-02"] is None


def test_reading_and_interaction_are_ratios_of_sums() -> None:
    messages = by_card("messages", "时间")
    average = average_followers()
    for card, found in by_card("articles", "发表时间").items():
        readers = total(found, "总阅读人数")
        assert values("read_rate")[card] == pytest.approx(readers / (len(found) * average[card]))
        assert values("open_rate")[card] == pytest.approx(total(found, "公众号消息阅读人数") / total(found, "送达人数"))
        assert values("share_rate")[card] == pytest.approx(total(found, "总分享人数") / readers)
        sent = total(messages[card], "消息发送次数")
        actions = total(found, "点赞数") + total(found, "留言数") + sent
        assert values("engagement")[card] == pytest.approx(actions / average[card])
        assert values("reply_rate")[card] == pytest.approx(total(messages[card], "48小时内已回复") / sent)
        evening = sum(20 <= int(row["发表时间"][11:13]) < 23 for row in found)
        assert values("prime_share")[card] == pytest.approx(evening / len(found))


def test_loyalty_lies_between_its_factors_and_ranks_as_their_product() -> None:
    reviews = by_card("reviews", "评分日期")
    columns = ("标题吸引力", "正文实用性", "栏目设计", "多媒体使用")
    average = average_followers()
    features = {(row["公众号"], row["月份"]): row for row in rows("features")}
    seen = {}
    for card, found in reviews.items():
        content = sum(total(found, column) for column in columns) / len(found) / 4
        row = features[card]
        popularity = (int(row["菜单点击人数"]) + int(row["小程序月活"])) / average[card] / 2
        engagement = given("engagement")[card]
        product = (content - 1) / 4 * engagement * popularity
        loyalty = given("loyalty")[card]
        assert loyalty == pytest.approx(product ** (1 / 3))
        assert min(engagement, popularity) < loyalty < (content - 1) / 4
        seen[card] = (product, loyalty)
    assert sorted(seen, key=lambda card: seen[card][0]) == sorted(seen, key=lambda card: seen[card][1])
    assert values("loyalty")["海棠美学", "2025-09"] is None


def test_conversion_and_roi_leave_out_cancelled_and_refunded_orders() -> None:
    articles, costs, ads = by_card("articles", "发表时间"), by_card("costs", "日期"), by_card("ads", "日期")
    for card, found in by_card("events", "发生时间").items():
        kept = [row for row in found if row["订单状态"] not in LOST]
        converted = sum(row["来源"] == "图文" and row["行为"] in ("下单", "留资", "注册") for row in kept)
        assert values("conversion")[card] == pytest.approx(converted / total(articles[card], "总阅读次数"))
        orders = [row for row in kept if row["行为"] == "下单"]
        assert values("mini_orders")[card] == len(orders)
        assert values("sales_leads")[card] == len(
            {row["用户编号"] for row in found if row["行为"] == "留资" and row["来源"] == "广告"}
        )
        if card not in costs:
            assert values("roi")[card] is None
            continue
        cost = total(ads.get(card, []), "花费(元)") + total(costs[card], "金额(元)")
        assert values("roi")[card] == pytest.approx((total(orders, "实付金额") - cost) / cost)
    assert any(row["订单状态"] in LOST for row in rows("events"))
    assert ("海棠美学", "2025-11") not in costs


def test_store_visits_follow_their_lead_within_thirty_days() -> None:
    leads: dict[Key, set[str]] = defaultdict(set)
    came: dict[Key, set[str]] = defaultdict(set)
    visits: dict[tuple[str, str], list[datetime]] = defaultdict(list)
    for row in rows("events"):
        if row["行为"] == "到店":
            visits[row["公众号"], row["用户编号"]].append(datetime.fromisoformat(row["发生时间"]))
    for row in rows("events"):
        if row["行为"] == "留资":
            card, at = (row["公众号"], month_of(row["发生时间"])), datetime.fromisoformat(row["发生时间"])
            leads[card].add(row["用户编号"])
            if any(at <= visit <= at + timedelta(days=30) for visit in visits[row["公众号"], row["用户编号"]]):
                came[card].add(row["用户编号"])
    for account in STORIES:
        for month in MONTHS[:-1]:
            if leads[account, month]:
                share = len(came[account, month]) / len(leads[account, month])
                assert values("store_visit_rate")[account, month] == pytest.approx(share)
        assert values("store_visit_rate")[account, "2025-12"] is None
    assert any(given("store_visit_rate").values())


def test_cpm_is_held_against_dated_references_in_dollars() -> None:
    dollars = {"朋友圈图文": 30, "朋友圈视频": 35, "公众号": 24}
    for card, found in by_card("ads", "日期").items():
        shown = total(found, "曝光量")
        assert values("cpm")[card] == pytest.approx(total(found, "花费(元)") / shown * 1000)
        reference = sum(int(row["曝光量"]) * dollars[row["广告位"]] for row in found) / shown * 7.15
        assert values("reference_cpm")[card] == (pytest.approx(reference) if card[1] >= "2025-08" else None)
    assert "no_reference_cost" in advice_of("知味小厨", "2025-07")
    assert "no_reference_cost" not in advice_of("知味小厨", "2025-08")


@pytest.mark.parametrize(
    ("account", "period", "expected"),
    [
        ("川行户外", "2025-12", {"losing_money", "clickbait", "hollow_growth", "dear_impressions", "wrong_audience"}),
        ("小满绘本", "2025-12", {"loyal_readers", "lines_met"}),
        ("云上家居", "2025-06", {"low_read_wrong_hour"}),
        ("海棠美学", "2025-06", {"target_followers_leave", "churn_over_marketing", "one_rater"}),
        ("海棠美学", "2025-08", {"days_without_figures"}),
        ("海棠美学", "2025-09", {"content_not_reviewed", "low_read_titles"}),
        ("海棠美学", "2025-11", {"costs_missing"}),
        ("南塘书店", "2025-12", {"no_weighting"}),
    ],
)
def test_each_account_has_its_story(account: str, period: str, expected: set[str]) -> None:
    assert expected <= advice_of(account, period)


def test_the_evening_brings_the_readers() -> None:
    reading = given("read_rate")
    assert all(reading["云上家居", month] < 0.25 for month in MONTHS[:6])
    assert all(reading["云上家居", month] > 0.35 for month in MONTHS[6:])
    assert "low_read_wrong_hour" not in advice_of("云上家居", "2025-07")


@pytest.mark.parametrize(
    ("goal", "named"),
    [
        ("brand", {"read_rate": 0.2, "share_rate": 0.2, "compound_growth": 0.3}),
        ("sales", {"conversion": 0.5, "roi": 0.3}),
        ("users", {"engagement": 0.4, "content_value": 0.15, "feature_popularity": 0.15}),
    ],
)
def test_goals_have_the_weights_of_the_article_and_count_nothing_twice(goal: str, named: dict[str, float]) -> None:
    result = rulecard.run("wechat-promotion", dataset=SAMPLE / "dataset.yaml", stage=goal, period="2025-12")
    first = next(iter(result.scorecards()))
    weights = {name: metric.weight or 0.0 for name, metric in first.metrics.items()}
    assert {name: weights[name] for name in named} == pytest.approx(named)
    rest = {name: weight for name, weight in weights.items() if weight and name not in named}
    assert sum(rest.values()) == pytest.approx(1 - sum(named.values()))
    assert len({round(weight, 12) for weight in rest.values()}) == 1
    factors = ("engagement", "content_value", "feature_popularity")
    assert not (weights["loyalty"] and any(weights[name] for name in factors))


def test_posts_have_three_kpis_in_equal_parts() -> None:
    cards = list(run("wechat-roles").scorecards())
    assert len(cards) == len(rows("staff"))
    posts = {
        "内容运营": "content",
        "活动策划": "events",
        "广告投放": "advertising",
        "用户运营": "users",
        "全链路负责人": "owner",
    }
    assert {card.entity["post"]: card.stage for card in cards} == posts
    weights = {
        card.stage: {name: metric.weight for name, metric in card.metrics.items() if metric.weight} for card in cards
    }
    third = pytest.approx(1 / 3)
    assert weights["content"] == {"read_rate": third, "share_rate": third, "content_value": third}
    assert weights["events"] == {"participation": third, "conversion": third, "new_followers": third}
    assert weights["users"] == {"engagement": third, "reply_rate": third, "churn": third}
    sixth = pytest.approx(1 / 6)
    assert weights["advertising"] == {"roi": third, "cpm": sixth, "cpc": sixth, "sales_leads": third}
    assert weights["owner"] == {
        "content_value": sixth, "engagement": sixth, "conversion": third, "feature_popularity": third,
    }  # fmt: skip


def test_by_quarter_rates_per_month_stay_and_sums_are_sums() -> None:
    average = average_followers()
    followers = by_card("followers", "时间")
    features = {(row["公众号"], row["月份"]): row for row in rows("features")}
    for account in STORIES:
        for quarter in range(4):
            months = MONTHS[3 * quarter : 3 * quarter + 3]
            card = (account, f"2025-Q{quarter + 1}")
            days = [row for month in months for row in followers[account, month]]
            mean = total(days, "累积关注人数") / len(days)
            opening = int(days[0]["累积关注人数"]) - int(days[0]["新关注人数"]) + int(days[0]["取消关注人数"])
            assert values("churn", quarterly=True)[card] == pytest.approx(total(days, "取消关注人数") / opening)
            growth = int(days[-1]["累积关注人数"]) / opening - 1
            assert values("compound_growth", quarterly=True)[card] == pytest.approx(growth)
            menu = sum(int(features[account, month]["菜单点击人数"]) for month in months) / 3
            assert values("menu_click_rate", quarterly=True)[card] == pytest.approx(menu / mean)
            monthly = [given("engagement")[account, month] * average[account, month] for month in months]
            assert values("engagement", quarterly=True)[card] == pytest.approx(sum(monthly) / 3 / mean)
    # November's costs are not there
    assert "costs_missing" in advice_of("海棠美学", "2025-Q4", quarterly=True)
