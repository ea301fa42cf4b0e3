"""Writes what comes from tables in the code: the pages of functions and of problem codes in `docs/`, and the examples
of formulas that an editor shows from the schema.

`python tests/generate_docs.py` after a change to `engine/functions/`, `engine/codes.py` or `engine/explanations/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from rulecard.codes import CODES, page
from rulecard.formulas.formula import Call, Comparison, Logic
from rulecard.formulas.parsing import parse
from rulecard.functions import FUNCTIONS, Function, Parameter, aggregate_calls

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
SCHEMA = ROOT / "schemas" / "ruleset.schema.json"

# family: heading, where its functions may stand
FAMILIES = {
    "aggregate": (
        "Aggregates",
        "In an input's `formula`, over the rows that are left after `where`. Rows without a value do not count.",
    ),
    "number": ("Numbers", "In any formula. An argument without a value leaves none, with that argument's reason."),
    "text": (
        "Text",
        "In any formula. `part` is a text in quotes that is looked for as it is written, capitals and all.",
    ),
    "date": (
        "Dates",
        'In any formula. A date may stand in quotes: "2025-03-01", or "2025-03-01 18:00". Hours and minutes need '
        "`datetime` columns, so they belong in inputs: over cards a date is a day.",
    ),
    "calendar": ("The card's period", "In any formula of a ruleset with a `period`, where rows have a time."),
    "period": (
        "Periods",
        "In metrics, bands, stages, caps and advice, for a ruleset with a `period`. They look at the periods of the "
        "same entity, by the calendar and never by row. `n` is a whole number written out; 1 where it is left out.",
    ),
    "peer": (
        "Peers",
        "In metrics, bands, stages, caps and advice. They look at all entities of the same period that have a value, "
        "the entity itself included; with `by`, a text input or an entity column, only at those of the same category.",
    ),
    "cohort": (
        "Cohorts",
        "In metrics, bands, stages, caps and advice. The argument is the id of an input with `conversion` or "
        "`retention`.",
    ),
    "metric": ("Metrics", "In stages, caps and advice. The argument is the id of a metric."),
    "statistic": ("Statistics", "In any formula. Counts that are impossible leave no value (`out_of_range`)."),
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
    of_codes = {f"problems/{code}.md": page(code) for code in CODES}
    return {"functions.md": "\n".join(_functions()), "problems.md": "\n".join(_problems()), **of_codes}


def schema() -> str:
    """The text of the ruleset's schema with an example of each function, where it may stand."""
    text = SCHEMA.read_text(encoding="utf-8")
    examples: dict[str, list[str]] = {"Formula": [], "Condition": [], "Aggregate": []}
    for function in FUNCTIONS.values():
        tree = parse(function.example)
        over_rows = bool(aggregate_calls(tree))
        holds = isinstance(tree, Comparison | Logic) or (isinstance(tree, Call) and function.gives == "flag")
        examples["Aggregate" if over_rows else "Condition" if holds else "Formula"].append(function.example)
    for title, found in examples.items():
        start = text.index('"examples": [', text.index(f'"title": "{title}"')) + len('"examples": ')
        written, end = json.JSONDecoder().raw_decode(text, start)
        own = [one for one in written if one not in {function.example for function in FUNCTIONS.values()}]
        lines = ",\n".join(f"        {json.dumps(one, ensure_ascii=False)}" for one in [*own, *found])
        text = f"{text[:start]}[\n{lines}\n      ]{text[end:]}"
    return text


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
    yield ""


def _row(function: Function) -> str:
    call = f"{function.name}({', '.join(map(_argument, function.parameters))})"
    gives = _GIVES.get(function.gives, f"a {function.gives}")
    return f"| `{call}` {function.chinese} | {gives} | {function.summary} | `{function.example}` |"


def _argument(parameter: Parameter) -> str:
    name = f"{parameter.name}, …" if parameter.repeated else parameter.name
    return name if parameter.required else f"[{name}]"


def _problems() -> Iterator[str]:
    yield "# Problems"
    yield ""
    yield "A mistake is a problem with a code, a place, a message and mostly a hint. Codes are stable: none is ever"
    yield "given a second meaning. Errors make `rulecard validate` end with status 1; warnings alone leave it at 0."
    yield "Each code has a page with an example before and after; `rulecard explain RC301` prints it."
    for digit, heading in CHAPTERS.items():
        yield from ("", f"## RC{digit}xx: {heading}", "", "| code | what |", "|---|---|")
        yield from (f"| [{code}](problems/{code}.md) | {title} |" for code, title in CODES.items() if code[2] == digit)
    yield ""


if __name__ == "__main__":
    left = {function.family for function in FUNCTIONS.values()} - set(FAMILIES)
    assert not left, f"no heading for {left}"
    (DOCS / "problems").mkdir(exist_ok=True)
    for name, text in pages().items():
        (DOCS / name).write_text(text, encoding="utf-8")
    SCHEMA.write_text(schema(), encoding="utf-8")
