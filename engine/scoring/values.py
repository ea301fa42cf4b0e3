"""Compiled values: a column expression together with the reasons that it may have no value.

Inside the frame a value is null exactly where the first of its reasons is not; NaN and infinity are turned
into `not_finite` before anything could compare or divide by them (`settle`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from .. import calendars
from ..language.model import Period
from ..reasons import NO_PRIOR_PERIOD, NOT_FINITE, ZERO_DENOMINATOR

# An expression this large is stored as a column rather than repeated inside another.
_LARGE = 12
Fails = tuple[tuple[int, nw.Expr], ...]


@dataclass(frozen=True)
class Value:
    """`reasons` are (key, code expression) in the order in which they count; equal keys are one reason.

    `depth` is the number of layers of columns that must exist before it can be computed; `size` how much
    expression it is; `finite` whether it cannot hold NaN or infinity; `constant` whether it comes from literals
    and parameters alone.
    """

    expr: nw.Expr
    type: str
    reasons: tuple[tuple[str, nw.Expr], ...] = ()
    depth: int = 0
    size: int = 1
    finite: bool = True
    constant: bool = False
    column: str | None = None

    @property
    def reason(self) -> nw.Expr:
        """The one code column of a kept value."""
        return self.reasons[0][1]


@dataclass
class Context:
    """Builds values over the frame of cards, and collects the columns they need, layer by layer.

    Columns of that frame: `p` the period's number, `p0` the entity's first, `one` a constant, `here` false in
    rows that only fill gaps, and the key columns in `entity`. `peers` are the columns that cards compared with
    each other share, `better` the direction of each metric.
    """

    entity: tuple[str, ...] = ("one",)
    period_kind: Period | None = None
    peers: tuple[str, ...] = ("p",)
    gaps: bool = False
    first_period: Any = 0
    baseline: str = "first"
    layers: list[dict[str, nw.Expr]] = field(default_factory=list)
    judgements: dict[tuple[str, str], Value] = field(default_factory=dict)
    better: dict[str, str | None] = field(default_factory=dict)
    kept: int = 0
    letter: str = "k"

    nw = nw

    # -- pieces ----------------------------------------------------------------------------------------------

    def code(self, reason: int) -> nw.Expr:
        return nw.lit(reason, nw.Int8)

    def no_code(self) -> nw.Expr:
        return nw.lit(None, nw.Int8)

    def when(self, condition: nw.Expr, then: nw.Expr, otherwise: nw.Expr | None = None) -> nw.Expr:
        chosen = nw.when(condition).then(then)
        return chosen if otherwise is None else chosen.otherwise(otherwise)

    def literal(self, value: float | str | bool) -> Value:
        if isinstance(value, bool):
            return Value(nw.lit(value), "flag")
        if isinstance(value, str):
            return Value(nw.lit(value), "text")
        return Value(nw.lit(float(value), nw.Float64), "number", constant=True)

    def reason(self, value: Value) -> nw.Expr:
        """The code of the first reason, null where there is a value."""
        codes = [code for _, code in value.reasons]
        return self.no_code() if not codes else codes[0] if len(codes) == 1 else nw.coalesce(*codes)

    def at_depth(self, depth: int) -> Value:
        """Stands for columns that exist from a layer on."""
        return Value(nw.lit(0), "number", depth=depth)

    def balanced_sum(self, terms: Sequence[nw.Expr]) -> nw.Expr:
        """The sum of many terms as a shallow tree."""
        middle = len(terms) // 2
        return terms[0] if not middle else self.balanced_sum(terms[:middle]) + self.balanced_sum(terms[middle:])

    # -- columns ---------------------------------------------------------------------------------------------

    def store(self, name: str, expr: nw.Expr, depth: int) -> nw.Expr:
        """A column of its own in the layer `depth`."""
        while len(self.layers) <= depth:
            self.layers.append({})
        self.layers[depth][name] = expr
        return nw.col(name)

    def new_name(self) -> str:
        self.kept += 1
        return f"{self.letter}{self.kept}"

    def keep(self, value: Value, name: str | None = None) -> Value:
        """The value as two columns, null in rows that only fill gaps."""
        if value.column is not None and name is None:
            return value
        name = name or self.new_name()
        expr, reason = value.expr, self.reason(value)
        if self.gaps:
            expr = self.when(nw.col("here"), expr)
            reason = self.when(nw.col("here"), reason, self.code(NO_PRIOR_PERIOD))
        stored = self.store(name, expr, value.depth)
        stored_reason = self.store(f"{name}_r", reason, value.depth)
        reasons = ((name, stored_reason),)
        return Value(stored, value.type, reasons, value.depth + 1, 1, value.finite, value.constant, name)

    # -- values ----------------------------------------------------------------------------------------------

    def settle(self, value: Value) -> Value:
        """The value with NaN and infinity made `not_finite`, small enough to stand several times in an expression."""
        if value.size > _LARGE:
            value = self.keep(value)
        if value.finite or value.type != "number":
            return value
        finite = value.expr.is_finite()
        key = f"finite {value.column}" if value.column else f"finite {self.new_name()}"
        reasons = (*value.reasons, (key, self.when(~finite, self.code(NOT_FINITE))))
        settled = self.when(finite, value.expr)
        return Value(settled, "number", reasons, value.depth, value.size + 1, constant=value.constant)

    def number(
        self, expr: nw.Expr, *args: Value, fails: Fails = (), finite: bool = False, depends: Sequence[Value] = ()
    ) -> Value:
        """A number from arguments, which lend their reasons, and conditions that leave no value."""
        own = tuple((self.new_name(), self.when(condition, self.code(code))) for code, condition in fails)
        constant = all(value.constant for value in (*args, *depends))
        return Value(expr, "number", (*_merged(args), *own), *_extent((*args, *depends)), finite, constant)

    def flag(self, expr: nw.Expr, *args: Value, depends: Sequence[Value] = ()) -> Value:
        return Value(expr, "flag", _merged(args), *_extent((*args, *depends)))

    def typed(self, type: str, expr: nw.Expr, *args: Value) -> Value:
        """A value of a type from arguments, which lend their reasons."""
        return Value(expr, type, _merged(args), *_extent(args))

    def of_each(self, beside: Value, divisor: Value) -> nw.Expr:
        """A divisor, as a value of every row where it is a constant and what it divides is none."""
        constant = divisor.constant and not beside.constant
        return self.divisor(beside.expr, divisor.expr) if constant else divisor.expr

    def known_or(
        self, expr: nw.Expr, depends: Sequence[Value], reason: nw.Expr, type: str = "number", finite: bool = True
    ) -> Value:
        """A value whose reason, where it is null, is the one given."""
        depth, size = _extent(depends)
        if size > _LARGE:
            expr = self.store(self.new_name(), expr, depth)
            depth, size = depth + 1, 1
        reasons = ((self.new_name(), self.when(expr.is_null(), reason)),)
        constant = all(value.constant for value in depends)
        return Value(expr, type, reasons, depth, size + 1, finite, constant)

    # -- operators -------------------------------------------------------------------------------------------

    # The left side is settled first, so that its overflow is told before what is wrong on the right.

    def add(self, left: Value, right: Value) -> Value:
        left = self.settle(left)
        return self.number(left.expr + right.expr, left, right)

    def subtract(self, left: Value, right: Value) -> Value:
        left = self.settle(left)
        return self.number(left.expr - right.expr, left, right)

    def multiply(self, left: Value, right: Value) -> Value:
        left = self.settle(left)
        return self.number(left.expr * right.expr, left, right)

    def divide(self, left: Value, right: Value) -> Value:
        # by 0 the quotient is infinite or NaN, which `settle` takes away after this reason has been noted
        left, right = self.settle(left), self.settle(right)
        return self.number(
            left.expr / self.of_each(left, right), left, right, fails=((ZERO_DENOMINATOR, right.expr == 0),)
        )

    def divisor(self, beside: nw.Expr, constant: nw.Expr | float) -> nw.Expr:
        """A constant as a value of every row: Polars would multiply by its reciprocal, and 3 / 10 would pass 0.3."""
        return beside * 0 + constant

    # -- periods and peers -----------------------------------------------------------------------------------

    @property
    def calendar(self) -> Period:
        """On which day weeks start, and in which month years."""
        return self.period_kind or Period("day")

    @property
    def period(self) -> nw.Expr:
        return nw.col("p")

    @property
    def last_day(self) -> nw.Expr:
        """The last day of the period, as a date."""
        since = calendars.last_day(self.calendar, nw.col("p")) - calendars.EPOCH.toordinal()
        day: nw.Expr = (nw.lit(calendars.EPOCH) + since * nw.lit(dt.timedelta(days=1))).cast(nw.Date)
        return day

    @property
    def entity_start(self) -> nw.Expr:
        return nw.col("p0")

    @property
    def baseline_period(self) -> Any:
        return self.entity_start if self.baseline == "first" else self.period_number(self.baseline)

    def period_number(self, label: str) -> int:
        assert self.period_kind is not None, "the checks refuse period functions without a period"
        number = calendars.parse_label(self.period_kind, label)
        assert number is not None, "the checks refuse a period that cannot be read"
        return number

    def over_periods(self, expr: nw.Expr, *within: str) -> nw.Expr:
        return expr.over(*self.entity, *within, order_by="p")

    def over_entity(self, expr: nw.Expr) -> nw.Expr:
        return expr.over(*self.entity)

    def over_peers(self, expr: nw.Expr, *within: str) -> nw.Expr:
        return expr.over(*self.peers, *within)

    def nearest_reason(self, kept: Value, n: int | None, *within: str) -> Value:
        """The reason of the nearest period, this one or before, that has no value; of the last `n`, or of all."""
        # period and reason in one number, so that a running maximum finds the latest
        code = self.when(~kept.reason.is_null(), self.period * 16 + kept.reason.cast(nw.Int64), nw.lit(-1, nw.Int64))
        last = self.store(self.new_name(), self.over_periods(code.cum_max(), *within), kept.depth)
        since = nw.lit(0, nw.Int64) if n is None else (self.period - (n - 1)) * 16
        return Value(self.when(last >= since, (last % 16).cast(nw.Int8)), "reason", depth=kept.depth + 1)

    def larger_period(self, grain: str) -> tuple[str, nw.Expr]:
        """The column that numbers the larger periods, and the number of the first period in each."""
        assert self.period_kind is not None, "the checks refuse period functions without a period"
        return f"in_{grain}", nw.col(f"start_{grain}")

    def judged(self, what: str, metric: str) -> Value:
        return self.judgements[what, metric]


def _merged(values: Sequence[Value]) -> tuple[tuple[str, nw.Expr], ...]:
    reasons: dict[str, nw.Expr] = {}
    for value in values:
        for key, code in value.reasons:
            reasons.setdefault(key, code)
    return tuple(reasons.items())


def _extent(values: Sequence[Value]) -> tuple[int, int]:
    return max((value.depth for value in values), default=0), sum(value.size for value in values) + 1
