"""Files that are written whole or not at all, several together."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path as FilePath
from typing import IO, TypeAlias

from .problems import Problem, Problems

Writer: TypeAlias = Callable[[IO[bytes]], object]

_OPEN = re.compile(r"/dev/(stdout|stderr|fd/\d+)|/proc/[^/]+/fd/\d+")


def write_whole(contents: Mapping[FilePath, Writer]) -> None:
    """Writes all files or none: each beside its target first, then renamed; modes are kept and links followed.

    Raises Problems if that cannot be; then what was there before is there still.
    """
    leftovers: list[FilePath] = []
    try:
        try:
            _rename(_written(contents, leftovers), leftovers)
        finally:
            _remove(leftovers)
    finally:
        # Ctrl-C may come twice, from Polars and from Python, and the second time while the first is cleaned up
        _remove(leftovers)


def _written(contents: Mapping[FilePath, Writer], leftovers: list[FilePath]) -> list[tuple[FilePath, FilePath]]:
    """Writes each file beside its target; gives both. `leftovers` takes what must be gone in the end."""
    moves: list[tuple[FilePath, FilePath]] = []
    for path, write in contents.items():
        try:
            if is_stream(path):
                _write_through(path, write)
                continue
            target = path.resolve()
            # short, since a name that may just be so long has no room for more
            beside = target.with_name(f".rulecard-{os.getpid()}-{len(moves)}.tmp")
            leftovers.append(beside)
            with beside.open("wb") as stream:
                write(stream)
            if target.exists():
                shutil.copymode(target, beside)
        except OSError as error:
            raise Problems([unwritable(path, error)]) from None
        moves.append((beside, target))
    return moves


def is_stream(path: FilePath) -> bool:
    """Whether a path leads to a device, a pipe or a file that is open already: they are added to and not replaced."""
    if path.is_dir():
        raise IsADirectoryError(21, "it is a folder")
    return bool(_OPEN.fullmatch(str(path))) or (path.exists() and not path.is_file())


def unwritable(path: FilePath, error: OSError) -> Problem:
    """The problem of a file that cannot be written, with what the system says of it."""
    parent = path.resolve().parent
    if isinstance(error, FileNotFoundError) and not parent.is_dir():
        hint = f"make the folder {parent} first"
    elif isinstance(error, PermissionError):
        hint = "close it where it is open, or give `--out` a folder that you may write to"
    else:
        hint = "give `--out` a file in a folder that exists and has room"
    return Problem("RC512", f"cannot write `{path}`: {error.strerror or error}", hint=hint)


def _write_through(path: FilePath, write: Writer) -> None:
    # first elsewhere: some formats go back to their beginning, which a pipe cannot
    with tempfile.TemporaryFile() as whole:
        write(whole)
        whole.seek(0)
        # a reader that left early has seen what it wanted
        with suppress(BrokenPipeError), path.open("ab", buffering=0) as stream:
            shutil.copyfileobj(whole, stream)


def _rename(moves: list[tuple[FilePath, FilePath]], leftovers: list[FilePath]) -> None:
    """Puts each file in its place; where one cannot be, those before it get back what they were."""
    with ExitStack() as undo:
        for number, (beside, target) in enumerate(moves):
            before = target.with_name(f".rulecard-{os.getpid()}-{number}.old")
            # a single file needs no way back; a file system without links has none
            if len(moves) > 1:
                with suppress(OSError):
                    os.link(target, before)
                    leftovers.append(before)
            existed = target.exists()
            try:
                beside.replace(target)
            except OSError as error:
                raise Problems([unwritable(target, error)]) from None
            undo.callback(_restore, target, before, existed)
        undo.pop_all()


def _remove(leftovers: list[FilePath]) -> None:
    for path in leftovers:
        with suppress(OSError):
            path.unlink()


def _restore(target: FilePath, before: FilePath, existed: bool) -> None:
    with suppress(OSError):
        if before.exists():
            before.replace(target)
        elif not existed:
            target.unlink()
