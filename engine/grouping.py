"""What one source contributes to the cards: prepared row columns, one group-by, and values built from it.

All aggregates of a source go into one group-by, their `where` inside the aggregate; a plan for each input
joined up would cost three times as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw

from .expressions import Compiler
from .formula import Literal, Node, show
from .functions import FUNCTIONS, aggregate_calls, bind
from .model import Formula, Input, Source
from .reasons import MISSING_INPUT, NOT_FINITE
from .values import Context, Fails, Value


@dataclass(frozen=True, slots=True)
class Table:
    """A source as a frame with the columns `c0`, `c1`, … of its declaration, in that order, and `row`, its place."""

    source: Source
    frame: nw.LazyFrame[Any]

    def column(self, name: str) -> str:
        return f"c{[column.name for column in self.source.columns].index(name)}"

    def has(self, name: str) -> bool:
        return self.source.column(name) is not None


class Grouping:
    """Collects, for one source, what its inputs need before, in and after the group-by."""

    def __init__(self, table: Table, number: int, alone: bool, cards: Context) -> None:
        self.table = table
        self.number = number
        self.alone = alone  # no other source makes cards, so each card has a row here
        self.cards = cards
        self.rows = Context()
        self.compiler = Compiler(self.rows, {c.name: self._column(c.name, c.type) for c in table.source.columns}, {})
        self.aggregates: dict[str, tuple[str, nw.Expr]] = {}
        self.prepared: dict[str, Value] = {}
        self.columns: dict[str, str] = {}
        self.count_rows = self.want("rows", nw.len())

    @property
    def there(self) -> nw.Expr:
        """Null in periods for which this source has no row of any entity."""
        return nw.col(f"s{self.number}there")

    def want(self, key: str, expr: nw.Expr) -> nw.Expr:
        """A column of the group-by, taken once however often it is needed."""
        name = f"s{self.number}a{len(self.aggregates)}"
        return nw.col(self.aggregates.setdefault(key, (name, expr))[0])

    def plain(self, input: Input) -> Value:
        """The column of the input's own name, of which each card has one row."""
        column = self.table.column(input.id)
        raw = self.want(f"max {column}", nw.col(column).max())
        self.columns[f"max {column}"] = column
        if self.table.source.column(input.id).type in ("number", "integer"):  # type: ignore[union-attr]
            return _number_column(raw, input.id)
        return Value(raw, input.type, (_missing(raw, input.id),))

    def aggregated(self, input: Input, formula: Formula) -> Value:
        """The input's formula over the aggregates that it calls."""
        where = self.where(input)
        compiler = Compiler(self.cards, {}, {})
        for call in aggregate_calls(formula.node):
            function = FUNCTIONS[call.function]
            aggregating = Aggregating(self, where)
            arguments = {
                parameter.name: node.value
                if parameter.type == "share" and isinstance(node, Literal)
                else aggregating.prepare(node)
                for parameter, node in bind(function, call)
            }
            value: Value = function.meaning(aggregating, **arguments)
            compiler.calls[show(call)] = self.cards.settle(value)
        return compiler.compile(formula.node)

    def where(self, input: Input) -> Value | None:
        """1 in rows that count for the input and 0 in others, as a row column."""
        if input.where is None:
            return None
        key = f"where {show(input.where.node)}"
        if key not in self.prepared:
            held = self.rows.settle(self.compiler.compile(input.where.node))
            marked = self.rows.when(held.expr, nw.lit(1.0), nw.lit(0.0))
            self.prepared[key] = self.rows.keep(self.rows.number(marked, depends=(held,), finite=True))
        return self.prepared[key]

    @property
    def groups(self) -> bool:
        """Whether rows must be grouped; where each key is known to have one row already, they need not."""
        return not self.columns or set(self.aggregates) != {"rows", *self.columns}

    def grouped(self, frame: nw.LazyFrame[Any], keys: tuple[str, ...]) -> nw.LazyFrame[Any]:
        """One row for each key."""
        for layer in self.rows.layers:
            frame = frame.with_columns(**layer)
        if not self.groups:
            rows = {self.aggregates["rows"][0]: nw.lit(1)}
            plain = {self.aggregates[key][0]: nw.col(column) for key, column in self.columns.items()}
            return frame.select(*keys, **plain, **rows)
        return frame.group_by(*keys).agg(**dict(self.aggregates.values()))

    def counted(self, where: Value | None) -> nw.Expr:
        """How many rows count, null for cards that have no row here."""
        return self.count_rows if where is None else self.want(f"sum {where.column}", where.expr.sum())

    def _column(self, name: str, type: str) -> Value:
        column = nw.col(self.table.column(name))
        if type in ("number", "integer"):
            return _number_column(column, name)
        return Value(column, "date" if type == "datetime" else type, (_missing(column, name),))


class Aggregating:
    """The context that an aggregate's meaning sees. Row columns are kept values, null where a row does not count."""

    def __init__(self, grouping: Grouping, where: Value | None) -> None:
        self.grouping = grouping
        self.where = where
        self.spoilt: list[tuple[str, nw.Expr]] = []

    def prepare(self, node: Node) -> Value:
        """The argument as a row column; the reasons why a row has none, other than a gap in the data, are noted."""
        g, where = self.grouping, self.where
        key = f"{show(node)} if {where.column if where else 'any'}"
        if key not in g.prepared:
            value = g.rows.settle(g.compiler.compile(node))
            expr, reason = value.expr, g.rows.reason(value)
            reason = nw.when(reason != MISSING_INPUT).then(reason)
            if where is not None:
                expr, reason = (nw.when(where.expr > 0.5).then(part) for part in (expr, reason))
            depth = max(value.depth, where.depth if where else 0)
            g.prepared[key] = g.rows.keep(Value(expr, value.type, (("", reason),), depth))
        kept = g.prepared[key]
        if kept.type in ("number", "flag"):
            spoiling = g.want(f"bad {kept.column}", kept.reason.min()).cast(nw.Int8)
            self.spoilt.append((f"bad {kept.column}", spoiling))
        return kept

    def rows(self) -> nw.Expr:
        return self.grouping.counted(self.where)

    def all_rows(self) -> nw.Expr:
        return self.grouping.count_rows

    def of(self, operation: str, x: Value, **options: Any) -> nw.Expr:
        key = " ".join([operation, str(x.column), *map(str, options.values())])
        return self.grouping.want(key, getattr(x.expr, operation)(**options))

    def as_number(self, x: Value) -> Value:
        """A flag as 1 and 0."""
        g = self.grouping
        key = f"number {x.column}"
        if key not in g.prepared:
            expr = nw.when(x.expr).then(nw.lit(1.0)).when(~x.expr).then(nw.lit(0.0))
            g.prepared[key] = g.rows.keep(Value(expr, "number", x.reasons, x.depth))
        return g.prepared[key]

    def in_time(self, operation: str, x: Value) -> Value:
        """The first or last row that has `x` and a time; rows of the same time stand in the order of the file."""
        g, source = self.grouping, self.grouping.table.source
        order, timed = ["row"], x.expr
        if g.table.has(source.time):
            time = g.table.column(source.time)
            order = [time, "row"]
            timed = nw.when(~nw.col(time).is_null()).then(x.expr)
        known = g.rows.keep(Value(timed, x.type, x.reasons, x.depth))
        # rows without a value are put where neither the first nor the last is looked for
        mark = known.expr.is_null() if operation == "first" else ~known.expr.is_null()
        place = g.rows.keep(Value(nw.when(mark).then(nw.lit(1)).otherwise(nw.lit(0)), "number", (), known.depth))
        found = getattr(known.expr, operation)(order_by=[str(place.column), *order])
        return self.value(g.want(f"{operation} {x.column}", found), x)

    def when(self, condition: nw.Expr, then: Any, otherwise: Any = None) -> nw.Expr:
        chosen = nw.when(condition).then(then)
        return chosen if otherwise is None else chosen.otherwise(otherwise)

    def count(self, counted: nw.Expr) -> Value:
        """A count: 0 for an entity without a row, if the source has any row in that period."""
        found = counted.cast(nw.Float64)
        if not self.grouping.alone:
            nothing = nw.when(~self.grouping.there.is_null()).then(nw.lit(0.0))
            found = nw.when(~found.is_null()).then(found).otherwise(nothing)
        return self._known(found, "number", ())

    def value(self, expr: nw.Expr, like: Value | None = None, fails: Fails = (), type: str = "number") -> Value:
        """An aggregate of the type of `like`, or of the type given."""
        return self._known(expr, like.type if like else type, fails)

    def _known(self, expr: nw.Expr, type: str, fails: Fails) -> Value:
        cards = self.grouping.cards
        own = tuple((cards.new_name(), nw.when(condition).then(cards.code(code))) for code, condition in fails)
        missing = (cards.new_name(), nw.when(expr.is_null()).then(cards.code(MISSING_INPUT)))
        for _, code in self.spoilt:
            expr = nw.when(code.is_null()).then(expr)
        return Value(expr, type, (*self.spoilt, *own, missing), size=4, finite=False)


def _missing(column: nw.Expr, name: str) -> tuple[str, nw.Expr]:
    return f"missing {name}", nw.when(column.is_null()).then(nw.lit(MISSING_INPUT, nw.Int8))


def _number_column(column: nw.Expr, name: str) -> Value:
    """A number of the data: NaN and infinity are not numbers."""
    endless = (f"finite {name}", nw.when(~column.is_finite()).then(nw.lit(NOT_FINITE, nw.Int8)))
    return Value(nw.when(column.is_finite()).then(column), "number", (_missing(column, name), endless))
