"""`validate --changed-since`: files that changed since a git revision, and those that build on them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import rulecard
from rulecard.cli import main

from .git_repositories import commit, commit_to_main, git, write
from .report_runs import GOOD, UNUSED, WRONG, shown

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
OVERLAY = "overlay: {}\nextends: {}\nversion: 1.0.0\nadd: {{metrics.rate.decimals: 3}}\n"
CASES = "cases: {}\ntests:\n  - {{name: half, inputs: {{orders: 1, visits: 2}}, expect: {{metrics: {{rate: 0.5}}}}}}\n"
# what stands by itself has a warning, so that it is seen whether it is reported on
PERCENT = GOOD.replace("/ visits", "/ visits, unit: percent")
ODD = PERCENT.replace("orders: {}", "orders: {unit: order}").replace("visits: {}", "visits: {unit: visit}")
ALONE = UNUSED.replace("good", "alone")
FILES = {
    "规则 集/good.yaml": GOOD,
    "规则 集/overlays/retail.yaml": OVERLAY.format("retail", "../good.yaml"),
    "规则 集/overlays/food.yaml": OVERLAY.format("food", "retail.yaml").replace("decimals: 3", "title: Rate"),
    "规则 集/cases/good.yaml": CASES.format("../good.yaml"),
    "规则 集/alone.yaml": ALONE,
    "规则 集/cases.yaml": CASES.format("alone"),
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "a repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for variable in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(variable, raising=False)
    git(folder, "init", "-q", "-b", "main")
    for name, text in FILES.items():
        write(folder, name, text)
    commit(folder)
    git(folder, "checkout", "-q", "-b", "work")
    return folder


def reported(*paths: str, since: str = "main") -> list[str]:
    """The names of the files that are reported on, without their endings."""
    found = rulecard.validate(paths or ("规则 集",), changed_since=since)
    return [str(Path(name).relative_to("规则 集").with_suffix("")) for name in found.names]


def problems(*arguments: str, status: int = 1) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(shown(*arguments, "--changed-since", "main", "-f", "json", status=status))
    return content


def test_where_nothing_changed_nothing_is_reported(repository: Path) -> None:
    assert shown(".", "--changed-since", "main", status=0).splitlines() == [
        "No problems in 0 of 6 files",
        "Changed since main: 0, and 0 that build on what changed",
    ]


def test_changes_committed_staged_lying_about_and_untracked_all_count(repository: Path) -> None:
    write(repository, "规则 集/alone.yaml", ALONE + "# more\n")
    assert reported() == ["alone", "cases"]
    git(repository, "add", "-A")
    assert reported() == ["alone", "cases"]
    commit(repository)
    assert reported() == ["alone", "cases"]
    write(repository, "规则 集/新 的.yaml", WRONG)
    assert reported() == ["alone", "cases", "新 的"]
    assert reported(since="HEAD") == ["新 的"]
    write(repository, "规则 集/alone.yaml", ALONE)
    assert reported() == ["新 的"], "a change that was taken back is none"


def test_what_others_did_meanwhile_does_not_count(repository: Path) -> None:
    write(repository, "规则 集/good.yaml", GOOD + "# theirs\n")
    git(repository, "checkout", "-q", "main")
    commit(repository)
    git(repository, "checkout", "-q", "work")
    write(repository, "规则 集/alone.yaml", ALONE + "# ours\n")
    assert reported() == ["alone", "cases"]


def test_all_that_builds_on_a_change_is_reported_through_whatever_is_between(repository: Path) -> None:
    write(repository, "规则 集/good.yaml", GOOD.replace("rate", "share"))
    found = problems(".")
    assert (found["files"], found["all_files"], found["changed_since"]) == (4, 6, "main")
    assert [(one["code"], one["file"]) for one in found["problems"]] == [
        ("RC701", "规则 集/cases/good.yaml"),
        ("RC601", "规则 集/overlays/food.yaml"),
        ("RC601", "规则 集/overlays/retail.yaml"),
    ]
    assert "Changed since main: 1, and 3 that build on what changed\n" in shown(".", "--changed-since", "main")
    assert "自 main 起：改动 1 个文件，另有 3 个依赖它们\n" in shown(".", "--changed-since", "main", "--lang", "zh")
    # the way leads through files that are not asked for
    assert reported("规则 集/overlays/food.yaml") == ["overlays/food"]


def test_a_change_of_what_builds_on_others_does_not_report_those(repository: Path) -> None:
    write(repository, "规则 集/good.yaml", ODD)
    commit_to_main(repository)
    assert rulecard.validate("规则 集/good.yaml").problems
    write(repository, "规则 集/overlays/retail.yaml", FILES["规则 集/overlays/retail.yaml"] + "# more\n")
    assert reported() == ["overlays/food", "overlays/retail"]
    assert problems(".", status=0)["problems"] == []


def test_warnings_of_a_file_beneath_that_a_change_above_brings_are_told(repository: Path) -> None:
    write(repository, "规则 集/good.yaml", PERCENT)
    commit_to_main(repository)
    units = "set: {inputs.orders: {unit: order}, inputs.visits: {unit: visit}}\n"
    write(repository, "规则 集/overlays/retail.yaml", FILES["规则 集/overlays/retail.yaml"] + units)
    found = problems(".", status=0)["problems"]
    assert [(one["code"], one["file"]) for one in found] == [("RC407", "规则 集/good.yaml")]


def test_an_error_beneath_a_change_is_told_since_it_keeps_the_change_from_being_checked(repository: Path) -> None:
    write(repository, "规则 集/good.yaml", WRONG)
    commit_to_main(repository)
    write(repository, "规则 集/overlays/retail.yaml", FILES["规则 集/overlays/retail.yaml"] + "# more\n")
    assert [(one["code"], one["file"]) for one in problems(".")["problems"]] == [("RC301", "规则 集/good.yaml")]


def test_a_wrong_ruleset_beneath_changed_cases_is_told_as_what_it_is_and_known_as_that(repository: Path) -> None:
    write(repository, "规则 集/alone.yaml", WRONG)
    shown(".", "--baseline", "known.json", "--update-baseline", status=0)
    commit_to_main(repository)
    write(repository, "规则 集/cases.yaml", FILES["规则 集/cases.yaml"] + "# more\n")
    assert reported() == ["cases"]
    assert [(one["code"], one["file"]) for one in problems(".")["problems"]] == [("RC301", "规则 集/alone.yaml")]
    assert problems(".", "--baseline", "known.json", status=0)["baseline"]["hidden"] == 1


def test_files_that_were_renamed_or_deleted_report_those_that_need_them(repository: Path) -> None:
    git(repository, "mv", "规则 集/good.yaml", "规则 集/better.yaml")
    assert reported() == ["better", "cases/good", "overlays/food", "overlays/retail"]
    assert {one["code"] for one in problems(".")["problems"]} == {"RC603", "RC700"}
    commit(repository)
    git(repository, "rm", "-q", "规则 集/alone.yaml")
    assert reported() == ["better", "cases/good", "cases", "overlays/food", "overlays/retail"]


def test_a_pack_is_reported_when_a_file_that_it_names_is_gone(repository: Path) -> None:
    pack = "pack: p\nversion: 1.0.0\ntitle: P\nrulesets: [good.yaml]\noverlays: [overlays/retail.yaml]\n"
    write(repository, "规则 集/pack.yaml", pack)
    commit_to_main(repository)
    git(repository, "rm", "-q", "规则 集/overlays/food.yaml")
    assert reported() == []
    git(repository, "rm", "-q", "规则 集/overlays/retail.yaml")
    assert reported() == ["pack"]
    # it says what may be built on it, and without it ids lead further up
    git(repository, "reset", "-q", "--hard")
    git(repository, "rm", "-q", "规则 集/pack.yaml")
    assert reported() == ["cases/good", "cases", "overlays/food", "overlays/retail"]


def test_a_link_is_what_it_leads_to(repository: Path) -> None:
    (repository / "规则 集" / "link.yaml").symlink_to("alone.yaml")
    commit_to_main(repository)
    write(repository, "规则 集/alone.yaml", ALONE + "# more\n")
    assert reported() == ["alone", "cases", "link"]


def test_files_that_extend_each_other_end_nowhere(repository: Path) -> None:
    for one, other in ("ab", "ba"):
        write(repository, f"规则 集/{one}.yaml", OVERLAY.format(one, f"{other}.yaml"))
    commit_to_main(repository)
    assert reported() == []
    write(repository, "规则 集/b.yaml", OVERLAY.format("b", "a.yaml") + "# more\n")
    assert reported() == ["a", "b"]


def test_from_a_folder_inside_from_outside_and_in_a_worktree(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(repository, "规则 集/alone.yaml", WRONG.replace("good", "alone"))
    monkeypatch.chdir(repository / "规则 集" / "overlays")
    assert [one["file"] for one in problems("..")["problems"]] == ["../alone.yaml"]
    assert problems(".", status=0)["files"] == 0
    monkeypatch.chdir(tmp_path)
    assert [one["file"] for one in problems("a repository")["problems"]] == ["a repository/规则 集/alone.yaml"]
    git(repository, "worktree", "add", "-q", str(tmp_path / "beside"), "main")
    assert problems("beside", status=0)["files"] == 0
    write(tmp_path, "beside/规则 集/good.yaml", WRONG)
    assert problems("beside")["files"] == 4


def test_paths_in_two_repositories_are_held_each_against_its_own(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    write(other, "a.yaml", GOOD)
    git(other, "init", "-q", "-b", "main")
    commit(other)
    write(other, "b.yaml", WRONG)
    write(repository, "规则 集/alone.yaml", WRONG)
    monkeypatch.chdir(tmp_path)
    files = [one["file"] for one in problems("other", "a repository")["problems"]]
    assert files == ["a repository/规则 集/alone.yaml", "other/b.yaml"]


def test_a_repository_inside_counts_as_changed_while_it_is_new_or_differs(repository: Path) -> None:
    inside = repository / "规则 集" / "inside"
    write(inside, "a.yaml", GOOD)
    git(inside, "init", "-q", "-b", "main")
    commit(inside)
    assert reported() == ["inside/a"]
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "a repository inside")
    git(repository, "branch", "-f", "main")
    assert reported() == []
    write(inside, "a.yaml", UNUSED)
    assert reported() == ["inside/a"]


def test_a_file_that_is_not_there_is_a_problem_also_to_python(repository: Path) -> None:
    assert [one.code for one in rulecard.validate("规则 集/nowhere.yaml", changed_since="main").problems] == ["RC100"]


def test_with_a_baseline_only_what_changed_is_counted(repository: Path) -> None:
    write(repository, "规则 集/good.yaml", WRONG)
    shown(".", "--baseline", "known.json", "--update-baseline", status=0)
    known = json.loads((repository / "known.json").read_text(encoding="utf-8"))["problems"]
    assert known == {"规则 集/alone.yaml": {"RC418": 1}, "规则 集/good.yaml": {"RC301": 1}}
    commit_to_main(repository)
    both = (".", "--baseline", "known.json")
    write(repository, "规则 集/good.yaml", WRONG.replace("orders / vists", "ordres / vists"))
    more = [{"file": "规则 集/good.yaml", "code": "RC301", "found": 2, "allowed": 1}]
    assert problems(*both)["baseline"]["more"] == more
    write(repository, "规则 集/good.yaml", GOOD)
    fewer = [{"file": "规则 集/good.yaml", "code": "RC301", "found": 0, "allowed": 1}]
    assert problems(*both, status=0)["baseline"]["fewer"] == fewer
    write(repository, "规则 集/good.yaml", WRONG)
    assert problems(*both, status=0)["baseline"] == {"hidden": 0, "more": [], "fewer": []}


def test_updating_a_baseline_for_what_changed_leaves_the_rest_of_it(repository: Path) -> None:
    write(repository, "规则 集/new.yaml", WRONG)
    both = (".", "--baseline", "known.json", "--update-baseline")
    shown(*both, status=0)
    write(repository, "规则 集/new.yaml", GOOD)
    shown(*both, "--changed-since", "main", status=0)
    known = json.loads((repository / "known.json").read_text(encoding="utf-8"))["problems"]
    assert known == {"规则 集/alone.yaml": {"RC418": 1}}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["."], "the repository knows no revision `nope`"),
        (["/"], "`/` is not in a git repository"),
        ([".", "--changed-since=--all"], "the repository knows no revision `--all`"),
        ([".", "--changed-since="], "the repository knows no revision ``"),
        (["规则 集/good.yaml", "--data", "x.csv"], "data is checked whole"),
    ],
)
def test_calls_that_cannot_be_answered(
    arguments: list[str], said: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", "--changed-since", "nope", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_history_that_does_not_reach_back_far_enough_says_how_to_fetch_more(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository, "规则 集/new.yaml", GOOD)
    commit(repository)
    git(repository, "checkout", "-q", "main")
    write(repository, "规则 集/other.yaml", GOOD)
    commit(repository)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", "--no-single-branch", repository.as_uri(), str(shallow))
    monkeypatch.chdir(shallow)
    assert main(["validate", ".", "--changed-since", "origin/work"]) == 2
    said = capsys.readouterr().err
    assert "no common history" in said and "`fetch-depth: 0`" in said


def test_without_git_the_call_says_so(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(repository))
    assert main(["validate", ".", "--changed-since", "main"]) == 2
    assert "git is not installed" in capsys.readouterr().err


def test_a_hook_of_git_may_ask(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "规则 集/alone.yaml", ALONE + "# more\n")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.chdir(repository / "规则 集")
    assert problems(".", status=0)["files"] == 2
