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


def test_the_wecom_sample_has_six_accounts_over_eighteen_months() -> None:
    sample = RULESETS / "wecom-private-domain" / "sample" / "accounts.csv"
    lines = [line.split(",") for line in sample.read_text(encoding="utf-8").splitlines()[1:]]
    months = {account: {date[:7] for name, date, *_ in lines if name == account} for account, *_ in lines}
    assert len(months) == 6
    assert set().union(*months.values()) == {f"{y}-{m:02}" for y in (2024, 2025) for m in range(1, 13)} - {
        f"2025-{m:02}" for m in range(7, 13)
    }
    # one account has gaps, and nobody has a month twice
    assert sorted(len(of_account) for of_account in months.values()) == [16, 18, 18, 18, 18, 18]
    assert len(lines) == 106
