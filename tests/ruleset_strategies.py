"""Hypothesis strategies for the parts of a ruleset: bands, scores, group trees, stages, caps, advice."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .reference.tree import weights_of

Spec = dict[str, Any]

LEVELS = ["critical", "poor", "fair", "good", "excellent"]
EDGES = [-2.0, -0.25, 0.0, 0.01, 0.03, 0.3, 0.5, 1.0, 12.5, 100.0, 1e6, 1e-9]
OWN_LEVELS = {"red": {"score": 0}, "amber": {"score": 35.5}, "green": {"score": 35.5}, "blue": {"score": 90}}

# --- bands ---------------------------------------------------------------------------------------


def cut_points(edge: float) -> SearchStrategy[Any]:
    """A cut point as a number or as a percentage."""
    percent = edge * 100
    forms: list[Any] = [edge]
    if 1 <= abs(percent) <= 1000 and percent == round(percent):
        forms.append(f"{round(percent)}%")
    return st.sampled_from(forms)


@st.composite
def band_lists(draw: st.DrawFn, better: str, levels: list[str], formulas: bool = False) -> list[Spec]:
    """Bands whose levels agree with `better`; the cut points may be formulas over the param p and the target."""
    count = draw(st.integers(2, min(5, len(levels))))
    picked = sorted(draw(st.permutations(levels))[:count], key=levels.index)
    if better == "lower":
        picked.reverse()
    if better == "target":
        picked = [*picked, *reversed(picked[:-1])]
    edges = sorted(draw(st.permutations(EDGES))[: len(picked) - 1])
    cuts = [draw(cut_points(edge)) for edge in edges]
    if formulas:
        texts = ["target * 0.9", "target", "target + p", "p", "p / 2", "p * target", "target / (p - 1)"]
        cuts = [draw(st.sampled_from(texts)) for _ in edges]
    bands: list[Spec] = []
    for level, cut in zip(picked, cuts, strict=False):
        bands.append({"level": level, draw(st.sampled_from(["below", "upto"])): cut})
    bands.append({"level": picked[-1]})
    for band in bands:
        if draw(st.integers(0, 5)) == 0:
            band["score"] = draw(st.sampled_from([0, 12.5, 66, 100]))
    return bands


@st.composite
def banded_metrics(draw: st.DrawFn, formula: str, levels: list[str]) -> Spec:
    """A metric over one formula with bands of any form."""
    better = draw(st.sampled_from(["higher", "lower", "target"]))
    form = draw(st.sampled_from(["plain", "plain", "formulas", "by", "by without otherwise", "by entity"]))
    spec: Spec = {"formula": formula, "better": better}
    if form == "formulas":
        spec["target"] = draw(st.sampled_from([4, "50%", "p", "goal", "p * 2", -1]))
    if form.startswith("by"):
        categories = ["e0", "e3"] if form == "by entity" else ["small", "大"]
        spec["bands"] = {"by": "who" if form == "by entity" else "size"}
        spec["bands"] |= {name: draw(band_lists(better, levels)) for name in categories}
        if form != "by without otherwise":
            spec["bands"]["otherwise"] = draw(band_lists(better, levels))
    else:
        spec["bands"] = draw(band_lists(better, levels, formulas=form == "formulas"))
    spec["undefined"] = draw(st.sampled_from(["skip", "worst", 40]))
    return spec


# --- scores --------------------------------------------------------------------------------------


@st.composite
def scored_metrics(draw: st.DrawFn, formula: str) -> Spec:
    """A metric over one formula with a continuous or relative score, with or without bands."""
    kinds = ["points", "from", "goal", "best", "relative", "relative", "crossed", "none", "neutral"]
    kind = draw(st.sampled_from(kinds))
    better = draw(st.sampled_from(["higher", "lower"]))
    edges = sorted(draw(st.permutations(EDGES))[:4])
    a, b, c, d = (draw(cut_points(edge)) for edge in edges)
    low, high = (a, c) if better == "higher" else (c, a)
    spec: Spec = {"formula": formula, "better": better}
    match kind:
        case "points":
            scores = sorted(draw(st.lists(st.integers(0, 100), min_size=4, max_size=4)), reverse=better == "lower")
            spec["score"] = {"points": [list(pair) for pair in zip((a, b, c, d), scores, strict=True)]}
        case "from" | "none" | "neutral":
            spec["score"] = {"from": low, "to": high}
        case "goal":
            spec["score"] = {"goal": high, "red_flag": low}
        case "best":
            spec |= {"better": "target", "score": {"best": [b, c], "zero": [a, d]}}
        case "relative":
            spec["score"] = {"relative": draw(st.sampled_from(["percentile", "minmax", "zscore"])), "within": "period"}
        case "crossed":
            ends = ["p", "p * 2", "goal", "goal - p"]
            spec["score"] = {"from": draw(st.sampled_from(ends)), "to": draw(st.sampled_from(ends))}
    if kind == "neutral":
        spec["better"] = "neutral"
    elif spec["better"] != "target" and draw(st.booleans()):
        spec["bands"] = draw(band_lists(better, LEVELS))
    if kind == "none":
        spec["score"] = "none"
    spec["undefined"] = draw(st.sampled_from(["skip", "worst", 40.5]))
    return spec


# --- groups, stages, overall ---------------------------------------------------------------------

WEIGHTS = st.sampled_from([1, 1, 2, 3, 0.5, 20, 0])
COMBINE = st.sampled_from(["mean", "mean", "mean", "geometric", "harmonic", "worst"])
COVERAGE = st.sampled_from(["50%", 0.5, 0, "100%", 0.75, "30%"])


@st.composite
def weights_over(draw: st.DrawFn, names: list[str]) -> Any:
    """A map of weights that are not all zero, or a plain list."""
    if draw(st.integers(0, 3)) == 0:
        return names
    weights = {name: draw(WEIGHTS) for name in names}
    return weights if any(weights.values()) else names


@st.composite
def group_trees(draw: st.DrawFn, metrics: list[str]) -> Spec:
    """Groups over some of the metrics, one inside another at times; each group holds a metric of its own."""
    shuffled = draw(st.permutations(metrics))
    count = draw(st.integers(0, min(3, len(metrics))))
    members = [[name] for name in shuffled[:count]]
    for name in shuffled[count:]:
        place = draw(st.integers(0, count))
        if place < count:
            members[place].append(name)
    groups: Spec = {}
    for i, names in enumerate(members):
        group: Spec = {"metrics": draw(weights_over(names))}
        group |= draw(st.fixed_dictionaries({}, optional={"combine": COMBINE, "min_coverage": COVERAGE}))
        if i > 0 and draw(st.integers(0, 2)) == 0:
            group["groups"] = {f"g{i - 1}": draw(st.sampled_from([1, 2, 0.5]))}
        groups[f"g{i}"] = group
    return groups


def children_of_all(metrics: list[str], groups: Spec) -> list[str]:
    """What stands right under the overall score."""
    nested = {name for group in groups.values() for name in group.get("groups", {})}
    grouped = {name for group in groups.values() for name in weights_of(group["metrics"])}
    return [*(name for name in groups if name not in nested), *(name for name in metrics if name not in grouped)]


@st.composite
def weightings(draw: st.DrawFn, metrics: list[str], groups: Spec) -> Spec:
    """`weights` and `rest` over the children of the overall score, or over all metrics."""
    over = draw(st.sampled_from([children_of_all(metrics, groups)] * 3 + [metrics]))
    named = over if draw(st.booleans()) else over[: max(1, len(over) // 2)]
    weights = {name: draw(WEIGHTS) for name in named}
    weights[named[0]] = weights[named[0]] or 1
    if len(named) == len(over):
        return {"weights": weights}
    return {"weights": weights, "rest": draw(st.sampled_from([0, 1, 30, 0.5]))}


@st.composite
def wholes(draw: st.DrawFn, metrics: list[str], conditions: SearchStrategy[str]) -> Spec:
    """Groups, stages, overall and advice over scored metrics."""
    groups = draw(group_trees(metrics))
    document: Spec = {"groups": groups} if groups else {}
    overall = draw(st.fixed_dictionaries({}, optional={"combine": COMBINE, "min_coverage": COVERAGE}))
    if draw(st.booleans()):
        overall |= draw(weightings(metrics, groups))
    if draw(st.booleans()):
        overall["bands"] = [{"level": "poor", "below": 40}, {"level": "fair", "upto": "6000%"}, {"level": "good"}]
    at_most = st.sampled_from([0, 20, 59, 59.5, 80])
    caps = st.lists(st.fixed_dictionaries({"when": conditions, "at_most": at_most}), max_size=3)
    overall |= {"caps": found} if (found := draw(caps)) else {}
    if overall:
        document["overall"] = overall
    names = draw(st.sampled_from([[], ["early"], ["early", "late", "last"]]))
    if names:
        choice = st.fixed_dictionaries({"when": conditions, "stage": st.sampled_from(names)})
        document["stages"] = {"profiles": {name: draw(weightings(metrics, groups)) for name in names}}
        document["stages"]["choose"] = draw(st.lists(choice, min_size=1, max_size=3))
        if draw(st.booleans()):
            document["stages"]["default"] = names[-1]
    advice = {f"a{i}": draw(advice_over(metrics, names, conditions)) for i in range(draw(st.integers(1, 6)))}
    return document | {"advice": advice}


@st.composite
def advice_over(draw: st.DrawFn, metrics: list[str], stages: list[str], conditions: SearchStrategy[str]) -> Spec:
    """One piece of advice."""
    advice: Spec = {"when": draw(conditions), "text": "-"}
    optional: dict[Any, Any] = {"severity": st.sampled_from(["critical", "warning", "info", "praise"])}
    optional["metrics"] = st.lists(st.sampled_from(metrics), min_size=1, max_size=3, unique=True)
    if stages:
        optional["stages"] = st.lists(st.sampled_from(stages), min_size=1, unique=True)
    return advice | draw(st.fixed_dictionaries({}, optional=optional))
