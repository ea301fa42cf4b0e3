"""The sample of the pack `wechat-promotion`: six invented official accounts in 2025, as their exports would be.

Only `Random.random` is drawn from, the one stream that Python promises to keep.
"""

from __future__ import annotations

import calendar
import csv
import io
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from ._wechat_accounts import ACCOUNTS, MONTHS, Account, Line

SEED = 20250708
YEAR = 2025
LAST = datetime(YEAR, 12, 31, 23, 59)

Cell = str | int | float
Path = Callable[[Line], float]

HEADERS: dict[str, tuple[str, ...]] = {
    "accounts": ("公众号", "推广目标"),
    "followers": ("公众号", "时间", "新关注人数", "取消关注人数", "累积关注人数"),
    "articles": (
        "公众号", "内容标题", "发表时间", "送达人数", "公众号消息阅读人数", "总阅读人数", "总阅读次数", "总分享人数",
        "点赞数", "留言数", "是否推广",
    ),
    "messages": ("公众号", "时间", "消息发送次数", "48小时内已回复", "其中关键词自动回复"),
    "features": ("公众号", "月份", "菜单点击人数", "小程序月活"),
    "audience": ("公众号", "快照日期", "属性", "取值", "人数", "是否目标人群"),
    "reviews": ("公众号", "评分日期", "评分人", "标题吸引力", "正文实用性", "栏目设计", "多媒体使用"),
    "campaigns": ("公众号", "活动日期", "活动名称", "触达人数", "参与人数", "发券数", "核销数"),
    "events": ("公众号", "发生时间", "用户编号", "行为", "来源", "实付金额", "订单状态"),
    "ads": ("公众号", "日期", "广告位", "曝光量", "点击量", "详情页查看量", "花费(元)"),
    "costs": ("公众号", "日期", "费用项目", "金额(元)"),
    "staff": ("考核月份", "公众号", "岗位", "姓名"),
}  # fmt: skip
# the article's reference costs in CNY (7.15 for a dollar): what a thousand impressions cost where the factor is 1
REFERENCE = {"朋友圈图文": 214.5, "朋友圈视频": 250.25, "公众号": 171.6}
COST_ITEMS = (("内容制作", 0.45), ("活动执行", 0.2), ("人力分摊", 0.35))


class Sample:
    """Rows of each file, and the draws that they come from."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)
        self.rows: dict[str, list[tuple[Cell, ...]]] = {name: [] for name in HEADERS}

    def around(self, middle: float, spread: float = 0.1) -> float:
        """Near the middle; two uniform draws make a triangle around it."""
        return middle * (1 + spread * (self.random.random() + self.random.random() - 1))

    def whole(self, middle: float) -> int:
        """A whole number whose mean is the middle."""
        return int(middle + self.random.random())

    def one_of(self, options: Sequence[str]) -> str:
        return options[int(self.random.random() * len(options))]

    def month(self, account: Account, month: int, opening: int) -> int:
        """Everything of one account and month; gives the followers at its end."""

        def path(line: Line) -> float:
            return line[0] + (line[1] - line[0]) * month / (MONTHS - 1)

        days = calendar.monthrange(YEAR, month + 1)[1]
        closing = self.followers(account, month, opening, path)
        average = (opening + closing) / 2
        reads = self.articles(account, month, average, path)
        self.messages(account, month, average, path)
        self.people(account, month, average, path)
        spend = self.ads(account, month, path) if account.ads and month in account.ad_months else 0.0
        revenue = self.conversions(account, month, reads, path)
        if month not in account.without_costs:
            other = max(revenue / self.around(path(account.return_on_cost) + 1, 0.08) - spend, 100.0)
            for item, share in COST_ITEMS:
                self.rows["costs"].append((account.name, f"{YEAR}/{month + 1}/{days}", item, round(other * share, 2)))
        for post, person in account.posts.items():
            self.rows["staff"].append((f"{YEAR}-{month + 1:02}", account.name, post, person))
        return closing

    def followers(self, account: Account, month: int, opening: int, path: Path) -> int:
        days = calendar.monthrange(YEAR, month + 1)[1]
        total = opening
        lost_days = account.lost_days.get(month, 0)
        for day in range(1, days + 1):
            new = self.whole(self.around(opening * path(account.won) / days, 0.5))
            lost = self.whole(self.around(opening * path(account.lost) / days, 0.5))
            total += new - lost
            if not 10 < day <= 10 + lost_days:
                self.rows["followers"].append((account.name, f"{YEAR}/{month + 1}/{day}", new, lost, total))
        return total

    def articles(self, account: Account, month: int, average: float, path: Path) -> int:
        days = calendar.monthrange(YEAR, month + 1)[1]
        evening = month >= account.evening_from
        reads = 0
        for number in range(account.articles):
            day = 1 + int((number + 0.5) * days / account.articles)
            hour = 20 + number % 2 if evening else account.hours[number % len(account.hours)]
            delivered = round(average * account.delivered)
            opens = round(delivered * self.around(path(account.opened) * (1.75 if evening else 1)))
            readers = opens + round(average * self.around(path(account.beyond)))
            article_reads = round(readers * self.around(1.35, 0.05))
            interactions = average * self.around(path(account.interactions)) * 0.6 / account.articles
            promotional = self.random.random() < path(account.promotional)
            title = f"{self.one_of(account.topics)} {month + 1}.{day}"
            reads += article_reads
            self.rows["articles"].append((
                account.name, title, f"{YEAR}-{month + 1:02}-{day:02} {hour:02}:{int(self.random.random() * 60):02}",
                delivered, opens, readers, article_reads, round(readers * self.around(path(account.shared))),
                round(interactions * 0.8), round(interactions * 0.2), "是" if promotional else "否",
            ))  # fmt: skip
        return reads

    def messages(self, account: Account, month: int, average: float, path: Path) -> None:
        days = calendar.monthrange(YEAR, month + 1)[1]
        for day in range(1, days + 1):
            sent = self.whole(self.around(average * path(account.interactions) * 0.4 / days, 0.4))
            replied = min(sent, round(sent * path(account.replied) + self.random.random() - 0.5))
            keyword = round(replied * account.by_keyword)
            self.rows["messages"].append((account.name, f"{YEAR}/{month + 1}/{day}", sent, replied, keyword))

    def people(self, account: Account, month: int, average: float, path: Path) -> None:
        """Features, audience, reviews and campaigns."""
        days = calendar.monthrange(YEAR, month + 1)[1]
        end = f"{YEAR}-{month + 1:02}-{days}"
        menu, mini = (round(average * self.around(path(line), 0.06)) for line in (account.menu, account.mini))
        self.rows["features"].append((account.name, f"{YEAR}-{month + 1:02}", menu, mini))

        share = path(account.precision)
        regions = account.regions
        parts = (
            ("性别", 0.96, [("女", True, 1.0), ("男", False, 1.0)], self.around(share + 0.04, 0.03)),
            ("地域", 0.9, [(region, True, 1 / len(regions)) for region in regions] + [("其他", False, 1.0)],
             self.around(share - 0.06, 0.03)),
            ("兴趣", 0.6, [("目标兴趣标签", True, 1.0), ("其他标签", False, 1.0)], self.around(share + 0.02, 0.03)),
        )  # fmt: skip
        for attribute, known, values, matching in parts:
            for value, target, part in values:
                people = round(average * known * part * (matching if target else 1 - matching))
                row = (account.name, end, attribute, value, people, "是" if target else "否")
                self.rows["audience"].append(row)

        if month not in account.unreviewed:
            for rater in account.raters[: 1 if month >= account.one_rater_from else None]:
                scores = [min(5.0, max(1.0, round(2 * self.around(path(account.content), 0.12)) / 2)) for _ in range(4)]
                self.rows["reviews"].append((account.name, f"{YEAR}/{month + 1}/{days - 1}", rater, *scores))
        if month in account.campaigns:
            for day in (9, 23):
                reached = round(average * self.around(0.35, 0.2))
                joined = round(reached * self.around(path(account.participation), 0.08))
                issued = round(joined * 0.8)
                redeemed = round(issued * self.around(path(account.redeemed)))
                name = f"{month + 1}月{'会员日' if day == 9 else '留言有礼'}"
                self.rows["campaigns"].append(
                    (account.name, f"{YEAR}/{month + 1}/{day}", name, reached, joined, issued, redeemed)
                )

    def ads(self, account: Account, month: int, path: Path) -> float:
        spent = 0.0
        for day in range(1, calendar.monthrange(YEAR, month + 1)[1] + 1):
            for placement, daily in account.ads:
                spend = round(self.around(daily, 0.3), 2)
                impressions = round(spend / (REFERENCE[placement] * self.around(path(account.ad_factor), 0.08)) * 1000)
                clicks = self.whole(impressions * self.around(path(account.clicked), 0.2))
                views = self.whole(impressions * self.around(account.detail, 0.2))
                day_text = f"{YEAR}-{month + 1:02}-{day:02}"
                self.rows["ads"].append((account.name, day_text, placement, impressions, clicks, views, spend))
                spent += spend
                for _ in range(self.whole(clicks * account.ad_leads)):
                    self.event(account, datetime(YEAR, month + 1, day, 9), "留资", "广告")
        return spent

    def conversions(self, account: Account, month: int, reads: int, path: Path) -> float:
        days = calendar.monthrange(YEAR, month + 1)[1]
        revenue = 0.0
        for _ in range(self.whole(self.around(reads * path(account.conversion), 0.06))):
            draw = self.random.random()
            orders, leads = account.mix
            action = "下单" if draw < orders else "留资" if draw < orders + leads else "注册"
            day = datetime(YEAR, month + 1, 1 + int(self.random.random() * days), 8)
            revenue += self.event(account, day, action, "图文")
        return revenue

    def event(self, account: Account, day: datetime, action: str, channel: str) -> float:
        """One row, and the visit that may follow a lead; gives what was paid and kept."""
        moment = day + timedelta(minutes=int(self.random.random() * 14 * 60))
        user = (
            f"U{100 * ACCOUNTS.index(account) + 1000 + int(self.random.random() * 90)}{int(self.random.random() * 9)}"
        )
        amount: Cell = ""
        status, kept = "", 0.0
        if action == "下单":
            amount = round(self.around(account.amount, 0.5), 2)
            draw = self.random.random()
            status = "已取消" if draw < 0.06 else "已退款" if draw < 0.1 else "已完成"
            kept = float(amount) if status == "已完成" else 0.0
        self.rows["events"].append((account.name, f"{moment:%Y-%m-%d %H:%M}", user, action, channel, amount, status))
        if action == "留资" and self.random.random() < account.visits:
            visit = moment + timedelta(hours=30 + int(self.random.random() * 24 * 22))
            if visit <= LAST:
                self.rows["events"].append((account.name, f"{visit:%Y-%m-%d %H:%M}", user, "到店", "门店", "", ""))
        return kept


def files() -> dict[str, bytes]:
    """UTF-8, one header line, Unix line ends."""
    sample = Sample()
    for account in ACCOUNTS:
        sample.rows["accounts"].append((account.name, account.goal))
        opening = account.opening
        for month in range(MONTHS):
            opening = sample.month(account, month, opening)
    written = {}
    for name, header in HEADERS.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sample.rows[name])
        written[f"{name}.csv"] = text.getvalue().encode()
    return written
