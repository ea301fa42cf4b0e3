"""Statistics of counted things, for any formula: how sure a share is, and the Net Promoter Score."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

from ..reasons import OUT_OF_RANGE, ZERO_DENOMINATOR
from .declare import Function, Parameter

_CONFIDENCE = Parameter("confidence", "confidence", required=False)
_SHARE = (Parameter("k"), Parameter("n"), _CONFIDENCE)
_ANSWERS = (Parameter("promoters"), Parameter("detractors"), Parameter("n"))


def z_of(confidence: float) -> float:
    """How many standard deviations hold so much of a normal distribution."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(hits: Any, n: Any, z: float, sign: int) -> Any:
    """The lower (`sign` -1) or upper end of Wilson's interval of `hits` in `n`, as an expression."""
    # in counts and not in shares, so that no square of a large or small `n` leaves the numbers there are
    root = (hits * (1 - hits / n) + z * z / 4).sqrt() * z
    return ((hits + z * z / 2 + sign * root) / (n + z * z)).clip(0.0, 1.0)


def _wilson(sign: int) -> Any:
    def meaning(c: Any, k: Any, n: Any, confidence: float = 0.95) -> Any:
        k, n = c.settle(k), c.settle(n)
        of = c.of_each(k, n)
        possible = (k.expr >= 0) & (k.expr <= n.expr) & (n.expr > 0)
        return c.number(c.when(possible, wilson(k.expr, of, z_of(confidence), sign)), k, n,
                        fails=((ZERO_DENOMINATOR, n.expr == 0), (OUT_OF_RANGE, ~possible)))  # fmt: skip

    return meaning


def _answers(c: Any, *counts: Any) -> tuple[Any, Any, Any, Any, Any]:
    p, d, n = (c.settle(count) for count in counts)
    # weighted answers may pass their sum by rounding
    possible = (p.expr >= 0) & (d.expr >= 0) & (p.expr + d.expr <= n.expr * (1 + 1e-9)) & (n.expr > 0)
    return p, d, n, possible, ((ZERO_DENOMINATOR, n.expr == 0), (OUT_OF_RANGE, ~possible))


def _nps(c: Any, promoters: Any, detractors: Any, n: Any) -> Any:
    p, d, n, possible, fails = _answers(c, promoters, detractors, n)
    return c.number(c.when(possible, 100 * (p.expr - d.expr) / c.of_each(p, n)), p, d, n, fails=fails)


def _nps_margin(c: Any, promoters: Any, detractors: Any, n: Any, confidence: float = 0.95) -> Any:
    p, d, n, possible, fails = _answers(c, promoters, detractors, n)
    # three answers more, of which a quarter each promoters and detractors: right for small samples too (Rocks 2016)
    of = c.of_each(p, n) + 3
    share_p, share_d = (p.expr + 0.75) / of, (d.expr + 0.75) / of
    net = share_p - share_d
    margin = ((share_p + share_d - net * net) / of).sqrt() * (100 * z_of(confidence))
    return c.number(c.when(possible, margin), p, d, n, fails=fails)


STATISTICS: tuple[Function, ...] = (
    Function("wilson_low", "威尔逊下限", "statistic", _SHARE,
             "The lower end of Wilson's interval of the share `k` of `n`, at a `confidence` of 0.95.",
             "wilson_low(accepted, sent)", _wilson(-1), unit="ratio", between=(0, 1)),
    Function("wilson_high", "威尔逊上限", "statistic", _SHARE, "The upper end of that interval.",
             "wilson_high(accepted, sent, confidence=0.9)", _wilson(1), unit="ratio", between=(0, 1)),
    Function("nps", "净推荐值", "statistic", _ANSWERS, "The Net Promoter Score of `n` answers, -100 to 100.",
             "nps(promoters, detractors, answers)", _nps, unit="score", between=(-100, 100)),
    Function("nps_margin", "净推荐值误差", "statistic", (*_ANSWERS, _CONFIDENCE),
             "Half the width of its interval in the same points (adjusted Wald), at a `confidence` of 0.95.",
             "nps_margin(promoters, detractors, answers)", _nps_margin, unit="score", between=(0, None)),
)  # fmt: skip
