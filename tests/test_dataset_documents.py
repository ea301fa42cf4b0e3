"""Dataset documents as a user meets them: `--dataset`, `--data` on top, and what is said of a wrong one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rulecard
from rulecard.cli import main

RULESET = """\
ruleset: two-tables
version: 1.0.0
entity: shop
period: month
sources:
  orders: {columns: {shop: text, date: date, amount: number}}
  visits: {columns: {shop: text, date: date, visitors: integer}}
inputs:
  amount: {from: orders, formula: sum(amount)}
  visitors: {from: visits, formula: sum(visitors)}
metrics:
  each: {formula: amount / visitors, better: higher, score: {from: 0, to: 10}}
"""
ORDERS = "门店;日期;金额\nA;31.01.2025;1.200,50\nA;01.02.2025;-\nB;15.01.2025;80\n"
VISITS = "shop,date,visitors\nA,2025-01-05,100\nA,2025-02-05,50\nB,2025-01-05,40\n"
DATASET = """\
dataset: january
sources:
  orders:
    path: exports/orders-*.csv
    encoding: gb18030
    separator: ";"
    decimal: ","
    thousands: "."
    columns: {门店: shop, 日期: date, 金额: amount}
    dates: "%d.%m.%Y"
    missing: ["-"]
  visits: {path: [exports/visits.csv]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The document and its files lie in a folder of their own; the commands run beside it."""
    exports = tmp_path / "march" / "exports"
    exports.mkdir(parents=True)
    (tmp_path / "rules.yaml").write_text(RULESET, encoding="utf-8")
    (tmp_path / "march" / "data.yaml").write_text(DATASET, encoding="utf-8")
    (exports / "orders-1.csv").write_bytes(ORDERS.encode("gb18030"))
    (exports / "visits.csv").write_text(VISITS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_source_is_read_as_the_document_says(folder: Path) -> None:
    result = rulecard.run("rules.yaml", dataset="march/data.yaml")
    values = {(*card.entity.values(), card.period): card.metrics["each"].value for card in result.scorecards()}
    assert values == {("A", "2025-01"): 12.005, ("A", "2025-02"): None, ("B", "2025-01"): 2.0}
    assert [file["path"] for file in result.sources] == ["march/exports/orders-1.csv", "march/exports/visits.csv"]


def test_the_command_line_does_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "rules.yaml", "--dataset", "march/data.yaml", "--format", "json"]) == 0
    written = capsys.readouterr()
    assert json.loads(written.out)["cards"][0]["metrics"]["each"]["value"] == 12.005


def test_the_documents_own_folder_counts_from_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "march" / "exports")
    result = rulecard.run(folder / "rules.yaml", dataset=folder / "march" / "data.yaml")
    assert result.cards.height == 3


def test_data_on_top_takes_the_place_of_a_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "more.csv").write_text(VISITS.replace("100", "1200"), encoding="utf-8")
    # an entry that is replaced may be wrong, and its file need not be there
    (folder / "march" / "exports" / "visits.csv").unlink()
    call = ["run", "rules.yaml", "--dataset", "march/data.yaml", "--data", "visits=more.csv", "--format", "json"]
    assert main(call) == 0
    assert json.loads(capsys.readouterr().out)["cards"][0]["metrics"]["each"]["value"] == 1200.5 / 1200
    result = rulecard.run("rules.yaml", {"visits": "more.csv"}, dataset="march/data.yaml")
    assert next(iter(result.scorecards())).metrics["each"].value == 1200.5 / 1200


def test_data_on_top_names_its_source(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "rules.yaml", "--dataset", "march/data.yaml", "--data", "more.csv"]) == 2
    assert "names its source; the ruleset has orders, visits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "after", "place", "said"),
    [
        ("  visits: {path", "  visit: {path", (12, 3), "the ruleset has no source `visit`|did you mean `visits`?"),
        ("金额: amount", "金额: ammount", (9, 39), "`ammount` is no column of `orders`|did you mean `amount`?"),
        ("金额: amount", "amount: 金额", (9, 43), "`金额` is no column of `orders`|right: `金额: amount`"),
        ("金额: amount", '金额: "?"', (9, 39), "the column `金额` is left open|write which of amount it is"),
        ("  visits: {path: [exports/visits.csv]}\n", "", (2, 1), "has no source `visits`|add `visits:`"),
        ("exports/visits.csv", "exports/visit.csv", (12, 3), "no file march/exports/visit.csv|`visits.csv`"),
        ("exports/orders-*", "exports/order-*", (3, 3), "no file march/exports/order-*.csv|exports"),
        ("gb18030", "gb18031", (3, 3), "there is no encoding `gb18031`|`gb18030`"),
        ("日期: date", "时间: date", (3, 3), "时间|日期"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(
    before: str, after: str, place: tuple[int, int], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert before in DATASET
    (folder / "march" / "data.yaml").write_text(DATASET.replace(before, after), encoding="utf-8")
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("rules.yaml", dataset="march/data.yaml")
    told = [problem for problem in raised.value.problems if problem.severity == "error"]
    assert len(told) == 1
    assert told[0].location is not None
    assert (told[0].location.file, told[0].location.line, told[0].location.column) == ("march/data.yaml", *place)
    for piece in said.split("|"):
        assert piece in f"{told[0].message} {told[0].hint}"
    assert main(["run", "rules.yaml", "--dataset", "march/data.yaml"]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert f"march/data.yaml:{place[0]}:{place[1]}: error[{told[0].code}]" in written.err


def test_every_mistake_of_a_document_is_told_at_once(folder: Path) -> None:
    wrong = DATASET.replace("金额: amount", '金额: "?", amount: 备注').replace("  visits:", "  visit:")
    (folder / "march" / "data.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(rulecard.Problems) as raised:
        rulecard.run("rules.yaml", dataset="march/data.yaml")
    assert [problem.code for problem in raised.value.problems] == ["RC417", "RC417", "RC510"]


def test_one_dataset_serves_several_rulesets(folder: Path) -> None:
    alone = rulecard.run("rules.yaml", dataset="march/data.yaml")
    shared = DATASET.replace("金额: amount", "金额: amount, 备注: remark") + "  refunds: {path: nowhere.csv}\n"
    (folder / "march" / "data.yaml").write_text(shared, encoding="utf-8")
    result = rulecard.run("rules.yaml", dataset="march/data.yaml")
    assert result.problems == alone.problems
    assert result.to_json() == alone.to_json()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("nowhere.yaml", "there is no file `nowhere.yaml`"),
        ("rules.yaml", "this is a ruleset, not a dataset"),
        ("march/exports/visits.csv", "error[RC"),
    ],
)
def test_what_is_no_dataset_is_refused(file: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "rules.yaml", "--dataset", file]) == 2
    written = capsys.readouterr()
    assert said in written.err
    assert "Traceback" not in written.err


def test_a_dataset_is_not_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "rules.yaml", "--data", "orders=march/data.yaml", "--data", "visits=march/data.yaml"]) == 2
    assert "--dataset" in capsys.readouterr().err


def test_the_sample_of_a_pack_is_a_dataset_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    pack = rulecard.packs()[0]
    dataset = rulecard.sample_dataset(pack)
    assert rulecard.validate(dataset).problems == ()
    assert main(["demo", pack.id, "--format", "json"]) == 0
    demo = capsys.readouterr().out
    assert main(["run", pack.rulesets[0], "--dataset", str(dataset), "--format", "json"]) == 0
    assert capsys.readouterr().out == demo
