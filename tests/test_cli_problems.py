"""`validate` and how problems are shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from rulecard.cli import main

GOOD = """\
ruleset: shop
version: 0.1.0
inputs: {orders: {}, visits: {}}
metrics:
  rate:
    formula: orders / visits
"""
WRONG = GOOD.replace("/ visits", "/ vists")
CHINESE = GOOD.replace("orders", "成交数").replace("visits: {}", "访问: {}").replace("/ visits", "/ 访闻")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    (tmp_path / "中文.yaml").write_text(CHINESE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


def test_a_good_file_has_no_problems(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "good.yaml"]) == 0
    written = capsys.readouterr()
    assert written.out == "No problems in 1 file\n"
    assert written.err == ""
    assert main(["validate", "good.yaml", "--lang", "zh"]) == 0
    assert capsys.readouterr().out == "1 个文件，没有问题\n"
    assert main(["validate", "good.yaml", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_a_problem_is_quoted_with_a_mark_under_what_is_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "wrong.yaml"]) == 1
    place, line, mark, *rest = capsys.readouterr().out.splitlines()
    assert place.startswith("wrong.yaml:6:23: error[RC301]")
    assert "`vists`" in place
    assert line == "    6 |     formula: orders / vists"
    assert mark.startswith("      |                       ^^^^^")
    assert "did you mean `visits`?" in "\n".join([mark, *rest])
    assert "1 error" in rest[-1]


def test_the_mark_stands_under_wide_characters(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "中文.yaml"]) == 1
    _, line, mark, *_ = capsys.readouterr().out.splitlines()
    assert cell_len(mark[: mark.index("^")]) == cell_len(line[: line.index("访闻")])
    assert mark.count("^") == cell_len("访闻")


MARKED = {
    "plain": "{title: 转化率（月）, formula: (成交数 + 1) / 访闻数}",
    "quoted twice": '{title: "转化率🔥", formula: "(成交数 + 1) / 访闻数"}',
    "with escapes": r'{formula: "1 if 渠道 == \"电\u5546\" else 访闻数 + 访问数 + 成交数"}',
    "quoted once": "{title: 'é ｶﾅ', formula: '1 if 渠道 == \"电''商\" else 访闻数 + 成交数'}",
    "full width": '{title: "全角：１２　Ａ", formula: 成交数 / 访闻数}',
    "literal": "\n    formula: |\n      成交数 / 访问数\n        + 成交数 * 访闻数",
    "folded": "\n    formula: >\n      成交数\n      / 访闻数 * 2\n",
    "long": "{title: " + "很长的标题" * 40 + ", formula: 成交数 / 访闻数}",
}


@pytest.mark.parametrize("metric", MARKED.values(), ids=MARKED)
def test_the_mark_stands_under_the_name_however_a_formula_is_written(
    metric: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "ruleset: 店铺\nversion: 1.0.0\ninputs: {成交数: {}, 访问数: {}, 渠道: {type: text}}\nmetrics:\n"
    (folder / "wide.yaml").write_text(f"{head}  甲: {metric}\n", encoding="utf-8")
    assert main(["validate", "wide.yaml"]) == 1
    place, line, mark, *_ = capsys.readouterr().out.splitlines()
    assert "unknown name `访闻数`" in place
    before, under = line[: line.index("访闻数")], mark[: mark.index("^")]
    assert cell_len(under) == cell_len(before)
    assert mark.count("^") == cell_len("访闻数")
    # a browser, where a Chinese character is not just two others wide, has as many Chinese spaces
    assert under.count("\u3000") == len(re.findall(r"[\u2e80-\uff60]", before))


def test_json_counts_errors_and_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "wrong.yaml", "good.yaml", "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"problems", "files", "errors", "warnings", "suppressed"}
    assert report["files"] == 2
    errors = [problem for problem in report["problems"] if problem["severity"] == "error"]
    assert len(errors) == report["errors"] == 1
    assert len(report["problems"]) == report["errors"] + report["warnings"]
    assert {key: errors[0][key] for key in ("code", "file", "line", "column", "end_line", "end_column")} == {
        "code": "RC301", "file": "wrong.yaml", "line": 6, "column": 23, "end_line": 6, "end_column": 28,
    }  # fmt: skip
    assert errors[0]["path"] == ["metrics", "rate", "formula"]


def test_a_folder_is_checked_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", ".", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["files"] == 3


def test_warnings_alone_leave_the_status_at_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "good.yaml").write_text(GOOD.replace("visits: {}", "visits: {}, unused: {}"), encoding="utf-8")
    assert main(["validate", "good.yaml"]) == 0
    written = capsys.readouterr().out
    assert "warning[RC418]" in written
    assert "(1 warning)" in written


def test_a_path_that_is_not_there_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "no-such.yaml"]) == 2
    written = capsys.readouterr()
    assert "no-such.yaml" in written.err
    assert written.out == ""


def test_problems_of_a_run_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "wrong.yaml", "--data", "x.csv"]) == 2
    written = capsys.readouterr()
    assert "wrong.yaml:6:23: error[RC301]" in written.err
    assert written.out == ""


def test_control_codes_of_a_file_do_not_reach_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "wrong.yaml").write_text(GOOD.replace("/ visits", '/ "\u202e" + vists'), encoding="utf-8")
    main(["validate", "wrong.yaml"])
    written = capsys.readouterr()
    assert "error[" in written.out
    assert "\u202e" not in written.out


def test_thousands_of_problems_are_counted_and_not_all_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = "".join(f"  m{number}: {{formula: b}}\n" for number in range(600))
    file = tmp_path / "many.yaml"
    file.write_text(f"ruleset: many\nversion: 1.0.0\ninputs: {{a: {{}}}}\nmetrics:\n{metrics}", encoding="utf-8")
    assert main(["validate", str(file)]) == 1
    out = capsys.readouterr().out
    assert out.count("error[RC301]") == 500
    assert "and 100 more problems" in out
    assert "600 problems in 1 file" in out
