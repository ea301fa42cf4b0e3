"""A difference as Markdown that reads well as a comment in a merge request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from ..display import NO_VALUE, format_value
from ..words import word
from .reach import EFFECTS
from .words import counts, files_of, place, share_text, sides, summary, versions

if TYPE_CHECKING:
    from .changes import Change, Share
    from .difference import Difference
    from .impact import Impact
    from .reviewing import Review

_QUIET = ("evidence", "wording")
_ROWS = 20
_CHANGES = 50  # code hosts refuse comments of more than 65,536 characters
_SIGNS = {"added": "➕", "removed": "➖", "changed": "", "renamed": "»"}
_MARKUP = re.compile(r"([\\`*_\[\]<>|#~@])")


def of_review(review: Review) -> str:
    """All rulesets of a review."""
    parts = []
    for one in review.reviewed:
        parts.append(of_difference(one.difference))
        if one.also:
            names = ", ".join(map(_code, one.also))
            parts.append(word("also_in", review.language, files=names))
    whole = [("ruleset_added", "added", review.added), ("ruleset_removed", "removed", review.removed)]
    for key, sign, listed in whole:
        said = f"{_SIGNS[sign]} {word(key, review.language)}"
        parts += [f"{said}: **{_plain(f'{side.id} {side.version}')}** {_code(side.file)}" for side in listed]
    if review.problems:
        files = ", ".join(map(_code, review.not_compared))
        parts.append(f"❌ {word('not_compared', review.language, files=files)}")
    if not parts:
        parts.append(word("no_difference", review.language))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def of_difference(found: Difference) -> str:
    """One ruleset: what moves scores first, shares, the rest, and folded away what is only wording."""
    language = found.language
    lines = [f"### {_plain(versions(found))}", "", _code(files_of(found)), ""]
    if found.changes:
        lines += [" · ".join(map(_plain, counts(found))), ""]
    if not found.meaning:
        lines += [word("no_difference_in_meaning" if found.changes else "no_difference", language), ""]
    by_effect = {effect: list(own) for effect, own in groupby(found.changes, key=lambda change: change.effect)}
    for effect in EFFECTS:
        if effect not in by_effect:
            continue
        heading = word(f"effect.{effect}", language)
        own = by_effect[effect]
        heads = [word(name, language) for name in ("what", "old_value", "new_value", "where")]
        table = [*_table(heads, [_row(change, language) for change in own[:_CHANGES]]), ""]
        if len(own) > _CHANGES:
            table += [word("more_changes", language, count=len(own) - _CHANGES), ""]
        if effect in _QUIET:
            lines += [f"<details><summary>{heading}: {len(own)}</summary>", "", *table, "</details>", ""]
        else:
            lines += [f"#### {heading}", "", *table]
        if effect == "score":
            lines += _shares([share for share in found.shares if not share.inherited], language)
    if found.impact is not None:
        lines += _impact(found.impact, language)
    return "\n".join(lines).rstrip() + "\n"


def _row(change: Change, language: str) -> list[str]:
    sign = f"{_SIGNS[change.kind]} " if _SIGNS[change.kind] else ""
    named = f"**{_plain(change.title)}**<br>" if change.title else ""
    if not change.key and change.kind in ("added", "removed"):
        said = _plain(summary(change, language))
        old, new = ("", said) if change.kind == "added" else (said, "")
    else:
        values = zip((change.old, change.new), sides(change, language), strict=True)
        old, new = (_said(value, text, change.effect) for value, text in values)
        shares = [share for share in change.shares if share.old is not None and share.new is not None]
        if len(shares) == 1:
            old += f" ({format_value(shares[0].old, 'percent')})"
            new += f" ({format_value(shares[0].new, 'percent')})"
    where = place(change)
    return [f"{sign}{named}{_code(change.path or change.key)}", old, new, _code(where) if where else ""]


def _said(value: object, text: str, effect: str) -> str:
    """Formulas and ids as code, all else as text."""
    return _code(text) if isinstance(value, str) and effect not in _QUIET else _plain(text)


def _shares(shares: Sequence[Share], language: str) -> list[str]:
    ids = list(dict.fromkeys(share.id for share in shares))
    if not ids:
        return []
    stages = {share.stage: share.stage_title or share.stage or word("no_stage", language) for share in shares}
    cells = {(share.id, share.stage): share for share in shares}
    titles = {share.id: share.title or share.id for share in shares}
    rows = [
        [_plain(titles[id]), *(share_text(cells[id, stage]) if (id, stage) in cells else "" for stage in stages)]
        for id in ids[:_ROWS]
    ]
    left = [word("more_changes", language, count=len(ids) - _ROWS), ""] if len(ids) > _ROWS else []
    return [*_table([word("share_of_score", language), *map(_plain, stages.values())], rows), "", *left]


def _impact(impact: Impact, language: str) -> Iterator[str]:
    yield from (f"#### {word('impact', language)}", "")
    totals = [f"{word(f'cards.{name}', language)} {count:,}" for name, count in impact.counts.items() if count]
    if impact.mean_change is not None:
        totals.append(word("mean_change", language, change=_signed(impact.mean_change)))
    cards = word("cards_compared", language, count=f"{sum(impact.counts.values()):,}")
    yield from (f"**{cards}**: {' · '.join(totals)}", "")
    if any(moved.old != moved.new for moved in impact.levels):
        counted = {(moved.old, moved.new): moved.cards for moved in impact.levels}
        ids = [id for id in (*impact.level_titles, None) if any(id in pair for pair in counted)]
        names = [_plain(impact.level_titles[id] if id else word("no_level", language)) for id in ids]
        rows = [[name, *(f"{counted.get((old, new), 0) or '·'}" for new in ids)]
                for old, name in zip(ids, names, strict=True)]  # fmt: skip
        yield from (*_table([word("levels_moved", language), *names], rows), "")
    stages = [moved for moved in impact.stages if moved.old != moved.new]
    if stages:
        names = [" → ".join(impact.stage_titles.get(id or "", word("no_level", language)) for id in (one.old, one.new))
                 for one in stages]  # fmt: skip
        rows = [[_plain(name), f"{one.cards:,}"] for name, one in zip(names, stages, strict=True)]
        yield from (*_table([word("stages_moved", language), ""], rows), "")
    if impact.advice:
        rows = [[_plain(one.title or one.id), f"{one.old:,} → {one.new:,}", f"+{one.started:,} -{one.stopped:,}"]
                for one in impact.advice]  # fmt: skip
        yield from (*_table([word("advice_moved", language), "", ""], rows), "")
    if impact.cards.height:
        yield from _cards(impact, language)
    else:
        yield word("no_card_moves", language)


def _cards(impact: Impact, language: str) -> Iterator[str]:
    shown = impact.cards.head(_ROWS)
    heads = [*impact.entity, *(word(name, language) for name in ("period", "score", "level", "advice_column"))]
    rows = []
    for row in shown.iter_rows(named=True):
        levels = [impact.level_titles.get(row[f"{side}_level"] or "", NO_VALUE) for side in ("old", "new")]
        scores = [format_value(row[f"{side}_score"], "score", 1) for side in ("old", "new")]
        change = "" if row["change"] is None else f" ({_signed(row['change'])})"
        told = [f"+{_code(id)}" for id in row["advice_started"]] + [f"-{_code(id)}" for id in row["advice_stopped"]]
        entity = [_plain(str(row[name])) for name in impact.entity]
        level = levels[0] if levels[0] == levels[1] else " → ".join(levels)
        rows.append([*entity, row["period"] or "", " → ".join(scores) + change, _plain(level), " ".join(told)])
    left = impact.cards.height - shown.height
    yield from (f"<details><summary>{word('most_moved', language)}</summary>", "")
    yield from (*_table(list(map(_plain, heads)), rows), "")
    yield from ([word("cards_left", language, count=f"{left:,}"), ""] if left else [])
    yield from ("</details>", "")


def _signed(change: float) -> str:
    text = format_value(abs(change), "score", 1)
    return text if text == "0.0" else f"{'+' if change > 0 else '-'}{text}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _plain(text: str) -> str:
    """Text that no reader of Markdown takes for markup, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """Text as code; a table's bar inside it would end the cell."""
    quiet = " ".join(text.split()).replace("`", "'").replace("|", "\\|")
    return f"`{quiet}`"
