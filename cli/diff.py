"""`diff`: what differs between two rulesets, or since a revision, as text, Markdown or JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import rulecard
from rulecard import Problem, Problems

from . import UNUSABLE
from .arguments import data_files, settings
from .output import put, render, say
from .problems import human
from .refuse import refusing

if TYPE_CHECKING:
    from rich.console import RenderableType

    from rulecard.differences.difference import Difference
    from rulecard.differences.reviewing import Review


@dataclass(frozen=True, slots=True)
class Over:
    """The data that both rulesets run over, and how, as written on the command line."""

    data: Sequence[str]
    dataset: str | None
    stage: str | None
    set: Sequence[str]
    period: str | None
    entity: Sequence[str]

    def options(self) -> dict[str, Any]:
        data = data_files(self.data)
        given = {"stage": self.stage, "params": settings(self.set), "period": self.period, "entity": tuple(self.entity)}
        given = {name: value for name, value in given.items() if value}
        if data is None and self.dataset is None:
            if given:
                names = ", ".join("--set" if name == "params" else f"--{name}" for name in given)
                raise Problems([Problem("RC509", f"{names}: there is no data to run over", hint="add `--data FILE`")])
            return {}
        return {"data": data, "dataset": self.dataset, **given}


def diff(
    rulesets: Sequence[str], since: str | None, overlays: Sequence[str], over: Over, format_: str, language: str | None
) -> int:
    """Shows the difference and gives back the exit status: 0 if all could be compared."""
    with refusing(language) as outcome:
        options: dict[str, Any] = {"overlays": tuple(overlays), "language": language, **over.options()}
        if since is None:
            found = _two(rulesets, options)
            _put(found, format_)
        else:
            review = _since(rulesets, since, options)
            _put(review, format_)
            if review.problems:
                say(human(review.problems, language or "en", sys.stderr))
                outcome.status = UNUSABLE
    return outcome.status


def _two(rulesets: Sequence[str], options: dict[str, Any]) -> Difference:
    if len(rulesets) == 2:
        return rulecard.diff(*rulesets, **options)
    if len(rulesets) == 1 and options["overlays"]:
        return rulecard.diff(rulesets[0], **options)
    message = "there is nothing to compare with" if rulesets else "no rulesets to compare"
    hint = "`rulecard diff OLD NEW`, `rulecard diff RULESET --overlay OVERLAY` or `rulecard diff --git REF PATH`"
    if len(rulesets) > 2:
        message = f"{len(rulesets)} rulesets; two can be compared"
    raise Problems([Problem("RC509", message, hint=hint)])


def _since(paths: Sequence[str], since: str, options: dict[str, Any]) -> Review:
    if len(paths) > 1:
        message = "with `--git` one path is compared with what it was"
        raise Problems([Problem("RC509", message, hint=f"give one file or folder, such as `{paths[0]}`")])
    return rulecard.review(paths[0] if paths else ".", since, **options)


def _put(found: Difference | Review, format_: str) -> None:
    if format_ == "json":
        put(found.to_json())
    elif format_ == "markdown":
        put(found.to_markdown())
    else:
        put(render(_text(found), sys.stdout))


def _text(found: Difference | Review) -> RenderableType:
    from rulecard.differences.reviewing import Review

    from .difference import of_difference, of_review

    return of_review(found) if isinstance(found, Review) else of_difference(found)
