"""Values that are given to params from outside: from a command line, from Python, in a case."""

from __future__ import annotations

import datetime as dt
from numbers import Real
from typing import Any

from .model import Param
from .reading import number

_EXAMPLES = {"number": "such as 650 or 5%", "date": "such as 2025-03-01", "flag": "true or false"}


def param_value(param: Param, given: Any) -> Any:
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


def not_of_its_type(param: Param, given: Any) -> tuple[str, str | None]:
    """What is told of a value that is none of the param: the message and a hint."""
    return f"{given!r} is not a {param.type}, which `{param.id}` is", _EXAMPLES.get(param.type)
