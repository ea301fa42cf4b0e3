"""A small ruleset run over data that is given as text or bytes, and what Rulecard says of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import rulecard
from rulecard.cli import main

if TYPE_CHECKING:
    from rulecard.results.result import Result

HEADER = "shop,date,orders,visits\n"
SHOP = """\
ruleset: shop-health
version: 0.1.0
entity: shop
period: month
inputs:
  orders: {}
  visits: {}
metrics:
  conversion: {formula: orders / visits, unit: percent, better: higher, score: {from: 0, to: 10%}}
"""


def with_columns(
    columns: str, source: str = "", inputs: str = "total: {formula: sum(x)}", period: str = "month"
) -> str:
    """A ruleset with the source `sales`, whose columns beside shop and date are given, and one metric `m`."""
    return (
        f"ruleset: typed\nversion: 1.0.0\nentity: shop\nperiod: {period}\n"
        f"sources:\n  sales:\n    columns: {{shop: text, date: date, {columns}}}\n    {source}\n"
        f"inputs:\n  {inputs}\nmetrics:\n  m: {{formula: total * 1}}\n"
    )


class Shop:
    """A folder with a ruleset `shop.yaml` and data files, where both the Python API and the command line run."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def write(self, files: Mapping[str, str | bytes], ruleset: str = SHOP) -> None:
        (self.folder / "shop.yaml").write_text(ruleset, encoding="utf-8")
        for name, content in files.items():
            (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)

    def result(self, *data: str, **options: Any) -> Result:
        return rulecard.run("shop.yaml", list(data), **options)

    def refused(self, *data: str, engine: str = "polars") -> list[tuple[str, str, str]]:
        """Code, message and hint of each problem that keeps the data from being used, told by both doors."""
        with pytest.raises(rulecard.Problems) as raised:
            self.result(*data, engine=engine)
        problems = raised.value.problems
        arguments = [part for file in data for part in ("--data", file)]
        self.capsys.readouterr()
        assert main(["run", "shop.yaml", *arguments, "--engine", engine]) == 2
        written = self.capsys.readouterr()
        assert written.out == ""
        assert "Traceback" not in written.err
        for problem in problems:
            assert f"{problem.severity}[{problem.code}]" in written.err
            assert problem.hint, f"nothing says what to do: {problem.message}"
        assert any(problem.severity == "error" for problem in problems)
        return [(problem.code, problem.message, problem.hint or "") for problem in problems]

    def warned(self, *data: str, **options: Any) -> tuple[dict[tuple[Any, ...], Any], list[tuple[str, str, str]]]:
        """For each card its first metric (the value, or why there is none), and the warnings."""
        result = self.result(*data, **options)
        assert all(problem.severity == "warning" and problem.hint for problem in result.problems)
        found = {}
        for card in result.scorecards():
            metric = next(iter(card.metrics.values()))
            found[*card.entity.values(), card.period] = metric.status if metric.value is None else metric.value
        return found, [(problem.code, problem.message, problem.hint or "") for problem in result.problems]
