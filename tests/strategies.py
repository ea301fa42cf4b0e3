"""Hypothesis strategies for data and formulas: awkward numbers, random formulas as text, panels with gaps."""

from __future__ import annotations

import math
import os
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .reference.periods import Calendar

Row = dict[str, Any]
Texts = SearchStrategy[str]

FACTOR = float(os.environ.get("RULECARD_EXAMPLES", "1"))
SHRINK = (Phase.shrink,) if "RULECARD_SHRINK" in os.environ else ()
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, *SHRINK)


def examples(count: int) -> settings:
    """Settings for so many examples, times RULECARD_EXAMPLES. The default run takes the same examples each time.

    A failure names the metric, the card and both answers; RULECARD_SHRINK=1 also takes minutes to make it small.
    """
    return settings(
        max_examples=max(1, round(count * FACTOR)),
        derandomize=FACTOR == 1,
        deadline=None,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


ENGINES = st.sampled_from([("polars",), ("polars",), ("polars",), ("polars", "duckdb")])

# --- cells ---------------------------------------------------------------------------------------

AWKWARD = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324, 1e-300, 0.1 + 0.2, 2.0**53, 0.5]
WHOLE = st.integers(-3, 12)
QUARTERS = st.sampled_from([0.0, 1.0, -1.0]) | st.integers(-40, 400).map(lambda n: n / 4)
MONEY = st.integers(0, 10_000_000).map(lambda n: n / 100)
WILD = st.sampled_from(AWKWARD) | st.floats() | QUARTERS
SHARES = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1)


def cells(values: SearchStrategy[Any], missing: int = 8) -> SearchStrategy[Any]:
    """Values of which about one in `missing` is not there."""
    return st.integers(0, missing - 1).flatmap(lambda n: values if n else st.none())


def near(edges: list[float]) -> SearchStrategy[float]:
    """Edges, their neighbours in floating point, and values well inside and outside a cut point's tolerance."""
    around: list[float] = []
    for edge in edges:
        tolerance = max(1e-12, 1e-9 * abs(edge))
        around += [edge, math.nextafter(edge, math.inf), math.nextafter(edge, -math.inf)]
        around += [edge + k * tolerance for k in (-3, -1.5, -0.5, 0.5, 1.5, 3)]
    return st.sampled_from(around)


# --- panels of data ------------------------------------------------------------------------------

CALENDARS = [
    Calendar("day"),
    Calendar("day", week_starts="sunday", year_starts=4),
    Calendar("week"),
    Calendar("week", week_starts="sunday"),
    Calendar("week", week_starts="thursday"),
    Calendar("month"),
    Calendar("month", year_starts=4),
    Calendar("month", year_starts=11),
    Calendar("quarter"),
    Calendar("quarter", year_starts=4),
    Calendar("quarter", year_starts=2),
    Calendar("year"),
    Calendar("year", year_starts=7),
]
BEGINNINGS = [date(2023, 12, 25), date(2024, 2, 26), date(2020, 12, 20), date(2024, 10, 1), date(2025, 1, 1)]


def period_key(calendar: Calendar) -> Any:
    """A calendar as the `period:` of a ruleset."""
    plain = calendar.week_starts == "monday" and calendar.year_starts == 1
    if plain:
        return calendar.grain
    return {"grain": calendar.grain, "week_starts": calendar.week_starts, "year_starts": calendar.year_starts}


@st.composite
def panels(
    draw: st.DrawFn,
    columns: dict[str, SearchStrategy[Any]],
    calendar: Calendar,
    entities: tuple[str, ...] = ("A", "B", "丙"),
    length: int = 7,
    most_rows: int = 1,
) -> list[Row]:
    """Rows of entities over consecutive periods, with gaps, missing cells and in no order; at least one row."""
    start = calendar.start(draw(st.sampled_from(BEGINNINGS)))
    rows: list[Row] = []
    for entity in entities:
        for k in range(length):
            first, following = calendar.shift(start, k), calendar.shift(start, k + 1)
            days = st.integers(0, (following - first).days - 1)
            for _ in range(draw(st.sampled_from([1] * 5 + [0, most_rows, most_rows]))):
                row = {"who": entity, "date": first + timedelta(days=draw(days))}
                rows.append(row | {name: draw(values) for name, values in columns.items()})
    if not rows:
        rows.append({"who": entities[0], "date": start} | {name: draw(values) for name, values in columns.items()})
    return draw(st.permutations(rows))


@st.composite
def tables(draw: st.DrawFn, columns: dict[str, SearchStrategy[Any]], size: int = 10) -> list[Row]:
    """One row per entity, without periods."""
    return [{"who": f"e{i}"} | {name: draw(values) for name, values in columns.items()} for i in range(size)]


# --- formulas ------------------------------------------------------------------------------------

LITERALS = st.sampled_from(["0.5", "2", "3", "10", "0.001", "7.25", "1e6"])
COMPARED = LITERALS | st.just("0")
EXPONENTS = st.sampled_from(["2", "3", "0.5", "-1", "1.5", "0"])
DIGITS = st.integers(-2, 6).map(str)
OPERATORS = st.sampled_from(["+", "-", "*", "/"])
COMPARISONS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])


@cache
def number_formulas(names: tuple[str, ...], flags: tuple[str, ...] = (), depth: int = 3) -> Texts:
    """Number formulas over input names; a literal never stands alone on both sides, so that none is constant."""
    if depth == 0:
        return st.sampled_from(names)
    inner = number_formulas(names, flags, depth - 1)
    either = inner | LITERALS
    conditions = condition_formulas(names, flags, depth - 1)
    one = st.sampled_from(["abs", "floor", "ceil", "sqrt", "log", "exp", "round", "-"])
    several = st.sampled_from(["least", "greatest", "coalesce"])
    return st.one_of(
        inner,
        st.builds("({} {} {})".format, inner, OPERATORS, either),
        st.builds("({} {} {})".format, LITERALS, OPERATORS, inner),
        st.builds("({} {} {})".format, inner, OPERATORS, inner),
        st.builds("({} ** {})".format, inner, EXPONENTS | inner),
        st.builds("{}({})".format, one, inner),
        st.builds("round({}, {})".format, inner, DIGITS),
        st.builds("clip({}, {}, {})".format, inner, either, inner),
        st.builds("clip({}, {})".format, inner, st.sampled_from(["0, 1", "0.5, 100", "-2, 2", "3, 3"])),
        st.builds("{}({}, {})".format, several, inner, either),
        st.builds("{}({}, {}, {})".format, several, inner, inner, either),
        st.builds("({} if {} else {})".format, inner, conditions, either),
    )


@cache
def condition_formulas(names: tuple[str, ...], flags: tuple[str, ...] = (), depth: int = 2) -> Texts:
    """Conditions over input names."""
    numbers = number_formulas(names, flags, max(depth - 1, 0))
    simple = st.one_of(
        st.builds("({} {} {})".format, numbers, COMPARISONS, COMPARED),
        st.builds("({} {} {})".format, numbers, COMPARISONS, numbers),
    )
    if flags:
        simple = simple | st.sampled_from(flags)
    if depth == 0:
        return simple
    inner = condition_formulas(names, flags, depth - 1)
    return st.one_of(
        simple,
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("(not {})".format, inner),
        st.builds("({} {} {} {} {})".format, COMPARED, COMPARISONS, numbers, COMPARISONS, numbers),
        st.builds("({} in [{}, {}])".format, numbers, COMPARED, LITERALS),
        st.builds("is_missing({})".format, numbers),
    )


LARGER = {"day": ["week", "month", "quarter", "year"], "week": ["year"], "month": ["quarter", "year"]}


def period_formulas(names: tuple[str, ...], calendar: Calendar, labels: list[str], depth: int = 1) -> Texts:
    """Number formulas made of functions over periods."""
    argument: Texts = number_formulas(names, (), 1)
    if depth > 0:
        argument = argument | period_formulas(names, calendar, labels, depth - 1)
    condition = st.builds("{} {} {}".format, argument, COMPARISONS, COMPARED)
    n = st.integers(1, 4)
    rolling = st.sampled_from(["sum", "mean", "min", "max", "std"])
    held = st.builds(lambda c, a, b: f"sustained({c}, {min(a, b)}, of={max(a, b)})", condition, n, n)
    held = held | st.builds("sustained({}, {})".format, condition, n)
    several = [
        st.builds("{}({})".format, st.sampled_from(["prev", "change", "growth", "baseline"]), argument),
        st.builds("{}({}, {})".format, st.sampled_from(["prev", "change", "growth", "compound_growth"]), argument, n),
        st.builds("prev({}, n={})".format, argument, n),
        st.builds("rolling_{}({}, {})".format, rolling, argument, n),
        st.builds(lambda f, x, a, b: f"rolling_{f}({x}, {max(a, b)}, at_least={min(a, b)})", rolling, argument, n, n),
        st.builds("streak({})".format, condition),
        st.builds("(1 if {} else 0)".format, held),
        st.builds('at({}, "{}")'.format, argument, st.sampled_from(labels)),
        st.builds("coalesce(prev({}), {})".format, argument, argument),
    ]
    if larger := LARGER.get(calendar.grain, ["year"] if calendar.grain == "quarter" else []):
        several.append(st.builds('to_date({}, "{}")'.format, argument, st.sampled_from(larger)))
    return st.one_of(several)
