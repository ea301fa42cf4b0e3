"""The samples of the packs are what their generators write."""

from __future__ import annotations

import pytest

from .samples import PACKS, RULESETS, generated


@pytest.mark.parametrize("pack", PACKS)
def test_the_generator_writes_the_committed_sample(pack: str) -> None:
    files = generated(pack)
    assert files
    for file, content in files.items():
        assert file.read_bytes() == content, file


def test_every_pack_has_its_generator() -> None:
    assert sorted(file.parent.name for file in RULESETS.glob("*/pack.yaml")) == PACKS
