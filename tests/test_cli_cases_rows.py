"""`test`: lookups, groups of rows, trailing windows, retention, moments and dates in cases of both kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulecard

RULESET = """\
ruleset: shop
version: 1.0.0
entity: region
period: month
sources:
  orders:
    time: date
    columns: {shop: text, date: datetime, user: text, amount: number, paid: flag, due: date}
    lookup: {shops: {on: shop, columns: [region, opened]}}
  shops: {columns: {shop: text, region: text, opened: date}}
inputs:
  late: {from: orders, formula: count(), where: day(date) > due}
  revenue: {from: orders, formula: sum(amount), where: paid}
  weekly: {from: orders, formula: count(), trailing: 7 days}
  best: {from: orders, formula: sum(amount), per: user, then: max}
  back: {retention: {from: orders, id: user, after: 1 month, within: 2 months}}
  opened: {from: orders, formula: min(opened), type: date}
params: {deadline: {value: 2025-12-31, type: date}}
metrics:
  m_revenue: {formula: revenue}
  m_late: {formula: late}
  m_weekly: {formula: weekly}
  m_best: {formula: best}
  m_age: {formula: "days_between(opened, deadline)"}
  m_back: {formula: back / cohort_size(back)}
  m_trend: {formula: growth(revenue)}
"""
CASES = """\
cases: ./shop.yaml
tests:
  - name: rows
    data:
      shops: [{shop: s1, region: 杭州, opened: 2025-01-01}]
      orders:
        - {shop: s1, date: 2025-01-03 10:00, user: u, amount: 10, paid: true, due: 2025-01-02}
        - {shop: s1, date: "2025-01-30T10:00:00", user: u, amount: 5, paid: true, due: 2025-02-02}
        - {shop: s1, date: 2025-01-30, user: v, amount: 7.5, paid: false, due: 2025-02-02}
        - {shop: s1, date: 2025-02-10, user: u, amount: 20, paid: true, due: null}
    expect:
      - entity: {region: 杭州}
        period: 2025-01
        metrics: {m_revenue: 15, m_late: 1, m_weekly: 2, m_best: 15, m_age: 364}
        status: {m_back: window_open, m_trend: no_prior_period}
      - {period: 2025-02, metrics: {m_revenue: 20, m_trend: 0.3333}, status: {m_back: window_open}}
  - name: values
    inputs:
      - {period: 2025-01, late: 2, revenue: 10, weekly: 1, best: 3, back: 2, cohort_size(back): 4, opened: 2025-12-01}
      - {period: 2025-02, revenue: 20}
    expect:
      - {period: 2025-01, metrics: {m_late: 2, m_weekly: 1, m_best: 3, m_age: 30, m_back: 50%}}
      - {period: 2025-02, metrics: {m_trend: 1}, status: {m_back: missing_input, m_age: missing_input}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "cases.yaml").write_text(CASES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_rows_and_values_give_what_is_worked_out_by_hand() -> None:
    report = rulecard.test("cases.yaml")
    assert report.problems == ()
    assert [(result.name, [one.message for one in result.failures]) for result in report.results] == [
        ("rows", []),
        ("values", []),
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "message", "lines"),
    [
        ("m_age: 364", "m_age: 300", "m_age in 2025-01: expected 300, got 364",
         ["with its values: days_between(2025-01-01, 2025-12-31) = 364",
          "input: opened = min(opened)   (shop.yaml:17)"]),
        ("m_back: 50%", "m_back: 60%", "m_back in 2025-01: expected 60%, got 50%", ["with its values: 2 / 4 = 0.5"]),
        ("m_best: 15", "m_best: 16", "m_best in 2025-01: expected 16, got 15",
         ["input: best = sum(amount)   (shop.yaml:15)"]),
        ("m_trend: 1}", "m_trend: 2}", "m_trend in 2025-02: expected 2, got 1",
         ["where revenue = 10 (2025-01), 20 (2025-02)"]),
    ],
)  # fmt: skip
def test_differences_show_dates_cohorts_and_groups(
    folder: Path, right: str, wrong: str, message: str, lines: list[str]
) -> None:
    assert CASES.count(right) == 1
    (folder / "cases.yaml").write_text(CASES.replace(right, wrong), encoding="utf-8")
    (failure,) = [one for result in rulecard.test("cases.yaml").results for one in result.failures]
    assert failure.message == message
    assert (failure.hint or "").splitlines()[1:] == lines
