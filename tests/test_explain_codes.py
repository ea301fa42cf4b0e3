"""Each problem code has a page whose wrong example gives that problem and no other, and whose right one gives none."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from rulecard.cli import main
from rulecard.codes import CODES, page, summary_of

from .tree import ROOT

TEXTS = ROOT / "engine" / "explanations"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"# ([\w.-]+(?:/[\w.-]+)*\.\w+)\n")
_CODE = re.compile(r"\[(RC[0-9]{3})\]")


def parts(code: str) -> tuple[str, str, str]:
    """What a page tells, its wrong example and its right one."""
    told, _, examples = page(code).partition("\n## Wrong\n")
    wrong, _, right = examples.partition("\n## Right\n")
    return told, wrong, right


def found_by(example: str, folder: Path) -> set[str]:
    """The codes that come up when the files of an example are written and its commands are run."""
    commands = []
    names = []
    for language, text in _BLOCK.findall(example):
        if language == "sh":
            commands += text.splitlines()
            continue
        named = _NAME.match(text)
        assert named, f"a block without a name: {text}"
        names.append(named[1])
        file = folder / named[1]
        file.parent.mkdir(parents=True, exist_ok=True)
        # a comment is no part of a table, and of YAML whose first line may matter
        file.write_text(text[named.end() :], encoding="utf-8")
    assert commands or names, "an example shows something"
    written = "".join(map(run, commands or ["rulecard validate ."]))
    return set(_CODE.findall(written))


def run(command: str) -> str:
    """What a command writes, to both streams."""
    words = shlex.split(command)
    if words[0] == "rulecard" and "&&" not in words:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(words[1:])
        assert status in (0, 1, 2), err.getvalue()
        return out.getvalue() + err.getvalue()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_code_has_a_text_and_each_text_a_code() -> None:
    assert sorted(file.stem for file in TEXTS.iterdir()) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_what_and_why_and_shows_it(code: str) -> None:
    told, wrong, right = parts(code)
    assert told.startswith(f"# {code}: {CODES[code]}\n\n")
    assert len(told.split()) > 20
    assert 20 < len(summary_of(code)) <= 1024, "code scanning shows so much of it"
    assert _BLOCK.search(wrong) and _BLOCK.search(right)
    assert wrong != right


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_is_wrong_in_that_way_alone(code: str, folder: Path) -> None:
    assert found_by(parts(code)[1], folder) == {code}


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_is_right(code: str, folder: Path) -> None:
    assert found_by(parts(code)[2], folder) == set()


@pytest.mark.parametrize("written", ["RC301", "rc301", " 301 "])
def test_explain_prints_the_page(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", written]) == 0
    assert capsys.readouterr().out == page("RC301")


def test_a_page_is_set_for_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert main(["explain", "RC301"]) == 0
    out = capsys.readouterr().out
    assert "\x1b[" in out
    text = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert "RC301: unknown name" in text
    assert "conversion: {formula: orders / vists}" in text
    assert "```" not in text and "## " not in text


@pytest.mark.parametrize(
    ("written", "said"),
    [("RC3011", "did you mean RC301: unknown name?"), ("RC302l", "did you mean RC302"), ("hello", "such as RC301")],
)
def test_a_code_that_is_not_there(written: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", written]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""
