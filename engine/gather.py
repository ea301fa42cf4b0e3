"""Tables to cards: one frame with a row for each entity and period, and a column for each input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw

from . import calendars
from .grouping import Grouping, Table
from .model import Input, Ruleset
from .reasons import OUT_OF_RANGE
from .values import Context, Value

Frame = nw.LazyFrame[Any]


def entity_columns(ruleset: Ruleset) -> tuple[str, ...]:
    """The columns that hold the entity in every frame; one constant where the whole table is the entity."""
    return tuple(f"e{place}" for place in range(len(ruleset.entity))) or ("one",)


def keyed(ruleset: Ruleset, table: Table) -> tuple[Frame, tuple[str, ...]]:
    """The table with its entity as `e0`…, its period as `p`, and the keys that it has of them."""
    frame, keys, columns = table.frame, [], {}
    for place, name in enumerate(ruleset.entity):
        if table.has(name):
            columns[f"e{place}"] = _key(table, name)
            keys.append(f"e{place}")
    if not ruleset.entity:
        columns["one"] = nw.lit(1)
        keys.append("one")
    if ruleset.period is not None and table.has(table.source.time):
        time = nw.col(table.column(table.source.time))
        year = time.dt.year().cast(nw.Int64)
        ordinal = calendars.day_number(year, time.dt.ordinal_day().cast(nw.Int64))
        month = time.dt.month().cast(nw.Int64)
        columns["p"] = calendars.period_number(ruleset.period, year, month, ordinal)
        keys.append("p")
    frame = frame.with_columns(**columns) if columns else frame
    known = [~nw.col(key).is_null() for key in keys if key != "one"]
    return frame.filter(*known) if known else frame, tuple(keys)


def _key(table: Table, name: str) -> nw.Expr:
    """An entity's column; days and moments become text, as they are shown."""
    column = nw.col(table.column(name))
    declared = table.source.column(name)
    form = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M:%S"}.get(declared.type if declared else "")
    return column.dt.to_string(form) if form else column


def gather(ruleset: Ruleset, tables: Sequence[Table]) -> tuple[Frame, bool]:
    """All cards with their key columns, and `i0`, `i0_r`, … for value and reason of each input; and whether
    rows were grouped or joined for it.

    `p` is there even without periods, as the constant 0.
    """
    every = _all_keys(ruleset)
    prepared = [keyed(ruleset, table) for table in tables]
    makers = [place for place, (_, keys) in enumerate(prepared) if set(keys) == set(every)]
    cards = Context(entity=entity_columns(ruleset))
    groupings = [Grouping(table, place, makers == [place], cards) for place, table in enumerate(tables)]
    by_source = {table.source.id: grouping for table, grouping in zip(tables, groupings, strict=True)}
    stored = {
        f"i{place}": _finished(input, by_source[input.source], cards)
        for place, input in enumerate(ruleset.inputs.values())
    }
    for name, value in stored.items():
        cards.keep(value, name)
    frame = _joined(prepared, groupings, makers, every)
    for layer in cards.layers:
        frame = frame.with_columns(**layer)
    names = [part for name in stored for part in (name, f"{name}_r")]
    if "p" not in every:
        frame = frame.with_columns(p=nw.lit(0, nw.Int64))
    grouped = len(tables) > 1 or any(grouping.groups for grouping in groupings)
    return frame.select(*entity_columns(ruleset), "p", *names), grouped


def _all_keys(ruleset: Ruleset) -> tuple[str, ...]:
    return (*entity_columns(ruleset), *(("p",) if ruleset.period is not None else ()))


def _joined(
    prepared: Sequence[tuple[Frame, tuple[str, ...]]],
    groupings: Sequence[Grouping],
    makers: Sequence[int],
    every: tuple[str, ...],
) -> Frame:
    grouped = [grouping.grouped(frame, keys) for (frame, keys), grouping in zip(prepared, groupings, strict=True)]
    if len(makers) == 1:
        frame = grouped[makers[0]]
        rest = [place for place in range(len(grouped)) if place != makers[0]]
    else:
        frame = nw.concat([prepared[place][0].select(*every) for place in makers], how="vertical").unique()
        rest = list(range(len(grouped)))
    for place in rest:
        keys = prepared[place][1]
        frame = (
            frame.join(grouped[place], on=list(keys), how="left") if keys else frame.join(grouped[place], how="cross")
        )
        if not groupings[place].alone:
            frame = _with_presence(frame, prepared[place], place)
    return frame


def _with_presence(frame: Frame, prepared: tuple[Frame, tuple[str, ...]], place: int) -> Frame:
    """A column that is null in periods for which the source has no row at all."""
    rows, keys = prepared
    name = f"s{place}there"
    if "p" not in keys:
        return frame.with_columns(**{name: nw.lit(1)})
    periods = rows.select("p").unique().with_columns(**{name: nw.lit(1)})
    return frame.join(periods, on="p", how="left")


def _finished(input: Input, grouping: Grouping, cards: Context) -> Value:
    """The input's value with its default and its bounds."""
    value = grouping.plain(input) if input.formula is None else grouping.aggregated(input, input.formula)
    value = cards.settle(value)
    if input.type == "date":
        # a moment of a datetime column counts by its day
        value = replace(value, expr=value.expr.cast(nw.Date))
    if input.default is not None:
        rows = grouping.counted(grouping.where(input))
        none = rows.is_null() | (rows == 0)
        default = cards.literal(input.default).expr
        value = Value(
            cards.when(none, default, value.expr), value.type,
            ((cards.new_name(), cards.when(~none, cards.reason(value))),), value.depth, value.size + 2,
        )  # fmt: skip
    if input.min is None and input.max is None:
        return value
    outside = [value.expr < input.min] if input.min is not None else []
    outside += [value.expr > input.max] if input.max is not None else []
    beyond = outside[0] if len(outside) == 1 else outside[0] | outside[1]
    reasons = (*value.reasons, (cards.new_name(), cards.when(beyond, cards.code(OUT_OF_RANGE))))
    return Value(cards.when(~beyond, value.expr), value.type, reasons, value.depth, value.size + 2)
