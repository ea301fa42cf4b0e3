"""Periods in the frame of cards: gaps filled for windows, larger periods, and what changes from day to day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import narwhals as nw
import polars as pl

from .. import calendars
from ..engines import Engine
from ..formulas.formula import Call, Literal, walk
from ..language.model import Param, Ruleset
from ..language.order import all_formulas, lookback
from ..reasons import MISSING_INPUT, NO_PRIOR_PERIOD
from .values import Context, Value


def baseline(ruleset: Ruleset, params: Mapping[str, Param]) -> str:
    """`first`, or the label of the baseline period."""
    param = params.get(ruleset.baseline)
    if param is None or ruleset.period is None:
        return ruleset.baseline
    day = dt.date.fromisoformat(str(param.value))
    return calendars.label(ruleset.period, calendars.number_of(ruleset.period, day))


def with_periods(
    ruleset: Ruleset, cards: nw.LazyFrame[Any], bounds: Mapping[str, int], context: Context, engine: Engine
) -> nw.LazyFrame[Any]:
    """The frame that period functions see: gaps filled as far as any of them looks back."""
    depth = lookback(ruleset)
    if depth is None or ruleset.period is None or not bounds.get("cards"):
        return cards
    entity = context.entity
    before = nw.col("p").shift(1).over(*entity, order_by="p")
    missing = cards.with_columns(gap=nw.col("p") - before - 1).filter(nw.col("gap") > 0)
    widest = engine.measure(missing.select(nw.col("gap").max().alias("gap"))).item()
    if widest:
        context.gaps = True
        cards = _filled(ruleset, cards, missing, min(depth, int(widest)))
        cards = engine.persist(cards)
    if context.peers == ("p",):
        context.first_period = bounds["first"]
    else:
        # cards that are kept apart each have a beginning of their own
        context.first_period = nw.col("p0")
    cards = cards.with_columns(p0=nw.col("p").min().over(*entity))
    return _with_larger_periods(ruleset, cards, bounds, engine)


def _filled(ruleset: Ruleset, cards: nw.LazyFrame[Any], missing: nw.LazyFrame[Any], depth: int) -> nw.LazyFrame[Any]:
    """Rows that are not `here` for the last `depth` periods of each gap; no function sees further into one."""
    # the other key columns of cards that are kept apart go along
    keys = [name for name in cards.collect_schema().names() if name != "p" and not name.startswith("i")]
    columns = [part for place in range(len(ruleset.inputs)) for part in (f"i{place}", f"i{place}_r")]
    parts = [cards.select(*keys, "p", *columns, here=nw.lit(True))]
    for back in range(1, depth + 1):
        rows = missing.filter(nw.col("gap") >= back)
        empty = {name: nw.when(nw.lit(False)).then(nw.col(name)) for name in columns}
        reasons = {name: nw.lit(NO_PRIOR_PERIOD, nw.Int8) for name in columns if name.endswith("_r")}
        parts.append(rows.select(*keys, p=nw.col("p") - back, **{**empty, **reasons}, here=nw.lit(False)))
    return nw.concat(parts, how="vertical")


def _with_larger_periods(
    ruleset: Ruleset, cards: nw.LazyFrame[Any], bounds: Mapping[str, int], engine: Engine
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
    numbers = list(range(bounds["first"], bounds["last"] + 1))
    columns: dict[str, list[int]] = {"p": numbers}
    for grain in sorted(grains):
        inside = [calendars.larger_period(ruleset.period, grain, number) for number in numbers]
        columns[f"in_{grain}"] = [bucket for bucket, _ in inside]
        columns[f"start_{grain}"] = [start for _, start in inside]
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64))
    return cards.join(engine.enter(table.lazy()), on="p", how="left")


def with_params(
    ruleset: Ruleset, params: Mapping[str, Param], frame: nw.LazyFrame[Any], bounds: Mapping[str, int], engine: Engine
) -> tuple[nw.LazyFrame[Any], dict[str, Value]]:
    """Parameters as values: constants, or for dated ones a column that changes with the period's first day."""
    values: dict[str, Value] = {}
    dated: dict[str, Param] = {}
    for name, param in params.items():
        if param.values and ruleset.period is not None:
            dated[name] = param
        else:
            values[name] = _constant(param, param.values[-1][1] if param.values else param.value)
    if not dated or ruleset.period is None or not bounds.get("cards"):
        return frame, {**values, **{name: _constant(param, param.values[-1][1]) for name, param in dated.items()}}
    numbers = list(range(bounds["first"], bounds["last"] + 1))
    days = [calendars.first_day(ruleset.period, number).isoformat() for number in numbers]
    columns: dict[str, Any] = {"p": pl.Series(numbers, dtype=pl.Int64)}
    for place, (name, param) in enumerate(dated.items()):
        found = [next((value for since, value in reversed(param.values) if since <= day), None) for day in days]
        columns[f"q{place}"] = pl.Series([None if v is None else _plain(param, v) for v in found], dtype=_dtype(param))
        missing = nw.when(nw.col(f"q{place}").is_null()).then(nw.lit(MISSING_INPUT, nw.Int8))
        values[name] = Value(nw.col(f"q{place}"), param.type, ((f"q{place}", missing),), constant=True)
    table = pl.DataFrame(columns)
    return frame.join(engine.enter(table.lazy()), on="p", how="left"), values


def _dtype(param: Param) -> Any:
    return {"number": pl.Float64, "flag": pl.Boolean, "date": pl.Date}.get(param.type, pl.String)


def _plain(param: Param, value: Any) -> Any:
    return dt.date.fromisoformat(value) if param.type == "date" else value


def constants(params: Mapping[str, Param]) -> dict[str, Value]:
    """Parameters of one value, which rows know as well."""
    return {name: _constant(param, param.value) for name, param in params.items() if not param.values}


def _constant(param: Param, value: Any) -> Value:
    if param.type == "date":
        return Value(nw.lit(dt.date.fromisoformat(str(value))), "date")
    if param.type == "number":
        return Value(nw.lit(float(value), nw.Float64), "number", constant=True)
    return Value(nw.lit(value), param.type)
