"""Inputs that group rows first (`per`, `then`), and lookups, over random data; on both engines."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import CALENDARS, ENGINES, QUARTERS, WHOLE, cells, condition_formulas, examples, panels, period_key

ODD = st.sampled_from([float("nan"), float("inf"), -0.0])
BUYERS = st.sampled_from(["u", "v", "w", "丁"])
COLUMNS = {
    "x": cells(QUARTERS, missing=4),
    "y": cells(st.integers(0, 60).flatmap(lambda n: QUARTERS if n else ODD)),
    "n": cells(WHOLE, missing=5),
    "buyer": cells(BUYERS, missing=6),
    "kind": cells(st.sampled_from(["new", "paid", "退款"]), missing=5),
    "on": cells(st.booleans(), missing=5),
}
TYPES = {
    "who": "text", "date": "date", "x": "number", "y": "number", "n": "integer", "buyer": "text", "kind": "text",
    "on": "flag",
}  # fmt: skip
CONDITIONS = condition_formulas(("x", "y"), ("on",), 1)
PER = st.sampled_from(
    ["buyer", "buyer", "date", "n", "kind", "on", "x > 3", "n / 2", "x / y", ["buyer", "date"], ["kind", "on", "n"]]
)
ARGUMENTS = st.sampled_from(["x", "n", "y", "x / n", "x - y"])
NUMBERS = st.one_of(
    st.just("count()"),
    st.builds("count({})".format, ARGUMENTS | st.just("kind")),
    st.builds("count_distinct({})".format, ARGUMENTS | st.just("kind")),
    st.builds("{}({})".format, st.sampled_from(["sum", "mean", "median", "min", "max", "std"]), ARGUMENTS),
    st.builds("{}({})".format, st.sampled_from(["first", "last"]), st.sampled_from(["x", "n"])),
    st.builds("share({})".format, CONDITIONS),
    st.builds("sum({}) / count({})".format, ARGUMENTS, ARGUMENTS),
)
FLAGS = st.one_of(
    st.builds("{} >= {}".format, NUMBERS, st.integers(0, 3)),
    st.builds("{}({})".format, st.sampled_from(["any", "all"]), CONDITIONS),
    st.builds("{} > 1 and {} > 2".format, NUMBERS, NUMBERS),
)
WHERE = st.sampled_from(['kind == "paid"', "x > 3", "y / x > 1", "on", "x < -1000"]) | CONDITIONS


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, Any]:
    """An input that groups rows."""
    flags = draw(st.booleans())
    thens = ["sum", "count", "count_true", "share_true"] if flags else ["sum", "mean", "median", "min", "max", "count"]
    spec = {"per": draw(PER), "formula": draw(FLAGS if flags else NUMBERS), "then": draw(st.sampled_from(thens))}
    optional = {"where": WHERE, "default": st.sampled_from([0, 7, "5%"]), "max": st.just(50)}
    return spec | draw(st.fixed_dictionaries({}, optional=optional))


def once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the same moment leave open which of them is the first."""
    return list({(row["who"], row["date"]): row for row in rows}.values())


def watched(names: list[str]) -> dict[str, Any]:
    return {f"m{n}": {"formula": f"{name} * 1"} for n, name in enumerate(names)}


@examples(24)
@given(st.sampled_from(CALENDARS), st.lists(inputs(), min_size=8, max_size=14), st.data(), ENGINES)
def test_groups_of_rows(calendar: Any, specs: list[Any], data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = once(data.draw(panels(COLUMNS, calendar, entities=("A", "B", "C"), length=3, most_rows=7)))
    named = {f"i{n}": spec for n, spec in enumerate(specs)}
    # beside them inputs of the ordinary kind, of which one counts what others group by
    named |= {
        "rows": {"formula": "count()"},
        "buyers": {"formula": "count_distinct(buyer)"},
        "all_x": {"formula": "sum(x)"},
    }
    document = {
        "entity": "who",
        "period": period_key(calendar),
        "sources": {"events": {"columns": TYPES}},
        "inputs": named,
        "metrics": watched(list(named)),
    }
    agree(document, rows, TYPES, engines)


@examples(10)
@given(st.lists(inputs(), min_size=4, max_size=8), st.data(), ENGINES)
def test_groups_of_a_source_among_others(specs: list[Any], data: st.DataObject, engines: tuple[str, ...]) -> None:
    calendar = CALENDARS[5]
    events = once(data.draw(panels(COLUMNS, calendar, entities=("A", "B"), length=3, most_rows=5)))
    other = data.draw(panels({"x": cells(QUARTERS)}, calendar, entities=("B", "丙"), length=4))
    sources = {
        "events": {"columns": TYPES},
        "other": {"columns": {"who": "text", "date": "date", "x": "number"}},
        "plan": {"columns": {"who": "text", "x": "number", "buyer": "text"}},
        "market": {"columns": {"date": "date", "x": "number", "buyer": "text"}},
        "all": {"columns": {"x": "number", "buyer": "text"}},
    }
    more = [{"x": data.draw(cells(QUARTERS)), "buyer": data.draw(cells(BUYERS))} for _ in range(7)]
    rows = {
        "events": events,
        "other": once(other),
        "plan": [row | {"who": who} for row, who in zip(more, "AABBBXX", strict=True)],
        "market": [row | {"date": one["date"]} for row, one in zip(more, [*events, *other], strict=False)],
        "all": more,
    }
    named: dict[str, Any] = {f"i{n}": {"from": "events"} | spec for n, spec in enumerate(specs)}
    named["other_x"] = {"from": "other", "formula": "sum(x)"}
    for name in ("plan", "market", "all"):
        named[f"{name}_x"] = {"from": name, "per": "buyer", "formula": "sum(x)", "then": "mean"}
        named[f"{name}_n"] = {"from": name, "per": "buyer", "formula": "count() >= 2", "then": "sum"}
        named[f"{name}_rows"] = {"from": name, "formula": "count()"}
        named[f"{name}_sum"] = {"from": name, "formula": "sum(x)"}
    document = {
        "entity": "who", "period": "month", "sources": sources, "inputs": named, "metrics": watched(list(named)),
    }  # fmt: skip
    types = {name: source["columns"] for name, source in sources.items()}
    agree(document, rows, types, engines)


@examples(6)
@given(st.data(), st.sampled_from([{}, {"entity": "who"}, {"period": "month"}]), ENGINES)
def test_groups_without_entity_or_period(data: st.DataObject, who: dict[str, Any], engines: tuple[str, ...]) -> None:
    rows = once(data.draw(panels(COLUMNS, CALENDARS[0], entities=("A", "B"), length=6, most_rows=2)))
    named = {
        "mean_sum": {"per": "buyer", "formula": "sum(x)", "then": "mean"},
        "often": {"per": ["who", "buyer"], "formula": "count() >= 2", "then": "share_true"},
        "n": {"formula": "count()"},
    }
    document = who | {"sources": {"events": {"columns": TYPES}}, "inputs": named, "metrics": watched(list(named))}
    agree(document, rows, TYPES, engines)


REGIONS = cells(st.sampled_from(["north", "南", "west"]), missing=5)


@examples(16)
@given(st.sampled_from(["region", ["region", "who"], "who"]), st.sampled_from(CALENDARS), st.data(), ENGINES)
def test_lookups(entity: Any, calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = once(data.draw(panels(COLUMNS, calendar, entities=("A", "B", "丙"), length=3, most_rows=4)))
    people = [
        {"name": who, "region": data.draw(REGIONS), "goal": data.draw(cells(QUARTERS))}
        for who in data.draw(st.permutations(["A", "B", "丙", "D"]))[: data.draw(st.integers(1, 4))]
    ]
    regions = [{"region": region, "size": data.draw(cells(WHOLE))} for region in ("north", "south", "南")]
    rates = [{"day": row["date"], "kind": kind, "rate": data.draw(cells(QUARTERS))}
             for row in {row["date"]: row for row in rows[::2]}.values() for kind in ("new", "paid")]  # fmt: skip
    sources: dict[str, Any] = {
        "events": {
            "columns": TYPES,
            "lookup": {
                "people": {"on": {"who": "name"}, "columns": {"region": "region", "size": "size", "own_goal": "goal"}},
                "rates": {"on": {"date": "day", "kind": "kind"}, "columns": ["rate"]},
            },
        },
        "people": {
            "columns": {"name": "text", "region": "text", "goal": "number"},
            "lookup": {"regions": {"on": "region", "columns": ["size"]}},
        },
        "regions": {"columns": {"region": "text", "size": "integer"}},
        "rates": {"columns": {"day": "date", "kind": "text", "rate": "number"}},
    }
    named: dict[str, Any] = {
        "n": {"from": "events", "formula": "count()"},
        "in_rate": {"from": "events", "formula": "sum(x * rate)"},
        "sizes": {"from": "events", "formula": "mean(size)", "where": "not is_missing(own_goal)"},
        "above": {"from": "events", "per": "region", "formula": "sum(x) > max(own_goal)", "then": "sum"},
        "per_size": {"from": "events", "per": "size", "formula": "count()", "then": "max", "default": 0},
    }
    if data.draw(st.booleans()):
        named["goals"] = {"from": "people", "formula": "sum(goal)"}
    if "who" not in entity:
        named["regions_n"] = {"from": "people", "formula": "count(size)"}
    document = {
        "entity": entity, "period": period_key(calendar), "sources": sources, "inputs": named,
        "metrics": watched(list(named)),
    }  # fmt: skip
    types = {name: source["columns"] for name, source in sources.items()}
    data_rows = {"events": rows, "people": people, "regions": regions, "rates": rates}
    agree(document, data_rows, types, engines)
