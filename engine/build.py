"""Every key of a ruleset, read in turn into the frozen model. The schema has been checked before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .formula import Arithmetic, Literal, Node, names
from .layers import Layers
from .model import (
    Advice,
    Band,
    Bands,
    Cap,
    Column,
    Formula,
    Group,
    Input,
    Level,
    Metric,
    Overall,
    Param,
    Period,
    Profile,
    Ruleset,
    Sample,
    Score,
    Source,
    Stages,
    Suppression,
    Text,
)  # fmt: skip
from .problems import Path, Problem
from .reading import Reader, evidence, number, text

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
    sources = _sources(data)
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
        metrics={id: _metric(reader, id, entry) for id, entry in data.get("metrics", {}).items()},
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
        language=_first_language(data) or "en",
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


def _sources(data: dict[str, Any]) -> dict[str, Source]:
    time = data.get("time", "date")
    return {
        id: Source(
            id=id,
            title=text(entry.get("title")),
            time=entry.get("time", time),
            columns=tuple(_column(name, column) for name, column in entry["columns"].items()),
            unique=tuple(entry.get("unique") or ()),
            on_violation=entry.get("on_violation", "fail"),
        )
        for id, entry in (data.get("sources") or {}).items()
    }


def _column(name: str, data: Any) -> Column:
    if isinstance(data, str):
        return Column(name, data)
    return Column(
        name, data["type"], bool(data.get("required")), number(data.get("min")), number(data.get("max")),
        tuple(data.get("one_of") or ()), data.get("matches"),
    )  # fmt: skip


def _inputs(reader: Reader, data: dict[str, Any], sources: dict[str, Source]) -> dict[str, Input]:
    inputs: dict[str, Input] = {}
    only = next(iter(sources)) if len(sources) == 1 else "" if sources else DEFAULT_SOURCE
    for id, found in (data.get("inputs") or {}).items():
        entry = found or {}
        path: Path = ("inputs", id)

        def formula(key: str, entry: dict[str, Any] = entry, path: Path = path) -> Formula | None:
            return reader.formula(entry[key], (*path, key)) if key in entry else None

        default = entry.get("default")
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
        )
    return inputs


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


def _metric(reader: Reader, id: str, data: dict[str, Any]) -> Metric:
    path: Path = ("metrics", id)
    sample = data.get("sample")
    undefined = data.get("undefined", "skip")
    return Metric(
        id=id,
        title=text(data.get("title")),
        description=text(data.get("description")),
        formula=reader.formula(data["formula"], (*path, "formula")),
        unit=data.get("unit"),
        better=data.get("better"),
        target=reader.formula(data["target"], (*path, "target")) if "target" in data else None,
        bands=_bands(reader, data.get("bands"), (*path, "bands")),
        score=_score(reader, data, (*path, "score")),
        undefined={"skip": None, "worst": 0.0}.get(undefined) if isinstance(undefined, str) else float(undefined),
        sample=None
        if sample is None
        else Sample(
            reader.formula(sample["hits"], (*path, "sample", "hits")),
            reader.formula(sample["trials"], (*path, "sample", "trials")),
            float(sample.get("at_least", 0)),
            number(sample.get("confidence", 0.95)) or 0.95,
        ),
        decimals=data.get("decimals"),
        tags=tuple(data.get("tags") or ()),
        owner=data.get("owner"),
        evidence=evidence(data.get("evidence")),
        path=path,
    )


def _bands(reader: Reader, data: Any, path: Path) -> Bands | None:
    if data is None:
        return None
    if isinstance(data, list):
        return Bands(None, ((None, _band_list(reader, data, path)),), path)
    cases = tuple(
        (None if category == "otherwise" else category, _band_list(reader, bands, (*path, category)))
        for category, bands in data.items()
        if category != "by"
    )
    return Bands(data["by"], cases, path)


def _band_list(reader: Reader, data: list[Any], path: Path) -> tuple[Band, ...]:
    bands = []
    for index, entry in enumerate(data):
        place: Path = (*path, index)
        key = next((key for key in ("below", "upto") if key in entry), None)
        cut = reader.formula(entry[key], (*place, key)) if key else None
        score = entry.get("score")
        bands.append(
            Band(entry["level"], cut, key == "upto", None if score is None else float(score),
                 evidence(entry.get("evidence")), place)
        )  # fmt: skip
    return tuple(bands)


def _score(reader: Reader, data: dict[str, Any], path: Path) -> Score:
    """Every continuous form becomes points on straight lines (fixed goalposts: OECD/JRC Handbook, 2008)."""
    form = data.get("score", "levels" if data.get("bands") is not None else "none")
    if isinstance(form, str):
        return Score(form, path=path)
    if "relative" in form:
        return Score("relative", method=form["relative"], path=path)

    def end(*keys: str | int) -> Formula:
        value: Any = form
        for key in keys:
            value = value[key]
        return reader.formula(value, (*path, *keys))

    if "points" in form:
        points = tuple((end("points", i, 0), float(pair[1])) for i, pair in enumerate(form["points"]))
        return Score("points", points, path=path, written=tuple(value for value, _ in points))
    if "from" in form:
        low, high = end("from"), end("to")
        return Score("points", ((low, 0.0), (high, 100.0)), path=path, written=(low, high))
    if "goal" in form:
        goal, red_flag = end("goal"), end("red_flag")
        # 100/3 at the red flag and 200/3 at the goal: one step further is 0 and 100
        points = ((_beyond(red_flag, goal), 0.0), (_beyond(goal, red_flag), 100.0))
        return Score("points", points, path=path, written=(goal, red_flag))
    best = (end("best", 0), end("best", 1))
    zero = (end("zero", 0), end("zero", 1))
    points = ((zero[0], 0.0), (best[0], 100.0), (best[1], 100.0), (zero[1], 0.0))
    return Score("points", points, best, path=path, written=(*best, *zero))


def _beyond(end: Formula, other: Formula) -> Formula:
    """As far beyond `end` as `other` lies before it: 2 * end - other."""
    node: Node
    ends = [number.value if isinstance(number, Literal) else None for number in (end.node, other.node)]
    if isinstance(ends[0], float) and isinstance(ends[1], float):
        node = Literal(end.node.start, end.node.end, 2 * ends[0] - ends[1])
    else:
        start, stop = end.node.start, end.node.end
        double = Arithmetic(start, stop, "*", Literal(start, stop, 2.0), end.node)
        node = Arithmetic(start, stop, "-", double, other.node)
    return Formula(f"2 * ({end.text}) - ({other.text})", node, end.path)


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
    bands = _band_list(reader, data["bands"], ("overall", "bands")) if data.get("bands") else _equal_bands(levels)
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
        metrics=tuple(data.get("metrics") or named),
        stages=tuple(data.get("stages") or ()),
        path=path,
    )


def _action(entry: Any) -> str | Text:
    """A bare word is the id of an action; anything else is said as it stands."""
    if isinstance(entry, str) and entry.isidentifier():
        return entry
    return text(entry)


def _first_language(data: Any) -> str | None:
    for found in _texts(data):
        if isinstance(found, dict) and found:
            return str(next(iter(found)))
    return None


def _texts(data: Any) -> Iterator[Any]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key in ("title", "description", "text", "because"):
                yield value
            yield from _texts(value)
    elif isinstance(data, list):
        for item in data:
            yield from _texts(item)
