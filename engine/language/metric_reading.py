"""Metrics out of merged data: formulas, bands and scores. Whatever form a score is written in, it becomes points."""

from __future__ import annotations

from typing import Any

from ..formulas.formula import Arithmetic, Literal, Node
from ..problems import Path
from .model import Band, Bands, Formula, Metric, Sample, Score
from .reading import Reader, evidence, number, text


def read_metric(reader: Reader, id: str, data: dict[str, Any]) -> Metric:
    """One entry of `metrics`."""
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
            reader.formula(sample["hits"], (*path, "sample", "hits")) if "hits" in sample else None,
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
        return Bands(None, ((None, read_bands(reader, data, path)),), path)
    cases = tuple(
        (None if category == "otherwise" else category, read_bands(reader, bands, (*path, category)))
        for category, bands in data.items()
        if category != "by"
    )
    return Bands(data["by"], cases, path)


def read_bands(reader: Reader, data: list[Any], path: Path) -> tuple[Band, ...]:
    """A list of cut points, of a metric or of the overall score."""
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
