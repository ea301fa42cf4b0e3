"""Functions on numbers, for any formula. A missing argument leaves no value, with that argument's reason."""

from __future__ import annotations

from typing import Any

from ..reasons import NEGATIVE_BASE, NOT_FINITE
from .declare import ANY, Function, Parameter, X

_MANY = (Parameter("a"), Parameter("b", repeated=True))


def _round(c: Any, x: Any, n: int = 0) -> Any:
    # 1e-9 lets 1.005 round up as its decimal text says, though its binary neighbour is below
    x = c.settle(x)
    size = x.expr.abs()
    # by powers of ten with whole exponents only, which a double holds exactly
    scaled = size * 10.0**n if n >= 0 else size / c.divisor(size, 10.0**-n)
    whole = (scaled + (0.5 + 1e-9)).floor()
    rounded = whole / c.divisor(whole, 10.0**n) if n >= 0 else whole * 10.0**-n
    signed = c.when(x.expr < 0, 0 - rounded, rounded)
    return c.number(c.when(scaled < 1e15, signed, x.expr), x, finite=True)


def _log(c: Any, x: Any) -> Any:
    x = c.settle(x)
    return c.number(c.when(x.expr > 0, x.expr.log()), x,
                    fails=((NEGATIVE_BASE, x.expr < 0), (NOT_FINITE, x.expr == 0)), finite=True)  # fmt: skip


def _sqrt(c: Any, x: Any) -> Any:
    x = c.settle(x)
    return c.number(c.when(x.expr >= 0, x.expr.sqrt()), x, fails=((NEGATIVE_BASE, x.expr < 0),), finite=True)


def _exp(c: Any, x: Any) -> Any:
    x = c.settle(x)
    # 709.78 is the last exponent a double holds; some engines stop the query beyond it
    return c.number(c.when(x.expr < 709.78, x.expr.exp()), x, fails=((NOT_FINITE, x.expr >= 709.78),), finite=True)


def _each(operation: str) -> Any:
    def meaning(c: Any, x: Any) -> Any:
        x = c.settle(x)
        return c.number(getattr(x.expr, operation)(), x, finite=True)

    return meaning


def _extreme(operation: str) -> Any:
    def meaning(c: Any, *items: Any) -> Any:
        settled = [c.settle(item) for item in items]
        # the horizontal minimum skips what is missing; here a missing item leaves no value
        complete = ~c.nw.any_horizontal(*[item.expr.is_null() for item in settled], ignore_nulls=False)
        return c.number(c.when(complete, getattr(c.nw, operation)(*[item.expr for item in settled])), *settled,
                        finite=True)  # fmt: skip

    return meaning


_least, _greatest = _extreme("min_horizontal"), _extreme("max_horizontal")


def _clip(c: Any, x: Any, low: Any, high: Any) -> Any:
    return _least(c, _greatest(c, x, low), high)


def _coalesce(c: Any, *items: Any) -> Any:
    settled = [c.settle(item) for item in items]
    value = c.nw.coalesce(*[item.expr for item in settled])
    return c.known_or(value, settled, c.reason(settled[0]), type=settled[0].type)


def _is_missing(c: Any, x: Any) -> Any:
    x = c.settle(x)
    return c.flag(x.expr.is_null(), depends=(x,))


NUMBERS: tuple[Function, ...] = (
    Function("abs", "绝对值", "number", (X,), "The number without its sign.", "abs(change(orders))", _each("abs"),
             between=(0, None)),
    Function("round", "四舍五入", "number", (X, Parameter("n", "whole", required=False, least=-12, most=12)),
             "Rounded to `n` decimals, a half away from zero, as Excel does.", "round(revenue / orders, 2)", _round),
    Function("floor", "向下取整", "number", (X,), "The next whole number below.", "floor(days / 7)", _each("floor")),
    Function("ceil", "向上取整", "number", (X,), "The next whole number above.", "ceil(days / 7)", _each("ceil")),
    Function("sqrt", "平方根", "number", (X,), "The square root; none of a negative number (`negative_base`).",
             "sqrt(variance)", _sqrt, unit="none", between=(0, None)),
    Function("log", "自然对数", "number", (X,),
             "The natural logarithm; none of a negative number (`negative_base`) or 0.",
             "log(revenue)", _log, unit="none"),
    Function("exp", "指数", "number", (X,), "e to the power of the number.", "exp(rate)", _exp, unit="none"),
    Function("clip", "限制在", "number", (X, Parameter("low"), Parameter("high")), "Not below `low`, not above `high`.",
             "clip(rate, 0, 1)", _clip),
    Function("least", "取最小", "number", _MANY,
             "The smallest; no value if one of them has none.", "least(stock, demand)",
             _least),
    Function("greatest", "取最大", "number", _MANY,
             "The largest; no value if one of them has none.", "greatest(orders, 1)",
             _greatest),
    Function("coalesce", "第一个有值的", "number", (ANY, Parameter("y", "same", repeated=True)),
             "The first that has a value.", "coalesce(refunds, 0)", _coalesce, gives="same"),
    Function("is_missing", "缺失", "number", (ANY,), "Whether there is no value, for whatever reason.",
             "is_missing(orders)", _is_missing, gives="flag", unit="none"),
)  # fmt: skip
