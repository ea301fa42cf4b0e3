"""`signal`: XmR charts against the reference, with gaps, trends and equal values, and by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rulecard

from .agreement import agree, as_yaml
from .strategies import ENGINES, examples

TYPES = {"who": "text", "date": "date", "x": "number"}
STEPS = st.sampled_from([-3.0, -1.0, -0.25, 0.0, 0.0, 0.25, 0.5, 1.0, 4.0])
SHAPES = st.sampled_from(["level", "walk", "ramp", "shift", "spike"])


def document(*formulas: str) -> dict[str, Any]:
    """What three metrics over the same values say by each formula, where X is the metric."""
    shown = {f"{metric}{n}": {"formula": formula.replace("X", metric)}
             for n, formula in enumerate(formulas) for metric in ("up", "down", "ratio")}  # fmt: skip
    told = "signal(up, at_least=5)"
    return {
        "entity": "who",
        "period": "day",
        "inputs": {"x": {}},
        "metrics": {
            "lasting": {"formula": f'streak({told} != "none")'},
            "again": {"formula": f'1 if sustained({told} == "concern", 2, of=4) or prev({told}) == "concern" else 0'},
            "up": {"formula": "x", "better": "higher"},
            "down": {"formula": "x * 1", "better": "lower"},
            "ratio": {"formula": "10 / x", "better": "higher"},
            **shown,
        },
    }


@st.composite
def series(draw: st.DrawFn, entity: str) -> list[dict[str, Any]]:
    """Values of an entity over days, with gaps, missing cells, and now and then a pattern."""
    shape, length = draw(SHAPES), draw(st.integers(1, 34))
    noise = draw(st.lists(STEPS, min_size=length, max_size=length))
    turn = draw(st.integers(0, length))
    rows, level = [], 20.0
    for day, step in enumerate(noise):
        level += step if shape == "walk" else 0.5 if shape == "ramp" and day >= turn else 0.0
        x = level + (0 if shape == "walk" else step) + (4.0 if shape == "shift" and day >= turn else 0.0)
        x += draw(st.sampled_from([9.0, -9.0])) if shape == "spike" and day == turn else 0.0
        rows.append({"who": entity, "date": date(2025, 1, 1) + timedelta(days=day), "x": x})
    lost = draw(st.sets(st.integers(0, max(length - 1, 0)), max_size=3))
    blank = draw(st.sets(st.integers(0, max(length - 1, 0)), max_size=2))
    return [row | ({"x": None} if n in blank else {}) for n, row in enumerate(rows) if n not in lost]


def says(options: str = "") -> str:
    """What a signal says, as a number."""
    call = f"signal(X{options})"
    return f'1 if {call} == "concern" else -1 if {call} == "improvement" else 0'


@examples(40)
@given(series("A"), series("B"), ENGINES)
def test_signals(a: list[dict[str, Any]], b: list[dict[str, Any]], engines: tuple[str, ...]) -> None:
    rows = [*a, *b] or [{"who": "A", "date": date(2025, 1, 1), "x": 1.0}]
    options = ["", ', "western_electric"', ", at_least=5", ', rules="western_electric", at_least=8']
    agree(document(*map(says, options)), rows, TYPES, engines)


def told(tmp_path: Path, values: list[float | None], options: str = "", engine: str = "polars") -> list[str]:
    """What is said of the last day's `up` and `down`."""
    text = as_yaml({"ruleset": "t", "version": "1.0.0", **document(says(options))})
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(len(values))]
    frame = pl.DataFrame({"who": "A", "date": days, "x": values}, schema_overrides={"x": pl.Float64})
    result = rulecard.run(tmp_path / "t.yaml", data=frame.filter(pl.col("x").is_not_null()), engine=engine)
    metrics = list(result.scorecards())[-1].metrics
    words = {1.0: "concern", -1.0: "improvement", 0.0: "none"}
    found = [metrics[name] for name in ("up0", "down0")]
    return [words[one.value] if one.value is not None else one.status for one in found]


QUIET = [12.0, 10.0] * 6


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_by_hand(tmp_path: Path, engine: str) -> None:
    def of(*values: float | None, options: str = "") -> list[str]:
        return told(tmp_path, list(values), options, engine)

    assert of(*QUIET) == ["none", "none"]
    assert of(*QUIET[:11]) == ["too_few", "too_few"]
    assert of(*QUIET[:11], options=", at_least=11") == ["none", "none"]
    # mean 11.69, mean moving range 2.67: the upper limit is 18.79
    assert of(*QUIET, 20.0) == ["improvement", "concern"]
    assert of(*QUIET, 16.0) == ["none", "none"]
    # seven beside the mean of all, and six that are not enough
    assert of(*QUIET, *[12.5, 12.25] * 3, 12.5) == ["improvement", "concern"]
    assert of(*QUIET, *[12.5, 12.25] * 3) == ["none", "none"]
    # the same seven with a day missing among them
    assert of(*QUIET, 12.5, 12.25, 12.5, None, 12.25, 12.5, 12.25, 12.5) == ["none", "none"]
    # a gap costs a moving range, so one period more is needed
    assert of(*QUIET[:6], None, *QUIET[6:]) == ["too_few", "too_few"]
    assert of(*QUIET[:6], None, *QUIET[6:], 11.0) == ["none", "none"]
    # seven above the middle, and seven falling: what is bad of it is told
    assert of(*QUIET, 30.0, 29.0, 28.0, 27.0, 26.0, 25.0, 24.0) == ["concern", "concern"]
    # a constant has no spread, and nothing to say
    assert of(*[0.1 + 0.2] * 6, *[0.3] * 6) == ["none", "none"]


def test_a_past_answer_stays_when_later_data_comes(tmp_path: Path) -> None:
    values = [10.0, 12.0, 11.0, 9.0, 13.0, 10.0, 11.0, 12.0, 10.0, 9.0, 11.0, 12.0, 20.0, 5.0, 30.0, 1.0]
    text = as_yaml({"ruleset": "t", "version": "1.0.0", **document(says())})
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    answers: list[list[float | None]] = []
    for length in range(12, len(values) + 1):
        days = [date(2025, 1, 1) + timedelta(days=n) for n in range(length)]
        frame = pl.DataFrame({"who": "A", "date": days, "x": values[:length]})
        cards = rulecard.run(tmp_path / "t.yaml", data=frame).scorecards()
        answers.append([card.metrics["up0"].value for card in cards])
    assert answers[-1][-4:] != [0.0] * 4
    assert [answer == answers[-1][: len(answer)] for answer in answers] == [True] * len(answers)


@pytest.mark.parametrize(("language", "words"), [("en", "concern"), ("zh", "明显恶化")])
def test_a_text_says_it_in_the_language_of_the_reader(tmp_path: Path, language: str, words: str) -> None:
    advice = {"a": {"when": 'signal(down) == "concern"', "text": "{signal(down)}"}}
    text = as_yaml({"ruleset": "t", "version": "1.0.0", **document(), "advice": advice})
    (tmp_path / "t.yaml").write_text(text, encoding="utf-8")
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(13)]
    frame = pl.DataFrame({"who": "A", "date": days, "x": [*QUIET, 20.0]})
    cards = list(rulecard.run(tmp_path / "t.yaml", data=frame, language=language).scorecards())
    assert [one.text for card in cards for one in card.advice] == [words]
