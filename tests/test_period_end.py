"""`period_end`: the last day of the card's period, on every calendar, among rows, groups of rows and cards."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from .calendar_days import agree, run
from .strategies import CALENDARS, ENGINES, examples, period_key

DAYS = st.dates(date(2023, 11, 20), date(2025, 3, 10))


@examples(25)
@given(st.sampled_from(CALENDARS), st.lists(st.tuples(DAYS, st.sampled_from("abc")), min_size=1, max_size=30), ENGINES)
def test_it_is_the_last_day_of_the_period(
    calendar: Any, rows: list[tuple[date, str]], engines: tuple[str, ...]
) -> None:
    def end(day: date) -> date:
        return calendar.shift(calendar.start(day), 1) - timedelta(days=1)

    document = {
        "period": period_key(calendar),
        "sources": {"visits": {"columns": {"date": "date", "user": "text"}}},
        "inputs": {
            "latest": {"formula": "max(date)", "type": "date"},
            "quiet_for": {"formula": "days_between(max(date), period_end())"},
            "young": {"formula": "count()", "where": "days_between(date, period_end()) < 3"},
            "lapsed": {"per": "user", "formula": "days_between(max(date), period_end()) >= 3", "then": "sum"},
        },
        "metrics": {
            "rows": {"formula": "quiet_for"},
            "cards": {"formula": "days_between(latest, period_end())"},
            "young_": {"formula": "young"},
            "lapsed_": {"formula": "lapsed"},
        },
    }
    last: dict[date, date] = {}
    latest: dict[tuple[date, str], date] = {}
    young: Counter[date] = Counter()
    for day, user in rows:
        last[end(day)] = max(day, last.get(end(day), day))
        latest[end(day), user] = max(day, latest.get((end(day), user), day))
        young[end(day)] += (end(day) - day).days < 3
    lapsed = Counter(until for (until, _), day in latest.items() if (until - day).days >= 3)
    for engine in engines:
        cards = run(document, {"visits": pl.DataFrame(rows, schema=["date", "user"], orient="row")}, engine)
        wanted: dict[Any, dict[str, float | None]] = {
            (calendar.label(calendar.start(day)),): {
                "rows": float((until - day).days),
                "cards": float((until - day).days),
                "young_": float(young[until]),
                "lapsed_": float(lapsed[until]),
            }
            for until, day in last.items()
        }
        agree(cards, wanted)
