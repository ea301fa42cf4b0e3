"""A PostgreSQL server of the tests' own, from the system's package: in a temporary folder, on a free port.

Where there is none the tests that need it are skipped, unless RULECARD_NEEDS_POSTGRESQL is set, as it is in `.ci/run`.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER, PASSWORD = "analyst", "s3cr3t!pw"
# The account that Debian's package makes; the server refuses to run as root.
_ACCOUNT = "postgres"


@contextmanager
def server() -> Iterator[str]:
    """The address of a running server, which stops at the end."""
    programs = _programs()
    if programs is None:
        if os.environ.get("RULECARD_NEEDS_POSTGRESQL"):
            pytest.fail("there is no PostgreSQL server, and RULECARD_NEEDS_POSTGRESQL says that there must be one")
        pytest.skip("no PostgreSQL server is installed")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        secret = folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            for path in (folder, secret):
                shutil.chown(path, _ACCOUNT)
        data = folder / "data"
        _run(programs / "initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}",
             "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        port = _free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=America/New_York"
        _run(programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    found = [Path(on_path)] if on_path else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", _ACCOUNT, "--", *words]
    # the server keeps the streams of who starts it, so it gets a file to write to and none to hold open
    with tempfile.TemporaryFile() as log:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", check=False)
        log.seek(0)
        assert done.returncode == 0, f"{getpass.getuser()}: {' '.join(words)}\n{log.read().decode(errors='replace')}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
