"""What one source contributes to the cards: prepared row columns, its group-bys, and values built from them.

All aggregates of a source go into one group-by, their `where` inside the aggregate; a plan for each input
joined up would cost three times as much. Inputs with the same `per` share a finer one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from ..formulas.formula import Literal, Node, show
from ..functions import FUNCTIONS, aggregate_calls, bind
from ..language.model import Formula, Input, Source
from ..reasons import MISSING_INPUT
from ..scoring.expressions import Compiler
from ..scoring.values import Context, Value
from .aggregating import Aggregating, GroupBy, can_fail, missing_reason, number_column
from .nesting import Nested, nested

Frame = nw.LazyFrame[Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A source as a frame with the columns `c0`, `c1`, … that its rows are known to have, and `row`, its place.

    `constants` are parameters that its formulas may name; `in_order` asks for sums that are the same each time.
    `unknown` are columns of which there is no data; without `there`, of the whole source.
    """

    source: Source
    frame: Frame
    constants: Mapping[str, Value] = field(default_factory=dict)
    in_order: bool = False
    unknown: frozenset[str] = frozenset()
    there: bool = True

    def column(self, name: str) -> str:
        return f"c{[column.name for column in self.source.known].index(name)}"

    def has(self, name: str) -> bool:
        return self.source.column(name) is not None


class Grouping:
    """Collects, for one source, what its inputs need before, in and after the group-by."""

    def __init__(self, table: Table, number: int, alone: bool, cards: Context) -> None:
        self.table = table
        self.rows = Context(period_kind=cards.period_kind)
        names = {column.name: self._column(column.name, column.type) for column in table.source.known}
        self.compiler = Compiler(self.rows, {**table.constants, **names}, {})
        self.order = [table.column(table.source.time)] if table.has(table.source.time) else []
        there = None if alone else f"s{number}there"
        self.main = GroupBy(self.rows, cards, f"s{number}", self.order, there)
        self.plain_columns: dict[str, str] = {}
        self.wheres: dict[str, Value] = {}
        self.finer: dict[str, _Finer] = {}

    @property
    def there(self) -> str | None:
        """The column that is null in periods for which this source has no row of any entity; None where it is the
        only one that makes cards, so that each card has a row here."""
        return self.main.there

    def plain(self, input: Input) -> Value:
        """The column of the input's own name, of which each card has one row."""
        column = self.table.column(input.id)
        raw = self.main.want(f"max {column}", nw.col(column).max())
        self.plain_columns[f"max {column}"] = column
        if self.table.source.column(input.id).type in ("number", "integer"):  # type: ignore[union-attr]
            return number_column(raw, input.id)
        return Value(raw, input.type, (missing_reason(raw, input.id),))

    def aggregated(self, input: Input, formula: Formula) -> Value:
        """The input's formula over the aggregates that it calls."""
        where = self._where(input)
        if not input.per:
            return self._over_rows(self.main, where, formula)
        finer = self._finer(input)
        return finer.then(input, where, self._over_rows(finer.groups, where, formula))

    def counted(self, input: Input) -> nw.Expr:
        """How many rows count for the input, null for cards that have no row here."""
        where = self._where(input)
        return self._finer(input).counted(where) if input.per else self.main.counted(where)

    @property
    def is_grouped(self) -> bool:
        """Whether rows must be grouped; where each key is known to have one row already, they need not."""
        plain = {"rows", *self.plain_columns}
        return bool(self.finer) or not self.plain_columns or not plain.issuperset(self.main.aggregates)

    def grouped(self, frame: Frame, keys: tuple[str, ...]) -> Frame:
        """One row for each key."""
        for layer in self.rows.layers:
            frame = frame.with_columns(**layer)
        if not self.is_grouped:
            taken = {"rows": nw.lit(1), **{key: nw.col(column) for key, column in self.plain_columns.items()}}
            return frame.select(*keys, **{name: taken[key] for key, (name, _) in self.main.aggregates.items()})
        inside = self._nested()
        parts = [self.main.over(frame, keys)] if inside is None and (self.main.aggregates or not self.finer) else []
        for finer in self.finer.values():
            parts.append(finer.over(frame, keys, inside or Nested(), self.table.in_order))
            inside = None
        found = parts[0]
        for part in parts[1:]:
            found = joined(found, part, keys)
        return found

    def _nested(self) -> Nested | None:
        """The main group-by out of the groups of the first finer one, where it can be."""
        if not self.finer or not self.main.aggregates:
            return None
        per = next(iter(self.finer))
        # what counts for an input is `per` itself, or nothing: there are no two values of it in a group
        parted = {str(kept.column) for key, kept in self.main.prepared.items() if key.startswith(f"{per} if ")}
        return nested(self.main.aggregates, parted, f"{self.main.name}n")

    def _over_rows(self, groups: GroupBy, where: Value | None, formula: Formula) -> Value:
        compiler = Compiler(groups.cards, self.table.constants, {})
        for call in aggregate_calls(formula.node):
            function = FUNCTIONS[call.function]
            aggregating = Aggregating(groups, where)
            arguments = {
                parameter.name: node.value
                if parameter.type == "share" and isinstance(node, Literal)
                else aggregating.take(show(node), self._value(node))
                for parameter, node in bind(function, call)
            }
            value: Value = function.meaning(aggregating, **arguments)
            compiler.calls[show(call)] = groups.cards.settle(value)
        return compiler.compile(formula.node)

    def _value(self, node: Node) -> Value:
        return self.rows.settle(self.compiler.compile(node))

    def _where(self, input: Input) -> Value | None:
        """1 in rows that count for the input and 0 in others, as a row column."""
        if input.where is None:
            return None
        key = show(input.where.node)
        if key not in self.wheres:
            held = self._value(input.where.node)
            self.wheres[key] = self.rows.keep(marked(self.rows, held.expr, held))
        return self.wheres[key]

    def _finer(self, input: Input) -> _Finer:
        """The groups of an input, which other inputs with the same `per` share."""
        key = ", ".join(show(formula.node) for formula in input.per)
        if key not in self.finer:
            values = [self._value(formula.node) for formula in input.per]
            by = tuple(self.rows.keep(value) for value in values)
            failing = tuple(kept for kept, value in zip(by, values, strict=True) if can_fail(value))
            self.finer[key] = _Finer(by, failing, self.main, f"{self.main.name}p{len(self.finer)}", self.order)
        return self.finer[key]

    def _column(self, name: str, type: str) -> Value:
        column = nw.col(self.table.column(name))
        if type == "number":
            return number_column(column, name)
        # whole numbers are finite: anything else was refused when they were read
        return Value(column, "number" if type == "integer" else type, (missing_reason(column, name),))


@dataclass
class _Finer:
    """A group-by within each key, by the row columns `by`, and one over its groups; rows without one of `by` belong
    to no group."""

    by: tuple[Value, ...]
    failing: tuple[Value, ...]
    main: GroupBy
    name: str
    order: list[str]
    groups: GroupBy = field(init=False)
    outer: GroupBy = field(init=False)
    marks: dict[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # the columns that rows are grouped by keep their names, which begin with another letter
        context = Context(period_kind=self.main.cards.period_kind, letter="v")
        self.groups = GroupBy(self.main.rows, context, self.name, self.order, None)
        self.outer = GroupBy(context, self.main.cards, f"{self.name}t", [], self.main.there)

    def then(self, input: Input, where: Value | None, value: Value) -> Value:
        """One value of those that the input's groups have."""
        context = self.groups.cards
        kept = context.keep(context.settle(value))
        aggregating = Aggregating(self.outer, self._mark(where))
        for place, reason in enumerate(self._failures(where)):
            aggregating.spoil(f"bad key {place} {where.column if where else ''}", reason)
        taken = aggregating.take(str(kept.column), kept)
        return _then(aggregating, str(input.then), taken)

    def counted(self, where: Value | None) -> nw.Expr:
        """How many groups count, and rows whose group cannot be told."""
        counted = self.outer.counted(self._mark(where))
        for place, reason in enumerate(self._failures(where)):
            counted = counted + self.outer.want(f"failed key {place} {where.column if where else ''}", reason.count())
        return counted

    def _failures(self, where: Value | None) -> list[nw.Expr]:
        """For each key that may fail, why rows that count have none: any of them might have been of any group."""
        found = []
        for by in self.failing:
            reason = nw.when(by.reason != MISSING_INPUT).then(by.reason)
            if where is not None:
                reason = nw.when(where.expr > 0.5).then(reason)
            name = f"{self.name} {by.column} {where.column if where else ''}"
            stored = self.groups.rows.store(name, reason, max(by.depth, where.depth if where else 0))
            found.append(self.groups.want(f"bad {name}", stored.min()))
        return found

    def over(self, frame: Frame, keys: tuple[str, ...], inside: Nested, in_order: bool) -> Frame:
        """One row for each key, made of one for each group; with the aggregates of `inside` too."""
        each = (*keys, *(str(by.column) for by in self.by))
        found = self.groups.over(frame, each, inside.within)
        found = found.sort(*each) if in_order else found
        for layer in self.groups.cards.layers:
            found = found.with_columns(**layer)
        return self.outer.over(found, keys, inside.over)

    def _mark(self, where: Value | None) -> Value:
        """1 in groups that have a row that counts."""
        key = str(where.column) if where else ""
        if key not in self.marks:
            held = self.groups.counted(where) > 0
            for by in self.by:
                held = held & ~nw.col(str(by.column)).is_null()
            self.marks[key] = self.groups.cards.keep(marked(self.groups.cards, held))
        return self.marks[key]


def _then(aggregating: Aggregating, then: str, x: Value) -> Value:
    if then == "count_true" or (then == "sum" and x.type == "flag"):
        return aggregating.count(aggregating.of("count", aggregating.only_true(x)))
    function = FUNCTIONS[{"share_true": "share"}.get(then, then)]
    value: Value = function.meaning(aggregating, x)
    return value


def marked(context: Context, held: nw.Expr, *depends: Value) -> Value:
    """1 where a condition holds, 0 where it does not or nobody knows."""
    return context.number(context.when(held, nw.lit(1.0), nw.lit(0.0)), depends=depends, finite=True)


def joined(left: Frame, right: Frame, keys: tuple[str, ...]) -> Frame:
    """The rows of `left`, each with what `right` has of its keys."""
    return left.join(right, on=list(keys), how="left") if keys else left.join(right, how="cross")
