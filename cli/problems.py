"""Problems for a reader: the place, the line quoted, a mark under what is meant, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TextIO

from rulecard import Problem
from rulecard.words import word

from .output import render
from .plain import plain, wide

if TYPE_CHECKING:
    from rich.text import Text

    from rulecard.validation import Validation

_QUOTED = 100  # of a longer line, the part around the mark
_BEFORE = 30
_MOST = 500  # nobody reads on beyond; --format json has them all
_COLORS = {"error": "bold red", "warning": "yellow"}


def human(problems: Sequence[Problem], language: str, stream: TextIO | None, *, told: bool = False) -> str:
    """The problems as text for a stream, the first hundreds of them; in colour where that is a terminal.

    With `told` their hints tell how something came about, rather than what to do.
    """
    from rich.text import Text

    blocks = [_block(problem, language, told) for problem in problems[:_MOST]]
    if len(problems) > _MOST:
        blocks.append(Text(word("more_problems", language, count=len(problems) - _MOST), style="dim"))
    return render(Text("\n").join(blocks), stream, wrap=False) if blocks else ""


def summary(found: Validation, language: str) -> str:
    """`3 problems in 2 files (2 errors, 1 warning, 4 suppressed)`, and what there is to say beside that, in lines."""
    changed, baseline = found.changed, found.baseline
    looked_at = counted(changed.all if changed else found.files, "file", "个文件", language)
    if changed is not None:
        looked_at = word("some_of", language, some=found.files, all=looked_at)
    severities = [(found.errors, "error", "个错误"), (found.warnings, "warning", "个警告")]
    kinds = [counted(number, english, chinese, language) for number, english, chinese in severities if number]
    kinds += [word(key, language, count=count) for key, count in _beside(found) if count]
    named = ("，" if language == "zh" else ", ").join(kinds)
    if found.problems:
        problems = counted(len(found.problems), "problem", "个问题", language)
        lines = [word("found", language, problems=problems, files=looked_at, kinds=named)]
    else:
        lines = [word("no_problems", language, files=looked_at)]
        lines[0] += word("of_kinds", language, kinds=named) if kinds else ""
    if changed is not None:
        lines.append(word("changed_since", language, since=plain(changed.since), changed=changed.changed,
                          built_on=changed.built_on))  # fmt: skip
    if baseline is not None and baseline.gone:
        gone = counted(baseline.gone, "problem", "个问题", language)
        lines.append(word("baseline_too_high", language, problems=gone))
    return "\n".join(lines)


def _beside(found: Validation) -> Iterable[tuple[str, int]]:
    yield "suppressed", len(found.suppressed)
    if found.baseline is not None:
        yield "in_baseline", len(found.baseline.hidden)
        # of what is shown anyway; where nothing of it was known, all is new
        yield "above_baseline", found.baseline.new if found.baseline.new < len(found.problems) else 0


def counted(number: int, english: str, chinese: str, language: str) -> str:
    """A number of things in words: `2 files`, `2 个文件`."""
    return f"{number} {chinese}" if language == "zh" else f"{number} {english}{'' if number == 1 else 's'}"


def _block(problem: Problem, language: str, told: bool) -> Text:
    from rich.text import Text

    color = _COLORS.get(problem.severity, "cyan")
    block = Text()
    if problem.location is not None:
        block.append(f"{plain(str(problem.location))}: ", style="bold")
    block.append(f"{problem.severity}[{problem.code}]", style=color)
    block.append(f" {plain(problem.message)}")
    hints = [plain(line) for line in (problem.hint or "").splitlines()]
    if problem.location is not None and problem.source is not None:
        line, mark, margin = _quote(problem)
        number = f"{problem.location.line:>5}"
        beside = f" {hints.pop(0)}" if hints and hints[0].startswith("did you mean") else ""
        block.append(f"\n{number} | ", style="blue").append(line)
        block.append(f"\n{'':5} | ", style="blue").append(margin + mark + beside, style=color)
    for hint in hints:
        label = "" if told else f"{word('help', language)}: "
        block.append(f"\n{'':3}= {label}", style="blue").append(hint)
    return block


def _quote(problem: Problem) -> tuple[str, str, str]:
    """The line, a mark as wide as what is meant, and as much space as stands before it."""
    from rich.cells import cell_len

    place, source = problem.location, (problem.source or "").rstrip("\r\n")
    assert place is not None
    start = min(place.column - 1, len(source))
    end = place.end_column - 1 if place.end_line == place.line else len(source)
    end = max(min(end, len(source)), start)
    # what is cut off below need not be looked at, and a line may be a whole file long
    near, far = max(start - _QUOTED - 1, 0), end + _QUOTED + 1
    parts = source[near:start], source[start : min(end, start + _QUOTED + 1)], source[end:far]
    before, meant, after = (_even(part) for part in parts)
    if len(before) + len(meant) + len(after) > _QUOTED:
        if len(before) > _BEFORE:
            before = "…" + before[-_BEFORE:]
        meant = meant[:_QUOTED] + ("…" if len(meant) > _QUOTED else "")
        room = max(_QUOTED - len(before) - len(meant), 0)
        after = after[:room] + ("…" if len(after) > room else "")
    return before + meant + after, "^" * max(cell_len(meant), 1), _space(before)


def _space(text: str) -> str:
    """Space as wide as a text: under a Chinese character a Chinese space.

    On a terminal that is two cells like two plain ones; in a browser, which shows the logs of a build, it is not.
    """
    from rich.cells import cell_len

    runs = groupby(text, lambda character: "\u2e80" <= character <= "\uffe6" and wide(character))
    found = ((chinese, "".join(run)) for chinese, run in runs)
    return "".join("\u3000" * len(run) if chinese else " " * cell_len(run) for chinese, run in found)


def _even(text: str) -> str:
    """A tab has no width of its own: four spaces, so that marks stand where they should."""
    return plain(text.replace("\t", "    "))
