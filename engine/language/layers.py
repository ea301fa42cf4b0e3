"""Documents laid over each other: a base, what it extends, and overlays, with the layer of each value kept."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..documents.document import problem_at
from ..documents.fixes import Hint
from ..documents.yaml_source import Document
from ..problems import Location, Path, Problem
from ..suggest import Meant, meant

# In these, an extending ruleset adds or replaces entries one by one; any other key it replaces whole.
_NAMED = ("levels", "sources", "inputs", "params", "metrics", "groups", "actions", "advice")
_OWN = ("ruleset", "extends")
_HOMES: frozenset[Path] = frozenset({*((section,) for section in _NAMED), ("stages", "profiles")})


@dataclass(frozen=True, slots=True)
class Patch:
    """The subtree at `target` of the whole comes from `source` of a document."""

    target: Path
    document: Document
    source: Path


@dataclass(frozen=True, slots=True)
class Removal:
    """What an overlay took away, and where it says so."""

    path: Path
    location: Location


@dataclass(frozen=True)
class Layers:
    """The merged data of a ruleset; it answers for places as a single document does."""

    data: dict[str, Any]
    patches: tuple[Patch, ...]
    documents: tuple[Document, ...]
    kind: str = "ruleset"
    removals: tuple[Removal, ...] = ()

    @property
    def file(self) -> str:
        return self.patches[0].document.file

    @property
    def id(self) -> str:
        return str(self.data.get("ruleset"))

    def home(self, path: Path) -> tuple[Document, Path]:
        """The document that a value comes from, and its path there. The last layer that set it counts."""
        for patch in reversed(self.patches):
            size = len(patch.target)
            if path[:size] == patch.target:
                return patch.document, patch.source + path[size:]
        return self.patches[0].document, path

    def layer(self, path: Path) -> str:
        """The id of the document that set a value."""
        return self.home(path)[0].id

    def is_of_last(self, path: Path) -> bool:
        """Whether the last layer set a value, and not one that it builds on."""
        return self.home(path)[0] is self.documents[-1]

    def is_touched_by_last(self, path: Path) -> bool:
        """Whether the last layer set a value, or something within it."""
        own = (patch.target for patch in self.patches if patch.document is self.documents[-1])
        return self.is_of_last(path) or any(target[: len(path)] == path for target in own)

    def removal(self, name: str) -> Removal | None:
        """The removal of an entry of that name."""
        return next((one for one in self.removals if one.path[-1] == name and one.path[:-1] in _HOMES), None)

    def at(self, path: Path) -> Location:
        return self._place(path, Document.at)

    def at_key(self, path: Path) -> Location:
        return self._place(path, Document.at_key)

    def inside(self, path: Path, start: int, end: int) -> Location:
        document, own = self.home(path)
        return document.inside(own, start, end)

    def _place(self, path: Path, ask: Callable[[Document, Path], Location]) -> Location:
        # a value that is not written falls back on what holds it
        while True:
            document, own = self.home(path)
            try:
                return ask(document, own)
            except KeyError:
                if not path:
                    raise
                path = path[:-1]
                ask = Document.at_key

    def source_line(self, location: Location) -> str | None:
        for document in self.documents:
            if document.file == location.file:
                return document.line(location.line)
        return None


def single(document: Document) -> Layers:
    """A ruleset that extends nothing."""
    return Layers(document.data, (Patch((), document, ()),), (document,))


def extend(base: Layers, child: Document) -> Layers:
    """The base with the entries of an extending ruleset added, or put in the place of those of the same name."""
    data = copy.deepcopy(base.data)
    patches = list(base.patches)
    for key, value in child.data.items():
        if key in _NAMED and isinstance(value, dict) and isinstance(data.get(key), dict):
            for name, entry in value.items():
                data[key][name] = copy.deepcopy(entry)
                patches.append(Patch((key, name), child, (key, name)))
        elif key not in _OWN or key == "ruleset":
            data[key] = copy.deepcopy(value)
            patches.append(Patch((key,), child, (key,)))
    return Layers(data, tuple(patches), (*base.documents, child), removals=base.removals)


def overlay(base: Layers, change: Document) -> tuple[Layers, tuple[Problem, ...]]:
    """The base with `set`, `add` and `remove` of an overlay done, in this order."""
    data = copy.deepcopy(base.data)
    patches = list(base.patches)
    problems: list[Problem] = []

    def refuse(code: str, message: str, place: Path, hint: Hint, key: bool) -> None:
        problems.append(problem_at(change, code, message, place, key=key, hint=hint))

    for action in ("set", "add"):
        for dotted, value in (change.data.get(action) or {}).items():
            place: Path = (action, dotted)
            steps = _steps(dotted, data)
            holder = _look_up(data, steps[:-1])
            exists = _has(holder, steps[-1])
            if action == "set" and not exists:
                refuse("RC601", f"`{dotted}` is not in the ruleset", place, _near(data, dotted), True)
            elif action == "add" and exists:
                refuse("RC602", f"`{dotted}` is in the ruleset already", place, "`set` changes it", True)
            elif not isinstance(holder, dict) and not exists:
                refuse("RC601", f"`{dotted}` has nothing to be added to", place, _near(data, dotted), True)
            else:
                holder[steps[-1]] = copy.deepcopy(value)
                patches.append(Patch(steps, change, place))
    removals: dict[Path, Location] = {}
    for index, dotted in enumerate(change.data.get("remove") or ()):
        steps = _steps(dotted, data)
        if _has(_look_up(data, steps[:-1]), steps[-1]):
            removals[steps] = change.at(("remove", index))
        else:
            refuse("RC601", f"`{dotted}` is not in the ruleset", ("remove", index), _near(data, dotted), False)
    # from the end, so that the places in a list that were named stay those that were meant
    for steps in sorted(removals, key=_order, reverse=True):
        del _look_up(data, steps[:-1])[steps[-1]]
        if isinstance(steps[-1], int):
            patches = _moved_up(patches, steps[:-1], steps[-1], len(_look_up(data, steps[:-1])))
    gone = tuple(Removal(steps, location) for steps, location in removals.items())
    return Layers(data, tuple(patches), (*base.documents, change), removals=(*base.removals, *gone)), tuple(problems)


def _order(path: Path) -> list[tuple[str, int]]:
    return [(step, 0) if isinstance(step, str) else ("", step) for step in path]


def _moved_up(patches: list[Patch], holder: Path, index: int, left: int) -> list[Patch]:
    """The patches after an item of a list was taken out: those that came after it have moved up by one."""
    size = len(holder)
    whole = max(place for place, patch in enumerate(patches) if holder[: len(patch.target)] == patch.target)
    document, source = patches[whole].document, patches[whole].source + holder[len(patches[whole].target) :]
    moved = [Patch((*holder, place), document, (*source, place + 1)) for place in range(index, left)]
    kept: list[Patch] = []
    for place, patch in enumerate(patches):
        if len(patch.target) <= size or patch.target[:size] != holder:
            kept.append(patch)
        elif place > whole and patch.target[size] != index:
            step = patch.target[size]
            up = step - 1 if isinstance(step, int) and step > index else step
            moved.append(Patch((*holder, up, *patch.target[size + 1 :]), patch.document, patch.source))
    return [*kept, *moved]


def _steps(dotted: str, data: Any) -> Path:
    steps: list[str | int] = []
    for part in dotted.split("."):
        inside_list = isinstance(_look_up(data, tuple(steps)), list)
        steps.append(int(part) if inside_list and part.isdecimal() else part)
    return tuple(steps)


def _look_up(data: Any, steps: Path) -> Any:
    for step in steps:
        if not _has(data, step):
            return None
        data = data[step]
    return data


def _has(holder: Any, step: str | int) -> bool:
    if isinstance(holder, dict):
        return step in holder
    return isinstance(holder, list) and isinstance(step, int) and 0 <= step < len(holder)


def _near(data: Any, dotted: str) -> Hint:
    """The nearest path, found step by step so that each suggestion is one that exists."""
    right: list[str] = []
    corrected, certain = False, True
    for part in dotted.split("."):
        if isinstance(data, list):
            if not part.isdecimal() or int(part) >= len(data):
                return f"`{'.'.join(right)}` is a list; its entries are 0 to {len(data) - 1}"
            right.append(part)
            data = data[int(part)]
        elif not isinstance(data, dict):
            return f"`{'.'.join(right)}` holds no keys"
        else:
            guess = Meant(part, part, "") if part in data else meant(part, data)
            if guess is None:
                if corrected:
                    certain = False
                    break
                return f"under `{'.'.join(right) or 'the ruleset'}` stand: {', '.join(list(data)[:12])}"
            corrected, certain = corrected or guess.word != part, certain and guess.certain
            right.append(guess.word)
            data = data[guess.word]
    path = ".".join(right)
    return Meant(path, dotted, f"did you mean `{path}`?", certain) if corrected else None
