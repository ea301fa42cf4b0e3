"""Running cases: the same compiled ruleset over the values that a case gives, all cases of a kind in one frame."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import polars as pl

from .. import calendars
from ..data.sources import declared_sources
from ..engines import engine_named
from ..evaluate import run_ruleset, score_cards
from ..formulas.formula import Call, Choice, Name
from ..language.model import Formula, Input, Param, Ruleset
from ..options import Options, read_params
from ..problems import Path, Problems
from ..reasons import MISSING_INPUT, NOT_FINITE, OUT_OF_RANGE
from ..results.result import Result
from ..results.selection import Selection
from ..scoring.compile import Cards
from ..scoring.values import Context
from .coverage import Reached
from .declared import Case, Casebook
from .differences import Comparing, Difference, failed
from .put_in import Seen

_EDGE = "edge "


def run_casebook(
    ruleset: Ruleset, book: Casebook, reached: Reached, name: str | None = None, language: str = "en"
) -> dict[Path, list[Difference]]:
    """What does not come out as expected, by the path of each case; an empty list where all does.

    With `name`, only the cases whose name holds it. Differences are told in a language.
    """
    chosen = [case for case in book.cases if name is None or name.lower() in case.name.lower()]
    failures: dict[Path, list[Difference]] = {case.path: [] for case in chosen}
    together: dict[str, list[Case]] = {}
    for case in chosen:
        if case.data is not None:
            failures[case.path] += _run_on_data(ruleset, book, case, reached, language)
        else:
            # the edges of a sampled metric are judged without its sample, so they run apart
            sampled = case.metric if case.metric and ruleset.metrics[case.metric].sample else None
            together.setdefault(repr((case.stage, sorted(case.params.items()), sampled)), []).append(case)
    for cases in together.values():
        try:
            found = _run_together(ruleset, book, cases, reached, language)
        except Problems as error:
            found = {case.path: _cannot_run(book, case, error) for case in cases}
        for path, problems in found.items():
            failures[path] += problems
    return failures


# -- input values ----------------------------------------------------------------------------------------------


def _run_together(
    ruleset: Ruleset, book: Casebook, cases: Sequence[Case], reached: Reached, language: str
) -> dict[Path, list[Difference]]:
    """Each case is an entity of its own, so that no period and no peer of another is seen."""
    edged = {case.metric for case in cases if case.metric}
    changed = _with_edges(ruleset, edged)
    params = read_params(ruleset, cases[0].params)
    if isinstance(params, list):
        raise Problems(params)
    rows = [row for number, case in enumerate(cases) for row in _rows(changed, case, number)]
    engine = engine_named("polars")
    assert engine is not None
    context = Context(("case",), ruleset.period, peers=("case", "p"))
    frame = nw.from_native(_frame(changed, rows).lazy())
    compiled, scored, _ = score_cards(changed, frame, params, cases[0].stage, context, engine)
    result = _result(changed, compiled, scored, params)
    found: dict[Path, list[Difference]] = {}
    by_case: dict[str, list[Seen]] = {}
    for name, seen in _seen(result, "case"):
        by_case.setdefault(name, []).append(seen)
    # the rows of a table of edges give one metric and nothing else
    reached.add(result, ~pl.col("case").str.contains(".", literal=True))
    for number, case in enumerate(cases):
        comparing = Comparing(ruleset, book, case, language)
        for place, (text, _, level) in enumerate(case.edges):
            comparing.edge(text, level, by_case[f"{number}.{place}"][0])
        if not case.edges:
            comparing.cards(by_case[str(number)])
        found[case.path] = comparing.found
    return found


def _with_edges(ruleset: Ruleset, metrics: set[str]) -> Ruleset:
    """The ruleset with an input beside each of the metrics that gives its value outright, where it is given."""
    changed, inputs = dict(ruleset.metrics), dict(ruleset.inputs)
    for id in sorted(metrics):
        metric = ruleset.metrics[id]
        name = Name(0, 0, _EDGE + id)
        node = Choice(0, 0, Call(0, 0, "is_missing", (name,), ()), metric.formula.node, name)
        changed[id] = replace(metric, formula=Formula(metric.formula.text, node, metric.formula.path), sample=None)
        inputs[_EDGE + id] = Input(_EDGE + id, (), (), "", None, None, "number", None, None, None, None, metric.path)
    return replace(ruleset, metrics=changed, inputs=inputs)


def _rows(ruleset: Ruleset, case: Case, number: int) -> Iterator[dict[str, Any]]:
    period = _some_period(ruleset)
    for place, (_, value, _) in enumerate(case.edges):
        yield {"case": f"{number}.{place}", "p": period, _EDGE + str(case.metric): value}
    if not case.edges:
        for own, values in case.rows:
            yield {"case": str(number), "p": period if own is None else own, **values}


def _some_period(ruleset: Ruleset) -> int:
    """The period of a case that names none: late enough for every dated parameter."""
    if ruleset.period is None:
        return 0
    days = [day for param in ruleset.params.values() for day, _ in param.values]
    return calendars.number_of(ruleset.period, dt.date.fromisoformat(max(days, default="2025-01-01")))


def _frame(ruleset: Ruleset, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    columns: dict[str, pl.Series] = {
        "case": pl.Series([row["case"] for row in rows], dtype=pl.String),
        "p": pl.Series([row["p"] for row in rows], dtype=pl.Int64),
    }
    for place, name in enumerate(ruleset.entity):
        columns[f"e{place}"] = pl.Series([str(row.get(name, "")) for row in rows], dtype=pl.String)
    kinds = {"number": pl.Float64, "flag": pl.Boolean, "date": pl.Date}
    for place, input in enumerate(ruleset.inputs.values()):
        pairs = [_input_value(input, row) for row in rows]
        kind = kinds.get(input.type, pl.String)
        columns[f"i{place}"] = pl.Series([value for value, _ in pairs], dtype=kind)
        columns[f"i{place}_r"] = pl.Series([reason for _, reason in pairs], dtype=pl.Int8)
    return pl.DataFrame(columns)


def _input_value(input: Input, row: Mapping[str, Any]) -> tuple[Any, int | None]:
    value = row.get(input.id, input.default) if input.id not in row else row[input.id]
    if value is None:
        return None, MISSING_INPUT
    if input.type == "date":
        return dt.date.fromisoformat(str(value)), None
    if input.type == "number":
        if not math.isfinite(value):
            return None, NOT_FINITE
        if (input.min is not None and value < input.min) or (input.max is not None and value > input.max):
            return None, OUT_OF_RANGE
    return value, None


def _result(ruleset: Ruleset, compiled: Cards, frame: nw.LazyFrame[Any], params: Mapping[str, Param]) -> Result:
    engine = engine_named("polars")
    assert engine is not None
    return Result(ruleset, compiled, frame, engine, params, (), (), Selection(), ruleset.language)


# -- raw rows --------------------------------------------------------------------------------------------------


def _run_on_data(ruleset: Ruleset, book: Casebook, case: Case, reached: Reached, language: str) -> list[Difference]:
    assert case.data is not None
    frames: dict[str, Any] = {}
    for id, source in declared_sources(ruleset).items():
        rows = case.data.get(id, [])
        names = [column.name for column in source.columns]
        table = {name: [None if row.get(name) is None else str(row[name]) for row in rows] for name in names}
        frames[id] = pl.DataFrame(table, schema=dict.fromkeys(names, pl.String))
    try:
        result = run_ruleset(ruleset, frames, Options(stage=case.stage, params=case.params, allow_empty=True))
        reached.add(result)
        seen = [one for _, one in _seen(result)]
    except Problems as error:
        return _cannot_run(book, case, error)
    comparing = Comparing(ruleset, book, case, language)
    comparing.cards(seen)
    return comparing.found


def _cannot_run(book: Casebook, case: Case, error: Problems) -> list[Difference]:
    return [Difference(failed(book, case.path, problem.message, problem.hint)) for problem in error.problems]


# -- what was seen ---------------------------------------------------------------------------------------------


def _seen(result: Result, key: str | None = None) -> list[tuple[str, Seen]]:
    """Every card with the values of its inputs, params and metrics, and what a column says of it."""
    ruleset, columns = result.ruleset, result.compiled.columns
    wide, inner = result.wide, [f"i{place}" for place in range(len(ruleset.inputs))]
    keys = [*result.compiled.context.entity, "p"]
    given = result.engine.collect(result.frame.select(*keys, *inner)).sort(keys)
    rows = zip(wide.iter_rows(named=True), given.iter_rows(named=True), result.scorecards(), strict=True)
    found: list[tuple[str, Seen]] = []
    for row, inputs, card in rows:
        values: dict[str, Any] = dict(card.entity)
        values |= {name: _param(ruleset, param, row["p"]) for name, param in result.run_params.items()}
        values |= {name: inputs[f"i{place}"] for place, name in enumerate(ruleset.inputs)}
        values |= {name: metric.value for name, metric in card.metrics.items()}
        bands = {id: row[f"{name}_b"] for id, name in columns.metrics.items() if f"{name}_b" in row}
        found.append((str(row[key]) if key else "", Seen(card, values, bands)))
    return found


def _param(ruleset: Ruleset, param: Param, period: int) -> Any:
    """What a param is in a period."""
    if not param.values:
        return param.value
    if ruleset.period is None:
        return param.values[-1][1]
    day = calendars.first_day(ruleset.period, period).isoformat()
    return next((value for since, value in reversed(param.values) if since <= day), None)
