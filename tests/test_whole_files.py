"""`--out` writes whole files or none: what was there before stays until all is written."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import rulecard
from rulecard.cli import main
from rulecard.whole_files import write_whole

from .shop_runs import Shop

resource = pytest.importorskip("resource")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="files, links and signals of POSIX")

ROWS = "shop,date,orders,visits\n" + "".join(f"S{n:05d},2025-01-31,{n % 90},1000\n" for n in range(4000))
FORMATS = ["table", "json", "ndjson", "csv", "parquet", "xlsx"]
BESIDE = {"ndjson": "out.run.json", "csv": "out.advice.csv", "parquet": "out.advice.parquet"}


@pytest.fixture
def shop(shop_runs: Shop) -> Path:
    shop_runs.write({"shops.csv": ROWS})
    return shop_runs.folder


def run(*options: str) -> int:
    return main(["run", "shop.yaml", "--data", "shops.csv", "--quiet", *options])


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("format", FORMATS)
def test_a_run_that_is_killed_leaves_the_old_file_whole(shop: Path, format: str) -> None:
    name = f"out.{format if format != 'table' else 'txt'}"
    for file in (name, BESIDE.get(format, name)):
        (shop / file).write_text(f"old {file}", encoding="utf-8")
    code = (
        "import sys, os, signal, rulecard.whole_files as w\n"
        "def die(*given):\n    print('written', flush=True)\n    signal.pause()\n"
        "w._rename = die\n"
        "from rulecard.cli import main\n"
        f"main(['run', 'shop.yaml', '--data', 'shops.csv', '--format', {format!r}, '--out', {name!r}])\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=shop, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        # everything is written, and nothing renamed yet: the last moment at which it may die
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL
    for file in (name, BESIDE.get(format, name)):
        assert (shop / file).read_text(encoding="utf-8") == f"old {file}"
    # and what it left behind is in nobody's way
    assert run("--format", format, "--out", name) == 0
    assert not (shop / name).read_bytes().startswith(b"old")


@pytest.mark.parametrize("format", FORMATS)
def test_a_disk_without_room_is_a_problem_and_the_old_file_stays(shop: Path, format: str) -> None:
    name = f"out.{format}"
    files = (name, BESIDE.get(format, name))
    for file in files:
        (shop / file).write_text(f"old {file}", encoding="utf-8")

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))

    command = [sys.executable, "-m", "rulecard.cli", "run", "shop.yaml", "--data", "shops.csv"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, "--format", format, "--out", name], cwd=shop, preexec_fn=no_room, capture_output=True, text=True,
        check=False, env=environment,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "RC512" in done.stderr
    assert "Traceback" not in done.stderr
    assert [(shop / file).read_text(encoding="utf-8") for file in files] == [f"old {file}" for file in files]
    assert hidden(shop) == []


def test_standard_output_without_room_is_a_problem(shop: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    for format in FORMATS:
        command = [sys.executable, "-m", "rulecard.cli", "run", "shop.yaml", "--data", "shops.csv", "--format", format]
        with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
            done = subprocess.run(command, cwd=shop, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (done.returncode, "RC512" in done.stderr) == (2, True), (format, done.stderr)
        assert run("--format", format, "--out", "/dev/full") == 2


@pytest.mark.parametrize("format", FORMATS)
def test_modes_are_kept_and_links_followed(shop: Path, format: str) -> None:
    target = shop / "folder" / f"real.{format}"
    target.parent.mkdir()
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    (shop / f"link.{format}").symlink_to(target)
    assert run("--format", format, "--out", f"link.{format}") == 0
    assert (shop / f"link.{format}").is_symlink()
    assert not target.read_bytes().startswith(b"old")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert hidden(shop) == hidden(target.parent) == []


def test_a_new_file_has_the_mode_of_any_new_file(shop: Path) -> None:
    (shop / "other").touch()
    assert run("--out", "new.xlsx") == 0
    assert (shop / "new.xlsx").stat().st_mode == (shop / "other").stat().st_mode


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("no/such/x.json", "make the folder"),
        ("no/such/x.parquet", "make the folder"),
        ("no/such/x.xlsx", "make the folder"),
        (".", "it is a folder"),
        ("shop.yaml/x.csv", "Not a directory"),
        ("x" * 300 + ".csv", "name too long"),
    ],
)
def test_what_cannot_be_written_is_a_problem(
    shop: Path, out: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--out", out, "--format", out.rpartition(".")[2] or "csv") == 2
    written = capsys.readouterr()
    assert said in written.err
    assert "RC512" in written.err
    assert "Traceback" not in written.err
    assert hidden(shop) == []


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_may_not_be_written_to_is_a_problem(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "closed").mkdir(mode=0o555)
    assert run("--out", "closed/x.json") == 2
    assert "that you may write to" in capsys.readouterr().err


def test_of_several_files_none_is_new_where_one_cannot_be(shop: Path) -> None:
    (shop / "first").write_text("old", encoding="utf-8")
    contents = {shop / "first": b"new", shop / "second": b"new", shop / "third": b"new"}
    real = Path.replace

    def fails_at_third(self: Path, target: Path) -> Path:
        if target.name == "third":
            raise PermissionError(13, "in use")
        return real(self, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", fails_at_third)
        with pytest.raises(rulecard.Problems, match="in use"):
            write_whole({path: lambda file, content=content: file.write(content) for path, content in contents.items()})
    assert (shop / "first").read_text(encoding="utf-8") == "old"
    assert not (shop / "second").exists()
    assert hidden(shop) == []


@pytest.mark.parametrize("format", ["ndjson", "csv", "parquet", "xlsx", "table"])
def test_standard_output_by_its_name_adds_to_what_is_there(shop: Path, format: str) -> None:
    command = [sys.executable, "-m", "rulecard.cli", "run", "shop.yaml", "--data", "shops.csv", "--quiet"]
    with (shop / "log").open("ab") as log:
        log.write(b"before\n")
        log.flush()
        done = subprocess.run([*command, "--format", format, "--out", "/dev/stdout"], cwd=shop, stdout=log, check=False)
    assert done.returncode == 0
    printed = subprocess.run([*command, "--format", format], cwd=shop, stdout=subprocess.PIPE, check=True).stdout
    assert (shop / "log").read_bytes() == b"before\n" + printed
    assert hidden(shop) == []
    assert [path for path in Path("/dev").iterdir() if path.name.startswith("stdout.")] == []


def test_a_named_pipe_is_written_to(shop: Path) -> None:
    os.mkfifo(shop / "pipe.ndjson")
    command = [sys.executable, "-m", "rulecard.cli", "run", "shop.yaml", "--data", "shops.csv", "--out", "pipe.ndjson"]
    with subprocess.Popen(command, cwd=shop) as process:
        lines = (shop / "pipe.ndjson").read_bytes().splitlines()
        assert process.wait(60) == 0
    assert len(lines) == 4000
    assert stat.S_ISFIFO((shop / "pipe.ndjson").stat().st_mode)


def test_ctrl_c_ends_with_130_and_one_line(shop: Path) -> None:
    (shop / "out.xlsx").write_text("old", encoding="utf-8")
    command = [sys.executable, "-m", "rulecard.cli", "run", "shop.yaml", "--data", "shops.csv", "--out", "out.xlsx"]
    with subprocess.Popen(command, cwd=shop, stderr=subprocess.PIPE, text=True) as process:
        # its own folder is where rows wait; once there is a file beside the target, it is writing
        until = time.monotonic() + 60
        while not hidden(shop) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (130, "rulecard: stopped\n")
    assert (shop / "out.xlsx").read_text(encoding="utf-8") == "old"
    assert hidden(shop) == []
