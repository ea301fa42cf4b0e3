"""`packs show`: what a pack measures, in the reader's language and in the width of the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rich.cells import cell_len

import rulecard
from rulecard.cli import main
from rulecard.functions import FUNCTIONS

PACKS = [pack.id for pack in rulecard.packs()]
RULESET = """\
ruleset: shop
version: 1.0.0
title: {zh: 门店, en: Shop}
entity: shop
period: month
levels:
  bad: {score: 0, title: {zh: 差, en: Bad}}
  good: {score: 100, title: {zh: 好, en: Good}}
sources:
  shops: {columns: {shop: text, region: {type: text, title: {zh: 大区, en: Region}}}}
  visits:
    title: {zh: 到店, en: Visits}
    lookup: {shops: {on: shop, columns: [region]}}
    columns: {shop: text, date: date, customer: {type: text, title: {zh: 顾客, en: Customer}}, minutes: number}
  orders:
    title: {zh: 订单, en: Orders}
    columns:
      {shop: text, date: date, customer: text, amount: number, status: {type: text, title: {zh: 状态, en: Status}}}
params:
  paid: {value: 已付, type: text, title: {zh: 已付款的状态, en: Paid}}
  goal: {values: {2024-01-01: 10%, 2025-01-01: 12%}, unit: percent, title: {zh: 目标率, en: Goal}}
inputs:
  visitors: {from: visits, formula: count_distinct(customer), title: {zh: 顾客数, en: Visitors}}
  wau: {from: visits, formula: count_distinct(customer), trailing: 7 days, title: {zh: 周活, en: Weekly}}
  busy: {from: visits, per: customer, formula: 5 <= sum(minutes) < 90, then: sum, title: {zh: 久留, en: Stayed}}
  usual: {from: visits, per: [customer, region], formula: mean(minutes), then: median, title: {zh: 时长, en: Minutes}}
  buyers:
    conversion: {from: visits, to: orders, id: customer, within: 7 days, to_where: status == paid}
    title: {zh: 买家, en: Buyers}
  back: {retention: {from: visits, id: customer, after: 1 week, within: 2 weeks}, title: {zh: 回头客, en: Back}}
  sales: {from: orders, formula: sum(amount), where: 'not is_missing(amount) and status in ["已付", "paid"]'}
metrics:
  conversion:
    title: {zh: 转化率, en: Conversion}
    formula: buyers / cohort_size(buyers)
    unit: percent
    better: higher
    target: goal
    bands: [{level: bad, below: target * 0.9}, {level: good}]
    evidence: {kind: author, note: ours}
  exits:
    title: {zh: 流失, en: Exits}
    formula: 1 - (back - visitors) / (visitors ** 2) - -busy
    better: lower
    bands: [{level: good, upto: -1}, {level: bad}]
    evidence: {kind: source, ref: a book}
  smooth: {title: {zh: 平滑, en: Smooth}, formula: usual, better: higher, score: {from: 0, to: 9}}
  calm:
    title: {zh: 平稳, en: Calm}
    formula: "sales if sales > 0 and (wau > 1 or not (wau < 3)) else to_date(sales, \\"year\\")"
groups: {all: {title: {zh: 全部, en: Everything}, metrics: [conversion, exits]}}
stages:
  choose: [{when: visitors < 100, stage: young}]
  default: old
  profiles:
    young: {title: {zh: 新店, en: Young}, weights: {all: 1}, rest: 1}
    old: {title: {zh: 老店, en: Old}, weights: {all: 3}, rest: 1}
    asked: {title: {zh: 特殊, en: Special}, weights: {all: 1}, rest: 0}
overall:
  caps: [{when: level(conversion) <= "bad", at_most: 59, because: low}]
"""
EXTENDING = """\
ruleset: shop-more
version: 1.0.0
extends: shop
metrics: {more: {title: {zh: 更多, en: More}, formula: sales + 1}}
"""
CASES = "cases: shop\ntests: [{name: nothing, inputs: {}, expect: {status: {conversion: missing_input}}}]\n"


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.delenv("RULECARD_PACKS", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    folder = tmp_path / "packs" / "north"
    folder.mkdir(parents=True)
    head = "pack: north\nversion: 1.0.0\nrulesets: [shop.yaml, shop-more.yaml]\n"
    (folder / "pack.yaml").write_text(head, encoding="utf-8")
    (folder / "shop.yaml").write_text(RULESET, encoding="utf-8")
    (folder / "shop-more.yaml").write_text(EXTENDING, encoding="utf-8")
    (folder / "cases.yaml").write_text(CASES, encoding="utf-8")
    # one stage is never chosen
    assert {one.code for one in rulecard.validate(folder).problems} == {"RC418"}
    return str(tmp_path / "packs")


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["packs", "show", *arguments]) == 0
    written = capsys.readouterr()
    assert written.err == ""
    return written.out


def rows(page: str) -> dict[str, list[str]]:
    """Of a page in Markdown, by their first two cells, the cells of rows; ids and titles are told apart by them."""
    cells = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    return {one.strip("`"): row for row in cells for one in row[:3] if one}


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("conversion", ["全部", "转化率", "[买家] ÷ 该批总数([买家])",
                        "差 < [目标] × 0.9、好 ≥ [目标] × 0.9；目标 [目标率]", "作者"]),
        ("exits", ["全部", "流失", "1 - ([回头客] - [顾客数]) ÷ [顾客数] ^ 2 - -[久留]", "好 ≤ -1、差 > -1", "原文"]),
        ("smooth", ["平滑", "[时长]", "按比例得分：0 → 0、9 → 100"]),
        ("calm", ["平稳", "若 sales > 0 且 ([周活] > 1 或 非 ([周活] < 3)) 则 sales，否则 年初至今(sales)"]),
        ("goal", ["目标率", "2024-01-01 起 10%、2025-01-01 起 12%"]),
        ("visitors", ["顾客数", "到店", "去重计数([顾客])"]),
        ("wau", ["周活", "到店", "最近 7天：去重计数([顾客])"]),
        ("busy", ["久留", "到店", "每个 [顾客]：5 ≤ 求和(minutes) < 90；再数成立的有几个"]),
        ("usual", ["时长", "到店", "每个 [顾客]、[大区]：平均(minutes)；再取中位数"]),
        ("buyers", ["买家", "到店 / 订单",
                    "「到店」里的 [顾客]，7天内出现在「订单（[状态] = [已付款的状态]）」里的有几个"]),
        ("back", ["回头客", "到店", "首次出现在「到店」里的 [顾客]，1周到2周后又出现在「到店」里的有几个"]),
        ("sales", ["订单", "求和(amount)，条件：amount 有值 且 [状态] 是 “已付” 或 “paid”"]),
        ("young", ["新店", "[顾客数] < 100"]),
        ("old", ["老店", "其余情况"]),
        ("asked", ["特殊", "仅用 --stage asked 指定时"]),
        ("等级([转化率]) ≤ 差", ["59"]),
        ("region", ["按 shop 从「shops」查得"]),
        ("shop", ["被评分的对象", "文本"]),
        ("date", ["时间", "日期"]),
    ],
)  # fmt: skip
def test_a_chinese_reader_is_told_in_chinese(
    packs: str, capsys: pytest.CaptureFixture[str], id: str, words: list[str]
) -> None:
    page = shown(capsys, "north", "--packs", packs, "--format", "md", "--lang", "zh")
    # the first row of each id; that of the region's own table comes later
    found = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    row = [[cell for cell in one if cell not in ("", f"`{id}`", id)] for one in found if {id, f"`{id}`"} & set(one)]
    assert words in row, row


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("conversion", "Bad < [target] × 0.9, Good ≥ [target] × 0.9; target [Goal]"),
        ("calm", "sales if sales > 0 and ([Weekly] > 1 or not ([Weekly] < 3)), else to_date(sales, \"year\")"),
        ("wau", "count_distinct([Customer]), over the last 7 days"),
        ("busy", "for each [Customer]: 5 ≤ sum(minutes) < 90; then for how many that holds"),
        ("buyers", "how many [Customer] of Visits come up in Orders (where [Status] = [Paid]) within 7 days"),
        ("back", "how many [Customer] whose first row is in Visits come up in Visits 1 week to 2 weeks later"),
        ("sales", 'sum(amount), where amount has a value and [Status] is "已付" or "paid"'),
        ("old", "otherwise"),
    ],
)  # fmt: skip
def test_an_english_reader_is_told_in_english(
    packs: str, capsys: pytest.CaptureFixture[str], id: str, words: str
) -> None:
    page = shown(capsys, "north", "--packs", packs, "--format", "md", "--lang", "en")
    assert words in rows(page)[id]


def test_what_is_built_on_another_shows_only_what_differs(packs: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = shown(capsys, "north", "--packs", packs, "--format", "md", "--lang", "en").split("### ")[2]
    assert page.startswith("shop-more · `shop-more`") or page.startswith("Shop · `shop-more`")
    assert "Built on Shop (shop). Shown is what differs" in page
    assert re.findall(r"^\| .*$", page, re.MULTILINE) == [
        "| metric | id | formula |",
        "| More | `more` | sales + 1 |",
        "| metric | Young | Old | Special |",
        "| Conversion | 25% | 37.5% | 50% |",
        "| Exits | 25% | 37.5% | 50% |",
        "| Smooth | 50% | 25% | — |",
    ]


def test_commands_are_those_that_work_from_here(packs: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = shown(capsys, "north", "--packs", packs, "--lang", "en")
    commands = [line.split() for line in page.splitlines() if line.startswith("  rulecard ")]
    assert ["rulecard", "run", "shop", "--dataset", "DATASET.yaml", "--packs", packs] in commands
    (test,) = (command for command in commands if command[1] == "test")
    assert main(test[1:]) == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("groups: {a: {groups: [b]}, b: {groups: [a]}}", "RC"),
        ("groups: {a: {metrics: [nothing]}}", "RC"),
        ("metrics: {m: {formula: a +* b}}", "RC30"),
    ],
)
def test_a_pack_that_is_wrong_is_told_of(packs: str, capsys: pytest.CaptureFixture[str], wrong: str, code: str) -> None:
    text = f"ruleset: shop-more\nversion: 1.0.0\nextends: shop\n{wrong}\n"
    (Path(packs) / "north" / "shop-more.yaml").write_text(text, encoding="utf-8")
    assert main(["packs", "show", "north", "--packs", packs]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert "shop-more.yaml:4:" in written.err and f"error[{code}" in written.err


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("columns", [40, 80, 100, 140])
@pytest.mark.parametrize("pack", PACKS)
def test_each_pack_fits_the_terminal(
    pack: str, columns: int, language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    page = shown(capsys, pack, "--lang", language)
    # the folder is as long as it is
    assert max(cell_len(line) for line in page.splitlines() if "rulecard " not in line) <= columns
    # ids are whole, so that they can be copied
    known = {id for name in rulecard.packs() if name.id == pack for id in _metrics(name)}
    if columns >= 80:
        assert [id for id in known if not re.search(rf"(?<!\w){id}(?!\w)", page)] == []


def _metrics(pack: rulecard.Pack) -> set[str]:
    text = "".join((pack.folder / f"{name}.yaml").read_text(encoding="utf-8") for name in pack.rulesets)
    metrics = re.findall(r"^metrics:\n(.*?)(?=^\w|\Z)", text, re.MULTILINE | re.DOTALL)
    return {id for section in metrics for id in re.findall(r"^  (\w+):", section, re.MULTILINE)}


@pytest.mark.parametrize("pack", PACKS)
def test_nothing_of_a_pack_is_left_untranslated(pack: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = shown(capsys, pack, "--format", "md", "--lang", "zh")
    shown_rows = [line for line in page.splitlines() if line.startswith("| ")]
    assert len(shown_rows) > 30
    # outside of ids and quoted data no word of a formula, of its functions or of our own tables is English
    words = "|".join(
        (*FUNCTIONS, "and", "or", "not", "if", "else", "where", "then", "per", "critical", "poor", "watched")
    )
    bare = [re.sub(r"`[^`]*`|\[[^]]*\]|“[^”]*”", "", line) for line in shown_rows]
    assert [line for line in bare if re.search(rf"(?<![\w\\])({words})\(|\b(and|or|not|if|else)\b", line)] == []
    assert "overview." not in page and "counting." not in page


def test_every_function_has_a_chinese_name() -> None:
    names = [function.chinese for function in FUNCTIONS.values()]
    assert [name for name in names if not re.search("[一-鿿]", name)] == []
    assert len(set(names)) == len(names)


def test_text_of_a_pack_is_no_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pack.yaml").write_text("pack: evil\nversion: 1.0.0\nrulesets: [e.yaml]\n", encoding="utf-8")
    title = "[click](javascript:x) <img src=y> a|b *c* `d` \\e[31m _f_ g_h"
    text = f'ruleset: e\nversion: 1.0.0\ninputs: {{a: {{}}}}\nmetrics: {{m: {{formula: a, title: "{title}"}}}}\n'
    (tmp_path / "e.yaml").write_text(text, encoding="utf-8")
    page = shown(capsys, "evil", "--packs", str(tmp_path), "--format", "md")
    assert "| [click]\\(javascript:x) \\<img src=y> a\\|b \\*c\\* \\`d\\` ␛[31m \\_f\\_ g_h | `m` | a |" in page
    assert "\x1b" not in shown(capsys, "evil", "--packs", str(tmp_path))
