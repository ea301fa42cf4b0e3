"""A progress bar for work that takes longer than a second, where somebody sits and waits."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rulecard.progress import Progress, untold
from rulecard.words import word

if TYPE_CHECKING:
    from rich.progress import Progress as Display

_PATIENCE = 1.0  # seconds that nobody minds


@contextmanager
def watching(language: str | None, *, quiet: bool) -> Iterator[Progress]:
    """Gives what the work is to be told; the bar stands on standard error and is gone when the work ends."""
    if quiet or not sys.stderr.isatty():
        yield untold
        return
    bar = _Bar(language or "en")
    timer = threading.Timer(_PATIENCE, bar.show)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield bar.tell
        finally:
            timer.cancel()
            bar.hide()
    finally:
        # Ctrl-C may come twice, from Polars and from Python; a terminal must not be left without its cursor
        bar.hide()


class _Bar:
    """Told of steps from the first moment on, shown only when it is time."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.lock = threading.Lock()
        self.over = False
        self.state = ("compute", 0, 0)
        self.display: Display | None = None
        self.shown = ""

    def tell(self, step: str, done: int, total: int) -> None:
        with self.lock:
            self.state = (step, done, total)
            self._update()

    def show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        with self.lock:
            if self.over:
                return
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[count]}"),
            )
            self.display = Progress(
                *columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True,
                redirect_stdout=False, redirect_stderr=False,
            )  # fmt: skip
            self._update()
            self.display.start()

    def hide(self) -> None:
        with self.lock:
            self.over = True
            if self.display is not None:
                self.display.stop()

    def _update(self) -> None:
        if self.display is None:
            return
        step, done, total = self.state
        count = f"{done:,}/{total:,}" if total else ""
        if step != self.shown:
            for task in self.display.task_ids:
                self.display.remove_task(task)
            self.display.add_task(word(f"step.{step}", self.language), total=total or None, completed=done, count=count)
            self.shown = step
        else:
            self.display.update(self.display.task_ids[0], total=total, completed=done, count=count)
