"""Peers of one category and shares of a whole: ties, groups of one, no category, parts that cancel each other."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import CALENDARS, ENGINES, MONEY, QUARTERS, WHOLE, cells, examples, panels, period_key

COLUMNS = {
    "x": cells(WHOLE, missing=4),
    "y": cells(QUARTERS),
    "money": cells(MONEY),
    "debt": cells(st.sampled_from([-0.3, 0.1, 0.2, 0.0]), missing=6),
    "huge": cells(st.sampled_from([1e308, 1.0, 0.0, float("inf")]), missing=6),
    "kind": cells(st.sampled_from(["new", "老"]), missing=4),
}
TYPES = {"who": "text", "area": "text", "date": "date", "x": "integer", "y": "number", "money": "number",
         "debt": "number", "huge": "number", "kind": "text"}  # fmt: skip
OVER = ["mean", "median", "min", "max", "rank", "percentile"]
NAMES = st.sampled_from(["x", "y", "y / x", "money", "debt", "prev(x)"])
BY = st.sampled_from(["", ", by=kind", ", by=area", ", kind", ", by=who"])
FORMULAS = st.one_of(
    st.builds("peer_{}({}{})".format, st.sampled_from(OVER), NAMES, BY),
    st.builds("share_of_total({}{})".format, NAMES | st.just("huge"), BY),
    st.builds("peer_{}(share_of_total({}, by=area){})".format, st.sampled_from(OVER), NAMES, BY),
    st.builds("rolling_sum(share_of_total(x{}), 2)".format, BY),
)
ALWAYS = [
    "share_of_total(debt)",
    *(f"{call}, by=kind)" for call in ("share_of_total(debt", "share_of_total(x", "peer_mean(x")),
]


def positional(formula: str) -> str:
    """The reference reads `by` as a keyword alone."""
    return formula.replace(", kind)", ", by=kind)")


@examples(20)
@given(st.sampled_from(CALENDARS), st.lists(FORMULAS, min_size=8, max_size=12), st.data(), ENGINES)
def test_peers_of_a_category(calendar: Any, formulas: list[str], data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, calendar, entities=("A", "B", "丙", "D", "E"), length=3))
    for row in rows:
        row["area"] = "north" if row["who"] in "AB" else "南"
    document = {
        "entity": ["area", "who"],
        "period": period_key(calendar),
        "inputs": {name: {} for name in ("x", "y", "money", "debt", "huge")} | {"kind": {"type": "text"}},
        "metrics": {f"m{n}": {"formula": positional(formula)} for n, formula in enumerate([*ALWAYS, *formulas])},
    }
    agree(document, rows, TYPES, engines)
