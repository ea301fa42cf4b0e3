"""How a value and a text are shown to a reader: one way for advice, tables and reports."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext

NO_VALUE = "—"

# a price per something is money too, `CNY/order`; a rate of exchange, `CNY/USD`, is not
_MONEY = re.compile(r"([A-Z]{3})(?:/(?![A-Z]{3}(?:/|$))\w+)*")
_CURRENCY_SIGNS = {
    "CNY": "¥", "JPY": "JP¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "TWD": "NT$", "KRW": "₩", "INR": "₹",
}  # fmt: skip
# unit: singular and plural in English, Chinese
_TIMES = {
    "second": (" second", " seconds", "秒"),
    "minute": (" minute", " minutes", "分钟"),
    "hour": (" hour", " hours", "小时"),
    "day": (" day", " days", "天"),
    "week": (" week", " weeks", "周"),
    "month": (" month", " months", "个月"),
    "year": (" year", " years", "年"),
}
_FLAGS = {"zh": ("否", "是"), "en": ("no", "yes")}


def text_in(text: tuple[tuple[str, str], ...], language: str) -> str:
    """The text in `language`; where it has none, in the first language that it was written in; "" for no text."""
    for name, words in text:
        if name == language:
            return words
    return text[0][1] if text else ""


def format_value(value: object, unit: str | None = None, decimals: int | None = None, language: str = "en") -> str:
    """`value` as a person reads it: 0.05 with the unit percent is "5%", None is an em dash.

    `decimals` fixes the digits after the point; left out, as many as tell the value well, without trailing zeros.
    Units of currency and time are written out; any other noun, and what a price is per, is left to the title.
    """
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return _FLAGS.get(language, _FLAGS["en"])[value]
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return NO_VALUE
    # repr is the shortest text that means this float: 0.0345 becomes 3.45 and not 3.4500000000000002
    number = Decimal(repr(value))
    if unit == "percent":
        return _digits(number.scaleb(2), _decimals_of_percent, decimals) + "%"
    if unit is not None and (money := _MONEY.fullmatch(unit)):
        return _money(number, money[1], decimals)
    if unit in _TIMES:
        digits = _digits(number, _decimals_of_number, decimals)
        one, many, chinese = _TIMES[unit]
        return digits + (chinese if language == "zh" else one if digits in ("1", "-1") else many)
    return _digits(number, _decimals_of_score if unit == "score" else _decimals_of_number, decimals)


def number_format(largest: float, whole: bool, unit: str | None, decimals: int | None, language: str) -> str:
    """The number format of a spreadsheet for a column of values of a unit: their `largest` size, and whether all are
    `whole`, say how many decimals tell them well.
    """
    size = Decimal(repr(largest))
    if unit == "percent":
        return _zeros(decimals, _decimals_of_percent(size.scaleb(2)), "0") + "%"
    if largest >= 1e15 or 0 < largest < 1e-9:
        return "0.00E+00"
    if unit == "score":
        return _zeros(decimals, 1, "0")
    if unit is not None and (money := _MONEY.fullmatch(unit)):
        digits = _zeros(decimals, 0 if whole else max(2, _significant(size, 2)), "#,##0")
        return f'"{_CURRENCY_SIGNS[money[1]]}"{digits}' if money[1] in _CURRENCY_SIGNS else f'{digits}" {money[1]}"'
    digits = _zeros(decimals, 0 if whole else _decimals_of_number(size), "#,##0")
    if unit in _TIMES:
        return f'{digits}" {_TIMES[unit][2 if language == "zh" else 1].strip()}"'
    return digits


def _zeros(asked: int | None, natural: int, digits: str) -> str:
    places = min(natural if asked is None else asked, 15)
    return f"{digits}.{'0' * places}" if places else digits


def _money(number: Decimal, unit: str, decimals: int | None) -> str:
    digits = _digits(abs(number), _decimals_of_money, decimals)
    # what rounds to nothing has no sign
    sign = "-" if number < 0 and any(c in "123456789" for c in digits) else ""
    return f"{sign}{_CURRENCY_SIGNS[unit]}{digits}" if unit in _CURRENCY_SIGNS else f"{sign}{digits} {unit}"


def _decimals_of_percent(size: Decimal) -> int:
    return 1 if size >= 1 else _significant(size, 2)


def _decimals_of_score(size: Decimal) -> int:
    return 1


def _decimals_of_number(size: Decimal) -> int:
    if size >= 1000:
        return 0
    if size >= 1:
        return 1 if size >= 100 else 2
    return _significant(size, 3)


def _decimals_of_money(size: Decimal) -> int:
    if size >= 1000 or size == size.to_integral_value():
        return 0
    return max(2, _significant(size, 2))


def _significant(size: Decimal, digits: int) -> int:
    return digits - 1 - size.adjusted() if size else 0


def _digits(number: Decimal, natural: Callable[[Decimal], int], decimals: int | None) -> str:
    """Digits with thousands separators; `natural` says how many decimals suit a size where none are asked for."""
    size = abs(number)
    if size >= Decimal("1e15") or (decimals is None and 0 < size < Decimal("1e-9")):
        return f"{number:.3g}".replace("E", "e")
    with localcontext() as context:
        context.prec = 400
        places = natural(size) if decimals is None else decimals
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded:,f}"
    # prices keep their cents; all else loses what says nothing
    if decimals is None and "." in text and natural is not _decimals_of_money:
        text = text.rstrip("0").rstrip(".")
    return text if rounded else text.removeprefix("-")
