"""Rulesets of about 500 lines that use the whole language, for the benchmarks of reading and checking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

METRICS = 22
STAGES = ("startup", "growth", "mature")


def write(folder: Path, files: int) -> list[Path]:
    """Write so many rulesets, no two alike, and give their paths."""
    written = [folder / f"ruleset_{number:04}.yaml" for number in range(files)]
    for number, file in enumerate(written):
        file.write_text("\n".join(ruleset(number)) + "\n", encoding="utf-8")
    return written


def ruleset(number: int, metrics: int = METRICS) -> Iterator[str]:
    """The lines of one ruleset, with so many metrics in groups of two."""
    yield from (
        f"ruleset: long-{number}",
        "version: 1.2.0",
        f"title: {{zh: 门店健康度 {number}, en: Shop health {number}}}",
        "entity: [region, shop]",
        "period: month",
        "sources:",
        "  sales:",
        "    columns:",
        "      region: text",
        "      shop: text",
        "      date: date",
    )
    for metric in range(metrics):
        yield f"      hits_{metric}: {{type: integer, min: 0}}"
        yield f"      trials_{metric}: {{type: integer, min: 0}}"
    yield "inputs:"
    for metric in range(metrics):
        yield f"  hits_{metric}: {{from: sales, formula: sum(hits_{metric}), unit: order}}"
        yield f"  trials_{metric}: {{from: sales, formula: sum(trials_{metric}), unit: visit}}"
    yield "params:"
    for metric in range(metrics):
        yield f"  goal_{metric}: {{value: {10 + (number + metric) % 20}%, unit: ratio}}"
    yield "metrics:"
    for metric in range(metrics):
        yield from _metric(metric, number)
    yield "groups:"
    for group in range(metrics // 2):
        yield f"  group_{group}:"
        yield f"    title: {{zh: 分组 {group}, en: Group {group}}}"
        yield f"    metrics: {{metric_{2 * group}: 2, metric_{2 * group + 1}: 1}}"
    yield "stages:"
    yield "  choose:"
    yield "    - {when: trials_0 < 1000, stage: startup}"
    yield "    - {when: trials_0 < 10000, stage: growth}"
    yield "  default: mature"
    yield "  profiles:"
    for place, stage in enumerate(STAGES):
        yield f"    {stage}: {{weights: {{group_{place}: 50, group_{place + 3}: 20}}, rest: 30}}"
    yield "overall:"
    yield "  caps:"
    yield '    - {when: level(metric_0) == "critical", at_most: 59, because: {zh: 指标危险, en: Critical}}'
    yield "advice:"
    for metric in range(metrics):
        yield f"  mend_{metric}:"
        yield f'    when: level(metric_{metric}) <= "poor" and sustained(metric_{metric} < goal_{metric}, 2)'
        yield f"    text: {{zh: '指标 {metric} 为 {{metric_{metric}}}', en: 'Metric {metric} is {{metric_{metric}}}'}}"


def _metric(metric: int, number: int) -> Iterator[str]:
    cut = 2 + (number + metric) % 5
    yield f"  metric_{metric}:"
    yield f"    title: {{zh: 指标 {metric}, en: Metric {metric}}}"
    formulas = (
        f"hits_{metric} / trials_{metric}",
        f"rolling_sum(hits_{metric}, 3) / rolling_sum(trials_{metric}, 3)",
        f"growth(hits_{metric} / trials_{metric})",
    )
    yield f"    formula: {formulas[metric % 3]}"
    yield f"    unit: {('ratio', 'ratio', 'percent')[metric % 3]}"
    yield "    better: higher"
    yield f"    target: goal_{metric}"
    yield "    bands:"
    yield f"      - {{level: critical, below: {cut}%}}"
    yield f"      - {{level: poor, below: {cut + 4}%, evidence: {{kind: author, note: half of the year before}}}}"
    yield f"      - {{level: fair, below: {cut + 9}%}}"
    yield "      - {level: good}"
    yield "    evidence: {kind: author, note: what shops of this size reach}"
