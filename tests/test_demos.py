"""What an analyst sees of the shipped packs: every demo in both languages, all of it translated, nothing by its id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import rulecard
from rulecard.cli import main

from .tree import ROOT

RULESETS = [ruleset for pack in rulecard.packs() for ruleset in pack.rulesets]
TEXTS = sorted(file for file in (ROOT / "rulesets").glob("*/**/*.yaml") if "cases" not in file.parts)
SECTIONS = ("metrics", "inputs", "params", "groups", "actions", "advice")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ruleset", RULESETS)
def test_a_demo_shows_no_ids(ruleset: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", ruleset, "--lang", language]) == 0
    written = capsys.readouterr()
    assert written.out.count("━━ ") >= 1
    (file,) = (ROOT / "rulesets").glob(f"*/{ruleset}.yaml")
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    ids = {id for section in SECTIONS for id in document.get(section) or {} if "_" in id}
    assert ids
    # a command that tells of warnings names files
    shown = set(re.findall(r"\w+", written.out))
    assert ids & shown == set()
    assert "RC" not in written.err


def texts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[str, dict[str, str]]]:
    """Every text that is written by language, with its place."""
    if isinstance(value, dict):
        if value and all(isinstance(one, str) for one in value.values()) and {"zh", "en"} & set(value):
            yield ".".join(map(str, path)), value
        for key, one in value.items():
            yield from texts(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from texts(one, (*path, place))


@pytest.mark.parametrize("file", TEXTS, ids=[str(file.relative_to(ROOT / "rulesets")) for file in TEXTS])
def test_every_text_is_there_in_both_languages(file: Path) -> None:
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    for section in ("title", "description"):
        assert not isinstance(document.get(section), str), section
    for place, text in texts(document):
        assert set(text) == {"zh", "en"}, place
        # names and formulas, such as LTV ÷ CAC, need no Chinese character
        assert re.search(r"[一-鿿]", text["zh"]) or not re.search(r"[a-z]{2} ", text["zh"]), place
        # a description may quote what stands in a cell
        assert place.endswith("description") or not re.search(r"[一-鿿]", _unquoted(text["en"])), place


def _unquoted(text: str) -> str:
    return re.sub(r"[（(「《“‘'\"].*?[）)」》”’'\"]", "", text)
