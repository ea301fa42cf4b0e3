"""A difference of rulesets for the terminal: by what it moves, then by what it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from rulecard.differences.words import counts, files_of, label, place, share_text, sides, summary, versions
from rulecard.words import word

from .plain import plain
from .problems import counted
from .wrapped import Wrapped

if TYPE_CHECKING:
    from rulecard.differences.changes import Change, Share
    from rulecard.differences.difference import Difference, Side
    from rulecard.differences.reviewing import Review

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow"), "renamed": ("»", "cyan")}
_ROWS = 20
_STAGES = 4  # more have no room beside each other
_QUIET = ("wording", "evidence")


def of_review(review: Review) -> RenderableType:
    """All rulesets that differ, then those that have come or gone."""
    parts: list[RenderableType] = []
    for one in review.reviewed:
        parts.append(of_difference(one.difference))
        if one.also:
            also = word("also_in", review.language, files=", ".join(one.also))
            parts += [Padding(Wrapped(also, style="dim"), (0, 0, 0, 2)), ""]
    for key, sign, listed in (("ruleset_added", "added", review.added), ("ruleset_removed", "removed", review.removed)):
        parts += [_whole(side, sign, word(key, review.language)) for side in listed]
    if not parts and not review.problems:
        parts.append(Text(word("no_difference", review.language)))
    if review.problems:
        parts.append(Wrapped(word("not_compared", review.language, files=", ".join(review.not_compared)), style="red"))
    if review.unchanged:
        files = counted(review.unchanged, "ruleset", "个规则集", review.language)
        parts.append(Text(word("unchanged_files", review.language, files=files), style="dim"))
    return Group(*parts)


def _whole(side: Side, kind: str, said: str) -> RenderableType:
    sign, color = _SIGNS[kind]
    title = f"  {plain(side.title)}" if side.title else ""
    return Text.assemble((f"{sign} {said}  ", color), (plain(f"{side.id} {side.version}"), "bold"), plain(title),
                         (f"  {plain(side.file)}", "dim"))  # fmt: skip


def of_difference(found: Difference) -> RenderableType:
    """Heading, counts, changes by what they move, shares that moved, and what it does to cards."""
    language = found.language
    title = Text.assemble(("━━ ", "dim"), (plain(versions(found)), "bold"))
    parts: list[RenderableType] = [Rule(title, align="left", characters="━", style="dim")]
    inner: list[RenderableType] = [Wrapped(files_of(found), style="dim")]
    if found.changes:
        inner.append(Wrapped(" · ".join(counts(found))))
    if not found.meaning:
        key = "no_difference_in_meaning" if found.changes else "no_difference"
        inner.append(Text(word(key, language)))
    inner.append("")
    for effect, changes in groupby(found.changes, key=lambda change: change.effect):
        quiet = effect in _QUIET
        inner.append(Text(word(f"effect.{effect}", language), style="dim" if quiet else "bold"))
        for entry, own in groupby(changes, key=lambda change: change.entry):
            inner.append(Padding(_entry(entry, list(own), found, quiet), (0, 0, 0, 2)))
        inner.append("")
        if effect == "score":
            inner += _shares(found.shares, language)
    if found.impact is not None:
        from .impact import of_impact

        inner += [of_impact(found.impact, language), ""]
    parts.append(Padding(Group(*inner), (0, 0, 0, 2)))
    return Group(*parts)


def _entry(entry: str, changes: Sequence[Change], found: Difference, quiet: bool) -> RenderableType:
    language, named = found.language, changes[0]
    path = entry or (named.key if not named.title else found.new.id)
    heading = Text.assemble(
        (plain(named.title), "" if quiet else "bold"), "  " if named.title else "", (plain(path), "dim")
    )
    rows = Table.grid(padding=(0, 2, 0, 0), expand=True)
    rows.add_column(no_wrap=True)
    rows.add_column(ratio=1)
    rows.add_column(no_wrap=True, justify="right")
    for change in changes:
        sign, color = _SIGNS[change.kind]
        key = plain(label(change.key, language) or word(change.kind, language))
        where = Text(plain(_near(place(change))), style="dim")
        rows.add_row(Text.assemble((sign, color), " ", key), _value(change, language, quiet), where)
    return Group(heading, Padding(rows, (0, 0, 0, 2)))


def _near(place: str) -> str:
    """A place below the working directory as it is; of files elsewhere, whose path says little, the name."""
    file = place.rpartition(":")[0]
    return place.replace(file, Path(file).name, 1) if file and Path(file).is_absolute() else place


def _value(change: Change, language: str, quiet: bool) -> RenderableType:
    style = "dim" if quiet else ""
    if not change.key and change.kind in ("added", "removed"):
        return Wrapped(summary(change, language), style=style)
    old, new = sides(change, language)
    said = {"added": new, "removed": old}.get(change.kind, f"{old} → {new}")
    shares = [share for share in change.shares if share.old is not None and share.new is not None]
    tail = f"({share_text(shares[0])})" if len(shares) == 1 else ""
    return Wrapped(said, style=style, tail=tail)


def _shares(shares: Sequence[Share], language: str) -> Iterator[RenderableType]:
    """What only follows its group is left out. A column for each stage, or where these are many a row."""
    own = [share for share in shares if not share.inherited]
    if not own:
        return
    rows = _by_stage(own, language) if len({share.stage for share in own}) <= _STAGES else _in_lines(own, language)
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in next(rows):
        first = not table.columns
        table.add_column(heading, justify="left" if first else "right", no_wrap=not first, overflow="fold", min_width=8)
    known = list(rows)
    for row in known[:_ROWS]:
        table.add_row(*row)
    yield Padding(table, (0, 0, 0, 2))
    if len(known) > _ROWS:
        yield Padding(Text(word("more_changes", language, count=len(known) - _ROWS), style="dim"), (0, 0, 0, 2))
    yield ""


def _by_stage(shares: Sequence[Share], language: str) -> Iterator[list[str]]:
    stages = {share.stage: _stage(share, language) for share in shares}
    cells = {(share.id, share.stage): share_text(share) for share in shares}
    titles = {share.id: plain(share.title or share.id) for share in shares}
    # without stages there is nothing to head the one column with
    yield [word("share_of_score", language), *(stages.values() if set(stages) != {None} else [""])]
    for id, title in titles.items():
        yield [title, *(cells.get((id, stage), "") for stage in stages)]


def _in_lines(shares: Sequence[Share], language: str) -> Iterator[list[str]]:
    yield [word("share_of_score", language), word("stage", language), ""]
    for share in sorted(shares, key=lambda share: -abs((share.new or 0.0) - (share.old or 0.0))):
        yield [plain(share.title or share.id), _stage(share, language), share_text(share)]


def _stage(share: Share, language: str) -> str:
    return plain(share.stage_title or share.stage or word("no_stage", language))
