"""The same work for each of many items, on all cores."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

# below, starting processes costs more than it saves
_WORTH_IT = 32
_TOGETHER = 8

# what a process was started for; handed over once, since it may be long
_work: Callable[[Any], Any]


def each(work: Callable[[Item], Outcome], items: Sequence[Item]) -> Iterator[Outcome]:
    """What `work` gives for each item, in order; items and outcomes must be fit to be sent to another process."""
    cores = min(_cores(), len(items) // _WORTH_IT + 1)
    if cores < 2 or not _may_fork():
        return map(work, items)
    return _spread(work, items, cores)


def _spread(work: Callable[[Item], Outcome], items: Sequence[Item], cores: int) -> Iterator[Outcome]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    try:
        pool = ProcessPoolExecutor(cores, get_context("fork"), _begin, (work,))
    except (ImportError, NotImplementedError, OSError):
        # containers without shared memory
        yield from map(work, items)
        return
    try:
        yield from pool.map(_do, items, chunksize=_TOGETHER)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(work: Callable[[Any], Any]) -> None:
    global _work  # noqa: PLW0603
    _work = work
    # Ctrl-C is for the process that started this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _do(item: Any) -> Any:
    return _work(item)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def _may_fork() -> bool:
    # Polars has threads, and beside threads a forked process may wait for ever; elsewhere than on Linux processes
    # start by importing the user's own script again
    return sys.platform == "linux" and "polars" not in sys.modules
