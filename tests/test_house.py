"""The rules of the house: style, types, one-way imports, files of a size to read in one sitting."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from collections.abc import Sequence

import pytest

import rulecard

from .tree import ROOT, files

PYTHON = [file for file in files("engine", "cli", "tests", "docs") if file.suffix == ".py"]
LONGEST = 300
# file: why it may be longer
LONGER = {
    "engine/scoring/compile.py": "the scorecard from inputs to advice in one read",
    "engine/words.py": "one table of our own words in both languages",
    "engine/language/model.py": "the whole of a ruleset as values, in the order of its chapters",
    "tests/test_yaml.py": "one table of what YAML may hold",
}
# names that say nothing of what lives in a file
EMPTY_NAMES = {"base", "common", "core", "helper", "helpers", "misc", "util", "utils"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["-m", "ruff", "check", "--no-cache", "."],
        ["-m", "ruff", "format", "--check", "--no-cache", "."],
        ["-m", "mypy"],
        ["-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
    ],
    ids=["ruff check", "ruff format", "mypy --strict", "import-linter"],
)
def test_tool(arguments: Sequence[str]) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_no_setting_makes_the_tools_look_away() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert settings["mypy"]["strict"] is True
    overrides = settings["mypy"]["overrides"]
    assert [set(override) for override in overrides] == [{"module", "ignore_missing_imports"}]
    assert {"ignore_errors", "exclude", "disable_error_code"} & set(settings["mypy"]) == set()
    contracts = settings["importlinter"]["contracts"]
    assert [contract["name"] for contract in contracts if "ignore_imports" in contract] == []
    assert [contract["type"] for contract in contracts if contract.get("exhaustive")] == ["layers"]
    assert settings["pytest"]["ini_options"]["filterwarnings"] == ["error"]


def test_files_are_of_a_size_to_read_in_one_sitting() -> None:
    lines = {str(file): len((ROOT / file).read_text(encoding="utf-8").splitlines()) for file in PYTHON}
    assert len(lines) > 100
    assert {name: count for name, count in lines.items() if count > LONGEST and name not in LONGER} == {}
    assert [name for name in LONGER if lines.get(name, 0) <= LONGEST] == [], "an exception that is not needed any more"


def test_files_are_named_for_what_lives_in_them() -> None:
    assert [str(file) for file in PYTHON if file.stem.strip("_") in EMPTY_NAMES] == []


@pytest.mark.parametrize("name", sorted(set(rulecard.__all__) - {"__version__"}))
def test_public_names_say_what_goes_in_and_out(name: str) -> None:
    public = getattr(rulecard, name)
    assert len((inspect.getdoc(public) or "").split()) >= 5
    if inspect.isclass(public):
        # a dataclass without a text of its own is given its signature as one
        assert not (inspect.getdoc(public) or "").startswith(f"{name}(")
