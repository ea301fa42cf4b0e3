"""Packs of strangers: nothing of theirs runs, nothing but their own files is read, and what is wrong is said."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from rulecard.cli import main

RULESET = "ruleset: {id}\nversion: 0.3.0\ninputs: {{orders: {{}}}}\nmetrics: {{sales: {{formula: orders}}}}\n"
RUNS = "open('ran', 'a').write(__name__)\nraise SystemExit('a pack is data')\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RULECARD_PACKS", "packs")
    (tmp_path / "data.csv").write_text("orders\n5\n", encoding="utf-8")
    (tmp_path / "secret.yaml").write_text(RULESET.format(id="secret"), encoding="utf-8")
    return tmp_path


def pack(folder: Path, name: str, more: str = "", ruleset: str = "shop") -> Path:
    made = folder / name
    made.mkdir(parents=True)
    head = f"pack: {name}\nversion: 1.2.0\nrulesets: [{ruleset}.yaml]\n"
    (made / "pack.yaml").write_text(head + more, encoding="utf-8")
    (made / f"{ruleset}.yaml").write_text(RULESET.format(id=ruleset), encoding="utf-8")
    return made


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int) -> str:
    assert main([*arguments]) == status
    written = capsys.readouterr()
    return written.out + written.err


def test_a_link_leads_nowhere_outside(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = pack(folder / "packs", "north", "overlays: [overlays/small.yaml]\n")
    (made / "overlays").mkdir()
    (made / "shop.yaml").unlink()
    (folder / "small.yaml").write_text("overlay: small\nextends: secret\nversion: 1.0.0\n", encoding="utf-8")
    for name in ("shop.yaml", "overlays/small.yaml"):
        (made / name).symlink_to(folder / ("secret.yaml" if name == "shop.yaml" else "small.yaml"))
    outside = "lies outside the pack north"
    assert outside in said(capsys, "run", "shop", "--data", "data.csv", status=2)
    assert outside in said(capsys, "packs", "show", "north", status=2)
    overlaid = said(capsys, "run", "secret.yaml", "--overlay", "small", "--data", "data.csv", status=2)
    assert "small.yaml " + outside in overlaid
    # nor does the file that says what the pack is
    (made / "pack.yaml").rename(folder / "pack.yaml")
    (made / "pack.yaml").symlink_to(folder / "pack.yaml")
    assert "packs/north cannot be used" in said(capsys, "packs", status=0)


def test_a_link_of_ones_own_is_followed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(folder / "checkout", "north")
    (folder / "packs").mkdir()
    (folder / "packs" / "north").symlink_to(folder / "checkout" / "north")
    assert "sales" in said(capsys, "run", "shop", "--data", "data.csv", status=0)


@pytest.mark.parametrize("path", ["l*.csv", "sub/*.csv", "**/data.csv", "link.csv", "../../*.csv"])
def test_a_sample_reads_no_file_outside_whatever_it_is_called(
    folder: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    made = pack(folder / "packs", "north", "sample: sample.yaml\n")
    (made / "sample.yaml").write_text(f'dataset: s\nsources: {{data: {{path: "{path}"}}}}\n', encoding="utf-8")
    (made / "link.csv").symlink_to(folder / "data.csv")
    (folder / "beyond").mkdir()
    (folder / "beyond" / "data.csv").write_text("orders\n7\n", encoding="utf-8")
    (made / "sub").symlink_to(folder / "beyond")
    for command, status in (("demo", 2), ("validate", 1)):
        told = said(capsys, command, "north", status=status)
        assert "north/sample.yaml:2:24: error[RC604] the sample reads " in told
        assert ", which lies outside the pack" in told


@pytest.mark.parametrize("sample", ["../../x.yaml", "{folder}/x.yaml"])
def test_a_sample_is_the_packs_own(folder: Path, capsys: pytest.CaptureFixture[str], sample: str) -> None:
    pack(folder / "packs", "north", f"sample: {sample.format(folder=folder)}\n")
    (folder / "x.yaml").write_text("dataset: x\nsources: {data: {path: data.csv}}\n", encoding="utf-8")
    assert "x.yaml lies outside the pack north" in said(capsys, "demo", "north", status=2)


def test_a_huge_file_costs_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = pack(folder / "packs", "north")
    with (made / "shop.yaml").open("ab") as stream:
        stream.truncate(50_000_000_000)
    assert "RC105" in said(capsys, "run", "shop", "--data", "data.csv", status=2)


def test_a_pack_that_names_what_it_does_not_hold(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = pack(folder / "packs", "north", "overlays: [overlays/small.yaml]\n")
    told = said(capsys, "run", "shop", "--overlay", "small", "--data", "data.csv", status=2)
    assert "the pack `north` names `small` among its overlays, and has no such file" in told
    (made / "sub").mkdir()
    (made / "shop.yaml").rename(made / "sub" / "shop.yaml")
    assert "names `shop` among its rulesets" in said(capsys, "run", "shop", "--data", "data.csv", status=2)


@pytest.mark.parametrize(
    ("named", "lies_at", "id", "call_it"),
    [
        ("rulesets: [sub/shop.yaml]", "sub/shop.yaml", "shop", "shop.yaml"),
        ("rulesets: [shops.yaml]", "shops.yaml", "shop", "shop.yaml"),
    ],
)
def test_a_file_in_a_pack_is_called_by_its_id(
    folder: Path, capsys: pytest.CaptureFixture[str], named: str, lies_at: str, id: str, call_it: str
) -> None:
    made = folder / "packs" / "north"
    (made / lies_at).parent.mkdir(parents=True)
    (made / "pack.yaml").write_text(f"pack: north\nversion: 1.0.0\n{named}\n", encoding="utf-8")
    (made / lies_at).write_text(RULESET.format(id=id), encoding="utf-8")
    told = said(capsys, "validate", "north", status=1)
    assert f"pack.yaml:3:12: error[RC604] the ruleset `{id}` would not be found by its id in {lies_at}" in told
    assert f"call the file {call_it}" in told


def test_a_folder_without_packs_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(folder / "company" / "retail", "north")
    assert "company has no pack.yaml, nor has a folder right below it" in said(
        capsys, "packs", "--packs", "company", status=2
    )
    assert "RULECARD_PACKS names packs, which is not there" in said(capsys, "packs", status=0)
    (folder / "packs").mkdir()
    assert "RULECARD_PACKS names packs, in which is no pack" in said(capsys, "run", "shop", status=2)


def test_copies_that_a_build_left_are_passed_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "pack", "acme"]) == 0
    capsys.readouterr()
    left = folder / "acme" / "build" / "lib"
    left.mkdir(parents=True)
    (left / "old.yaml").write_text("ruleset: old\n", encoding="utf-8")
    assert said(capsys, "validate", "acme", status=0) == "No problems in 6 files\n"
    # a folder of that name somewhere else is like any other
    (folder / "build").mkdir()
    (folder / "build" / "old.yaml").write_text("ruleset: old\n", encoding="utf-8")
    assert "RC202" in said(capsys, "validate", "build", status=1)
    assert "RC202" in said(capsys, "validate", ".", status=1)


def test_an_installed_pack_is_found_without_running_anything(folder: Path) -> None:
    """A distribution as pip leaves it, of which every module would end the program, and whose entry points mislead."""
    site = folder / "site"
    pack(site, "evil_pack", ruleset="evil").joinpath("__init__.py").write_text(RUNS, encoding="utf-8")
    pack(site / "evil" / "inner", "deep", ruleset="deep").joinpath("__init__.py").write_text(RUNS, encoding="utf-8")
    for module in ("evil/__init__.py", "evil/inner/__init__.py", "evil_module.py"):
        (site / module).write_text(RUNS, encoding="utf-8")
    pack(site / "namespace", "spaced", ruleset="spaced")
    entries = {
        "evil": "evil_pack", "attribute": "evil_pack:main", "deep": "evil.inner.deep", "spaced": "namespace",
        "module": "evil_module", "gone": "not_there.at_all", "program": "__main__", "built_in": "sys",
        "dots": "...", "empty": "", "slash": "../../etc", "words": "a b c", "colon": ":x", "extra": "math [x]",
    }  # fmt: skip
    done = _installed(folder, site, entries, "packs")
    assert done.returncode == 0, done.stderr
    found = [line.split()[0] for line in done.stdout.splitlines()]
    assert {"evil_pack", "deep", "spaced"} <= set(found)
    assert not (folder / "ran").exists()
    lost = [line for line in done.stderr.splitlines() if "leads to no folder with a pack.yaml" in line]
    for name in ("module", "gone", "program", "built_in", "dots", "empty", "slash", "words", "colon", "extra"):
        assert any(f"`{name} = {entries[name]}`" in line for line in lost), name
    assert len(lost) == 10


def test_an_editable_install_is_a_folder_of_links(folder: Path) -> None:
    assert main(["new", "pack", "acme"]) == 0
    source = folder / "acme" / "rulecard_acme"
    for file in source.rglob("*.*"):
        link = folder / "site" / "rulecard_acme" / file.relative_to(source)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
    sample = source / "sample" / "dataset.yaml"
    sample.write_text(sample.read_text(encoding="utf-8").replace("data.csv", '"d*.csv"'), encoding="utf-8")
    for command, shown in (("validate", "No problems in 6 files"), ("test", "7 passed"), ("demo", "South")):
        done = _installed(folder, folder / "site", {"acme": "rulecard_acme"}, command, "acme")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert shown in done.stdout
    # but what its files say leads no more outside than in any other pack
    head = source / "pack.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("sample/data", "../../data"), encoding="utf-8")
    done = _installed(folder, folder / "site", {"acme": "rulecard_acme"}, "demo", "acme")
    assert done.returncode == 2
    assert "lies outside the pack" in done.stderr


def _installed(folder: Path, site: Path, entries: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command where a folder stands among the installed ones, with the entry points of one distribution."""
    info = site / "strange-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: strange\nVersion: 1.0\n", encoding="utf-8")
    listed = "".join(f"{name} = {value}\n" for name, value in entries.items())
    (info / "entry_points.txt").write_text(f"[rulecard.packs]\n{listed}", encoding="utf-8")
    here = f"import sys; sys.path.insert(0, {str(site)!r}); from rulecard.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", here, *arguments], capture_output=True, encoding="utf-8", check=False, cwd=folder,
        env={"PATH": "", "PYTHONPATH": sysconfig.get_path("purelib"), "COLUMNS": "200"},
    )  # fmt: skip
