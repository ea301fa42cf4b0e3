"""Every file below `accepted` is right: no error and no warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from .verdict import ACCEPTED, named, problems_of


@pytest.mark.parametrize("file", ACCEPTED, ids=named(ACCEPTED))
def test_accepted(file: Path) -> None:
    assert problems_of(file) == []


def test_there_are_accepted_files_of_each_kind() -> None:
    first_words = {file.read_text(encoding="utf-8").lstrip("# \n").split(":")[0].split()[-1] for file in ACCEPTED}
    assert first_words >= {"ruleset", "overlay", "cases", "dataset", "pack"}
