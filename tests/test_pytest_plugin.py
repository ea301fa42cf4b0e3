"""Cases as items of pytest, tried as a user does: pytest in a process of its own, which finds the plugin by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from junitparser import JUnitXml

import rulecard

from .tree import ROOT, copy_to

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RULESET = """ruleset: shop
version: 1.0.0
inputs: {orders: {}, visits: {}}
metrics:
  conversion:
    formula: orders / visits
    unit: percent
    better: higher
    bands: [{level: poor, below: 1%}, {level: good}]
"""
CASES = """# yaml-language-server: $schema=cases.schema.json
cases: ../shop.yaml
tests:
  - name: half of the visits
    inputs: {orders: 1, visits: 2}
    expect: {metrics: {conversion: 50%}}
  - {name: 半数成交, inputs: {orders: 1, visits: 2}, expect: {metrics: {conversion: 40%}, levels: {conversion: poor}}}
"""
# what belongs to other programs, or is no document of cases
OTHERS = {
    "list.yaml": "cases:\n  - name: a case of another program's\n",
    "flow.yaml": "cases: [a, b]\n",
    "later.yaml": "suite: a\ncases: shop.yaml\n",
    "empty.yml": "",
    "bytes.yaml": "\x00\x01",
    "shop.yaml": RULESET,
}
WATCH = """
import atexit, sys
HEAVY = {"polars", "narwhals", "duckdb", "yaml", "jsonschema", "jsonschema_rs", "rich", "typer", "rulecard.testing"}
atexit.register(lambda: print("loaded:", sorted(HEAVY & set(sys.modules))))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a ruleset and cases, where pytest finds the plugin by the entry point of pyproject.toml."""
    installed = tmp_path / "site" / "rulecard_plugin-1.dist-info"
    entries = PROJECT["project"]["entry-points"]["pytest11"]
    text = "".join(f"{name} = {module}\n" for name, module in entries.items())
    files = {
        installed / "METADATA": "Metadata-Version: 2.1\nName: rulecard-plugin\nVersion: 1\n",
        installed / "entry_points.txt": f"[pytest11]\n{text}",
        tmp_path / "project" / "shop.yaml": RULESET,
        tmp_path / "project" / "cases" / "conversion.yaml": CASES,
    }
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return tmp_path / "project"


def run(folder: Path, *arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Pytest where warnings are errors, with the plugin installed."""
    environment = dict(os.environ, PYTHONPATH=str(folder.parent / "site"), PYTHONWARNINGS="error", COLUMNS="200")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd or folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def outcomes(file: Path) -> list[tuple[str, bool]]:
    return [(case.name, case.is_passed) for suite in JUnitXml.fromfile(str(file)) for case in suite]


def test_each_case_is_an_item_with_its_name_file_and_line(project: Path) -> None:
    done = run(project, "-v", "--junit-xml=out.xml", "-o", "junit_family=xunit1")
    assert done.returncode == 1, done.stdout + done.stderr
    assert outcomes(project / "out.xml") == [("half of the visits", True), ("半数成交", False)]
    assert "cases/conversion.yaml::half of the visits PASSED" in done.stdout
    assert "cases/conversion.yaml::半数成交 FAILED" in done.stdout
    # counted from 0, as pytest does
    written = (project / "out.xml").read_text(encoding="utf-8")
    assert 'name="半数成交" file="cases/conversion.yaml" line="6"' in written


def test_a_failure_is_told_as_the_command_tells_it(project: Path) -> None:
    command = [sys.executable, "-m", "rulecard.cli", "test", "cases"]
    told = subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=False).stdout
    first, _, rest = told.partition("\n")
    assert first == "✖ 半数成交  cases/conversion.yaml:7"
    difference = rest[: rest.index("\n\n1 failed")]
    assert difference.startswith("cases/conversion.yaml:7:") and "expected" in difference
    assert difference in run(project).stdout
    # the place is seen from where pytest was started
    assert difference.replace("cases/", "") in run(project, cwd=project / "cases").stdout


def test_one_case_may_be_chosen(project: Path) -> None:
    assert run(project, "cases/conversion.yaml::half of the visits").returncode == 0
    assert run(project, "-k", "半数成交").returncode == 1
    assert "1 failed, 1 passed" in run(project, "-n", "2").stdout


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("cases/conversion.yaml", CASES.replace("expect", "expct"), "cases/conversion.yaml:6:5: error[RC201]"),
        ("cases/conversion.yaml", CASES.replace("conversion:", "conversn:"), "did you mean `conversion`?"),
        ("cases/conversion.yaml", CASES.replace("../shop", "../shp"), "error[RC700] there is no file ../shp.yaml"),
        ("shop.yaml", RULESET.replace("orders /", "order /"), "error[RC703] the ruleset of these cases has problems"),
    ],
    ids=["schema", "name", "no ruleset", "wrong ruleset"],
)
def test_a_document_that_cannot_be_used_is_an_error_of_collection(
    project: Path, file: str, text: str, told: str
) -> None:
    (project / file).write_text(text, encoding="utf-8")
    done = run(project)
    assert done.returncode == 2, done.stdout
    assert told in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_it_costs_nothing_where_there_are_no_cases(project: Path) -> None:
    (project / "cases" / "conversion.yaml").unlink()
    for name, text in OTHERS.items():
        (project / name).write_text(text, encoding="utf-8")
    (project / "test_own.py").write_text(WATCH + "def test_own(): pass\n", encoding="utf-8")
    done = run(project)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "loaded: []" in done.stdout


def test_collecting_cases_needs_no_frames(project: Path) -> None:
    (project / "test_own.py").write_text(WATCH, encoding="utf-8")
    done = run(project, "--collect-only", "-q")
    assert "2 tests collected" in done.stdout
    (loaded,) = [line for line in done.stdout.splitlines() if line.startswith("loaded: ")]
    assert "yaml" in loaded
    assert not {"polars", "narwhals", "duckdb", "rulecard.testing"} & set(loaded.replace("'", " ").split())


def test_the_cases_among_our_own_tests_are_not_collected(project: Path) -> None:
    folder = ROOT / "tests" / "accepted"
    assert [file.name for file in folder.glob("*.yaml") if rulecard.test(file).results] != []
    done = run(project, "--collect-only", "-c", ROOT / "pyproject.toml", folder, cwd=ROOT)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout
    # and the reason is the setting, not that none would be found
    done = run(
        project,
        "--collect-only",
        "-c",
        ROOT / "pyproject.toml",
        "-o",
        "addopts=--import-mode=importlib -q",
        folder,
        cwd=ROOT,
    )
    assert "cases.yaml::from raw rows" in done.stdout


def test_the_shipped_packs_pass(project: Path) -> None:
    copy_to(project, "rulesets")
    done = run(project, "rulesets", "--junit-xml=out.xml")
    assert done.returncode == 0, done.stdout
    assert len(outcomes(project / "out.xml")) == len(rulecard.test(ROOT / "rulesets").results)
