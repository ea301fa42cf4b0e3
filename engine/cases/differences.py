"""What a case expected beside what came: only what differs, with how it came about."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from .. import calendars
from ..formulas.formula import names
from ..language.model import Formula, Ruleset
from ..language.reading import number as number_of
from ..problems import Path, Problem
from ..reasons import OK
from ..wording import words
from ..words import word
from .band_words import band_hit, place_of
from .declared import Case, Casebook, Expectation
from .put_in import Seen, put_in, say


@dataclass(frozen=True, slots=True)
class Difference:
    """An expectation that does not hold. Where it can be put right at its place, `becomes` is what came instead and
    `tolerance` how far from it what is written may be; `fixed` is whether that can be."""

    problem: Problem
    fixed: bool = False
    becomes: Any = None
    tolerance: float = 0.0


class Comparing:
    """Compares the cards of a case with what it expects; told in a language."""

    def __init__(self, ruleset: Ruleset, book: Casebook, case: Case, language: str) -> None:
        self.ruleset, self.book, self.case, self.language = ruleset, book, case, language
        self.found: list[Difference] = []

    def edge(self, text: str, level: str, seen: Seen) -> None:
        """The level that a metric has at one value, against that of a table of edges."""
        id = str(self.case.metric)
        got = seen.card.metrics[id].level
        if got != level:
            about = f"{self._called(id)} {word('case.at', self.language, value=text)}"
            self._differ((*self.case.path, "edges", text), about, level, got, self._bands(id, level, seen))

    def cards(self, seen: Sequence[Seen]) -> None:
        """Every expectation of the case against the one card that it is about."""
        for expected in self.case.expect:
            fitting = [one for one in seen if _fits(self.ruleset, expected, one)]
            if len(fitting) != 1:
                have = ", ".join(f"{'/'.join(map(str, one.card.entity.values()))} {one.card.period or ''}".strip()
                                 for one in seen[:6])  # fmt: skip
                message = f"{len(fitting)} cards fit this expectation, one should"
                hint = f"name `period` or `entity`; cards: {have or 'none'}"
                self.found.append(Difference(failed(self.book, expected.path, message, hint)))
                continue
            own = [one for one in seen if one.card.entity == fitting[0].card.entity]
            self._expectation(expected, fitting[0], own[: own.index(fitting[0])])

    def _expectation(self, expected: Expectation, seen: Seen, before: Sequence[Seen]) -> None:
        named, card, told = expected.named, seen.card, set[str]()

        def of(about: str) -> str:
            # a row that gives no period is of one that nobody wrote
            told = card.period is not None and expected.period is not None
            return word("case.in", self.language, what=about, period=card.period) if told else about

        def metric_lines(name: str) -> Iterator[str]:
            # once is enough where both a value and its level differ
            if name in card.metrics and name not in told:
                told.add(name)
                yield from self._formula(name, seen, before)

        for name, wanted in (named.get("metrics") or {}).items():
            self._number((*expected.path, "metrics", name), of(self._called(name)), wanted, card.metrics[name].value,
                         metric_lines(name))  # fmt: skip
        for name, wanted in (named.get("levels") or {}).items():
            judged = card.metrics.get(name) or card.groups[name]
            if judged.level != wanted:
                about = of(word("case.level", self.language, name=self._called(name)))
                lines = [*self._bands(name, wanted, seen), *metric_lines(name)]
                self._differ((*expected.path, "levels", name), about, wanted, judged.level, lines)
        for name, wanted in (named.get("scores") or {}).items():
            scored = card.metrics.get(name) or card.groups[name]
            about = of(word("case.score", self.language, name=self._called(name)))
            parts = chain(metric_lines(name), self._bands(name, None, seen), self._parts(name, seen))
            self._number((*expected.path, "scores", name), about, wanted, scored.score, parts)
        for name, wanted in (named.get("status") or {}).items():
            has = card.metrics.get(name) or card.groups[name]
            if has.status != wanted:
                about = of(word("case.status", self.language, name=self._called(name)))
                self._differ((*expected.path, "status", name), about, wanted, has.status, metric_lines(name))
        if "score" in named:
            about = of(word("case.overall_score", self.language))
            self._number((*expected.path, "score"), about, named["score"], card.score, self._parts(None, seen))
        if "level" in named and named["level"] != card.level:
            came = say(card.score, self.language)
            own = self.ruleset.overall.bands
            hit = next((band for band in own if band.level == card.level), None)
            lines = [*(band_hit(self.ruleset, own, hit, named["level"], came, self.language) if hit else ()),
                     *self._parts(None, seen)]  # fmt: skip
            self._differ((*expected.path, "level"), of(word("case.overall_level", self.language)), named["level"],
                         card.level, lines)  # fmt: skip
        if "stage" in named and named["stage"] != card.stage:
            self._differ((*expected.path, "stage"), of(word("case.stage", self.language)), named["stage"], card.stage,
                         self._choices(seen, before))  # fmt: skip
        self._advice(expected, seen, before, of)

    def _advice(self, expected: Expectation, seen: Seen, before: Sequence[Seen], of: Callable[[str], str]) -> None:
        given = [advice.id for advice in seen.card.advice]
        for kind in ("advice", "no_advice"):
            for place, name in enumerate(expected.named.get(kind) or ()):
                if (name in given) == (kind == "no_advice"):
                    advice = self.ruleset.advice[name]
                    lines = [
                        self._line("case.condition", advice.when),
                        *put_in(advice.when, seen, before, self.language),
                    ]
                    if kind == "advice" and advice.stages and seen.card.stage not in advice.stages:
                        lines.append(word("case.stages_only", self.language, stages=", ".join(advice.stages),
                                          stage=seen.card.stage or word("case.none", self.language)))  # fmt: skip
                    problem = failed(
                        self.book,
                        (*expected.path, kind, place),
                        of(word(f"case.{kind}", self.language, name=name)),
                        "\n".join(lines),
                    )
                    self.found.append(Difference(problem))

    # -- how it came about -----------------------------------------------------------------------------------

    def _called(self, name: str) -> str:
        """The id, with what a reader calls it where that is something else."""
        entry = self.ruleset.metrics.get(name) or self.ruleset.groups.get(name)
        title = words(self.ruleset, entry.title, self.language) if entry is not None else ""
        return name if not title or title == name else word("case.called", self.language, name=name, title=title)

    def _line(self, label: str, formula: Formula, head: str = "") -> str:
        text = " ".join(formula.text.split())
        return f"{word(label, self.language, text=head + text)}   ({place_of(self.ruleset, formula.path)})"

    def _formula(self, id: str, seen: Seen, before: Sequence[Seen]) -> Iterator[str]:
        metric, status = self.ruleset.metrics[id], seen.card.metrics[id].status
        yield self._line("case.formula", metric.formula, f"{id} = ")
        yield from put_in(metric.formula, seen, before, self.language, say(seen.card.metrics[id].value, self.language))
        for name in names(metric.formula.node) if self.case.data is not None else ():
            input = self.ruleset.inputs.get(name)
            if input is not None and input.formula is not None:
                yield self._line("case.input", input.formula, f"{name} = ")
        if status != OK:
            # a value may have no level, where its bands are computed
            label = "case.because" if seen.card.metrics[id].value is None else "case.no_level"
            yield word(label, self.language, text=f"{word(status, self.language)} ({status})")

    def _bands(self, id: str, wanted: str | None, seen: Seen) -> Iterator[str]:
        metric = self.ruleset.metrics.get(id)
        if metric is None or metric.bands is None or not metric.judged:
            return
        value = say(seen.card.metrics[id].value, self.language)
        everything, number = tuple(metric.bands.all_bands()), seen.bands.get(id)
        if number is not None:
            own = next(case for _, case in metric.bands.cases if everything[number] in case)
            yield from band_hit(self.ruleset, own, everything[number], wanted, value, self.language)

    def _parts(self, group: str | None, seen: Seen) -> Iterator[str]:
        """The scores that a group's or the overall one is made of, with their weights."""
        card = seen.card
        if group is None:
            profiles = self.ruleset.stages.profiles if self.ruleset.stages else {}
            profile = profiles.get(card.stage or "", self.ruleset.overall.profile)
            children = profile.weights
        else:
            children = self.ruleset.groups[group].children if group in self.ruleset.groups else ()
        parts = []
        for name, weight in children:
            child = card.metrics.get(name) or card.groups.get(name)
            if child is not None and weight:
                parts.append(f"{name} {say(child.score, self.language)} × {say(weight, self.language)}")
        if parts:
            yield word("case.made_of", self.language, text=", ".join(parts))
        if group is None and card.capped is not None:
            yield word("case.capped", self.language, most=say(card.capped.at_most, self.language),
                       score=say(card.capped.score, self.language))  # fmt: skip

    def _choices(self, seen: Seen, before: Sequence[Seen]) -> Iterator[str]:
        stages = self.ruleset.stages
        if self.case.stage is not None or stages is None:
            return
        for formula, stage in stages.choose:
            yield self._line("case.choose", formula, f"{stage}: ")
            yield from put_in(formula, seen, before, self.language)

    # -- one difference --------------------------------------------------------------------------------------

    def _number(self, path: Path, about: str, wanted: Any, got: float | None, lines: Iterator[str] | list[str]) -> None:
        tolerance = self.book.tolerance if self.case.tolerance is None else self.case.tolerance
        if isinstance(wanted, dict):
            path, tolerance, wanted = (*path, "value"), float(wanted["tolerance"]), wanted["value"]
        target = number_of(wanted)
        if target is None or got is None:
            close = target is None and got is None
        else:
            close = math.isclose(target, got, rel_tol=1e-9, abs_tol=tolerance)
        if not close:
            self._differ(path, about, wanted, got, lines, tolerance)

    def _differ(
        self, path: Path, about: str, wanted: Any, got: Any, lines: Iterator[str] | Sequence[str], tolerance: float = 0
    ) -> None:
        expected, came = say(wanted, self.language), say(got, self.language)
        if isinstance(wanted, str) and wanted.endswith("%") and isinstance(got, float):
            came = f"{got * 100:.7g}%"
        if expected == came:
            expected, came = repr(wanted), repr(got)
        message = word("case.differs", self.language, about=about, wanted=expected, got=came)
        self.found.append(Difference(failed(self.book, path, message, "\n".join(lines) or None), True, got, tolerance))


def _fits(ruleset: Ruleset, expected: Expectation, seen: Seen) -> bool:
    period = None if ruleset.period is None else expected.period
    if (
        ruleset.period is not None
        and period is not None
        and seen.card.period != calendars.label(ruleset.period, period)
    ):
        return False
    return all(str(seen.card.entity.get(name)) == str(value) for name, value in expected.entity.items())


def failed(book: Casebook, path: Path, message: str, hint: str | None = None) -> Problem:
    """That something at a path of the cases' document does not come out as it says."""
    document = book.document
    place = document.at(path)
    return Problem("RC702", message, place, hint=hint, path=path, source=document.line(place.line))
