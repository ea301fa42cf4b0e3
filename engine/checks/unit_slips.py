"""One wrong unit of an input, a parameter or a metric makes many formulas wrong; it is told once, where it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ..formulas import units
from ..formulas.formula import names
from ..formulas.units import Unit
from ..language.model import Input, Metric, Param
from ..language.order import all_formulas
from ..problems import Path, Problem
from ..suggest import nearest
from .checking import Checking
from .usage import covers

_CODES = ("RC406", "RC407")
# Each try checks the ruleset anew, so large ones get fewer.
_MOST_NAMES, _MOST_UNITS, _MOST_FORMULAS = 5, 8, 20_000


def one_unit_explains(c: Checking, checks: Sequence[Callable[[Checking], None]]) -> None:
    """Puts one problem in the place of several that all go away with another unit of one name."""
    found = [problem for problem in c.problems if problem.code in _CODES and not _silenced(c, problem)]
    if len(found) < 2:
        return
    before = {(problem.code, problem.location) for problem in c.problems}
    best: tuple[int, int, Input | Param | Metric, Unit] | None = None
    rarity = Counter(units.parse_unit(one.unit) for one in _declared(c))
    tries = _MOST_FORMULAS // (len(all_formulas(c.ruleset)) + 1)
    for one in _suspects(c, found):
        own = units.parse_unit(one.unit)
        for unit in _other_units(c, own):
            tries -= 1
            if tries < 0:
                break
            trial = Checking(c.ruleset, c.unread, {one.id: unit})
            for check in checks:
                check(trial)
            after = {(problem.code, problem.location) for problem in trial.problems}
            gains = [problem for problem in found if (problem.code, problem.location) not in after]
            # two wrong formulas may be just that, and a warning meant so, unless the units are spelt alike
            alike = _alike(own, unit)
            mended = len(gains) if alike or any(problem.severity == "error" for problem in gains) else 0
            if (
                mended >= (2 if alike else 3)
                and after <= before
                and (best is None or (mended, -rarity[own]) > best[:2])
            ):
                best = (mended, -rarity[own], one, unit)
                gone = before - after
    if best is None:
        return
    mended, _, one, unit = best
    c.problems = [problem for problem in c.problems if (problem.code, problem.location) not in gone]
    path: Path = (*one.path, "unit")
    meant = units.show_unit(unit)
    c.at("RC406", path, f"`{one.id}` is declared in {one.unit}, but {mended} formulas take it for {meant}",
         f"did you mean `unit: {meant}`?")  # fmt: skip


def _alike(one: Unit | None, other: Unit) -> bool:
    return nearest(units.show_unit(one), [units.show_unit(other)]) is not None


def _silenced(c: Checking, problem: Problem) -> bool:
    return any(covers(one.code, one.at, problem) for one in c.ruleset.suppress)


def _declared(c: Checking) -> Iterator[Input | Param | Metric]:
    ruleset = c.ruleset
    for section in (ruleset.inputs, ruleset.params, ruleset.metrics):
        yield from (one for one in section.values() if one.unit is not None)


def _suspects(c: Checking, found: Sequence[Problem]) -> list[Input | Param | Metric]:
    """The names that most of the wrong formulas hold, those first."""
    places = {problem.path for problem in found}
    times: Counter[str] = Counter()
    for formula in all_formulas(c.ruleset):
        if formula.path in places:
            times.update(names(formula.node))
    for problem in found:
        # a metric's own unit, bands and score are held against its formula
        if problem.path[:1] == ("metrics",):
            metric = c.ruleset.metrics[str(problem.path[1])]
            times.update({metric.id, *names(metric.formula.node)})
    declared = {one.id: one for one in _declared(c)}
    return [declared[name] for name, _ in times.most_common() if name in declared][:_MOST_NAMES]


def _other_units(c: Checking, own: Unit | None) -> list[Unit]:
    """What the ruleset counts in elsewhere, the unit that is spelt most alike first."""
    counted: Counter[Unit] = Counter()
    for one in _declared(c):
        unit = units.parse_unit(one.unit)
        counted.update([] if unit is None else {unit, *(((noun, 1),) for noun, _ in unit)})
    shown = {units.show_unit(unit): unit for unit, _ in counted.most_common() if unit != own}
    alike = nearest(units.show_unit(own), shown)
    return [shown[word] for word in dict.fromkeys([alike, *shown]) if word is not None][:_MOST_UNITS]
