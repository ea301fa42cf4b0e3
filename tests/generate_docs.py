"""Writes the pages of `docs/` that come from tables in the code: functions and problem codes.

`python tests/generate_docs.py` after a change to `engine/functions/` or `engine/codes.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rulecard.codes import CODES
from rulecard.functions import FUNCTIONS, LATER, Function, Parameter

DOCS = Path(__file__).resolve().parent.parent / "docs"

# family: heading, where its functions may stand
FAMILIES = {
    "aggregate": (
        "Aggregates",
        "In an input's `formula`, over the rows that are left after `where`. Rows without a value do not count.",
    ),
    "number": ("Numbers", "In any formula. An argument without a value leaves none, with that argument's reason."),
    "text": ("Text", "In any formula."),
    "date": ("Dates", "In any formula."),
    "period": (
        "Periods",
        "In metrics, bands, stages, caps and advice, for a ruleset with a `period`. They look at the periods of the "
        "same entity, by the calendar and never by row. `n` is a whole number written out; 1 where it is left out.",
    ),
    "peer": (
        "Peers",
        "In metrics, bands, stages, caps and advice. They look at all entities of the same period that have a value, "
        "the entity itself included.",
    ),
    "metric": ("Metrics", "In stages, caps and advice. The argument is the id of a metric."),
    "statistic": ("Statistics", "In any formula."),
}
CHAPTERS = {
    "1": "YAML",
    "2": "Schema",
    "3": "Formulas and names",
    "4": "Meaning",
    "5": "Data and the call",
    "6": "Packs and overlays",
    "7": "Cases",
    "9": "Style",
}
_GIVES = {"same": "as `x`", "flag": "true or false", "level": "a level", "number": "a number", "text": "a text"}


def pages() -> dict[str, str]:
    """The text of each page, by file name."""
    return {"functions.md": "\n".join(_functions()), "problems.md": "\n".join(_problems())}


def _functions() -> Iterator[str]:
    yield "# Functions"
    yield ""
    yield "What a formula may call. Beside calls a formula holds numbers, text in quotes, names, `+ - * / **`,"
    yield 'comparisons (`1 < x <= 5` too), `and`, `or`, `not`, `a if c else b` and `x in ["a", "b"]`. Arguments in'
    yield "square brackets may be left out. What becomes of missing values is told in [Semantics](semantics.md)."
    for family, (heading, where) in FAMILIES.items():
        members = [function for function in FUNCTIONS.values() if function.family == family]
        if members:
            yield from ("", f"## {heading}", "", where, "", "| call | gives | meaning | example |", "|---|---|---|---|")
            yield from map(_row, members)
    if LATER:
        names = ", ".join(f"`{name}`" for name in sorted(LATER))
        yield from (
            "",
            "## Not evaluated yet",
            "",
            f"Part of the language, and refused with a problem that says so: {names}.",
        )
    yield ""


def _row(function: Function) -> str:
    call = f"{function.name}({', '.join(map(_argument, function.parameters))})"
    gives = _GIVES.get(function.gives, f"a {function.gives}")
    return f"| `{call}` | {gives} | {function.summary} | `{function.example}` |"


def _argument(parameter: Parameter) -> str:
    name = f"{parameter.name}, …" if parameter.repeated else parameter.name
    return name if parameter.required else f"[{name}]"


def _problems() -> Iterator[str]:
    yield "# Problems"
    yield ""
    yield "A mistake is a problem with a code, a place, a message and mostly a hint. Codes are stable: none is ever"
    yield "given a second meaning. Errors make `rulecard validate` end with status 1; warnings alone leave it at 0."
    for digit, heading in CHAPTERS.items():
        yield from ("", f"## RC{digit}xx: {heading}", "", "| code | what |", "|---|---|")
        yield from (f"| {code} | {title} |" for code, title in CODES.items() if code[2] == digit)
    yield ""


if __name__ == "__main__":
    left = {function.family for function in FUNCTIONS.values()} - set(FAMILIES)
    assert not left, f"no heading for {left}"
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
