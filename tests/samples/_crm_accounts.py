"""Four invented business units over eighteen months around the day on which their CRM went live."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from ._crm_exports import Line, Tables, day, end_of, money, months


@dataclass(frozen=True)
class Unit:
    """What a business unit is like. Pairs are before the CRM and with it."""

    name: str
    leads: int
    lead_rate: Line
    win_rate: Line
    cycle: Line
    price: Line
    known: int  # customers of before the sample
    repeat: Line  # of customers, a month
    repeat_price: Line
    marketing: Line  # a lead
    staff: int
    hours: tuple[Line, Line, Line]
    seats: int
    used: Line  # in the first live month and from the sixth
    decision: Line
    surprise: Line  # how far forecasts are off
    ramp: Line
    one_off: tuple[tuple[int, str, float], ...]  # months since the CRM went live
    running: float
    gaps: tuple[int, ...] = ()  # months without a timesheet


UNITS = (
    Unit(
        "晨光食品", 46, (0.5, 0.52), (0.5, 0.53), (12, 11), (1900, 1950), 60, (0.2, 0.3), (1500, 1680), (90, 92), 9,
        ((26, 9), (16, 5), (14, 9)), 12, (0.75, 0.92), (2, 4), (0.3, 0.12), (70, 52),
        ((-2, "实施", 26000), (-1, "数据迁移", 9000), (-1, "培训", 8000), (0, "培训", 4000)), 3600,
    ),
    Unit(
        "恒力机电", 34, (0.42, 0.45), (0.3, 0.34), (96, 71), (21000, 21600), 30, (0.11, 0.125), (9000, 9300),
        (260, 262), 7, ((22, 14), (18, 9), (20, 13)), 14, (0.7, 0.86), (2, 3), (0.4, 0.26), (150, 118),
        ((-3, "实施", 68000), (-2, "数据迁移", 15000), (-1, "培训", 14000)), 6200,
    ),
    Unit(
        "远达教育", 60, (0.38, 0.36), (0.42, 0.4), (24, 26), (3600, 3550), 50, (0.1, 0.075), (2100, 2000), (150, 205),
        8, ((20, 23), (14, 15), (12, 13)), 26, (0.42, 0.22), (2, 2), (0.35, 0.4), (60, 68),
        ((-2, "实施", 48000), (-1, "培训", 6000)), 7800,
    ),
    Unit(
        "佳禾家装", 52, (0.4, 0.44), (0.32, 0.44), (38, 37), (9800, 8300), 30, (0.06, 0.06), (2600, 2600), (240, 245),
        8, ((18, 13), (15, 9), (16, 13)), 16, (0.6, 0.68), (3, 3), (0.3, 0.28), (80, 78),
        ((-2, "实施", 42000), (-1, "数据迁移", 8000), (-1, "培训", 9000)), 5200, gaps=(14,),
    ),
)  # fmt: skip
SINCE, LIVE = dt.date(2024, 1, 1), 9  # the first month, and months from it until the CRM went live
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫", "安宁远航欣然子墨雨桐"


class Accounts:
    """Orders, hours and costs of each unit."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.tables = Tables()
        self.orders = self.customers = self.hires = 0

    def about(self, value: float, spread: float = 0.3) -> float:
        # two uniform draws make a triangle around the value
        return value * (1 + spread * (self.source.random() + self.source.random() - 1))

    def run(self) -> Tables:
        for unit in UNITS:
            known = [self.customer() for _ in range(unit.known)]
            for index, month in enumerate(months(SINCE)):
                live = index >= LIVE
                self.month(unit, index, month, live, known)
                self.hours(unit, index, month, live)
                if index in (2, 5, 7, 11, 13, 16):
                    self.hire(unit, month, live)
            for after, kind, amount in unit.one_off:
                month = months(SINCE)[LIVE + after]
                self.tables.add(
                    "costs", 业务单元=unit.name, 发生日期=day(month.replace(day=18)), 费用类型=kind, 金额=money(amount)
                )
        return self.tables

    def customer(self) -> str:
        self.customers += 1
        return f"C{self.customers:05}"

    def order(self, unit: Unit, customer: str, month: dt.date, kind: str, price: float, cycle: float = 0) -> None:
        self.orders += 1
        date = month + dt.timedelta(days=int(self.source.random() * end_of(month).day))
        lead = date - dt.timedelta(days=max(1, round(self.about(cycle, 0.5)))) if kind == "新签" else None
        self.tables.add(
            "orders", 订单编号=f"D{self.orders:05}", 业务单元=unit.name, 客户编号=customer, 下单日期=day(date),
            订单类型=kind, 订单状态="已取消" if self.source.random() < 0.03 else "已完成",
            实付金额=money(self.about(price)), 线索日期=day(lead),
        )  # fmt: skip

    def month(self, unit: Unit, index: int, month: dt.date, live: bool, known: list[str]) -> None:
        for customer in list(known):
            if self.source.random() < unit.repeat[live]:
                self.order(unit, customer, month, "复购", unit.repeat_price[live])
            elif self.source.random() < 0.02:
                known.remove(customer)
        leads = round(self.about(unit.leads, 0.12))
        opportunities = round(leads * self.about(unit.lead_rate[live], 0.08))
        deals = round(opportunities * self.about(unit.win_rate[live], 0.12))
        for _ in range(deals):
            known.append(self.customer())
            self.order(unit, known[-1], month, "新签", unit.price[live], unit.cycle[live])
        used = unit.used[0] + (unit.used[1] - unit.used[0]) * min(1, max(0, index - LIVE) / 5)
        surprise = 1 + unit.surprise[live] * (1 if self.source.random() < 0.65 else -1) * (
            0.7 + 0.6 * self.source.random()
        )
        self.tables.add(
            "monthly", 业务单元=unit.name, 月份=f"{month:%Y-%m}", 线索数=leads, 商机数=opportunities,
            月初预测=money(deals * unit.price[live] * surprise),
            获客费用=money(leads * self.about(unit.marketing[live], 0.1)),
            自动化任务数=round(self.about(unit.seats * 38 * used)) if live else 0, 账号数=unit.seats if live else 0,
            活跃账号数=round(unit.seats * used) if live else 0, 决策效率评分=int(unit.decision[live]),
        )  # fmt: skip
        if live:
            paid = month.replace(day=5)
            for kind, share in (("许可", 0.6), ("运维", 0.15), ("管理人力", 0.25)):
                self.tables.add(
                    "costs", 业务单元=unit.name, 发生日期=day(paid), 费用类型=kind, 金额=money(unit.running * share)
                )

    def hours(self, unit: Unit, index: int, month: dt.date, live: bool) -> None:
        if index in unit.gaps:
            return
        for number in range(unit.staff):
            person = (
                SURNAMES[(number * 5 + len(unit.name) + unit.seats) % len(SURNAMES)] + GIVEN[(number * 2) % 10 :][:2]
            )
            for activity, path in zip(("数据录入", "制作报表", "跨部门沟通"), unit.hours, strict=True):
                # people take three months to get used to it
                late = min(1.0, (index - LIVE + 1) / 3) if live else 0.0
                hours = path[0] + (path[1] - path[0]) * late
                self.tables.add(
                    "timesheet",
                    业务单元=unit.name,
                    月份=f"{month:%Y-%m}",
                    员工=person,
                    工作内容=activity,
                    工时=f"{self.about(hours):.1f}",
                )

    def hire(self, unit: Unit, month: dt.date, live: bool) -> None:
        self.hires += 1
        first = month + dt.timedelta(days=10 + int(self.source.random() * 15))
        hired = first - dt.timedelta(days=round(self.about(unit.ramp[live])))
        self.tables.add(
            "hires", 业务单元=unit.name, 员工=f"新员工{self.hires:02}", 入职日期=day(hired), 首单日期=day(first)
        )
