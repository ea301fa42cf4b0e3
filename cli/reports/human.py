"""Problems for a person: each with its line quoted, then what was read, then how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rulecard.words import word

from ..problems import counted, human, summary

if TYPE_CHECKING:
    from rulecard.validation import Validation

    from . import Reader


def report(found: Validation, reader: Reader) -> str:
    text = human(found.problems, reader.language, reader.stream)
    if not reader.quiet:
        text += ("\n" if text else "") + "".join(_read(found.sources, reader.language))
        text += summary(found, reader.language) + "\n"
    return text


def _read(sources: Iterable[Mapping[str, Any]], language: str) -> Iterable[str]:
    """A line for each source: how many rows of it were read, and from where."""
    files: dict[str, list[Mapping[str, Any]]] = {}
    for file in sources:
        files.setdefault(file["name"], []).append(file)
    for name, read in files.items():
        rows = sum(file["rows"] for file in read)
        many = counted(len(read), "file", "个文件", language)
        where = word("from", language, where=read[0]["path"] if len(read) == 1 else many) if read[0]["path"] else ""
        counted_rows = f"{rows:,} 行" if language == "zh" else f"{rows:,} row{'' if rows == 1 else 's'}"
        yield word("rows_read", language, rows=counted_rows, source=name, where=where) + "\n"
