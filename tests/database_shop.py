"""A folder whose one source is a query, for the tests of databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rulecard
from rulecard.cli import main

RULESET = """\
ruleset: shop
version: 1.0.0
entity: shop
period: month
time: at
sources:
  orders: {columns: {shop: text, at: TIME, amount: number}}
inputs:
  total: {formula: sum(amount)}
  rows: {formula: count()}
metrics:
  m: {formula: total * 1}
  n: {formula: rows * 1}
"""
# none of these may be in what a user reads
SECRETS = ("s3cr3t", "geheim", "p%40ss", "p@ss")


class QueryShop:
    """A folder with a ruleset and a dataset whose one source is a query."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys
        monkeypatch.chdir(folder)
        monkeypatch.delenv("SHOP_DB", raising=False)

    def write(self, sql: str, more: str = "", time: str = "datetime") -> None:
        (self.folder / "shop.yaml").write_text(RULESET.replace("TIME", time), encoding="utf-8")
        lines = "".join(f"      {line}\n" for line in sql.split("\n"))
        text = f"dataset: d\nsources:\n  orders:\n    sql: |\n{lines}    connection: env:SHOP_DB\n"
        (self.folder / "d.yaml").write_text(
            text + "".join(f"    {line}\n" for line in more.splitlines()), encoding="utf-8"
        )

    def address(self, address: str) -> None:
        self.monkeypatch.setenv("SHOP_DB", address)

    def values(self) -> dict[tuple[Any, ...], tuple[Any, Any]]:
        """Sum and number of rows of each card."""
        result = rulecard.run("shop.yaml", dataset="d.yaml")
        return {
            (*card.entity.values(), card.period): (card.metrics["m"].value, card.metrics["n"].value)
            for card in result.scorecards()
        }

    def refused(self) -> rulecard.Problem:
        """The one problem that keeps the query from being used, told by both doors and without a secret."""
        with pytest.raises(rulecard.Problems) as raised:
            rulecard.run("shop.yaml", dataset="d.yaml")
        assert main(["run", "shop.yaml", "--dataset", "d.yaml"]) == 2
        written = self.capsys.readouterr()
        assert written.out == ""
        assert main(["validate", "shop.yaml", "--dataset", "d.yaml"]) == 1
        checked = self.capsys.readouterr()
        for text in (repr(raised.value.problems), str(raised.value), written.err, checked.out, checked.err):
            assert not any(secret in text for secret in SECRETS), text
            assert "Traceback" not in text
        (problem,) = raised.value.problems
        assert problem.hint
        assert problem.location is not None and problem.location.file == "d.yaml"
        assert problem.message in written.err
        return problem
