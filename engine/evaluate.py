"""The run: data and a checked ruleset to a result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from . import calendars
from .compile import Cards
from .datasets import Loaded, load_data
from .engines import ENGINES, Engine, engine_named
from .gather import entity_columns, gather, keyed
from .grouping import Table
from .model import Param, Period, Ruleset
from .order import all_formulas, lookback
from .problems import Problem, Problems
from .formula import Call, Literal, walk
from .reasons import MISSING_INPUT, NO_PRIOR_PERIOD, OUT_OF_RANGE, REASONS
from .result import Result
from .selection import Selection
from .suggest import nearest
from .values import Context, Value


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may be told: a stage for all, values of parameters, which cards to show, where to compute."""

    stage: str | None = None
    params: Mapping[str, Any] | None = None
    period: str | None = None
    entity: Sequence[str] = ()
    engine: str = "polars"
    language: str | None = None


def run_ruleset(ruleset: Ruleset, data: Mapping[str, Any], options: Options) -> Result:
    """The scorecards of a checked ruleset over data.

    Raises Problems when an option or the data cannot be used; warnings about data are in the result.
    """
    engine, params, shown = _understood(ruleset, options)
    loaded, problems = load_data(ruleset, data)
    _stop_at_errors(problems)
    tables = [Table(one.source, engine.enter(one.frame)) for one in loaded.values()]
    _stop_at_errors(_duplicates(ruleset, tables, engine))
    cards = engine.persist(gather(ruleset, tables))
    bounds = _bounds(ruleset, cards, engine)
    problems += _out_of_range(ruleset, bounds)
    context = Context(entity_columns(ruleset), ruleset.period, baseline=_baseline(ruleset, params))
    frame = _with_periods(ruleset, cards, bounds, context, engine)
    frame, values = _with_params(ruleset, params, frame, bounds, engine)
    compiled = Cards(ruleset, context, values, options.stage)
    for layer in context.layers:
        frame = frame.with_columns(**layer)
    if context.gaps:
        frame = frame.filter(nw.col("here"))
    return Result(
        ruleset=ruleset,
        compiled=compiled,
        frame=frame,
        engine=engine,
        run_params=params,
        sources=tuple(file for one in loaded.values() for file in one.files),
        problems=tuple(problems),
        shown=shown,
        language=options.language or ruleset.language,
    )


def _stop_at_errors(problems: Sequence[Problem]) -> None:
    if any(problem.severity == "error" for problem in problems):
        raise Problems(problems)


# -- options ---------------------------------------------------------------------------------------------------


def _understood(ruleset: Ruleset, options: Options) -> tuple[Engine, dict[str, Param], Selection]:
    problems: list[Problem] = []
    engine = engine_named(options.engine)
    if engine is None:
        problems.append(_unknown("engine", options.engine, ENGINES))
    if options.stage is not None:
        profiles = ruleset.stages.profiles if ruleset.stages else {}
        if options.stage not in profiles:
            problems.append(_unknown("stage", options.stage, profiles))
    params = dict(ruleset.params)
    for name, given in (options.params or {}).items():
        if name not in params:
            problems.append(_unknown("parameter", name, params))
        else:
            value = _param_value(params[name], given)
            if value is None:
                kind = params[name].type
                problems.append(Problem("RC509", f"{given!r} is not a {kind}, which `{name}` is",
                                        hint={"number": "such as 650 or 5%", "date": "such as 2025-03-01"}.get(kind)))
            else:
                params[name] = Param(name, params[name].title, params[name].unit, params[name].type, value, (), ())
    shown = Selection.read(ruleset, options.period, options.entity)
    if isinstance(shown, Problem):
        problems.append(shown)
    if problems or engine is None or isinstance(shown, Problem):
        raise Problems(problems)
    return engine, params, shown


def _unknown(what: str, given: str, known: Any) -> Problem:
    guess = nearest(given, known)
    hint = f"did you mean `{guess}`?" if guess else f"there are: {', '.join(known) or 'none'}"
    return Problem("RC509", f"there is no {what} `{given}`", hint=hint)


def _param_value(param: Param, given: Any) -> Any:
    from .reading import number

    if param.type == "number":
        if isinstance(given, str) and number(given) is None:
            try:
                given = float(given)
            except ValueError:
                return None
        found = number(given)
        return found if found is not None and abs(found) < float("inf") else None
    if param.type == "flag":
        return {"true": True, "false": False}.get(str(given).lower())
    if param.type == "date":
        try:
            return dt.date.fromisoformat(str(given)).isoformat()
        except ValueError:
            return None
    return str(given)


# -- data ------------------------------------------------------------------------------------------------------


def _duplicates(ruleset: Ruleset, tables: Sequence[Table], engine: Engine) -> list[Problem]:
    """Sources with more than one row for a card, where an input is a plain column and needs just one."""
    problems = []
    for table in tables:
        plain = [i.id for i in ruleset.inputs.values() if i.source == table.source.id and i.formula is None]
        if not plain:
            continue
        frame, keys = keyed(ruleset, table)
        several = frame.group_by(*keys).agg(n=nw.len()).filter(nw.col("n") > 1)
        found = engine.collect(several.select(nw.len().alias("cards"), nw.col("n").max().alias("most")))
        if not found.item(0, "cards"):
            continue
        first = engine.collect(several.sort(*keys).head(5))
        names = "; ".join(_card_name(ruleset, row) for row in first.iter_rows(named=True))
        has = "row" if not ruleset.entity and ruleset.period is None else "row for each entity and period"
        problems.append(
            Problem("RC505", f"the data of `{table.source.id}` needs one {has}, but has more for: {names}",
                    hint=f"take repeated rows out, or give `{plain[0]}` a formula such as sum({plain[0]})")
        )  # fmt: skip
    return problems


def _card_name(ruleset: Ruleset, row: Mapping[str, Any]) -> str:
    parts = [str(row[f"e{place}"]) for place in range(len(ruleset.entity)) if f"e{place}" in row]
    if ruleset.period is not None and "p" in row:
        parts.append(calendars.label(ruleset.period, row["p"]))
    return f"{', '.join(parts) or 'all'} ({row['n']} rows)"


def _bounds(ruleset: Ruleset, cards: nw.LazyFrame[Any], engine: Engine) -> dict[str, Any]:
    """How many cards there are, their first and last period, and how many inputs lie out of range."""
    outside = {
        f"i{place}_r": (nw.col(f"i{place}_r") == OUT_OF_RANGE).sum()
        for place, input in enumerate(ruleset.inputs.values())
        if input.min is not None or input.max is not None
    }
    found = engine.collect(
        cards.select(nw.len().alias("cards"), nw.col("p").min().alias("first"), nw.col("p").max().alias("last"),
                     **outside)
    )  # fmt: skip
    return found.row(0, named=True)


def _out_of_range(ruleset: Ruleset, bounds: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for place, input in enumerate(ruleset.inputs.values()):
        count = bounds.get(f"i{place}_r")
        if count:
            low = "" if input.min is None else f"from {input.min:g} "
            high = "" if input.max is None else f"to {input.max:g} "
            problems.append(
                Problem("RC508", f"`{input.id}` lies outside its range ({(low + high).strip()}) in {count} cards",
                        severity="warning", hint="these cards have no value for it")
            )  # fmt: skip
    return problems


# -- periods ---------------------------------------------------------------------------------------------------


def _baseline(ruleset: Ruleset, params: Mapping[str, Param]) -> str:
    """`first`, or the label of the baseline period."""
    param = params.get(ruleset.baseline)
    if param is None or ruleset.period is None:
        return ruleset.baseline
    day = dt.date.fromisoformat(str(param.value))
    return calendars.label(ruleset.period, calendars.number_of(ruleset.period, day))


def _with_periods(
    ruleset: Ruleset, cards: nw.LazyFrame[Any], bounds: Mapping[str, Any], context: Context, engine: Engine
) -> nw.LazyFrame[Any]:
    """The frame that period functions see: gaps filled as far as any of them looks back."""
    depth = lookback(ruleset)
    if depth is None or ruleset.period is None or not bounds["cards"]:
        return cards
    entity = context.entity
    before = nw.col("p").shift(1).over(*entity, order_by="p")
    missing = cards.with_columns(gap=nw.col("p") - before - 1).filter(nw.col("gap") > 0)
    widest = engine.collect(missing.select(nw.col("gap").max().alias("gap"))).item()
    if widest:
        context.gaps = True
        cards = _filled(ruleset, cards, missing, min(depth, int(widest)), entity)
        cards = engine.persist(cards)
    context.first_period = int(bounds["first"])
    cards = cards.with_columns(p0=nw.col("p").min().over(*entity))
    return _with_larger_periods(ruleset, cards, bounds, engine)


def _filled(
    ruleset: Ruleset, cards: nw.LazyFrame[Any], missing: nw.LazyFrame[Any], depth: int, entity: tuple[str, ...]
) -> nw.LazyFrame[Any]:
    """Rows that are not `here` for the last `depth` periods of each gap; no function sees further into one."""
    columns = [part for place in range(len(ruleset.inputs)) for part in (f"i{place}", f"i{place}_r")]
    parts = [cards.select(*entity, "p", *columns, here=nw.lit(True))]
    for back in range(1, depth + 1):
        rows = missing.filter(nw.col("gap") >= back)
        empty = {name: nw.when(nw.lit(False)).then(nw.col(name)) for name in columns}
        reasons = {name: nw.lit(NO_PRIOR_PERIOD, nw.Int8) for name in columns if name.endswith("_r")}
        parts.append(rows.select(*entity, p=nw.col("p") - back, **{**empty, **reasons}, here=nw.lit(False)))
    return nw.concat(parts, how="vertical")


def _with_larger_periods(
    ruleset: Ruleset, cards: nw.LazyFrame[Any], bounds: Mapping[str, Any], engine: Engine
) -> nw.LazyFrame[Any]:
    """For `to_date`: which year, quarter, month or week a period lies in, and the first period of that."""
    assert ruleset.period is not None
    grains = {
        str(argument.value)
        for formula in all_formulas(ruleset)
        for piece in walk(formula.node)
        if isinstance(piece, Call) and piece.function == "to_date"
        for argument in (*piece.arguments, *(node for _, node in piece.keywords))
        if isinstance(argument, Literal) and isinstance(argument.value, str)
    }
    if not grains:
        return cards
    numbers = list(range(int(bounds["first"]), int(bounds["last"]) + 1))
    columns: dict[str, list[int]] = {"p": numbers}
    for grain in sorted(grains):
        inside = [calendars.larger_period(ruleset.period, grain, number) for number in numbers]
        columns[f"in_{grain}"] = [bucket for bucket, _ in inside]
        columns[f"start_{grain}"] = [start for _, start in inside]
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64))
    return cards.join(engine.enter(table.lazy()), on="p", how="left")


# -- params ----------------------------------------------------------------------------------------------------


def _with_params(
    ruleset: Ruleset, params: Mapping[str, Param], frame: nw.LazyFrame[Any], bounds: Mapping[str, Any], engine: Engine
) -> tuple[nw.LazyFrame[Any], dict[str, Value]]:
    """Parameters as values: constants, or for dated ones a column that changes with the period's first day."""
    values: dict[str, Value] = {}
    dated: dict[str, Param] = {}
    for name, param in params.items():
        if param.values and ruleset.period is not None:
            dated[name] = param
        else:
            values[name] = _constant(param, param.values[-1][1] if param.values else param.value)
    if not dated or ruleset.period is None or not bounds["cards"]:
        return frame, {**values, **{name: _constant(param, param.values[-1][1]) for name, param in dated.items()}}
    numbers = list(range(int(bounds["first"]), int(bounds["last"]) + 1))
    days = [calendars.first_day(ruleset.period, number).isoformat() for number in numbers]
    columns: dict[str, Any] = {"p": pl.Series(numbers, dtype=pl.Int64)}
    for place, (name, param) in enumerate(dated.items()):
        found = [next((value for since, value in reversed(param.values) if since <= day), None) for day in days]
        columns[f"q{place}"] = pl.Series([None if v is None else _plain(param, v) for v in found], dtype=_dtype(param))
        missing = nw.when(nw.col(f"q{place}").is_null()).then(nw.lit(MISSING_INPUT, nw.Int8))
        values[name] = Value(nw.col(f"q{place}"), param.type, ((f"q{place}", missing),))
    table = pl.DataFrame(columns)
    return frame.join(engine.enter(table.lazy()), on="p", how="left"), values


def _dtype(param: Param) -> Any:
    return {"number": pl.Float64, "flag": pl.Boolean, "date": pl.Date}.get(param.type, pl.String)


def _plain(param: Param, value: Any) -> Any:
    return dt.date.fromisoformat(value) if param.type == "date" else value


def _constant(param: Param, value: Any) -> Value:
    if param.type == "date":
        return Value(nw.lit(dt.date.fromisoformat(str(value))), "date")
    if param.type == "number":
        return Value(nw.lit(float(value), nw.Float64), "number")
    return Value(nw.lit(value), param.type)
