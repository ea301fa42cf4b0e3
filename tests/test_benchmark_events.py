"""The benchmark of events at a size for tests: Rulecard gives what the code written by hand in Polars gives."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> Any:
    file = Path(__file__).parent / "benchmarks" / "events.py"
    spec = importlib.util.spec_from_file_location("events", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ENTITIES", 150)
    return module


@pytest.mark.parametrize("in_memory", [False, True])
def test_scorecards_of_events_are_those_written_by_hand(events: Any, tmp_path: Path, in_memory: bool) -> None:
    data, hand, ours = (tmp_path / f"{name}.parquet" for name in ("data", "hand", "ours"))
    # few enough for shops without an event in some months
    events.make(data, chunks=2, size=2_000)
    counted = [events.work(way, data, in_memory, out)["cards"] for way, out in (("by hand", hand), ("rulecard", ours))]
    assert 150 < counted[0] == counted[1] < 150 * 12
    events.compare(hand, ours)
