"""Entries of a ruleset as facets, each with a meaning that can be compared and a value that can be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..language.model import Band, Formula, Template, Text
from ..problems import Path
from .spelling import as_written, spelled, spelled_value

Plain: TypeAlias = Any  # what JSON holds
ORDER = "(order)"


@dataclass(frozen=True)
class Names:
    """Ids that stand for others: what was renamed, to what it was called before, in each of the spaces of names."""

    numbers: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    caps: Mapping[str, str] = field(default_factory=dict)


_TEXTS = ("title", "description", "text", "because")


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that an entry says: `meaning` is compared, `value` shown in `unit`; `path` is where it stands.

    `default` marks what would be so if nothing were said.
    """

    meaning: object
    value: Plain
    effect: str
    path: Path
    unit: str | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A metric, a stage, a piece of advice … by facets. `effect` is that of adding it or taking it away.

    `weights` are those of its children, and `shares` what they come to. `key` is what it is known by, where that is
    not the last step of its path.
    """

    path: tuple[str, ...]
    title: Text
    effect: str
    place: Path
    facets: dict[str, Facet]
    weights: dict[str, float] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    key: str | None = None


@dataclass
class Facets:
    """The facets of one entry in the making. `names` maps ids of numbers to those that they had before."""

    path: Path
    effect: str
    names: Mapping[str, str]
    found: dict[str, Facet] = field(default_factory=dict)

    def add(
        self, key: str, meaning: object, value: Plain, *, effect: str | None = None, unit: str | None = None,
        at: Path | None = None, default: bool = False,
    ) -> None:  # fmt: skip
        where = (*self.path, *key.split(".")) if at is None else at
        self.found[key] = Facet(meaning, value, effect or self.effect, where, unit, default)

    def plain(self, key: str, value: Plain, default: Plain = None, **more: Any) -> None:
        """A number, word or flag."""
        if value is not None:
            self.add(key, value, value, default=value == default, **more)

    def formula(self, key: str, formula: Formula | None, **more: Any) -> None:
        if formula is not None:
            self.add(key, spelled(formula.node, self.names), as_written(formula), at=formula.path, **more)

    def written(self, key: str, raw: Plain, **more: Any) -> None:
        """A formula or a word as the document has it."""
        if raw is not None:
            value = " ".join(raw.split()) if isinstance(raw, str) else raw
            self.add(key, frozen(_spelled_all(raw, self.names)), value, **more)

    def named(
        self, key: str, ids: Iterable[str], names: Mapping[str, str] | None = None, *, ordered: bool = False,
        **more: Any,
    ) -> None:  # fmt: skip
        """Ids of other entries, or words of which the order says nothing."""
        known = list(ids)
        meaning = [(self.names if names is None else names).get(id, id) for id in known]
        if known:
            self.add(key, tuple(meaning if ordered else sorted(set(meaning))), known, **more)

    def texts(self, raw: Mapping[str, Any]) -> None:
        """Titles and descriptions, which are wording, and evidence."""
        for key in ("title", "description"):
            if raw.get(key) is not None:
                self.add(key, words_of(raw[key]), raw[key], effect="wording")
        self.evidence("evidence", raw.get("evidence"), (*self.path, "evidence"))

    def evidence(self, key: str, raw: Any, at: Path) -> None:
        if isinstance(raw, Mapping):
            same = {**raw, "fictional": bool(raw.get("fictional")), "note": words_of(raw.get("note"))}
            self.add(key, frozen(same), dict(raw), effect="evidence", at=at)

    def template(self, key: str, template: Template, raw: Plain) -> None:
        if template:
            meaning = {
                language: tuple(p if isinstance(p, str) else (spelled(p.node, self.names),) for p in parts)
                for language, parts in template
            }
            self.add(key, frozen(meaning), raw, effect="wording")

    def rest(self, raw: Mapping[str, Any], known: Iterable[str], effect: str | None = None) -> None:
        """Keys that nothing above reads: compared as they stand, since none may be passed over."""
        for key in raw.keys() - {*known, *_TEXTS, "evidence"}:
            self.written(key, raw[key], effect=effect)

    def bands(self, key: str, bands: Iterable[Band], unit: str | None, at: Path, raw: Any = None) -> None:
        """Bands by level, those of a level that stands twice counted; then the order of the levels."""
        seen: dict[str, int] = {}
        for place, band in enumerate(bands):
            seen[band.level] = seen.get(band.level, 0) + 1
            count = seen[band.level]
            name = f"{key}.{band.level}" if count == 1 else f"{key}.{band.level}({count})"
            value: dict[str, Plain] = {}
            meaning: list[object] = [band.score]
            if band.cut is not None:
                value["upto" if band.inclusive else "below"] = as_written(band.cut)
                meaning += [band.inclusive, spelled(band.cut.node, self.names)]
            if band.score is not None:
                value["score"] = band.score
            self.add(name, tuple(meaning), value, unit=unit, at=band.path if band.cut is None else band.cut.path)
            if isinstance(raw, list):
                self.evidence(f"{name}.evidence", raw[place].get("evidence"), (*band.path, "evidence"))
        levels = [band.level for band in bands]
        self.add(f"{key}.{ORDER}", Order(tuple(levels)), levels, at=at)


@dataclass(frozen=True)
class Order:
    """An order that differs only where what both sides have comes differently; the rest shows by itself."""

    ids: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Order):
            return False
        return [id for id in self.ids if id in other.ids] == [id for id in other.ids if id in self.ids]

    def __hash__(self) -> int:
        return 0


@dataclass(frozen=True)
class Texts:
    """Texts in a list, compared where there are as many; one more or less shows by itself."""

    texts: tuple[object, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Texts) and (len(self.texts) != len(other.texts) or self.texts == other.texts)

    def __hash__(self) -> int:
        return 0


def frozen(value: Any) -> object:
    """Plain data as a value that can be compared; the order of keys means nothing, true is not 1."""
    if isinstance(value, Mapping):
        return frozenset((key, frozen(item)) for key, item in value.items() if item is not None)
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    return (type(value) is bool, value)


def words_of(value: Any) -> object:
    """A text without its line end, for each language."""
    if isinstance(value, Mapping):
        return frozen({language: str(words).strip() for language, words in value.items()})
    return "" if value is None else str(value).strip()


def _spelled_all(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _spelled_all(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelled_all(item, names) for item in value]
    return spelled_value(value, names)
