"""The slips that people make in formulas, each told in its own words."""

from __future__ import annotations

import ast
import keyword
import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """Why a formula cannot be read: a code, its characters, a message and what to write instead."""

    code: str
    start: int
    end: int
    message: str
    hint: str | None = None
    # characters from one place to another, and what surely must take their place
    changes: tuple[tuple[int, int, str], ...] = ()


class FormulaError(Exception):
    """Carries the one slip that stopped the reading."""

    def __init__(self, slip: Slip) -> None:
        self.slip = slip
        super().__init__(slip.message)


# What a Chinese keyboard types, and what the language reads.
_FOREIGN = {
    "（": "(", "）": ")", "，": ",", "＋": "+", "－": "-", "−": "-", "×": "*", "＊": "*", "÷": "/", "／": "/",
    "＝": "==", "＜": "<", "＞": ">", "≤": "<=", "≥": ">=", "≠": "!=", "“": '"', "”": '"', "‘": "'", "’": "'",
    "：": ":", "；": ";", "。": ".", "、": ",", "％": "%", "【": "[", "】": "]",
    "\u00a0": "a space", "\u3000": "a space",
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
}  # fmt: skip
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


def is_one_text(source: str) -> bool:
    """Whether it is a single text in quotes, without a prefix and not two beside each other."""
    return _QUOTED.fullmatch(source) is not None


def without_quotes(text: str) -> str:
    """The formula with what stands in quotes blanked out, of the same length."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), text)


def refuse_foreign_characters(text: str) -> None:
    """Raise FormulaError at the first character that only a Chinese keyboard gives."""
    if text.isascii():
        return
    for position, character in enumerate(without_quotes(text)):
        if character in _FOREIGN:
            wanted = _FOREIGN[character]
            raise FormulaError(
                Slip("RC308", position, position + 1, f"`{character}` is typed with a Chinese keyboard",
                     "write a plain space" if wanted == "a space" else f"write `{wanted}`", narrowed(text))
            )  # fmt: skip


# Texts as they are quoted here and on a Chinese keyboard, which stay as they are; runs of operators; single signs.
_WIDE = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<quoted>[“”][^“”"']*[“”]|[‘’][^‘’"']*[‘’])"""
    r"|(?P<comparison>[<>=!＜＞＝！]*[＜＞＝！][<>=!＜＞＝！]*)|(?P<sign>.)",
    re.DOTALL,
)
_NAME_OF_ARGUMENT = re.compile(r"[(,（，]\s*[^\W\d]\w*\s*$")
_COMPARISONS = frozenset(["<", ">", "<=", ">=", "==", "!="])


def narrowed(text: str) -> tuple[tuple[int, int, str], ...]:
    """The changes that put plain signs in the place of those of a Chinese keyboard; none where it is not certain."""
    changes: list[tuple[int, int, str]] = []
    for found in _WIDE.finditer(text):
        start, end, piece = *found.span(), found.group()
        if found["quoted"]:
            changes += [(start, start + 1, '"'), (end - 1, end, '"')]
        elif found["comparison"]:
            plain = unicodedata.normalize("NFKC", piece)
            if plain == "=":
                plain = "=" if _NAME_OF_ARGUMENT.search(text, 0, start) else "=="
            if plain not in (*_COMPARISONS, "="):
                return ()
            changes.append((start, end, plain))
        elif found["sign"] and piece in _FOREIGN:
            plain = " " if _FOREIGN[piece] == "a space" else _FOREIGN[piece]
            if plain in "\"';%:[]":
                return ()
            plain += " " if plain == "," and not text[end : end + 1].isspace() else ""
            changes.append((start, end, plain))
    return tuple(changes)


def refuse_comment(source: str, offset: int) -> None:
    """Raise FormulaError for a `#`, which Python would read as the end of the formula."""
    if "#" not in source:
        return
    position = without_quotes(source).find("#")
    if position >= 0:
        raise FormulaError(
            Slip("RC305", position + offset, position + offset + 1, "a formula holds no comment",
                 "write it in `description`, or as a YAML comment on a line of its own")
        )  # fmt: skip


_WORDS = r"(?:and|or|not|in|is|if|else)\b"
# A pattern over the formula with its texts blanked, what is wrong, and what to write. First match wins.
_SLIPS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"^=+"), "a formula does not begin with `=`", "take the `=` out"),
    (re.compile(r"&&?"), "`&` is not part of the language", "write `and`"),
    (re.compile(r"\|\|?"), "`|` is not part of the language", "write `or`"),
    (re.compile(r"<>"), "`<>` is not part of the language", "write `!=`"),
    (re.compile(r"=<|=>"), "`=<` and `=>` are not part of the language", "write `<=` or `>=`"),
    (re.compile(r"!(?!=)"), "`!` is not part of the language", "write `not`"),
    (re.compile(r"(?<![\w.])\d[\d.]*\s*%"), "a percentage inside a formula", "write 5% as `0.05`"),
    (re.compile(r"(?<![=<>!])=(?!=)"), "one `=` does not compare", "write `==`"),
    (re.compile(r"(?i)(?<![\w)] )(?<![\w)])\b(?:if|case)\s*\(|\b(?:case|CASE)\s+(?:when|WHEN)\b"),
     "a choice is not written so here", "write `a if condition else b`"),
    (re.compile(r"\b(?:then|THEN)\b"), "a choice is not written so here", "write `a if condition else b`"),
    (re.compile(r"\?"), "`?` is not part of the language", "write `a if condition else b`"),
    (re.compile(r":"), "`:` is not part of the language",
     "how a value is shown, its metric's `unit` and `decimals` say"),
    (re.compile(r"\b(?:AND|OR|NOT|IN|IF|ELSE|And|Or|Not|If|Else)\b"),
     "`and`, `or`, `not`, `if`, `else` are written small", "such as a > 1 and b > 1"),
    (re.compile(r"\bis-missing\b"), "a name holds no `-`", "did you mean `is_missing`?"),
    (re.compile(r"[$@{}]"), "this sign is not part of the language", "names stand alone, such as orders / visits"),
    (re.compile(r"\blambda\b"), "`lambda` is not part of the formula language", "use the functions of the language"),
)  # fmt: skip
# A name or number, then another with nothing between.
_SIDE_BY_SIDE = re.compile(
    rf"(?<![\w.])(?!{_WORDS})[\w.]+\s+(?!{_WORDS})(\w[\w.]*)|\)\s*(?!{_WORDS})(\w[\w.]*)"
    r"|(?<![\w.])\d[\d.]*(?!e\d|_\d)([^\W\d]\w*)"
)
_UNFINISHED = re.compile(r"([-+*/<>=!]+|,|\b(and|or|not|in|if|else))$")
_RUN_ON = re.compile(r"\b(?:and|or)\b.*\(|[<>=]=")
# The name of an argument, whose `=` is none for `==`.
_ARGUMENT = re.compile(r"(?:(?<=\w\()|(?<=,))\s*[^\W\d]\w*\s*=(?!=)")


_OWN_WORDS = ("and", "or", "not", "if", "else", "in", "is")
_EXAMPLE = "such as orders / visits, or greatest(orders - 5, 0)"
# How Python's own words begin, and what to write.
_ODD = {
    "expected 'else'": "`if` needs `else`: a if condition else b",
    "leading zeros": "a number does not begin with 0",
    "expression cannot contain assignment": "write `==`",
}
_NAME_PARTS = "give parts of it names, as metrics of their own"


def explain_syntax(source: str, offset: int, error: SyntaxError) -> Slip:
    """What stopped Python's parser, in words for the person who wrote the formula."""
    masked = without_quotes(source)
    if (error.msg or "").startswith("too many nested"):
        return Slip("RC306", offset, offset + len(source), "a formula nested too deeply", _NAME_PARTS)
    # texts and names of arguments are words here, so that what is beside them is seen
    worded = _QUOTED.sub(lambda found: "_" * len(found.group()), source)
    worded = _ARGUMENT.sub(lambda found: found.group().replace("=", " "), worded)
    for pattern, message, hint in _SLIPS:
        found = pattern.search(worded)
        if found:
            return Slip("RC300", found.start() + offset, found.end() + offset, message, hint)
    run_on = next((found for found in _QUOTED.finditer(source) if _RUN_ON.search(found.group())), None)
    if run_on and re.search("[\"']", masked):
        # a text that holds a condition was to end before it; the quote that is left over began another
        start, end = run_on.start() + offset, run_on.end() + offset
        return Slip("RC300", start, end, "a text without its closing quote", f"add a `{source[run_on.start()]}`")
    if masked.count("(") > masked.count(")"):
        place = _unclosed(masked, "(", ")")
        return Slip("RC300", place + offset, place + offset + 1, "this `(` is never closed", "add a `)`")
    if masked.count(")") > masked.count("("):
        # read from the end, it is the one that nothing before it opens
        place = len(masked) - 1 - _unclosed(masked[::-1], ")", "(")
        return Slip("RC300", place + offset, place + offset + 1, "this `)` closes nothing", "take it out, or add a `(`")
    unfinished = _UNFINISHED.search(masked)
    if unfinished:
        return Slip(
            "RC300",
            unfinished.start() + offset,
            len(source) + offset,
            "the formula ends too early",
            "something is missing after this",
        )
    beside = _SIDE_BY_SIDE.search(masked)
    if beside:
        start, end = beside.span(beside.lastindex or 0)
        return Slip("RC300", start + offset, end + offset, "nothing stands between this and what is before",
                    "an operator is missing, such as `*`")  # fmt: skip
    # Python gives the place as a 1-based column in characters, and 0 for the end
    place = max((error.offset or 1) - 1, 0)
    place = min(place, len(source) - 1)
    end = max(min((error.end_offset or 0) - 1, len(source)), place + 1)
    if (error.msg or "").startswith("unterminated string literal"):
        reason, hint = "a text without its closing quote", f"add a `{source[place]}` where the text ends"
    else:
        reason, hint = "this is not a formula", _ODD.get(next(filter((error.msg or "").startswith, _ODD), ""), _EXAMPLE)
        if not masked.strip("0123456789."):
            hint = "a number begins with another digit than 0, and holds one point at most"
        elif keyword.iskeyword(source[place:end]) and source[place:end] not in _OWN_WORDS:
            reason, hint = f"`{source[place:end]}` cannot be a name in a formula", "write the name that you mean"
    return Slip("RC300", place + offset, end + offset, reason, hint)


def _unclosed(masked: str, opening: str, closing: str) -> int:
    open_places: list[int] = []
    for position, character in enumerate(masked):
        if character == opening:
            open_places.append(position)
        elif character == closing and open_places:
            open_places.pop()
    return open_places[-1] if open_places else 0


_NODE_WORDS: dict[type[ast.AST], tuple[str, str | None]] = {
    ast.Attribute: ("a dot after a name reaches inside it, which formulas cannot", "names are plain, such as `orders`"),
    ast.Subscript: ("square brackets after a name are not possible", "prev(x) is the period before"),
    ast.Lambda: ("`lambda` is not part of the formula language", None),
    ast.List: ("a list stands only after `in`", 'such as x in ["a", "b"]'),
    ast.Tuple: ("a comma outside a function", "a formula gives one value; write 1000 and 0.5, not 1,000 and 0,5"),
    ast.Set: ("names stand without braces", "such as orders / visits"),
    ast.Dict: ("names stand without braces", "such as orders / visits"),
    ast.JoinedStr: ("text with braces is not possible in a formula", "templates belong in `text` of an advice"),
    ast.Starred: ("`*` before an argument is not possible", None),
    ast.NamedExpr: ("`:=` is not part of the formula language", "give the part a name as a metric of its own"),
}


def refuse_node(node: ast.AST, start: int, end: int, text: str) -> Slip:
    """Why a piece of Python is not part of the formula language."""
    words, hint = _NODE_WORDS.get(type(node), (f"`{text[:40]}` is not part of the formula language", None))
    return Slip("RC305", start, end, words, hint)


def refuse_call(node: ast.expr, start: int, end: int, text: str) -> Slip:
    """Why something that is no name cannot be called."""
    if isinstance(node, ast.Attribute | ast.Subscript | ast.Lambda):
        return refuse_node(node, start, end, text)
    return Slip("RC305", start, end, "only a function stands before parentheses", "write `*` to multiply")


def refuse_operator(node: ast.BinOp, start: int, end: int) -> Slip:
    """Why an operator of Python is not one of the language's."""
    words: dict[type[ast.operator], tuple[str, str]] = {
        ast.Mod: ("`%` is not part of the formula language", "write 5% as `0.05`"),
        ast.BitXor: ("`^` is not part of the formula language", "write `**` for a power"),
        ast.BitAnd: ("`&` is not part of the formula language", "write `and`"),
        ast.BitOr: ("`|` is not part of the formula language", "write `or`"),
        ast.FloorDiv: ("`//` is not part of the formula language", "write `floor(a / b)`"),
    }
    message, hint = words.get(type(node.op), ("this operator is not part of the formula language", "use + - * / **"))
    return Slip("RC305", start, end, message, hint)
