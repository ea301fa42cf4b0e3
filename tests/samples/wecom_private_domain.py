"""The sample of the pack `wecom-private-domain`: six invented accounts over eighteen months, as raw exports.

What an account is like is drawn by month and then spread over days, posts, events and orders. Only `Random.random` is
drawn from, the one stream that Python promises to keep.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from random import Random

SEED = 20240131
MONTHS = [(year, month) for year in (2024, 2025) for month in range(1, 13)][:18]
# Buying by calendar month: spring festival is quiet, June and November have the sales.
SEASON = (1.0, 0.88, 0.97, 1.0, 1.02, 1.08, 0.98, 0.97, 1.0, 1.02, 1.15, 1.04)
WEEK = (1.0, 1.0, 1.0, 1.0, 1.05, 1.15, 0.9)
HEADERS = {
    "contacts": ("日期", "成员账号", "客户总数", "发起申请数", "新增客户数", "聊天总数", "删除/拉黑成员的客户数"),
    "contact-changes": ("变更时间", "成员账号", "客户编号", "变更类型"),
    "requests": ("发起日期", "成员账号", "任务", "申请数", "通过数"),
    "moments": ("发布日期", "成员账号", "点赞数", "评论数"),
    "groups": ("日期", "群主", "客户群总数", "群成员总数", "群消息总数"),
    "group-changes": ("变更时间", "群主", "变更类型", "变更人数"),
    "activities": ("活动日期", "群主", "参与者"),
    "orders": ("订单编号", "下单日期", "归属成员", "客户编号", "首单日期", "渠道", "订单状态", "实付金额"),
}
GROUPS = ("groups", "group-changes", "activities")

Line = tuple[float, float]
Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Account:
    """What an account is like: each pair is a rate in the first month and in the last, a straight line between."""

    name: str
    members: Mapping[str, tuple[str, float]]  # the employees' ids, with name and share of the contacts
    opening: int
    won: Line  # of opening contacts
    lost: Line
    requests: Line  # sent, of opening contacts
    acceptance: Line
    one_to_one: Line  # of average contacts, a day
    moments: Line  # likes and comments of average contacts
    group_of: int  # members of a group
    membership: Line  # group members of contacts
    messages: Line  # per group member
    exits: Line  # per message
    participation: Line
    conversion: Line
    order_value: Line
    orders_a_year: Line
    years: Line
    noise: float = 0.12
    transfers: Mapping[int, int] = field(default_factory=dict)  # month: customers handed over by colleagues
    silent: tuple[int, ...] = ()  # months without a group message
    gaps: tuple[int, ...] = ()  # months of which nothing was exported
    without: Mapping[int, tuple[str, ...]] = field(default_factory=dict)  # month: exports that were forgotten
    unread: tuple[int, ...] = ()  # months with days that were asked for too early, or not at all


ACCOUNTS = (
    Account(
        "青禾母婴", {"LinYue": ("林悦", 0.6), "ZhaoNing": ("赵宁", 0.4)}, 11200,
        won=(0.052, 0.044), lost=(0.016, 0.013),
        requests=(0.06, 0.05), acceptance=(0.52, 0.63), one_to_one=(0.108, 0.142), moments=(0.19, 0.29), group_of=120,
        membership=(0.03, 0.028), messages=(9.0, 11.0), exits=(0.006, 0.0035), participation=(0.13, 0.19),
        conversion=(0.0052, 0.0072), order_value=(165, 172), orders_a_year=(3.0, 3.3), years=(2.3, 2.5), noise=0.08,
    ),
    Account(
        "老城火锅", {"HuYan": ("胡岩", 1.0)}, 8600, won=(0.031, 0.012), lost=(0.021, 0.054), requests=(0.08, 0.10),
        acceptance=(0.34, 0.22), one_to_one=(0.105, 0.068), moments=(0.13, 0.065), group_of=140,
        membership=(0.04, 0.04), messages=(5.2, 4.1), exits=(0.012, 0.027), participation=(0.135, 0.108),
        conversion=(0.0062, 0.0064), order_value=(112, 116), orders_a_year=(3.6, 3.6), years=(2.2, 2.2), noise=0.08,
        transfers={8: 420},
    ),
    Account(
        "万家家居", {"QianBo": ("钱博", 0.55), "SunMei": ("孙梅", 0.45)}, 28400,
        won=(0.012, 0.013), lost=(0.009, 0.010),
        requests=(0.03, 0.03), acceptance=(0.36, 0.31), one_to_one=(0.034, 0.017), moments=(0.015, 0.006), group_of=320,
        membership=(0.09, 0.09), messages=(0.8, 0.25), exits=(0.04, 0.14), participation=(0.024, 0.007),
        conversion=(0.0019, 0.0013), order_value=(280, 262), orders_a_year=(1.08, 1.08), years=(1.2, 1.2), silent=(13,),
    ),
    Account(
        "拾光花店", {"WenXi": ("文溪", 1.0)}, 560, won=(0.027, 0.03), lost=(0.012, 0.01), requests=(0.052, 0.043),
        acceptance=(0.58, 0.68), one_to_one=(0.125, 0.172), moments=(0.45, 1.25), group_of=45, membership=(0.2, 0.2),
        messages=(12, 15), exits=(0.002, 0.001), participation=(0.36, 0.46), conversion=(0.062, 0.078),
        order_value=(126, 132), orders_a_year=(4.2, 4.8), years=(1.9, 2.1), noise=0.15,
    ),
    Account(
        "云帆教育", {"DengKe": ("邓可", 1.0)}, 4200, won=(0.034, 0.03), lost=(0.02, 0.021), requests=(0.07, 0.06),
        acceptance=(0.33, 0.38), one_to_one=(0.072, 0.083), moments=(0.04, 0.06), group_of=110, membership=(0.1, 0.1),
        messages=(5, 5.5), exits=(0.012, 0.011), participation=(0.082, 0.115), conversion=(0.0085, 0.0095),
        order_value=(780, 800), orders_a_year=(1.25, 1.25), years=(1.2, 1.3), gaps=(4, 5), unread=(6, 7, 11),
        without={
            1: GROUPS, 2: GROUPS, 8: ("moments",), 9: ("moments",), 10: ("moments", "通过数"), 14: ("contacts",),
            16: ("moments", *GROUPS), 17: ("客户群总数",),
        },
    ),
    Account(
        "牧野咖啡", {"YuHang": ("于航", 1.0)}, 360, won=(0.37, 0.175), lost=(0.05, 0.04), requests=(0.5, 0.16),
        acceptance=(0.17, 0.47), one_to_one=(0.16, 0.108), moments=(0.30, 0.22), group_of=130, membership=(0.4, 0.03),
        messages=(6, 8), exits=(0.02, 0.006), participation=(0.07, 0.16), conversion=(0.019, 0.0185),
        order_value=(48, 56), orders_a_year=(6, 8), years=(1.1, 2.4),
    ),
)  # fmt: skip


def between(path: Line, month: int) -> float:
    """The straight line of `path` at a month counted from 0."""
    return path[0] + (path[1] - path[0]) * month / (len(MONTHS) - 1)


class Exports:
    """The exports of one account, month by month; contacts, group messages and customers carry over."""

    def __init__(self, account: Account, number: int, random: Random, rows: Rows) -> None:
        self.account, self.number, self.random, self.rows = account, number, random, rows
        self.totals = {id: round(account.opening * share) for id, (_, share) in account.members.items()}
        self.owner, self.people = next(iter(account.members)), round(account.opening * account.membership[0])
        self.messages = self.people * 40
        self.customers: deque[tuple[str, datetime.date]] = deque()
        self.newest = self.orders = 0
        for month in range(len(MONTHS)):
            self.month = month
            first = datetime.date(*MONTHS[month], 1)
            following = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
            self.days = [first + datetime.timedelta(days=n) for n in range((following - first).days)]
            self._month()

    def _month(self) -> None:
        account, season = self.account, SEASON[MONTHS[self.month][1] - 1]
        opening = sum(self.totals.values())
        new = round(opening * self.drawn(account.won))
        lost = round(opening * self.drawn(account.lost))
        removed = round(lost * 0.06)
        transferred = account.transfers.get(self.month, 0)
        average = opening + (new - lost + transferred) / 2
        sent = round(opening * self.drawn(account.requests))
        chats = average * self.drawn(account.one_to_one)
        self._contacts(new, lost - removed, removed, transferred, sent, chats)
        self._requests(sent, round(sent * self.drawn(account.acceptance)))
        self._moments(round(average * self.drawn(account.moments)))
        self._groups(round(sum(self.totals.values()) * between(account.membership, self.month)))
        self._orders(round(average * self.drawn(account.conversion) * season))

    def drawn(self, path: Line) -> float:
        # two uniform draws make a triangle around 1
        return between(path, self.month) * (1 + self.account.noise * (self.random.random() + self.random.random() - 1))

    def day(self, first: int = 0) -> datetime.date:
        return self.days[first + int(self.random.random() * (len(self.days) - first))]

    def moment(self, day: datetime.date) -> str:
        return f"{day} {9 + int(self.random.random() * 12):02}:{int(self.random.random() * 60):02}"

    def spread(self, amount: int) -> list[int]:
        """A number of the month over its days."""
        weights = [WEEK[day.weekday()] * (0.7 + 0.6 * self.random.random()) for day in self.days]
        parts, done, so_far = [], 0, 0.0
        for weight in weights:
            so_far += weight
            parts.append(round(amount * so_far / sum(weights)) - done)
            done += parts[-1]
        return parts

    def put(self, export: str, *cells: object) -> None:
        skipped = self.account.without.get(self.month, ())
        if self.month not in self.account.gaps and export not in skipped:
            named = zip(HEADERS[export], cells, strict=True)
            self.rows[export].append(tuple("" if column in skipped else cell for column, cell in named))

    def _contacts(self, new: int, lost: int, removed: int, transferred: int, sent: int, chats: float) -> None:
        unread = self.account.unread
        left = {"new": new, "lost": lost, "removed": removed, "sent": sent}
        shares = list(self.account.members.items())
        for place, (member, (_, share)) in enumerate(shares):
            own = dict(left) if place == len(shares) - 1 else {what: round(n * share) for what, n in left.items()}
            left = {what: n - own[what] for what, n in left.items()}
            gone = sorted(self.day(first=1) for _ in range(own["removed"]))
            for day in gone:
                customer = int(self.random.random() * 90000) + 10000
                self.put("contact-changes", self.moment(day), member, f"W{self.number}{customer}", "成员删除客户")
            daily = [self.spread(own[what]) for what in ("sent", "new", "lost")]
            for day, applied, won, away in zip(self.days, *daily, strict=True):
                weight = WEEK[day.weekday()] * (0.9 + 0.2 * self.random.random())
                handed = transferred if place == 0 and day.day == 10 else 0
                self.totals[member] += won - away - gone.count(day) + handed
                cells: tuple[object, ...] = (applied, won, round(chats * share * weight), away)
                if self.month in unread and day.day in (9, 23):
                    cells = (0, 0, 0, 0) if day.day == 9 else (applied, won, "-", away)
                self.put("contacts", day, member, self.totals[member], *cells)

    def _requests(self, sent: int, accepted: int) -> None:
        batches = [self.spread(sent), self.spread(accepted)]
        for number, start in enumerate((0, 7, 14, 21)):
            end = (7, 14, 21, 31)[number]
            sums = [sum(batch[start:end]) for batch in batches]
            task = ("到店扫码", "包裹卡", "老客推荐", "直播间")[number]
            self.put("requests", self.days[start], self.owner, task, sums[0], min(sums))

    def _moments(self, interactions: int) -> None:
        for start, part in zip(range(1, 29, 4), self._shares(interactions, 7), strict=True):
            comments = round(part * 0.22)
            self.put("moments", self.days[start], self.owner, part - comments, comments)

    def _shares(self, amount: int, count: int) -> list[int]:
        cuts = sorted(round(amount * (n + self.random.random()) / count) for n in range(count - 1))
        return [end - start for start, end in zip([0, *cuts], [*cuts, amount], strict=True)]

    def _groups(self, people: int) -> None:
        account, before = self.account, self.people
        messages = round(people * self.drawn(account.messages))
        exits = round(messages * self.drawn(account.exits))
        if self.month in account.silent:
            messages, exits = 0, round(people * 0.004)
        for number, (day, part) in enumerate(zip(self.days, self.spread(messages), strict=True), 1):
            self.messages += part
            self.people = before + round((people - before) * number / len(self.days))
            cells: tuple[object, ...] = (ceil(self.people / account.group_of), self.people, self.messages)
            if self.month in account.unread and day == self.days[-1]:
                cells = (0, 0, 0)  # asked for in the small hours
            self.put("groups", day, self.owner, *cells)
        events = [(self.day(), "退群", part) for part in self._shares(exits, ceil(exits / 6) if exits else 1) if part]
        events.append((self.days[2], "入群", max(1, people - before + exits)))
        for day, change, part in sorted(events):
            self.put("group-changes", self.moment(day), self.owner, change, part)
        participants = round(people * self.drawn(account.participation))
        start = int(self.random.random() * people)
        for number in range(participants):
            day = self.days[(5, 12, 19, 26)[number % 4]]
            self.put("activities", day, self.owner, f"G{self.number}{(start + number) % people + 1000}")

    def _orders(self, buyers: int) -> None:
        account = self.account
        lifetime = 2 * between(account.years, self.month) * 365.25
        wanted = max(buyers, round(12 * buyers / between(account.orders_a_year, self.month)))
        for _ in range(wanted - len(self.customers)):
            # customers of every age: most who join had bought in the shop before
            age = int(self.random.random() * lifetime)
            self.customers.append((self._customer(), self.days[0] - datetime.timedelta(days=age)))
        for day in sorted(self.day() for _ in range(buyers)):
            customer, first = self.customers.popleft()
            if (day - first).days > lifetime:
                customer, first = self._customer(), day  # one who left makes room for one who came
            self.customers.append((customer, first))
            self._order(day, customer, first, "私域", "已完成")
            if self.random.random() < 0.04:
                self._order(day, customer, first, "私域", "已取消")
            if self.random.random() < 0.05:
                self._order(day, self._customer(), day, "天猫", "已完成")

    def _order(self, day: datetime.date, customer: str, first: datetime.date, channel: str, status: str) -> None:
        self.orders += 1
        amount = between(self.account.order_value, self.month) * (0.6 + 0.8 * self.random.random())
        dates = [f"{one.year}/{one.month}/{one.day}" for one in (day, first)]
        number = f"D{self.number}{self.orders:04}"
        self.put("orders", number, dates[0], self.owner, customer, dates[1], channel, status, f"{amount:,.2f}")

    def _customer(self) -> str:
        self.newest += 1
        return f"K{self.number}{self.newest:04}"


def table(header: Iterable[str], rows: Iterable[tuple[object, ...]], encoding: str = "utf-8") -> bytes:
    """One header line, Unix line ends."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([tuple(header), *rows])
    return text.getvalue().encode(encoding)


def files() -> dict[str, bytes]:
    """The exports in UTF-8, and the sales report in GB18030."""
    random = Random(SEED)
    rows: Rows = {name: [] for name in HEADERS}
    for number, account in enumerate(ACCOUNTS, 1):
        Exports(account, number, random, rows)
    people = [(id, name, account.name) for account in ACCOUNTS for id, (name, _) in account.members.items()]
    made = {"members.csv": table(("成员账号", "姓名", "所属账号"), people)}
    for name, header in HEADERS.items():
        files: Rows = {}
        for row in rows[name]:
            files.setdefault(_file(name, row), []).append(row)
        encoding = "gb18030" if name == "orders" else "utf-8"
        made |= {f"{file}.csv": table(header, found, encoding) for file, found in sorted(files.items())}
    return made


def _file(name: str, row: tuple[object, ...]) -> str:
    """The file of a row: contacts by half-year, as WeCom keeps 180 days, sales by year."""
    day = str(row[HEADERS[name].index("下单日期") if name == "orders" else 0])
    half = f"H{1 if day[5:7] <= '06' else 2}"
    return {"contacts": f"contacts-{day[:4]}{half}", "orders": f"orders-{day[:4]}"}.get(name, name)
