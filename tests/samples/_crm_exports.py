"""What the two halves of the sample of `crm-roi` share: days, months, and tables as Chinese systems export them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

FIRST, LAST = dt.date(2024, 4, 1), dt.date(2025, 6, 30)

Row = Mapping[str, object]
Line = tuple[float, float]


@dataclass
class Tables:
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, date: dt.date = FIRST, **row: object) -> None:
        """Rows of before the first day are not exported, though what they began goes on."""
        if FIRST <= date <= LAST:
            self.rows.setdefault(table, []).append(row)


def months(first: dt.date = FIRST) -> list[dt.date]:
    every = (dt.date(year, month, 1) for year in (2023, 2024, 2025) for month in range(1, 13))
    return [month for month in every if first <= month <= LAST]


def index_of(date: dt.date) -> int:
    """Months since the first of the sample; below 0 before it."""
    return (date.year - FIRST.year) * 12 + date.month - FIRST.month


def end_of(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def day(value: dt.date | None) -> str:
    """As Chinese exports write days: 2025/3/1."""
    return "" if value is None else f"{value.year}/{value.month}/{value.day}"


def moment(value: dt.datetime) -> str:
    return f"{day(value)} {value.hour}:{value.minute:02}"


def money(value: float) -> str:
    return f"{value:,.0f}"


def table(rows: Iterable[Row]) -> bytes:
    """UTF-8 with the mark that Excel puts there, one header line, Unix line ends."""
    rows = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")
