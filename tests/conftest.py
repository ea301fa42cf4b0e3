"""What several files of tests are given."""

from __future__ import annotations

from pathlib import Path

import pytest

from .shop_runs import Shop


@pytest.fixture
def shop_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    """An empty folder to write a ruleset and data in, and to run them."""
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)
