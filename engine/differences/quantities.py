"""Sources, inputs, params and metrics as entries: what comes in, and what is computed and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..language.model import Bands, Metric, Ruleset
from ..language.reading import number
from ..problems import Path
from .facets import Entry, Facets, Names, frozen, words_of
from .reach import target_effect
from .spelling import as_written, spelled

_INPUT_KEYS = ("from", "formula", "where", "type", "unit", "min", "max", "default", "conversion", "retention")
# stands for the own id of an entry, so that one that looks back at itself can be known again under another id
_SELF = "@"


def sources(ruleset: Ruleset, names: Names) -> Iterable[Entry]:
    for id, raw in (ruleset.origin.data.get("sources") or {}).items():
        path: Path = ("sources", id)
        facets = Facets(path, "data", names.numbers)
        facets.plain("time", ruleset.sources[id].time, "date", effect="score")
        for name, column in raw["columns"].items():
            kept = {"type": column} if isinstance(column, str) else dict(column)
            facets.evidence(f"columns.{name}.evidence", kept.pop("evidence", None), (*path, "columns", name))
            words = {key: kept.pop(key, None) for key in ("title", "description")}
            if kept.get("required") is False:
                del kept["required"]
            same = {**kept, "one_of": frozenset(map(repr, kept.get("one_of", ())))}
            same |= {key: number(kept.get(key)) for key in ("min", "max")}
            facets.add(f"columns.{name}", frozen(same), kept["type"] if len(kept) == 1 else kept)
            for key, text in words.items():
                if text is not None:
                    facets.add(f"columns.{name}.{key}", words_of(text), text, effect="wording")
        facets.named("unique", raw.get("unique") or (), {})
        facets.plain("on_violation", ruleset.sources[id].on_violation, "fail")
        facets.texts(raw)
        facets.rest(raw, ("time", "columns", "unique", "on_violation"), effect="score")
        yield Entry(("sources", id), ruleset.sources[id].title, "data", path, facets.found)


def inputs(ruleset: Ruleset, names: Names, effects: Mapping[str, str]) -> Iterable[Entry]:
    for id, input in ruleset.inputs.items():
        if input.size:
            continue
        raw = ruleset.origin.data["inputs"][id] or {}
        path: Path = ("inputs", id)
        # what else a formula names there is a column
        own = {new: old for new, old in names.numbers.items() if new in ruleset.params}
        facets = Facets(path, effects[id], own)
        events = raw.get("conversion") or raw.get("retention")
        if events is not None:
            kind = "conversion" if "conversion" in raw else "retention"
            for key in events:
                facets.written(f"{kind}.{key}", events[key])
        else:
            facets.named("from", [input.source] if len(ruleset.sources) > 1 else [], names.sources)
            if "formula" not in raw:
                facets.add("column", id, id, at=path)
        for key in ("formula", "where"):
            facets.written(key, raw.get(key))
        facets.plain("type", input.type, "number")
        facets.plain("unit", input.unit, effect="shown")
        for key in ("min", "max", "default"):
            value = raw.get(key)
            found = number(value)
            if value is not None:
                facets.add(key, frozen(value if found is None else found), value if found is None else found,
                           unit=input.unit)  # fmt: skip
        facets.texts(raw)
        facets.rest(
            raw, ("from", "formula", "where", "type", "unit", "min", "max", "default", "conversion", "retention")
        )
        yield Entry(("inputs", id), input.title, effects[id], path, facets.found)


def params(ruleset: Ruleset, names: Names, effects: Mapping[str, str]) -> Iterable[Entry]:
    for id, param in ruleset.params.items():
        raw = ruleset.origin.data["params"][id]
        facets = Facets(("params", id), effects[id], names.numbers)
        if param.values:
            facets.add("values", param.values, dict(param.values), unit=param.unit)
        else:
            facets.add("value", frozen(param.value), param.value, unit=param.unit)
        facets.plain("type", param.type, "number")
        facets.plain("unit", param.unit, effect="shown")
        facets.texts(raw)
        facets.rest(raw, ("value", "values", "type", "unit"))
        yield Entry(("params", id), param.title, effects[id], ("params", id), facets.found)


_METRIC_KEYS = ("formula", "unit", "better", "target", "bands", "score", "undefined", "sample", "decimals", "tags",
                "owner")  # fmt: skip


def metrics(ruleset: Ruleset, names: Names, effects: Mapping[str, str]) -> Iterable[Entry]:
    for id, metric in ruleset.metrics.items():
        raw = ruleset.origin.data["metrics"][id]
        facets = Facets(metric.path, effects[id], {**names.numbers, id: _SELF})
        facets.formula("formula", metric.formula)
        facets.plain("unit", metric.unit, effect="shown")
        facets.plain("better", metric.better)
        facets.formula("target", metric.target, unit=metric.unit, effect=target_effect(ruleset, id))
        if metric.bands is not None:
            _bands(facets, metric, metric.bands, raw["bands"])
        _score(facets, metric)
        undefined = {None: "skip", 0.0: "worst"}.get(metric.undefined, metric.undefined)
        facets.plain("undefined", undefined, "skip")
        if metric.sample is not None:
            if metric.sample.hits is not None:
                facets.formula("sample.hits", metric.sample.hits)
            facets.formula("sample.trials", metric.sample.trials)
            facets.plain("sample.at_least", metric.sample.at_least, 0.0)
            facets.plain("sample.confidence", metric.sample.confidence, 0.95, unit="percent")
        facets.plain("decimals", metric.decimals, effect="shown")
        facets.named("tags", metric.tags, {}, effect="shown")
        facets.plain("owner", metric.owner, effect="shown")
        facets.texts(raw)
        facets.rest(raw, _METRIC_KEYS)
        yield Entry(("metrics", id), metric.title, effects[id], metric.path, facets.found)


def _bands(facets: Facets, metric: Metric, bands: Bands, raw: Any) -> None:
    if bands.by is None:
        facets.bands("bands", bands.cases[0][1], metric.unit, bands.path, raw)
        return
    facets.named("bands.by", [bands.by])
    for category, list_ in bands.cases:
        name = "otherwise" if category is None else category
        facets.bands(f"bands.{name}", list_, metric.unit, (*bands.path, name), raw[name])


def _score(facets: Facets, metric: Metric) -> None:
    """Lines are compared by their points, in whichever form they were written."""
    score = metric.score
    if score.kind == "points":
        points = [(as_written(value), reached, spelled(value.node, facets.names)) for value, reached in score.points]
        if all(isinstance(value, float) for value, _, _ in points):
            points.sort(key=lambda point: float(point[0]))
        meaning = tuple((text, reached) for _, reached, text in points)
        shown = [[value, reached] for value, reached, _ in points]
        facets.add("score", meaning, shown, unit=metric.unit, at=score.path)
    elif score.kind == "relative":
        facets.add("score", ("relative", score.method), f"relative: {score.method}", at=score.path)
    elif score.kind != ("levels" if metric.bands is not None else "none"):
        facets.add("score", score.kind, score.kind, at=score.path)
