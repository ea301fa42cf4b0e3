"""What a run may be told, and whether it can be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from .engines import ENGINES, Engine, engine_named
from .language.model import Param, Ruleset
from .language.reading import number
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
            value = _param_value(params[name], raw)
            if value is None:
                kind = params[name].type
                problems.append(Problem("RC509", f"{raw!r} is not a {kind}, which `{name}` is",
                                        hint={"number": "such as 650 or 5%", "date": "such as 2025-03-01",
                                              "flag": "true or false"}.get(kind)))  # fmt: skip
            else:
                params[name] = Param(name, params[name].title, params[name].unit, params[name].type, value, (), ())
    return problems or params


def _unknown(what: str, given: str, known: Any) -> Problem:
    guess = nearest(given, known)
    hint = f"did you mean `{guess}`?" if guess else f"there are: {', '.join(known) or 'none'}"
    return Problem("RC509", f"there is no {what} `{given}`", hint=hint)


def _param_value(param: Param, given: Any) -> Any:
    """The value as the parameter's type, from a command line's text or from Python; None where it is no such thing."""
    if param.type == "number":
        if isinstance(given, Real) and not isinstance(given, bool):
            given = float(given)
        if isinstance(given, str) and number(given) is None:
            try:
                given = float(given)
            except ValueError:
                return None
        found = number(given)
        return found if found is not None and abs(found) < float("inf") else None
    if param.type == "flag":
        return {"true": True, "false": False}.get(str(given).lower())
    if param.type == "date":
        try:
            return dt.date.fromisoformat(str(given)).isoformat()
        except ValueError:
            return None
    return str(given)
