"""Checks of windows that end with the card's period."""

from __future__ import annotations

from ..gathering.trailing_windows import periods_ahead, window
from ..language.durations import CLOCK
from ..language.model import Input, Period
from .checking import Checking
from .durations import duration_at

# A row stands for as many cards as there are periods in the window; by day, a year and some days.
_MOST = 400


def trailing_holds(c: Checking) -> None:
    """Each `trailing` is a window that the source and the periods can have."""
    for id, input in c.ruleset.inputs.items():
        raw = None if input.size else c.ruleset.origin.data["inputs"][id]
        if not raw or "trailing" not in raw:
            continue
        path = (*input.path, "trailing")
        duration = duration_at(c, path, raw["trailing"])
        source, period = c.sources.get(input.source), c.ruleset.period
        if duration is None or source is None:
            continue
        if period is None:
            c.at("RC421", path, "`trailing` looks back from the end of a period, and there are none",
                 "declare `period: day`, or take it out", key=True)  # fmt: skip
        elif source.column(source.time) is None:
            c.at("RC421", path, f"`{source.id}` has no time column `{source.time}` to look back by",
                 "declare it among its columns, or name another with `time:` there", key=True)  # fmt: skip
        elif duration.unit in CLOCK or not duration.count:
            c.at("RC421", path, "a window of whole days, weeks, months, quarters or years is needed", "such as 7 days")
        else:
            _fits(c, input, period)


def _fits(c: Checking, input: Input, period: Period) -> None:
    assert input.trailing is not None
    path = (*input.path, "trailing")
    scale, size = window(input.trailing)
    if scale == "month" and period.grain in ("day", "week"):
        c.at("RC421", path, f"months do not end with each {period.grain}", "count in days, such as 30 days")
    elif periods_ahead(period, scale, size) > _MOST:
        c.at("RC421", path, f"each row would count in {periods_ahead(period, scale, size)} {period.grain}s",
             f"at most {_MOST}; a longer period needs less")  # fmt: skip
