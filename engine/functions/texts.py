"""Functions of texts, for any formula. Parts of texts are looked for as they are written: nothing is a pattern."""

from __future__ import annotations

from typing import Any

from .declare import Function, Parameter

_TEXT = Parameter("x", "text")
_PART = Parameter("part", "quoted")
# All that Unicode counts as space: the engines' own lists differ, and a Chinese keyboard's is on few of them.
_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
_SPACES += "".join(map(chr, range(0x2000, 0x200B)))


def _changed(operation: str, *options: str) -> Any:
    def meaning(c: Any, x: Any) -> Any:
        x = c.settle(x)
        return c.typed("text", getattr(x.expr.str, operation)(*options), x)

    return meaning


def _contains(c: Any, x: Any, part: str) -> Any:
    x = c.settle(x)
    return c.flag(x.expr.str.contains(part, literal=True), x)


def _at_end(operation: str) -> Any:
    def meaning(c: Any, x: Any, part: str) -> Any:
        x = c.settle(x)
        return c.flag(getattr(x.expr.str, operation)(part), x)

    return meaning


TEXTS: tuple[Function, ...] = (
    Function("lower", "转小写", "text", (_TEXT,), "The text in small letters.", 'lower(channel) == "app"',
             _changed("to_lowercase"), gives="text", unit="none"),
    Function("upper", "转大写", "text", (_TEXT,), "The text in capital letters.", 'upper(country) == "CN"',
             _changed("to_uppercase"), gives="text", unit="none"),
    Function("strip", "去首尾空格", "text", (_TEXT,),
             "The text without space at its ends, of any kind.", 'strip(status) == "paid"',
             _changed("strip_chars", _SPACES), gives="text", unit="none"),
    Function("contains", "包含", "text", (_TEXT, _PART), "Whether `part` stands anywhere in the text.",
             'contains(title, "VIP")', _contains, gives="flag", unit="none"),
    Function("starts_with", "开头是", "text", (_TEXT, _PART), "Whether the text begins with `part`.",
             'starts_with(sku, "A-")', _at_end("starts_with"), gives="flag", unit="none"),
    Function("ends_with", "结尾是", "text", (_TEXT, _PART), "Whether the text ends with `part`.",
             'ends_with(email, ".cn")', _at_end("ends_with"), gives="flag", unit="none"),
)  # fmt: skip
