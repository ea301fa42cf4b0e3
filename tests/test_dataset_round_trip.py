"""Made-up exports of one table: the document that `new dataset` writes for them gives the same values, or asks."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import rulecard

from .strategies import examples

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
sources:
  sales: {columns: {shop: text, date: date, orders: integer, amount: number}}
inputs:
  orders: {formula: sum(orders), title: {zh: 成交单数, en: Orders closed}}
  amount: {formula: sum(amount), title: {zh: 成交金额, en: Amount paid}}
metrics:
  m: {formula: orders * 1}
  n: {formula: amount * 1}
"""
ORDERS = ("orders", "成交单数", "Orders closed", "ORDERS", "ordres")
AMOUNTS = ("amount", "成交金额", "amount paid", "Amount_Paid")
DATES = ("date", "统计日", "Day")
FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y",
         "%d-%m-%Y %H:%M")  # fmt: skip
NUMBERS = ((".", ""), (".", ","), (",", "."), (",", ""), (",", " "))
SHOPS = ("朝阳", "海淀", "“旗舰”店")
# What the document says where the rows leave more than one answer.
QUESTIONS = ('"?"', "# dates: one of", "could be read otherwise", "no column was found")

rows = st.lists(
    st.tuples(
        st.sampled_from(SHOPS),
        st.dates(dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        st.none() | st.integers(0, 12_000),
        st.none() | st.integers(0, 100_000_000).map(lambda cents: cents / 100),
    ),
    min_size=1,
    max_size=12,
)


def shown(number: float, decimals: int, decimal: str, thousands: str) -> str:
    text = f"{number:,.{decimals}f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


@examples(80)
@given(
    rows=rows,
    names=st.tuples(st.just("shop"), st.sampled_from(DATES), st.sampled_from(ORDERS), st.sampled_from(AMOUNTS)),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    form=st.sampled_from(FORMS),
    number=st.sampled_from(NUMBERS),
    missing=st.sampled_from(["", "-", "N/A", "暂无", "NULL"]),
)
def test_what_is_written_reads_the_same_or_asks(
    rows: list[tuple[str, dt.date, int | None, float | None]],
    names: tuple[str, ...],
    encoding: str,
    separator: str,
    form: str,
    number: tuple[str, str],
    missing: str,
) -> None:
    text = io.StringIO()
    table = csv.writer(text, delimiter=separator, lineterminator="\n")
    table.writerow(names)
    for shop, date, orders, amount in rows:
        cells = (
            missing if orders is None else shown(orders, 0, *number),
            missing if amount is None else shown(amount, 2, *number),
        )
        table.writerow([shop, date.strftime(form), *cells])
    with tempfile.TemporaryDirectory() as folder:
        for name, content in (("shop.yaml", RULESET.encode()), ("sales.csv", text.getvalue().encode(encoding))):
            Path(folder, name).write_bytes(content)
        ruleset, dataset = Path(folder, "shop.yaml"), Path(folder, "data.yaml")
        draft = rulecard.new_dataset(ruleset, [Path(folder, "sales.csv")], folder, "en")
        dataset.write_text(draft, encoding="utf-8")
        found = rulecard.validate(ruleset, dataset=dataset)
        asks = any(question in draft for question in QUESTIONS)
        assert asks or not found.errors, (draft, found.problems)
        if asks:
            return
        result = rulecard.run(ruleset, dataset=dataset)
        values = {
            (card.entity["shop"], card.period): (card.metrics["m"].value, card.metrics["n"].value)
            for card in result.scorecards()
        }
    expected = {}
    for shop, date, *_ in rows:
        mine = [row for row in rows if row[0] == shop and row[1].month == date.month]
        orders, amounts = ([row[place] for row in mine if row[place] is not None] for place in (2, 3))
        expected[shop, f"2025-{date.month:02}"] = (sum(orders) if orders else None, amounts or None)
    assert values.keys() == expected.keys()
    for key, (orders, amounts) in expected.items():
        total = values[key][1]
        assert values[key][0] == orders
        assert (total is None) if amounts is None else abs(total - sum(amounts)) < 1e-6
