"""`packs`: what is installed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rulecard import packs
from rulecard.display import text_in
from rulecard.words import word

from .installed import find_pack
from .output import put, render
from .plain import plain
from .refuse import refusing
from .wrapped import Wrapped

if TYPE_CHECKING:
    from rulecard.language.pack_files import Pack

_DEFAULT = "en"


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
    return outcome.status


def show_pack(name: str, language: str | None) -> int:
    """What a pack holds and the commands that use it."""
    reader = language or _DEFAULT
    with refusing(language) as outcome:
        pack = find_pack(name)
        title = plain(text_in(pack.title, reader) or pack.id)
        parts: list[RenderableType] = [Text.assemble((title, "bold"), (f"  {pack.id} {pack.version}", "dim"))]
        if pack.description:
            parts.append(Padding(Wrapped(text_in(pack.description, reader)), (1, 0, 0, 2)))
        parts.append(Padding(_facts(pack, reader), (1, 0, 1, 2)))
        parts += [Text(f"  {line}") for line in _commands(pack)]
        put(render(Group(*parts), sys.stdout))
    return outcome.status


def _facts(pack: Pack, reader: str) -> Table:
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for key, names in (("rulesets", pack.rulesets), ("overlays", pack.overlays)):
        if names:
            facts.add_row(word(key, reader), Text(", ".join(names)))
    facts.add_row(word("folder", reader), Text(plain(str(pack.folder))))
    return facts


def _commands(pack: Pack) -> Iterable[str]:
    if pack.sample is not None:
        yield f"rulecard demo {pack.id}"
    yield f"rulecard test {pack.id}"
    for name in pack.rulesets:
        yield f"rulecard run {name} --data FILE.csv"
