"""What several files of tests are given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import postgresql
from .database_shop import QueryShop
from .panel_data import write_panel
from .shop_runs import Shop


@pytest.fixture(scope="session", autouse=True)
def on_no_platform() -> Iterator[None]:
    """A build server that runs the tests must not change what commands print in them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture
def shop_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    """An empty folder to write a ruleset and data in, and to run them."""
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> QueryShop:
    """An empty folder for a dataset whose one source is a query."""
    return QueryShop(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server that runs as long as the tests do."""
    with postgresql.server() as address:
        yield address


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that the panel's data is written to, which is the working directory meanwhile."""
    folder = tmp_path_factory.mktemp("panel")
    write_panel(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder
