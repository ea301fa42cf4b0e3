"""`new dataset` asks about columns that may well be meant, and names the others in one line."""

from __future__ import annotations

import re
from pathlib import Path

import rulecard

RULESET = """\
ruleset: posts
version: 1.0.0
entity: type
sources:
  posts: {columns: {type: text, reach: integer, engaged: integer, interactions: integer}}
inputs:
  reach: {formula: sum(reach)}
  engaged: {formula: sum(engaged)}
  interactions: {formula: sum(interactions)}
metrics:
  rate: {formula: (engaged + interactions) / reach}
"""


def test_a_question_is_asked_only_where_a_word_is_shared(tmp_path: Path) -> None:
    (tmp_path / "posts.yaml").write_text(RULESET, encoding="utf-8")
    header = "Type,Category,Post Hour,TotalReach,Reach by fans,Engaged Users,Total Interaction,comment"
    (tmp_path / "posts.csv").write_text(f"{header}\nPhoto,1,2,3,4,5,6,7\n", encoding="utf-8")
    text = rulecard.new_dataset(tmp_path / "posts.yaml", [tmp_path / "posts.csv"], language="en")
    assert re.findall(r'\n +"?(\w[\w ]+)"?: "\?"  # one of (.*)\?', text) == [
        ("TotalReach", "reach"),
        ("Reach by fans", "reach"),
        ("Engaged Users", "engaged"),
        ("Total Interaction", "interactions"),
    ]
    assert text.endswith(
        "    # still without a column: reach, engaged, interactions\n    # not used: Category, Post Hour, comment\n"
    )


def test_of_chinese_names_two_characters_are_shared(tmp_path: Path) -> None:
    text = RULESET.replace("reach: {formula", "reach: {title: {zh: 帖子触达人数（人）}, formula")
    text = text.replace("engaged: {formula", "engaged: {title: {zh: 互动用户}, formula")
    (tmp_path / "posts.yaml").write_text(text.replace("interactions: {f", "interactions: {title: 回应, f"), "utf-8")
    (tmp_path / "posts.csv").write_text(
        "type,总触达,有过互动的人,回应,发布时段,人气(人)\nPhoto,1,2,3,4,5\n", encoding="utf-8"
    )
    text = rulecard.new_dataset(tmp_path / "posts.yaml", [tmp_path / "posts.csv"], language="zh")
    assert "    columns:\n      回应: interactions\n" in text
    assert [line.strip() for line in text.splitlines() if '"?"' in line] == [
        '总触达: "?"  # 是 reach 之一吗？写上，或删掉这一行',
        '有过互动的人: "?"  # 是 engaged 之一吗？写上，或删掉这一行',
    ]
    assert text.endswith("    # 还缺列：reach, engaged\n    # 没有用到：发布时段, 人气(人)\n")


def test_a_name_with_a_line_break_stays_in_its_line(tmp_path: Path) -> None:
    (tmp_path / "posts.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "posts.csv").write_text(
        'type,Reach of all,"Post\nHour","x\r\n: [",Engaged Users,Interactions\nPhoto,1,2,3,4,5\n', encoding="utf-8"
    )
    text = rulecard.new_dataset(tmp_path / "posts.yaml", [tmp_path / "posts.csv"], language="en")
    assert "    # not used: Post Hour, x : [\n" in text
    for name, column in (("Reach of all", "reach"), ("Engaged Users", "engaged")):
        text = text.replace(f'"{name}": "?"', f'"{name}": {column}')
    (tmp_path / "data.yaml").write_text(text, encoding="utf-8")
    assert rulecard.validate(tmp_path / "posts.yaml", dataset=tmp_path / "data.yaml").errors == 0
