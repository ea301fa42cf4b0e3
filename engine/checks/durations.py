"""Durations as they are written, and what was probably meant."""

from __future__ import annotations

import re
from typing import Any

from ..language.durations import CALENDAR, CLOCK, LONGEST, Duration, parse_duration
from ..problems import Path
from ..suggest import nearest
from .checking import Checking

_WRITTEN = re.compile(r"\s*([0-9]{1,8})\s*([^\W\d]*)\.?\s*")
_SHORT = {"m": "minute", "min": "minute", "mins": "minute", "h": "hour", "hr": "hour", "hrs": "hour", "d": "day",
          "w": "week", "wk": "week", "mo": "month", "q": "quarter", "y": "year", "yr": "year", "分钟": "minute",
          "小时": "hour", "天": "day", "日": "day", "周": "week", "星期": "week", "个月": "month", "月": "month",
          "季度": "quarter", "年": "year"}  # fmt: skip


def duration_at(c: Checking, path: Path, written: Any) -> Duration | None:
    """The duration that stands at a path; None, and a problem, where there is none."""
    text = str(written)
    found = parse_duration(text)
    if found is None:
        meant = _meant(text)
        units = "a whole number and minutes, hours, days, weeks, months, quarters or years, such as 7 days"
        c.at("RC205", path, f"`{text}` is not a duration", f"did you mean `{meant}`?" if meant else units)
    return found


def _meant(text: str) -> Duration | None:
    """The duration that a text such as `7d`, `7days`, `7 dyas` or `7天` probably stands for."""
    found = _WRITTEN.fullmatch(text)
    if found is None or int(found[1]) > LONGEST:
        return None
    word = found[2].lower() or "days"
    unit = _SHORT.get(word) or nearest(word, [f"{unit}{s}" for unit in (*CLOCK, *CALENDAR) for s in ("", "s")])
    return None if unit is None else Duration(int(found[1]), unit.removesuffix("s"))
