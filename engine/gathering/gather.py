"""Tables to cards: one frame with a row for each entity and period, and a column for each input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw

from .. import calendars
from ..engines import Engine
from ..formulas.formula import names
from ..language.durations import Duration
from ..language.model import Input, Period, Ruleset
from ..reasons import MISSING_INPUT, OUT_OF_RANGE
from ..scoring.values import Context, Value
from .cohorts import Cohorts
from .grouping import Grouping, Table, joined
from .matching import here
from .trailing import Trailing

Frame = nw.LazyFrame[Any]
# A source, and the window through which its rows are looked at; None for those of the card's own period.
Rows = tuple[str, Duration | None]


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
        columns["p"] = _period(ruleset.period, nw.col(table.column(table.source.time)))
        keys.append("p")
    frame = frame.with_columns(**columns) if columns else frame
    known = [~nw.col(key).is_null() for key in keys if key != "one"]
    return frame.filter(*known) if known else frame, tuple(keys)


def periods(period: Period, table: Table) -> Frame:
    """The periods that the table has rows in, as `p`: taken from its days, of which there are few beside its rows."""
    day = nw.col(table.column(table.source.time)).cast(nw.Date)
    return (
        table.frame.select(day=day).unique().filter(~nw.col("day").is_null()).select(p=_period(period, nw.col("day")))
    )


def _period(period: Period, time: nw.Expr) -> nw.Expr:
    year = time.dt.year().cast(nw.Int64)
    ordinal = calendars.day_number(year, time.dt.ordinal_day().cast(nw.Int64))
    number: nw.Expr = calendars.period_number(period, year, time.dt.month().cast(nw.Int64), ordinal)
    return number


def _key(table: Table, name: str) -> nw.Expr:
    """An entity's column; days and moments become text, as they are shown."""
    column = nw.col(table.column(name))
    declared = table.source.column(name)
    form = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%d %H:%M:%S"}.get(declared.type if declared else "")
    return column.dt.to_string(form) if form else column


def gather(ruleset: Ruleset, tables: Sequence[Table], engine: Engine) -> tuple[Frame, bool]:
    """All cards with their key columns, and `i0`, `i0_r`, … for value and reason of each input; and whether
    rows were grouped or joined for it.

    `p` is there even without periods, as the constant 0. With several tables the columns `here` tell which of them has
    rows for a card.
    """
    every = _all_keys(ruleset)
    prepared = [keyed(ruleset, table) for table in tables]
    makers = [place for place, (_, keys) in enumerate(prepared) if set(keys) == set(every)]
    cards = Context(entity=entity_columns(ruleset), period_kind=ruleset.period)
    groupings = [Grouping(table, place, makers == [place], cards) for place, table in enumerate(tables)]
    by_rows: dict[Rows, Grouping] = {(one.table.source.id, None): one for one in groupings}
    windows = _windows(ruleset, tables, engine)
    for (source, duration), window in windows.items():
        # the same source once more, over rows that stand for each card in whose window they lie
        rows, keys = prepared[[one.source.id for one in tables].index(source)]
        by_rows[source, duration] = Grouping(window.table, len(groupings), False, cards)
        groupings.append(by_rows[source, duration])
        prepared.append((window.rows(rows), keys))
    cohorts = Cohorts(ruleset, {one.source.id: (one, *two) for one, two in zip(tables, prepared, strict=False)}, engine)
    at_hand = {one.source.id: one for one in tables}
    stored = {
        f"i{place}": _finished(input, by_rows[input.source, input.trailing], cohorts, cards)
        if _can_be_known(input, at_hand)
        else _unknown(input, cards)
        for place, input in enumerate(ruleset.inputs.values())
    }
    for (name, value), input in zip(stored.items(), ruleset.inputs.values(), strict=True):
        through = windows.get((input.source, input.trailing))
        cards.keep(value if through is None else through.value(value, cards), name)
    frame = cohorts.beside(_joined(prepared, groupings, makers, every))
    for layer in cards.layers:
        frame = frame.with_columns(**layer)
    values = [part for name in stored for part in (name, f"{name}_r")]
    if "p" not in every:
        frame = frame.with_columns(p=nw.lit(0, nw.Int64))
    grouped = len(tables) > 1 or bool(cohorts.parts) or any(grouping.is_grouped for grouping in groupings)
    marks = [here(place) for place in range(len(tables))] if len(tables) > 1 else []
    return frame.select(*entity_columns(ruleset), "p", *values, *marks), grouped


def _windows(ruleset: Ruleset, tables: Sequence[Table], engine: Engine) -> dict[Rows, Trailing]:
    """The windows through which inputs look at sources, each once."""
    found: dict[Rows, Trailing] = {}
    for input in ruleset.inputs.values():
        if input.trailing is not None and ruleset.period is not None and (input.source, input.trailing) not in found:
            table = next(one for one in tables if one.source.id == input.source)
            found[input.source, input.trailing] = Trailing(ruleset.period, table, input.trailing, engine)
    return found


def _all_keys(ruleset: Ruleset) -> tuple[str, ...]:
    return (*entity_columns(ruleset), *(("p",) if ruleset.period is not None else ()))


def _joined(
    prepared: Sequence[tuple[Frame, tuple[str, ...]]],
    groupings: Sequence[Grouping],
    makers: Sequence[int],
    every: tuple[str, ...],
) -> Frame:
    grouped = [grouping.grouped(frame, keys) for (frame, keys), grouping in zip(prepared, groupings, strict=True)]
    if len(grouped) > 1:
        grouped = [part.with_columns(**{here(place): nw.lit(1)}) for place, part in enumerate(grouped)]
    if len(makers) == 1:
        frame = grouped[makers[0]]
        rest = [place for place in range(len(grouped)) if place != makers[0]]
    else:
        frame = nw.concat([grouped[place].select(*every) for place in makers], how="vertical").unique()
        rest = list(range(len(grouped)))
    for place in rest:
        keys = prepared[place][1]
        frame = joined(frame, grouped[place], keys)
        there = groupings[place].there
        if there is not None:
            frame = _with_presence(frame, grouped[place], keys, there)
    return frame


def _with_presence(frame: Frame, grouped: Frame, keys: tuple[str, ...], name: str) -> Frame:
    """A column that is null in periods for which the source has no row at all."""
    if "p" not in keys:
        return frame.with_columns(**{name: nw.lit(1)})
    periods = grouped.select("p").unique().with_columns(**{name: nw.lit(1)})
    return frame.join(periods, on="p", how="left")


def _can_be_known(input: Input, tables: Mapping[str, Table]) -> bool:
    """Whether there is data of all that the input looks at. A count would be 0 where nobody has counted."""
    if not all(tables[source].there for source in input.sources):
        return False
    cohort = input.cohort
    used = [(input.source, one) for one in (input.formula, *input.per)] + [
        (source, where) for where, source in input.conditions.values()
    ]
    columns = [(source, name) for source, formula in used if formula is not None for name in names(formula.node)]
    columns += [(input.source, input.id)] if input.is_column else []
    columns += [(source, cohort.by) for source in input.sources] if cohort is not None else []
    return not any(name in tables[source].unknown for source, name in columns)


def _unknown(input: Input, cards: Context) -> Value:
    kinds = {"text": nw.String(), "flag": nw.Boolean(), "date": nw.Date()}
    reason = (cards.new_name(), cards.code(MISSING_INPUT))
    return Value(nw.lit(None, kinds.get(input.type, nw.Float64())), input.type, (reason,))


def _finished(input: Input, grouping: Grouping, cohorts: Cohorts, cards: Context) -> Value:
    """The input's value with its default and its bounds."""
    if input.cohort is not None:
        value = cohorts.value(input, grouping, cards)
    else:
        value = grouping.plain(input) if input.formula is None else grouping.aggregated(input, input.formula)
    value = cards.settle(value)
    if input.type == "date":
        # a moment of a datetime column counts by its day
        value = replace(value, expr=value.expr.cast(nw.Date), type="date")
    if input.default is not None:
        rows = grouping.counted(input)
        none = rows.is_null() | (rows == 0)
        date = input.type == "date"
        default = nw.lit(dt.date.fromisoformat(str(input.default))) if date else cards.literal(input.default).expr
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
