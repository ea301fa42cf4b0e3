"""The sample of the pack `community-financing`: raw records of five invented community projects over 26 weeks.

From Monday 2025-12-01 to Sunday 2026-05-31, so that the last week and the last month are whole. Only `Random.random` is
drawn from, the one stream that Python promises to keep.
"""

from __future__ import annotations

import csv
import io
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

SEED = 20251201
START = date(2025, 12, 1)
DAYS = 182

Line = tuple[float, float]


@dataclass(frozen=True)
class Channel:
    name: str
    weight: float  # of the joiners
    weekly_cost: float
    buys: float  # how much likelier its joiners buy


@dataclass(frozen=True)
class Project:
    """What a project is like: a pair is a rate on the first day and on the last, a straight line between."""

    name: str
    code: str
    goal: str
    round: str
    members: int
    joiners: Line  # a day
    channels: tuple[Channel, ...]
    presence: Line  # how likely a regular is there on a day
    stays: Line  # how likely a newcomer becomes a regular
    registers: float
    leaves: Line  # of the members, a day
    answers: float  # likes and comments of somebody who is there
    buys: Line  # of somebody who is there
    newcomers_buy: float  # within the first two weeks
    price: Line
    loyal: float  # how much likelier somebody who has bought buys again
    completes: float  # orders that are paid and kept
    running: float  # weekly cost of operation
    big_spenders: int = 0
    big_spending: Line = (1, 1)
    onboarding_from: int | None = None  # the day from which four of five newcomers stay
    bought_members: dict[int, int] = field(default_factory=dict)  # day: accounts that were bought
    inflated: float = 1  # what the dashboard makes of it


PROJECTS = (
    Project(
        "晨光书会", "C", "用户粘性", "天使轮", 40, (0.95, 0.95),
        (Channel("朋友推荐", 5, 30, 1.3), Channel("公众号", 3, 70, 1), Channel("小红书", 2, 80, 0.8)),
        presence=(0.2, 0.23), stays=(0.74, 0.82), registers=0.86, leaves=(0.0008, 0.0005), answers=1.6,
        buys=(0.044, 0.04), newcomers_buy=0.16, price=(82, 86), loyal=1.8, completes=0.97, running=120,
    ),
    Project(
        "小厨食堂", "X", "快速变现", "A轮", 84, (1.2, 1.3),
        (Channel("抖音投放", 5, 330, 0.3), Channel("朋友推荐", 3, 24, 1.9), Channel("线下试吃", 2, 60, 1.3)),
        presence=(0.11, 0.1), stays=(0.42, 0.4), registers=0.7, leaves=(0.0018, 0.002), answers=0.7,
        buys=(0.09, 0.1), newcomers_buy=0.26, price=(118, 152), loyal=0.15, completes=0.68, running=80,
    ),
    Project(
        "极光学堂", "J", "品牌知名度", "种子轮", 60, (1.1, 1.3),
        (Channel("公众号", 5, 60, 1), Channel("小红书", 4, 80, 1), Channel("朋友推荐", 1, 10, 1.2)),
        presence=(0.15, 0.2), stays=(0.08, 0.12), registers=0.62, leaves=(0.0014, 0.001), answers=1.2,
        buys=(0.02, 0.024), newcomers_buy=0.09, price=(199, 205), loyal=0.5, completes=0.92, running=90,
        onboarding_from=133,
    ),
    Project(
        "星野露营", "L", "直接收益", "B轮", 48, (0.95, 1.0),
        (Channel("小红书", 5, 110, 1), Channel("朋友推荐", 5, 40, 1.2)),
        presence=(0.16, 0.17), stays=(0.72, 0.78), registers=0.8, leaves=(0.0012, 0.0012), answers=1.0,
        buys=(0.04, 0.04), newcomers_buy=0.17, price=(160, 160), loyal=1.2, completes=0.93, running=350,
        big_spenders=6, big_spending=(1, 7),
    ),
    Project(
        "造梦星球", "Z", "市场份额", "A轮", 88, (1.3, 1.6),
        (Channel("抖音投放", 7, 1600, 0.5), Channel("异业合作", 3, 500, 0.8)),
        presence=(0.09, 0.07), stays=(0.25, 0.18), registers=0.45, leaves=(0.003, 0.005), answers=0.35,
        buys=(0.05, 0.045), newcomers_buy=0.06, price=(88, 79), loyal=0.8, completes=0.8, running=600,
        bought_members={141: 18, 171: 46}, inflated=1.4,
    ),
)  # fmt: skip


@dataclass
class Member:
    number: str
    since: int
    regular: bool
    channel: Channel | None = None
    eager: float = 1
    big: bool = False
    bought: int = 0
    fake: bool = False


Rows = list[Sequence[object]]
HEADERS = {
    "members.csv": ("项目", "成员编号", "入群日期", "注册日期", "来源渠道"),
    "exits.csv": ("项目", "退群日期", "成员编号"),
    "orders.csv": ("订单编号", "项目", "下单时间", "成员编号", "实付金额", "订单状态"),
    "costs-ads.csv": ("项目", "日期", "渠道", "用途", "金额(元)"),
    "costs-running.csv": ("项目", "日期", "用途", "金额(元)"),
    "dashboard.csv": ("项目", "日期", "成员总数", "日活", "成交额"),
    "projects.csv": ("项目", "当前目标", "融资轮次"),
}
ACTIVITY = ("项目", "日期", "成员编号", "动作", "次数")
# what people do who are there, how many times at the most, and whether it answers somebody
KINDS = (("发言", 0.3, 5, False), ("点赞", 0.24, 4, True), ("评论", 0.13, 3, True), ("分享", 0.05, 1, True))


class Writer:
    """Lives through the days of the projects and keeps their records."""

    def __init__(self) -> None:
        self.random = random.Random()
        self.rows: dict[str, Rows] = defaultdict(list)
        self.orders = 0

    def happens(self, chance: float) -> bool:
        return self.random.random() < chance

    def eagerness(self) -> float:
        """Most are there now and then, a few nearly every day; 1 on average."""
        return 0.2 + 2.4 * self.random.random() ** 2

    def around(self, mean: float) -> int:
        """A whole number with this mean, now and then none and now and then twice as many."""
        return math.floor(mean * (self.random.random() + self.random.random()) + self.random.random())

    def live(self, project: Project) -> None:
        members = [
            Member(f"{project.code}{number:03}", -1, regular=True, eager=self.eagerness())
            for number in range(1, project.members + 1)
        ]
        for member in members[: project.big_spenders]:
            member.big, member.eager = True, 1.5
        number = project.members
        shown_members = float(project.members)
        for day in range(DAYS):
            today = START + timedelta(day)
            share = day / (DAYS - 1)
            presence, stays, leaves, joiners = (
                line[0] + (line[1] - line[0]) * share
                for line in (project.presence, project.stays, project.leaves, project.joiners)
            )
            if project.onboarding_from is not None and day >= project.onboarding_from:
                stays = 0.8
            coming = self.around(joiners)
            bought = project.bought_members.get(day, 0)
            for place in range(coming + bought):
                number += 1
                member = self.joins(project, f"{project.code}{number:03}", day, stays)
                member.fake = place >= coming
                members.append(member)
                registered = (
                    f"{today:%Y}/{today.month}/{today.day}"
                    if self.happens(project.registers) and not member.fake
                    else ""
                )
                assert member.channel is not None
                self.rows["members.csv"].append(
                    (project.name, member.number, written(today), registered, member.channel.name)
                )
            active = [member for member in members if self.is_there(member, day, presence)]
            for member in active:
                self.acts(project, member, today)
            sold = sum(self.buys(project, member, day, share) for member in active)
            staying = []
            for member in members:
                gone = self.leaves_today(member, day, leaves)
                if gone:
                    self.rows["exits.csv"].append((project.name, written(today), member.number))
                else:
                    staying.append(member)
            shown_members += len(staying) - len(members) + coming + bought + (0.9 if project.inflated > 1 else 0)
            members = staying
            self.shows(project, today, len(members), len(active), sold, shown_members)
        for week in range(DAYS // 7):
            monday = written(START + timedelta(7 * week))
            for channel in project.channels:
                amount = channel.weekly_cost * (0.85 + 0.3 * self.random.random())
                self.rows["costs-ads.csv"].append((project.name, monday, channel.name, "获客", f"{amount:,.2f}"))
            amount = project.running * (0.9 + 0.2 * self.random.random())
            self.rows["costs-running.csv"].append((project.name, monday, "运营", f"{amount:,.2f}"))
        self.rows["projects.csv"].append((project.name, project.goal, project.round))

    def joins(self, project: Project, number: str, day: int, stays: float) -> Member:
        drawn = self.random.random() * sum(channel.weight for channel in project.channels)
        for channel in project.channels:
            drawn -= channel.weight
            if drawn < 0:
                break
        return Member(number, day, self.happens(stays), channel, self.eagerness())

    def is_there(self, member: Member, day: int, presence: float) -> bool:
        age = day - member.since
        if member.fake:
            return age == 0
        if member.since >= 0 and age < 5:
            return self.happens(0.42)
        return self.happens(presence * member.eager if member.regular else 0.004)

    def leaves_today(self, member: Member, day: int, leaves: float) -> bool:
        if member.regular or member.since < 0:
            return self.happens(leaves)
        return day - member.since >= 6 and self.happens(0.012)

    def acts(self, project: Project, member: Member, today: date) -> None:
        nothing = True
        for kind, chance, most, answers in KINDS:
            if self.happens(chance * (min(1.6, project.answers) if answers else 1)) and not member.fake:
                nothing = False
                times = 1 + math.floor(most * self.random.random())
                self.did(project, today, member, kind, times)
        if nothing:
            self.did(project, today, member, "签到", 1)

    def did(self, project: Project, today: date, member: Member, kind: str, times: int) -> None:
        row = (project.name, written(today), member.number, kind, times)
        self.rows[f"activity-{today:%Y-%m}.csv"].append(row)

    def buys(self, project: Project, member: Member, day: int, share: float) -> float:
        """What the member's order of the day, if there is one, brings."""
        age = day - member.since
        chance = project.buys[0] + (project.buys[1] - project.buys[0]) * share
        if member.since >= 0 and age < 14:
            assert member.channel is not None
            chance = project.newcomers_buy * member.channel.buys / 2.6
        if member.fake or not self.happens(
            min(0.6, chance * (project.loyal if member.bought else 1) * (4 if member.big else 1))
        ):
            return 0
        price = project.price[0] + (project.price[1] - project.price[0]) * share
        amount = price * (0.75 + 0.5 * self.random.random())
        if member.big:
            amount *= project.big_spending[0] + (project.big_spending[1] - project.big_spending[0]) * share
        self.orders += 1
        today = START + timedelta(day)
        at = f"{written(today)} {9 + math.floor(13 * self.random.random())}:{math.floor(60 * self.random.random()):02}"
        kept = self.happens(project.completes)
        status = "已完成" if kept else ("已取消", "待付款", "已退款")[math.floor(3 * self.random.random())]
        cells = (f"D{self.orders:04}", project.name, at, member.number, f"{amount:,.2f}", status)
        self.rows["orders.csv"].append(cells)
        member.bought += kept
        return round(amount, 2) if kept else 0

    def shows(self, project: Project, today: date, members: int, active: int, sold: float, shown: float) -> None:
        shown_active, shown_sold = active, sold
        if project.inflated > 1:
            # somebody fills it in by hand, likes round figures, and forgets refunds
            inflated = active * project.inflated + 3
            shown_active = 5 * round(inflated / 5) if self.happens(0.7) else round(inflated)
            members, shown_sold = round(shown), sold * 1.25
        cells = (project.name, written(today), members, shown_active, f"{shown_sold:,.2f}")
        self.rows["dashboard.csv"].append(cells)


def written(day: date) -> str:
    """As spreadsheets write it, without zeros in front."""
    return f"{day.year}/{day.month}/{day.day}"


def text(header: Iterable[str], rows: Rows, encoding: str = "utf-8") -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


def files() -> dict[str, bytes]:
    """One header line, Unix line ends; the costs as an old accounting program exports them, in GB18030."""
    writer = Writer()
    for place, project in enumerate(PROJECTS):
        writer.random.seed(SEED + place)  # so that a change of one project leaves the others alone
        writer.live(project)
    return {
        name: text(HEADERS.get(name, ACTIVITY), rows, "gb18030" if name.startswith("costs") else "utf-8")
        for name, rows in writer.rows.items()
    }
