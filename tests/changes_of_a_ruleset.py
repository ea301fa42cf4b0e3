"""A ruleset, and edits of its text with the changes that each must be told as."""

from __future__ import annotations

from typing import Any

BASE = """\
ruleset: shop-health
version: 1.0.0
title: {zh: 店铺健康度, en: Shop health}
entity: shop
period: month
sources:
  log:
    columns: {shop: text, date: date, orders: {type: integer, min: 0}, visits: integer, size: text}
  visits_log:
    columns: {shop: text, date: date, seen: integer}
inputs:
  orders: {from: log, formula: sum(orders)}
  visits: {from: log, formula: sum(visits), where: visits > least_visits}
  seen: {from: visits_log, formula: sum(seen), default: 0}
  size: {from: log, formula: last(size), type: text}
params:
  goal: {value: 3%, unit: percent}
  unused_by_scores: {value: 5}
  least_visits: {value: 0}
metrics:
  conversion:
    title: {zh: 转化率, en: Conversion}
    formula: orders / visits
    unit: percent
    better: higher
    target: goal
    bands:
      - {level: poor, below: 1%}
      - {level: fair, below: target}
      - {level: good}
  reach:
    formula: visits / (seen + 1)
    better: higher
    score: {from: 0, to: 50%}
  traffic: {formula: visits + seen, better: neutral}
  growth_of_visits: {formula: growth(visits), better: higher, score: {from: 0, to: 1}}
groups:
  funnel: {title: {zh: 漏斗, en: Funnel}, metrics: {conversion: 30, reach: 70}}
stages:
  choose:
    - {when: visits < 1000, stage: small}
    - {when: visits < 5000, stage: middle}
  default: large
  profiles:
    small: {weights: {funnel: 60, growth_of_visits: 40}}
    middle: {weights: {funnel: 50, growth_of_visits: 50}}
    large: {title: {zh: 大店, en: Large}, weights: {funnel: 80}, rest: 20}
overall:
  caps:
    - {when: level(conversion) == "poor", at_most: 59, because: Too few buy.}
actions:
  call: Call the owner
advice:
  fix_funnel:
    when: level(conversion) == "poor"
    title: {zh: 先看漏斗, en: Look at the funnel}
    text: Conversion is {conversion}.
    actions: [call]
  few: {when: orders < unused_by_scores, severity: info, text: Few orders.}
suppress:
  - {code: RC901, at: metrics.reach, reason: chosen, until: 2099-01-01}
"""

# kind, effect, path, old, new
Told = list[tuple[str, str, str, Any, Any]]
CONVERSION = "metrics.conversion"
CHANGES: dict[str, tuple[list[tuple[str, str]], Told]] = {
    "a cut point": (
        [("below: 1%", "below: 2%")],
        [("changed", "score", f"{CONVERSION}.bands.poor", {"below": 0.01}, {"below": 0.02})],
    ),
    "a cut point that belongs to the band": (
        [("below: 1%", "upto: 1%")],
        [("changed", "score", f"{CONVERSION}.bands.poor", {"below": 0.01}, {"upto": 0.01})],
    ),
    "a band more": (
        [("- {level: poor, below: 1%}", "- {level: critical, below: 0}\n      - {level: poor, below: 1%}")],
        [("added", "score", f"{CONVERSION}.bands.critical", None, {"below": 0.0})],
    ),
    "a band's own score": (
        [("{level: good}", "{level: good, score: 90}")],
        [("changed", "score", f"{CONVERSION}.bands.good", {}, {"score": 90.0})],
    ),
    "a formula": (
        [("formula: orders / visits", "formula: orders / greatest(visits, 1)")],
        [("changed", "score", f"{CONVERSION}.formula", "orders / visits", "orders / greatest(visits, 1)")],
    ),
    "the direction, and levels with it": (
        [("better: higher\n    score: {from: 0, to: 50%}", "better: lower\n    score: {from: 50%, to: 0}")],
        [
            ("changed", "score", "metrics.reach.better", "higher", "lower"),
            ("changed", "score", "metrics.reach.score", [[0.0, 0.0], [0.5, 100.0]], [[0.0, 100.0], [0.5, 0.0]]),
        ],
    ),
    "a unit": (
        [("unit: percent\n    better", "unit: ratio\n    better"), ("3%, unit: percent", "3%, unit: ratio")],
        [
            ("changed", "shown", f"{CONVERSION}.unit", "percent", "ratio"),
            ("changed", "shown", "params.goal.unit", "percent", "ratio"),
        ],
    ),
    "a target that cut points name": (
        [("target: goal", "target: goal * 2")],
        [("changed", "score", f"{CONVERSION}.target", "goal", "goal * 2")],
    ),
    "what no value does": (
        [("    target: goal", "    target: goal\n    undefined: worst")],
        [("changed", "score", f"{CONVERSION}.undefined", "skip", "worst")],
    ),
    "a metric that is only watched": (
        [("formula: visits + seen", "formula: visits - seen")],
        [("changed", "shown", "metrics.traffic.formula", "visits + seen", "visits - seen")],
    ),
    "a metric less": (
        [("  traffic: {formula: visits + seen, better: neutral}\n", "")],
        [("removed", "shown", "metrics.traffic", {"formula": "visits + seen", "better": "neutral"}, None)],
    ),
    "an input that reaches scores": (
        [("where: visits >", "where: visits >=")],
        [("changed", "score", "inputs.visits.where", "visits > least_visits", "visits >= least_visits")],
    ),
    "a param that rows are chosen by": (
        [("least_visits: {value: 0}", "least_visits: {value: 1}")],
        [("changed", "score", "params.least_visits.value", 0.0, 1.0)],
    ),
    "the source of an input": (
        [("orders: {from: log, formula: sum(orders)}", "orders: {from: visits_log, formula: sum(seen)}")],
        [
            ("changed", "score", "inputs.orders.from", ["log"], ["visits_log"]),
            ("changed", "score", "inputs.orders.formula", "sum(orders)", "sum(seen)"),
        ],
    ),
    "a default": (
        [("formula: sum(seen), default: 0", "formula: sum(seen), default: 7")],
        [("changed", "score", "inputs.seen.default", 0.0, 7.0)],
    ),
    "no default any more": (
        [("formula: sum(seen), default: 0", "formula: sum(seen)")],
        [("removed", "score", "inputs.seen.default", 0.0, None)],
    ),
    "a param": (
        [("goal: {value: 3%", "goal: {value: 4%")],
        [("changed", "score", "params.goal.value", 0.03, 0.04)],
    ),
    "a param of advice alone": (
        [("unused_by_scores: {value: 5}", "unused_by_scores: {value: 6}")],
        [("changed", "advice", "params.unused_by_scores.value", 5.0, 6.0)],
    ),
    "a weight in a group": (
        [("conversion: 30", "conversion: 50")],
        [("changed", "score", "groups.funnel.weights.conversion", 30.0, 50.0)],
    ),
    "a weight of a stage": (
        [("weights: {funnel: 60, growth", "weights: {funnel: 90, growth")],
        [("changed", "score", "stages.profiles.small.weights.funnel", 60.0, 90.0)],
    ),
    "the rest": (
        [("rest: 20", "rest: 40")],
        [("changed", "score", "stages.profiles.large.rest", 20.0, 40.0)],
    ),
    "how a group is put together": (
        [("metrics: {conversion: 30, reach: 70}", "combine: worst, metrics: {conversion: 30, reach: 70}")],
        [("changed", "score", "groups.funnel.combine", "mean", "worst")],
    ),
    "the coverage asked for": (
        [("overall:\n", "overall:\n  min_coverage: 80%\n")],
        [("changed", "score", "overall.min_coverage", 0.5, 0.8)],
    ),
    "a stage's condition": (
        [("when: visits < 1000", "when: visits < 2000")],
        [("changed", "score", "stages.choose.small", "visits < 1000", "visits < 2000")],
    ),
    "the order of stages": (
        [("{when: visits < 1000, stage: small}", "{when: visits < 5000, stage: middle}\n    - x"),
         ("    - x\n    - {when: visits < 5000, stage: middle}", "    - {when: visits < 1000, stage: small}")],
        [("changed", "score", "stages.choose.(order)", ["small", "middle"], ["middle", "small"])],
    ),
    "the stage for all else": (
        [("default: large", "default: middle")],
        [("changed", "score", "stages.default", ["large"], ["middle"])],
    ),
    "a cap's score": (
        [("at_most: 59", "at_most: 49")],
        [("changed", "score", "overall.caps.0.at_most", 59.0, 49.0)],
    ),
    "a cap's condition": (
        [('when: level(conversion) == "poor", at_most', 'when: level(conversion) <= "fair", at_most')],
        [("changed", "score", "overall.caps.0.when", 'level(conversion) == "poor"', 'level(conversion) <= "fair"')],
    ),
    "a cap more": (
        [("because: Too few buy.}", "because: Too few buy.}\n    - {when: orders < 1, at_most: 9}")],
        [("added", "score", "overall.caps.1", None, {"when": "orders < 1", "at_most": 9.0})],
    ),
    "levels of its own": (
        [("inputs:\n", "levels: {poor: {score: 10}, fair: {score: 50}, good: {score: 75}, "
          "excellent: {score: 100}}\ninputs:\n")],
        [
            ("changed", "score", "overall.bands.poor", {"below": 40.0}, {"below": 25.0}),
            ("changed", "score", "overall.bands.fair", {"below": 60.0}, {"below": 50.0}),
            ("changed", "score", "overall.bands.good", {"below": 80.0}, {"below": 75.0}),
            ("removed", "score", "overall.bands.critical", {"below": 20.0}, None),
            ("changed", "score", "levels.poor.score", 25.0, 10.0),
            ("removed", "score", "levels.critical", {"score": 0.0, "color": "red"}, None),
        ],
    ),
    "the grain of periods": (
        [("period: month", "period: {grain: month, year_starts: 4}")],
        [("changed", "score", "period", "month", {"grain": "month", "year_starts": 4})],
    ),
    "a column": (
        [("seen: integer", "seen: {type: integer, required: true}")],
        [("changed", "data", "sources.visits_log.columns.seen", "integer", {"type": "integer", "required": True})],
    ),
    "a limit of a column": (
        [("orders: {type: integer, min: 0}", "orders: {type: integer, min: 1}")],
        [("changed", "data", "sources.log.columns.orders", {"type": "integer", "min": 0},
          {"type": "integer", "min": 1})],
    ),
    "rows that must be unique": (
        [("seen: integer}", "seen: integer}\n    unique: [shop, date]\n    on_violation: drop")],
        [
            ("added", "data", "sources.visits_log.unique", None, ["shop", "date"]),
            ("changed", "data", "sources.visits_log.on_violation", "fail", "drop"),
        ],
    ),
    "advice more": (
        [("suppress:", "  none: {when: orders == 0, text: No order.}\nsuppress:")],
        [("added", "advice", "advice.none", None, {"when": "orders == 0"})],
    ),
    "advice less": (
        [("  few: {when: orders < unused_by_scores, severity: info, text: Few orders.}\n", ""),
         ("  unused_by_scores: {value: 5}\n", "")],
        [
            ("removed", "advice", "params.unused_by_scores", {"value": 5.0}, None),
            ("removed", "advice", "advice.few", {"when": "orders < unused_by_scores", "severity": "info"}, None),
        ],
    ),
    "a condition of advice": (
        [('when: level(conversion) == "poor"\n', 'when: level(conversion) <= "fair"\n')],
        [("changed", "advice", "advice.fix_funnel.when", 'level(conversion) == "poor"', 'level(conversion) <= "fair"')],
    ),
    "an action more": (
        [("actions: [call]", "actions: [call, Look at the landing page.]")],
        [
            ("changed", "advice", "advice.fix_funnel.actions", ["call"], ["call", {"": "Look at the landing page."}]),
        ],
    ),
    "the metrics that advice is of": (
        [("    actions: [call]", "    actions: [call]\n    metrics: [reach, conversion]")],
        [("changed", "advice", "advice.fix_funnel.metrics", ["conversion"], ["reach", "conversion"])],
    ),
    "wording": (
        [("en: Look at the funnel", "en: Mind the funnel"), ("call: Call the owner", "call: Ring the owner")],
        [
            ("changed", "wording", "advice.fix_funnel.title", {"zh": "先看漏斗", "en": "Look at the funnel"},
             {"zh": "先看漏斗", "en": "Mind the funnel"}),
            ("changed", "wording", "actions.call.text", "Call the owner", "Ring the owner"),
        ],
    ),
    "evidence": (
        [("{level: good}", "{level: good, evidence: {kind: author, note: Seen so.}}")],
        [("added", "evidence", f"{CONVERSION}.bands.good.evidence", None, {"kind": "author", "note": "Seen so."})],
    ),
    "a suppression": (
        [("until: 2099-01-01", "until: 2098-01-01")],
        [("changed", "checks", "suppress.RC901 metrics.reach.until", "2099-01-01", "2098-01-01")],
    ),
    "another name": (
        [("  reach:\n", "  reached:\n"), ("reach: 70", "reached: 70"), ("at: metrics.reach,", "at: metrics.reached,")],
        [
            ("renamed", "shown", "metrics.reached", "reach", "reached"),
            ("added", "checks", "suppress.RC901 metrics.reached", None, {"until": "2099-01-01"}),
            ("removed", "checks", "suppress.RC901 metrics.reach", {"until": "2099-01-01"}, None),
        ],
    ),
    "another name of a param": (
        [("  goal: {value", "  aim: {value"), ("target: goal", "target: aim")],
        [("renamed", "shown", "params.aim", "goal", "aim")],
    ),
    "another name of a stage": (
        [("stage: middle}", "stage: medium}"), ("    middle: {weights", "    medium: {weights")],
        [("renamed", "shown", "stages.profiles.medium", "middle", "medium")],
    ),
}  # fmt: skip
