"""Aggregates over the rows of a source, for inputs. `x` is null in rows that do not count.

`a.of(operation, x)` asks for a plain aggregate of the one group-by that serves a source, and gives the column
that will hold it; what a meaning builds from such columns is computed after the grouping.
"""

from __future__ import annotations

from typing import Any

from ..reasons import TOO_FEW
from .declare import ANY, FLAG, Function, Parameter, X


def _count(a: Any, x: Any = None) -> Any:
    return a.count(a.rows() if x is None else a.of("count", x))


def _count_distinct(a: Any, x: Any) -> Any:
    # n_unique counts null as a value of its own
    nulls = a.when(a.of("count", x) < a.all_rows(), 1, 0)
    return a.count(a.of("n_unique", x) - nulls)


def _plain(operation: str) -> Any:
    def meaning(a: Any, x: Any) -> Any:
        # a sum over no value is 0 in some engines
        return a.value(a.when(a.of("count", x) > 0, a.of(operation, x)), like=x)

    return meaning


def _mean(a: Any, x: Any) -> Any:
    known = a.of("count", x)
    return a.value(a.when(known > 0, a.of("sum", x) / known))


def _std(a: Any, x: Any) -> Any:
    several = a.of("count", x) > 1
    return a.value(a.when(several, a.of("std", x, ddof=1)), fails=((TOO_FEW, a.of("count", x) == 1),))


def _quantile(a: Any, x: Any, q: float) -> Any:
    return a.value(a.when(a.of("count", x) > 0, a.of("quantile", x, quantile=q, interpolation="linear")))


def _ordered(operation: str) -> Any:
    def meaning(a: Any, x: Any) -> Any:
        return a.in_time(operation, x)

    return meaning


def _share(a: Any, condition: Any) -> Any:
    known = a.of("count", condition)
    return a.value(a.when(known > 0, a.of("sum", a.as_number(condition)) / known))


def _any(a: Any, condition: Any) -> Any:
    return a.value(a.when(a.of("count", condition) > 0, a.of("max", a.as_number(condition)) > 0.5), type="flag")


def _all(a: Any, condition: Any) -> Any:
    return a.value(a.when(a.of("count", condition) > 0, a.of("min", a.as_number(condition)) > 0.5), type="flag")


AGGREGATES: tuple[Function, ...] = (
    Function("count", "行数", "aggregate", (Parameter("x", "any", required=False),),
             "How many rows; with `x`, how many have it.", "count()", _count, unit="none"),
    Function("count_distinct", "去重计数", "aggregate", (ANY,),
             "How many different values.", "count_distinct(customer)",
             _count_distinct, unit="none"),
    Function("sum", "求和", "aggregate", (X,),
             "The sum over the rows that have a value.", "sum(amount)", _plain("sum")),
    Function("mean", "平均", "aggregate", (X,), "The mean over the rows that have a value.", "mean(amount)", _mean),
    Function("median", "中位数", "aggregate", (X,), "The median.", "median(hours)", _plain("median")),
    Function("min", "最小", "aggregate", (ANY,), "The smallest, or the earliest date.", "min(price)", _plain("min"),
             gives="same"),
    Function("max", "最大", "aggregate", (ANY,), "The largest, or the latest date.", "max(price)", _plain("max"),
             gives="same"),
    Function("first", "最早一条", "aggregate", (ANY,),
             "The first that has a value, by time.", "first(balance)", _ordered("first"),
             gives="same"),
    Function("last", "最后一条", "aggregate", (ANY,),
             "The last that has a value, by time.", "last(balance)", _ordered("last"),
             gives="same"),
    Function("std", "标准差", "aggregate", (X,), "The sample standard deviation; none of a single row (`too_few`).",
             "std(amount)", _std),
    Function("quantile", "分位数", "aggregate", (X, Parameter("q", "share")),
             "The value below which the share `q` lies.",
             "quantile(hours, 0.9)", _quantile),
    Function("share", "占比", "aggregate", (FLAG,),
             "The share of rows for which the condition holds.", "share(paid)", _share,
             unit="ratio"),
    Function("any", "有任一", "aggregate", (FLAG,),
             "Whether the condition holds in at least one row.", "any(refunded)", _any,
             gives="flag", unit="none"),
    Function("all", "全部", "aggregate", (FLAG,), "Whether the condition holds in every row.", "all(delivered)", _all,
             gives="flag", unit="none"),
)  # fmt: skip
