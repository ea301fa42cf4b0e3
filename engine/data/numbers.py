"""Numbers of data: plain digits, or with the decimal and thousands marks that were declared."""

from __future__ import annotations

import re

import polars as pl

from ..files.opened import Cells

# What a web page and a typesetter write for a space between thousands.
_SPACES = " \u00a0\u202f\u2009"


def read_number(text: pl.Expr, cells: Cells) -> pl.Expr:
    """The text as a 64-bit float, null for what is none."""
    text = plain_number(text.str.strip_chars(), cells)
    return text.cast(pl.Float64, strict=False)


def plain_number(text: pl.Expr, cells: Cells) -> pl.Expr:
    """The text with a point before the fraction and nothing between thousands; null where the marks stand wrong."""
    if cells.decimal is None and cells.thousands is None:
        return text
    thousands = cells.thousands or ""
    decimal = cells.decimal or ("," if thousands == "." else ".")
    group = f"[{_SPACES}]" if thousands and thousands in _SPACES else re.escape(thousands)
    # groups of three, or those of India, where only the last has three
    whole = rf"\d+|\d{{1,3}}(?:{group}\d{{3}})+|\d{{1,2}}(?:{group}\d{{2}})+{group}\d{{3}}" if thousands else r"\d+"
    form = rf"^[+-]?(?:(?:{whole})(?:{re.escape(decimal)}\d*)?|{re.escape(decimal)}\d+)(?:[eE][+-]?\d+)?$"
    bare = text.str.replace_all(group, "") if thousands else text
    return pl.when(text.str.contains(form)).then(bare.str.replace(decimal, ".", literal=True))
