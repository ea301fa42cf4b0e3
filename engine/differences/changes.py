"""What differs between two rulesets in meaning: entries added, removed, renamed, and what changed within one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..language.model import Ruleset
from ..language.weighting import effective_weights
from ..problems import Location, Path
from ..wording import words
from .describing import entries, same_shares
from .facets import ORDER, Entry, Names, Plain
from .reach import EFFECTS

_EQUAL = 1e-9
# sections in which another id with the same body is a new name, and the space of names that it belongs to
_SPACES = {
    ("metrics",): "numbers",
    ("groups",): "numbers",
    ("params",): "numbers",
    ("inputs",): "numbers",
    ("stages", "profiles"): "stages",
    ("sources",): "sources",
    ("actions",): "actions",
    ("advice",): "advice",
    ("overall", "caps"): "caps",
}
_CAPS = ("overall", "caps")
Key = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Share:
    """The share of a metric or group in the overall score of a stage (None: without a stage), before and after.

    One that is `inherited` moved only as its group did.
    """

    stage: str | None
    stage_title: str
    id: str
    title: str
    old: float | None
    new: float | None
    inherited: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is added, removed, renamed or changed.

    `path` leads to it by ids, and `entry` to the metric, stage or advice that it belongs to, which has the `title`.
    `effect` says what it can move: score, data, advice, shown, checks, evidence or wording. `units` and `places` are
    those of the old and of the new value; `shares` are those that a weight comes to.
    """

    kind: str
    path: str
    entry: str
    title: str
    effect: str
    old: Plain
    new: Plain
    units: tuple[str | None, str | None] = (None, None)
    places: tuple[Location | None, Location | None] = (None, None)
    shares: tuple[Share, ...] = ()

    @property
    def key(self) -> str:
        """What changed, within its entry."""
        return self.path.removeprefix(self.entry).removeprefix(".")

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind, "path": self.path, "title": self.title or None, "effect": self.effect,
            "old": self.old, "new": self.new, "old_unit": self.units[0], "new_unit": self.units[1],
            "old_place": place_dict(self.places[0]), "new_place": place_dict(self.places[1]),
            "shares": [share_dict(share) for share in self.shares],
        }  # fmt: skip


def place_dict(place: Location | None) -> dict[str, Any] | None:
    return None if place is None else {"file": place.file, "line": place.line, "column": place.column}


def share_dict(share: Share) -> dict[str, Any]:
    return {"stage": share.stage, "id": share.id, "title": share.title or None, "old": share.old, "new": share.new,
            "inherited": share.inherited}  # fmt: skip


def compare(old: Ruleset, new: Ruleset, language: str) -> tuple[tuple[Change, ...], tuple[Share, ...]]:
    """All changes from one ruleset to the other, those that move scores first; and the shares that moved."""
    comparing = _Comparing(old, new, language)
    found = sorted(comparing.changes(), key=lambda change: EFFECTS.index(change.effect))
    return tuple(found), comparing.shares


class _Comparing:
    def __init__(self, old: Ruleset, new: Ruleset, language: str) -> None:
        self.old = old
        self.new = new
        self.language = language
        self.before = {_key(entry, Names()): entry for entry in entries(old, Names())}
        self.names = Names()
        self.after = self._read()
        # what was renamed may make the body of something else the same, so look again
        while renamed := _renamed(self.before, self.after):
            self.names = _with(self.names, renamed)
            self.after = self._read()
        self.new_ids = {before: now for now, before in self.names.numbers.items()}
        self.shares = tuple(self._shares())

    def _read(self) -> dict[Key, Entry]:
        return {_key(entry, self.names): entry for entry in entries(self.new, self.names)}

    def changes(self) -> Iterator[Change]:
        for key in dict.fromkeys((*self.after, *self.before)):
            old, new = self.before.get(key), self.after.get(key)
            if old is not None and new is not None:
                if old.path != new.path and key[0] != _CAPS:
                    yield self._change("renamed", new, "", "shown", old.path[-1], new.path[-1], (old.place, new.place))
                yield from self._facets(old, new)
                yield from self._weights(old, new)
            elif new is not None:
                yield self._change("added", new, "", new.effect, None, _summary(new), (None, new.place))
            elif old is not None:
                yield self._change("removed", old, "", old.effect, _summary(old), None, (old.place, old.place))

    def _facets(self, old: Entry, new: Entry) -> Iterator[Change]:
        lonely: list[str] = []
        for key in dict.fromkeys((*new.facets, *old.facets)):
            one, other = old.facets.get(key), new.facets.get(key)
            if one is not None and other is not None:
                if one.meaning != other.meaning:
                    effect = min(one.effect, other.effect, key=EFFECTS.index)
                    yield self._change("changed", new, key, effect, one.value, other.value, (one.path, other.path),
                                       (one.unit, other.unit))  # fmt: skip
            elif not key.endswith(ORDER) and not any(key.startswith(f"{holder}.") for holder in lonely):
                lonely.append(key)
                if other is not None:
                    yield self._change("added", new, key, other.effect, None, other.value, (None, other.path),
                                       (None, other.unit))  # fmt: skip
                elif one is not None:
                    yield self._change("removed", new, key, one.effect, one.value, None, (one.path, one.path),
                                       (one.unit, None))  # fmt: skip

    def _weights(self, old: Entry, new: Entry) -> Iterator[Change]:
        """Weights that were written anew, unless what they come to is the same."""
        if same_shares(old.shares, new.shares):
            return
        for id in dict.fromkeys((*new.weights, *old.weights)):
            one, other = old.weights.get(id), new.weights.get(id)
            if one != other:
                now = self.new_ids.get(id, id)
                kind = "added" if one is None else "removed" if other is None else "changed"
                places = (self._weight_place(self.old, old, id), self._weight_place(self.new, new, now))
                key = now if id == "rest" else f"weights.{now}"
                change = self._change(kind, new, key, "score", one, other, places)
                yield replace(change, shares=self._shares_of(new, now))

    def _weight_place(self, ruleset: Ruleset, entry: Entry, id: str) -> Path:
        if entry.path[0] == "groups":
            kind = "groups" if id in ruleset.groups else "metrics"
            written = ruleset.origin.data["groups"][entry.place[1]].get(kind)
            return (*entry.place, kind, written.index(id) if isinstance(written, list) and id in written else id)
        return (*entry.place, "rest") if id == "rest" else (*entry.place, "weights", id)

    def _shares_of(self, entry: Entry, id: str) -> tuple[Share, ...]:
        stage = entry.path[-1] if entry.path[:-1] == ("stages", "profiles") else None
        everywhere = entry.path[0] == "groups"
        return tuple(share for share in self.shares if share.id == id and (everywhere or share.stage == stage))

    def _change(
        self, kind: str, entry: Entry, key: str, effect: str, old: Plain, new: Plain,
        paths: tuple[Path | None, Path | None], units: tuple[str | None, str | None] = (None, None),
    ) -> Change:  # fmt: skip
        path = ".".join((*entry.path, key) if key else entry.path)
        side = self.old if kind == "removed" and not key else self.new
        before = None if kind == "added" or paths[0] is None else self.old.origin.at(paths[0])
        if kind == "removed":
            after = _gone(self.new, paths[1])
        else:
            after = None if paths[1] is None else self.new.origin.at(paths[1])
        title = words(side, entry.title, self.language)
        return Change(kind, path, ".".join(entry.path), title, effect, old, new, units, (before, after))

    def _shares(self) -> Iterator[Share]:
        stages = self.names.stages
        olds = _profiles(self.old)
        for stage, now in _profiles(self.new).items():
            before = olds.get(stages.get(stage, stage) if stage else stage)
            if before is None:
                continue
            new = {self.names.numbers.get(id, id): share for id, share in now.items()}
            title = (
                words(self.new, self.new.stages.profiles[stage].title, self.language)
                if self.new.stages and stage
                else ""
            )
            for id in dict.fromkeys((*self.new.groups, *self.new.metrics, *self.old.groups, *self.old.metrics)):
                known = self.names.numbers.get(id, id)
                if id != self.new_ids.get(known, known):
                    continue
                one, other = before.get(known), new.get(known)
                if one != other and (one is None or other is None or abs(one - other) > _EQUAL):
                    yield Share(stage, title, id, self._title(id), one, other, self._inherited(known, before, new))

    def _inherited(self, id: str, before: Mapping[str, float], after: Mapping[str, float]) -> bool:
        """Whether a share is the same part of its group's as before."""
        home = next((key for key, entry in self.before.items() if key[0] == ("groups",) and id in entry.weights), None)
        if home is None or home not in self.after or id not in self.after[home].weights:
            return False
        values = (before.get(id), after.get(id), before.get(home[1]), after.get(home[1]))
        if any(not value for value in values):
            return False
        old, new, old_group, new_group = (value or 0.0 for value in values)
        return abs(old / old_group - new / new_group) <= _EQUAL

    def _title(self, id: str) -> str:
        for ruleset in (self.new, self.old):
            found = ruleset.groups.get(id) or ruleset.metrics.get(id)
            if found is not None:
                return words(ruleset, found.title, self.language)
        return ""


def _profiles(ruleset: Ruleset) -> dict[str | None, dict[str, float]]:
    """Effective weights by stage, with those of no stage where a card can be without one."""
    found: dict[str | None, dict[str, float]] = {}
    if ruleset.stages is None or ruleset.stages.default is None:
        found[None] = effective_weights(ruleset, ruleset.overall.profile)
    if ruleset.stages is not None:
        found |= {id: effective_weights(ruleset, one) for id, one in ruleset.stages.profiles.items()}
    return found


def _key(entry: Entry, names: Names) -> Key:
    if not entry.path:
        return ((), "")
    section, id = entry.path[:-1], entry.key or entry.path[-1]
    space: Mapping[str, str] = getattr(names, _SPACES[section]) if section in _SPACES else {}
    return section, space.get(id, id)


def _renamed(before: Mapping[Key, Entry], after: Mapping[Key, Entry]) -> dict[tuple[str, ...], dict[str, str]]:
    """New ids to old ones, by section: where just one entry is gone and just one has come with the same body."""
    bodies: dict[object, tuple[list[str], list[str]]] = {}
    for place, (side, others) in enumerate(((before, after), (after, before))):
        for key, entry in side.items():
            if key not in others and key[0] in _SPACES:
                bodies.setdefault(_body(key[0], entry), ([], []))[place].append(key[1])
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for body, (gone, come) in bodies.items():
        if len(gone) == len(come) == 1:
            assert isinstance(body, tuple)
            found.setdefault(body[0], {})[come[0]] = gone[0]
    return found


def _body(section: tuple[str, ...], entry: Entry) -> object:
    """All that an entry says but its name; a cap's name is its condition."""
    facets = {key: facet.meaning for key, facet in entry.facets.items() if section != _CAPS or key != "when"}
    return section, frozenset(facets.items()), frozenset(entry.weights.items())


def _with(names: Names, found: Mapping[tuple[str, ...], Mapping[str, str]]) -> Names:
    for section, pairs in found.items():
        space = _SPACES[section]
        names = replace(names, **{space: {**getattr(names, space), **pairs}})
    return names


def _gone(ruleset: Ruleset, path: Path | None) -> Location | None:
    """Where an overlay took a value away."""
    return next((one.location for one in ruleset.origin.removals if one.path == path), None)


def _summary(entry: Entry) -> dict[str, Plain]:
    """What an entry says, without its texts, by what it says it of."""
    said = {
        key: facet.value
        for key, facet in entry.facets.items()
        if facet.effect not in ("wording", "evidence") and not facet.default and not key.endswith(ORDER)
    }
    return {**said, "weights": entry.weights} if entry.weights else said
