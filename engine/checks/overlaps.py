"""Style: no number counts twice in one weighting, as itself, turned round, or inside a product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..formulas.formula import Arithmetic, Literal, Name, Negative, Node
from ..language.model import Metric, Ruleset
from ..language.weighting import effective_weights
from .checking import Checking
from .fingerprints import DIGITS, Fingerprints, Values

# Pieces of one product; squares of squares of metrics would have more than anybody could read.
_MOST = 200


def nothing_counts_twice(c: Checking) -> None:
    """Metrics that are each other's complement or the same, and a product beside one that it holds."""
    # of formulas that are wrong nobody knows what they are
    if c.unread or any(problem.severity == "error" for problem in c.problems):
        return
    pairs = list(_pairs(c.ruleset))
    if not pairs:
        return
    counted = _weightings(c.ruleset)
    told: set[str] = set()
    for one, other, words in pairs:
        where = [stage for stage, weights in counted.items() if weights.get(one, 0) > 0 and weights.get(other, 0) > 0]
        if not where or other in told or not c.ruleset.origin.is_of_last(("metrics", other)):
            continue
        told.add(other)
        stages = ", ".join(f"`{stage}`" for stage in where[:3] if stage) + (" …" if len(where) > 3 else "")
        inside = f" in {stages}" if stages else ""
        formula = c.ruleset.metrics[other].formula
        hint = f"keep one of them, or watch one: `score: none` or a weight of 0 for `{other}`"
        c.inside("RC902", formula, formula.node, f"{words}, and both count{inside}", hint, "warning")


def _weightings(ruleset: Ruleset) -> dict[str, Mapping[str, float]]:
    """By stage, how much each metric counts; by "" where there are no stages."""
    found: dict[str, Mapping[str, float]] = {}
    if ruleset.stages is None or ruleset.stages.default is None:
        # a card for which no stage is chosen takes the overall weights
        found[""] = effective_weights(ruleset, ruleset.overall.profile)
    if ruleset.stages is not None:
        found |= {id: effective_weights(ruleset, profile) for id, profile in ruleset.stages.profiles.items()}
    return found


def _pairs(ruleset: Ruleset) -> Iterator[tuple[str, str, str]]:
    """Two scored metrics of which the second says what the first does, and in what way."""
    values = Fingerprints(ruleset)
    scored = [metric for metric in ruleset.metrics.values() if metric.scored]
    lines: dict[object, str] = {}
    for metric in scored:
        found = values.of(metric.id)
        shape = _line(found)
        # a rank among others asks something else of the same number
        key = None if shape is None else (shape, metric.score.kind == "relative")
        if key in lines:
            first = lines[key]
            yield first, metric.id, _relation(metric.id, found, first, values.of(first))
        elif key is not None:
            lines[key] = metric.id
    yield from _held(scored, values)


def _line(values: Values) -> tuple[float, ...] | None:
    """What all `a + b * values` have in common; None where they never differ."""
    first, second, *rest = values
    if _constant(values):
        return None
    return tuple(round((value - first) / (second - first), DIGITS) for value in rest)


def _relation(id: str, values: Values, first: str, others: Values) -> str:
    slope = (values[1] - values[0]) / (others[1] - others[0])
    start = values[0] - slope * others[0]
    if abs(slope + 1) < 1e-9 and abs(start - 1) < 1e-9:
        return f"`{id}` is 1 - `{first}`"
    if abs(slope - 1) < 1e-9 and abs(start) < 1e-9:
        return f"`{id}` is the same as `{first}`"
    return f"`{id}` says the same as `{first}`{' turned round' if slope < 0 else ''}"


def _constant(values: Values) -> bool:
    return max(values) - min(values) < 1e-9 or abs(values[1] - values[0]) < 1e-9


# -- products --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Product:
    """Factors above and below the line, each known by its values whatever it is multiplied by."""

    above: Counter[object]
    below: Counter[object]

    def holds(self, other: _Product) -> bool:
        """Whether the other's factors are among these, beside another one above the line."""
        return other.above < self.above and other.below <= self.below


def _held(scored: list[Metric], values: Fingerprints) -> Iterator[tuple[str, str, str]]:
    """Products, and the metrics among their factors."""
    whole: dict[object, str] = {}
    for metric in scored:
        whole.setdefault(_scale(values.of(metric.id)), metric.id)
    inner = {metric.id: _product(metric.formula.node, values, inner=True) for metric in scored}
    ratios: dict[object, list[str]] = {}
    for id, product in inner.items():
        if product.above and product.below:
            ratios.setdefault(next(iter(product.above)), []).append(id)
    for metric in scored:
        own = _product(metric.formula.node, values)
        found = []
        for factor in own.above if own.above.total() > 1 else ():
            held = whole.get(factor)
            # orders in `orders * 1000 * weight / visits` are the volume that a ratio takes out
            if held is not None and (not own.below or inner[held].below):
                found.append(held)
        for factor in inner[metric.id].above:
            found += [id for id in ratios.get(factor, ()) if inner[metric.id].holds(inner[id])]
        for held in dict.fromkeys(id for id in found if id != metric.id):
            yield held, metric.id, f"`{metric.id}` is a product that holds `{held}`"


def _product(node: Node, values: Fingerprints, inner: bool = False) -> _Product:
    """The factors of a formula as they are written; `inner` are those of the metrics that it names, too."""
    above: Counter[object] = Counter()
    below: Counter[object] = Counter()
    waiting = [(node, True)]
    pieces = 0
    while waiting:
        piece, up = waiting.pop()
        pieces += 1
        if isinstance(piece, Negative):
            waiting.append((piece.item, up))
        elif isinstance(piece, Arithmetic) and piece.operator in "*/":
            waiting += [(piece.left, up), (piece.right, up == (piece.operator == "*"))]
        elif inner and isinstance(piece, Name) and piece.id in values.metrics and pieces < _MOST:
            waiting.append((values.metrics[piece.id].formula.node, up))
        elif not isinstance(piece, Literal) and not _constant(found := values.of_node(piece)):
            (above if up else below)[_scale(found)] += 1
    return _Product(above, below)


def _scale(values: Values) -> tuple[float, ...]:
    """What all multiples of the values have in common."""
    return tuple(round(value / values[0], DIGITS) if values[0] else value for value in values)
