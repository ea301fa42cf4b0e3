"""Starting up: what is imported, how a wrong call ends, what a fault of Rulecard's own looks like."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import rulecard
from rulecard.cli import main

HEAVY = {"polars", "narwhals", "jsonschema", "pydantic", "pandas", "numpy", "duckdb"}
RULESET = "ruleset: a\nversion: 1.0.0\ninputs: {x: {}}\nmetrics: {m: {formula: x * 2}}\n"


def imported(arguments: list[str], folder: Path) -> set[str]:
    """The top-level modules that a command has imported when it is done."""
    code = (
        "import sys; from rulecard.cli import main; status = main(sys.argv[1:]);"
        "print('\\n' + ' '.join({m.split('.')[0] for m in sys.modules})); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        ["run", "--help"],
        ["validate", "a.yaml"],
        ["validate", "a.yaml", "--format", "sarif", "--out", "junit=a.xml"],
        ["explain", "RC301"],
        ["schema", "ruleset"],
        ["diff", "a.yaml", "a.yaml"],
    ],
)
def test_what_needs_no_data_loads_no_heavy_library(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RULESET, encoding="utf-8")
    modules = imported(arguments, tmp_path)
    assert "typer" in modules
    assert modules & HEAVY == set()


def test_the_version_is_the_packages_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rulecard {rulecard.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["run"], "Missing argument 'RULESET'"),
        (["run", "x.yaml", "--lang", "fr"], "'fr' is not one of 'zh', 'en'"),
        (["run", "x.yaml", "--format", "pdf"], "'pdf' is not one of"),
        (["run", "x.yaml", "--no-such-option"], "No such option: --no-such-option"),
    ],
)
def test_a_wrong_call_is_explained_on_standard_error(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert written.out == ""


@pytest.mark.parametrize("fault", [RuntimeError("something\n inside broke"), MemoryError(), RecursionError("deep")])
def test_a_fault_of_its_own_ends_with_3_and_asks_for_a_report(
    fault: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: object) -> int:
        raise fault

    monkeypatch.setattr("rulecard.cli.run.run_data", break_down)
    monkeypatch.delenv("RULECARD_TRACEBACK", raising=False)
    assert main(["run", "x.yaml"]) == 3
    written = capsys.readouterr()
    assert f"internal error: {type(fault).__name__}" in written.err
    assert "report it" in written.err
    assert "Traceback" not in written.err
    monkeypatch.setenv("RULECARD_TRACEBACK", "1")
    assert main(["run", "x.yaml"]) == 3
    assert "Traceback" in capsys.readouterr().err
