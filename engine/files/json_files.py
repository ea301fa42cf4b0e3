"""JSON and Arrow files: a list of objects, an object on each line, or tables with types of their own."""

from __future__ import annotations

import json
import re
from pathlib import Path as FilePath

import polars as pl

from ..problems import Problem
from .opened import Opened
from .origins import Files
from .text_files import Scratch, not_utf8, read_text

_LISTS = "write it as a list of objects, [{…}, {…}], or with one object on each line as .ndjson"


def open_json(file: FilePath, name: str, how: Files, lines: bool, scratch: Scratch) -> Opened | Problem:
    """The objects of a file as rows; with `lines`, one stands on each line.

    All of them are looked at for the types of columns, so that a text that comes late makes a column of texts.
    """
    text = read_text(file, name, how.encoding, scratch)
    if isinstance(text, Problem):
        return text
    if not text.head.strip():
        return Problem("RC501", f"{name} is empty", hint="export it again, with its rows")
    first = text.head.lstrip("\ufeff \t\r\n")[:1]
    lines = lines and first != "["
    try:
        if lines or (first == "{" and _second_object(text.head)):
            frame = pl.scan_ndjson(text.path, infer_schema_length=None)
            frame.collect_schema()
        elif first == "{":
            return _an_object(text.path, name)
        else:
            frame = pl.read_json(text.path, infer_schema_length=None).lazy()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError) as error:
        return _broken(text.path, name, lines, error)
    return Opened(frame, {str(text.path): name}, encoding=text.encoding, keeps=scratch)


def _second_object(head: str) -> bool:
    """Whether a .json file is one object after another."""
    try:
        _, end = json.JSONDecoder().raw_decode(head.lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return False
    return head.lstrip("\ufeff \t\r\n")[end:].lstrip()[:1] == "{"


def _an_object(path: FilePath, name: str) -> Problem:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return _broken(path, name, False, error)
    lists = [key for key, value in found.items() if isinstance(value, list) and value]
    under = f": its rows seem to be under `{lists[0]}`" if lists else ""
    return Problem("RC500", f"{name} is a single object, not a list of rows{under}",
                   hint=f"write the list under `{lists[0]}` to a file of its own" if lists else _LISTS)  # fmt: skip


def _broken(path: FilePath, name: str, lines: bool, error: BaseException) -> Problem:
    """Where Python's own reader, which knows lines, finds the mistake that Polars met."""
    number = 1
    try:
        if lines:
            with path.open(encoding="utf-8-sig") as stream:
                for number, row in enumerate(stream, 1):
                    if row.strip():
                        found = json.loads(row, parse_constant=_no_constant)
                        if not isinstance(found, dict):
                            return Problem("RC500", f"{name} has no object in line {number}", hint=_LISTS)
        else:
            rows = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
            if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                return Problem("RC500", f"{name} holds no list of objects", hint=_LISTS)
            return _nested(name, rows)
    except json.JSONDecodeError as wrong:
        line = number if lines else wrong.lineno
        return Problem("RC500", f"{name} is not JSON in line {line}: {wrong.msg.lower()}",
                       hint="export it again; it may have been cut off")  # fmt: skip
    except UnicodeDecodeError:
        return not_utf8(path, name)
    except RecursionError:
        return Problem("RC500", f"{name} is nested too deeply", hint=_LISTS)
    except ValueError as wrong:
        where = f" in line {number}" if lines else ""
        return Problem(
            "RC500",
            f"{name} holds {wrong}{where}, which JSON does not have",
            hint="write null where there is no number",
        )
    return Problem("RC500", f"{name} cannot be read: {first_line(error)}", hint=_LISTS)


def _nested(name: str, rows: list[dict[str, object]]) -> Problem:
    keys = sorted({key for row in rows for key, value in row.items() if isinstance(value, dict | list)})
    named = f" under {', '.join(f'`{key}`' for key in keys[:5])}" if keys else ""
    return Problem(
        "RC500", f"{name} holds tables inside its rows{named}", hint="write each value under a key of its own"
    )


def _no_constant(word: str) -> float:
    raise ValueError(word)


def first_line(error: BaseException) -> str:
    """What a library says first, which is all that concerns a reader."""
    words = re.sub(r"\s+", " ", (str(error).splitlines() or [type(error).__name__])[0])
    return words[:200]
