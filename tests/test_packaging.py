"""What is installed: one name, with just the files of this project, and it works from an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

import rulecard

from .tree import ROOT, copy_to, files

PLACES = {"engine": "rulecard", "cli": "rulecard/cli", "schemas": "rulecard/schemas", "rulesets": "rulecard/rulesets"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    # without PYTHONPATH and the like, which could bring the package in by another way
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the project, so that nothing which an earlier build left behind is in the wheel."""
    names = ("engine", "cli", "schemas", "rulesets", "pyproject.toml", "README.md", "LICENSE")
    return copy_to(tmp_path_factory.mktemp("project"), *names)


@pytest.fixture(scope="module")
def wheel(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    # without isolation the build takes setuptools from where the tests run, and needs no network
    run(*pip, "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, ".", cwd=tree)
    (built,) = folder.glob("*.whl")
    return built


def expected() -> list[str]:
    """Where each file of the project must be in the wheel."""
    return sorted("/".join((PLACES[file.parts[0]], *file.parts[1:])) for file in files(*PLACES))


def test_the_wheel_holds_just_the_files_of_the_project(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = [name for name in archive.namelist() if not name.split("/")[0].endswith(".dist-info")]
    assert sorted(held) == expected()
    assert {name.split("/")[0] for name in held} == {"rulecard"}
    assert wheel.name == f"rulecard-{rulecard.__version__}-py3-none-any.whl"


def test_the_version_is_written_once_more_and_the_same() -> None:
    assert PROJECT["project"]["version"] == rulecard.__version__


def test_every_folder_with_code_is_named_as_a_package() -> None:
    with_code = {
        "/".join((PLACES[file.parts[0]], *file.parts[1:-1])) for file in files(*PLACES) if file.suffix == ".py"
    }
    assert sorted(name.replace("/", ".") for name in with_code) == sorted(PROJECT["tool"]["setuptools"]["packages"])


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own that borrows the libraries of this one, but not the way to this project."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    (borrowed,) = {str(Path(module.__file__ or "").parents[1]) for module in (pytest,)}
    (site,) = folder.glob("lib/python*/site-packages")
    # at the end of the path, and .pth files in there are not read, so an editable install of this project is not seen
    (site / "borrowed.pth").write_text(borrowed, encoding="utf-8")
    return folder


def install(environment: Path, tree: Path, *arguments: object) -> Path:
    """Install with the pip of this environment into the other; gives that one's site-packages."""
    python = environment / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "-q", "--no-deps", "--no-build-isolation", "--no-index", *arguments, cwd=tree)
    (site,) = environment.glob("lib/python*/site-packages")
    return site


@pytest.mark.parametrize("editable", [False, True], ids=["plain", "editable"])
def test_it_works_from_an_empty_folder(
    editable: bool, environment: Path, tree: Path, wheel: Path, tmp_path: Path
) -> None:
    before = {"borrowed.pth"}
    how: Sequence[object] = ("-e", ".") if editable else ("--force-reinstall", wheel)
    site = install(environment, tree, *how)
    ours = {entry.name for entry in site.iterdir()} - before
    names = {f"__editable__.rulecard-{rulecard.__version__}.pth"} if editable else {"rulecard"}
    assert ours == names | {f"rulecard-{rulecard.__version__}.dist-info"}
    where = run(environment / "bin" / "python", "-c", "import rulecard.cli; print(rulecard.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(tree if editable else site)
    shown = run(environment / "bin" / "rulecard", "demo", "--format", "json", cwd=tmp_path)
    assert len(json.loads(shown.stdout)["cards"]) > 100
    assert shown.stderr == ""
    assert list(tmp_path.iterdir()) == []
