"""Formulas that cannot be read, each with the slip of a keyboard or of another language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from .mistakes import Mistake, makes
from .texts import Formula, Text

Where = Iterator[tuple[int, int, str, tuple[int, ...]]]
_BINARY = frozenset(["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">="])
_WIDE = {
    "(": "（",
    ")": "）",
    ",": "，",
    "+": "＋",
    "-": "－",
    "*": "×",
    "/": "÷",
    "<": "＜",
    ">": "＞",
    "==": "＝＝",
    ">=": "≥",
    "<=": "≤",
    "!=": "≠",
}


def _broken(kind: str) -> Callable[[Callable[[Formula, int, Random], Where]], None]:
    """Registers a mistake by the ways to make it at one token of a formula."""

    def register(ways: Callable[[Formula, int, Random], Where]) -> None:
        @makes(kind)
        def maker(text: Text, random: Random) -> Mistake | None:
            choice = [
                way
                for formula in text.formulas
                for index in range(len(formula.tokens))
                for way in ways(formula, index, random)
            ]
            if not choice:
                return None
            start, end, new, at = random.choice(choice)
            return Mistake(start, end, new, at)

    return register


def _binary(formula: Formula, index: int) -> bool:
    """Whether a token is an operator between two values, so not the sign of a number."""
    before = formula.before(index)
    return formula.tokens[index].text in _BINARY and (before[-1:].isalnum() or before[-1:] in ("_", ")", '"', "'"))


def _partner(formula: Formula, index: int) -> int:
    """The bracket that the one at `index` closes."""
    depth = 0
    for at in range(index, -1, -1):
        depth += {")": 1, "(": -1}.get(formula.tokens[at].text, 0)
        if depth == 0:
            return at
    raise AssertionError("a right formula has as many brackets of both kinds")


def _left_open(formula: Formula, without: int) -> int:
    """The bracket that stays open once the closing one at `without` is gone."""
    opened = []
    for at, token in enumerate(formula.tokens):
        if token.text == "(":
            opened.append(at)
        elif token.text == ")" and at != without:
            opened.pop()
    return opened[-1]


def _not_opened(formula: Formula, without: int) -> int:
    """The bracket that closes nothing once the opening one at `without` is gone."""
    depth = 0
    for at, token in enumerate(formula.tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0) if at != without else 0
        if depth < 0:
            return at
    raise AssertionError("a bracket that is gone leaves another alone")


@_broken("a closing bracket left out of a formula")
def closing(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text == ")":
        at = {formula.tokens[_partner(formula, index)].start, formula.tokens[_left_open(formula, index)].start}
        yield token.start, token.end, "", tuple(at)


@_broken("an opening bracket left out of a formula")
def opening(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text == "(" and formula.tokens[index - 1].kind != "name":
        yield token.start, token.end, "", (formula.tokens[_not_opened(formula, index)].start - 1,)


@_broken("a bracket too many in a formula")
def extra(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text == ")":
        depth = sum({"(": 1, ")": -1}.get(one.text, 0) for one in formula.tokens[: index + 1])
        if depth == 0:
            yield token.end, token.end, ")", (token.end,)


@_broken("an operator left out of a formula")
def no_operator(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if _binary(formula, index) and formula.after(index)[:1].isalnum():
        following = formula.tokens[index + 1].start
        yield token.start, following, "", (token.start,)


@_broken("two operators beside each other")
def two_operators(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if _binary(formula, index) and token.text in ("+", "-", "/"):
        yield token.end, token.end, " *", (token.start, token.end + 1)


@_broken("a formula that ends too early")
def early(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    last = formula.tokens[-1]
    depth = sum({"(": 1, ")": -1}.get(one.text, 0) for one in formula.tokens[:index])
    if _binary(formula, index) and depth == 0 and "\n" not in formula.entry.value.value:
        yield token.end, last.end, "", (token.start,)


@_broken("= for ==")
def single(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text == "==":
        yield token.start, token.end, "=", (token.start,)


@_broken("the signs of other languages for and, or")
def ampersand(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text in ("and", "or"):
        yield token.start, token.end, {"and": "&&", "or": "||"}[token.text], (token.start,)


@_broken("and, or, not in capitals")
def capital(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text in ("and", "or", "not"):
        yield token.start, token.end, token.text.upper(), (token.start,)


@_broken("<> for !=")
def not_equal(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text in ("!=", "=="):
        yield token.start, token.end, "<>", (token.start,)


@_broken("a sign of a Chinese keyboard in a formula")
def full_width(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.text in _WIDE:
        yield token.start, token.end, _WIDE[token.text], (token.start,)


@_broken("full-width digits in a formula")
def wide_digits(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    # a number alone may be a percentage, which may be written so
    if token.kind == "number" and len(formula.tokens) > 1:
        at = next(place for place, character in enumerate(token.text) if character.isdigit())
        wide = "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in token.text)
        yield token.start, token.end, wide, (token.start + at,)


@_broken("a percentage inside a formula")
def percentage(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.kind == "number" and len(formula.tokens) > 1:
        yield token.start, token.end, f"{token.text}%", (token.start, token.end)


@_broken("an operator that there is not")
def caret(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if _binary(formula, index) and token.text in ("/", "*"):
        yield token.start, token.end, random.choice(["^", "//", "%"]), (formula.tokens[0].start, token.start)


@_broken("a text in a formula without its closing quote")
def open_text(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if (
        token.kind == "text"
        and not token.text.startswith("\\")
        and not formula.entry.value.style
        and not formula.entry.flow
    ):
        yield token.end - 1, token.end, "", (token.start,)


@_broken("a text in a formula without quotes")
def bare_text(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    name = token.text.strip("\\\"'")
    before = formula.before(index)
    if token.kind == "text" and before in ("==", "!=", ">=", "<=") and name.isidentifier():
        yield token.start, token.end, name, (token.start,)


@_broken("a dot or a bracket behind a name")
def square(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if formula.is_name(index):
        # in a map of one line a bracket would be YAML's
        more = ".value" if formula.entry.flow else random.choice([".value", "[0]"])
        yield token.end, token.end, more, (token.start,)


@_broken("an argument left out")
def argument(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    required = {
        "sum",
        "mean",
        "median",
        "level",
        "growth",
        "prev",
        "sustained",
        "is_missing",
        "streak",
        "count_distinct",
        "first",
        "last",
    }
    if token.text in required and formula.after(index) == "(" and formula.after(index + 1) != ")":
        close = next(
            at
            for at in range(index, len(formula.tokens))
            if formula.tokens[at].text == ")" and _partner(formula, at) == index + 1
        )
        if close + 1 <= len(formula.tokens):
            yield formula.tokens[index + 1].end, formula.tokens[close].start, "", (token.start,)


@_broken("quotes of a Chinese keyboard in a formula")
def curly(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.kind == "text" and not token.text.startswith("\\"):
        yield token.start, token.end, f"“{token.text[1:-1]}”", (token.start,)


@_broken("a number with a comma")
def thousands(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    if token.kind == "number" and not formula.entry.flow and formula.tokens[0].text != "(":
        depth = sum({"(": 1, ")": -1}.get(one.text, 0) for one in formula.tokens[:index])
        if depth == 0 and len(formula.tokens) > 1:
            yield token.start, token.end, "1,000", (formula.tokens[0].start, token.start, token.start + 1)


@_broken("a number in quotes")
def quoted_number(formula: Formula, index: int, random: Random) -> Where:
    token = formula.tokens[index]
    sides = formula.before(index) in ("<", ">", "<=", ">=") and index > 1 and formula.is_name(index - 2)
    alone = (
        index > 1
        and formula.before(index - 2) in ("", "and", "or", "(")
        and formula.after(index) in ("", "and", "or", ")")
    )
    if token.kind == "number" and sides and alone and not formula.entry.value.style:
        yield token.start, token.end, f'"{token.text}"', (formula.tokens[index - 2].start, token.start)
