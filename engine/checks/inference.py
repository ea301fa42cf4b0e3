"""Types and units of formulas, found without data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from .. import calendars
from ..formulas import units
from ..formulas.formula import (
    Arithmetic,
    Call,
    Choice,
    Comparison,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Not,
    OneOf,
    show,
)
from ..formulas.units import Unit
from ..functions import FUNCTIONS
from ..language.model import Period, Ruleset, Source
from ..suggest import Meant, nearest
from .calls import type_of_call
from .constants import constant, is_constant
from .typed import FLAG, UNKNOWN, Typed
from .unknown_names import explain_name, with_a_dash

# What stands in quotes beside a date of each grain.
_EXAMPLES = {"time": "2025-03-01 18:00", "day": "2025-03-01", "week": "2025-W10", "month": "2025-03",
             "quarter": "2025-Q1"}  # fmt: skip
# Reports a slip at a node: code, node, message, hint, severity.
Report = Callable[..., None]


@dataclass
class Inference:
    """Infers formulas in one place of the language: what names mean there, and which functions may stand.

    `place` is input, row, metric, stage, cap or card. `gone` tells of a name that an overlay removed, if one did;
    `guess` finds the name that was probably meant; `source` is that of an input's rows, where it is declared.
    """

    ruleset: Ruleset
    place: str
    names: Mapping[str, Typed]
    report: Report
    gone: Callable[[str], bool]
    guess: Callable[[str, Collection[str]], Meant | None]
    source: Source | None = None
    used: set[str] = field(default_factory=set)
    inside_aggregate: bool = False

    def infer(self, node: Node) -> Typed:
        """The type of a formula; UNKNOWN where something in it is wrong, so that one mistake stays one problem."""
        match node:
            case Literal(value=value):
                return Typed("flag" if isinstance(value, bool) else "text" if isinstance(value, str) else "number")
            case Name():
                return self._name(node)
            case Arithmetic():
                return self._arithmetic(node)
            case Call():
                return type_of_call(self, node)
            case Comparison():
                return self._comparison(node)
            case Logic(items=items):
                for item in items:
                    self.wanted(item, "flag")
                return FLAG
            case Negative(item=item):
                return self.wanted(item, "number")
            case Not(item=item):
                self.wanted(item, "flag")
                return FLAG
            case OneOf():
                return self._one_of(node)
            case Choice():
                return self._choice(node)
        return UNKNOWN

    def wanted(self, node: Node, type: str) -> Typed:
        """The type of a formula that must be a flag, a number, a text or a date."""
        found = self.infer(node)
        if found.type not in (type, "unknown"):
            words = "a condition" if type == "flag" else f"a {type}"
            hint = instead(type, found.type)
            if type == "number" and found.type == "text" and isinstance(node, Name) and self.place in ("input", "row"):
                hint = f"declare the column as `{node.id}: number` if it holds numbers"
            self.report("RC304", node, f"{words} is needed here, and this is a {found.type}", hint)
            return UNKNOWN
        return found

    # -- names and operators ---------------------------------------------------------------------------------

    def _name(self, node: Name, beside: Typed | None = None) -> Typed:
        found = self.names.get(node.id)
        param = self.ruleset.params.get(node.id) if found is None and self.place in ("input", "row") else None
        if param is not None and not param.values:
            self.used.add(node.id)
            return Typed(param.type, units.parse_unit(param.unit))
        if found is None:
            if not self.gone(node.id):
                self.report("RC301", node, *explain_name(self, node, beside))
            return UNKNOWN
        self.used.add(node.id)
        if self.place == "input" and not self.inside_aggregate:
            self.report("RC304", node, f"`{node.id}` has a value in each row; an input needs one for all",
                        f"such as {_AGGREGATE.get(found.type, 'sum')}({node.id}) or last({node.id})")  # fmt: skip
            return UNKNOWN
        return found

    def _arithmetic(self, node: Arithmetic) -> Typed:
        if with_a_dash(self, node):
            return UNKNOWN
        left, right = self.wanted(node.left, "number"), self.wanted(node.right, "number")
        if is_constant(node) and constant(node) is None:
            # the innermost is told of; what holds it overflows with it
            if all(constant(side) is not None for side in node.children()):
                self.report("RC309", node, "this overflows, or divides by zero", "no number can hold it")
            return UNKNOWN
        if UNKNOWN in (left, right):
            return UNKNOWN
        match node.operator:
            case "+" | "-":
                if not self.same_unit(node, left, right, "adding" if node.operator == "+" else "subtracting"):
                    return UNKNOWN
                return Typed("number", _either(left, right))
            case "*":
                scaled = is_constant(node.left) or is_constant(node.right)
                unit = units.scaled(_either(left, right)) if scaled else units.times(left.unit, right.unit)
                return Typed("number", unit)
            case "/":
                if constant(node.right) == 0:
                    self.report("RC309", node, "this divides by zero", "it has no value, whatever the data")
                    return UNKNOWN
                scaled = is_constant(node.right)
                unit = units.scaled(left.unit) if scaled else units.times(left.unit, units.inverse(right.unit))
                return Typed("number", unit)
        exponent = constant(node.right)
        whole = exponent is not None and exponent == int(exponent)
        return Typed("number", units.power(left.unit, int(exponent)) if whole and exponent is not None else None)

    def _choice(self, node: Choice) -> Typed:
        self.wanted(node.condition, "flag")
        left, right = self.infer(node.then), self.infer(node.otherwise)
        if UNKNOWN in (left, right) or not self.same_type(node, left, right, "both sides of `else`"):
            return UNKNOWN
        if not self.same_unit(node, left, right, "choosing between"):
            return UNKNOWN
        if not self.same_grain(node, left, right):
            return UNKNOWN
        return Typed(left.type, _either(left, right), left.grain)

    def _comparison(self, node: Comparison) -> Typed:
        left, right = self._sides(node)
        if UNKNOWN in (left, right):
            return UNKNOWN
        for side, other, literal in ((left, right, node.right), (right, left, node.left)):
            if side.type == "level" and other.type != "level":
                self._level(literal)
                return FLAG
            if side.type == "date" and other.type in ("text", "number"):
                self.date(literal, side.grain)
                return FLAG
            self._one_of_texts(node.left if side is left else node.right, literal)
        if self.same_type(node, left, right, "the two sides"):
            self.same_unit(node, left, right, "comparing")
            if left.type == "date" and left.grain != right.grain and not {left.grain, right.grain} <= {"day", "time"}:
                hint = "bring both to one, such as month(a) == month(b)"
                self.report("RC304", node, f"a {left.grain} beside a {right.grain}", hint)
            if left.type in ("text", "flag") and node.operator not in ("==", "!="):
                self.report("RC304", node, f"`{node.operator}` does not order a {left.type}", "`==` and `!=` do")
        return FLAG

    def _sides(self, node: Comparison) -> tuple[Typed, Typed]:
        """Both sides; the one that a name nobody knows stands beside tells whether a text without quotes was meant.

        Beside a text in quotes it was not.
        """
        if isinstance(node.left, Name) and node.left.id not in self.names:
            right = self.infer(node.right)
            return self._name(node.left, None if isinstance(node.right, Literal) else right), right
        left = self.infer(node.left)
        beside = None if isinstance(node.left, Literal) else left
        return left, self._name(node.right, beside) if isinstance(node.right, Name) else self.infer(node.right)

    def _one_of(self, node: OneOf) -> Typed:
        item = self.infer(node.item)
        if item == UNKNOWN:
            return UNKNOWN
        for option in node.options:
            if item.type == "level":
                self._level(option)
            elif item.type == "date":
                self.date(option, item.grain)
            elif self.same_type(option, item, self.infer(option), "the list and what is looked for"):
                self._one_of_texts(node.item, option)
        return FLAG

    def _one_of_texts(self, node: Node, literal: Node) -> None:
        """Say where what a function gives is compared with a text that it never gives."""
        texts = FUNCTIONS[node.function].texts if isinstance(node, Call) and node.function in FUNCTIONS else ()
        if texts and isinstance(literal, Literal) and isinstance(literal.value, str) and literal.value not in texts:
            hint = self.guess(literal.value, texts) or f"one of: {', '.join(texts)}"
            self.report("RC304", literal, f"`{show(node)}` is never this", hint)

    def _level(self, node: Node) -> None:
        levels = [level.id for level in self.ruleset.levels]
        if not isinstance(node, Literal) or not isinstance(node.value, str):
            self.report("RC304", node, "a level is compared with the name of one, in quotes",
                        f"levels: {', '.join(levels)}")  # fmt: skip
        elif node.value not in levels and not self.gone(node.value):
            hint = self.guess(node.value, levels) or f"levels: {', '.join(levels)}"
            self.report("RC401", node, f"there is no level `{node.value}`", hint)

    def date(self, node: Node, grain: str, exact: bool = False) -> Typed:
        """A date in quotes beside one of that grain. Beside a moment it may be a day, which it then counts by, unless
        it must be `exact`."""
        text = node.value if isinstance(node, Literal) and isinstance(node.value, str) else ""
        found = calendars.read_moment(text, self.ruleset.period or Period("day"))
        if found is not None and (found[1] == grain or (grain == "time" and found[1] == "day" and not exact)):
            return Typed("date", None, found[1])
        what = {"day": "date", "time": "time" if exact else "date"}.get(grain, grain)
        hint = _of_grain(grain, constant(node))
        if grain == "time" and not exact:
            hint = f'such as "{_EXAMPLES["day"]}", or "{_EXAMPLES["time"]}"'
        if found is not None and found[1] == "time":
            hint = f"{hint}; there is no time of day in it"
        elif found is not None and found[1] != "day":
            hint = f'{hint}; {found[1]}(x) == "{text}" asks for a {found[1]}'
        self.report("RC304", node, f"a {what} in quotes is needed here", hint)
        return UNKNOWN

    # -- two values side by side -----------------------------------------------------------------------------

    def same_type(self, node: Node, left: Typed, right: Typed, what: str) -> bool:
        """Whether two values are of one type, or one of them is not known."""
        if "unknown" in (left.type, right.type) or left.type == right.type:
            return True
        self.report("RC304", node, f"{what} are of different types: {left.type} and {right.type}",
                    "a number stands without quotes, a text in quotes")  # fmt: skip
        return False

    def same_grain(self, node: Node, left: Typed, right: Typed) -> bool:
        """Whether two dates name the same: both moments, both days, both months."""
        if left.type != "date" or right.type != "date" or left.grain == right.grain:
            return True
        pair = f"a {left.grain} and a {right.grain}"
        self.report("RC304", node, f"choosing between {pair}", "day(x) makes a time a day")
        return False

    def same_unit(self, node: Node, left: Typed, right: Typed, doing: str) -> bool:
        """Whether two values are of units that go together."""
        severity = units.misfit(left.unit, right.unit)
        if severity is not None:
            self.report("RC406", node, f"{doing} {units.show_unit(left.unit)} and {units.show_unit(right.unit)}",
                        _one_unit(left.unit, right.unit), severity)  # fmt: skip
        return severity is None


# What makes one value of the rows' where a sum cannot.
_AGGREGATE = {"date": "max", "text": "count_distinct", "flag": "share"}


def _one_unit(left: Unit | None, right: Unit | None) -> str:
    pair = [units.show_unit(unit) for unit in (left, right)]
    alike = nearest(pair[0], pair[1:]) is not None
    return f"`{pair[0]}` and `{pair[1]}` look alike; write one for both" if alike else "bring both to one unit first"


def instead(wanted: str, found: str) -> str:
    """What to write where a value is of another type than wanted."""
    if wanted in ("flag", "date"):
        return "compare it with something" if wanted == "flag" else 'a column of dates, or one such as "2025-03-01"'
    if wanted == "text":
        return "a column of texts, such as status"
    return "write `1 if … else 0`" if found == "flag" else "a number stands without quotes, such as orders or 12"


def _of_grain(grain: str, number: float | None) -> str:
    """What to write beside a date of that grain, in the place of a number perhaps."""
    whole = int(number) if number is not None and number == int(number) else None
    if grain == "month" and whole is not None and 1 <= whole <= 12:
        return f'month_of_year(x) is {whole} in any year; month(x) == "2025-{whole:02}" is one of 2025'
    if grain == "day" and whole is not None and 1 <= whole <= 31:
        return f'day_of_month(x) is {whole} in any month; a date stands in quotes, such as "2025-03-{whole:02}"'
    if grain == "quarter" and whole is not None and 1 <= whole <= 4:
        return f'quarter(x) == "2025-Q{whole}" is one of 2025; month_of_year(x) is 1 to 12 in any year'
    return f'such as "{_EXAMPLES[grain]}"'


def _either(left: Typed, right: Typed) -> Unit | None:
    return left.unit if left.unit is not None else right.unit
