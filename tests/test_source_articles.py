"""Each row of the source articles stands in a pack, or a README says why it does not.

`articles/S000.yaml` and its like name the place of each row: `RULESET#path` (of an overlay too), a list of places,
`{left_out: words}` that stand in the README's section of what was left out, or `{readme: words}` that stand anywhere in
it. Words are compared without spaces and line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rulecard.documents.yaml_source import read_document
from rulecard.language.loading import load

from .tree import ROOT, files

ARTICLES = Path(__file__).parent / "articles"
LIST = ROOT.parent / "shared" / "knowledge" / "source-articles.md"
ROW = re.compile(r"\bS\d{3}-[A-Z]\d+\b")
LEFT_OUT = re.compile(r"^(#+) .*(?:没做的，和为什么|Left out, and why)", re.MULTILINE)
FEWEST_SIGNS = 4


@cache
def known() -> dict[str, Path]:
    """The file of each ruleset and overlay of the packs, by its id."""
    documents = [read_document(ROOT / file)[0] for file in files("rulesets") if file.suffix == ".yaml"]
    return {one.id: Path(one.file) for one in documents if one is not None and one.kind in ("ruleset", "overlay")}


@cache
def whole(id: str) -> Any:
    """All that a ruleset or an overlay says, together with what it builds on."""
    ruleset, problems = load(known()[id])
    assert ruleset is not None and not problems, problems
    return ruleset.origin.data


def pack_of(id: str) -> Path:
    file = known()[id]
    return next(folder for folder in file.parents if (folder / "pack.yaml").is_file())


def missing_of(place: str) -> str | None:
    """What is wrong with a place, None where it is there."""
    id, _, path = place.partition("#")
    if id not in known():
        return f"{place}: there is no ruleset {id}"
    value = whole(id)
    for step in path.split("."):
        try:
            value = value[int(step) if isinstance(value, list) else step]
        except (KeyError, IndexError, TypeError, ValueError):
            return f"{place}: there is no `{step}`"
    return None


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def left_out_of(text: str) -> str:
    """The sections of what was left out, each up to the next heading of its rank."""
    found = []
    for heading in LEFT_OUT.finditer(text):
        rest = text[heading.end() :]
        end = re.search(rf"^#{{1,{len(heading[1])}}} ", rest, re.MULTILINE)
        found.append(rest[: end.start()] if end else rest)
    return "\n".join(found)


def entries_of(article: str) -> dict[str, list[Any]]:
    """The answers to each row, as a list."""
    document, problems = read_document(ARTICLES / f"{article}.yaml")
    assert document is not None and not problems, problems
    return {row: answer if isinstance(answer, list) else [answer] for row, answer in document.data.items()}


def places_in(entries: dict[str, list[Any]]) -> Iterator[str]:
    yield from (answer for answers in entries.values() for answer in answers if isinstance(answer, str))


def wrong_with(answer: object, readmes: list[str]) -> str | None:
    match answer:
        case str():
            return missing_of(answer)
        case {"left_out": str(words)} if len(bare(words)) >= FEWEST_SIGNS:
            held = any(bare(words) in bare(left_out_of(text)) for text in readmes)
            return None if held else f"the README does not say in what was left out: {words}"
        case {"readme": str(words)} if len(bare(words)) >= FEWEST_SIGNS:
            return None if any(bare(words) in bare(text) for text in readmes) else f"the README does not say: {words}"
        case _:
            return f"neither a place nor words: {answer}"


ALL = sorted(file.stem for file in ARTICLES.glob("*.yaml"))


@pytest.mark.parametrize("article", ALL)
def test_every_answer_holds(article: str) -> None:
    entries = entries_of(article)
    homes = {pack_of(place.partition("#")[0]) for place in places_in(entries) if place.partition("#")[0] in known()}
    readmes = [(home / "README.md").read_text(encoding="utf-8") for home in sorted(homes)]
    wrong = {row: [words for one in answers if (words := wrong_with(one, readmes))] for row, answers in entries.items()}
    assert {row: words for row, words in wrong.items() if words or not entries[row]} == {}


@pytest.mark.skipif(not LIST.is_file(), reason="the list of the articles' rows is not in this copy")
def test_every_row_has_an_answer() -> None:
    rows = set(ROW.findall(LIST.read_text(encoding="utf-8")))
    assert len(rows) > 300
    answered = {row for article in ALL for row in entries_of(article)}
    assert sorted(rows - answered) == []
    assert sorted(answered - rows) == []


def test_a_row_stands_in_the_file_of_its_article() -> None:
    assert ALL
    assert [row for article in ALL for row in entries_of(article) if not row.startswith(f"{article}-")] == []


def test_a_place_that_is_gone_and_words_that_nobody_says_are_noticed() -> None:
    assert missing_of("wecom-private-domain#metrics.ltv.bands.0.below") is None
    assert missing_of("wecom-private-domain#metrics.ltv.bands.9") is not None
    assert missing_of("wecom-private-domain#metrics.no_such") is not None
    assert missing_of("wecom-retail#advice.sale_hangover") is None  # an overlay's own
    assert missing_of("wecom-exports#metrics.ltv") is None  # and what a ruleset builds on
    page = "# Pack\n\n## 没做的，和为什么\n\n- 页脚\n  日期：不是数据\n\n## More\n\nelsewhere\n"
    assert wrong_with({"left_out": "页脚日期"}, [page]) is None
    assert wrong_with({"left_out": "elsewhere"}, [page]) is not None
    assert wrong_with({"readme": "elsewhere"}, [page]) is None
    assert wrong_with({"left_out": "期"}, [page]) is not None
