"""`validate --fix`: what is certain is mended, every other byte stays, and the rest is left to the author."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from rulecard.cli import main
from rulecard.fixing.fixing import fix_files
from rulecard.problems import Problems

from .mutants import score
from .tree import ROOT

FIXED = ROOT / "tests" / "fixed"
PAIRS = sorted(file.parent for file in FIXED.glob("*/after.yaml"))
MARK = b"\xef\xbb\xbf"
SMALL = (FIXED / "cases" / "small.yaml").read_text(encoding="utf-8")


@pytest.fixture(params=PAIRS, ids=[folder.name for folder in PAIRS])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, bytes]:
    """A file with slips among those that it needs, and what must become of it."""
    folder = tmp_path / "given"
    shutil.copytree(request.param, folder)
    (folder / "after.yaml").unlink()
    return (folder / "before.yaml").rename(folder / "it.yaml"), (request.param / "after.yaml").read_bytes()


@pytest.mark.parametrize("mark", [b"", MARK], ids=["", "BOM"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_only_what_is_certain_changes(pair: tuple[Path, bytes], mark: bytes, end: bytes) -> None:
    file, after = pair
    file.write_bytes(mark + file.read_bytes().replace(b"\n", end))
    assert main(["validate", "--fix", str(file)]) == 0
    assert file.read_bytes() == mark + after.replace(b"\n", end)
    written = file.stat().st_mtime_ns
    # a second time there is nothing to do
    assert main(["validate", "--fix", str(file)]) == 0
    assert (file.read_bytes(), file.stat().st_mtime_ns) == (mark + after.replace(b"\n", end), written)


def test_diff_shows_the_change_and_writes_nothing(pair: tuple[Path, bytes], capsys: pytest.CaptureFixture[str]) -> None:
    file, after = pair
    before = file.read_bytes()
    assert main(["validate", "--diff", str(file)]) == 1
    assert file.read_bytes() == before
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[:2] == [f"--- {file}", f"+++ {file}"]
    added = [line[1:] for line in lines[2:] if line.startswith("+")]
    assert set(added) <= {line.replace("\t", "␉") for line in after.decode().splitlines()}
    assert added
    assert "Would " in shown.err
    file.write_bytes(after)
    assert main(["validate", "--diff", str(file)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "names",
    [
        ("orders_2025", "orders_2024"),  # another year
        ("d1_kept", "d7_kept"),
        ("gmv_a", "gmv_b"),  # a part too short to be a slip
        ("x", "X"),
        ("atypical", "typical"),  # another first letter
        ("新客户数", "客户数"),  # a character is a word
        ("客户数", "客诉数"),
        ("visits", "visit_counts"),
        ("description", "desc"),  # the beginning of it
        ("costs", "coasts", "posts"),
    ],
    ids=lambda names: names[-1],
)
def test_what_is_not_certain_is_left_to_the_author(
    names: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *known, written = names
    file = tmp_path / "it.yaml"
    inputs = "".join(f"  {name}: {{}}\n" for name in known)
    text = f"ruleset: it\nversion: 0.1.0\nentity: shop\ninputs:\n{inputs}metrics:\n  m: {{formula: 1 + {written}}}\n"
    file.write_text(text, encoding="utf-8")
    assert main(["validate", "--fix", str(file)]) == 1
    assert file.read_text(encoding="utf-8") == text
    assert "RC301" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        # two names are as near
        ("  orders: {}\n  visits: {}\n", "  orderz: {}\n  orderx: {}\n  visits: {}\n"),
        # which of both is misspelt, an overlay or the data may know
        ("  orders: {}\n", "  ordres: {}\n"),
        # a text is never wrong
        ("bands: [{level: poor, below: 1%}", "title: “Share” of，orders\n    bands: [{level: poor, below: 1%}"),
        ("better: higher", "better: higher\n    description: 见：说明（一）"),
    ],
    ids=["two candidates", "a declaration", "signs in a text", "signs in a description"],
)
def test_what_could_be_meant_otherwise_stays(right: str, wrong: str, tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    text = SMALL.replace(right, wrong)
    if "ordres" in wrong:
        text = text.replace("metrics:\n", "metrics:\n  more: {formula: orders + 1}\n", 1)
    assert text != SMALL
    file.write_text(text, encoding="utf-8")
    assert fix_files([file]).files == ()


def test_a_fix_that_brings_another_problem_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    # `status` would be near, but nobody can add a text
    text = "ruleset: it\nversion: 0.1.0\ninputs:\n  status: {type: text}\nmetrics:\n  m: {formula: 1 + statsu}\n"
    file.write_text(text, encoding="utf-8")
    fixing = fix_files([file])
    assert fixing.files == ()
    assert [problem.code for problem in fixing.left.problems if problem.severity == "error"] == ["RC301"]


def test_a_text_that_only_lacks_its_quotes_is_not_cut_in_two(tmp_path: Path) -> None:
    file = tmp_path / "it.yaml"
    text = SMALL.replace("better: higher", "better: highr\n    title: {zh: 客单价，含税: 元, en: Value}")
    file.write_text(text, encoding="utf-8")
    fixing = fix_files([file])
    assert fixing.files == ()
    assert [problem.code for problem in fixing.left.problems] == ["RC101"]


# -- several files -----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ruleset with a slip, and an overlay and cases with slips that only show once it is right."""
    (tmp_path / "small.yaml").write_text(SMALL.replace("orders / visits", "orders / vists"), encoding="utf-8")
    (tmp_path / "cases.yaml").write_bytes((FIXED / "cases" / "before.yaml").read_bytes())
    (tmp_path / "overlay.yaml").write_bytes((FIXED / "overlay" / "before.yaml").read_bytes())
    return tmp_path


def test_what_shows_only_then_is_mended_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--fix", str(folder)]) == 0
    assert (folder / "small.yaml").read_text(encoding="utf-8") == SMALL
    for kind in ("cases", "overlay"):
        assert (folder / f"{kind}.yaml").read_bytes() == (FIXED / kind / "after.yaml").read_bytes()
    shown = capsys.readouterr()
    assert shown.out == "No problems in 3 files\n"
    told = shown.err.splitlines()
    line = SMALL.split("orders / visits")[0].count("\n") + 1
    assert f"{folder / 'small.yaml'}:{line}:23: RC301 unknown name `vists` → `visits`" in told
    assert f"{folder / 'overlay.yaml'}: sections put in order" in told
    mended = [line for line in told if " RC" in line]
    assert told[-2:] == [
        "Put the sections of 1 file in order",
        f"Fixed {len(mended)} problems in 3 files, 0 left",
    ]


def test_a_file_that_is_not_given_is_not_written(folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in ("small.yaml", "cases.yaml")}
    assert main(["validate", "--fix", str(folder / "overlay.yaml")]) == 1
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_the_exit_status_is_by_what_is_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "small.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "  # more\nsuppress: []\n" + "sizes: {}\n", encoding="utf-8")
    assert main(["validate", "--fix", str(file), "--format", "json"]) == 1
    shown = capsys.readouterr()
    (left,) = json.loads(shown.out)["problems"]
    assert (left["code"], left["fix"]) == ("RC201", None)
    assert "1 left" in shown.err
    assert main(["validate", "--fix", str(file), "--lang", "zh", "--format", "concise"]) == 1
    assert capsys.readouterr().err == "没有可以修正的问题，还剩 1 个\n"
    assert main(["validate", "--fix", "--quiet", str(file)]) == 1
    assert capsys.readouterr().err == ""


def test_all_files_are_written_or_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {file: file.read_bytes() for file in folder.iterdir()}
    fixing = fix_files([folder])
    assert len(fixing.files) == 3
    # somebody saves one of them meanwhile
    other = folder / "cases.yaml"
    other.write_bytes(before[other] + b"# saved\n")
    with pytest.raises(Problems, match="has changed since it was read"):
        fixing.write()
    assert {file: file.read_bytes() for file in folder.iterdir()} == {**before, other: before[other] + b"# saved\n"}


@pytest.mark.parametrize(
    "more",
    [
        ["--data", "a.csv"], ["--dataset", "d.yaml"], ["--overlay", "o.yaml"], ["--changed-since", "HEAD"],
        ["--baseline", "b.json", "--update-baseline"],
    ],
    ids=lambda more: more[-2],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_what_does_not_go_together_is_refused(
    option: str, more: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {file: file.read_bytes() for file in folder.iterdir()}
    assert main(["validate", option, str(folder / "small.yaml"), *more]) == 2
    assert f"`{option}` does not go with" in capsys.readouterr().err
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_an_installed_pack_is_not_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--fix", "wecom-private-domain"]) == 2
    assert "not about installed packs" in capsys.readouterr().err


# -- reports -----------------------------------------------------------------------------------------------------


def test_reports_say_how_to_fix(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "it.yaml"
    # the place of a character outside the Basic Multilingual Plane counts as two in SARIF
    text = SMALL.replace("    formula: orders / visits\n", "").replace(
        "  conversion:\n", "  conversion: {title: 😀, formula: orders / vists, better: higher}\n  other:\n"
    )
    text = text.replace("  other:\n    better: higher\n    bands: [{level: poor, below: 1%}, {level: good}]\n", "")
    text = text.replace("{weights: {conversion: 1}}", "{rest: 1}")
    file.write_text(text, encoding="utf-8")
    sarif = tmp_path / "out.sarif"
    assert main(["validate", str(file), "--format", "json", "--out", f"sarif={sarif}"]) == 1
    problem = next(one for one in json.loads(capsys.readouterr().out)["problems"] if one["code"] == "RC301")
    line = file.read_text(encoding="utf-8").splitlines()[problem["line"] - 1]
    start = line.index("vists") + 1
    place = {"line": problem["line"], "column": start, "end_line": problem["line"], "end_column": start + 5}
    assert problem["fix"] == {"edits": [{**place, "text": "visits"}]}
    results = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]
    (result,) = [one for one in results if one["ruleId"] == "RC301"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == result["locations"][0]["physicalLocation"]["artifactLocation"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "visits"}
    assert replacement["deletedRegion"] == {
        "startLine": place["line"], "startColumn": start + 1, "endLine": place["line"], "endColumn": start + 6,
    }  # fmt: skip


# -- whatever stands in a file -----------------------------------------------------------------------------------


def test_right_files_stay_as_they_are(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests" / "accepted", tmp_path / "accepted")
    fixing = fix_files([tmp_path / "accepted"])
    # of some of them the sections stand in another order
    assert [one.file for one in fixing.files if one.problems] == []
    for one in fixing.files:
        assert sorted(one.before.splitlines()) == sorted(one.after.splitlines())


def test_wrong_files_become_no_worse_and_stay_so(tmp_path: Path) -> None:
    for part in ("refused", "accepted"):
        shutil.copytree(ROOT / "tests" / part, tmp_path / part)
    fixing = fix_files([tmp_path / "refused"])
    assert fixing.problems > 20
    fixing.write()
    assert fix_files([tmp_path / "refused"]).files == ()


def test_mistakes_of_every_kind_are_mended_once(tmp_path: Path) -> None:
    for part in ("rulesets", "tests/accepted"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for mutant in score.mutants(60, 4):
        file = tmp_path / mutant.text.file.relative_to(ROOT)
        file.write_text(mutant.broken, encoding="utf-8")
        first = fix_files([file])
        first.write()
        second = fix_files([file])
        assert second.files == (), mutant.kind
        assert second.left.problems == first.left.problems
        file.write_text(mutant.text.text, encoding="utf-8")
