"""Where output goes: results to standard output or whole into a file, all else to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from rulecard import Problem, Problems

if TYPE_CHECKING:
    from rich.console import RenderableType

# lines longer than this are hard to read, however wide the window
_READABLE = 100


def render(renderable: RenderableType, stream: TextIO | None, *, wrap: bool = True) -> str:
    """The renderable as text for `stream`: with colour only if that is a terminal; None is a file."""
    import io

    from rich.console import Console

    # rich reads NO_COLOR, FORCE_COLOR and COLUMNS itself; but a file never gets colour
    terminal = False if stream is None else stream.isatty() or None
    written = io.StringIO()
    console = Console(
        file=written, force_terminal=terminal, highlight=False, markup=False, emoji=False, legacy_windows=False
    )
    console.width = min(console.width, _READABLE) if wrap else console.width
    console.print(renderable, soft_wrap=not wrap)
    text = written.getvalue()
    return "".join(line.rstrip() + "\n" for line in text.splitlines()) if not console.is_terminal else text


def put(text: str) -> None:
    """Writes a result to standard output. A reader that left early (`| head`) is no error."""
    _write(text if text.endswith("\n") else text + "\n", sys.stdout)


def say(text: str) -> None:
    """Writes anything but a result, to standard error."""
    _write(text if text.endswith("\n") else text + "\n", sys.stderr)


def put_bytes(parts: Iterable[bytes]) -> None:
    """Writes a result to standard output as it comes, in UTF-8 whatever the terminal speaks."""
    with _open(sys.stdout):
        sys.stdout.flush()
        for part in parts:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()


def _write(text: str, stream: TextIO) -> None:
    with _open(stream):
        stream.write(text)
        stream.flush()


@contextlib.contextmanager
def _open(stream: TextIO) -> Iterator[None]:
    """What is written to a stream is not missed where its reader left early; any other failure raises Problems."""
    try:
        yield
    except OSError as error:
        # what is still in the buffer would fail once more when Python closes the stream
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            message = f"cannot write to standard output: {error.strerror or error}"
            hint = "make room where it goes"
            raise Problems([Problem("RC512", message, hint=hint)]) from None
