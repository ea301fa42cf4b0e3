"""A band in words: from where to where a value has its level."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as FilePath

from ..language.model import Band, Ruleset
from ..problems import Path
from ..words import word


def band_hit(
    ruleset: Ruleset, own: tuple[Band, ...], hit: Band, wanted: str | None, value: str, language: str
) -> Iterator[str]:
    """The band that a value fell into, one of `own`, and beside it that of the level that was wanted."""
    yield word("case.band", language, value=value, level=hit.level, range=_range(own, hit, language),
               place=place_of(ruleset, hit.path))  # fmt: skip
    for band in own:
        if band.level == wanted and band is not hit:
            yield word("case.band_of", language, level=wanted, range=_range(own, band, language))


def place_of(ruleset: Ruleset, path: Path) -> str:
    """File and line of something in a ruleset; the file as short as it can be told from here."""
    place = ruleset.origin.at(path)
    file = FilePath(place.file)
    near = file.is_absolute() and file.is_relative_to(FilePath.cwd())
    return f"{file.relative_to(FilePath.cwd()) if near else file}:{place.line}"


def _range(own: tuple[Band, ...], band: Band, language: str) -> str:
    number = own.index(band)
    ends = []
    if number:
        below = own[number - 1]
        assert below.cut is not None
        ends.append(word("case.above" if below.inclusive else "case.from", language, value=below.cut.text.strip()))
    if band.cut is not None:
        ends.append(word("case.up_to" if band.inclusive else "case.below", language, value=band.cut.text.strip()))
    return word("case.and", language).join(ends) or word("case.any", language)
