"""A checked ruleset to columns: metrics, levels, scores, stage, groups, overall score and advice.

What each column is called stands in `Columns`; users' names never become names of columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import narwhals as nw

from ..language.model import Formula, Metric, Profile, Ruleset, Template
from ..language.order import metric_order
from ..language.weighting import OVERALL, group_children, inner_first, overall_children, paths
from ..reasons import BANDS_CROSSED, LOW_COVERAGE, MISSING_INPUT
from .combining import Combined, combine
from .expressions import Compiler
from .judging import Judge, chain, cut_points, tolerance
from .values import Context, Value


@dataclass
class Columns:
    """Names of the columns of the finished frame, by the ids of the ruleset."""

    metrics: dict[str, str] = field(default_factory=dict)  # with _r reason, _l level, _s score, _t target …
    groups: dict[str, str] = field(default_factory=dict)  # score; with _r reason, _c coverage, _l level
    lost: dict[str, str] = field(default_factory=dict)  # points lost of a metric
    advice: dict[str, str] = field(default_factory=dict)  # whether it holds
    said: dict[str, Value] = field(default_factory=dict)  # values shown in texts, by formula
    sampled: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)


class Cards:
    """Compiles a ruleset over the frame of cards. `stage` forces one profile for all."""

    def __init__(self, ruleset: Ruleset, context: Context, params: Mapping[str, Value], stage: str | None) -> None:
        self.ruleset = ruleset
        self.context = context
        self.levels = {level.id: rank for rank, level in enumerate(ruleset.levels)}
        self.names: dict[str, Value] = dict(params)
        self.compiler = Compiler(context, self.names, self.levels)
        self.judge = Judge(ruleset, context, self.compiler)
        self.columns = Columns()
        self.profiles = self._profiles(stage)
        self._inputs()
        self._metrics()
        self._stage(stage)
        self._groups()
        self._overall()
        self._caps()
        self._points_lost()
        self._advice()

    def _profiles(self, stage: str | None) -> tuple[Profile, ...]:
        """The weightings that cards of this run may have; the last is that of cards without a stage."""
        stages = self.ruleset.stages
        if stages is None:
            return (self.ruleset.overall.profile,)
        if stage is not None:
            return (stages.profiles[stage],)
        return (*stages.profiles.values(), self.ruleset.overall.profile)

    def _inputs(self) -> None:
        for place, (name, input) in enumerate(self.ruleset.inputs.items()):
            column = f"i{place}"
            self.names[name] = Value(nw.col(column), input.type, ((column, nw.col(f"{column}_r")),), column=column)
        for place, name in enumerate(self.ruleset.entity):
            # an entity's column is a text that bands may go by
            self.names.setdefault(name, Value(nw.col(f"e{place}").cast(nw.String), "text"))

    # -- metrics ---------------------------------------------------------------------------------------------

    def _metrics(self) -> None:
        intervals: dict[str, tuple[Value | None, Value | None]] = {}
        order = metric_order(self.ruleset)
        for place, id in enumerate(order):
            name = self.columns.metrics[id] = f"m{place}"
            metric = self.ruleset.metrics[id]
            value = self.compiler.compile(metric.formula.node)
            value, *interval = self.judge.with_sample(metric, value)
            self.names[id] = self.context.keep(self.context.settle(value), name)
            self.context.judgements["value", id] = self.names[id]
            self.context.better[id] = metric.better
            intervals[id] = (interval[0], interval[1])
        # only now, since a cut point or target may speak of any metric
        for id in order:
            self._judge(self.ruleset.metrics[id], self.columns.metrics[id], self.names[id], *intervals[id])

    def _judge(self, metric: Metric, name: str, value: Value, low: Value | None, high: Value | None) -> None:
        c, judgements = self.context, self.context.judgements
        target = self.judge.target(metric)
        if target is not None:
            self.columns.targets.add(metric.id)
            judgements["target", metric.id] = c.keep(target, f"{name}_t")
        scope = Compiler(c, {**self.names, **({"target": target} if target else {})}, self.levels)
        reason, depth = value.reason, value.depth
        level = score = None
        if metric.judged:
            banded = self.judge.band(metric, value, scope)
            band, depth = c.store(f"{name}_b", banded.expr, banded.depth), banded.depth + 1
            level, reason = self.judge.level(metric, band), nw.coalesce(value.reason, banded.reason)
            if metric.score.kind == "levels":
                score = self.judge.band_score(metric, band)
        if metric.scored and metric.score.kind == "points":
            points = self.judge.continuous(metric, value, scope)
            why = c.reason(points)
            score, reason = points.expr, nw.coalesce(reason, why)
            depth = max(depth, points.depth)
            # score points out of order leave no level either
            level = None if level is None else nw.when(why.is_null()).then(level)
        elif metric.scored and metric.score.kind == "relative":
            score = self.judge.relative(metric, value)
        if score is not None and metric.judged:
            # bands out of order, or without their category, leave no score of any kind
            score = nw.when(banded.reason.is_null()).then(score)
        if level is not None:
            level = c.store(f"{name}_l", level, depth)
        if score is not None:
            if metric.undefined is not None:
                score = nw.when(value.expr.is_null()).then(nw.lit(metric.undefined)).otherwise(score)
            if c.gaps:
                score = nw.when(nw.col("here")).then(score)
            stored = c.store(f"{name}_s", score, depth)
        status = c.store(f"{name}_q", reason, depth)
        if level is not None:
            judgements["level", metric.id] = c.known_or(
                level, [c.at_depth(depth + 1)], nw.coalesce(status, c.code(BANDS_CROSSED)), type="level"
            )
        if score is not None:
            judgements["score", metric.id] = c.known_or(
                stored, [c.at_depth(depth + 1)], nw.coalesce(status, c.code(MISSING_INPUT))
            )
        if low is not None and high is not None:
            self._certain(metric, name, value, low, high, scope)

    def _certain(self, metric: Metric, name: str, value: Value, low: Value, high: Value, scope: Compiler) -> None:
        c = self.context
        self.columns.sampled.add(metric.id)
        c.keep(low, f"{name}_lo")
        c.keep(high, f"{name}_hi")
        if not metric.judged:
            return
        ends = [self.judge.band(metric, end, scope) for end in (low, high, value)]
        depth = max(end.depth for end in ends)
        # by level and not by band, since two bands may have one level
        levels = [self.judge.level(metric, c.store(c.new_name(), end.expr, depth)) for end in ends]
        depth += 1
        same = (levels[0] == levels[1]) & (levels[1] == levels[2])
        reason = nw.coalesce(value.reason, low.reason, c.code(BANDS_CROSSED))
        self.context.judgements["certain", metric.id] = c.keep(
            c.known_or(same, [c.at_depth(depth)], reason, type="flag"), f"{name}_c"
        )

    # -- weights ---------------------------------------------------------------------------------------------

    def _stage(self, forced: str | None) -> None:
        """The column `stage`: the place of the card's profile, null without one."""
        stages, c = self.ruleset.stages, self.context
        places = {profile.id: place for place, profile in enumerate(self.profiles)}
        depth = 0
        if stages is None or forced is not None:
            result = nw.lit(None if stages is None else 0, nw.Int8)
        else:
            result = nw.lit(places.get(stages.default or "-"), nw.Int8)
            if stages.choose_from is not None:
                category = self.names[stages.choose_from]
                for name in stages.profiles:
                    result = nw.when(category.expr == name).then(nw.lit(places[name], nw.Int8)).otherwise(result)
            for rule, name in reversed(stages.choose):
                held = c.keep(c.settle(self.compiler.compile(rule.node)))
                depth = max(depth, held.depth)
                result = nw.when(held.expr).then(nw.lit(places[name], nw.Int8)).otherwise(result)
        self.stage = c.store("stage", result, depth)
        self.stage_depth = depth + 1

    def _columns_of(self, id: str, is_group: bool) -> tuple[nw.Expr, nw.Expr | None]:
        if is_group:
            name = self.columns.groups[id]
            return nw.col(name), nw.col(f"{name}_c")
        return nw.col(f"{self.columns.metrics[id]}_s"), None

    def _groups(self) -> None:
        c = self.context
        # scores of metrics may come from any layer so far
        depth = len(c.layers)
        for place, group in enumerate(inner_first(self.ruleset)):
            name = f"g{place}"
            self.columns.groups[group.id] = name
            children = [
                (child.weight, *self._columns_of(child.id, child.is_group))
                for child in group_children(self.ruleset, group)
            ]
            combined = combine(c, group.combine, children, group.min_coverage)
            score = self._node(name, combined, depth)
            c.store(f"{name}_l", self._level_of(score), depth + 1)
            depth += 1 if any(group.id in dict(g.groups) for g in self.ruleset.groups.values()) else 0

    def _node(self, name: str, combined: Combined, depth: int) -> nw.Expr:
        c = self.context
        score = c.store(name, combined.score, depth)
        c.store(f"{name}_c", combined.coverage, depth)
        c.store(f"{name}_w", combined.available, depth)
        c.store(f"{name}_r", c.when(score.is_null(), c.code(LOW_COVERAGE)), depth + 1)
        return score

    def _level_of(self, score: nw.Expr) -> nw.Expr:
        """The level of a group's or the overall score, by the overall's bands."""
        bands = self.ruleset.overall.bands
        cuts = cut_points(self.context, self.compiler, bands)
        ranks = [nw.lit(self.levels[band.level], nw.Int8) for band in bands]
        return chain(score, bands, cuts.points, ranks)

    def _overall(self) -> None:
        """The overall score of each card, by the weighting of its stage."""
        c, overall = self.context, self.ruleset.overall
        depth = len(c.layers)
        by_profile = [
            combine(
                c,
                overall.combine,
                [
                    (child.weight, *self._columns_of(child.id, child.is_group))
                    for child in overall_children(self.ruleset, profile)
                ],
                overall.min_coverage,
            )
            for profile in self.profiles
        ]
        self._node("o", Combined(*(self._by_stage([getattr(one, part) for one in by_profile])
                                   for part in ("score", "coverage", "available"))), depth)  # fmt: skip

    def _by_stage(self, outcomes: list[nw.Expr]) -> nw.Expr:
        """The outcome of the card's profile; the last is that of cards without a stage."""
        result = outcomes[-1]
        for place in range(len(outcomes) - 2, -1, -1):
            result = nw.when(self.stage == place).then(outcomes[place]).otherwise(result)
        return result

    def _caps(self) -> None:
        """Columns `score` and `level` after caps, and `cap`, the place of the one that counts."""
        c, caps = self.context, self.ruleset.overall.caps
        depth = len(c.layers)
        self._judge_nodes(depth)
        raw = nw.col("o")
        score, which = raw, nw.lit(None, nw.Int8)
        for place, cap in sorted(enumerate(caps), key=lambda pair: -pair[1].at_most):
            held = c.keep(c.settle(self.compiler.compile(cap.when.node)))
            depth = max(depth, held.depth)
            over = held.expr & (raw > cap.at_most + tolerance(cap.at_most))
            score = nw.when(over).then(nw.lit(cap.at_most)).otherwise(score)
            which = nw.when(over).then(nw.lit(place, nw.Int8)).otherwise(which)
        stored = c.store("score", score, depth)
        c.store("cap", which, depth)
        level = c.store("level", self._level_of(stored), depth + 1)
        reason = nw.coalesce(nw.col("o_r"), c.code(LOW_COVERAGE))
        c.judgements["score", OVERALL] = c.known_or(stored, [c.at_depth(depth + 1)], reason)
        c.judgements["level", OVERALL] = c.known_or(level, [c.at_depth(depth + 2)], reason, type="level")

    def _judge_nodes(self, depth: int) -> None:
        c = self.context
        for id, name in self.columns.groups.items():
            reason = nw.coalesce(nw.col(f"{name}_r"), c.code(LOW_COVERAGE))
            c.judgements["score", id] = c.known_or(nw.col(name), [c.at_depth(depth)], reason)
            c.judgements["level", id] = c.known_or(nw.col(f"{name}_l"), [c.at_depth(depth)], reason, type="level")

    def _points_lost(self) -> None:
        """Weights renormalised over what is available, times what the score falls short of 100."""
        c = self.context
        depth = len(c.layers)
        ways = [paths(self.ruleset, profile) for profile in self.profiles]
        for id, name in self.columns.metrics.items():
            if not self.ruleset.metrics[id].scored:
                continue
            outcomes = []
            for way in ways:
                lost = 100 - nw.col(f"{name}_s")
                for node, weight in way.get(id, ()):
                    column = "o" if node == OVERALL else self.columns.groups[node]
                    # a node without a score takes the points of all beneath it along
                    lost = nw.when(~nw.col(column).is_null()).then(lost * weight / nw.col(f"{column}_w"))
                outcomes.append(lost if id in way else nw.lit(None, nw.Float64))
            self.columns.lost[id] = f"{name}_p"
            c.store(f"{name}_p", self._by_stage(outcomes), depth)

    # -- advice ----------------------------------------------------------------------------------------------

    def _advice(self) -> None:
        for place, advice in enumerate(self.ruleset.advice.values()):
            name = f"a{place}"
            self.columns.advice[advice.id] = name
            held = self.context.settle(self.compiler.compile(advice.when.node))
            self.context.store(name, nw.when(held.expr).then(nw.lit(True)).otherwise(nw.lit(False)), held.depth)
        for template in [template for one in self.ruleset.advice.values() for template in (one.title, one.text)]:
            self._say(template)
        for cap in self.ruleset.overall.caps:
            self._say(cap.because)

    def _say(self, template: Template) -> None:
        """Keep what a text shows, once for all languages and texts that show it."""
        for formula in (part for _, parts in template for part in parts if isinstance(part, Formula)):
            key = formula.text.strip()
            if key not in self.columns.said and not (key in CARD_WORDS and key not in self.names):
                value = self.compiler.compile(formula.node)
                self.columns.said[key] = self.context.keep(self.context.settle(value))


# Words of a card that texts may show beside formulas.
CARD_WORDS = frozenset({"entity", "period", "stage", "score"})
