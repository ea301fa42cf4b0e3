"""What a run may be told, and whether it can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .engines import ENGINES, Engine, engine_named
from .language.model import Param, Ruleset
from .language.param_values import not_of_its_type, param_value
from .problems import Problem, Problems
from .progress import Progress, untold
from .results.selection import Selection
from .suggest import nearest


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may be told: a stage for all, values of parameters, which cards to show, where to
    compute, whether sources without data count as empty, and who is told how far it has come."""

    stage: str | None = None
    params: Mapping[str, Any] | None = None
    period: str | None = None
    entity: Sequence[str] = ()
    engine: str = "polars"
    language: str | None = None
    allow_empty: bool = False
    progress: Progress = untold


def understand(ruleset: Ruleset, options: Options) -> tuple[Engine, dict[str, Param], Selection]:
    """The engine, the values of parameters and the cards to show. Raises Problems for what is not there."""
    problems: list[Problem] = []
    engine = None
    try:
        engine = engine_named(options.engine)
        if engine is None:
            problems.append(_unknown("engine", options.engine, ENGINES))
    except ImportError as missing:
        problems.append(Problem("RC509", f"the engine `{options.engine}` is not installed: {missing}",
                                hint=f'pip install "rulecard[{options.engine}]"'))  # fmt: skip
    if options.stage is not None:
        profiles = ruleset.stages.profiles if ruleset.stages else {}
        if options.stage not in profiles:
            problems.append(_unknown("stage", options.stage, profiles))
    params = read_params(ruleset, options.params or {})
    if isinstance(params, list):
        problems += params
        params = {}
    shown = Selection.read(ruleset, options.period, options.entity)
    if isinstance(shown, Problem):
        problems.append(shown)
    if problems or engine is None or isinstance(shown, Problem):
        raise Problems(problems)
    return engine, params, shown


def read_params(ruleset: Ruleset, given: Mapping[str, Any]) -> dict[str, Param] | list[Problem]:
    """The parameters with those given put in, or what is wrong with them."""
    problems: list[Problem] = []
    params = dict(ruleset.params)
    for name, raw in given.items():
        if name not in params:
            problems.append(_unknown("parameter", name, params))
        else:
            value = param_value(params[name], raw)
            if value is None:
                message, hint = not_of_its_type(params[name], raw)
                problems.append(Problem("RC509", message, hint=hint))
            else:
                params[name] = Param(name, params[name].title, params[name].unit, params[name].type, value, (), ())
    return problems or params


def _unknown(what: str, given: str, known: Any) -> Problem:
    guess = nearest(given, known)
    hint = f"did you mean `{guess}`?" if guess else f"there are: {', '.join(known) or 'none'}"
    return Problem("RC509", f"there is no {what} `{given}`", hint=hint)
