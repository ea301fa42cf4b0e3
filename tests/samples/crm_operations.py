"""The sample of the pack `crm-operations`: eighteen months of six invented businesses, as raw exports.

Only `Random.random` is drawn from, the one stream that Python promises to keep.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SEED = 20250630
FIRST = datetime(2024, 1, 1)
DAYS = 547  # to 2025-06-30
MONTHS = [(year, month) for year in (2024, 2025) for month in range(1, 13)][:18]

HEADERS = {
    "客户档案.csv": ("业务线", "客户编号", "建档日期", "推荐人编号"),
    "线索.csv": ("业务线", "客户编号", "线索日期", "来源渠道"),
    "订单.csv": ("订单编号", "业务线", "客户编号", "下单时间", "实付金额", "订单状态"),
    "工单.csv": ("工单编号", "业务线", "客户编号", "工单类型", "创建时间", "首次响应时间", "解决时间"),
    "问卷.csv": ("业务线", "客户编号", "发出日期", "满意度评分", "推荐意愿"),
    "互动记录.csv": ("业务线", "客户编号", "互动日期", "互动方式"),
    "到期合同.csv": ("合同编号", "业务线", "客户编号", "到期日期", "续约日期"),
    "销售目标.csv": ("业务线", "销售", "月份", "目标金额", "完成金额"),
}
SOURCES = ("搜索", "短视频", "展会", "老客介绍")
WAYS = ("企业微信", "电话", "直播间", "门店")


@dataclass(frozen=True)
class Business:
    """What a business is like; shares are from 0 to 1."""

    name: str
    code: str
    old: int  # customers who joined before that time
    new: int  # and within it
    again: float  # after an order, another one follows
    gap: float  # days between orders, on average
    price: float
    referred: float = 0.0  # customers with a recorded referrer
    leads: int = 0
    won: float = 0.0  # of the leads, within some weeks
    tickets: int = 0
    complaints: float = 0.0  # of the tickets
    reply: float = 30.0  # minutes, about
    silent: float = 0.0  # tickets without any answer
    solve: float = 6.0  # hours, about
    open: float = 0.03  # answered and not solved
    surveys: int = 0
    answered: float = 0.0
    content: float = 0.8  # who gives 4 or 5
    promoters: float = 0.4
    detractors: float = 0.2
    engaged: float = 0.0  # customers with interactions
    contracts: int = 0
    renewed: float = 0.0
    reps: tuple[tuple[str, float], ...] = ()  # name, achieved of target
    target: int = 0


BUSINESSES = (
    Business(
        "森叶茶铺", "SY", 170, 60, again=0.95, gap=44, price=128, referred=0.16, leads=150, won=0.17, tickets=110,
        complaints=0.018, reply=9, solve=3, surveys=420, answered=0.34, content=0.93, promoters=0.66, detractors=0.08,
        engaged=0.55, reps=(("林初", 1.12), ("苏禾", 1.05), ("陈岩", 1.01)), target=9000,
    ),
    Business(
        "追风户外", "ZF", 90, 260, again=0.36, gap=38, price=320, referred=0.03, leads=420, won=0.13, tickets=120,
        complaints=0.03, reply=45, solve=14, surveys=480, answered=0.14, content=0.76, promoters=0.36, detractors=0.27,
        engaged=0.2, reps=(("周野", 1.9), ("何川", 0.82), ("顾北", 0.71)), target=14000,
    ),
    Business(
        "云启软件", "YQ", 70, 14, again=0.97, gap=31, price=1800, referred=0.03, leads=120, won=0.08, tickets=240,
        complaints=0.012, reply=640, solve=40, silent=0.03, open=0.10, surveys=190, answered=0.38, content=0.57,
        promoters=0.2, detractors=0.38, engaged=0.42, contracts=52, renewed=0.58,
        reps=(("许知", 0.78), ("方远", 0.69)), target=60000,
    ),
    Business(
        "博学堂", "BX", 120, 110, again=0.16, gap=60, price=1980, referred=0.11, leads=260, won=0.22, tickets=70,
        complaints=0.03, reply=28, solve=5, surveys=360, answered=0.3, content=0.9, promoters=0.55, detractors=0.1,
        engaged=0.34, contracts=40, renewed=0.82, reps=(("宋青", 1.03), ("叶蓁", 0.96)), target=32000,
    ),
    Business(
        "颜悦医美", "YY", 130, 80, again=0.78, gap=68, price=2680, referred=0.05, leads=210, won=0.09, tickets=130,
        complaints=0.24, reply=75, silent=0.19, solve=130, open=0.08, surveys=420, answered=0.045, content=0.86,
        promoters=0.4, detractors=0.3, engaged=0.12, reps=(("白露", 0.93), ("江月", 0.88)), target=50000,
    ),
    Business("邻里鲜生", "LL", 60, 40, again=0.96, gap=16, price=56),
)  # fmt: skip


class Draw:
    """What is drawn, from one stream."""

    def __init__(self) -> None:
        self.source = random.Random(SEED)

    def chance(self, share: float) -> bool:
        return self.source.random() < share

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self.source.random()

    def around(self, middle: float) -> float:
        # most near the middle, some much more: a square of a draw has a long tail
        return middle * (0.25 + 2.25 * self.source.random() ** 2)

    def one_of(self, choices: Sequence[str]) -> str:
        return choices[int(self.source.random() * len(choices))]

    def moment(self, day: float) -> datetime:
        start = FIRST + timedelta(days=int(day))
        return start + timedelta(minutes=int(self.between(9 * 60, 21 * 60)))


def day_of(moment: datetime) -> str:
    return f"{moment.year}/{moment.month}/{moment.day}"


def time_of(moment: datetime | None) -> str:
    return f"{day_of(moment)} {moment.hour}:{moment.minute:02}" if moment else "-"


class Export:
    """The rows of all files."""

    def __init__(self) -> None:
        self.draw = Draw()
        self.rows: dict[str, list[Sequence[str]]] = {name: [] for name in HEADERS}

    def add(self, file: str, *cells: str) -> None:
        self.rows[file].append(cells)

    def business(self, firm: Business) -> None:
        customers = self.customers(firm)
        self.leads(firm)
        self.tickets(firm, customers)
        self.surveys(firm, customers)
        self.interactions(firm, customers)
        self.contracts(firm, customers)
        for rep, share in firm.reps:
            for year, month in MONTHS:
                achieved = firm.target * share * self.draw.between(0.85, 1.15)
                self.add("销售目标.csv", firm.name, rep, f"{year}/{month}/1", f"{firm.target:,.2f}", f"{achieved:,.2f}")

    def customers(self, firm: Business) -> list[str]:
        draw, known = self.draw, []
        for number in range(firm.old + firm.new):
            old = number < firm.old
            customer = f"{firm.code}{number + 1:04}"
            joined = draw.between(-900, -1) if old else draw.between(0, DAYS - 2)
            referrer = draw.one_of(known) if known and draw.chance(firm.referred) else ""
            self.add("客户档案.csv", firm.name, customer, day_of(FIRST + timedelta(days=int(joined))), referrer)
            self.orders(firm, customer, draw.between(0, 75) if old else joined)
            known.append(customer)
        return known

    def orders(self, firm: Business, customer: str, day: float) -> None:
        draw = self.draw
        while day < DAYS:
            refused = draw.chance(0.05)
            status = draw.one_of(("已取消", "已退款")) if refused else "已完成"
            number = f"{firm.code}{len(self.rows['订单.csv']) + 1:06}"
            amount = round(draw.around(firm.price), 2)
            self.add("订单.csv", number, firm.name, customer, time_of(draw.moment(day)), f"{amount:,.2f}", status)
            if not draw.chance(firm.again):
                return
            day += max(1.0, draw.around(firm.gap))

    def leads(self, firm: Business) -> None:
        draw = self.draw
        for number in range(firm.leads):
            customer, day = f"{firm.code}L{number + 1:04}", draw.between(0, DAYS)
            self.add("线索.csv", firm.name, customer, day_of(FIRST + timedelta(days=int(day))), draw.one_of(SOURCES))
            bought = day + 1 + draw.between(0, 24)
            if draw.chance(firm.won) and bought < DAYS:
                order = f"{firm.code}{len(self.rows['订单.csv']) + 1:06}"
                amount = f"{round(draw.around(firm.price), 2):,.2f}"
                self.add("订单.csv", order, firm.name, customer, time_of(draw.moment(bought)), amount, "已完成")

    def tickets(self, firm: Business, customers: list[str]) -> None:
        draw = self.draw
        for _ in range(firm.tickets):
            opened = draw.moment(draw.between(0, DAYS))
            end = FIRST + timedelta(days=DAYS)
            kind = "投诉" if draw.chance(firm.complaints) else draw.one_of(("咨询", "售后", "报修"))
            customer = draw.one_of(customers)
            replied: datetime | None = opened + timedelta(minutes=int(draw.around(firm.reply)) + 1)
            solved: datetime | None = opened + timedelta(minutes=int(draw.around(firm.solve * 60) + firm.reply) + 5)
            if draw.chance(firm.silent):
                replied = solved = None
            elif draw.chance(firm.open):
                solved = None
            # what would lie behind the export is not in it
            replied = replied if replied and replied < end else None
            solved = solved if solved and solved < end else None
            number = f"T{len(self.rows['工单.csv']) + 1:05}"
            self.add("工单.csv", number, firm.name, customer, kind, time_of(opened), time_of(replied), time_of(solved))

    def surveys(self, firm: Business, customers: list[str]) -> None:
        draw = self.draw
        for _ in range(firm.surveys):
            customer, sent = draw.one_of(customers), day_of(draw.moment(draw.between(0, DAYS)))
            satisfaction = recommend = ""
            if draw.chance(firm.answered):
                satisfaction = draw.one_of("45") if draw.chance(firm.content) else draw.one_of("123")
                kind = draw.between(0, 1)
                if kind < firm.promoters:
                    recommend = draw.one_of(("9", "10"))
                elif kind < firm.promoters + firm.detractors:
                    recommend = draw.one_of("0123456")
                else:
                    recommend = draw.one_of("78")
            self.add("问卷.csv", firm.name, customer, sent, satisfaction, recommend)

    def interactions(self, firm: Business, customers: list[str]) -> None:
        draw = self.draw
        quarter = DAYS / 6
        for customer in customers if firm.engaged else ():
            for number in range(6):
                if draw.chance(firm.engaged):
                    for _ in range(1 + int(draw.between(0, 3))):
                        day = day_of(draw.moment(quarter * (number + draw.between(0, 1))))
                        self.add("互动记录.csv", firm.name, customer, day, draw.one_of(WAYS))

    def contracts(self, firm: Business, customers: list[str]) -> None:
        draw = self.draw
        for number in range(firm.contracts):
            due = FIRST + timedelta(days=int(draw.between(0, DAYS)))
            renewed = day_of(due - timedelta(days=int(draw.between(1, 40)))) if draw.chance(firm.renewed) else ""
            name = f"HT{firm.code}{number + 1:03}"
            self.add("到期合同.csv", name, firm.name, draw.one_of(customers), day_of(due), renewed)


def written(header: Sequence[str], rows: Iterable[Sequence[str]], encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def files() -> dict[str, bytes]:
    """Text with a header line; the orders in GB18030, as older systems write them."""
    export = Export()
    for firm in BUSINESSES:
        export.business(firm)
    return {
        name: written(header, export.rows[name], "gb18030" if name == "订单.csv" else "utf-8")
        for name, header in HEADERS.items()
    }
