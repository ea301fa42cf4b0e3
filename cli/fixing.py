"""`validate --fix` and `--diff`: what is certain is mended, or shown as it would be."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rulecard import Problem, Problems
from rulecard.words import word

from . import ALL_WELL, FINDINGS
from .diffs import shown
from .output import put, say
from .plain import plain
from .problems import counted, human
from .watching import watching

if TYPE_CHECKING:
    from rulecard.fixing.fixing import Fixed, Fixing

    from .validate import Given, Wanted


def mend(given: Given, wanted: Wanted) -> Fixing:
    """Works out every certain fix, and without `--diff` writes it. Raises Problems."""
    from rulecard.fixing.fixing import fix_files

    option = "--diff" if given.diff else "--fix"
    _refuse(option, given, wanted)
    with watching(wanted.language, quiet=wanted.quiet) as progress:
        fixing = fix_files(given.paths, progress, given.style)
    if not given.diff:
        fixing.write()
    return fixing


def _refuse(option: str, given: Given, wanted: Wanted) -> None:
    """Raises Problems for a call that asks for something beside."""
    others: Mapping[str, object] = {
        "--data": given.data, "--dataset": given.dataset, "--overlay": given.overlays,
        "--changed-since": given.changed_since, "--update-baseline": given.update_baseline,
        **({"--format": wanted.format, "--out": wanted.files, "--baseline": given.baseline} if given.diff else {}),
    }  # fmt: skip
    for other, asked in others.items():
        if asked:
            hint = "mend the documents first, then go on" if option == "--fix" else "leave one of them out"
            raise Problems([Problem("RC509", f"`{option}` does not go with `{other}`", hint=hint)])
    for path in given.paths:
        if not Path(path).exists():
            message = f"there is no file or folder `{path}`"
            raise Problems([Problem("RC100", message, hint=f"`{option}` is about files, not about installed packs")])


def show_diff(fixing: Fixing, wanted: Wanted) -> int:
    """Shows what would change, and what would be left; gives back the exit status, 1 if there is anything of either."""
    if fixing.files:
        put("".join(shown(one.diff()) for one in fixing.files))
    if fixing.left.problems:
        say(human(fixing.left.problems, wanted.language or "en", sys.stderr))
    tell(fixing, len(fixing.left.problems), wanted, "would_fix")
    return FINDINGS if fixing.files or fixing.left.errors else ALL_WELL


def tell(fixing: Fixing, left: int, wanted: Wanted, key: str = "fixed") -> None:
    """Says on standard error what was mended in which file, and how many problems are left."""
    if wanted.quiet:
        return
    language = wanted.language or "en"
    lines = [line for one in fixing.files for line in _lines(one, language)] if key == "fixed" else []
    if ordered := sum(one.in_order for one in fixing.files):
        lines.append(word(f"{key}_order", language, files=counted(ordered, "file", "个文件", language)))
    if changed := sum(bool(one.problems) for one in fixing.files):
        problems = counted(fixing.problems, "problem", "个问题", language)
        files = counted(changed, "file", "个文件", language)
        lines.append(word(key, language, problems=problems, files=files, left=left))
    elif left or not ordered:
        lines.append(word("nothing_fixed", language, left=left))
    say("\n".join(lines))


def _lines(one: Fixed, language: str) -> Iterator[str]:
    for problem in one.problems:
        yield plain(f"{problem.location}: {problem.code} {problem.message}{_change(problem)}")
    if one.in_order:
        yield plain(f"{one.file}: {word('in_order', language)}")


def _change(problem: Problem) -> str:
    """What a single edit writes, where that says more than the message."""
    edits: Sequence[object] = problem.fix.edits if problem.fix else ()
    if problem.fix is None or len(edits) != 1 or not problem.fix.edits[0].text.strip():
        return ""
    return f" → `{problem.fix.edits[0].text}`"
