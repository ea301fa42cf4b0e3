"""What a difference does to the scorecards of some data, for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rulecard.display import NO_VALUE
from rulecard.words import word

from .marks import points, signed
from .plain import plain
from .wrapped import Wrapped

if TYPE_CHECKING:
    from rulecard.differences.impact import Impact, Moved

_CARDS = 10


def of_impact(impact: Impact, language: str) -> RenderableType:
    """Totals, levels before and after, stages, metrics and advice that moved, and the cards that moved most."""
    parts: list[RenderableType] = [Text(word("impact", language), style="bold")]
    inner: list[RenderableType] = [_totals(impact, language), ""]
    if any(moved.old != moved.new for moved in impact.levels):
        inner += [_levels(impact, language), ""]
    stages = [moved for moved in impact.stages if moved.old != moved.new]
    if stages:
        inner += [_stages(stages, impact, language), ""]
    if impact.metrics:
        inner += [_metrics(impact, language), ""]
    if impact.advice:
        inner += [_advice(impact, language), ""]
    inner += [_cards(impact, language)] if impact.cards.height else [Text(word("no_card_moves", language))]
    parts.append(Padding(Group(*inner), (0, 0, 0, 2)))
    return Group(*parts)


def _totals(impact: Impact, language: str) -> RenderableType:
    counts = {name: number for name, number in impact.counts.items() if number}
    said = [f"{word(f'cards.{name}', language)} {number:,}" for name, number in counts.items()]
    if impact.mean_change is not None:
        said.append(word("mean_change", language, change=signed(impact.mean_change)))
    cards = word("cards_compared", language, count=f"{sum(counts.values()):,}")
    return Wrapped(f"{cards}: {' · '.join(said)}" if language != "zh" else f"{cards}：{' · '.join(said)}")


def _table(*headings: tuple[str, str]) -> Table:
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, (heading, justify) in enumerate(headings):
        # what comes first has a width to be read in, and a text at the end takes several lines
        wraps = place == 0 or justify == "wrap"
        table.add_column(heading, justify="right" if justify == "right" else "left", no_wrap=not wraps,
                         min_width=8 if place == 0 else None, overflow="fold")  # fmt: skip
    return table


def _levels(impact: Impact, language: str) -> RenderableType:
    """How many cards of each level before have which level after."""
    counts = {(moved.old, moved.new): moved.cards for moved in impact.levels}
    there = {id for pair in counts for id in pair}
    ids: list[str | None] = [id for id in (*impact.level_titles, None) if id in there]
    titles = {id: plain(impact.level_titles[id] if id else word("no_level", language)) for id in ids}
    table = _table((word("levels_moved", language), "left"), *((titles[id], "right") for id in ids))
    for old in ids:
        row = [Text(f"{counts.get((old, new), 0) or '·'}", style="dim" if old == new else "") for new in ids]
        table.add_row(titles[old], *row)
    return table


def _stages(moved: Sequence[Moved], impact: Impact, language: str) -> RenderableType:
    table = _table((word("stages_moved", language), "left"), ("", "right"))
    for one in moved:
        names = [impact.stage_titles[id] if id else word("no_level", language) for id in (one.old, one.new)]
        table.add_row(plain(" → ".join(names)), f"{one.cards:,}")
    return table


def _metrics(impact: Impact, language: str) -> RenderableType:
    names = ("value", "level", "score")
    table = _table((word("metrics_moved", language), "left"), *((word(name, language), "right") for name in names))
    for one in impact.metrics[:_CARDS]:
        table.add_row(plain(one.title or one.id), *(f"{getattr(one, name):,}" for name in names))
    return table


def _advice(impact: Impact, language: str) -> RenderableType:
    table = _table((word("advice_moved", language), "left"), ("", "right"), ("", "left"))
    for one in impact.advice:
        moved = ", ".join(f"{sign}{count:,}" for sign, count in (("+", one.started), ("-", one.stopped)) if count)
        table.add_row(plain(one.title or one.id), f"{one.old:,} → {one.new:,}", Text(moved, style="dim"))
    return table


def _cards(impact: Impact, language: str) -> RenderableType:
    shown = impact.cards.head(_CARDS)
    periods = shown["period"].null_count() < shown.height
    headings = [(plain(name), "left") for name in impact.entity]
    table = _table(*headings, *([(word("period", language), "left")] if periods else []),
                   (word("score", language), "right"), ("", "right"),
                   (word("level", language), "left"), (word("advice_column", language), "wrap"))  # fmt: skip
    for row in shown.iter_rows(named=True):
        entity = [plain(str(row[name])) for name in impact.entity]
        scores = f"{_points(row['old_score'])} → {_points(row['new_score'])}"
        change = "" if row["change"] is None else signed(row["change"])
        table.add_row(*entity, *([row["period"] or ""] if periods else []), scores, change,
                      _moved(row, "level", impact.level_titles), _told(row))  # fmt: skip
    left = impact.cards.height - shown.height
    more = [Text(word("cards_left", language, count=f"{left:,}"), style="dim")] if left else []
    return Group(Text(word("most_moved", language), style="dim"), table, *more)


def _points(score: float | None) -> str:
    return NO_VALUE if score is None else points(score)


def _moved(row: Mapping[str, Any], name: str, titles: Mapping[str, str]) -> str:
    old, new = (titles.get(row[f"{side}_{name}"] or "", NO_VALUE) for side in ("old", "new"))
    return plain(old if old == new else f"{old} → {new}")


def _told(row: Mapping[str, Any]) -> Text:
    parts = [f"+{id}" for id in row["advice_started"]] + [f"-{id}" for id in row["advice_stopped"]]
    return Text(plain(" ".join(parts)), style="dim")
