"""The files of a source: which there are, of what kind each is, and which of them are read as one."""

from __future__ import annotations

import glob
from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import count
from os import fspath
from pathlib import Path as FilePath

import polars as pl

from ..problems import Problem
from ..progress import Progress, untold
from ..suggest import nearest
from .csv_files import open_csv
from .disguises import ARROW, JSON, NDJSON, PARQUET, TEXT, WORKBOOK, kind_of, wrong_kind
from .encodings import known_encoding
from .json_files import first_line, open_json
from .opened import FILE, Opened
from .origins import Files
from .remote_files import is_address, open_address
from .text_files import Scratch
from .workbooks import open_workbook

_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".bz2", ".xz", ".gz", ".zst")
_ENCODINGS = ("utf-8", "gb18030", "gbk", "big5", "utf-16", "cp1252", "latin-1", "shift_jis", "euc-kr", "cp1251")


def open_files(
    files: Files, wanted: Collection[str] = (), whole: bool = False, progress: Progress = untold
) -> tuple[list[Opened], list[Problem]]:
    """The rows of the files, those alike together, and what is wrong; warnings leave the rows as they are.

    `wanted` are the names of the columns needed, as the files have them. With `whole` no text file is taken for UTF-8
    by its beginning alone.
    """
    problems = wrong_words(files)
    if problems:
        return [], problems
    if not files.paths:
        return [], [Problem("RC500", "the list of files is empty", hint="name at least one")]
    scratch = Scratch()
    texts: list[tuple[FilePath, str]] = []
    tables: list[tuple[FilePath, str]] = []
    opened: list[Opened] = []
    taken: set[str] = set()
    order: dict[str, int] = {}
    paths = [path for given in files.paths for path in expanded(given)]
    number = count()

    def told() -> None:
        progress("open", next(number), len(paths))

    for path in paths:
        order.setdefault(path, len(order))
        if is_address(path) or kind_of(path) not in (*TEXT, *PARQUET, *ARROW):
            told()
        found = open_address(path, files, wanted) if is_address(path) else _found(path, taken)
        if isinstance(found, Problem):
            problems.append(found)
        elif isinstance(found, Opened):
            opened.append(found)
        elif kind_of(path) in TEXT:
            texts.append((found, path))
        elif kind_of(path) in (*PARQUET, *ARROW):
            tables.append((found, path))
        elif kind_of(path) in WORKBOOK and isinstance(files.sheet, tuple):
            sheets, wrong = _open_sheets(found, path, files, wanted)
            order.update({name: order[path] for one in sheets for name in one.names.values()})
            opened += sheets
            problems += wrong
        else:
            one = _open_other(found, path, files, wanted, scratch)
            (problems if isinstance(one, Problem) else opened).append(one)  # type: ignore[arg-type]
    for group, wrong in (open_csv(texts, files, wanted, scratch, whole, told), _open_tables(tables, told)):
        opened += group
        problems += wrong
    return sorted(opened, key=lambda one: min((order[name] for name in one.names.values()), default=0)), problems


def wrong_words(files: Files) -> list[Problem]:
    """What cannot be meant by what is said of how files are written."""
    problems = []
    if files.encoding is not None and not known_encoding(files.encoding):
        guess = nearest(files.encoding, _ENCODINGS)
        hint = f"did you mean `{guess}`?" if guess else f"such as {', '.join(_ENCODINGS[:6])}"
        problems.append(Problem("RC509", f"there is no encoding `{files.encoding}`", hint=hint))
    for what in ("separator", "decimal", "thousands"):
        mark = getattr(files, what)
        if mark is not None and (len(mark) != 1 or (not mark.isascii() and what == "separator") or mark in '"\n\r'):
            problems.append(Problem("RC509", f"`{what}` is a single character, not {mark!r}", hint=f'`{what}: ";"`'))
        elif mark is not None and what != "separator" and (mark.isalnum() or mark in "+-"):
            problems.append(Problem("RC509", f"`{what}` cannot be {mark!r}", hint=f'`{what}: ","`'))
    if files.decimal is not None and files.decimal == files.thousands:
        problems.append(Problem("RC509", f"`decimal` and `thousands` are both {files.decimal!r}",
                                hint='1.234,56 is `decimal: ","` and `thousands: "."`'))  # fmt: skip
    if files.header is not None and files.header < 0:
        problems.append(Problem("RC509", f"`header` is a row from 1 on, not {files.header}", hint="0 is for none"))
    return problems


def expanded(path: str) -> list[str]:
    """Files of a pattern in the order of their names; a plain path is itself."""
    if is_address(path) or FilePath(path).exists() or not glob.has_magic(path):
        return [path]
    return sorted(glob.glob(path, recursive=True)) or [path]  # noqa: PTH207 - the pattern may be absolute


def _found(path: str, taken: set[str]) -> FilePath | Problem:
    """A file that is there, given once, and of the kind that its name says."""
    file = FilePath(path)
    try:
        if not file.exists():
            return Problem("RC500", f"there is no file {path}", hint=_beside(file))
        if file.is_dir():
            return Problem("RC500", f"{path} is a folder", hint=f'name its files, such as "{path}/*.csv"')
        kind = kind_of(path)
        if kind not in (*TEXT, *PARQUET, *JSON, *NDJSON, *ARROW, *WORKBOOK):
            hint = "its name should end in .csv, .tsv, .txt, .xlsx, .parquet, .json, .ndjson or .arrow"
            if kind in (".yaml", ".yml"):
                hint = "a dataset document is given by `--dataset`, in Python by `dataset=`"
            return Problem("RC500", f"{path} is of no kind that can be read",
                           hint="unpack it first" if kind in _ARCHIVES else hint)  # fmt: skip
        same = fspath(file.resolve())
        if same in taken:
            # every sum would be twice what it is
            return Problem("RC500", f"{path} is given twice", hint="give each file once")
        taken.add(same)
        return wrong_kind(file, path) or file
    except (OSError, ValueError) as error:
        return Problem("RC500", f"{path} cannot be read: {first_line(error)}", hint="may it be read by you?")


def _beside(file: FilePath) -> str:
    """Where a file was looked for, and what is there that may be meant."""
    looked = f"looked in {file.absolute().parent}"
    try:
        guess = nearest(file.name, sorted(other.name for other in file.parent.iterdir()))
    except (OSError, ValueError):
        guess = None
    return f"did you mean `{guess}`? {looked}" if guess else looked


def _open_other(file: FilePath, name: str, files: Files, wanted: Collection[str], scratch: Scratch) -> Opened | Problem:
    if kind_of(name) in WORKBOOK:
        return open_workbook(file, name, files, wanted)
    return open_json(file, name, files, kind_of(name) in NDJSON, scratch)


def _open_sheets(
    file: FilePath, path: str, files: Files, wanted: Collection[str]
) -> tuple[list[Opened], list[Problem]]:
    """The sheets of a workbook that are named, each once."""
    opened: dict[str | None, Opened] = {}
    problems = []
    for sheet in files.sheet if isinstance(files.sheet, tuple) else ():
        one = open_workbook(file, path, replace(files, sheet=sheet), wanted)
        if isinstance(one, Problem):
            problems.append(one)
        elif one.sheet in opened:
            # every sum would be twice what it is
            problems.append(Problem("RC500", f"the sheet `{one.sheet}` of {path} is given twice", hint="name it once"))
        else:
            opened[one.sheet] = replace(one, names={str(file): f"{path} ({one.sheet})"})
    return list(opened.values()), problems


def _open_tables(files: list[tuple[FilePath, str]], told: Callable[[], None]) -> tuple[list[Opened], list[Problem]]:
    """Parquet and Arrow files, those of the same columns and types in one scan."""
    problems: list[Problem] = []
    alike: dict[tuple[object, ...], list[tuple[FilePath, str]]] = {}
    for file, name in files:
        told()
        try:
            arrow = kind_of(name) in ARROW
            stream = arrow and not _starts(file, b"ARROW1")
            schema = _scan([file], arrow, stream, False).collect_schema()
            alike.setdefault((arrow, file if stream else None, *schema.items()), []).append((file, name))
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
            message = f"{name} cannot be read, it may be damaged or cut off: {first_line(error)}"
            problems.append(Problem("RC500", message, hint="write it again, or give another file"))
    opened = [
        Opened(_scan([file for file, _ in group], bool(key[0]), key[1] is not None, len(group) > 1),
               {str(file): name for file, name in group})
        for key, group in alike.items()
    ]  # fmt: skip
    return opened, problems


def _scan(files: list[FilePath], arrow: bool, stream: bool, several: bool) -> pl.LazyFrame:
    paths = FILE if several else None
    if stream:
        return pl.read_ipc_stream(files[0]).lazy()
    if arrow:
        return pl.scan_ipc(files, include_file_paths=paths)
    return pl.scan_parquet(files, glob=False, include_file_paths=paths)


def _starts(file: FilePath, beginning: bytes) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(beginning)) == beginning
