"""The table view of a run: which scorecards to show in full, and the rest as one line each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from rulecard.display import format_value
from rulecard.language.model import Ruleset
from rulecard.results.card import Card
from rulecard.wording import column_title, stage_title, words
from rulecard.words import word

from .choice import Choice, choose
from .history import History, history, key
from .marks import level_color, level_mark, points, signed, spark
from .plain import plain
from .scorecard import metric_title, no_score, scorecard
from .wrapped import ByWidth, Wrapped

if TYPE_CHECKING:
    from rulecard.results.result import Result

_TREND = 6
_WIDE = 90

Column = tuple[str, str, list[Text]]


def table(result: Result) -> RenderableType:
    """All that the table format shows of a result."""
    if result.cards.is_empty():
        return Text(word("no_cards", result.language))
    choice = choose(result.cards)
    known = history(result, pl.concat([choice.full, choice.lines]))
    cards = _typed(result, {*choice.full["position"], *choice.lines["position"]})
    ruleset, language = result.ruleset, result.language
    parts: list[RenderableType] = [
        scorecard(cards[position], ruleset, known, language) for position in choice.full["position"]
    ]
    if choice.lines.height:
        lines = [cards[position] for position in choice.lines["position"]]
        parts.append(_overview(lines, choice, ruleset, known, language))
    if choice.full.height < result.cards.height:
        counts = {"shown": choice.full.height, "all": result.cards.height}
        parts += ["", Wrapped(word("not_shown", language, **counts), style="dim")]
    return Group(*parts)


def _typed(result: Result, positions: set[int]) -> dict[int, Card]:
    """The cards at some rows of the result, by the row."""
    rows = sorted(positions)
    return dict(zip(rows, result.scorecards(rows), strict=True))


def _overview(cards: Sequence[Card], choice: Choice, ruleset: Ruleset, known: History, language: str) -> RenderableType:
    periods = {card.period for card in cards}
    one_period = next(iter(periods)) if len(periods) == 1 else None
    heading = " · ".join(
        part for part in (plain(words(ruleset, ruleset.title, language) or ruleset.id), one_period or "") if part
    )
    title = Text.assemble(("━━ ", "dim"), (heading, "bold"))
    lines = _lines(cards, ruleset, known, language, with_period=one_period is None and periods != {None})
    parts: list[RenderableType] = [Rule(title, align="left", characters="━", style="dim"), Padding(lines, (0, 0, 0, 2))]
    if choice.left:
        rest = "rows_not_shown" if choice.entities > 1 else "periods_not_shown"
        left = word(rest, language, count=choice.left)
        parts.append(Padding(Text(left, style="dim"), (0, 0, 0, 2)))
    return Group(*parts)


def _lines(
    cards: Sequence[Card], ruleset: Ruleset, known: History, language: str, *, with_period: bool
) -> RenderableType:
    columns = _columns(cards, ruleset, known, language, with_period)
    return ByWidth(_WIDE, lambda wide: _line_table(columns, gap=2 if wide else 1))


def _line_table(columns: Sequence[Column], gap: int) -> Table:
    lines = Table(box=None, show_edge=False, pad_edge=False, padding=(0, gap, 0, 0), header_style="dim")
    for heading, justify, _ in columns:
        grows = justify == "grow"
        lines.add_column(heading, justify="right" if justify == "right" else "left", no_wrap=not grows, overflow="fold")
    for row in zip(*(cells for _, _, cells in columns), strict=True):
        lines.add_row(*row)
    return lines


def _columns(cards: Sequence[Card], ruleset: Ruleset, known: History, language: str, with_period: bool) -> list[Column]:
    """The columns of the overview; one that would be empty, or the same in every row, is left out."""

    def heading(name: str) -> str:
        return word(name, language)

    entities = [
        (plain(column_title(ruleset, name, language)), "grow", [Text(plain(str(card.entity[name]))) for card in cards])
        for name in cards[0].entity
    ]
    columns: list[Column] = [column for column in entities if len({str(cell) for cell in column[2]}) > 1]
    if with_period:
        columns.append((heading("period"), "left", [Text(card.period or "") for card in cards]))
    if len({card.stage for card in cards}) > 1:
        stages = [Text(plain(stage_title(ruleset, card.stage, language))) for card in cards]
        columns.append((heading("stage"), "left", stages))
    columns.append((heading("score"), "right", [_score(card, ruleset) for card in cards]))
    columns.append((heading("level"), "left", [_level(card, ruleset, language) for card in cards]))
    changes = [known.change(card) for card in cards]
    if any(changes):
        columns.append((heading("change"), "right", [Text(signed(c[1]) if c else "") for c in changes]))
    trends = [known.scores(card, _TREND) for card in cards]
    if any(len(trend) > 1 for trend in trends) and len({key(card) for card in cards}) > 1:
        columns.append((heading("trend"), "left", [Text(spark(trend)) for trend in trends]))
    if any(card.coverage < 1 for card in cards):
        shares = [Text(format_value(card.coverage, "percent", 0)) for card in cards]
        columns.append((heading("coverage"), "right", shares))
    columns.append((heading("worst"), "grow", [_worst(card, ruleset, language) for card in cards]))
    return columns


def _score(card: Card, ruleset: Ruleset) -> Text:
    return Text(points(card.score), style=level_color(ruleset, card.level))


def _level(card: Card, ruleset: Ruleset, language: str) -> Text:
    return level_mark(ruleset, card.level, language) if card.level else no_score(card, ruleset, language)


def _worst(card: Card, ruleset: Ruleset, language: str) -> Text:
    costly = max(card.metrics.values(), key=lambda metric: metric.points_lost or 0, default=None)
    if costly is None or not costly.points_lost:
        return Text("")
    # the name is in the card above; here one line for each is worth more than all of it
    line = f"{points(costly.points_lost):>4} {metric_title(ruleset, costly.id, language)}"
    return Text(line, no_wrap=True, overflow="ellipsis")
