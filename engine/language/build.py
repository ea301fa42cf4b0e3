"""Every key of a ruleset, read in turn into the frozen model. The schema has been checked before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..formulas.formula import Literal, names
from ..problems import Path, Problem
from .durations import parse_duration
from .layers import Layers
from .metric_reading import read_bands, read_metric
from .model import (
    Advice,
    Band,
    Cap,
    Cohort,
    Formula,
    Group,
    Input,
    Level,
    Overall,
    Param,
    Period,
    Profile,
    Ruleset,
    Source,
    Stages,
    Suppression,
    Text,
)  # fmt: skip
from .reading import Reader, first_language, number, text
from .source_reading import read_sources

DEFAULT_SOURCE = "data"
DEFAULT_LEVELS: tuple[Level, ...] = (
    Level("critical", 0.0, (("zh", "危险"), ("en", "Critical")), "red"),
    Level("poor", 25.0, (("zh", "较差"), ("en", "Poor")), "dark_orange"),
    Level("fair", 50.0, (("zh", "一般"), ("en", "Fair")), "yellow"),
    Level("good", 75.0, (("zh", "良好"), ("en", "Good")), "green"),
    Level("excellent", 100.0, (("zh", "优秀"), ("en", "Excellent")), "bright_green"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DEFAULT_COVERAGE = 0.5


def build(layers: Layers) -> tuple[Ruleset, list[Problem]]:
    """The frozen ruleset of merged data, and the problems of reading its formulas and templates."""
    reader = Reader(layers)
    data = layers.data
    entity = data.get("entity") or ()
    levels = _levels(data.get("levels"))
    sources = read_sources(data)
    overall = data.get("overall") or {}
    ruleset = Ruleset(
        id=data["ruleset"],
        version=str(data.get("version", "0.0.0")),
        title=text(data.get("title")),
        description=text(data.get("description")),
        entity=(entity,) if isinstance(entity, str) else tuple(entity),
        period=_period(data.get("period")),
        time=data.get("time", "date"),
        baseline=str(data.get("baseline", "first")),
        levels=levels,
        sources=sources,
        inputs=_inputs(reader, data, sources),
        params=_params(data),
        metrics={id: read_metric(reader, id, entry) for id, entry in data.get("metrics", {}).items()},
        groups={id: _group(id, entry) for id, entry in (data.get("groups") or {}).items()},
        stages=_stages(reader, data.get("stages")),
        overall=_overall(reader, overall, levels),
        actions={id: text(entry) for id, entry in (data.get("actions") or {}).items()},
        advice={
            id: _advice(reader, id, entry, data.get("metrics", {})) for id, entry in (data.get("advice") or {}).items()
        },
        suppress=tuple(
            Suppression(entry["code"], entry["at"], entry["reason"], entry.get("until"), ("suppress", index))
            for index, entry in enumerate(data.get("suppress") or ())
        ),
        language=first_language(data) or "en",
        origin=layers,
    )
    return ruleset, reader.problems


def _levels(data: dict[str, Any] | None) -> tuple[Level, ...]:
    if not data:
        return DEFAULT_LEVELS
    known = {level.id: level for level in DEFAULT_LEVELS}

    def one(id: str, entry: dict[str, Any]) -> Level:
        default = known.get(id)
        title = text(entry.get("title")) or (default.title if default else ())
        return Level(id, float(entry["score"]), title, entry.get("color") or (default.color if default else None))

    return tuple(one(id, entry) for id, entry in data.items())


def _period(data: Any) -> Period | None:
    if data is None:
        return None
    if isinstance(data, str):
        return Period(data)
    return Period(data["grain"], _WEEKDAYS.index(data.get("week_starts", "monday")), int(data.get("year_starts", 1)))


def _inputs(reader: Reader, data: dict[str, Any], sources: dict[str, Source]) -> dict[str, Input]:
    inputs: dict[str, Input] = {}
    only = next(iter(sources)) if len(sources) == 1 else "" if sources else DEFAULT_SOURCE
    for id, found in (data.get("inputs") or {}).items():
        entry = found or {}
        path: Path = ("inputs", id)

        def formula(key: str, entry: dict[str, Any] = entry, path: Path = path) -> Formula | None:
            return reader.formula(entry[key], (*path, key)) if key in entry else None

        default = entry.get("default")
        per = entry.get("per", ())
        grouped = isinstance(per, list)
        inputs[id] = Input(
            id=id,
            title=text(entry.get("title")),
            description=text(entry.get("description")),
            source=entry.get("from", only),
            formula=formula("formula"),
            where=formula("where"),
            type=entry.get("type", "number"),
            unit=entry.get("unit"),
            min=number(entry.get("min")),
            max=number(entry.get("max")),
            default=default if (plain := number(default)) is None else plain,
            path=path,
            per=tuple(
                reader.formula(one, (*path, "per", place) if grouped else (*path, "per"))
                for place, one in enumerate(per if grouped else [per] if "per" in entry else ())
            ),
            then=entry.get("then"),
            trailing=parse_duration(str(entry["trailing"])) if "trailing" in entry else None,
        )
        kind = next((kind for kind in ("conversion", "retention") if kind in entry), None)
        if kind is not None:
            inputs |= {one.id: one for one in _followed(reader, inputs[id], entry[kind], kind)}
    return inputs


def _followed(reader: Reader, input: Input, data: dict[str, Any], kind: str) -> Iterator[Input]:
    """A conversion or a retention, and behind it the size of its cohort, by the name that formulas call it."""
    path: Path = (*input.path, kind)

    def formula(key: str) -> Formula | None:
        return reader.formula(data[key], (*path, key)) if key in data else None

    after, within = (parse_duration(str(data[key])) if key in data else None for key in ("after", "within"))
    # the input's own `where` is about the rows of `from`
    first, first_where, then, then_where = data["from"], input.where, data["from"], input.where
    if kind == "conversion":
        then, then_where = data["to"], formula("to_where")
    elif "cohort" in data:
        first, first_where = data["cohort"], formula("cohort_where")
    cohort = Cohort(kind, data["id"], then, then_where, after, within, data.get("open") == "skip")
    followed = replace(input, source=first, where=first_where, cohort=cohort)
    yield followed
    yield replace(followed, id=f"cohort_size({input.id})", title=(), description=(), min=None, max=None, default=None,
                  size=True)  # fmt: skip


def _params(data: dict[str, Any]) -> dict[str, Param]:
    def value(raw: Any, kind: str) -> Any:
        plain = number(raw)
        return raw if plain is None or kind != "number" else plain

    params: dict[str, Param] = {}
    for id, entry in (data.get("params") or {}).items():
        kind = entry.get("type", "number")
        dated = tuple(sorted((day, value(raw, kind)) for day, raw in (entry.get("values") or {}).items()))
        params[id] = Param(
            id, text(entry.get("title")), entry.get("unit"), kind, value(entry.get("value"), kind), dated,
            ("params", id),
        )  # fmt: skip
    return params


def _weights(data: Any) -> tuple[tuple[str, float], ...]:
    if isinstance(data, list):
        return tuple((name, 1.0) for name in data)
    return tuple((name, float(number(weight) or 0.0)) for name, weight in (data or {}).items())


def _group(id: str, data: dict[str, Any]) -> Group:
    return Group(
        id, text(data.get("title")), _weights(data.get("metrics")), _weights(data.get("groups")),
        data.get("combine", "mean"), _coverage(data), ("groups", id),
    )  # fmt: skip


def _coverage(data: dict[str, Any]) -> float:
    found = number(data.get("min_coverage"))
    return _DEFAULT_COVERAGE if found is None else found


def _profile(id: str, data: dict[str, Any], path: Path) -> Profile:
    return Profile(id, text(data.get("title")), _weights(data.get("weights")), number(data.get("rest")), path)


def _stages(reader: Reader, data: dict[str, Any] | None) -> Stages | None:
    if data is None:
        return None
    choose = data.get("choose")
    rules: tuple[tuple[Formula, str], ...] = ()
    if isinstance(choose, list):
        rules = tuple(
            (reader.formula(rule["when"], ("stages", "choose", index, "when")), rule["stage"])
            for index, rule in enumerate(choose)
        )
    return Stages(
        title=text(data.get("title")),
        choose=rules,
        choose_from=choose["from"] if isinstance(choose, dict) else None,
        default=data.get("default"),
        profiles={
            id: _profile(id, entry, ("stages", "profiles", id)) for id, entry in (data.get("profiles") or {}).items()
        },
        path=("stages",),
    )


def _overall(reader: Reader, data: dict[str, Any], levels: tuple[Level, ...]) -> Overall:
    bands = read_bands(reader, data["bands"], ("overall", "bands")) if data.get("bands") else _equal_bands(levels)
    # `rest` beside no weights would leave all children the same share, which is what no weights mean
    rest = 1.0 if "weights" not in data and "rest" not in data else number(data.get("rest"))
    return Overall(
        title=text(data.get("title")),
        profile=Profile("", (), _weights(data.get("weights")), rest, ("overall",)),
        combine=data.get("combine", "mean"),
        min_coverage=_coverage(data),
        bands=bands,
        caps=tuple(
            Cap(
                reader.formula(cap["when"], ("overall", "caps", index, "when")),
                float(cap["at_most"]),
                reader.template(cap.get("because"), ("overall", "caps", index, "because")),
                ("overall", "caps", index),
            )
            for index, cap in enumerate(data.get("caps") or ())
        ),
    )


def _equal_bands(levels: tuple[Level, ...]) -> tuple[Band, ...]:
    size = len(levels)

    def cut(rank: int) -> Formula:
        value = 100.0 * (rank + 1) / size
        return Formula(str(value), Literal(0, 0, value), ("overall",))

    return tuple(
        Band(level.id, cut(rank) if rank < size - 1 else None, False, None, None, ("overall",))
        for rank, level in enumerate(levels)
    )


def _advice(reader: Reader, id: str, data: dict[str, Any], metrics: dict[str, Any]) -> Advice:
    path: Path = ("advice", id)
    when = reader.formula(data["when"], (*path, "when"))
    named = tuple(name for name in names(when.node) if name in metrics)
    return Advice(
        id=id,
        when=when,
        severity=data.get("severity", "warning"),
        title=reader.template(data.get("title"), (*path, "title")),
        text=reader.template(data.get("text"), (*path, "text")),
        actions=tuple(_action(entry) for entry in data.get("actions") or ()),
        metrics=tuple(data.get("metrics", named)),
        stages=tuple(data.get("stages") or ()),
        path=path,
    )


def _action(entry: Any) -> str | Text:
    """A bare word is the id of an action; anything else is said as it stands."""
    if isinstance(entry, str) and entry.isidentifier():
        return entry
    return text(entry)
