"""What is declared and never used, and what is asked to be kept silent: last, since they see what the others saw."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from ..codes import CODES
from ..language.model import Suppression
from ..problems import Path, Problem
from .checking import Checking
from .limits import texts_of
from .lookups import brought_is_used


def all_is_used(c: Checking) -> None:
    """An input, parameter, source or action that nothing uses is often a misspelling elsewhere."""
    ruleset = c.ruleset
    # a formula that could not be read, or a name that could not be found, explains why another seems unused
    if c.unread or any(problem.severity == "error" for problem in c.problems):
        return
    used_sources = {id for input in ruleset.inputs.values() for id in input.sources}
    used_sources |= {lookup.source for source in ruleset.sources.values() for lookup in source.lookups}
    for section, entries, used in (
        ("inputs", [id for id, input in ruleset.inputs.items() if not input.size], c.used),
        ("params", ruleset.params, c.used),
        ("sources", ruleset.sources, used_sources),
        ("actions", ruleset.actions, {name[7:] for name in c.used if name.startswith("action ")}),
    ):
        for id in entries:
            # what a lower layer declares may be left over by the changes of this one
            if id not in used and ruleset.origin.is_of_last((section, id)):
                word = {"inputs": "input", "params": "parameter", "sources": "source", "actions": "action"}[section]
                c.at("RC418", (section, id), f"the {word} `{id}` is not used", "use it, or take it out", "warning",
                     key=True)  # fmt: skip
    brought_is_used(c)
    _stages_are_chosen(c)


def _stages_are_chosen(c: Checking) -> None:
    """A stage that no choice leads to. Without choices, a run names its stage."""
    stages = c.ruleset.stages
    if stages is None:
        return
    chosen = {stage for _, stage in stages.choose}
    if stages.choose_from is not None:
        chosen.update(texts_of(c, c.ruleset.inputs[stages.choose_from]))
    for id, profile in stages.profiles.items():
        if chosen and id not in chosen and id != stages.default and c.ruleset.origin.is_of_last(profile.path):
            c.at("RC418", profile.path, f"the stage `{id}` is never chosen", "add it to `choose`, or take it out",
                 "warning", key=True)  # fmt: skip


def suppressed(c: Checking, style: bool = True) -> None:
    """Warnings that the ruleset silences with a reason are set aside; a suppression without effect is one itself.

    One of a matter of style says nothing where no `style` was looked at.
    """
    for suppression in c.ruleset.suppress:
        until = None if suppression.until is None else _day(suppression.until)
        if suppression.until is not None and until is None:
            c.at("RC419", (*suppression.path, "until"), f"`{suppression.until}` is not a day", "such as 2026-12-31")
        if suppression.code.startswith("RC9") and suppression.code in CODES and not style:
            continue
        if until is not None and until < dt.date.today():
            c.at("RC422", (*suppression.path, "until"), f"this suppression ended on {suppression.until}",
                 "mend what it hides, or give a new end date with the reason", "warning")  # fmt: skip
            continue
        covered = [problem for problem in c.problems if covers(suppression.code, suppression.at, problem)]
        hidden = [problem for problem in covered if problem.severity == "warning"]
        c.problems = [problem for problem in c.problems if problem not in hidden]
        reason = suppression.reason if isinstance(suppression.reason, str) else _in_english(suppression.reason)
        c.suppressed += [replace(problem, suppressed=reason) for problem in hidden]
        # an error, or another warning in the same place, may hide what would be suppressed
        broken = c.unread or any(
            problem.severity == "error" or covers(problem.code, suppression.at, problem) for problem in c.problems
        )
        if not hidden and (covered or not broken) and c.ruleset.origin.is_of_last(suppression.path):
            _without_effect(c, suppression, bool(covered))


def _in_english(reason: Mapping[str, str]) -> str:
    """As problems are; in the first language where there is none."""
    return reason.get("en") or next(iter(reason.values()))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _without_effect(c: Checking, suppression: Suppression, covers_error: bool) -> None:
    code = suppression.code
    if code not in CODES:
        path: Path = (*suppression.path, "code")
        c.at("RC422", path, f"there is no problem code {code}", "each problem shows its own", "warning")
    elif covers_error:
        c.at("RC422", suppression.path, f"{code} is an error here, and only warnings can be suppressed", "mend it",
             "warning")  # fmt: skip
    else:
        c.at("RC422", suppression.path, f"nothing to suppress: no warning {code} at `{suppression.at}`", "take it out",
             "warning")  # fmt: skip


def covers(code: str, at: str, problem: Problem) -> bool:
    """Whether a suppression of a code at a path speaks of a problem."""
    path: Path = problem.path
    dotted = ".".join(map(str, path))
    return problem.code == code and (dotted == at or dotted.startswith(f"{at}."))
