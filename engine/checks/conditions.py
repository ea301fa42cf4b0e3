"""Conditions that no data can make true, or none can make false: each is a slip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from ..formulas.formula import Call, Comparison, Literal, Logic, Name, Node, OneOf, names, show, walk
from ..language.model import Formula
from ..language.reading import Unreadable
from ..language.weighting import OVERALL
from .checking import Checking
from .constants import constant
from .limits import Place
from .opposites import fixed, opposites

# A quantity, how it is compared, and with what number.
Bound = tuple[str, str, float]
Verdict = tuple[Node, str]

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda x, y: x < y, "<=": lambda x, y: x <= y, ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y, "==": lambda x, y: x == y, "!=": lambda x, y: x != y,
}  # fmt: skip


def conditions_can_change(c: Checking) -> None:
    """A condition that no data can make true, or false, is a slip."""
    ruleset = c.ruleset
    cards = [advice.when for advice in ruleset.advice.values()]
    cards += [cap.when for cap in ruleset.overall.caps]
    cards += [rule for rule, _ in ruleset.stages.choose] if ruleset.stages else []
    places = [(formula, Place(c)) for formula in cards]
    places += [
        (where, Place(c, c.sources[source]))
        for input in ruleset.inputs.values()
        for where, source in ([] if input.size else input.conditions.values())
        if source in c.sources
    ]
    wrong = {problem.path for problem in c.problems if problem.severity == "error"}
    places = [(formula, place) for formula, place in places if formula.path not in wrong]
    said = {formula.path for formula, place in places if _say(c, formula, place)}
    if ruleset.stages:
        _choices_reached(c, [rule for rule, _ in ruleset.stages.choose if rule.path not in said | wrong])


def _say(c: Checking, formula: Formula, place: Place) -> bool:
    if isinstance(formula.node, Unreadable):
        return False
    verdict = _constant(formula.node) or next(_verdicts(place, formula.node, formula.text), None)
    if verdict is not None:
        c.inside("RC416", formula, verdict[0], verdict[1], "correct the condition, or take it out", "warning")
    return verdict is not None


def _constant(node: Node) -> Verdict | None:
    if names(node) or any(isinstance(piece, Call) for piece in walk(node)):
        return None
    return node, "this does not depend on any data: it holds always, or never"


def _verdicts(place: Place, node: Node, text: str) -> Iterator[Verdict]:
    """What is wrong with the comparisons of a condition, and with those that `and` and `or` join."""
    yield from ((piece, "this does not depend on any data") for piece in fixed(node))
    for piece in walk(node):
        if isinstance(piece, Comparison | OneOf):
            if isinstance(piece, Comparison) and _same(piece.left, piece.right):
                yield piece, "both sides are the same, so it holds always, or never"
            yield from _impossible_texts(place, piece)
            # a piece by itself is an `and` of one
            items: tuple[Node, ...] = (piece,)
        elif isinstance(piece, Logic):
            items = piece.items
        else:
            continue
        operator = piece.operator if isinstance(piece, Logic) else "and"
        for look in (_levels, _bounds, _texts):
            words = look(place, operator, items, piece is node)
            if words is not None:
                yield piece, words
        if isinstance(piece, Logic) and (words := opposites(operator, items, text)) is not None:
            yield piece, words


def _same(left: Node, right: Node) -> bool:
    return type(left) is type(right) and show(left) == show(right)


# -- levels ----------------------------------------------------------------------------------------------------


def _levels(place: Place, logic: str, items: tuple[Node, ...], whole: bool) -> str | None:
    """Comparisons with levels that the bands never give, or always, or never together."""
    ruleset = place.c.ruleset
    held: dict[str, list[set[int]]] = {}
    for item in items:
        call, texts, operator = _level_comparison(item)
        if call is None:
            continue
        wanted = [place.c.ranks.get(text, -1) for text in texts]
        if min(wanted) >= 0:
            own = _own_levels(place.c, call)
            held.setdefault(call, []).append({rank for rank in own if _compares(rank, operator, wanted)})
    for call, sets in held.items():
        own = _own_levels(place.c, call)
        given = ", ".join(ruleset.levels[rank].id for rank in own)
        if not own or (len(items) > 1 and len(sets) == 1):
            continue
        if logic == "and" and not set.intersection(*sets):
            alone = "one level at a time" if all(sets) else given
            return f"this never holds: the bands of `{call}` give {alone}"
        every = set.union(*sets) if logic == "or" else set.intersection(*sets)
        # a list of all levels asks whether there is one
        if every == set(own) and not any(isinstance(item, OneOf) for item in items):
            return f"this always holds where `{call}` has a level: its bands give {given}"
    return None


def _own_levels(c: Checking, id: str) -> tuple[int, ...]:
    """The places of the levels that a metric, a group or the overall score can have; empty where one is not known."""
    if id not in c.levels:
        metric = c.ruleset.metrics.get(id)
        of_metric = metric.bands.all_bands() if metric is not None and metric.bands else ()
        bands = c.ruleset.overall.bands if id in (*c.ruleset.groups, OVERALL) else of_metric
        wrong = any(problem.path[:3] == ("metrics", id, "bands") for problem in c.problems)
        ranks = (-1,) if wrong else tuple(dict.fromkeys(c.ranks.get(band.level, -1) for band in bands))
        c.levels[id] = () if -1 in ranks else ranks
    return c.levels[id]


def _level_comparison(piece: Node) -> tuple[str | None, list[str], str]:
    if isinstance(piece, OneOf):
        return _level_of(piece.item), [str(option.value) for option in piece.options], "in"
    if isinstance(piece, Comparison):
        for side, other, operator in _both_ways(piece):
            if isinstance(other, Literal) and isinstance(other.value, str) and _level_of(side):
                return _level_of(side), [other.value], operator
    return None, [], ""


def _level_of(node: Node) -> str | None:
    if isinstance(node, Call) and node.function == "level" and node.arguments and isinstance(node.arguments[0], Name):
        return node.arguments[0].id
    return None


def _compares(rank: int, operator: str, wanted: list[int]) -> bool:
    return rank in wanted if operator == "in" else _TESTS[operator](rank, wanted[0])


# -- numbers ---------------------------------------------------------------------------------------------------


def _bounds(place: Place, logic: str, items: tuple[Node, ...], whole: bool) -> str | None:
    """`x < 1 and x > 2` never holds; `x < 2 or x > 1` always does where x has a value."""
    bounds: dict[str, list[tuple[str, float]]] = {}
    ends: dict[str, tuple[float | None, float | None]] = {}
    for item in items:
        for side, (name, operator, value) in _bound(item):
            bounds.setdefault(name, []).append((operator, value))
            ends[name] = place.ends(side)
    for name, parts in bounds.items():
        if len(items) > 1 and len(parts) == 1:
            continue
        low, high = ends[name]
        known = [(sign, end) for sign, end in ((">=", low), ("<=", high)) if end is not None]
        # without ends, one bound alone can be met and missed
        if len(parts) == 1 and not known:
            continue
        among = f"; it is {' and '.join(f'{sign} {end:.15g}' for sign, end in known)}" if known else ""
        if logic == "and" and not _satisfiable([*parts, *known]):
            return f"this never holds: no `{name}` fits{among}"
        opposite = [(_OPPOSITE[operator], value) for operator, value in parts]
        # a part that its ends make true is a guard, and not the whole of the condition
        if (logic == "or" or (len(parts) == 1 and whole)) and not _satisfiable([*opposite, *known]):
            return f"this always holds where `{name}` has a value{among}"
    return None


def _bound(node: Node) -> Iterator[tuple[Node, Bound]]:
    if not isinstance(node, Comparison):
        return
    for side, other, operator in _both_ways(node):
        number = constant(other)
        if number is not None and names(side):
            yield side, (show(side), operator, number)


def _both_ways(node: Comparison) -> tuple[tuple[Node, Node, str], tuple[Node, Node, str]]:
    return (node.left, node.right, node.operator), (node.right, node.left, _TURNED[node.operator])


def _satisfiable(parts: list[tuple[str, float]]) -> bool:
    """Whether some number fits all bounds: it is enough to try each bound, its neighbours and the gaps between."""
    edges = sorted({value for _, value in parts})
    tries = [edges[0] - 1, edges[-1] + 1, *edges]
    tries += [(left + right) / 2 for left, right in pairwise(edges)]
    return any(all(_TESTS[operator](number, value) for operator, value in parts) for number in tries)


def _choices_reached(c: Checking, rules: list[Formula]) -> None:
    """The first choice that holds is taken, so one that an earlier one covers is never reached."""
    taken: dict[str, list[tuple[str, float]]] = {}
    before: set[str] = set()
    for rule in rules:
        if show(rule.node) in before:
            c.inside("RC416", rule, rule.node, "this is never reached: an earlier choice is the same", "take one out",
                     "warning")  # fmt: skip
            return
        before.add(show(rule.node))
        items = rule.node.items if isinstance(rule.node, Logic) and rule.node.operator == "and" else (rule.node,)
        bounds = [bound for item in items for _, bound in _bound(item)]
        for name, operator, value in bounds:
            if name in taken and not _satisfiable([*taken[name], (operator, value)]):
                words = f"this is never reached: an earlier choice takes every such `{name}`"
                c.inside("RC416", rule, rule.node, words, "the first that holds counts, so the narrower comes first",
                         "warning")  # fmt: skip
                return
        if len(items) == 1:
            for name, operator, value in bounds:
                taken.setdefault(name, []).append((_OPPOSITE[operator], value))


# -- texts -----------------------------------------------------------------------------------------------------


def _impossible_texts(place: Place, piece: Comparison | OneOf) -> Iterator[Verdict]:
    """A text that its column does not have."""
    if isinstance(piece, OneOf):
        own = place.texts(piece.item)
        for option in piece.options:
            if own and option.value not in own:
                yield option, f"`{show(piece.item)}` is one of {', '.join(own)}"
        return
    for side, other, operator in _both_ways(piece):
        case = side.function if isinstance(side, Call) and side.function in ("lower", "upper") else None
        word = other.value if isinstance(other, Literal) else None
        if case and operator == "==" and isinstance(word, str) and word != getattr(word, case)():
            yield piece, f'this never holds: {case} gives no such letters as in "{word}"'
        own = place.texts(side)
        if own and operator in ("==", "!=") and isinstance(other, Literal) and other.value not in own:
            held = "never" if operator == "==" else "always"
            yield piece, f"this {held} holds: `{show(side)}` is one of {', '.join(own)}"


def _texts(place: Place, logic: str, items: tuple[Node, ...], whole: bool) -> str | None:
    """Two texts at once."""
    wanted: dict[str, set[str]] = {}
    for item in items:
        for node, texts in _text_comparison(item):
            if logic == "and" and len(items) > 1:
                name = show(node)
                wanted[name] = wanted.get(name, texts) & texts
                if not wanted[name]:
                    return f"this never holds: `{name}` is one text at a time"
    return None


def _text_comparison(item: Node) -> Iterable[tuple[Node, set[str]]]:
    if isinstance(item, OneOf) and _level_of(item.item) is None:
        texts = {option.value for option in item.options if isinstance(option.value, str)}
        return [(item.item, texts)] if len(texts) == len(item.options) else []
    if isinstance(item, Comparison) and item.operator == "==":
        return [(side, {other.value}) for side, other, _ in _both_ways(item)
                if isinstance(other, Literal) and isinstance(other.value, str) and isinstance(side, Name)]  # fmt: skip
    return []
