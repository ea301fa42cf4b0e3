"""Whether a document says the same as before, except where it was changed."""

from __future__ import annotations

from typing import Any

from ..documents.document import Changes, Document
from ..problems import Path


def same_but(before: Document, after: Document, changes: Changes) -> bool:
    """Whether all keys and values outside of the changed characters are equal, in the same order."""
    return _Comparison(before, changes).same(before.data, after.data, ())


class _Comparison:
    def __init__(self, before: Document, changes: Changes) -> None:
        self.places = before.places
        self.changes = changes

    def same(self, before: Any, after: Any, path: Path) -> bool:
        """Whether the value at a path of the first document is that of the second, or was changed."""
        if isinstance(before, dict) and isinstance(after, dict):
            entries = self._with_their_values(before, path) if len(before) > len(after) else list(before.items())
            pairs = zip(entries, after.items(), strict=False)
            return len(entries) == len(after) and all(
                self._entry(one, other, (*path, one[0])) for one, other in pairs
            )  # fmt: skip
        if isinstance(before, list) and isinstance(after, list):
            return self._list(before, after, path)
        if isinstance(before, dict | list) or isinstance(after, dict | list):
            return False
        return (type(before) is type(after) and before == after) or self._touched(path)

    def _with_their_values(self, before: dict[str, Any], path: Path) -> list[tuple[str, Any]]:
        """The entries without those that commas have made of the value of a changed key, as in `{en："one, two"}`."""
        entries: list[tuple[str, Any]] = []
        inside = False
        for key, value in before.items():
            if inside and value is None:
                continue
            inside = value is None and self._touched((*path, key), key=True)
            entries.append((key, value))
        return entries

    def _entry(self, before: tuple[str, Any], after: tuple[str, Any], path: Path) -> bool:
        if before[0] == after[0]:
            return self.same(before[1], after[1], path)
        # a value that its key had swallowed, as in `level：poor`, or whose beginning, as in `params：{goal: 5}`
        freed = before[1] is None and not isinstance(after[1], dict | list)
        opened = isinstance(after[1], dict) and list(after[1]) == [before[0].partition("{")[2].strip()]
        freed = freed or (opened and isinstance(before[1], str) and before[1].endswith("}"))
        return self._touched(path, key=True) and (freed or self.same(before[1], after[1], path))

    def _list(self, before: list[Any], after: list[Any], path: Path) -> bool:
        if len(before) == len(after):
            return all(self.same(one, after[at], (*path, at)) for at, one in enumerate(before))
        # words that a Chinese comma had made into one
        whole: list[Any] = []
        for at, one in enumerate(before):
            cut = isinstance(one, str) and "，" in one and self._touched((*path, at))
            whole += [word.strip() for word in one.split("，")] if cut else [one]
        return whole == after

    def _touched(self, path: Path, key: bool = False) -> bool:
        if path not in self.places:
            return False
        key_start, key_end, start, end, _ = self.places[path]
        first, last = (key_start, key_end) if key else (start, end)
        return any(begun < last and first < max(ended, begun + 1) for begun, ended, _ in self.changes) or any(
            begun == ended and first <= begun <= last for begun, ended, _ in self.changes
        )
