"""The table view: what it says, how wide it is, and that data never becomes markup or control codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from rulecard.cli import main

HEALTH = """\
ruleset: health
version: 1.0.0
title: {zh: 私域健康度, en: Pool health}
entity: account
period: month
inputs: {new: {}, lost: {}, opening: {}, chats: {}, buyers: {}}
metrics:
  growth:
    title: {zh: 净增粉丝率, en: Net contact growth}
    formula: (new - lost) / opening
    unit: percent
    better: higher
    target: 5%
    bands: [{level: critical, below: 0}, {level: fair, below: 3%}, {level: excellent}]
  chat_share:
    title: {zh: 一对一聊天占比, en: Chat share}
    formula: chats / opening
    unit: percent
    bands: [{level: poor, below: 5%}, {level: good}]
  conversion:
    title: {zh: 私域转化率, en: Conversion}
    formula: buyers / opening
    unit: percent
    bands: [{level: poor, below: 1%}, {level: good}]
  buyers_growth:
    title: {zh: 成交客户环比, en: Growth in buyers}
    formula: growth(buyers)
    unit: percent
groups:
  quality: {title: {zh: 用户质量, en: User quality}, metrics: [growth, chat_share]}
  value: {title: {zh: 转化与价值, en: Value}, metrics: [conversion]}
overall:
  title: {zh: 健康度, en: Health}
  caps:
    - {when: level(growth) == "critical", at_most: 40, because: {zh: 会员正在流失, en: Members are leaving}}
actions:
  tag:
    zh: 给客户打标签，按分组发消息，不要一次群发给所有人，也不要在深夜群发
    en: Tag customers and write to each segment
advice:
  leaking:
    when: growth < 0
    severity: critical
    title: {zh: 私域在流失, en: The pool is leaking}
    text: {zh: "净增长是 {growth}。", en: "Net growth is {growth}."}
    actions: [tag]
  well_done:
    when: level(growth) == "excellent"
    severity: praise
    text: {zh: 增长很好。, en: Growth is strong.}
"""
HEAD = "account,date,new,lost,opening,chats,buyers"
ANSI = re.compile(r"\x1b\[")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "health.yaml").write_text(HEALTH, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def table(capsys: pytest.CaptureFixture[str], rows: list[str], *options: str) -> str:
    """What `run` shows for rows of data; checks that no line is too wide."""
    Path("data.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    assert main(["run", "health.yaml", "--data", "data.csv", *options]) == 0
    shown = capsys.readouterr().out
    assert max(cell_len(line) for line in shown.splitlines()) <= 80
    return shown


LEAKING = "青禾,2025-01-31,100,200,1000,100,20"
FINE = "木棉,2025-01-31,100,20,1000,100,20"


def test_a_card_shows_score_cap_groups_metrics_and_advice(capsys: pytest.CaptureFixture[str]) -> None:
    shown = table(capsys, [LEAKING], "--lang", "zh")
    heading, overall, coverage, cap, *_ = shown.splitlines()
    assert heading.startswith("━━ 青禾 · 2025-01 ━")
    assert overall.split()[:4] == ["健康度", "40.0", "○", "一般"]
    assert "覆盖率 100%" in coverage
    assert cap.strip() == "封顶 40 分，原为 56.3 分：会员正在流失"
    assert re.search(r"用户质量 +37\.5 +▽ 较差 +━+╸?─+ +50%", shown)
    assert re.search(r"净增粉丝率 +-10% +5% +▼ 危险 +0\.0 +25\.0", shown)
    assert re.search(r"✖ 严重 +私域在流失  失 25 分", shown)
    assert "净增长是 -10%。" in shown
    assert "• 给客户打标签，" in shown


def test_the_costliest_metric_comes_first_and_the_watched_last(capsys: pytest.CaptureFixture[str]) -> None:
    shown = table(capsys, [LEAKING], "--lang", "en")
    order = [
        shown.index(title) for title in ("Net contact growth  ", "Conversion  ", "Chat share  ", "Growth in buyers  ")
    ]
    assert order == sorted(order)


def test_a_reason_stands_where_there_is_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert re.search(r"Growth in buyers +— +no earlier period", table(capsys, [FINE], "--lang", "en"))
    assert re.search(r"成交客户环比 +— +没有上期数据", table(capsys, [FINE], "--lang", "zh"))
    empty = "木棉,2025-01-31,100,20,0,100,20"
    assert re.search(r"健康度  —  数据不足\n  覆盖率 0%", table(capsys, [empty], "--lang", "zh"))


def test_columns_line_up_under_wide_characters(capsys: pytest.CaptureFixture[str]) -> None:
    lines = table(capsys, [LEAKING], "--lang", "zh").splitlines()
    start = next(i for i, line in enumerate(lines) if line.strip().startswith("指标"))
    ends = {cell_len(line.rstrip()) for line in lines[start : start + 4]}
    assert len(ends) == 1


def test_no_line_begins_with_closing_punctuation(capsys: pytest.CaptureFixture[str]) -> None:
    for width in range(30, 80):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", str(width))
            lines = table(capsys, [LEAKING], "--lang", "zh").splitlines()
        assert not [line for line in lines if line.strip()[:1] in set("，。：")]


def test_few_cards_are_all_shown_and_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    shown = table(capsys, [FINE, LEAKING], "--lang", "en")
    assert shown.index("━━ 青禾 · 2025-01") < shown.index("━━ 木棉 · 2025-01")
    summary = shown[shown.index("━━ Pool health · 2025-01") :]
    assert re.search(r"青禾 +40\.0 ○ Fair +25\.0 Net contact growth", summary)
    assert "scorecards in full" not in shown


def test_of_many_cards_the_latest_are_shown_and_the_rest_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        f"{name},2025-{month:02}-01,{new},20,1000,100,20"
        for name, new in (("木棉", 100), ("青禾", 30))
        for month in (1, 2, 3, 4, 5, 6)
    ]
    shown = table(capsys, [*rows, "新号,2025-06-01,,,,,"], "--lang", "en")
    headings = re.findall(r"^━━ (\S+ · \S+)", shown, re.MULTILINE)
    assert headings == ["新号 · 2025-06", "青禾 · 2025-06", "木棉 · 2025-06"]
    assert "3 of 13 scorecards in full" in shown
    assert "--format csv" in shown
    summary = shown[shown.index("━━ Pool health · 2025-06") :]
    assert re.search(r"青禾 +\S+ \S \S+ +0\.0 \S{6} +100%", summary)
    assert re.search(r"新号 +— too little data +0%", summary)


def test_change_is_against_the_calendars_period_and_not_the_row_above(capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["A,2025-01-01,100,20,1000,100,20", "A,2025-02-01,30,20,1000,100,20", "A,2025-04-01,100,20,1000,100,20"]
    shown = table(capsys, rows, "--lang", "en")
    assert "-12.5 since 2025-01" in shown
    assert "since 2025-02" not in shown
    assert "since 2025-03" not in shown


def test_change_counts_periods_that_are_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["A,2025-01-01,100,20,1000,100,20", "A,2025-02-01,30,20,1000,100,20", "B,2025-02-01,30,20,1000,100,20"]
    shown = table(capsys, rows, "--lang", "en", "--period", "2025-02")
    assert "-12.5 since 2025-01" in shown
    assert re.search(r"^  A +\S+ . \S+ +-12\.5 ", shown, re.MULTILINE)


def test_the_periods_of_one_entity_are_told_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"A,20{year}-{month:02}-01,100,20,1000,100,20" for year in (24, 25) for month in range(1, 13)]
    shown = table(capsys, rows, "--lang", "en")
    assert re.findall(r"^━━ (A · \S+)", shown, re.MULTILINE) == ["A · 2025-12"]
    periods = re.findall(r"^  (\d{4}-\d\d) ", shown, re.MULTILINE)
    assert periods == sorted(periods)
    assert periods[-1] == "2025-12"
    assert f"and {24 - len(periods)} earlier periods" in shown


def test_what_comes_from_data_is_neither_markup_nor_control_code(capsys: pytest.CaptureFixture[str]) -> None:
    shown = table(capsys, ['"[red]A\x1b[31m\u202eB",2025-01-31,100,20,1000,100,20'], "--lang", "en")
    assert "[red]A␛[31m�B" in shown
    assert "\x1b" not in shown


def test_colour_is_for_terminals_and_never_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = table(capsys, [LEAKING], "--lang", "en")
    assert not ANSI.search(plain)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    Path("data.csv").write_text(f"{HEAD}\n{LEAKING}\n", encoding="utf-8")
    assert main(["run", "health.yaml", "--data", "data.csv", "--lang", "en"]) == 0
    coloured = capsys.readouterr().out
    assert ANSI.search(coloured)
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()
    monkeypatch.setenv("NO_COLOR", "1")
    assert main(["run", "health.yaml", "--data", "data.csv", "--lang", "en"]) == 0
    assert not re.search(r"\x1b\[(?:\d+;)*(?:3\d|9\d|38;)", capsys.readouterr().out)


def test_the_table_can_go_to_a_file_and_never_in_colour(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_screen = table(capsys, [LEAKING], "--lang", "zh")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["run", "health.yaml", "--data", "data.csv", "--lang", "zh", "--out", "card.txt"]) == 0
    assert Path("card.txt").read_text(encoding="utf-8") == on_screen
    assert capsys.readouterr().out == ""
