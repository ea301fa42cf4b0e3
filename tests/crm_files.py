"""The files of the sample of the pack `crm-roi`, read in plain Python."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache

from .samples import RULESETS

SAMPLE = RULESETS / "crm-roi" / "sample"


@cache
def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def date(cell: str) -> dt.date:
    return dt.datetime.strptime(cell, "%Y/%m/%d").date()


def moment(cell: str) -> dt.datetime:
    return dt.datetime.strptime(cell, "%Y/%m/%d %H:%M")


def money(cell: str) -> float:
    return float(cell.replace(",", "") or 0)


def month_of(day: dt.date) -> str:
    return f"{day:%Y-%m}"


def earlier(month: str, count: int) -> str:
    months = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{months // 12}-{months % 12 + 1:02}"


def months_up_to(month: str, count: int) -> list[str]:
    return [earlier(month, back) for back in range(count)]


@cache
def teams() -> dict[str, str]:
    return {row["姓名"]: row["团队"] for row in rows("销售人员.csv")}
