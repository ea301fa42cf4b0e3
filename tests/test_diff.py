"""Differences of rulesets: each kind of change is told once, and what means nothing is not told at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulecard

from .agreement import as_yaml
from .changes_of_a_ruleset import BASE, CHANGES, CONVERSION, Told
from .ruleset_strategies import wholes
from .strategies import examples

SCHEMA = jsonschema_rs.Draft7Validator(json.loads(rulecard.schema_text("diff")))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yaml").write_text(BASE, encoding="utf-8")
    return tmp_path


def told(folder: Path, *edits: tuple[str, str]) -> Told:
    """The changes after pieces of the text were replaced, each of which stands there once."""
    text = BASE
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    (folder / "new.yaml").write_text(text, encoding="utf-8")
    found = rulecard.diff("old.yaml", "new.yaml")
    assert SCHEMA.is_valid(found.to_dict()), list(SCHEMA.iter_errors(found.to_dict()))
    assert found.to_markdown().startswith("### shop-health")
    return [(change.kind, change.effect, change.path, change.old, change.new) for change in found.changes]


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_told_once(name: str, folder: Path) -> None:
    edits, expected = CHANGES[name]
    assert told(folder, *edits) == expected


SAME = {
    "comments and layout": [
        ("  conversion:\n", "  # the heart of it\n\n  conversion:\n"),
        ("    better: higher\n    target", "    better:   higher\n    target"),
    ],
    "spaces and brackets": [
        ("formula: orders / visits", "formula: ((orders)/( visits ))"),
        ("formula: visits + seen", "formula: '(visits+seen)'"),
    ],
    "a percentage as a number": [("below: 1%", "below: 0.01"), ("goal: {value: 3%", "goal: {value: 0.03")],
    "a number in quotes": [("below: 1%", 'below: "0.01"')],
    "another form of the same line": [("score: {from: 0, to: 50%}", "score: {points: [[0, 0], [0.5, 100]]}")],
    "weights times ten": [("metrics: {conversion: 30, reach: 70}", "metrics: {conversion: 300, reach: 700}")],
    "the rest spelled out": [("weights: {funnel: 80}, rest: 20", "weights: {funnel: 80, growth_of_visits: 20}")],
    "defaults spelled out": [
        ("    better: higher\n    target", "    better: higher\n    undefined: skip\n    score: levels\n    target"),
        ("overall:\n", "overall:\n  combine: mean\n  min_coverage: 0.5\n"),
        ("    text: Conversion is", "    severity: warning\n    metrics: [conversion]\n    text: Conversion is"),
        ("visits_log:\n", "visits_log:\n    on_violation: fail\n    time: date\n"),
    ],
    "the overall bands that there are anyway": [
        ("overall:\n", "overall:\n  bands: [{level: critical, below: 20}, {level: poor, below: 40}, "
         "{level: fair, below: 60}, {level: good, below: 80}, {level: excellent}]\n")],
    "the order of keys and columns": [
        ("{shop: text, date: date, seen: integer}", "{seen: integer, date: date, shop: text}")
    ],
    "the order of languages": [("title: {zh: 转化率, en: Conversion}", "title: {en: Conversion, zh: 转化率}")],
    "a column's short form": [("seen: integer", "seen: {type: integer}")],
    "the version and what nobody reads": [("version: 1.0.0", "version: 1.1.0\nmeta: {owner: we}")],
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_what_means_the_same_is_no_change(name: str, folder: Path) -> None:
    assert told(folder, *SAME[name]) == []


def test_a_formula_means_the_same_in_these_ways(folder: Path) -> None:
    ways = [
        ("sustained(orders < 3, 2, of=4)", "sustained( (orders<3) , 2, 4)"),
        ('size in ["a", "b"]', "size in ['b', 'a']"),
        ("orders > 1 and visits > 2 and seen > 3", "(orders > 1 and visits > 2) and seen > 3"),
        ("orders > -1", "orders > (-1.0)"),
        ("1 < orders < 9", "(1 < orders) and (orders < 9)"),
    ]
    for one, other in ways:
        for name, formula in (("old", one), ("new", other)):
            text = BASE.replace("when: orders < unused_by_scores", f"when: {json.dumps(formula)}")
            (folder / f"{name}.yaml").write_text(text.replace("  unused_by_scores: {value: 5}\n", ""), encoding="utf-8")
        assert rulecard.diff("old.yaml", "new.yaml").changes == (), one


def test_true_is_not_1_and_the_order_of_a_subtraction_counts(folder: Path) -> None:
    (folder / "old.yaml").write_text(BASE.replace("growth(visits)", "visits - seen"), encoding="utf-8")
    (folder / "new.yaml").write_text(BASE.replace("growth(visits)", "seen - visits"), encoding="utf-8")
    assert [change.path for change in rulecard.diff("old.yaml", "new.yaml").changes] == [
        "metrics.growth_of_visits.formula"
    ]


def test_a_weight_tells_what_it_comes_to_in_each_stage(folder: Path) -> None:
    (folder / "new.yaml").write_text(BASE.replace("conversion: 30", "conversion: 50"), encoding="utf-8")
    found = rulecard.diff("old.yaml", "new.yaml")
    shares = {(share.stage, share.id): (share.old, share.new) for share in found.changes[0].shares}
    # by hand: 30 of 100, then 50 of 120 of the funnel, which is 60, 50 and 80 of 100
    assert shares == {
        ("small", "conversion"): pytest.approx((0.18, 0.25)),
        ("middle", "conversion"): pytest.approx((0.15, 0.5 * 5 / 12)),
        ("large", "conversion"): pytest.approx((0.24, 0.8 * 5 / 12)),
    }
    moved = {share.id for share in found.shares}
    assert moved == {"conversion", "reach"}
    assert not any(share.inherited for share in found.shares)


def test_what_follows_its_group_is_marked(folder: Path) -> None:
    (folder / "new.yaml").write_text(BASE.replace("weights: {funnel: 60,", "weights: {funnel: 10,"), encoding="utf-8")
    shares = rulecard.diff("old.yaml", "new.yaml").shares
    assert {(share.stage, share.id, share.inherited) for share in shares} == {
        ("small", "funnel", False),
        ("small", "conversion", True),
        ("small", "reach", True),
        ("small", "growth_of_visits", False),
    }


def test_names_that_need_each_other(folder: Path) -> None:
    edits = [
        ("  conversion:\n", "  converted:\n"),
        ("{conversion: 30", "{converted: 30"),
        ("{when: level(conversion)", "{when: level(converted)"),
        ("{conversion}.", "{converted}."),
        ('when: level(conversion) == "poor"\n', 'when: level(converted) == "poor"\n'),
        ("  goal: {", "  aim: {"),
        ("target: goal", "target: aim"),
        ("  fix_funnel:", "  mend_funnel:"),
        ("  call: Call", "  ring: Call"),
        ("[call]", "[ring]"),
        ("  funnel: {title", "  path: {title"),
        *((f"{{funnel: {weight}", f"{{path: {weight}") for weight in (60, 50, 80)),
    ]
    assert [(kind, path) for kind, _, path, _, _ in told(folder, *edits)] == [
        ("renamed", "metrics.converted"),
        ("renamed", "groups.path"),
        ("renamed", "params.aim"),
        ("renamed", "advice.mend_funnel"),
        ("renamed", "actions.ring"),
    ]
    assert rulecard.diff("old.yaml", "new.yaml").shares == ()


def test_two_that_may_be_meant_are_no_new_name(folder: Path) -> None:
    edits = ("  few: {", "  few_b: {when: orders < unused_by_scores, severity: info, text: Few orders.}\n  few_a: {")
    assert [(kind, path) for kind, _, path, _, _ in told(folder, edits)] == [
        ("added", "advice.few_b"),
        ("added", "advice.few_a"),
        ("removed", "advice.few"),
    ]


def test_a_column_is_not_renamed_with_a_metric(folder: Path) -> None:
    text = (
        "ruleset: a\nversion: 1.0.0\nsources: {log: {columns: {amount: number}}}\n"
        "inputs: {total: {formula: sum(amount)}}\nmetrics: {m: {formula: total * 2}}\n"
    )
    (folder / "old.yaml").write_text(text, encoding="utf-8")
    (folder / "new.yaml").write_text(text.replace("{m: {", "{amount: {"), encoding="utf-8")
    changes = rulecard.diff("old.yaml", "new.yaml").changes
    assert [(change.kind, change.path) for change in changes] == [("renamed", "metrics.amount")]


def test_places_lead_into_both_files(folder: Path) -> None:
    (folder / "new.yaml").write_text("# new\n" + BASE.replace("below: 1%", "below: 2%"), encoding="utf-8")
    change = rulecard.diff("old.yaml", "new.yaml").changes[0]
    line = BASE[: BASE.index("below: 1%")].count("\n") + 1
    assert [(place.file, place.line) for place in change.places if place] == [
        ("old.yaml", line),
        ("new.yaml", line + 1),
    ]


def test_a_wrong_ruleset_is_refused(folder: Path) -> None:
    (folder / "new.yaml").write_text(BASE.replace("orders / visits", "orders / vists"), encoding="utf-8")
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.diff("old.yaml", "new.yaml")
    assert [problem.code for problem in raised.value.problems] == ["RC301"]


OVERLAY = """\
overlay: retail
extends: old.yaml
version: 1.0.0
set:
  metrics.conversion.bands.0.below: 5%
remove: [advice.few]
"""


def test_an_overlay_is_its_ruleset_with_it(folder: Path) -> None:
    (folder / "retail.yaml").write_text(
        OVERLAY.replace("[advice.few]", "[advice.few, params.unused_by_scores]"), encoding="utf-8"
    )
    by_name = rulecard.diff("old.yaml", "retail.yaml")
    laid_on = rulecard.diff("old.yaml", overlays=["retail.yaml"])
    assert by_name.changes == laid_on.changes
    assert [(change.kind, change.path) for change in by_name.changes] == [
        ("changed", f"{CONVERSION}.bands.poor"),
        ("removed", "params.unused_by_scores"),
        ("removed", "advice.few"),
    ]
    # an overlay says where it takes something away
    assert [str(change.places[1]) for change in by_name.changes] == [
        "retail.yaml:5:37",
        "retail.yaml:6:22",
        "retail.yaml:6:10",
    ]
    assert (by_name.old.overlays, by_name.new.overlays) == ((), ("retail",))


def test_overlays_lie_on_both(folder: Path) -> None:
    text = OVERLAY.replace("remove: [advice.few]\n", "").replace("old.yaml", "shop-health")
    (folder / "retail.yaml").write_text(text, encoding="utf-8")
    (folder / "new.yaml").write_text(
        BASE.replace("below: 1%", "below: 2%").replace("to: 50%", "to: 40%"), encoding="utf-8"
    )
    found = rulecard.diff("old.yaml", "new.yaml", overlays=["retail.yaml"])
    # the overlay has its own cut point, so that of the base makes no difference
    assert [change.path for change in found.changes] == ["metrics.reach.score"]


NAMES = ["m0", "m1", "m2"]
CONDITIONS = st.builds("m{} > {}".format, st.integers(0, 2), st.sampled_from([1, 30]))


@examples(25)
@given(st.data(), st.integers(0, 10_000))
def test_a_copy_is_the_same_and_a_mutant_is_not(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, pick: int
) -> None:
    folder = tmp_path_factory.mktemp("diff")
    line = {"better": "higher", "score": {"from": 0, "to": 100}}
    metrics = {name: {"formula": f"x{i} * 1", **line} for i, name in enumerate(NAMES)}
    document: dict[str, Any] = {"ruleset": "r", "version": "1.0.0", "inputs": {f"x{i}": {} for i in range(3)}}
    document |= {"metrics": metrics, **data.draw(wholes(NAMES, CONDITIONS))}
    old, new = folder / "old.yaml", folder / "new.yaml"
    old.write_text(as_yaml(document), encoding="utf-8")
    new.write_text(json.dumps(document, indent=1), encoding="utf-8")
    assert rulecard.diff(old, new).changes == ()
    name = data.draw(st.sampled_from(NAMES))
    mutants = {"score": {"from": pick % 7 - 8, "to": 101 + pick}, "undefined": pick % 100 / 2 + 0.25}
    key = data.draw(st.sampled_from(sorted(mutants)))
    metrics[name][key] = mutants[key]
    new.write_text(as_yaml(document), encoding="utf-8")
    assert [change.path for change in rulecard.diff(old, new).changes] == [f"metrics.{name}.{key}"]
