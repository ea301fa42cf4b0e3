"""Cohorts beside all else of the language: cases, texts, bands, lookups, overlays, the command line."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import rulecard

RULESET = """
ruleset: retention
version: 1.0.0
entity: city
period: month
sources:
  orders:
    columns: {date: date, user: text, shop: text}
    lookup: {shops: {on: shop, columns: [city]}}
  shops: {columns: {shop: text, city: text}}
inputs:
  back: {retention: {from: orders, id: user, after: 1 month}, unit: user}
metrics:
  rate:
    formula: back / cohort_size(back)
    unit: percent
    better: higher
    bands: [{level: poor, below: 50%}, {level: good}]
    sample: {hits: back, trials: cohort_size(back), at_least: 2}
  trend: {formula: "change(cohort_size(back), 1)", unit: user}
  hits: {formula: back, unit: user}
advice:
  few:
    when: cohort_size(back) <= 2 and level(rate) == "good"
    text: "{back} of {cohort_size(back)} came back."
"""
CASES = """
cases: ./retention.yaml
tests:
  - name: values of both
    inputs:
      - {period: 2025-01, back: 3, cohort_size(back): 10}
      - {period: 2025-02, back: 2, cohort_size(back): 2}
      - {period: 2025-03, back: 1, cohort_size(back): 1}
      - {period: 2025-04, back: 1}
    expect:
      - {period: 2025-01, metrics: {rate: 30%}, levels: {rate: poor}, no_advice: [few]}
      - {period: 2025-02, metrics: {rate: 1, trend: -8}, advice: [few]}
      - {period: 2025-03, status: {rate: too_few}}
      - {period: 2025-04, status: {rate: missing_input}}
  - name: from rows
    data:
      shops: [{shop: s1, city: 杭州}, {shop: s2, city: 杭州}, {shop: s3, city: 上海}]
      orders:
        - {date: 2025-01-03, user: u, shop: s1}
        - {date: 2025-02-03, user: u, shop: s2}
        - {date: 2025-01-31, user: v, shop: s2}
        - {date: 2025-02-28, user: v, shop: s3}
    expect:
      - {entity: {city: 杭州}, period: 2025-01, metrics: {rate: 0.5}}
      - {entity: {city: 上海}, period: 2025-02, status: {rate: window_open}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "retention.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_cases_give_both_numbers_by_the_names_of_formulas(folder: Path) -> None:
    report = rulecard.test([folder / "cases.yaml"])
    assert [problem.message for problem in report.problems] == []
    assert [(result.name, result.failures) for result in report.results] == [("values of both", ()), ("from rows", ())]


def test_a_name_in_a_case_that_is_no_cohort(folder: Path) -> None:
    file = folder / "cases.yaml"
    file.write_text(CASES.replace("cohort_size(back): 10", "cohort_size(bak): 10"), encoding="utf-8")
    problems = rulecard.validate([file]).problems
    assert [(one.code, one.location and one.location.line, one.hint) for one in problems] == [
        ("RC701", 6, "did you mean `cohort_size(back)`?")
    ]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_looked_up_entity_and_texts(folder: Path, engine: str) -> None:
    orders = pl.DataFrame(
        {"date": ["2025-01-03", "2025-02-03", "2025-01-31", "2025-02-28"], "user": ["u", "u", "v", "v"],
         "shop": ["s1", "s2", "s2", "s1"]}
    )  # fmt: skip
    shops = pl.DataFrame({"shop": ["s1", "s2"], "city": ["杭州", "杭州"]})
    result = rulecard.run(folder / "retention.yaml", data={"orders": orders, "shops": shops}, engine=engine)
    first = next(iter(result.scorecards()))
    assert (first.entity, first.period, first.metrics["rate"].value) == ({"city": "杭州"}, "2025-01", 1.0)
    assert [advice.text for advice in first.advice] == ["2 of 2 came back."]


def test_an_overlay_changes_a_window(folder: Path) -> None:
    overlay = folder / "slow.yaml"
    overlay.write_text(
        "overlay: slow\nextends: ./retention.yaml\nversion: 1.0.0\nset: {inputs.back.retention.after: 2 months}\n",
        encoding="utf-8",
    )
    orders = pl.DataFrame({"date": ["2025-01-03", "2025-03-31"], "user": ["u", "u"], "shop": ["s1", "s1"]})
    data = {"orders": orders, "shops": pl.DataFrame({"shop": ["s1"], "city": ["杭州"]})}
    for overlays, hits in (([], 0.0), ([overlay], 1.0)):
        cards = rulecard.run(folder / "retention.yaml", data=data, overlays=overlays).scorecards()
        assert next(iter(cards)).metrics["hits"].value == hits
    overlay.write_text(overlay.read_text(encoding="utf-8").replace("2 months", "2 moths"), encoding="utf-8")
    found = rulecard.validate([overlay]).problems
    assert [(one.code, one.location and one.location.line, one.hint) for one in found] == [
        ("RC205", 4, "did you mean `2 months`?")
    ]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_conditions_may_hold_params(folder: Path, engine: str) -> None:
    file = folder / "funnel.yaml"
    file.write_text(
        """
ruleset: funnel
version: 1.0.0
sources: {orders: {columns: {date: date, user: integer, amount: number}}}
params: {large: {value: 100}, since: {value: 2025-01-02, type: date}}
inputs:
  upsold:
    conversion: {from: orders, to: orders, id: user, within: 7 days, to_where: amount >= large, open: skip}
    where: date >= since and amount < large
metrics: {share: {formula: upsold / cohort_size(upsold), unit: percent}}
""",
        encoding="utf-8",
    )
    rows = [("2025-01-01", 1, 5), ("2025-01-02", 1, 150), ("2025-01-02", 2, 5), ("2025-01-03", 2, 150),
            ("2025-01-04", 3, 5), ("2025-02-01", 4, 1)]  # fmt: skip
    orders = pl.DataFrame(rows, schema=["date", "user", "amount"], orient="row")

    def share(**params: float) -> float | None:
        cards = rulecard.run(file, data=orders, params=params, engine=engine).scorecards()
        return next(iter(cards)).metrics["share"].value

    assert share() == 1 / 2
    assert share(large=200) == 0


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize(
    ("signed_up", "told", "hint"),
    [
        (["u1", "x"], None, None),
        (["U1", "u2"], "no `user` of `signups` (U1, u2) stands in `orders` (0u2, U4, U5, …)",
         "they differ only in spaces, case or leading zeros, such as `U1` and `u1`: write both alike"),
        (["7", "8"], "no `user` of `signups` (7, 8) stands in `orders` (0u2, U4, U5, …)",
         "both sources must name them by the same `user`"),
    ],
)  # fmt: skip
def test_ids_that_have_nothing_in_common_are_told(
    folder: Path, engine: str, signed_up: list[str], told: str | None, hint: str | None
) -> None:
    file = folder / "funnel.yaml"
    file.write_text(
        """
ruleset: funnel
version: 1.0.0
sources: {signups: {columns: {date: date, user: text}}, orders: {columns: {date: date, user: text}}}
inputs: {bought: {conversion: {from: signups, to: orders, id: user, within: 7 days}}}
metrics: {hits: {formula: bought}}
""",
        encoding="utf-8",
    )
    signups = pl.DataFrame({"date": ["2025-01-03", "2025-01-04"], "user": signed_up})
    orders = pl.DataFrame({"date": ["2025-01-05"] * 3 + ["2025-02-01"], "user": ["0u2", "U4", "u1", "U5"]})
    result = rulecard.run(file, data={"signups": signups, "orders": orders}, engine=engine)
    message = f"{told}: nobody is counted by `bought`"
    assert [(one.code, one.message, one.hint) for one in result.problems] == (
        [("RC516", message, hint)] if told else []
    )


def test_an_unused_conversion_is_told_once(folder: Path) -> None:
    file = folder / "retention.yaml"
    file.write_text(
        RULESET.replace(
            "metrics:", "  idle: {conversion: {from: orders, to: orders, id: user, within: 1 day}}\nmetrics:", 1
        ),
        encoding="utf-8",
    )
    found = [(one.code, one.message) for one in rulecard.validate([file]).problems if one.code == "RC418"]
    assert found == [("RC418", "the input `idle` is not used")]
