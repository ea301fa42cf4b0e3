"""What a difference does to scorecards: counted by hand on a few cards, and shown by the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import rulecard
from rulecard.cli import main

SCHEMA = jsonschema_rs.Draft7Validator(json.loads(rulecard.schema_text("diff")))
SHOP = """\
ruleset: shop-health
version: 1.0.0
title: {zh: 店铺健康度, en: Shop health}
entity: shop
period: month
inputs: {orders: {}, visits: {}}
metrics:
  conversion:
    title: {zh: 转化率, en: Conversion}
    formula: orders / visits
    unit: percent
    better: higher
    bands:
      - {level: poor, below: 1%}
      - {level: fair, below: 3%}
      - {level: good}
stages:
  choose: [{when: visits < 1000, stage: small}]
  default: large
  profiles: {small: {title: {en: Small}, rest: 1}, large: {rest: 1}}
advice:
  fix: {when: level(conversion) == "poor", title: Fix | it, text: Fix it.}
  few: {when: orders < 5, text: Few orders., stages: [small]}
"""
DATA = """\
shop,date,orders,visits
A,2025-03-01,15,1000
B,2025-03-01,5,1000
C,2025-03-01,50,1000
D,2025-03-01,4,500
E,2025-03-01,,1000
A,2025-02-01,25,1000
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(SHOP, encoding="utf-8")
    (tmp_path / "shops.csv").write_text(DATA, encoding="utf-8")
    return tmp_path


def impact_of(folder: Path, *edits: tuple[str, str], **options: Any) -> Any:
    text = SHOP
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (folder / "new.yaml").write_text(text, encoding="utf-8")
    found = rulecard.diff("old.yaml", "new.yaml", data="shops.csv", **options)
    assert SCHEMA.is_valid(found.to_dict()), list(SCHEMA.iter_errors(found.to_dict()))
    assert found.impact is not None
    return found.impact


def counts(**named: int) -> dict[str, int]:
    names = ("up", "down", "same", "gained", "lost", "without", "only_old", "only_new")
    return dict.fromkeys(names, 0) | named


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_cut_point_moved(folder: Path, engine: str) -> None:
    # 1.5% and 0.8% of A in March and D: the first falls from fair to poor, 0.8% and 0.5% were poor before
    impact = impact_of(folder, ("below: 1%", "below: 2%"), engine=engine)
    assert impact.counts == counts(down=1, same=4, without=1)
    assert impact.mean_change == pytest.approx(-5.0)
    assert [(m.old, m.new, m.cards) for m in impact.levels] == [
        ("poor", "poor", 2), (None, None, 1), ("fair", "fair", 1), ("fair", "poor", 1), ("good", "good", 1),
    ]  # fmt: skip
    assert [(m.id, m.old, m.new, m.started, m.stopped) for m in impact.advice] == [("fix", 2, 3, 1, 0)]
    assert [(m.id, m.value, m.level, m.score) for m in impact.metrics] == [("conversion", 0, 1, 1)]
    assert impact.cards.rows(named=True) == [
        {"shop": "A", "period": "2025-03", "old_stage": "large", "new_stage": "large", "old_score": 50.0,
         "new_score": 25.0, "old_level": "fair", "new_level": "poor", "change": -25.0, "advice_started": ["fix"],
         "advice_stopped": []}
    ]  # fmt: skip


def test_a_score_gained_and_lost_comes_first(folder: Path) -> None:
    impact = impact_of(folder, ("    bands:", "    undefined: worst\n    bands:"), ("below: 3%", "below: 2%"))
    # E has a score of 0 now; A in February was fair with 2.5% and is good
    assert impact.counts == counts(up=1, same=4, gained=1)
    assert impact.cards["shop"].to_list() == ["E", "A"]
    assert impact.mean_change == pytest.approx(25 / 5)


def test_stages_and_advice_that_stops(folder: Path) -> None:
    impact = impact_of(folder, ("visits < 1000", "visits < 400"))
    assert [(m.old, m.new, m.cards) for m in impact.stages] == [("large", "large", 5), ("small", "large", 1)]
    assert [(m.id, m.started, m.stopped) for m in impact.advice] == [("few", 0, 1)]
    assert impact.cards.select("shop", "advice_stopped").rows() == [("D", ["few"])]


def test_what_is_renamed_is_no_change_of_a_card(folder: Path) -> None:
    edits = [("stage: small", "stage: little"), ("{small:", "{little:"), ("[small]", "[little]"), ("  fix:", "  mend:"),
             ("conversion:", "converted:"), ("(conversion)", "(converted)")]  # fmt: skip
    impact = impact_of(folder, *edits)
    assert impact.counts == counts(same=5, without=1)
    assert (impact.cards.height, impact.advice, impact.metrics) == (0, (), ())


def test_only_the_cards_asked_for(folder: Path) -> None:
    impact = impact_of(folder, ("below: 1%", "below: 2%"), period="2025-02", entity="A")
    assert impact.counts == counts(same=1)


def test_rulesets_of_other_periods_do_not_compare(folder: Path) -> None:
    with pytest.raises(rulecard.Problems) as raised:
        impact_of(folder, ("period: month", "period: day"))
    (problem,) = raised.value.problems
    assert (problem.code, problem.hint) == ("RC509", "compare them without data")


def test_a_fiscal_year_is_no_other_month(folder: Path) -> None:
    assert impact_of(folder, ("period: month", "period: {grain: month, year_starts: 4}")).cards.height == 0


def test_a_column_that_the_data_lacks_is_the_problem(folder: Path) -> None:
    with pytest.raises(rulecard.Problems) as raised:
        impact_of(folder, ("visits: {}}", "visits: {}, fans: {}}"), ("orders / visits", "orders / fans"))
    assert [problem.code for problem in raised.value.problems] == ["RC502"]


def test_without_entity_periods_and_stages(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "ruleset: a\nversion: 1.0.0\ninputs: {x: {}}\n"
    text += "metrics: {m: {formula: x, better: higher, score: {from: 0, to: 10}}}\n"
    (folder / "old.yaml").write_text(text, encoding="utf-8")
    (folder / "new.yaml").write_text(text.replace("to: 10", "to: 20"), encoding="utf-8")
    (folder / "x.csv").write_text("x\n5\n", encoding="utf-8")
    impact = rulecard.diff("old.yaml", "new.yaml", data="x.csv").impact
    assert impact is not None
    assert impact.cards.rows(named=True) == [
        {"period": None, "old_stage": None, "new_stage": None, "old_score": 50.0, "new_score": 25.0,
         "old_level": "fair", "new_level": "poor", "change": -25.0, "advice_started": [], "advice_stopped": []}
    ]  # fmt: skip
    assert main(["diff", "old.yaml", "new.yaml", "--data", "x.csv"]) == 0
    assert "50.0 → 25.0  -25.0  Fair → Poor" in capsys.readouterr().out


def test_json_lists_a_hundred_cards_and_says_how_many_more(folder: Path) -> None:
    rows = "".join(f"S{number},2025-03-01,15,1000\n" for number in range(130))
    (folder / "shops.csv").write_text(DATA.splitlines()[0] + "\n" + rows, encoding="utf-8")
    report = impact_of(folder, ("below: 1%", "below: 2%")).to_dict()
    assert (len(report["cards"]), report["cards_left"], report["counts"]["down"]) == (100, 30, 130)


def test_the_command_shows_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "new.yaml").write_text(SHOP.replace("below: 1%", "below: 2%"), encoding="utf-8")
    arguments = ["diff", "old.yaml", "new.yaml", "--data", "shops.csv"]
    assert main([*arguments, "--lang", "en"]) == 0
    shown = capsys.readouterr().out
    assert "6 scorecards: score down 1 · score the same 4 · without a score 1" in shown
    assert "50.0 → 25.0  -25.0  Fair → Poor" in shown
    assert main([*arguments, "--lang", "zh", "--format", "markdown"]) == 0
    shown = capsys.readouterr().out
    assert "**6 张评分卡**" in shown
    # a bar in a title would end the cell of a table
    assert "| Fix \\| it | 2 → 3 | +1 -0 |" in shown
    assert main([*arguments, "--format", "json"]) == 0
    assert SCHEMA.is_valid(json.loads(capsys.readouterr().out))


def test_options_of_a_run_want_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "old.yaml", "--stage", "small"]) == 2
    assert "there is no data to run over" in capsys.readouterr().err
    assert main(["diff", "old.yaml", "old.yaml", "--stage", "small", "--data", "shops.csv"]) == 0
