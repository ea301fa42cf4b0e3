"""Values and texts as a reader sees them."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulecard.display import format_value, text_in

UNITS = st.sampled_from([None, "percent", "ratio", "score", "CNY", "USD", "SGD", "hour", "day", "minute", "contact"])
LANGUAGES = st.sampled_from(["zh", "en", "de"])


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.05, "percent", "5%"),
        (0.0345, "percent", "3.5%"),
        (-0.013652, "percent", "-1.4%"),
        (0.0004, "percent", "0.04%"),
        (12.34567, "percent", "1,234.6%"),
        (0.07, "percent", "7%"),
        (1, "percent", "100%"),
        (1 / 3, "ratio", "0.333"),
        (0.0123456, "ratio", "0.0123"),
        (0.1 + 0.2, None, "0.3"),
        (1234567.0, "contact", "1,234,567"),
        (1249.2, "contact", "1,249"),
        (62.5, "score", "62.5"),
        (60.0, "score", "60"),
        (1e20, None, "1e+20"),
    ],
)
def test_numbers_read_as_a_person_writes_them(value: float, unit: str | None, shown: str) -> None:
    assert format_value(value, unit) == shown


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1234.5, "CNY", "¥1,235", "¥1,235"),
        (12.5, "CNY", "¥12.50", "¥12.50"),
        (-12.5, "USD", "-$12.50", "-$12.50"),
        (500, "SGD", "500 SGD", "500 SGD"),
        (13.9, "CNY/member", "¥13.90", "¥13.90"),
        (2.5, "SGD/order/customer", "2.50 SGD", "2.50 SGD"),
        (7.1, "CNY/USD", "7.1", "7.1"),
        (0.5, "hour/person", "0.5", "0.5"),
        (3.456, "hour", "3.46小时", "3.46 hours"),
        (1, "hour", "1小时", "1 hour"),
        (2, "day", "2天", "2 days"),
        (True, None, "是", "yes"),
        (False, None, "否", "no"),
        ("medium", None, "medium", "medium"),
        (date(2025, 3, 1), None, "2025-03-01", "2025-03-01"),
        (datetime(2025, 3, 1, 8, 30), None, "2025-03-01 08:30", "2025-03-01 08:30"),
    ],
)
def test_units_are_written_in_the_readers_language(value: object, unit: str | None, zh: str, en: str) -> None:
    assert (format_value(value, unit, language="zh"), format_value(value, unit, language="en")) == (zh, en)


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("unit", [None, "percent", "CNY", "hour"])
def test_no_value_is_an_em_dash_and_never_a_number(nothing: float | None, unit: str | None) -> None:
    assert format_value(nothing, unit) == "—"


def test_declared_decimals_are_kept() -> None:
    assert format_value(0.05, "percent", 2) == "5.00%"
    assert format_value(1234.5, "CNY", 1) == "¥1,234.5"
    assert format_value(2, None, 3) == "2.000"


@given(st.floats(), UNITS, st.none() | st.integers(0, 12), LANGUAGES)
def test_any_float_has_a_form_and_nothing_has_a_negative_zero(
    value: float, unit: str | None, decimals: int | None, language: str
) -> None:
    shown = format_value(value, unit, decimals, language)
    assert shown
    if shown.startswith("-"):
        assert re.search("[1-9]", shown), shown
        assert value < 0


@given(st.floats(1e-8, 1e12) | st.floats(-1e12, -1e-8), UNITS.filter(lambda unit: unit != "score"))
def test_what_is_shown_leads_back_to_the_value(value: float, unit: str | None) -> None:
    shown = re.sub(r"[^-\d.]", "", format_value(value, unit))
    number = float(shown) / (100 if unit == "percent" else 1)
    assert math.isclose(number, value, rel_tol=0.05)


def test_a_text_falls_back_to_the_language_it_was_first_written_in() -> None:
    text = (("zh", "净增粉丝率"), ("en", "Net contact growth"))
    assert text_in(text, "en") == "Net contact growth"
    assert text_in(text, "de") == "净增粉丝率"
    assert text_in((("", "plain"),), "zh") == "plain"
    assert text_in((), "en") == ""
