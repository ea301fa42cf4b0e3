"""Dataset documents: where the rows of each source are, checked against the ruleset that needs them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from os import PathLike
from pathlib import Path as FilePath
from typing import Any

from ..documents.document import Document, problem_at
from ..files.origins import Files, Nowhere, Query, Writing, Written
from ..language.loading import KIND_WORDS, read_checked
from ..language.model import Ruleset, Source
from ..language.param_values import not_of_its_type, param_value
from ..problems import Problem, Problems
from ..suggest import nearest
from .sources import declared_sources

# Stands for the ruleset's column while nobody knows which it is.
OPEN = "?"


def data_of(
    ruleset: Ruleset, data: Any, dataset: str | PathLike[str] | None
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What a run was given, by source: the dataset's entries, with `data` in the place of those that it names. And the
    params that the dataset sets.

    Raises Problems for a dataset that cannot be used.
    """
    sources = list(declared_sources(ruleset))
    if isinstance(data, Mapping):
        lists = all(isinstance(one, list | tuple) for one in data.values())
        # lists of paths under a name that is no source: that name is what is wrong
        columns = lists and not all(isinstance(cell, str | PathLike) for one in data.values() for cell in one)
        if data and columns and not any(name in sources for name in data):
            message = "the data is a map of columns, where a map from source to data is expected"
            raise Problems([Problem("RC500", message, hint="make a frame of it: polars.DataFrame(data)")])
        given = dict(data)
    else:
        given = {} if data is None else {sources[0]: data}
        if data is not None and dataset is not None and len(sources) > 1:
            message = f"data on top of a dataset names its source; the ruleset has {', '.join(sources)}"
            raise Problems([Problem("RC509", message, hint="write `--data SOURCE=FILE`, in Python {source: data}")])
    if dataset is None:
        return given, {}
    entries, params, problems = read_dataset(FilePath(dataset), ruleset, given)
    if any(problem.severity == "error" for problem in problems):
        raise Problems(problems)
    return {**entries, **given}, params


def read_dataset(
    file: FilePath, ruleset: Ruleset, given: Collection[str] = ()
) -> tuple[dict[str, Files | Nowhere | Query], dict[str, Any], list[Problem]]:
    """The sources of a dataset document for a ruleset, the params that it sets, and what is wrong with it; sources in
    `given` are passed over.
    """
    document, problems = read_checked(file)
    if document is None or problems:
        return {}, {}, problems
    if document.kind != "dataset":
        message = f"this is {KIND_WORDS[document.kind]}, not a dataset"
        hint = "a dataset begins with `dataset:`; data files are given by `--data`"
        return {}, {}, [problem_at(document, "RC509", message, (document.kind,), key=True, hint=hint)]
    problems = [*alone(document, given), *_against(document, ruleset, given), *_params(document, ruleset)]
    entries = {
        name: _origin(document, name, entry)
        for name, entry in document.data["sources"].items()
        if name in declared_sources(ruleset) and name not in given and not problems
    }
    params = {name: value for name, value in _settings(document).items() if name in ruleset.params}
    return entries, params, sorted(problems, key=Problem.sort_key)


def alone(document: Document, given: Collection[str] = ()) -> Iterator[Problem]:
    """What can be said against a dataset document, right by the schema, without the ruleset."""
    for name, entry in _written(document):
        if name not in given:
            yield from _names_once(document, name, entry)
            yield from _time_zone(document, name, entry)


def _against(document: Document, ruleset: Ruleset, given: Collection[str]) -> Iterator[Problem]:
    """What the ruleset misses. What it does not need is no mistake: a dataset may serve several rulesets."""
    sources = declared_sources(ruleset)
    entries = document.data["sources"]
    for name, entry in _written(document):
        if name in sources and name not in given:
            yield from _targets(document, sources[name], entry)
            yield from _constants(document, sources[name], entry)
    absent = [id for id in sources if id not in entries and id not in given]
    misspelt = {guess: name for name in entries if name not in sources and (guess := nearest(name, absent))}
    for id in absent:
        if id in misspelt:
            yield problem_at(document, "RC510", f"the ruleset has no source `{misspelt[id]}`",
                             ("sources", misspelt[id]), key=True, hint=f"did you mean `{id}`?")  # fmt: skip
        else:
            message = f"the dataset has no source `{id}`, which the ruleset needs"
            yield problem_at(
                document,
                "RC510",
                message,
                ("sources",),
                key=True,
                hint=f"add `{id}:` with its `path`, or `{id}: none` if there is no such data",
            )


def _written(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The entries that say where data is; that of a source without any is just `none`."""
    for name, entry in document.data["sources"].items():
        if not isinstance(entry, str):
            yield name, entry


def _settings(document: Document) -> Mapping[str, Any]:
    return document.data.get("params") or {}


def _params(document: Document, ruleset: Ruleset) -> Iterator[Problem]:
    """Params that cannot be set so, or were probably meant for others; those of other rulesets are passed over."""
    for name, value in _settings(document).items():
        param = ruleset.params.get(name)
        guess = None if param else nearest(name, [one for one in ruleset.params if one not in _settings(document)])
        if guess:
            yield problem_at(document, "RC417", f"the ruleset has no parameter `{name}`", ("params", name), key=True,
                             hint=f"did you mean `{guess}`?")  # fmt: skip
        elif param and param_value(param, value) is None:
            message, hint = not_of_its_type(param, value)
            yield problem_at(document, "RC509", message, ("params", name), hint=hint)


def _targets(document: Document, source: Source, entry: Mapping[str, Any]) -> Iterator[Problem]:
    """Columns that are open or were probably meant for others; those that nothing needs are passed over."""
    known = [column.name for column in source.columns]
    columns: Mapping[str, str] = entry.get("columns") or {}
    left = [name for name in known if name not in columns.values()]
    for theirs, ours in columns.items():
        if ours in known:
            continue
        path = ("sources", source.id, "columns", theirs)
        if ours == OPEN:
            hint = f"write which of {', '.join(left)} it is, or take the line out" if left else "take the line out"
            yield problem_at(document, "RC417", f"the column `{theirs}` is left open", path, hint=hint)
        elif theirs in known:
            hint = f"the data's name stands on the left, the ruleset's on the right: `{ours}: {theirs}`"
            yield problem_at(document, "RC417", f"`{ours}` is no column of `{source.id}`", path, hint=hint)
        elif guess := nearest(ours, left):
            message = f"`{ours}` is no column of `{source.id}`"
            yield problem_at(document, "RC417", message, path, hint=f"did you mean `{guess}`?")


def _constants(document: Document, source: Source, entry: Mapping[str, Any]) -> Iterator[Problem]:
    """Constants that were probably meant for other columns."""
    known = [column.name for column in source.columns]
    taken = [*(entry.get("columns") or {}).values(), *(entry.get("constants") or {})]
    for name in entry.get("constants") or {}:
        guess = None if name in known else nearest(name, [one for one in known if one not in taken])
        if guess:
            path = ("sources", source.id, "constants", name)
            message = f"`{name}` is no column of `{source.id}`"
            yield problem_at(document, "RC417", message, path, key=True, hint=f"did you mean `{guess}`?")


def open_columns(document: Document) -> Iterator[Problem]:
    """Columns that nobody has named yet."""
    for name, entry in _written(document):
        for theirs, ours in (entry.get("columns") or {}).items():
            if ours == OPEN:
                yield problem_at(document, "RC417", f"the column `{theirs}` is left open",
                                 ("sources", name, "columns", theirs),
                                 hint="write the ruleset's column that it is, or take the line out")  # fmt: skip


def _names_once(document: Document, name: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for theirs, ours in (entry.get("columns") or {}).items():
        if ours != OPEN and first.setdefault(ours, theirs) != theirs:
            yield problem_at(document, "RC420", f"`{first[ours]}` and `{theirs}` are both called `{ours}`",
                             ("sources", name, "columns", theirs), hint="keep one of them")  # fmt: skip
    for ours in entry.get("constants") or {}:
        if ours in first:
            yield problem_at(document, "RC420", f"`{first[ours]}` is called `{ours}` already",
                             ("sources", name, "constants", ours), key=True, hint="keep one of them")  # fmt: skip


def _time_zone(document: Document, name: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    zone = entry.get("time_zone")
    if zone is None:
        return
    from zoneinfo import available_timezones

    known = available_timezones()
    # an operating system may have no list of zones
    if known and zone not in known:
        guess = nearest(zone, sorted(known))
        yield problem_at(document, "RC204", f"there is no time zone `{zone}`", ("sources", name, "time_zone"),
                         hint=f"did you mean `{guess}`?" if guess else "such as Asia/Shanghai")  # fmt: skip


def _origin(document: Document, name: str, entry: Mapping[str, Any] | str) -> Files | Nowhere | Query:
    written = Written(document, ("sources", name))
    if isinstance(entry, str):
        return Nowhere(written)
    writing = Writing(
        columns=entry.get("columns") or {},
        constants=entry.get("constants") or {},
        dates=entry.get("dates"),
        missing=tuple(entry.get("missing") or ()),
        time_zone=entry.get("time_zone"),
    )
    if "sql" in entry:
        return Query(entry["sql"], entry["connection"].removeprefix("env:"), writing, written)
    paths = [entry["path"]] if isinstance(entry["path"], str) else entry["path"]
    sheet = entry.get("sheet")
    return Files(
        paths=tuple(_beside(document, path) for path in paths),
        writing=writing,
        written=written,
        sheet=tuple(sheet) if isinstance(sheet, list) else sheet,
        **{key: entry.get(key) for key in ("encoding", "separator", "decimal", "thousands", "header")},
    )


def _beside(document: Document, path: str) -> str:
    """A path as seen from the document; addresses stand by themselves."""
    return path if "://" in path else str(FilePath(document.file).parent / path)
