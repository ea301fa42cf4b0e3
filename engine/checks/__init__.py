"""What can be known to be wrong without data: an ordered tuple of plain functions, each looking for one thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..language.model import Ruleset
from ..problems import Problem
from .advice import advice_holds
from .bands import bands_are_reached, bands_hold, overall_bands_hold
from .checking import Checking
from .cohorts import cohorts_hold
from .conditions import conditions_can_change
from .declarations import baseline_is_a_period, inputs_hold, levels_rise, names_once, params_hold, sources_hold
from .evidence import numbers_have_evidence
from .lookups import lookups_hold
from .metrics import circles_are_none, formulas_hold, scores_hold
from .name_slips import one_declaration_explains
from .overlaps import nothing_counts_twice
from .trailing import trailing_holds
from .unit_slips import one_unit_explains
from .usage import all_is_used, suppressed
from .weights import groups_hold, overall_holds, stages_hold

CHECKS: tuple[Callable[[Checking], None], ...] = (
    names_once,
    levels_rise,
    sources_hold,
    lookups_hold,
    inputs_hold,
    cohorts_hold,
    trailing_holds,
    params_hold,
    baseline_is_a_period,
    circles_are_none,
    formulas_hold,
    bands_hold,
    scores_hold,
    groups_hold,
    stages_hold,
    overall_holds,
    overall_bands_hold,
    advice_holds,
    bands_are_reached,
    conditions_can_change,
)

# what somebody may see otherwise
STYLE: tuple[Callable[[Checking], None], ...] = (numbers_have_evidence, nothing_counts_twice)


def check(ruleset: Ruleset, unread: Sequence[Problem] = ()) -> list[Problem]:
    """Every problem of a ruleset that shows without data, by place; `unread` are those of reading its formulas."""
    return [problem for problem in check_all(ruleset, unread) if problem.suppressed is None]


def check_all(ruleset: Ruleset, unread: Sequence[Problem] = (), style: bool = False) -> list[Problem]:
    """As `check`, with those that the ruleset suppresses too, and with matters of style if they are wanted."""
    checking = Checking(ruleset, bool(unread))
    for one in CHECKS:
        one(checking)
    one_unit_explains(checking, CHECKS)
    one_declaration_explains(checking)
    # these come last: they see what the others saw
    all_is_used(checking)
    for one in STYLE if style else ():
        one(checking)
    suppressed(checking, style)
    return sorted(dict.fromkeys((*unread, *checking.problems, *checking.suppressed)), key=Problem.sort_key)
