"""Many files are checked on several cores, and nothing of what is found depends on that."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import rulecard

GOOD = "ruleset: r{number}\nversion: 1.0.0\ninputs: {{x: {{}}}}\nmetrics: {{m: {{formula: x * {number}}}}}\n"
BAD = "ruleset: r{number}\nversion: 1.0.0\ninputs: {{x: {{}}}}\nmetrics:\n  m: {{formula: x + y{number}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(1, 101):
        text = (BAD if number % 10 == 0 else GOOD).format(number=number)
        (tmp_path / f"r{number:03}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def validated(*paths: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "rulecard.cli", "validate", *map(str, paths), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    # what --fix would do is the report's own
    return {**report, "problems": [{k: v for k, v in one.items() if k != "fix"} for one in report["problems"]]}


def test_all_files_together_give_what_each_gives_alone(folder: Path) -> None:
    together = validated(folder)
    assert (together["files"], together["errors"]) == (100, 10)
    alone = [rulecard.validate([file]) for file in sorted(folder.iterdir())]
    assert together["problems"] == [problem.to_dict() for found in alone for problem in found.problems]


def test_beside_a_frame_library_the_same_is_found(folder: Path) -> None:
    assert "polars" in sys.modules or __import__("polars")
    assert [problem.to_dict() for problem in rulecard.validate([folder]).problems] == validated(folder)["problems"]


def test_ctrl_c_ends_all_of_it_without_a_traceback(folder: Path) -> None:
    big = (folder / "r001.yaml").read_text(encoding="utf-8")
    big += "".join(f"  m{number}: {{formula: x * {number}}}\n" for number in range(2, 400)).replace("}}", "}")
    text = big.replace("metrics: {m: {formula: x * 1}}", "metrics:\n  m: {formula: x * 1}")
    for number in range(400):
        (folder / f"s{number}.yaml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "rulecard.cli", "validate", str(folder)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    out, error = running.communicate(timeout=20)
    assert "Traceback" not in out + error
    assert running.returncode not in (0, 1)
