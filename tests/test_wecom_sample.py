"""The sample of the pack `wecom-private-domain` is what its generator writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "rulesets" / "wecom-private-domain" / "sample" / "accounts.csv"


def test_the_generator_writes_the_committed_sample(tmp_path: Path) -> None:
    written = tmp_path / "accounts.csv"
    subprocess.run([sys.executable, str(HERE / "generate_wecom_sample.py"), str(written)], check=True)
    assert written.read_bytes() == SAMPLE.read_bytes()


def test_the_sample_has_six_accounts_over_eighteen_months() -> None:
    lines = [line.split(",") for line in SAMPLE.read_text(encoding="utf-8").splitlines()[1:]]
    months = {account: {date[:7] for name, date, *_ in lines if name == account} for account, *_ in lines}
    assert len(months) == 6
    assert set().union(*months.values()) == {f"{y}-{m:02}" for y in (2024, 2025) for m in range(1, 13)} - {
        f"2025-{m:02}" for m in range(7, 13)
    }
    # one account has gaps, and nobody has a month twice
    assert sorted(len(of_account) for of_account in months.values()) == [16, 18, 18, 18, 18, 18]
    assert len(lines) == 106
