"""Texts of advice with their numbers put in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .display import format_value, text_in
from .formulas.formula import Arithmetic, Call, Choice, Literal, Name, Negative, Node
from .functions import FUNCTIONS
from .language.model import Formula, Ruleset, Template, Text
from .words import known_word, word


def words(ruleset: Ruleset, text: Text, language: str) -> str:
    """The text in the reader's language, else in the ruleset's first."""
    known = {name for name, _ in text}
    return text_in(text, language if language in known else ruleset.language)


def level_title(ruleset: Ruleset, level: str, language: str) -> str:
    """What a reader calls a level: the ruleset's title, else our word for one of the default levels, else its id."""
    title = words(ruleset, next((known.title for known in ruleset.levels if known.id == level), ()), language)
    return title or (word(f"level.{level}", language) if known_word(f"level.{level}") else level)


def stage_title(ruleset: Ruleset, stage: str | None, language: str) -> str:
    """What a reader calls a stage; "" for none."""
    if stage is None:
        return ""
    profile = ruleset.stages.profiles.get(stage) if ruleset.stages else None
    return (words(ruleset, profile.title, language) if profile else "") or stage


def column_title(ruleset: Ruleset, name: str, language: str) -> str:
    """What a reader calls a column, by the first source that has a title for it, else its name."""
    columns = (source.column(name) for source in ruleset.sources.values())
    titles = (words(ruleset, column.title, language) for column in columns if column is not None)
    return next(filter(None, titles), name)


def fill(ruleset: Ruleset, template: Template, language: str, shown: Mapping[str, Any]) -> str:
    """A template in the reader's language; `shown` has the value of each formula by its text."""
    known = dict(template)
    parts = known.get(language) or known.get(ruleset.language) or next(iter(known.values()), ())
    return "".join(part if isinstance(part, str) else _shown(ruleset, part, language, shown) for part in parts)


def _shown(ruleset: Ruleset, formula: Formula, language: str, shown: Mapping[str, Any]) -> str:
    value = shown[formula.text.strip()]
    unit, decimals = unit_of(ruleset, formula.node)
    if isinstance(value, str):
        return _called(ruleset, formula.node, value, language)
    return format_value(value, unit, decimals, language)


def _called(ruleset: Ruleset, node: Node, text: str, language: str) -> str:
    """What a reader calls a level or a signal; any other text stands as it is."""
    function = FUNCTIONS[node.function] if isinstance(node, Call) else None
    if function is not None and function.gives == "level":
        return level_title(ruleset, text, language)
    if function is not None and text in function.texts:
        return word(f"{function.name}.{text}", language)
    return text


def unit_of(ruleset: Ruleset, node: Node) -> tuple[str | None, int | None]:
    """The unit and the decimals in which a formula's value is best read."""
    match node:
        case Name(id=id):
            for known in (ruleset.metrics, ruleset.inputs, ruleset.params):
                if id in known:
                    return known[id].unit, getattr(known[id], "decimals", None)
            return ("score", None) if id == "score" else (None, None)
        case Call(function=function, arguments=arguments):
            entry = FUNCTIONS[function]
            if entry.name == "score":
                return "score", None
            if entry.unit == "same":
                return unit_of(ruleset, arguments[0]) if arguments else (None, None)
            return {"ratio": "percent", "none": None}.get(entry.unit, entry.unit), None
        case Negative(item=item):
            return unit_of(ruleset, item)
        case Choice(then=then):
            return unit_of(ruleset, then)
        case Arithmetic(operator="+" | "-", left=left, right=right):
            return unit_of(ruleset, right if isinstance(left, Literal) else left)
        case Arithmetic(operator="*", left=left, right=right) if isinstance(left, Literal) or isinstance(
            right, Literal
        ):
            return unit_of(ruleset, right if isinstance(left, Literal) else left)
    return None, None
