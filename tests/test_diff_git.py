"""Rulesets compared with a git revision: `extends` and overlays as they stood then, files that came, went and moved."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest

import rulecard
from rulecard.cli import main

from .changes_of_a_ruleset import BASE
from .git_repositories import git, write

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
SCHEMA = jsonschema_rs.Draft7Validator(json.loads(rulecard.schema_text("diff")))
RETAIL = "overlay: retail\nextends: ../shop.yaml\nversion: 1.0.0\nset: {params.goal.value: 5%}\n"
FOOD = "overlay: food\nextends: ../shop.yaml\nversion: 1.0.0\nset: {metrics.conversion.bands.0.below: 7%}\n"
SMALL = "ruleset: small\nversion: 1.0.0\ninputs: {x: {}}\nmetrics: {m: {formula: x * 2}}\n"
FILES = {
    "rules/shop.yaml": BASE,
    "rules/overlays/retail.yaml": RETAIL,
    "rules/overlays/food.yaml": FOOD,
    "rules/small.yaml": SMALL,
    "rules/data.yaml": "rows: [1, 2]\n",
    "rules/broken.yaml": "ruleset: broken\nmetrics: [\n",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(variable, raising=False)
    git(tmp_path, "init", "-q", "-b", "main")
    for name, text in FILES.items():
        write(tmp_path, name, text)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    return tmp_path


def test_nothing_changed(repository: Path) -> None:
    found = rulecard.review("rules", "main")
    assert (found.reviewed, found.added, found.removed, found.problems) == ((), (), (), ())
    assert found.unchanged == 4


def test_a_folder_with_all_that_builds_on_what_changed(repository: Path) -> None:
    write(repository, "rules/shop.yaml", "# better\n" + BASE.replace("below: 1%", "below: 2%"))
    found = rulecard.review("rules", "HEAD")
    assert SCHEMA.is_valid(found.to_dict())
    # food has its own cut point, so nothing changes for it; retail changes in the same way
    (one,) = found.reviewed
    assert (one.difference.old.file, one.difference.new.file) == ("HEAD:rules/shop.yaml", "rules/shop.yaml")
    assert one.also == ("rules/overlays/retail.yaml",)
    (change,) = one.difference.changes
    assert (change.path, change.old, change.new) == ("metrics.conversion.bands.poor", {"below": 0.01}, {"below": 0.02})
    line = BASE[: BASE.index("below: 1%")].count("\n") + 1
    places = [(place.file, place.line) for place in change.places if place]
    assert places == [("rules/shop.yaml", line), ("rules/shop.yaml", line + 1)]
    assert found.unchanged == 2


def test_what_was_extended_counts_as_it_stood_then(repository: Path) -> None:
    write(
        repository,
        "rules/child.yaml",
        "ruleset: child\nversion: 1.0.0\nextends: shop.yaml\nparams: {goal: {value: 4%}}\n",
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    write(repository, "rules/shop.yaml", BASE.replace("to: 50%", "to: 40%"))
    found = rulecard.review("rules/child.yaml", "HEAD")
    (one,) = found.reviewed
    assert [change.path for change in one.difference.changes] == ["metrics.reach.score"]
    assert {place.file for place in one.difference.changes[0].places if place} == {"rules/shop.yaml"}


def test_overlays_as_they_stood_then(repository: Path) -> None:
    write(repository, "rules/overlays/retail.yaml", RETAIL.replace("5%", "6%"))
    found = rulecard.review("rules/shop.yaml", "HEAD", overlays=["rules/overlays/retail.yaml"])
    (one,) = found.reviewed
    assert [(change.path, change.old, change.new) for change in one.difference.changes] == [
        ("params.goal.value", 0.05, 0.06)
    ]


def test_files_that_came_went_and_moved(repository: Path) -> None:
    git(repository, "mv", "rules/shop.yaml", "rules/store.yaml")
    for name in ("retail", "food"):
        (repository / f"rules/overlays/{name}.yaml").unlink()
    (repository / "rules/small.yaml").unlink()
    write(repository, "rules/store.yaml", BASE.replace("at_most: 59", "at_most: 49"))
    write(repository, "rules/new.yaml", SMALL.replace("small", "new"))
    found = rulecard.review("rules", "HEAD")
    (one,) = found.reviewed
    assert (one.difference.old.file, one.difference.new.file) == ("HEAD:rules/shop.yaml", "rules/store.yaml")
    assert [change.path for change in one.difference.changes] == ["overall.caps.0.at_most"]
    assert [(side.id, side.file) for side in found.added] == [("new", "rules/new.yaml")]
    assert {(side.id, side.file) for side in found.removed} == {
        ("small", "HEAD:rules/small.yaml"),
        ("shop-health", "HEAD:rules/overlays/retail.yaml"),
        ("shop-health", "HEAD:rules/overlays/food.yaml"),
    }
    text = found.to_markdown()
    assert "`HEAD:rules/small.yaml`" in text and "`rules/new.yaml`" in text


def test_what_cannot_be_compared_is_told_and_the_rest_is_shown(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository, "rules/small.yaml", SMALL.replace("x * 2", "y * 2"))
    write(repository, "rules/shop.yaml", BASE.replace("below: 1%", "below: 2%"))
    assert main(["diff", "--git", "HEAD", "rules", "--lang", "en"]) == 2
    written = capsys.readouterr()
    assert "below 1% → below 2%" in written.out
    assert "rules/small.yaml:4:24: error[RC301]" in written.err
    assert "Not compared, since there are errors: rules/small.yaml" in written.out
    main(["diff", "--git", "HEAD", "rules", "--lang", "en", "--format", "markdown"])
    assert "Not compared, since there are errors: `rules/small.yaml`" in capsys.readouterr().out
    # what was broken before and is untouched is nobody's news
    assert "broken" not in written.out + written.err


def test_a_wrong_ruleset_of_before_is_named_as_git_names_it(repository: Path) -> None:
    write(repository, "rules/broken.yaml", SMALL.replace("small", "broken"))
    found = rulecard.review("rules/broken.yaml", "HEAD")
    assert found.reviewed == ()
    assert [problem.location.file for problem in found.problems if problem.location] == ["HEAD:rules/broken.yaml"]


def test_json_of_the_command(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(repository, "rules/shop.yaml", BASE.replace("below: 1%", "below: 2%"))
    assert main(["diff", "--git", "HEAD", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert SCHEMA.is_valid(report)
    assert (report["since"], len(report["commit"])) == ("HEAD", 40)
    assert [one["counts"]["score"] for one in report["differences"]] == [1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--git", "nope", "rules"], "no revision `nope`"),
        (["--git", "--upload-pack=x", "rules"], "no revision `--upload-pack=x`"),
        (["--git", "HEAD", "rules/nothing.yaml"], "no ruleset or overlay at `rules/nothing.yaml`, now or at HEAD"),
        (["--git", "HEAD", "rules/data.yaml"], "no ruleset or overlay at `rules/data.yaml`"),
        (["--git", "HEAD", "rules", "rules"], "with `--git` one path"),
        (["--git", "HEAD", "/"], "`/` is not in a git repository"),
    ],
)
def test_what_is_asked_wrongly(
    arguments: list[str], said: str, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", *arguments]) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert written.out == ""


def test_in_a_hook_and_in_a_folder_below(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, "rules/shop.yaml", BASE.replace("below: 1%", "below: 2%"))
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.chdir(repository / "rules" / "overlays")
    assert [one.difference.new.file for one in rulecard.review("../shop.yaml").reviewed] == ["rules/shop.yaml"]


def test_a_repository_that_git_does_not_trust_is_told_in_its_words(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repository, ".git/config", "[core\n")
    assert main(["diff", "--git", "HEAD", "rules"]) == 2
    assert "git cannot read the repository: fatal: bad config" in capsys.readouterr().err


def test_names_in_any_script(repository: Path) -> None:
    write(repository, "规则 一/店铺.yaml", SMALL)
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "names")
    write(repository, "规则 一/店铺.yaml", SMALL.replace("x * 2", "x * 3"))
    found = rulecard.review("规则 一", "HEAD")
    assert [one.difference.old.file for one in found.reviewed] == ["HEAD:规则 一/店铺.yaml"]


def test_what_git_ignores_is_not_looked_at(repository: Path) -> None:
    write(repository, ".gitignore", "build/\n")
    write(repository, "build/copy.yaml", SMALL.replace("small", "copy"))
    assert rulecard.review(".", "HEAD").added == ()


def test_over_data_before_and_after(repository: Path) -> None:
    write(repository, "rules/data.csv", "x\n3\n")
    scored = SMALL.replace("x * 2", "x, better: higher, score: {from: 0, to: 10}")
    write(repository, "rules/small.yaml", scored)
    git(repository, "commit", "-qam", "scored")
    write(repository, "rules/small.yaml", scored.replace("to: 10", "to: 5"))
    (one,) = rulecard.review("rules/small.yaml", data="rules/data.csv").reviewed
    assert one.difference.impact is not None
    assert one.difference.impact.cards["change"].to_list() == [pytest.approx(30.0)]


def test_a_link_leads_to_what_it_led_to(repository: Path) -> None:
    (repository / "rules/linked.yaml").symlink_to("small.yaml")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "link")
    write(repository, "rules/small.yaml", SMALL.replace("x * 2", "x * 3"))
    found = rulecard.review("rules/linked.yaml", "HEAD")
    (one,) = found.reviewed
    assert [(change.old, change.new) for change in one.difference.changes] == [("x * 2", "x * 3")]


def test_no_trace_is_left(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    rulecard.review("rules", "HEAD")
    assert list(folder.iterdir()) == []
    state = subprocess.run(["git", "status", "--porcelain"], cwd=repository, capture_output=True, text=True, check=True)
    assert state.stdout == ""
