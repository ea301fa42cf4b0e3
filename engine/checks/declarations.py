"""Checks of what is declared: names, levels, sources, inputs, parameters, periods."""

from __future__ import annotations

import datetime as dt
import keyword
import re

from .. import calendars
from ..functions import aggregate_calls
from ..language.model import Column, Input, Param
from ..language.reading import Unreadable
from ..language.weighting import OVERALL
from ..problems import Path
from .checking import Checking
from .then import type_after_then


def names_once(c: Checking) -> None:
    """An input, parameter and metric of one name could not be told apart in a formula."""
    seen: dict[str, str] = {}
    for section in ("inputs", "params", "metrics"):
        for id in getattr(c.ruleset, section):
            path: Path = (section, id)
            if id in seen:
                c.at("RC420", path, f"`{id}` is the name of one of the {seen[id]} too", "give one of them another name",
                     key=True)  # fmt: skip
            elif keyword.iskeyword(id) or id in ("true", "false"):
                c.at("RC420", path, f"`{id}` is a word of the formula language", "choose another name", key=True)
            seen.setdefault(id, section)
    for id in c.ruleset.groups:
        if id in c.ruleset.metrics:
            c.at("RC420", ("groups", id), f"`{id}` is the name of a metric too", "weights could not tell them apart",
                 key=True)  # fmt: skip
    for section in ("groups", "metrics"):
        if OVERALL in getattr(c.ruleset, section):
            c.at("RC420", (section, OVERALL), f"`{OVERALL}` is the whole score's name",
                 f"level({OVERALL}) and score({OVERALL}) ask for it; choose another name", key=True)  # fmt: skip


def levels_rise(c: Checking) -> None:
    """The scale of levels runs from worst to best."""
    for lower, higher in zip(c.ruleset.levels, c.ruleset.levels[1:], strict=False):
        if higher.score < lower.score:
            c.at("RC414", ("levels", higher.id, "score"),
                 f"`{higher.id}` scores {higher.score:g}, less than `{lower.id}` before it ({lower.score:g})",
                 "write levels from worst to best")  # fmt: skip


def sources_hold(c: Checking) -> None:
    """Sources name their own columns, and some source has both entity and time."""
    for id, source in c.ruleset.sources.items():
        columns = [column.name for column in source.known]
        own = [column.name for column in source.columns]
        for index, name in enumerate(source.unique):
            if name not in own:
                c.unknown("RC417", f"column of `{id}` called", name, own, ("sources", id, "unique", index))
        time = source.column(source.time)
        if time is None and "time" in c.ruleset.origin.data["sources"][id]:
            c.unknown("RC417", f"column of `{id}` called", source.time, columns, ("sources", id, "time"))
        timed = c.ruleset.period is not None and id not in c.ruleset.looked_up_only
        if time is not None and timed and time.type not in ("date", "datetime", "unknown"):
            path: Path = ("sources", id, *(("columns", source.time) if time in source.columns else ("lookup",)))
            c.at("RC417", path, f"the time column `{source.time}` is a {time.type}",
                 "declare it as `date` or `datetime`", key=time not in source.columns)  # fmt: skip
        for column in source.columns:
            _constraints(c, ("sources", id, "columns", column.name), column)
    if c.ruleset.sources:
        _keys_held(c)


def _keys_held(c: Checking) -> None:
    """The cards are the pairs of entity and period that a source holds, so one must have the columns of both."""
    ruleset = c.ruleset
    counted = [source for id, source in ruleset.sources.items() if id not in ruleset.looked_up_only]
    every = dict.fromkeys(column.name for source in counted for column in source.known)
    for index, name in enumerate(ruleset.entity):
        if name not in every:
            alone = isinstance(ruleset.origin.data["entity"], str)
            for id in sorted(ruleset.looked_up_only):
                if ruleset.sources[id].column(name):
                    path: Path = ("entity",) if alone else ("entity", index)
                    if c.gone("RC417", name, path):
                        return
                    c.at("RC417", path, f"`{id}`, which has `{name}`, is only looked up, and makes no cards",
                         "bring the column to a source that inputs are taken from")  # fmt: skip
                    return
            c.unknown("RC417", "source with a column", name, every, ("entity",) if alone else ("entity", index))
            return
    if not any(
        all(source.column(name) for name in ruleset.entity) and (ruleset.period is None or source.column(source.time))
        for source in counted
    ) and not any(problem.code == "RC417" for problem in c.problems):
        keys = [*ruleset.entity, *([ruleset.time] if ruleset.period else [])]
        c.at("RC417", ("sources",), f"no source has all of: {', '.join(keys)}",
             "the cards are the pairs of entity and period that a source holds", key=True)  # fmt: skip


def _constraints(c: Checking, path: Path, column: Column) -> None:
    if column.matches is not None and column.type == "text":
        _pattern(c, (*path, "matches"), column.matches)
    elif column.matches is not None:
        _misplaced(c, path, column, "matches", "texts")
    for bound in ("min", "max"):
        if getattr(column, bound) is not None and column.type not in ("number", "integer"):
            _misplaced(c, path, column, bound, "numbers")
    if column.min is not None and column.max is not None and column.min > column.max:
        c.at("RC421", (*path, "min"), f"`min` {column.min:.15g} is above `max` {column.max:.15g}", "no value fits both")
    wanted = {"integer": int | float, "number": int | float, "flag": bool, "text": str}.get(column.type)
    for index, value in enumerate(column.one_of):
        if wanted is not None and (not isinstance(value, wanted) or isinstance(value, bool) != (wanted is bool)):
            c.at("RC421", (*path, "one_of", index), f"`{value}` is not a {column.type}, so no row has it",
                 "a text stands in quotes, a number without")  # fmt: skip


def _misplaced(c: Checking, path: Path, column: Column, constraint: str, fits: str) -> None:
    words = f"`{constraint}` is for {fits}, and `{column.name}` is a {column.type}"
    c.at("RC421", (*path, constraint), words, "take it out, or correct the type")


def _pattern(c: Checking, path: Path, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        c.at("RC205", path, f"not a regular expression: {error}", "such as [A-Z]{2}-[0-9]+")
        return
    for foreign, words in _FOREIGN:
        if foreign.search(pattern):
            c.at("RC205", path, f"{words} are not possible here", "such as [A-Z]{2}-[0-9]+, which needs none")
            return


# What Python's regular expressions have and the engines' do not.
_FOREIGN = (
    (re.compile(r"\(\?<?[=!]"), "look-around groups"),
    (re.compile(r"\\[1-9]|\(\?P="), "backreferences"),
    (re.compile(r"\(\?>|[*+?}]\+"), "atomic groups and possessive repeats"),
    (re.compile(r"\(\?\("), "conditions"),
)


def inputs_hold(c: Checking) -> None:
    """Each input comes from a source and its columns."""
    for input in c.ruleset.inputs.values():
        if input.cohort is None and input.source not in c.sources:
            if input.source == "":
                names = ", ".join(c.sources)
                c.at("RC417", input.path, f"`{input.id}` does not say which source it comes from",
                     f"add `from:` with one of: {names}", key=True)  # fmt: skip
            else:
                c.unknown("RC417", "source", input.source, c.sources, (*input.path, "from"))
            continue
        if input.cohort is None:
            _columns_and_type(c, input)
        if input.min is not None and input.max is not None and input.min > input.max:
            words = f"`min` {input.min:.15g} is above `max` {input.max:.15g}"
            c.at("RC421", (*input.path, "min"), words, "no value fits both")
        for bound in ("min", "max"):
            if getattr(input, bound) is not None and input.type != "number":
                words = f"`{bound}` is for numbers, and `{input.id}` is a {input.type}"
                c.at("RC421", (*input.path, bound), words, "take it out, or choose rows by `where`")
        right = {"number": float, "flag": bool}.get(input.type, str)
        if input.type == "date" and isinstance(input.default, str):
            _day(c, input.default, (*input.path, "default"), key=False)
        if input.default is not None and not isinstance(input.default, right):
            c.at("RC421", (*input.path, "default"), f"`{input.default}` is not a {input.type}, which `{input.id}` is",
                 "give one that is, or leave it out for no value")  # fmt: skip
        elif input.default is not None and input.type == "date":
            _day(c, str(input.default), (*input.path, "default"), key=False)


def _columns_and_type(c: Checking, input: Input) -> None:
    source = c.sources[input.source]
    columns = c.columns_of(source)
    if input.where is not None:
        c.condition(input.where, "row", columns)
    if input.formula is None:
        if input.where is not None:
            c.at("RC421", (*input.path, "where"), "`where` chooses rows for an aggregate, and there is none",
                 f"add `formula:`, such as sum({input.id})", key=True)  # fmt: skip
        elif input.id not in columns:
            c.unknown("RC417", f"column of `{source.id}` called", input.id, columns, input.path, key=True)
        elif columns[input.id].type not in ("unknown", input.type):
            column = source.column(input.id)
            declared = column.type if column else "unknown"
            c.at("RC421", input.path, f"the column `{input.id}` is {declared}, the input is {input.type}",
                 f"`type: {columns[input.id].type}` says what it is", key=True)  # fmt: skip
        return
    if isinstance(input.formula.node, Unreadable):
        return
    before = len(c.problems)
    found = c.infer(input.formula, "input", columns)
    if input.per:
        found = type_after_then(c, input, columns, found)
    if found.type not in ("unknown", input.type):
        c.inside("RC421", input.formula, input.formula.node, f"this gives a {found.type}, the input is a {input.type}",
                 f"`type: {found.type}`" if found.type != "number" else "leave `type` out")  # fmt: skip
    else:
        c.unit_of_input(input, found)
    if len(c.problems) == before and not aggregate_calls(input.formula.node):
        c.inside("RC421", input.formula, input.formula.node, "an input's formula aggregates rows",
                 "such as sum(amount); a number of its own is a parameter")  # fmt: skip


def params_hold(c: Checking) -> None:
    """Values of parameters are of their type, and days are days."""
    for param in c.ruleset.params.values():
        for path, value in _param_values(param):
            right = {"number": float, "flag": bool, "text": str, "date": str}[param.type]
            if not isinstance(value, right) or (isinstance(value, bool) and right is not bool):
                c.at("RC421", path, f"`{value}` is not a {param.type}", f"`type: {param.type}` was declared"
                     if param.type != "number" else "declare its `type`")  # fmt: skip
            elif param.type == "date":
                _day(c, str(value), path, key=False)
        for day, _ in param.values:
            _day(c, day, (*param.path, "values", day), key=True)


def _param_values(param: Param) -> list[tuple[Path, object]]:
    if param.values:
        return [((*param.path, "values", day), value) for day, value in param.values]
    return [((*param.path, "value"), param.value)]


def _day(c: Checking, text: str, path: Path, key: bool) -> None:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        c.at("RC419", path, f"`{text}` is not a day", "write it as 2025-03-01", key=key)


def baseline_is_a_period(c: Checking) -> None:
    """The baseline is `first`, a period of the ruleset's grain, or a date parameter."""
    ruleset, name = c.ruleset, c.ruleset.baseline
    if name == "first":
        return
    param = ruleset.params.get(name)
    if param is not None:
        c.used.add(name)
        if param.type != "date":
            c.at("RC419", ("baseline",), f"the parameter `{name}` is not a date", "`type: date`")
    elif ruleset.period is None:
        c.at("RC419", ("baseline",), "a baseline needs periods", "declare `period: month`")
    elif calendars.parse_label(ruleset.period, name) is None:
        c.at("RC419", ("baseline",), f"`{name}` is neither a {ruleset.period.grain} nor a date parameter",
             "such as `first`, or 2025-01")  # fmt: skip
