"""Conversions and retentions over random events against the reference: ties, gaps, missing ids, month ends, leap days,
New Year weeks, fiscal years, the days when clocks change; both engines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import CALENDARS, ENGINES, cells, examples, period_key

Row = dict[str, Any]
# before month ends, a leap day, New Year, the clock changes of Europe, the ends of fiscal years
BEGINNINGS = [date(2024, 1, 29), date(2023, 1, 27), date(2024, 12, 27), date(2020, 12, 26), date(2025, 3, 28),
              date(2024, 10, 25), date(2025, 6, 29)]  # fmt: skip
SPANS = [3, 12, 45, 130]
# at the edges of windows and beside them
OFFSETS = [0, 1, 2, 3, 6, 7, 8, 14, 28, 29, 30, 31, 32, 59, 60, 61, 62, 89, 90, 91, 92]
HOURS = [time(0), time(0), time(2, 30), time(12), time(23, 59, 59, 999999)]
IDS = {"text": cells(st.sampled_from(["u", "v", "丙"]), 6), "integer": cells(st.integers(1, 3), 6)}
WHERES = [None, None, "kind == 'a'", "kind != 'a'"]
CONVERSIONS = ["0 days", "1 day", "2 days", "1 week", "7 days", "1 month", "2 months", "1 quarter", "1 year"]
CLOCKS = ["1 minute", "24 hours", "3 hours"]
RETENTIONS = [("0 days", None), ("1 day", None), ("7 days", None), ("1 week", None), ("1 month", None),
              ("2 months", None), ("1 quarter", None), ("1 year", None), ("1 day", "30 days"), ("0 days", "2 days"),
              ("1 week", "2 weeks"), ("1 month", "3 months")]  # fmt: skip


@st.composite
def events(draw: st.DrawFn, start: date, span: int, moments: bool, ids: Any, size: int) -> list[Row]:
    """Rows of a source; many of them at the same time."""
    known = st.sampled_from([offset for offset in OFFSETS if offset <= span])
    days = (known | st.integers(0, span)).map(lambda n: start + timedelta(days=n))
    times = st.builds(datetime.combine, days, st.sampled_from(HOURS)) if moments else days
    row = st.fixed_dictionaries({"who": st.sampled_from(["A", "B"]), "date": times, "user": ids,
                                 "kind": cells(st.sampled_from(["a", "b"]), 6)})  # fmt: skip
    return draw(st.lists(row, min_size=1, max_size=size))


def some_inputs(draw: st.DrawFn, sources: list[str], instants: dict[str, bool]) -> dict[str, Any]:
    """A few conversions and retentions of all kinds."""
    inputs: dict[str, Any] = {}
    source = st.sampled_from(sources)
    for number in range(draw(st.integers(1, 4))):
        spec: Row = {"from": draw(source), "id": "user"}
        if draw(st.booleans()):
            spec["to"] = draw(source)
            timed = instants[spec["from"]] and instants[spec["to"]]
            spec["within"] = draw(st.sampled_from([*CONVERSIONS[1:], *CLOCKS] if timed else CONVERSIONS))
            beside, kind = "to_where", "conversion"
        else:
            after, within = draw(st.sampled_from(RETENTIONS))
            spec["after"] = after
            if within:
                spec["within"] = within
            if draw(st.booleans()):
                spec["cohort"] = draw(source)
            beside, kind = "cohort_where", "retention"
        if draw(st.booleans()):
            spec["open"] = "skip"
        wheres = [draw(st.sampled_from(WHERES)), draw(st.sampled_from(WHERES))]
        if wheres[1] and beside.removesuffix("_where") in spec:
            spec[beside] = wheres[1]
        inputs[f"x{number}"] = {kind: spec} | ({"where": wheres[0]} if wheres[0] else {})
        if draw(st.integers(0, 3)) == 0:
            inputs[f"x{number}"]["default"] = 7
        if draw(st.integers(0, 5)) == 0:
            inputs[f"x{number}"]["max"] = 1
    return inputs


def metrics_of(inputs: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{part}{name}": {"formula": formula}
        for name in inputs
        for part, formula in [
            ("v", f"{name} * 1"),
            ("n", f"cohort_size({name})"),
            ("r", f"{name} / cohort_size({name})"),
        ]
    }


@examples(150)
@given(st.sampled_from([None, *CALENDARS]), st.data(), ENGINES)
def test_two_sources(calendar: Any, data: st.DataObject, engines: tuple[str, ...]) -> None:
    kind = data.draw(st.sampled_from(["text", "integer"]))
    start, span = data.draw(st.sampled_from(BEGINNINGS)), data.draw(st.sampled_from(SPANS))
    instants = {name: data.draw(st.booleans()) for name in ("first", "later")}
    rows = {
        name: data.draw(events(start, span, moments, IDS[kind], 12)) for name, moments in instants.items()
    }  # fmt: skip
    types = {
        name: {"who": "text", "date": "datetime" if moments else "date", "user": kind, "kind": "text"}
        for name, moments in instants.items()
    }
    # either source may hold for every entity
    holder = data.draw(st.sampled_from([None, None, None, "first", "later"]))
    if holder:
        types[holder] = {name: type for name, type in types[holder].items() if name != "who"}
        rows[holder] = [{name: cell for name, cell in row.items() if name != "who"} for row in rows[holder]]
    inputs = some_inputs(data.draw, ["first", "later"], instants)
    document = {
        **({} if data.draw(st.integers(0, 4)) == 0 else {"entity": "who"}),
        **({"period": period_key(calendar)} if calendar else {}),
        "sources": {name: {"columns": columns} for name, columns in types.items()},
        "inputs": inputs,
        "metrics": metrics_of(inputs),
    }
    agree(document, rows, types, engines)


@examples(40)
@given(st.sampled_from([None, *CALENDARS]), st.booleans(), st.data(), ENGINES)
def test_one_source(calendar: Any, moments: bool, data: st.DataObject, engines: tuple[str, ...]) -> None:
    start, span = data.draw(st.sampled_from(BEGINNINGS)), data.draw(st.sampled_from(SPANS))
    rows = data.draw(events(start, span, moments, IDS["text"], 16))
    rows = [row | {"region": {"A": "北", "B": "南"}[row["who"]]} for row in rows]
    types = {"who": "text", "region": "text", "date": "datetime" if moments else "date", "user": "text", "kind": "text"}
    inputs = some_inputs(data.draw, ["events"], {"events": moments})
    document = {
        "entity": data.draw(st.sampled_from([["region", "who"], "who", []])),
        **({"period": period_key(calendar)} if calendar else {}),
        "sources": {"events": {"columns": types}},
        "inputs": inputs,
        "metrics": metrics_of(inputs),
    }
    if not document["entity"]:
        del document["entity"]
    agree(document, {"events": rows}, {"events": types}, engines)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_many_windows_over_the_same_events(engine: str) -> None:
    rows = [{"who": "A", "date": date(2024, 1, 31) + timedelta(days=n), "user": user, "kind": "a"}
            for n, user in [(0, "u"), (1, "u"), (7, "u"), (29, "v"), (30, "v"), (60, "u")]]  # fmt: skip
    inputs: dict[str, Any] = {
        f"d{n}": {"retention": {"from": "events", "id": "user", "after": f"{n} days"}} for n in (0, 1, 7, 30)
    }
    inputs |= {f"w{n}": {"conversion": {"from": "events", "to": "events", "id": "user", "within": n}}
               for n in ("1 day", "6 days", "1 month", "2 months")}  # fmt: skip
    inputs = {name.replace(" ", "_"): spec for name, spec in inputs.items()}
    types = {"who": "text", "date": "date", "user": "text", "kind": "text"}
    document = {"entity": "who", "period": "day", "sources": {"events": {"columns": types}}, "inputs": inputs,
                "metrics": metrics_of(inputs)}  # fmt: skip
    agree(document, {"events": rows}, {"events": types}, [engine])
