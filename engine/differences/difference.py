"""Two rulesets compared: what differs in meaning, and with data whose scores, levels and advice that moves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from ..checks import check
from ..language.loading import fingerprint, load
from ..language.model import Ruleset
from ..problems import Problems
from ..version import VERSION
from ..wording import words
from .changes import Change, Share, compare, share_dict
from .reach import EFFECTS

if TYPE_CHECKING:
    from .impact import Impact

# changes of these do not change what a run computes, shows or checks
_ONLY_SAID = ("evidence", "wording")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two rulesets: its id, version and title, the overlays on it, its file and its SHA-256."""

    id: str
    version: str
    title: str
    overlays: tuple[str, ...]
    file: str
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "version": self.version, "sha256": self.sha256, "overlays": list(self.overlays),
            "file": self.file,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two rulesets.

    `changes` come with those that move scores first, `shares` are effective weights that moved. `impact`, if data was
    given, says whose scores, levels and advice change. `meaning` leaves out changes of wording and evidence.
    """

    old: Side
    new: Side
    changes: tuple[Change, ...]
    shares: tuple[Share, ...]
    language: str
    impact: Impact | None = field(default=None, repr=False)

    @property
    def meaning(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.effect not in _ONLY_SAID)

    def counts(self) -> dict[str, int]:
        """How many changes there are of each effect."""
        return {effect: sum(change.effect == effect for change in self.changes) for effect in EFFECTS}

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain values, in the shape of schemas/diff.schema.json."""
        return {
            "rulecard": VERSION,
            "old": self.old.to_dict(),
            "new": self.new.to_dict(),
            "counts": self.counts(),
            "changes": [change.to_dict() for change in self.changes],
            "shares": [share_dict(share) for share in self.shares],
            "impact": None if self.impact is None else self.impact.to_dict(),
        }

    def to_json(self, indent: int | None = 2) -> str:
        """The difference as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def to_markdown(self) -> str:
        """The difference as Markdown, for a comment in a merge request."""
        from .markdown import of_difference

        return of_difference(self)


def load_side(reference: str | FilePath, overlays: Sequence[str | FilePath] = ()) -> Ruleset:
    """A right ruleset, by id or path; an overlay stands for its ruleset with it. Raises Problems."""
    ruleset, problems = load(reference, overlays)
    if ruleset is not None and not problems:
        problems = check(ruleset)
    if ruleset is None or any(problem.severity == "error" for problem in problems):
        raise Problems(problems)
    return ruleset


def side_of(ruleset: Ruleset, language: str, laid: int = 0) -> Side:
    """What a ruleset is called; of the overlays on it `laid` are not part of what was asked for by its name."""
    documents = ruleset.origin.documents
    overlays = tuple(document.id for document in documents if document.kind == "overlay")
    title, file = words(ruleset, ruleset.title, language), documents[-1 - laid].file
    return Side(ruleset.id, ruleset.version, title, overlays, file, fingerprint(ruleset.origin))


def difference(old: Ruleset, new: Ruleset, language: str | None = None, laid: tuple[int, int] = (0, 0)) -> Difference:
    """What differs between two right rulesets, in words of a language, else of the new one's first.

    `laid` says how many overlays were laid on each.
    """
    language = language or new.language
    changes, shares = compare(old, new, language)
    return Difference(side_of(old, language, laid[0]), side_of(new, language, laid[1]), changes, shares, language)
