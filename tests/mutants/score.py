"""Makes mutants, asks Rulecard, and counts how well each mistake is told."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import rulecard
from rulecard import Problem
from rulecard.fixing.fixing import fix_files

# imported for the makers that they register
from . import broken_formulas, broken_yaml, meaning, names, shape  # noqa: F401
from .mistakes import MAKERS, Mistake
from .texts import Text

ROOT = Path(__file__).resolve().parents[2]
COUNT, SEED = 400, 2025
# What is measured, and the least share of it.
GOALS = {"found": 1.0, "line": 0.99, "column": 0.95, "one problem": 0.90, "suggestion": 0.95, "fixed": 0.75}
_WIDTH = len(GOALS)
# What `--fix` is asked for beside misspelt names.
_OF_THE_KEYBOARD = frozenset(
    ["a full-width colon", "a full-width comma between entries", "full-width digits in a formula",
     "a sign of a Chinese keyboard in a formula", "quotes of a Chinese keyboard in a formula",
     "a space that is none to YAML", "a tab in the indentation", "no space after a colon", "no space after a dash"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """A right document with one mistake."""

    kind: str
    text: Text
    mistake: Mistake

    @property
    def broken(self) -> str:
        whole = self.text.text
        return whole[: self.mistake.start] + self.mistake.new + whole[self.mistake.end :]

    def places(self) -> set[tuple[int, int]]:
        """Lines and columns at which the mistake may be told."""
        broken = self.broken
        found = set()
        for offset in self.mistake.at:
            before = broken[:offset]
            found.add((before.count("\n") + 1, offset - before.rfind("\n")))
        return found


@dataclass(slots=True)
class Tally:
    """How many mutants there were of each kind, and how many were told well by each measure."""

    made: Counter[str] = field(default_factory=Counter)
    misspelt: Counter[str] = field(default_factory=Counter)
    mendable: Counter[str] = field(default_factory=Counter)
    well: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    mended_otherwise: list[str] = field(default_factory=list)

    def share(self, measure: str) -> float:
        """Of all mutants, or of those that are misspellings, the part that is told well."""
        asked = {"suggestion": self.misspelt, "fixed": self.mendable}.get(measure, self.made)
        return sum(number for (_, of), number in self.well.items() if of == measure) / max(asked.total(), 1)

    def summary(self) -> dict[str, float]:
        """The share of each measure."""
        return {measure: self.share(measure) for measure in GOALS}

    def table(self) -> str:
        """All kinds of mistakes with their numbers, as Markdown."""
        lines = [f"| mistake | mutants | {' | '.join(GOALS)} |", f"|---{'|--:' * (_WIDTH + 1)}|"]
        for kind in sorted(self.made):
            told = [str(self.well[kind, measure]) for measure in GOALS]
            for place, asked in ((-2, self.misspelt[kind]), (-1, self.mendable[kind])):
                told[place] = f"{told[place]} of {asked}" if asked else ""
            lines.append(f"| {kind} | {self.made[kind]} | {' | '.join(told)} |")
        shares = " | ".join(f"**{share:.1%}**" for share in self.summary().values())
        return "\n".join([*lines, f"| **all** | **{self.made.total()}** | {shares} |"])

    def count(self, mutant: Mutant, problems: list[Problem], mended: str | None) -> None:
        """Add one mutant, what was said of it, and the text that `--fix` made of it, if any."""
        kind, places, meant = mutant.kind, mutant.places(), mutant.mistake.meant
        first = problems[0].location if problems else None
        here = (first.line, first.column) if first else (0, 0)
        measured = {
            "found": bool(problems),
            "line": here[0] in {line for line, _ in places},
            "column": here in places,
            "one problem": len(problems) == 1,
        }
        self.made[kind] += 1
        if meant is not None:
            self.misspelt[kind] += 1
            hint = (problems[0].hint or "") if problems else ""
            measured["suggestion"] = any(quoted in hint for quoted in (f"`{meant}`", f"`{meant}:`", f'"{meant}"'))
        for measure, well in measured.items():
            self.well[kind, measure] += well
        if meant is not None or kind in _OF_THE_KEYBOARD:
            self.mendable[kind] += 1
            self.well[kind, "fixed"] += mended == mutant.text.text
        # of a version of two numbers the right one was another
        if mended not in (None, mutant.text.text) and kind != "a version that is none":
            self.mended_otherwise.append(_head(mutant, ["fixed otherwise"]))
        wrong = [measure for measure, well in measured.items() if not well]
        if wrong:
            said = [f"{one.location}: {one.code} {one.message} | {one.hint}" for one in problems[:4]]
            self.missed.append("\n    ".join([_head(mutant, wrong), *said]))


def _head(mutant: Mutant, wrong: list[str]) -> str:
    places = sorted(mutant.places())
    line = mutant.broken.split("\n")[places[0][0] - 1].strip()
    file = mutant.text.file.relative_to(ROOT)
    return f"{mutant.kind} [{', '.join(wrong)}] {file} at {places}, meant {mutant.mistake.meant}: {line}"


def texts() -> list[list[Text]]:
    """The shipped documents, and those that the tests accept."""
    shipped = sorted((ROOT / "rulesets").rglob("*.yaml"))
    accepted = sorted((ROOT / "tests" / "accepted").rglob("*.yaml"))
    return [[Text(file) for file in shipped], [Text(file) for file in accepted]]


def mutants(count: int, seed: int) -> Iterator[Mutant]:
    """Random mutants: the kinds of mistakes by turns, half of them in shipped documents where these can have it."""
    random = Random(seed)
    both = texts()
    kinds = sorted(MAKERS)
    made = turn = 0
    while made < count:
        if turn % len(kinds) == 0:
            random.shuffle(kinds)
        kind = kinds[turn % len(kinds)]
        for attempt in range(200):
            group = both[random.randrange(2)] if attempt < 10 else both[1]
            text = random.choice(group)
            mistake = MAKERS[kind](text, random)
            if mistake is not None:
                yield Mutant(kind, text, mistake)
                made += 1
                break
        turn += 1


def told(mutant: Mutant, folder: Path) -> tuple[list[Problem], str | None]:
    """What Rulecard says of a mutant, among copies of the documents beside it, and the text with its fixes."""
    file = folder / mutant.text.file.relative_to(ROOT)
    right = file.read_text(encoding="utf-8")
    file.write_text(mutant.broken, encoding="utf-8")
    try:
        problems = list(rulecard.validate([file]).problems)
        # the order of sections is none of the mistakes
        fixing = fix_files([file], in_order=False)
        return problems, fixing.files[0].after if fixing.files else None
    finally:
        file.write_text(right, encoding="utf-8")


def run(count: int, seed: int) -> Tally:
    """Make that many mutants and count."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("rulesets", "tests/accepted"):
            shutil.copytree(ROOT / part, folder / part)
        for mutant in mutants(count, seed):
            tally.count(mutant, *told(mutant, folder))
    return tally
