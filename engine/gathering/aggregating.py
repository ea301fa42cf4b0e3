"""One group-by: the aggregates that were asked of it, and what their meanings see.

The meanings stand in `functions/aggregates.py`. Row columns are kept values, null where a row does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw

from ..reasons import MISSING_INPUT, NOT_FINITE
from ..scoring.values import Context, Fails, Value

# What the reason of an empty cell is called among those of a value.
_MISSING = "missing "


class GroupBy:
    """The aggregates of one group-by, each a column that is taken once however often it is needed.

    `rows` holds what stands before it, `cards` what is computed of it. `order` are columns that put rows in time.
    `there` is the column that is null where the source has no row of any entity; None where each key has a row.
    """

    def __init__(self, rows: Context, cards: Context, name: str, order: list[str], there: str | None) -> None:
        self.rows = rows
        self.cards = cards
        self.name = name
        self.order = order
        self.there = there
        self.aggregates: dict[str, tuple[str, nw.Expr]] = {}
        self.prepared: dict[str, Value] = {}

    def want(self, key: str, expr: nw.Expr) -> nw.Expr:
        """A column of the group-by."""
        name = f"{self.name}a{len(self.aggregates)}"
        return nw.col(self.aggregates.setdefault(key, (name, expr))[0])

    def counted(self, where: Value | None) -> nw.Expr:
        """How many rows count, null for keys that have no row here."""
        return self.want("rows", nw.len()) if where is None else self.want(f"sum {where.column}", where.expr.sum())

    def over(
        self, frame: nw.LazyFrame[Any], keys: tuple[str, ...], others: Mapping[str, nw.Expr] = MappingProxyType({})
    ) -> nw.LazyFrame[Any]:
        """One row for each key, or one for all rows where there are no keys; `others` are aggregates to add."""
        aggregates = {**dict(self.aggregates.values()), **others}
        if not keys:
            return frame.select(**aggregates or {f"{self.name}a0": nw.len()})
        return frame.group_by(*keys).agg(**aggregates) if aggregates else frame.select(*keys).unique()


class Aggregating:
    """The context that an aggregate's meaning sees: one call over the rows that count."""

    def __init__(self, groups: GroupBy, where: Value | None) -> None:
        self.groups = groups
        self.where = where
        self.spoilt: list[tuple[str, nw.Expr]] = []

    def take(self, name: str, value: Value) -> Value:
        """An argument as a row column; the reasons why a row has none, other than a gap in the data, are noted."""
        g, where = self.groups, self.where
        key = f"{name} if {where.column if where else 'any'}"
        if key not in g.prepared:
            expr, reason = value.expr, g.rows.reason(value)
            reason = nw.when(reason != MISSING_INPUT).then(reason)
            if where is not None:
                expr, reason = (nw.when(where.expr > 0.5).then(part) for part in (expr, reason))
            depth = max(value.depth, where.depth if where else 0)
            g.prepared[key] = g.rows.keep(Value(expr, value.type, (("", reason),), depth))
        kept = g.prepared[key]
        if can_fail(value):
            self.spoil(f"bad {kept.column}", kept.reason)
        return kept

    def spoil(self, key: str, reason: nw.Expr) -> None:
        """A row column of reasons, of which any takes the value of the whole away."""
        self.spoilt.append((f"{self.groups.name} {key}", self.groups.want(key, reason.min()).cast(nw.Int8)))

    def rows(self) -> nw.Expr:
        return self.groups.counted(self.where)

    def all_rows(self) -> nw.Expr:
        return self.groups.counted(None)

    def of(self, operation: str, x: Value, **options: Any) -> nw.Expr:
        key = " ".join([operation, str(x.column), *map(str, options.values())])
        return self.groups.want(key, getattr(x.expr, operation)(**options))

    def as_number(self, x: Value) -> Value:
        """A flag as 1 and 0."""
        return self._derived("number", x, nw.when(x.expr).then(nw.lit(1.0)).when(~x.expr).then(nw.lit(0.0)))

    def only_true(self, x: Value) -> Value:
        """A flag as 1, and nothing where it is false."""
        return self._derived("true", x, nw.when(x.expr).then(nw.lit(1.0)))

    def _derived(self, what: str, x: Value, expr: nw.Expr) -> Value:
        g = self.groups
        key = f"{what} {x.column}"
        if key not in g.prepared:
            g.prepared[key] = g.rows.keep(Value(expr, "number", x.reasons, x.depth))
        return g.prepared[key]

    def in_time(self, operation: str, x: Value) -> Value:
        """The first or last row that has `x` and a time; rows of the same time stand in the order of the file."""
        g = self.groups
        timed = x.expr
        for column in g.order:
            timed = nw.when(~nw.col(column).is_null()).then(timed)
        known = g.rows.keep(Value(timed, x.type, x.reasons, x.depth))
        # rows without a value are put where neither the first nor the last is looked for
        mark = known.expr.is_null() if operation == "first" else ~known.expr.is_null()
        place = g.rows.keep(Value(nw.when(mark).then(nw.lit(1)).otherwise(nw.lit(0)), "number", (), known.depth))
        found = getattr(known.expr, operation)(order_by=[str(place.column), *g.order, "row"])
        return self.value(g.want(f"{operation} {x.column}", found), x)

    def when(self, condition: nw.Expr, then: Any, otherwise: Any = None) -> nw.Expr:
        chosen = nw.when(condition).then(then)
        return chosen if otherwise is None else chosen.otherwise(otherwise)

    def count(self, counted: nw.Expr) -> Value:
        """A count: 0 for an entity without a row, if the source has any row in that period."""
        found = counted.cast(nw.Float64)
        if self.groups.there is not None:
            nothing = nw.when(~nw.col(self.groups.there).is_null()).then(nw.lit(0.0))
            found = nw.when(~found.is_null()).then(found).otherwise(nothing)
        return self._known(found, "number", ())

    def value(self, expr: nw.Expr, like: Value | None = None, fails: Fails = (), type: str = "number") -> Value:
        """An aggregate of the type of `like`, or of the type given."""
        return self._known(expr, like.type if like else type, fails)

    def _known(self, expr: nw.Expr, type: str, fails: Fails) -> Value:
        cards = self.groups.cards
        own = tuple((cards.new_name(), nw.when(condition).then(cards.code(code))) for code, condition in fails)
        missing = (cards.new_name(), nw.when(expr.is_null()).then(cards.code(MISSING_INPUT)))
        for _, code in self.spoilt:
            expr = nw.when(code.is_null()).then(expr)
        return Value(expr, type, (*self.spoilt, *own, missing), size=4, finite=False)


def can_fail(value: Value) -> bool:
    """Whether a row may have no value for another reason than an empty cell."""
    return any(not key.startswith(_MISSING) for key, _ in value.reasons)


def missing_reason(column: nw.Expr, name: str) -> tuple[str, nw.Expr]:
    """The reason of rows in which a column of that name is empty."""
    return f"{_MISSING}{name}", nw.when(column.is_null()).then(nw.lit(MISSING_INPUT, nw.Int8))


def number_column(column: nw.Expr, name: str) -> Value:
    """A number of the data: NaN and infinity are not numbers."""
    endless = (f"finite {name}", nw.when(~column.is_finite()).then(nw.lit(NOT_FINITE, nw.Int8)))
    return Value(nw.when(column.is_finite()).then(column), "number", (missing_reason(column, name), endless))
