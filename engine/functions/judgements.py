"""Functions on what was judged of a metric, for stages, caps and advice."""

from __future__ import annotations

from typing import Any

from .declare import Function, Parameter

_METRIC = (Parameter("metric", "metric"),)


def _judged(what: str) -> Any:
    def meaning(c: Any, metric: str) -> Any:
        return c.judged(what, metric)

    return meaning


JUDGEMENTS: tuple[Function, ...] = (
    Function("level", "等级", "metric", _METRIC, "The metric's level. Levels compare in order, worst first.",
             'level(conversion) <= "poor"', _judged("level"), gives="level", unit="none"),
    Function("score", "得分", "metric", _METRIC,
             "The metric's score, 0 to 100.", "score(conversion) < 50", _judged("score"),
             unit="none", between=(0, 100)),
    Function("target", "目标", "metric", _METRIC, "The metric's target.", "conversion < target(conversion)",
             _judged("target")),
    Function("certain", "样本足以判定", "metric", _METRIC,
             "Whether the metric's interval lies in one band (see `sample`).",
             "certain(acceptance)", _judged("certain"), gives="flag", unit="none"),
)  # fmt: skip
