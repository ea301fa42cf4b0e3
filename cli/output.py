"""Where output goes: results to standard output or whole into a file, all else to standard error."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import rulecard

if TYPE_CHECKING:
    from rich.console import RenderableType

# lines longer than this are hard to read, however wide the window
_READABLE = 100


def render(renderable: RenderableType, stream: TextIO | None, *, wrap: bool = True) -> str:
    """The renderable as text for `stream`: with colour only if that is a terminal; None is a file."""
    import io

    from rich.console import Console

    # rich reads NO_COLOR, FORCE_COLOR and COLUMNS itself; but a file never gets colour
    target, terminal = (io.StringIO(), False) if stream is None else (stream, None)
    console = Console(
        file=target, force_terminal=terminal, highlight=False, markup=False, emoji=False, legacy_windows=False
    )
    console.width = min(console.width, _READABLE) if wrap else console.width
    with console.capture() as capture:
        console.print(renderable, soft_wrap=not wrap)
    text = capture.get()
    return "".join(line.rstrip() + "\n" for line in text.splitlines()) if not console.is_terminal else text


def put(text: str) -> None:
    """Writes a result to standard output. A reader that left early (`| head`) is no error."""
    _write(text if text.endswith("\n") else text + "\n", sys.stdout)


def say(text: str) -> None:
    """Writes anything but a result, to standard error."""
    _write(text if text.endswith("\n") else text + "\n", sys.stderr)


def _write(text: str, stream: TextIO) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        # what is still in the buffer would fail once more when Python closes the stream
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def write_files(contents: Mapping[Path, str]) -> None:
    """Writes all files or none: each beside its target first, then renamed. Raises Problems if that cannot be."""
    moves: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            target = path.resolve()
            if target.exists() and not target.is_file():
                _write_through(target, content)
                continue
            beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
            moves.append((beside, target))
            beside.write_text(content, encoding="utf-8", newline="\n")
            if target.exists():
                shutil.copymode(target, beside)
        for beside, target in moves:
            beside.replace(target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise rulecard.Problems([_unwritable(path, reason) for path in contents]) from None
    finally:
        for beside, _ in moves:
            beside.unlink(missing_ok=True)


def _write_through(target: Path, content: str) -> None:
    """A device or a pipe is written to; it cannot be replaced."""
    with target.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(content)


def _unwritable(path: Path, reason: str) -> rulecard.Problem:
    return rulecard.Problem(
        "RC512", f"cannot write `{path}`: {reason}", hint="give `--out` a file in a folder that exists"
    )
