"""`packs`: what is installed."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rulecard import Problems, packs
from rulecard.checks import check_all
from rulecard.display import text_in
from rulecard.language.loading import load
from rulecard.language.pack_files import packs_apart
from rulecard.language.pack_folders import named_folders, packs_in
from rulecard.overview.tables import Section, overlays, overview
from rulecard.words import word

from .installed import find_pack
from .output import put, render, say
from .plain import plain
from .problems import human
from .refuse import refusing
from .wrapped import ByWidth, Wrapped

if TYPE_CHECKING:
    from rulecard.language.model import Ruleset
    from rulecard.language.pack_files import Pack

_DEFAULT = "en"
# columns that may share the width, and what is enough for one of them, and for a formula at their end
_FEW = 3
_ENOUGH = 16
_LAST = 44


def list_packs(language: str | None) -> int:
    """All packs, one line each."""
    reader = language or _DEFAULT
    with refusing(language) as outcome:
        table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column(word("pack", reader), no_wrap=True)
        table.add_column(word("version", reader), no_wrap=True)
        table.add_column(word("title", reader), overflow="fold")
        for pack in packs():
            title = plain(text_in(pack.title, reader))
            table.add_row(Text(pack.id, style="bold"), Text(pack.version), Text(title))
        put(render(table if table.row_count else Text(word("no_packs", reader)), sys.stdout))
        if apart := packs_apart():
            say(human(apart, reader, sys.stderr))
    return outcome.status


def show_pack(name: str, markdown: bool, language: str | None) -> int:
    """What a pack holds, and what its rulesets measure."""
    reader = language or _DEFAULT
    with refusing(language) as outcome:
        pack = find_pack(name)
        shown = [_loaded(pack.folder / f"{name}.yaml") for name in pack.rulesets]
        laid = overlays([_loaded(pack.folder / "overlays" / f"{name}.yaml") for name in pack.overlays], reader)
        if markdown:
            put("\n".join(_markdown(shown, laid, reader)))
            return outcome.status
        title = plain(text_in(pack.title, reader) or pack.id)
        parts: list[RenderableType] = [Text.assemble((title, "bold"), (f"  {pack.id} {pack.version}", "dim"))]
        if pack.description:
            parts.append(Padding(Wrapped(text_in(pack.description, reader)), (1, 0, 0, 2)))
        parts.append(Padding(_facts(pack, reader), (1, 0, 1, 2)))
        # commands are not wrapped, so that they can be copied
        commands = "".join(f"  {line}\n" for line in _commands(pack, shown))
        tables = [part for ruleset in shown for part in _described(ruleset, shown, reader)]
        tables += _tabled(laid) if laid.rows else ()
        put(render(Group(*parts), sys.stdout) + commands + render(Group(*tables), sys.stdout))
    return outcome.status


def _loaded(file: Path) -> Ruleset:
    """A ruleset of a pack, or one under an overlay, that could be run. Raises Problems."""
    found, problems = load(file)
    if found is not None:
        problems = [problem for problem in check_all(found, problems) if problem.severity == "error"]
    if found is None or problems:
        raise Problems(problems)
    return found


def _described(ruleset: Ruleset, beside: list[Ruleset], reader: str) -> Iterator[RenderableType]:
    shown = overview(ruleset, reader, beside)
    yield Text("")
    yield Text.assemble((text_in(ruleset.title, reader) or ruleset.id, "bold"), (f"  {ruleset.id}", "dim"))
    if shown.note:
        yield Padding(Wrapped(shown.note), (1, 0, 0, 2))
    for section in shown.sections:
        yield from _tabled(section)


def _tabled(section: Section) -> Iterator[RenderableType]:
    yield Padding(Text(plain(section.heading), style="bold"), (1, 0, 0, 2))
    yield Padding(ByWidth(_least(section), partial(_table_or_cards, section, _table(section))), (0, 0, 0, 2))


def _least(section: Section) -> int:
    """The width in which a table can be read: ids stay whole, and where formulas and bands stand side by side, they."""
    many = section.code and len(section.head) > _FEW
    widths = [max(cell_len(row[place]) for row in section.rows) for place in range(len(section.head))]
    last = widths[-1]
    if not many:
        widths = [width if place in section.code else min(width, _ENOUGH) for place, width in enumerate(widths[:-1])]
        widths.append(min(last, _LAST))
    return sum(widths) + 2 * (len(widths) - 1)


def _table(section: Section) -> Table:
    table = Table(box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for place, head in enumerate(section.head):
        table.add_column(plain(head), overflow="fold", no_wrap=place in section.code)
    for row in section.rows:
        table.add_row(*(Wrapped(cell) for cell in row))
    return table


def _table_or_cards(section: Section, table: Table, fits: bool) -> RenderableType:
    """A table of many columns is read only where no cell has to be broken; else each row stands by itself."""
    return table if fits else Group(*(line for row in section.rows for line in _card(section, row)))


def _card(section: Section, row: tuple[str, ...]) -> Iterator[RenderableType]:
    beside = " · ".join(plain(cell) for place, cell in enumerate(row) if cell and place in section.code)
    yield Text.assemble((plain(row[section.name]), "bold"), (f"  {beside}" if beside else "", "dim"), overflow="fold")
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for place, (head, cell) in enumerate(zip(section.head, row, strict=True)):
        if cell and place != section.name and place not in section.code:
            facts.add_row(plain(head), Wrapped(cell))
    yield Padding(facts, (0, 0, 0, 2))


def _markdown(rulesets: list[Ruleset], laid: Section, reader: str) -> Iterator[str]:
    """Each ruleset under a heading of its own, to stand in a README."""
    for ruleset in rulesets:
        yield f"### {_cell(text_in(ruleset.title, reader) or ruleset.id)} · `{ruleset.id}`\n"
        shown = overview(ruleset, reader, rulesets)
        if shown.note:
            yield f"{_cell(shown.note)}\n"
        for section in shown.sections:
            yield f"**{_cell(section.heading)}**\n"
            yield from _markdown_table(section)
    if laid.rows:
        yield f"### {_cell(laid.heading)}\n"
        yield from _markdown_table(laid)


def _markdown_table(section: Section) -> Iterator[str]:
    yield f"| {' | '.join(map(_cell, section.head))} |"
    yield f"|{'---|' * len(section.head)}"
    for row in section.rows:
        cells = (f"`{cell}`" if place in section.code and cell else _cell(cell) for place, cell in enumerate(row))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _cell(text: str) -> str:
    """Text as it stands in a table of Markdown."""
    return re.sub(r"([\\|*`]|<(?=[A-Za-z/!?])|(?<!\w)_|_(?!\w)|(?<=\])\()", r"\\\1", plain(text)).replace("\n", " ")


def _facts(pack: Pack, reader: str) -> Table:
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row(word("rulesets", reader), Text(", ".join(pack.rulesets)))
    facts.add_row(word("folder", reader), Text(plain(str(pack.folder))))
    return facts


def _commands(pack: Pack, rulesets: Iterable[Ruleset]) -> Iterator[str]:
    """How to go on; where the pack was named by a folder, so that it is found again."""
    named = next((folder for folder in named_folders() if pack.folder in packs_in(folder)), None)
    packs = f" --packs {shlex.quote(str(named))}" if named else ""
    if pack.sample is not None:
        yield f"rulecard demo {pack.id}{packs}"
    yield f"rulecard test {pack.id}{packs}"
    for ruleset in rulesets:
        data = "--dataset DATASET.yaml" if len(ruleset.sources) > 1 else "--data FILE.csv"
        yield f"rulecard run {ruleset.id} {data}{packs}"
