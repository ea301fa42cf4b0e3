"""Tables as CSV that a spreadsheet may open: no text in it runs as a formula."""

from __future__ import annotations

import polars as pl

# tells spreadsheets that the file is UTF-8; without it they garble Chinese
MARK = "\ufeff"

_RUNS = r"^[=+\-@\t\r\n＝＋－＠]"


def csv(frame: pl.DataFrame) -> str:
    """The frame as CSV; text cells that a program could run begin with an apostrophe, numbers stay numbers."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(_harmless(name) for name in texts).write_csv()


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name)
    return pl.when(text.str.contains(_RUNS)).then("'" + text).otherwise(text).alias(name)
