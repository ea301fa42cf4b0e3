"""Every file below `refused` holds one mistake, and gives exactly the problems that it says it expects.

A line `# expect: RC201 14:5 did you mean` names the code, the place, and a part of the message or the hint. A file that
cannot hold a comment has it in a file beside it, with `.expect` behind its name.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rulecard import Problem

from .verdict import REFUSED, named, problems_of

_EXPECT = re.compile(r"^# expect: (RC[0-9]{3}) ([0-9]+:[0-9]+|-)(?: (.+))?$", re.MULTILINE)


def _expected(file: Path) -> list[tuple[str, str, str]]:
    beside = file.with_name(f"{file.name}.expect")
    text = (beside if beside.exists() else file).read_text(encoding="utf-8")
    return sorted((code, place, piece) for code, place, piece in _EXPECT.findall(text))


def _place(problem: Problem) -> str:
    return f"{problem.location.line}:{problem.location.column}" if problem.location else "-"


@pytest.mark.parametrize("file", REFUSED, ids=named(REFUSED))
def test_refused(file: Path) -> None:
    expected = _expected(file)
    assert expected, "the file says nothing of what it expects"
    found = sorted((((one.code, _place(one)), one) for one in problems_of(file)), key=lambda pair: pair[0])
    assert [key for key, _ in found] == [(code, place) for code, place, _ in expected]
    for (_, problem), (_, _, piece) in zip(found, expected, strict=True):
        assert piece in f"{problem.message}\n{problem.hint}"


def test_a_broken_file_is_not_accepted_in_silence(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("ruleset: [", encoding="utf-8")
    assert [problem.code for problem in problems_of(file)] == ["RC101"]
