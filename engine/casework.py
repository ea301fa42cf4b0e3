"""Running cases: the same compiled ruleset over the values that a case gives, all cases of a kind in one frame."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import polars as pl

from . import calendars
from .card import Card
from .cases import Case, Casebook, Expectation
from .compile import Cards
from .coverage import Reached
from .display import format_value
from .engines import engine_named
from .evaluate import run_ruleset, score_cards
from .formula import Call, Choice, Name
from .model import Formula, Input, Param, Ruleset
from .options import Options, read_params
from .problems import Path, Problem, Problems
from .reading import number as number_of
from .reasons import MISSING_INPUT, NOT_FINITE, OUT_OF_RANGE
from .result import Result
from .selection import Selection
from .sources import declared_sources
from .values import Context

_EDGE = "edge "


def run_casebook(
    ruleset: Ruleset, book: Casebook, reached: Reached, name: str | None = None
) -> dict[Path, list[Problem]]:
    """What does not come out as expected, by the path of each case; an empty list where all does.

    With `name`, only the cases whose name holds it.
    """
    chosen = [case for case in book.cases if name is None or name.lower() in case.name.lower()]
    failures: dict[Path, list[Problem]] = {case.path: [] for case in chosen}
    together: dict[str, list[Case]] = {}
    for case in chosen:
        if case.data is not None:
            failures[case.path] += _run_on_data(ruleset, book, case, reached)
        else:
            # the edges of a sampled metric are judged without its sample, so they run apart
            sampled = case.metric if case.metric and ruleset.metrics[case.metric].sample else None
            together.setdefault(repr((case.stage, sorted(case.params.items()), sampled)), []).append(case)
    for cases in together.values():
        try:
            found = _run_together(ruleset, book, cases, reached)
        except Problems as error:
            found = {case.path: [_failed(book, case.path, problem.message, problem.hint) for problem in error.problems]
                     for case in cases}  # fmt: skip
        for path, problems in found.items():
            failures[path] += problems
    return failures


# -- input values ----------------------------------------------------------------------------------------------


def _run_together(
    ruleset: Ruleset, book: Casebook, cases: Sequence[Case], reached: Reached
) -> dict[Path, list[Problem]]:
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
    found: dict[Path, list[Problem]] = {case.path: [] for case in cases}
    by_case: dict[str, list[Card]] = {}
    for name, card in zip(result.wide["case"], result.scorecards(), strict=True):
        by_case.setdefault(name, []).append(card)
    reached.add(result)
    for number, case in enumerate(cases):
        for place, (text, _, level) in enumerate(case.edges):
            card = by_case[f"{number}.{place}"][0]
            got = card.metrics[str(case.metric)].level
            if got != level:
                found[case.path].append(
                    _failed(book, (*case.path, "edges", text), f"{case.metric} at {text}: expected {level}, got {got}")
                )
        if not case.edges:
            found[case.path] += _compare(ruleset, book, case, by_case[str(number)])
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


def _run_on_data(ruleset: Ruleset, book: Casebook, case: Case, reached: Reached) -> list[Problem]:
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
        cards = list(result.scorecards())
    except Problems as error:
        return [_failed(book, case.path, problem.message, problem.hint) for problem in error.problems]
    return _compare(ruleset, book, case, cards)


# -- comparing -------------------------------------------------------------------------------------------------


def _compare(ruleset: Ruleset, book: Casebook, case: Case, cards: Sequence[Card]) -> list[Problem]:
    problems: list[Problem] = []
    for expected in case.expect:
        fitting = [card for card in cards if _fits(ruleset, expected, card)]
        if len(fitting) != 1:
            have = ", ".join(
                f"{'/'.join(map(str, card.entity.values()))} {card.period or ''}".strip() for card in cards[:6]
            )
            problems.append(
                _failed(book, expected.path, f"{len(fitting)} cards fit this expectation, one should",
                        f"name `period` or `entity`; cards: {have or 'none'}")
            )  # fmt: skip
            continue
        problems += _differences(ruleset, book, expected, fitting[0])
    return problems


def _fits(ruleset: Ruleset, expected: Expectation, card: Card) -> bool:
    period = None if ruleset.period is None else expected.period
    if ruleset.period is not None and period is not None and card.period != calendars.label(ruleset.period, period):
        return False
    return all(str(card.entity.get(name)) == str(value) for name, value in expected.entity.items())


def _differences(ruleset: Ruleset, book: Casebook, expected: Expectation, card: Card) -> list[Problem]:
    problems: list[Problem] = []
    named, tolerance = expected.named, book.tolerance

    def differ(path: Path, what: str, wanted: Any, got: Any, why: str = "") -> None:
        period = f" in {card.period}" if card.period else ""
        problems.append(
            _failed(book, (*expected.path, *path), f"{what}{period}: expected {_say(wanted)}, got {_say(got)}{why}")
        )

    for name, wanted in (named.get("metrics") or {}).items():
        metric = card.metrics[name]
        if not _close(wanted, metric.value, tolerance):
            formula = ruleset.metrics[name].formula.text.strip()
            why = f" ({metric.status})" if metric.value is None else ""
            differ(("metrics", name), name, wanted, metric.value, f"{why}; {name} = {formula}")
    for name, wanted in (named.get("levels") or {}).items():
        level_of = card.metrics.get(name) or card.groups[name]
        if level_of.level != wanted:
            value = f"; value {_say(card.metrics[name].value)}" if name in card.metrics else ""
            differ(("levels", name), f"level of {name}", wanted, level_of.level, value)
    for name, wanted in (named.get("scores") or {}).items():
        score_of = card.metrics.get(name) or card.groups[name]
        if not _close(wanted, score_of.score, tolerance):
            differ(("scores", name), f"score of {name}", wanted, score_of.score)
    for name, wanted in (named.get("status") or {}).items():
        status_of = card.metrics.get(name) or card.groups[name]
        if status_of.status != wanted:
            differ(("status", name), f"status of {name}", wanted, status_of.status)
    if "score" in named and not _close(named["score"], card.score, tolerance):
        differ(("score",), "score", named["score"], card.score)
    for key, got in (("level", card.level), ("stage", card.stage)):
        if key in named and named[key] != got:
            differ((key,), key, named[key], got)
    given = [advice.id for advice in card.advice]
    for place, name in enumerate(named.get("advice") or ()):
        if name not in given:
            when = ruleset.advice[name].when.text.strip()
            differ(("advice", place), "advice", name, ", ".join(given) or "none", f"; {name} when {when}")
    for place, name in enumerate(named.get("no_advice") or ()):
        if name in given:
            when = ruleset.advice[name].when.text.strip()
            differ(("no_advice", place), "advice", f"no {name}", name, f"; {name} when {when}")
    return problems


def _close(wanted: Any, got: float | None, tolerance: float) -> bool:
    target = number_of(wanted)
    if target is None or got is None:
        return target is None and got is None
    return math.isclose(target, got, rel_tol=1e-9, abs_tol=tolerance)


def _say(value: Any) -> str:
    if value is None:
        return "no value"
    return format_value(value, None, 6) if isinstance(value, float) else str(value)


def _failed(book: Casebook, path: Path, message: str, hint: str | None = None) -> Problem:
    document = book.document
    place = document.at(path)
    return Problem("RC702", message, place, hint=hint, path=path, source=document.line(place.line))
