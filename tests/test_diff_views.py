"""How a difference is shown: exact values, both languages, narrow windows, texts that pretend to be markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

import rulecard
from rulecard.cli import main

from .changes_of_a_ruleset import BASE


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def shown(shop: Path, capsys: pytest.CaptureFixture[str], *edits: tuple[str, str], options: str = "--lang en") -> str:
    text = BASE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    (shop / "new.yaml").write_text(text, encoding="utf-8")
    assert main(["diff", "old.yaml", "new.yaml", *options.split()]) == 0
    written = capsys.readouterr()
    assert written.err == ""
    return written.out


def test_nothing_differs(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No differences." in shown(shop, capsys)
    only_said = shown(shop, capsys, ("en: Look at the funnel", "en: Mind the funnel"))
    assert "No differences in meaning." in only_said
    assert "Look at the funnel → Mind the funnel" in only_said


def test_a_small_step_shows(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "old.yaml").write_text(BASE.replace("below: 1%", "below: 12.551%"), encoding="utf-8")
    assert "below 12.551% → below 12.552%" in shown(shop, capsys, ("below: 1%", "below: 12.552%"))


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["Scores and levels: 2", "Conversion  metrics.conversion", "~ bands.poor  below 1% → below 2%",
                "~ weights.conversion  30 → 50", "Share of the score"]),
        ("zh", ["影响得分和等级 2 处", "转化率  metrics.conversion", "~ 区间.poor  低于 1% → 低于 2%",
                "~ 权重.conversion  30 → 50", "占总分的比重"]),
    ],
)  # fmt: skip
def test_both_languages(language: str, lines: list[str], shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edits = ("below: 1%", "below: 2%"), ("conversion: 30", "conversion: 50")
    text = shown(shop, capsys, *edits, options=f"--lang {language}")
    assert [line for line in lines if line not in text] == []


def test_an_id_is_not_taken_for_a_key(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = BASE.replace("funnel: ", "value: ")
    (shop / "old.yaml").write_text(named, encoding="utf-8")
    (shop / "new.yaml").write_text(named.replace("{value: 60", "{value: 90"), encoding="utf-8")
    assert main(["diff", "old.yaml", "new.yaml", "--lang", "zh"]) == 0
    assert "权重.value  60 → 90" in capsys.readouterr().out


def test_a_wording_that_the_reader_does_not_see_is_shown_in_its_own_language(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "先看漏斗 → 先看转化" in shown(shop, capsys, ("先看漏斗", "先看转化"))


def test_a_long_text_is_cut_to_where_it_differs(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = "words " * 30
    (shop / "old.yaml").write_text(BASE.replace("Few orders.", f"{long}here {long}"), encoding="utf-8")
    text = shown(shop, capsys, ("Few orders.", f"{long}there {long}"))
    assert "…rds words words here words words… →" in text
    assert "there words words…" in text


@pytest.mark.parametrize("width", [40, 60, 80])
def test_no_line_is_wider_than_the_window(
    width: int, shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    edits = ("formula: orders / visits", "formula: orders / greatest(visits, seen, 1) + 0 * visits"), ("59", "49")
    text = shown(shop, capsys, *edits, ("转化率", "转化率有多高说的是来的人里有多少人下单"), options="--lang zh")
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "59 → 49" in text


def test_texts_are_never_markup(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = "[red]<script>x</script> | `a` @team"
    edits = ("zh: 转化率, en: Conversion", f"en: '{evil}'"), ("below: 1%", "below: 2%")
    assert evil in shown(shop, capsys, *edits)
    markdown = shown(shop, capsys, *edits, options="--lang en --format markdown")
    assert "<script>" not in markdown
    assert r"\[red\]\<script\>x\</script\> \| \`a\` \@team" in markdown
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert {line.replace(r"\|", "").count("|") for line in rows} == {5}


def test_a_comment_does_not_grow_without_end(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = "".join(f"  p{number}: {{value: 1}}\n" for number in range(70))
    markdown = shown(shop, capsys, ("  least_visits:", f"{more}  least_visits:"), options="--lang en -f markdown")
    assert markdown.count("➕") == 50
    assert "… and 20 more" in markdown


def test_control_characters_are_made_visible(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edits = ("en: Conversion", 'en: "a\\e[31mb"'), ("below: 1%", "below: 2%")
    assert "\x1b" not in shown(shop, capsys, *edits)


def test_markdown_of_python_is_that_of_the_command(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(shop, capsys, ("below: 1%", "below: 2%"), options="--format markdown")
    assert rulecard.diff("old.yaml", "new.yaml").to_markdown() == text
    assert "| **转化率**<br>`metrics.conversion.bands.poor` | 低于 1% | 低于 2% | `new.yaml:" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no rulesets to compare"),
        (["old.yaml"], "there is nothing to compare with"),
        (["old.yaml", "old.yaml", "old.yaml"], "3 rulesets; two can be compared"),
        (["old.yaml", "nothing.yaml"], "there is no file nothing.yaml"),
        (["old.yaml", "nothing"], "there is no ruleset `nothing`"),
    ],
)
def test_what_is_asked_wrongly(arguments: list[str], said: str, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *arguments]) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert written.out == ""
