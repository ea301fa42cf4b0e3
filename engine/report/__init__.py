"""A result in the formats of files. `write` makes files, `streamed` what goes to a program that reads along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ..problems import Problem, Problems
from ..progress import Progress, untold
from ..whole_files import Writer, is_stream, unwritable, write_whole
from .tables import csv_parts, write_parquet

if TYPE_CHECKING:
    from ..results.result import Result

# the endings of names, and the formats that they stand for
ENDINGS = {
    ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".csv": "csv", ".parquet": "parquet", ".xlsx": "xlsx",
}  # fmt: skip
BINARY = ("parquet", "xlsx")


def write(result: Result, path: Path, format: str | None, progress: Progress = untold) -> None:
    """Writes a result to a file and those that belong to it, all or none. Raises Problems."""
    format = format or ENDINGS.get(path.suffix.lower()) or path.suffix
    if format not in ENDINGS.values():
        known = ", ".join(dict.fromkeys(ENDINGS.values()))
        raise Problems([Problem("RC509", f"there is no format `{format}` for a file", hint=f"formats are {known}")])
    try:
        alone = is_stream(path)
    except OSError as error:
        raise Problems([unwritable(path, error)]) from None
    if alone:
        write_whole({path: _into(result, format, progress)})
        return
    stem = path.name if path.suffix.lower() not in ENDINGS else path.name[: -len(path.suffix)]
    files: dict[Path, Writer] = {path: _into(result, format, progress)}
    if format == "csv":
        files = {
            path.with_name(f"{stem}.csv"): _parts(lambda: csv_parts(result.results, progress, marked=True)),
            path.with_name(f"{stem}.advice.csv"): _parts(lambda: csv_parts(result.advice, untold, marked=True)),
        }
    elif format == "parquet":
        files[path.with_name(f"{stem}.advice.parquet")] = lambda file: write_parquet(result.advice, file, result)
    elif format == "ndjson":
        header = json.dumps(result.header(), ensure_ascii=False, indent=2, allow_nan=False).encode() + b"\n"
        files[path.with_name(f"{stem}.run.json")] = lambda file: file.write(header)
    write_whole(files)


def streamed(result: Result, format: str, progress: Progress = untold) -> Iterator[bytes]:
    """The main part of a result (for tables: `results`), piece by piece."""
    if format == "json":
        yield from _json(result, progress)
    elif format == "ndjson":
        yield from _lines(result, progress)
    elif format == "csv":
        yield from csv_parts(result.results, progress, marked=False)
    else:
        whole = BytesIO()
        _into(result, format, progress)(whole)
        yield whole.getvalue()


def _into(result: Result, format: str, progress: Progress) -> Writer:
    if format == "xlsx":
        from .workbook import write_workbook

        return lambda file: write_workbook(result, file, progress)
    if format == "parquet":
        return lambda file: write_parquet(result.results, file, result)
    return _parts(lambda: streamed(result, format, progress))


def _parts(parts: Callable[[], Iterator[bytes]]) -> Writer:
    def write(file: IO[bytes]) -> None:
        for part in parts():
            file.write(part)

    return write


def _lines(result: Result, progress: Progress) -> Iterator[bytes]:
    done = 0
    for cards in result.card_structs():
        lines = BytesIO()
        cards.write_ndjson(lines)
        yield lines.getvalue()
        done += cards.height
        progress("write", done, result.wide.height)


def _json(result: Result, progress: Progress) -> Iterator[bytes]:
    """The text of `to_json`, without all cards in memory at once."""
    header = result.header()
    problems = header.pop("problems")
    before, after = (json.dumps(part, ensure_ascii=False, indent=2) for part in (header, {"problems": problems}))
    yield f'{before[:-2]},\n  "cards": ['.encode()
    done = 0
    for cards in result.card_structs():
        texts = (json.dumps(card, ensure_ascii=False, indent=2) for card in cards.iter_rows(named=True))
        parts = [text.replace("\n", "\n    ") for text in texts]
        yield f"{',' if done else ''}\n    {(',' + chr(10) + '    ').join(parts)}".encode()
        done += cards.height
        progress("write", done, result.wide.height)
    yield f"{chr(10) + '  ' if done else ''}],{after[1:]}\n".encode()
