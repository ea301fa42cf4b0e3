"""Five invented sales teams over fifteen months: leads, activities, opportunities, and what stood open each month."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

from ._crm_exports import LAST, Line, Tables, day, end_of, index_of, moment, money, months

WARM_UP = dt.date(2023, 12, 1)
STAGES = ("需求挖掘", "方案呈现", "商务谈判")
OFFER = ("产品不匹配", "功能缺失", "方案不符")
SELLING = ("跟进不及时", "商务条款", "未接触决策人")
PRICE = ("价格高", "预算不足")
WINS = ("产品匹配", "客户信任", "响应及时", "价格优势", "方案出色", "老客户推荐")


@dataclass(frozen=True)
class Team:
    """What a team is like. Pairs are before and from `turn`, a month counted from the first."""

    name: str
    reps: tuple[str, ...]
    shares: tuple[float, ...]  # of the leads, for each rep
    leads: int  # a month
    amount: float
    pace: float  # days that a step takes, about
    quick: Line  # of leads of working hours, contacted within 2 hours
    qualified: float
    steps: tuple[Line, Line, Line]
    lost_to: tuple[Line, Line]  # offer and selling; the rest is price, a competitor or nobody
    explained: float
    quota: tuple[float, ...]  # a month; one for each quarter
    zombies: float = 0.0  # of opportunities that are lost, left open for good
    touches: float = 1.0
    wishful: bool = False  # every opportunity is to close within a month
    turn: int = 99
    since: int = 0
    snapshots: bool = True


TEAMS = (
    Team(
        "华东团队", ("沈嘉禾", "陆远", "顾清越"), (0.34, 0.36, 0.3), 44, 46000, 11, (0.95, 0.97), 0.5,
        ((0.82, 0.84), (0.76, 0.78), (0.64, 0.68)), ((0.25, 0.25), (0.2, 0.2)), 0.97,
        (300000, 310000, 320000, 330000, 340000),
    ),
    Team(
        "华南团队", ("梁晓岚", "何俊", "黎文博"), (0.33, 0.34, 0.33), 44, 43000, 11, (0.86, 0.84), 0.5,
        ((0.8, 0.8), (0.78, 0.4), (0.62, 0.62)), ((0.22, 0.72), (0.25, 0.1)), 0.92,
        (280000, 280000, 290000, 290000, 300000), turn=9,
    ),
    Team(
        "华北团队", ("韩放", "苏苗", "高一凡"), (0.7, 0.16, 0.14), 40, 52000, 12, (0.8, 0.83), 0.5,
        ((0.8, 0.8), (0.76, 0.42), (0.62, 0.6)), ((0.25, 0.12), (0.25, 0.7)), 0.88,
        (300000, 300000, 310000, 310000, 320000), turn=9,
    ),
    Team(
        "西部团队", ("罗成", "唐果", "姜遥"), (0.35, 0.35, 0.3), 40, 82000, 20, (0.34, 0.3), 0.46,
        ((0.8, 0.76), (0.72, 0.68), (0.6, 0.5)), ((0.3, 0.3), (0.3, 0.3)), 0.22,
        (360000, 360000, 380000, 380000, 380000), zombies=0.5, touches=0.42, wishful=True, turn=8,
    ),
    Team(
        "渠道团队", ("白露", "程野", "方知"), (0.4, 0.3, 0.3), 28, 30000, 10, (0.75, 0.78), 0.45,
        ((0.8, 0.8), (0.72, 0.72), (0.6, 0.6)), ((0.25, 0.25), (0.25, 0.25)), 0.7, (), since=11, snapshots=False,
    ),
)  # fmt: skip


class Funnel:
    """Leads of each team, followed to their end."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.tables = Tables()
        self.open: list[tuple[Team, str, str, list[tuple[str, dt.date]], dt.date | None, float, list[dt.date]]] = []
        self.customers = 0
        self.opportunities = 0

    def chance(self, share: float) -> bool:
        return self.source.random() < share

    def about(self, days: float) -> int:
        # two uniform draws make a triangle around the mean
        return max(1, round(days * (0.4 + 0.6 * (self.source.random() + self.source.random()))))

    def one_of(self, values: tuple[str, ...]) -> str:
        return values[int(self.source.random() * len(values))]

    def rep_of(self, team: Team) -> str:
        draw, rest = self.source.random(), 0.0
        for rep, share in zip(team.reps, team.shares, strict=True):
            rest += share
            if draw < rest:
                return rep
        return team.reps[-1]

    def workday(self, value: dt.date) -> dt.date:
        return value + dt.timedelta(days=(7 - value.weekday()) if value.weekday() >= 5 else 0)

    def run(self) -> Tables:
        for month in months(WARM_UP):
            for team in TEAMS:
                if index_of(month) < team.since:
                    continue
                count = round(team.leads * (0.9 + 0.2 * self.source.random()))
                for _ in range(count):
                    self.lead(team, month, team.turn <= index_of(month))
        self.keep()
        for team in TEAMS:
            for rep in team.reps:
                self.tables.add("reps", 姓名=rep, 团队=team.name, 岗位="客户经理")
            for index, month in enumerate(months()):
                if team.quota:
                    self.tables.add(
                        "targets", 团队=team.name, 月份=f"{month:%Y-%m}", 目标金额=money(team.quota[index // 3])
                    )
        return self.tables

    def lead(self, team: Team, month: dt.date, turned: bool) -> None:
        self.customers += 1
        customer, rep = f"K{self.customers:05}", self.rep_of(team)
        date = month + dt.timedelta(days=int(self.source.random() * end_of(month).day))
        if date.weekday() >= 5 and self.chance(0.6):
            date = month + dt.timedelta(days=int(self.source.random() * end_of(month).day))
        hour = 9 + int(self.source.random() * 8) if self.chance(0.8) else 18 + int(self.source.random() * 5)
        created = dt.datetime(date.year, date.month, date.day, hour, int(self.source.random() * 60))
        self.tables.add(
            "leads",
            date,
            客户编号=customer,
            负责人=rep,
            创建时间=moment(created),
            来源=self.one_of(("官网", "展会", "转介绍")),
        )
        in_hours = date.weekday() < 5 and 9 <= hour < 16
        first: dt.datetime | None = None
        if in_hours and self.chance(team.quick[turned]):
            first = created + dt.timedelta(minutes=5 + int(self.source.random() * 110))
        elif self.chance(0.97 if team.touches >= 1 else 0.72):
            later = self.workday(date + dt.timedelta(days=1 + int(self.source.random() * 2)))
            first = dt.datetime(
                later.year, later.month, later.day, 9 + int(self.source.random() * 8), int(self.source.random() * 60)
            )
        if first is None:
            return
        self.activity(rep, customer, first, "电话")
        if not self.chance(team.qualified):
            if self.chance(0.4):
                self.activity(rep, customer, first + dt.timedelta(days=3), "邮件")
            return
        self.opportunity(team, customer, rep, date, self.workday(first.date() + dt.timedelta(days=self.about(7))))

    def activity(self, rep: str, customer: str, at: dt.datetime, kind: str) -> None:
        minutes = {"电话": 15, "拜访": 230, "邮件": 10}[kind] * (0.7 + 0.6 * self.source.random())
        self.tables.add(
            "activities",
            at.date(),
            客户编号=customer,
            跟进人=rep,
            跟进时间=moment(at),
            跟进方式=kind,
            时长分钟=round(minutes),
        )

    def opportunity(self, team: Team, customer: str, rep: str, lead: dt.date, created: dt.date) -> None:
        if created > LAST:
            return
        self.opportunities += 1
        opportunity = f"S{self.opportunities:04}"
        amount = round(team.amount * (0.5 + 0.5 * (self.source.random() + self.source.random())), -2)
        passed: list[tuple[str, dt.date]] = []
        date, won, ended = created, True, None
        for stage, share in zip(STAGES, team.steps, strict=True):
            passed.append((stage, date))
            turned = index_of(date) >= team.turn
            won = self.chance(share[turned])
            date = self.workday(date + dt.timedelta(days=self.about(team.pace * (1 if won else 1.6))))
            if not won:
                break
        forgotten = not won and self.chance(team.zombies)
        if not forgotten and date <= LAST:
            ended = date
        touched = self.touches(team, customer, rep, passed, created, date if not forgotten else passed[-1][1])
        self.tables.add(
            "opportunities",
            created,
            商机编号=opportunity,
            客户编号=customer,
            负责人=rep,
            商机创建日期=day(created),
            商机金额=money(amount),
        )
        for stage, entered in passed:
            self.tables.add("stages", entered, 商机编号=opportunity, 负责人=rep, 进入阶段=stage, 进入日期=day(entered))
        if ended:
            turned = index_of(ended) >= team.turn
            reason = self.reason(team, won, turned) if self.chance(team.explained) else ""
            paid = round(amount * (0.94 + 0.06 * self.source.random()), -2)
            self.tables.add(
                "closed", ended, 商机编号=opportunity, 客户编号=customer, 负责人=rep, 线索创建日期=day(lead),
                结束日期=day(ended), 商机状态="赢单" if won else "输单",
                成交金额=money(paid) if won else "", 赢输单原因=reason,
            )  # fmt: skip
        self.open.append((team, opportunity, rep, passed, ended, amount, touched))

    def reason(self, team: Team, won: bool, turned: bool) -> str:
        if won:
            return self.one_of(WINS)
        draw, (offer, selling) = self.source.random(), (pair[turned] for pair in team.lost_to)
        if draw < offer:
            return self.one_of(OFFER)
        if draw < offer + selling:
            return self.one_of(SELLING)
        return self.one_of((*PRICE, "选择竞品", "项目推迟"))

    def touches(
        self, team: Team, customer: str, rep: str, passed: list[tuple[str, dt.date]], start: dt.date, end: dt.date
    ) -> list[dt.date]:
        touched, date = [start], start
        while True:
            date = self.workday(date + dt.timedelta(days=self.about(8 / team.touches)))
            if date > min(end, LAST):
                return touched
            touched.append(date)
            late = sum(1 for _, entered in passed if entered <= date)
            kind = "拜访" if self.chance(0.3 + 0.12 * late) else self.one_of(("电话", "电话", "邮件"))
            at = dt.datetime(
                date.year, date.month, date.day, 9 + int(self.source.random() * 8), int(self.source.random() * 60)
            )
            self.activity(rep, customer, at, kind)

    def keep(self) -> None:
        """What was open at the end of each month."""
        for month in months():
            kept = end_of(month)
            for team, opportunity, rep, passed, ended, amount, touched in self.open:
                if passed[0][1] > kept or (ended and ended <= kept) or not team.snapshots:
                    continue
                stage, entered = [step for step in passed if step[1] <= kept][-1]
                left = team.pace * (len(STAGES) - STAGES.index(stage))
                expected = (
                    kept + dt.timedelta(days=9 + STAGES.index(stage))
                    if team.wishful
                    else entered + dt.timedelta(days=round(left))
                )
                self.tables.add(
                    "pipeline", kept, 商机编号=opportunity, 负责人=rep, 存档日期=day(kept), 当前阶段=stage,
                    商机金额=money(amount), 预计成交日期=day(expected),
                    最近跟进日期=day(max(date for date in touched if date <= kept)),
                )  # fmt: skip
