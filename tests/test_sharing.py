"""Packs of one's own: from folders, from installed distributions, in the version that is wanted, and data only."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import rulecard
from rulecard.cli import main

RULESET = "ruleset: {id}\nversion: 0.3.0\ninputs: {{orders: {{}}}}\nmetrics: {{sales: {{formula: orders * {times}}}}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RULECARD_PACKS", raising=False)
    (tmp_path / "data.csv").write_text("orders\n5\n", encoding="utf-8")
    return tmp_path


def pack(
    folder: Path, name: str, ruleset: str = "shop", more: str = "", version: str = "1.2.0", times: int = 1
) -> Path:
    made = folder / name
    made.mkdir(parents=True)
    head = f"pack: {name}\nversion: {version}\nrulesets: [{ruleset}.yaml]\n"
    (made / "pack.yaml").write_text(head + more, encoding="utf-8")
    (made / f"{ruleset}.yaml").write_text(RULESET.format(id=ruleset, times=times), encoding="utf-8")
    return made


def sales(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The value that a run shows, or the first line of what was wrong."""
    status = main(["run", *arguments, "--data", "data.csv", "--format", "csv"])
    written = capsys.readouterr()
    if status:
        assert status == 2 and not written.out
        return written.err.splitlines()[0]
    return written.out.splitlines()[1].split(",")[4]


def test_packs_are_found_in_folders(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    north = pack(folder / "ours", "north", times=2)
    pack(folder / "theirs", "south", "market", times=3)
    assert "RC600" in sales(capsys, "shop")
    assert sales(capsys, "shop", "--packs", "ours") == "10.0"
    assert sales(capsys, "shop", "--packs", str(north)) == "10.0"
    # for that call alone
    assert "RC600" in sales(capsys, "shop")
    monkeypatch.setenv("RULECARD_PACKS", os.pathsep.join(["ours", "theirs"]))
    assert sales(capsys, "market") == "15.0"
    assert {"north", "south", "wecom-private-domain"} <= {one.id for one in rulecard.packs()}
    assert main(["packs"]) == 0
    assert "north" in capsys.readouterr().out
    # the same folder twice is one pack
    assert sales(capsys, "shop", "--packs", "ours") == "10.0"


def test_folders_that_are_not_there_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["run", "shop", "--packs", "nowhere"]) == 2
    assert "there is no folder nowhere" in capsys.readouterr().err
    monkeypatch.setenv("RULECARD_PACKS", "nowhere")
    assert main(["run", "shop"]) == 2
    assert "RULECARD_PACKS names nowhere, which is not there" in capsys.readouterr().err
    assert main(["packs"]) == 0
    assert "RULECARD_PACKS names nowhere, which is not there" in capsys.readouterr().err


def test_ids_that_clash_are_named_and_not_chosen_between(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("north", "south"):
        made = pack(folder / "packs", name)
        (made / "overlays").mkdir()
        (made / "overlays" / "small.yaml").write_text(
            "overlay: small\nextends: shop\nversion: 1.0.0\nset: {version: 2.0.0}\n", encoding="utf-8"
        )
    clash = "error[RC605] `shop` is the id of 2 rulesets: packs/north/shop.yaml, packs/south/shop.yaml"
    assert sales(capsys, "shop", "--packs", "packs") == clash
    assert sales(capsys, "packs/north/shop.yaml", "--packs", "packs") == "5.0"
    told = sales(capsys, "packs/north/shop.yaml", "--overlay", "small", "--packs", "packs")
    assert told.startswith("error[RC605] `small` is the id of 2 overlays: ")
    assert main(["packs", "--packs", "packs"]) == 0
    assert "warning[RC605] `shop` is the id of 2 rulesets" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("^1", True), ("^1.2", True), ("^1.3", False), ("^2", False), ("^0.9", False), ("1.2.0", True),
        ("1.2", True), ("1.1.9", False), (">=1.0", True), (">=1.2.1", False), (">=1.0,<1.2", False),
        (">=1.0, <2", True), ("<=1.2", True), ("<1.2.0", False), (">1.1.9", True), ("==1.2.0", True),
    ],
)  # fmt: skip
def test_the_version_of_a_pack_is_held_to_what_is_wanted(
    folder: Path, capsys: pytest.CaptureFixture[str], wanted: str, fits: bool
) -> None:
    pack(folder / "packs", "north")
    found = sales(capsys, f"shop@{wanted}", "--packs", "packs")
    refused = f"error[RC606] the pack `north` is of version 1.2.0, and `@{wanted}` is wanted"
    assert found == ("5.0" if fits else refused)


@pytest.mark.parametrize(
    ("version", "wanted", "fits"),
    [
        ("0.3.1", "^0.3", True), ("0.4.0", "^0.3", False), ("0.0.4", "^0.0.3", False), ("2.0.0-beta", "^1.2", False),
        ("1.3.0-beta", "^1.2", True), ("1.2.0-beta", ">=1.2", False), ("10.0.0", ">=9", True), ("0.9.0", "^0", True),
    ],
)  # fmt: skip
def test_early_versions_may_break_sooner(
    folder: Path, capsys: pytest.CaptureFixture[str], version: str, wanted: str, fits: bool
) -> None:
    pack(folder / "packs", "north", version=version)
    assert (sales(capsys, f"shop@{wanted}", "--packs", "packs") == "5.0") is fits


def test_what_extends_may_want_a_version_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(folder / "packs", "north")
    mine = "ruleset: mine\nversion: 1.0.0\nextends: shop@{}\nmetrics: {{more: {{formula: sales + 1}}}}\n"
    for wanted, status in (("^1", 0), ("^2", 1), ("soon", 1)):
        (folder / "mine.yaml").write_text(mine.format(wanted), encoding="utf-8")
        assert main(["validate", "mine.yaml", "--packs", "packs"]) == status
        told = capsys.readouterr().out
        assert ("mine.yaml:3:10: error[RC603]" in told) is bool(status)
    assert "`@soon` is no version that can be compared" in told
    # a file in no pack has its own version
    (folder / "shop.yaml").write_text(RULESET.format(id="shop", times=1), encoding="utf-8")
    (folder / "mine.yaml").write_text(mine.format("^0.3"), encoding="utf-8")
    assert main(["validate", "mine.yaml"]) == 0


@pytest.mark.parametrize(("needs", "fits"), [(">= 0.1", True), (">=0.1,<99", True), (">= 99", False), ("^99", False)])
def test_a_pack_says_which_rulecard_it_needs(
    folder: Path, capsys: pytest.CaptureFixture[str], needs: str, fits: bool
) -> None:
    pack(folder / "packs", "north", more=f'requires: "rulecard {needs}"\n')
    words = f"error[RC606] the pack `north` needs rulecard {needs}, and this is {rulecard.__version__}"
    assert sales(capsys, "shop", "--packs", "packs") == ("5.0" if fits else words)
    assert main(["validate", "packs"]) == int(not fits)
    assert ("packs/north/pack.yaml:4:11: " + words in capsys.readouterr().out) is not fits


def test_a_pack_reads_nothing_that_is_not_its_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "secret.yaml").write_text(RULESET.format(id="secret", times=9), encoding="utf-8")
    made = pack(folder / "packs", "north", more="sample: sample.yaml\n")
    (made / "shop.yaml").write_text("ruleset: shop\nversion: 1.0.0\nextends: ../../secret.yaml\n", encoding="utf-8")
    for entry, said in {
        "{path: ../../data.csv}": "reads ../../data.csv, which lies outside",
        f"{{path: {folder / 'data.csv'}}}": "which lies outside the pack",
        '{path: "s3://bucket/data.csv"}': "reads s3://bucket/data.csv, which lies outside",
        "{sql: SELECT 5 AS orders, connection: 'env:HOME'}": "a sample asks no database",
    }.items():
        (made / "sample.yaml").write_text(f"dataset: s\nsources:\n  data: {entry}\n", encoding="utf-8")
        assert main(["validate", "packs"]) == 1
        told = capsys.readouterr().out
        assert "north/shop.yaml:3:10: error[RC603] " in told and "lies outside the pack north" in told
        assert said in told
        assert main(["demo", "north", "--packs", "packs"]) == 2
        assert said in capsys.readouterr().err
    (made / "shop.yaml").unlink()
    (made / "shop.yaml").symlink_to(folder / "secret.yaml")
    assert main(["validate", "packs"]) == 1
    assert "shop.yaml lies outside the pack" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_pack_validates_runs_and_passes(folder: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert main(["new", "pack", "acme-shop", "--lang", language]) == 0
    steps = [line.strip().split()[1:] for line in capsys.readouterr().out.splitlines()[1:]]
    assert [step[0] for step in steps] == ["validate", "test", "demo"]
    for step in steps:
        assert main(step) == 0, step
    written = capsys.readouterr()
    assert written.out.startswith("No problems in 6 files\n7 passed in 2 files\n")
    assert "«" not in written.out
    assert written.err == ""
    assert main(["validate", "--style", "acme-shop"]) == 0
    assert capsys.readouterr().out == "No problems in 6 files\n"
    assert main(["test", "acme-shop", "--cover-at-least", "100%"]) == 0
    assert main(["new", "pack", "acme-shop"]) == 2
    assert "acme-shop is there already" in capsys.readouterr().err
    for file in (folder / "acme-shop").rglob("*.*"):
        assert file.is_dir() or not {"«", "MODULE", "BESIDE"} & set(file.read_text(encoding="utf-8").split("»"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_ruleset_validates_runs_and_passes(
    folder: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    assert main(["new", "ruleset", "my-shop", "--lang", language]) == 0
    for line in capsys.readouterr().out.splitlines()[1:]:
        assert main(line.split()[1:]) == 0, line
    assert main(["new", "ruleset", "My Shop"]) == 2
    assert "`My Shop` is not a name" in capsys.readouterr().err


def test_a_pack_built_as_a_wheel_and_installed_is_found_and_runs(folder: Path) -> None:
    assert main(["new", "pack", "acme-shop"]) == 0
    module = folder / "acme-shop" / "rulecard_acme_shop"
    # were it imported, that would be seen
    (module / "__init__.py").write_text("raise SystemExit('a pack is data')\n", encoding="utf-8")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        "dist",
        "./acme-shop",
    ]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    assert "rulecard_acme_shop/acme-shop.yaml" in zipfile.ZipFile(wheel).namelist()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "fresh"], check=True)
    python = next(file for file in (folder / "fresh").glob("*/python*") if file.stem == "python")
    (site,) = (folder / "fresh").rglob("site-packages")
    # Rulecard and what it needs are taken from here
    (site / "here.pth").write_text(
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n", encoding="utf-8"
    )
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)

    def ran(*arguments: str) -> str:
        command = [str(python), "-m", "rulecard.cli", *arguments]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=folder / "dist")
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    assert "acme-shop" in ran("packs")
    assert ran("demo", "acme-shop", "--quiet", "--format", "csv").count("South") == 6
    sample = str(module / "sample" / "data.csv")
    assert ran("run", "acme-shop@^0.1", "--quiet", "--data", sample, "--format", "csv").count("North") == 6
    assert ran("test", "acme-shop") == "7 passed in 2 files\n"
    listed = subprocess.run([sys.executable, "-m", "rulecard.cli", "packs"], capture_output=True, text=True, check=True)
    assert "acme-shop" not in listed.stdout


def test_the_way_to_a_pack_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(folder, "north")
    for name, hint in (
        ("north", "a folder is named by --packs, and its pack by its id: north --packs north"),
        ("./north", "a folder is named by --packs, and its pack by its id: north --packs ./north"),
        ("crm-operation", "did you mean `crm-operations`?"),
        ("zzz", "installed: "),
    ):
        assert main(["packs", "show", name]) == 2
        assert hint in capsys.readouterr().err
    assert main(["packs", "show", "north", "--packs", "north"]) == 0
