"""Functions of texts: nothing in a text is a pattern, and space of every kind is space."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .agreement import agree
from .strategies import CALENDARS, ENGINES, cells, examples, panels

# Letters whose other case is one letter; ß and İ differ between the engines, which docs/semantics.md tells.
LETTERS = st.text(st.sampled_from("abzABZéÉжЖ退货 \u3000\t.*%_[]()\\|$^'\"0İß"), max_size=6)
CASED = st.text(st.sampled_from("abzABZéÉжЖ退货 .*%_0"), max_size=6)
TEXTS = st.sampled_from(["", "VIP", " vip ", "\u3000金牌\u00a0", "a.b*", "100%", "a_b", "A-1", "\u2003x"]) | LETTERS
PARTS = st.sampled_from(["VIP", "vip", ".", "*", "%", "_", "金", "A-", "退货", " ", "a.b", "(", "\\\\", "'", "^a"])
COLUMNS = {"s": cells(TEXTS, missing=6), "t": cells(TEXTS, missing=6), "u": cells(CASED, missing=6)}
TYPES = {"who": "text", "date": "date", "s": "text", "t": "text", "u": "text"}
NAMES = st.sampled_from(["s", "t", "u"])
CHANGED = st.one_of(NAMES, st.builds("strip({})".format, NAMES), st.sampled_from(["lower(u)", "upper(u)"]))
CONDITIONS = st.one_of(
    st.builds('{}({}, "{}")'.format, st.sampled_from(["contains", "starts_with", "ends_with"]), CHANGED, PARTS),
    st.builds('{} {} "{}"'.format, CHANGED, st.sampled_from(["==", "!="]), st.sampled_from(["vip", "VIP", "金牌"])),
    st.builds("{} == {}".format, CHANGED, CHANGED),
    st.builds('{} in ["vip", "VIP", "金牌", "x"]'.format, CHANGED),
)


@examples(20)
@given(st.lists(CONDITIONS, min_size=12, max_size=16, unique=True), st.data(), ENGINES)
def test_texts_of_rows_and_cards(conditions: list[str], data: st.DataObject, engines: tuple[str, ...]) -> None:
    rows = data.draw(panels(COLUMNS, CALENDARS[5], entities=("A", "B"), length=3, most_rows=4))
    rows = list({(row["who"], row["date"]): row for row in rows}.values())
    # what is compared with itself is refused
    conditions = [one for one in conditions if one.partition(" == ")[0] != one.partition(" == ")[2]]
    inputs: dict[str, Any] = {name: {"formula": f"last({name})", "type": "text"} for name in ("s", "t", "u")}
    inputs |= {f"w{place}": {"formula": "count()", "where": one} for place, one in enumerate(conditions)}
    inputs |= {f"s{place}": {"formula": f"share({one})"} for place, one in enumerate(conditions)}
    inputs["kinds"] = {"formula": "count_distinct(lower(strip(u)))"}
    inputs["least"] = {"formula": "min(upper(u))", "type": "text"}
    metrics = {f"m_{name}": {"formula": f"{name} * 1"} for name in inputs if name not in ("s", "t", "u", "least")}
    metrics |= {f"c{place}": {"formula": f"1 if {one} else 0"} for place, one in enumerate(conditions)}
    metrics["m_least"] = {"formula": '1 if contains(least, "A") else 0'}
    document = {
        "entity": "who",
        "period": "month",
        "sources": {"events": {"columns": TYPES}},
        "inputs": inputs,
        "metrics": metrics,
    }
    agree(document, rows, TYPES, engines)
