"""How wide a column and how tall a row of a workbook must be; a Chinese character is as wide as two others."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from .sheets import Column

_DOUBLE = "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]"
_NARROWEST, _WIDEST, _TEXT = 9, 42, 60
_TALLEST = 25  # lines; a row may not be much taller


def width(column: Column) -> float:
    """The width of the widest line in a column, and of half its heading, which may take two lines."""
    values = column.values
    heading = _cells(pl.Series([column.heading]))
    if values.dtype == pl.String:
        widest = _cells(values.str.split("\n").explode(empty_as_null=True) if column.wide else values)
    elif values.dtype == pl.Float64:
        largest = values.abs().max()
        whole = f"{largest if isinstance(largest, float) else 0:,.0f}"
        widest = len(whole) + len((column.form or "0.000000").replace("#,##0", "")) + 1
    else:
        widest = _cells(values.cast(pl.String))
    # beside the heading stands the button of its filter
    widest = max(widest + column.indent, heading // 2 + 3 if heading > 9 else heading) + 2
    return min(max(widest, _NARROWEST), _TEXT if column.wide else _WIDEST)


def lines_of(columns: Sequence[Column], widths: Sequence[float]) -> list[int]:
    """How many lines each row needs so that its wrapped texts are seen whole."""
    counts = []
    for column, wide in zip(columns, widths, strict=True):
        if column.wide:
            paragraphs = column.values.fill_null("").str.split("\n").to_frame("text").with_row_index().explode("text")
            cells = pl.col("text").str.len_chars() + pl.col("text").str.count_matches(_DOUBLE)
            # a little less than there is, since lines do not break at every character
            lines = (cells / (wide - 3)).ceil().clip(1).cast(pl.Int64)
            counts.append(paragraphs.group_by("index", maintain_order=True).agg(lines.sum())["text"])
    height = columns[0].values.len()
    most = pl.DataFrame({str(place): one for place, one in enumerate(counts)}).max_horizontal() if counts else None
    return [1] * height if most is None else most.clip(1, _TALLEST).to_list()


def _cells(lines: pl.Series) -> int:
    widest = (lines.str.len_chars() + lines.str.count_matches(_DOUBLE)).max()
    return widest if isinstance(widest, int) else 0
