"""Checks of advice, and of conditions that never hold or always do."""

from __future__ import annotations

from ..formula import Call, Comparison, Literal, Logic, Name, Node, OneOf, names, show, walk
from ..model import Formula
from ..reading import Unreadable
from .checking import Checking


def advice_holds(c: Checking) -> None:
    """Conditions and texts can be read; metrics, stages and actions exist."""
    ruleset = c.ruleset
    stages = ruleset.stages.profiles if ruleset.stages else {}
    for advice in ruleset.advice.values():
        c.condition(advice.when, "card")
        c.template(advice.title)
        c.template(advice.text)
        data = ruleset.origin.data["advice"][advice.id]
        for index, name in enumerate(data.get("metrics") or ()):
            if name not in ruleset.metrics:
                c.unknown("RC409", "metric", name, ruleset.metrics, (*advice.path, "metrics", index))
        for index, name in enumerate(advice.stages):
            if name not in stages:
                c.unknown("RC412", "stage", name, stages, (*advice.path, "stages", index))
        for index, action in enumerate(advice.actions):
            if isinstance(action, str):
                c.used.add(f"action {action}")
                if action not in ruleset.actions:
                    c.unknown("RC415", "action", action, ruleset.actions, (*advice.path, "actions", index))


def conditions_can_change(c: Checking) -> None:
    """A condition that no data can make true, or false, is a slip."""
    ruleset = c.ruleset
    formulas = [advice.when for advice in ruleset.advice.values()]
    formulas += [cap.when for cap in ruleset.overall.caps]
    formulas += [rule for rule, _ in ruleset.stages.choose] if ruleset.stages else []
    for formula in formulas:
        if isinstance(formula.node, Unreadable):
            continue
        verdict = _constant(formula.node) or _impossible_level(c, formula) or _contradiction(formula.node)
        if verdict is not None:
            node, words = verdict
            c.inside("RC416", formula, node, words, "correct the condition, or take it out", "warning")


def _constant(node: Node) -> tuple[Node, str] | None:
    if names(node) or any(isinstance(piece, Call) for piece in walk(node)):
        return None
    return node, "this does not depend on any data: it holds always, or never"


def _impossible_level(c: Checking, formula: Formula) -> tuple[Node, str] | None:
    """A comparison with levels that the bands of the metric never give, or always."""
    for piece in walk(formula.node):
        if isinstance(piece, Comparison | OneOf):
            call, texts, operator = _level_comparison(piece)
            metric = c.ruleset.metrics.get(call) if call else None
            if metric is None or metric.bands is None or any(c.ruleset.rank(text) < 0 for text in texts):
                continue
            own = {c.ruleset.rank(band.level) for band in metric.bands.all_bands()}
            wanted = [c.ruleset.rank(text) for text in texts]
            held = {rank for rank in own if _compares(rank, operator, wanted)}
            given = ", ".join(dict.fromkeys(band.level for band in metric.bands.all_bands()))
            if not held:
                return piece, f"this never holds: the bands of `{call}` give {given}"
            if held == own and operator != "in":
                return piece, f"this always holds where `{call}` has a level: its bands give {given}"
    return None


def _level_comparison(piece: Comparison | OneOf) -> tuple[str | None, list[str], str]:
    if isinstance(piece, OneOf):
        return _level_of(piece.item), [str(option.value) for option in piece.options], "in"
    for side, other, operator in (
        (piece.left, piece.right, piece.operator),
        (piece.right, piece.left, {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(piece.operator, piece.operator)),
    ):
        if isinstance(other, Literal) and isinstance(other.value, str) and _level_of(side):
            return _level_of(side), [other.value], operator
    return None, [], ""


def _level_of(node: Node) -> str | None:
    if isinstance(node, Call) and node.function == "level" and node.arguments and isinstance(node.arguments[0], Name):
        return node.arguments[0].id
    return None


def _compares(rank: int, operator: str, wanted: list[int]) -> bool:
    match operator:
        case "in":
            return rank in wanted
        case "==":
            return rank == wanted[0]
        case "!=":
            return rank != wanted[0]
        case "<":
            return rank < wanted[0]
        case "<=":
            return rank <= wanted[0]
        case ">":
            return rank > wanted[0]
    return rank >= wanted[0]


def _contradiction(node: Node) -> tuple[Node, str] | None:
    """`x < 1 and x > 2` never holds; `x < 2 or x > 1` always does where x has a value."""
    for piece in walk(node):
        if not isinstance(piece, Logic):
            continue
        bounds: dict[str, list[tuple[str, float]]] = {}
        for item in piece.items:
            found = _bound(item)
            if found is not None:
                bounds.setdefault(found[0], []).append(found[1:])
        for name, parts in bounds.items():
            if len(parts) > 1 and piece.operator == "and" and not _satisfiable(parts):
                return piece, f"this never holds: no `{name}` fits all its bounds"
            opposite = [(_OPPOSITE[operator], value) for operator, value in parts]
            if len(parts) > 1 and piece.operator == "or" and not _satisfiable(opposite):
                return piece, f"this always holds where `{name}` has a value"
    return None


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _bound(node: Node) -> tuple[str, str, float] | None:
    if not isinstance(node, Comparison):
        return None
    for side, other, operator in (
        (node.left, node.right, node.operator),
        (node.right, node.left, _TURNED[node.operator]),
    ):
        if isinstance(other, Literal) and isinstance(other.value, float) and not isinstance(side, Literal):
            return show(side), operator, other.value
    return None


def _satisfiable(parts: list[tuple[str, float]]) -> bool:
    """Whether some number fits all bounds: it is enough to try each bound, its neighbours and the gaps between."""
    edges = sorted({value for _, value in parts})
    tries = [edges[0] - 1, edges[-1] + 1, *edges]
    tries += [(left + right) / 2 for left, right in zip(edges, edges[1:], strict=False)]
    tests = {
        "<": lambda x, y: x < y, "<=": lambda x, y: x <= y, ">": lambda x, y: x > y,
        ">=": lambda x, y: x >= y, "==": lambda x, y: x == y, "!=": lambda x, y: x != y,
    }  # fmt: skip
    return any(all(tests[operator](number, value) for operator, value in parts) for number in tries)
