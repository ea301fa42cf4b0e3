"""A first dataset document for a ruleset, written from real files; what nobody can know from them is left open."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path as FilePath

from ..checks import check
from ..data.dataset_files import OPEN
from ..data.sources import declared_sources
from ..files.mending import is_total
from ..language.loading import load
from ..language.model import Column, Ruleset, Source
from ..problems import Problem, Problems
from ..words import word
from .cell_forms import date_forms, markers, number_form, odd_numbers
from .column_matching import Match, alike_in_words, coverage, match_columns
from .file_samples import Table, sampled

_PLAIN = re.compile(r"[^\W\d]\w*")
# what a column that looks so may be declared as
_LOOKS = {
    "number": ("number", "integer", "flag", "key", "text"),
    "date": ("date", "datetime"),
    "date or number": ("date", "datetime", "number", "integer", "key", "text"),
    "text": ("text", "key", "flag"),
}
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def draft_dataset(
    reference: str | FilePath, files: Sequence[str | FilePath], near: str | FilePath = ".", language: str | None = None
) -> str:
    """The text of a dataset document that gives the files to the sources of a ruleset. Raises Problems.

    Paths are written as seen from the folder `near`, comments in `language` or the ruleset's own.
    """
    ruleset, problems = load(reference)
    problems = check(ruleset, problems) if ruleset else problems
    if ruleset is None or any(problem.severity == "error" for problem in problems):
        raise Problems(problems)
    tables = sampled([str(file) for file in files], *_known(ruleset))
    given = _given(ruleset, tables)
    draft = _Draft(str(reference), ruleset, FilePath(near), language or ruleset.language)
    return "".join(f"{line}\n" for line in draft.lines(tables, given))


def _known(ruleset: Ruleset) -> tuple[set[str], Callable[[Sequence[str]], int]]:
    """The names of all columns, and a count of those in a row of cells that are one of a source's for sure."""
    sources = declared_sources(ruleset).values()

    def count(cells: Sequence[str]) -> int:
        names = [cell for cell in dict.fromkeys(cells) if cell]
        found = [match_columns(ruleset, source, names) for source in sources]
        return max(sum(match.by != "near" for match in matches) for matches in found)

    return {column.name for source in sources for column in source.columns}, count


def _given(ruleset: Ruleset, tables: Sequence[Table]) -> dict[str, tuple[Table, list[Match]]]:
    """For each source the table that holds most of it; a table serves the source that it suits best."""
    sources = declared_sources(ruleset)
    pairs = []
    for source in sources.values():
        for place, table in enumerate(tables):
            matches = _with_only_date(source, table, match_columns(ruleset, source, table.names))
            pairs.append((coverage(matches, source), -place, source.id, table, matches))
    given: dict[str, tuple[Table, list[Match]]] = {}
    taken: set[int] = set()
    only = len(sources) == len(tables) == 1
    for share, place, id, table, matches in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if id not in given and place not in taken and (share > 0 or only):
            given[id] = (table, matches)
            taken.add(place)
    # two sources may be taken from one file, if it has all that both need
    for share, _, id, table, matches in sorted(pairs, key=lambda pair: pair[:2], reverse=True):
        if id not in given and share == 1:
            given[id] = (table, matches)
    if not given:
        files = ", ".join(path for table in tables for path in table.paths)
        needed = "; ".join(f"{id}: {', '.join(column.name for column in one.columns)}" for id, one in sources.items())
        message = f"no source of the ruleset has a column like those of {files}"
        raise Problems([Problem("RC502", message, hint=f"its sources are {needed}")])
    return {id: given[id] for id in sources if id in given}


def _with_only_date(source: Source, table: Table, matches: list[Match]) -> list[Match]:
    """With the one column of dates, where just one is looked for and just one is left."""
    found, used = {match.ours for match in matches}, {match.theirs for match in matches}
    ours = [
        column.name for column in source.columns if column.type in ("date", "datetime") and column.name not in found
    ]
    theirs = [name for name in table.names if name not in used and "date" in table.looks[name]]
    if len(ours) != 1 or len(theirs) != 1:
        return matches
    order = [column.name for column in source.columns]
    return sorted([*matches, Match(theirs[0], ours[0], "dates_only")], key=lambda match: order.index(match.ours))


class _Draft:
    """The lines of the document."""

    def __init__(self, reference: str, ruleset: Ruleset, near: FilePath, language: str) -> None:
        self.reference = reference
        self.ruleset = ruleset
        self.near = near
        self.language = language

    def say(self, key: str, **parts: object) -> str:
        return "# " + word(f"draft.{key}", self.language, **parts)

    def lines(self, tables: Sequence[Table], given: dict[str, tuple[Table, list[Match]]]) -> Iterator[str]:
        yield self.say("check", ruleset=self.reference)
        yield f"dataset: {self.ruleset.id}-data"
        yield "sources:"
        sources = declared_sources(self.ruleset)
        for id, (table, matches) in given.items():
            yield f"  {id}:"
            yield from (f"    {line}" for line in self.entry(sources[id], table, matches))
        for id in sources:
            if id not in given:
                yield f"  {self.say('no_file', source=id)}"
        used = [table for table, _ in given.values()]
        read = {path for table in used for path in table.paths}
        left = [
            f"{path} ({', '.join(table.sheets)})" if path in read else path
            for table in tables
            if not any(table is one for one in used)
            for path in table.paths
        ]
        if left:
            yield f"  {self.say('unused_files', files=', '.join(left))}"

    def entry(self, source: Source, table: Table, matches: Sequence[Match]) -> Iterator[str]:
        paths = [_quoted(self.seen(path)) for path in table.paths]
        yield f"path: {paths[0]}" if len(paths) == 1 else "path:"
        if len(paths) > 1:
            yield from (f"  - {path}" for path in paths)
        opened = table.opened
        if opened.encoding is not None and opened.encoding.lower().replace("_", "-") not in (
            "utf-8",
            "utf-8-sig",
            "ascii",
        ):
            texts = (*table.names, *(cell for name in table.names for cell in table.cells[name] if cell is not None))
            sample = next((text for text in texts if not text.isascii()), "")
            yield f"encoding: {opened.encoding}  {self.say('encoding', sample=sample)}"
        if opened.separator is not None and opened.separator != ",":
            yield f"separator: {json.dumps(opened.separator)}"
        if opened.header is not None and opened.header != 1:
            yield f"header: {opened.header}  {self.say('header')}"
        if len(table.sheets) > 1:
            yield f"sheet: [{', '.join(map(_quoted, table.sheets))}]  {self.say('sheets')}"
        elif opened.sheet is not None:
            yield f"sheet: {_quoted(opened.sheet)}"
        yield from self.columns(source, table, matches)
        yield from self.forms(source, table, matches)

    def seen(self, path: str) -> str:
        if "://" in path or FilePath(path).is_absolute():
            return path
        return FilePath(os.path.relpath(path, self.near)).as_posix()

    def columns(self, source: Source, table: Table, matches: Sequence[Match]) -> Iterator[str]:
        found = {match.ours for match in matches}
        used = {match.theirs for match in matches}
        missing = [column for column in source.columns if column.name not in found]
        renamed = [match for match in matches if match.theirs != match.ours]
        left = [name for name in table.names if name not in used]
        asked: dict[str, list[str]] = {}
        for column in missing:
            fitting = [name for name in left if _fits(column, table.looks[name])]
            # where no name gives a clue, only somebody who knows the data can tell
            for name in alike_in_words(self.ruleset, source, column.name, fitting) or fitting:
                asked.setdefault(name, []).append(column.name)
        open_ones = [
            f"  {_quoted(name)}: {json.dumps(OPEN)}  {self.say('open', columns=', '.join(columns))}"
            for name, columns in asked.items()
        ]
        if renamed or open_ones:
            yield "columns:"
        for match in renamed:
            why = f"  {self.say(match.by)}" if match.by in ("near", "description", "dates_only") else ""
            yield f"  {_quoted(match.theirs)}: {match.ours}{why}"
        yield from open_ones
        if missing and not open_ones:
            yield self.say("no_column", columns=", ".join(column.name for column in missing))
        elif missing:
            yield self.say("still", columns=", ".join(column.name for column in missing))
        rest = [name for name in left if name not in asked]
        if missing and rest:
            yield self.say("unused_columns", columns=", ".join(map(_in_a_line, rest)))

    def forms(self, source: Source, table: Table, matches: Sequence[Match]) -> Iterator[str]:
        """How dates, numbers and missing values are written, where that is not the usual."""
        types = {column.name: column.type for column in source.columns}
        texts = {name for name, kind in zip(table.names, table.kinds, strict=True) if kind == "text"}
        typed = [(match.theirs, types[match.ours]) for match in matches if match.theirs in texts]
        dates = [table.cells[name].to_list() for name, type in typed if type in ("date", "datetime")]
        numbers = {name: table.cells[name].to_list() for name, type in typed if type in ("number", "integer")}
        yield from self.dates(dates)
        decimal, thousands, doubtful = number_form(numbers.values()) if numbers else (".", None, False)
        doubt = f"  {self.say('numbers')}" if doubtful else ""
        if decimal != ".":
            yield f"decimal: {json.dumps(decimal)}{doubt}"
        if doubtful and decimal == "." and thousands is None:
            yield self.say("numbers")
        if thousands is not None:
            yield f"thousands: {json.dumps(thousands)}{doubt}"
        named = [table.cells[match.theirs].to_list() for match in matches if match.ours in self.ruleset.entity]
        totals = [cell.strip() for cells in named for cell in cells if cell is not None and is_total(cell)]
        missing = list(dict.fromkeys([*markers([*dates, *numbers.values()]), *totals]))
        if missing:
            why = "totals" if any(map(is_total, missing)) else "missing"
            yield f"missing: {json.dumps(missing, ensure_ascii=False)}  {self.say(why)}"
        for name, cells in numbers.items():
            odd = odd_numbers(cells, decimal, thousands)
            if odd:
                shown = ", ".join(json.dumps(cell, ensure_ascii=False) for cell in odd)
                yield self.say("odd", column=name, cells=shown)

    def dates(self, columns: Sequence[Sequence[str | None]]) -> Iterator[str]:
        every = [date_forms(cells) for cells in columns]
        if not any(every):
            return
        shared = [form for form in every[0] if all(form in forms for forms in every)] if every[0] else []
        if len(shared) == 1:
            yield f"dates: {json.dumps(shared[0])}  {self.say('dates')}"
        else:
            forms = shared or next(forms for forms in every if forms)
            yield self.say("dates_open", forms=" / ".join(json.dumps(form) for form in forms[:3]))


def _fits(column: Column, looks: str) -> bool:
    return looks == "any" or column.type in _LOOKS.get(looks, ())


def _in_a_line(name: str) -> str:
    """A name as a comment can hold it, since cells of a header may have line breaks."""
    return " ".join("".join(mark if mark.isprintable() else " " for mark in name).split())


def _quoted(text: str) -> str:
    """A text as YAML, plain where that is read as the same text."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    if re.fullmatch(r"[\w./][\w./*-]*[\w*]", text) and re.match(r"[^\W\d]|\.\./|/", text):
        return text
    return json.dumps(text, ensure_ascii=False)
