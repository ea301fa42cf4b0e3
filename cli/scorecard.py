"""One scorecard as a section for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from rulecard.display import NO_VALUE, format_value
from rulecard.language.model import Ruleset
from rulecard.results.card import AdviceCard, Card, GroupCard, MetricCard
from rulecard.wording import stage_title, words
from rulecard.words import word

from .history import History
from .marks import SEVERITIES, bar, level_color, level_mark, points, signed, spark
from .plain import plain
from .wrapped import ByWidth, Wrapped

_METRICS = 12
_TREND = 12
_NARROW = 60  # cells in which bars would push out numbers


def scorecard(card: Card, ruleset: Ruleset, history: History, language: str) -> RenderableType:
    """Heading, score, groups, metrics with the costliest first, and advice."""
    parts: list[RenderableType] = [
        _heading(card, ruleset, language),
        _indent(_overall(card, ruleset, history, language)),
    ]
    if card.groups:
        parts += ["", _indent(_groups(tuple(card.groups.values()), ruleset, language))]
    parts += ["", _indent(_metrics(card, ruleset, language))]
    notes = list(_notes(card, language))
    if notes:
        parts.append(_indent(Text("\n".join(notes), style="dim")))
    parts += ["", _indent(_advice(card.advice, language)), ""]
    return Group(*parts)


def metric_title(ruleset: Ruleset, metric: str, language: str) -> str:
    return plain(words(ruleset, ruleset.metrics[metric].title, language) or metric)


def entity_name(card: Card, ruleset: Ruleset, language: str) -> str:
    values = " / ".join(plain(str(value)) for value in card.entity.values())
    return values or plain(words(ruleset, ruleset.title, language) or ruleset.id)


def reason(status: str, language: str) -> Text:
    return Text(word(status, language), style="dim italic")


def no_score(card: Card, ruleset: Ruleset, language: str) -> Text:
    """Why a card has no overall score: too little data, or a ruleset that only watches."""
    watches = not any(metric.scored for metric in ruleset.metrics.values())
    return reason("not_scored" if watches else card.status, language)


def _indent(inner: RenderableType) -> Padding:
    return Padding(inner, (0, 0, 0, 2))


def _heading(card: Card, ruleset: Ruleset, language: str) -> Rule:
    parts = [entity_name(card, ruleset, language), card.period or "", plain(stage_title(ruleset, card.stage, language))]
    title = Text.assemble(("━━ ", "dim"), (" · ".join(part for part in parts if part), "bold"))
    return Rule(title, align="left", characters="━", style="dim")


def _overall(card: Card, ruleset: Ruleset, history: History, language: str) -> RenderableType:
    title = plain(words(ruleset, ruleset.overall.title, language) or word("overall", language))
    color = level_color(ruleset, card.level)
    line = Text.assemble((title, "bold"), "  ", (points(card.score), f"bold {color}"), "  ")
    if card.level is not None:
        line += level_mark(ruleset, card.level, language)
    elif card.score is None:
        line += no_score(card, ruleset, language)
    if card.score is not None:
        line = Text.assemble(line, "  ", bar(card.score, color, 24))
    facts = []
    if any(metric.scored for metric in ruleset.metrics.values()):
        facts.append(word("coverage_is", language, share=format_value(card.coverage, "percent", 0)))
    change = history.change(card)
    if change is not None:
        facts.append(word("change_is", language, change=signed(change[1]), period=change[0]))
    scores = history.scores(card, _TREND)
    if sum(score is not None for score in scores) > 1:
        facts.append(f"{word('trend', language)} {spark(scores)}")
    lines: list[RenderableType] = [line, *([Text(" · ".join(facts), style="dim")] if facts else [])]
    if card.capped is not None:
        parts = {name: format_value(getattr(card.capped, name), "score") for name in ("at_most", "score")}
        because = card.capped.because
        capped = word("capped_because" if because else "capped", language, because=because, **parts)
        lines.append(Wrapped(capped, style="yellow"))
    return Group(*lines)


def _table(*headings: tuple[str, str], grow: int = 0) -> Table:
    """A table without lines; headings come with how their column is set ("left", "right")."""
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for number, (heading, justify) in enumerate(headings):
        table.add_column(
            heading,
            justify="right" if justify == "right" else "left",
            no_wrap=number != grow,
            overflow="fold",
            min_width=8 if number == grow else None,
        )
    return table


def _groups(groups: Sequence[GroupCard], ruleset: Ruleset, language: str) -> RenderableType:
    return ByWidth(_NARROW, lambda wide: _group_table(groups, ruleset, language, wide))


def _group_table(groups: Sequence[GroupCard], ruleset: Ruleset, language: str, bars: bool) -> Table:
    def heading(key: str) -> str:
        return word(key, language)

    partial = any(group.coverage < 1 for group in groups)
    table = _table(
        (heading("group"), "left"),
        (heading("score"), "right"),
        (heading("level"), "left"),
        *([("", "left")] if bars else []),
        (heading("weight"), "right"),
        *([(heading("coverage"), "right")] if partial else []),
    )
    for group in groups:
        color = level_color(ruleset, group.level)
        row = [
            Text(plain(words(ruleset, ruleset.groups[group.id].title, language) or group.id)),
            Text(points(group.score), style=color),
            level_mark(ruleset, group.level, language) if group.level else reason(group.status, language),
            *([bar(group.score, color, 12) if group.score is not None else Text("")] if bars else []),
            Text(format_value(group.weight, "percent", 0)),
        ]
        table.add_row(*row, *([Text(format_value(group.coverage, "percent", 0))] if partial else []))
    return table


def _metrics(card: Card, ruleset: Ruleset, language: str) -> RenderableType:
    metrics = sorted(card.metrics.values(), key=_urgency)
    targets = any(metric.target is not None for metric in metrics)
    names = ["metric", "value", *(["target"] if targets else []), "level", "score", "lost"]
    table = _table(*((word(name, language), "left" if name in ("metric", "level") else "right") for name in names))
    for metric in metrics[:_METRICS]:
        table.add_row(*_metric(metric, ruleset, targets, language))
    if len(metrics) <= _METRICS:
        return table
    more = word("more_metrics", language, count=len(metrics) - _METRICS)
    return Group(table, Wrapped(more, style="dim"))


def _urgency(metric: MetricCard) -> tuple[bool, bool, float]:
    """The costliest first, then those that count but have no score, then those that are only watched."""
    return (metric.points_lost is None, metric.weight is None, -(metric.points_lost or 0))


def _metric(metric: MetricCard, ruleset: Ruleset, targets: bool, language: str) -> list[Text]:
    declared = ruleset.metrics[metric.id]
    lost = metric.points_lost
    counts = metric.weight is not None
    score = points(metric.score) + (" ~" if metric.relative and metric.score is not None else "")
    row = [
        Text(metric_title(ruleset, metric.id, language)),
        Text(format_value(metric.value, declared.unit, declared.decimals, language)),
        _level(metric, ruleset, language),
        Text(score if counts else ""),
        Text(points(lost) if counts else "", style="red" if lost else "dim"),
    ]
    if targets:
        target = metric.target
        shown = "" if target is None else format_value(target, declared.unit, declared.decimals, language)
        row.insert(2, Text(shown))
    return row


def _level(metric: MetricCard, ruleset: Ruleset, language: str) -> Text:
    if metric.level is not None:
        mark = level_mark(ruleset, metric.level, language)
        return mark + Text(" ?", style="dim") if metric.certain is False else mark
    if metric.status != "ok":
        return reason(metric.status, language)
    if metric.score is not None:
        return Text(NO_VALUE, style="dim")
    return reason("watched" if metric.weight is None else "not_scored", language)


def _notes(card: Card, language: str) -> Iterable[str]:
    if any(metric.certain is False for metric in card.metrics.values()):
        yield word("uncertain", language)
    if any(metric.relative and metric.score is not None for metric in card.metrics.values()):
        yield word("relative", language)


def _advice(advice: tuple[AdviceCard, ...], language: str) -> RenderableType:
    if not advice:
        return Text(word("no_advice", language), style="dim")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for piece in advice:
        sign, color = SEVERITIES[piece.severity]
        label = Text(f"{sign} {word(f'severity.{piece.severity}', language)}", style=color)
        table.add_row(label, _piece(piece, language))
    return table


def _piece(piece: AdviceCard, language: str) -> RenderableType:
    lines: list[RenderableType] = []
    costs = piece.points_lost > 0 and piece.severity != "praise"
    cost = word("points", language, points=format_value(piece.points_lost, "score")) if costs else ""
    if piece.title:
        lines.append(Wrapped(piece.title, style="bold", tail=cost))
    lines.append(Wrapped(piece.text.strip(), tail="" if piece.title else cost))
    lines += [Wrapped(action.strip(), first="• ") for action in piece.actions]
    return Group(*lines)
