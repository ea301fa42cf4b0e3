"""The bar on long work: only for a terminal, only after a second, and gone in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import rulecard

from .shop_runs import SHOP

pytestmark = pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")

ROWS = "shop,date,orders,visits\nA,2025-01-31,5,1000\n"
CASES = """\
cases: shop.yaml
tests:
  - name: one
    inputs: {orders: 1, visits: 10}
    expect: {metrics: {conversion: 0.1}}
"""
HIDE, SHOW, CLEAR = "\x1b[?25l", "\x1b[?25h", "\x1b[2K"
# each step is told, and takes its time
SLOW = """\
import sys, time
import rulecard
import rulecard.cli.watching as watching
{patience}
def slow(module, name, seconds):
    real = getattr(module, name)
    def slower(*given, **named):
        time.sleep(seconds)
        return real(*given, **named)
    setattr(module, name, slower)
import rulecard.files.csv_files, rulecard.data.datasets, rulecard.evaluate
import rulecard.report, rulecard.validation, rulecard.testing
slow(rulecard.files.csv_files, 'read_text', {seconds})
slow(rulecard.data.datasets, 'read_piece', {seconds})
slow(rulecard.evaluate, 'gather', {seconds})
slow(rulecard.report, 'csv_parts', {seconds})
slow(rulecard.validation, 'validate_file', {seconds})
slow(rulecard.testing, 'read_cases', {seconds})
from rulecard.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    for number in (1, 2, 3):
        (tmp_path / f"part-{number}.csv").write_text(ROWS.replace("-01-", f"-0{number}-").replace("31", "28"), "utf-8")
    for number in (1, 2):
        (tmp_path / f"cases-{number}.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def shown(
    folder: Path, arguments: list[str], *, seconds: float = 0.4, patience: float = 0.2, stop: bool = False
) -> tuple[int, str]:
    """The exit status of a command, and what it writes to a standard error that is a terminal."""
    code = SLOW.format(seconds=seconds, patience=f"watching._PATIENCE = {patience}")
    leader, follower = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=follower,
        env=environment,
    ) as process:
        os.close(follower)
        said = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # how Linux says that the other end is closed
                part = b""
            if not part:
                break
            said += part
            if stop and HIDE.encode() in said:
                process.send_signal(signal.SIGINT)
                stop = False
        status = process.wait(60)
    os.close(leader)
    return status, said.decode()


RUN = ["run", "shop.yaml", "--data", "part-*.csv", "--out", "out.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (RUN, ["Opening", "2/3", "Reading", "Computing", "Writing"]),
        ([*RUN, "--lang", "zh"], ["打开", "2/3", "读取", "计算", "写出"]),
        (["validate", "shop.yaml", "--data", "part-*.csv"], ["Opening", "2/3", "Reading"]),
        (["validate", "."], ["Checking", "/3"]),
        (["test", "."], ["Testing", "/3"]),
    ],
)
def test_long_work_shows_what_it_is_at(folder: Path, arguments: list[str], words: list[str]) -> None:
    status, said = shown(folder, arguments)
    assert status == 0
    assert [word for word in words if word not in said] == []
    assert said.rstrip().endswith(CLEAR), "nothing of the bar is left"


def test_ctrl_c_leaves_the_terminal_as_it_was(folder: Path) -> None:
    status, said = shown(folder, RUN, seconds=20, stop=True)
    assert status == 130
    assert HIDE in said
    assert said.endswith("rulecard: stopped\r\n")
    assert SHOW in said.rpartition(HIDE)[2]
    assert "Traceback" not in said


def test_short_work_shows_nothing(folder: Path) -> None:
    assert shown(folder, RUN, seconds=0, patience=30) == (0, "")


def test_a_second_is_what_nobody_minds() -> None:
    from rulecard.cli import watching

    assert watching._PATIENCE == 1.0


@pytest.mark.parametrize("quiet", [True, False])
def test_quiet_and_pipes_show_nothing(folder: Path, quiet: bool) -> None:
    if quiet:
        assert shown(folder, [*RUN, "--quiet"]) == (0, "")
    else:
        code = SLOW.format(seconds=0.4, patience="watching._PATIENCE = 0.1")
        done = subprocess.run(
            [sys.executable, "-c", code, *RUN], cwd=folder, capture_output=True, text=True, check=True
        )
        assert (done.stdout, done.stderr) == ("", "")


def test_problems_stand_below_a_bar_that_is_gone(folder: Path) -> None:
    (folder / "part-2.csv").write_text("shop,date,orders,visits\nA,2025-02-28,x,1\n", encoding="utf-8")
    status, said = shown(folder, RUN)
    assert status == 2
    bar, _, problem = said.rpartition(CLEAR)
    assert HIDE in bar
    assert "RC503" in problem
    assert "Reading" not in problem


def test_python_is_told_as_well(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    told: list[tuple[str, int, int]] = []
    result = rulecard.run("shop.yaml", "part-*.csv", progress=lambda *step: told.append(step))
    result.write("out.ndjson", progress=lambda *step: told.append(step))
    assert [step for step, _, _ in told] == sorted(
        [step for step, _, _ in told], key=["open", "read", "compute", "write"].index
    )
    assert told[:4] == [("open", 0, 3), ("open", 1, 3), ("open", 2, 3), ("read", 0, 3)]
    assert told[-1] == ("write", 3, 3)
    told.clear()
    assert rulecard.validate("shop.yaml", "part-*.csv", progress=lambda *step: told.append(step)).errors == 0
    assert told == [*(("open", number, 3) for number in range(3)), ("read", 0, 3)]
    told.clear()
    rulecard.validate(".", progress=lambda *step: told.append(step))
    assert told == [("check", number, 3) for number in (1, 2, 3)]


def test_files_of_every_kind_are_counted_as_they_are_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    rows = pl.DataFrame({"shop": "A", "date": "2025-04-30", "orders": 1, "visits": 2})
    rows.write_parquet("april.parquet")
    rows.with_columns(date=pl.lit("2025-05-31")).write_ndjson("may.ndjson")
    rows.with_columns(date=pl.lit("2025-06-30")).write_excel("june.xlsx")
    told: list[tuple[str, int, int]] = []
    files = ["april.parquet", "part-*.csv", "may.ndjson", "june.xlsx"]
    rulecard.run("shop.yaml", files, progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "open"] == [("open", number, 6) for number in range(6)]
    assert [step for step in told if step[0] == "read"][-1][2] == 6
