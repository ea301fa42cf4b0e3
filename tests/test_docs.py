"""The documentation is true: its files are right, its commands print what it says, its tables are those of the code."""

from __future__ import annotations

import ast
import itertools
import json
import re
import shutil
from pathlib import Path

import pytest

import rulecard
from rulecard.codes import CODES
from rulecard.functions import FUNCTIONS, Function

from . import generate_docs, pages
from .tree import ROOT, files

PAGES = [
    file for file in files("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "rulesets") if file.suffix == ".md"
]
RUN = [
    ROOT / "README.md",
    *(
        ROOT / "docs" / f"{name}.md"
        for name in ("data", "diff", "in-ci", "overlays", "packs", "reports", "results", "write-a-ruleset")
    ),
]
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
COMMAND = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)

needs_a_shell = pytest.mark.skipif(shutil.which("bash") is None, reason="the commands of the pages are for a shell")


@needs_a_shell
@pytest.mark.parametrize("page", RUN, ids=[page.name for page in RUN])
def test_examples_are_real(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert pages.files_of(text), "no files, so nothing was tried"
    assert pages.unnamed(text, "yaml") == []
    assert pages.run(text, tmp_path) == text
    for name in pages.files_of(text):
        if name.endswith(".yaml") and not name.startswith("."):
            problems = rulecard.validate(tmp_path / name).problems
            assert bool(problems) is name.startswith("wrong"), problems


@needs_a_shell
@pytest.mark.parametrize("pack", [pack.folder.name for pack in rulecard.packs()])
def test_tables_of_a_pack_come_from_its_rulesets(pack: str, tmp_path: Path) -> None:
    text = (ROOT / "rulesets" / pack / "README.md").read_text(encoding="utf-8")
    for language in ("zh", "en"):
        assert f"<!-- rulecard packs show {pack} --format md --lang {language} -->" in text
    assert pages.filled(text, tmp_path) == text, f"python tests/pages.py rulesets/{pack}/README.md"


def test_an_output_that_is_not_real_is_noticed(tmp_path: Path) -> None:
    real = "```console\n$ printf 'a\\nb\\nc\\n'\na\n…\nc\n```\n"
    assert pages.run(real, tmp_path) == real
    invented = real.replace("\nc\n", "\nd\n")
    assert pages.run(invented, tmp_path) == real.replace("\n…\n", "\nb\n")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall((ROOT / page).read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page.parent / name).resolve() if name else ROOT / page
        assert target.is_relative_to(ROOT) and target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as a code host makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", list(generate_docs.pages()))
def test_a_page_from_a_table_is_up_to_date(name: str) -> None:
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert written == generate_docs.pages()[name], "run python tests/generate_docs.py"


def test_an_editor_is_shown_every_function() -> None:
    assert generate_docs.SCHEMA.read_text(encoding="utf-8") == generate_docs.schema(), (
        "run python tests/generate_docs.py"
    )
    shown = generate_docs.SCHEMA.read_text(encoding="utf-8")
    assert [one.name for one in FUNCTIONS.values() if f"{json.dumps(one.example)}" not in shown] == []


def test_the_tables_are_whole() -> None:
    shown = generate_docs.pages()
    assert [code for code in CODES if f"| [{code}](problems/{code}.md) |" not in shown["problems.md"]] == []
    assert sorted(f"problems/{file.name}" for file in (ROOT / "docs" / "problems").iterdir()) == sorted(
        name for name in shown if name.startswith("problems/")
    )
    assert [name for name in FUNCTIONS if f"| `{name}(" not in shown["functions.md"]] == []


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_the_example_of_a_function_is_right(function: Function, tmp_path: Path) -> None:
    """Its names stand for numbers, texts, flags or dates; one way must be accepted without a problem."""
    tree = ast.parse(function.example)
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert function.name in calls
    names = sorted({node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - calls)
    rows = any(call in FUNCTIONS and FUNCTIONS[call].family == "aggregate" for call in calls)
    kinds = ("number", "flag", "text", "date", *(["datetime"] if rows else []))
    answers = []
    for types, gives in itertools.product(
        itertools.product(kinds, repeat=len(names)), ("number", "flag", "text", "date")
    ):
        file = tmp_path / "example.yaml"
        typed = dict(zip(names, types, strict=True))
        lines = ["ruleset: example", "version: 1.0.0", "entity: who", "period: month"]
        lines += (_over_rows if rows else _over_cards)(function, typed, gives)
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        answers.append(rulecard.validate(file).problems)
        if not answers[-1]:
            return
    raise AssertionError(answers[0])


def _over_rows(function: Function, names: dict[str, str], gives: str) -> list[str]:
    """The rest of a ruleset with the example as an input of the type that it gives."""
    columns = "".join(f", {name}: {type}" for name, type in names.items())
    return [
        f"sources: {{rows: {{columns: {{who: text, date: date{columns}}}}}}}",
        f"inputs: {{found: {{from: rows, formula: '{function.example}', type: {gives}}}}}",
        "metrics: {m: {formula: 1 if is_missing(found) else 0}}",
    ]


def _over_cards(function: Function, names: dict[str, str], gives: str) -> list[str]:
    """The rest of a ruleset with the example in a metric, or in an advice where it is about one."""
    if any(parameter.type == "metric" for parameter in function.parameters):
        metric = "better: higher, target: 1, bands: [{level: poor, below: 1}, {level: good}]"
        metric += ", sample: {hits: hits, trials: trials}"
        lines = ["inputs: {hits: {}, trials: {}}", "metrics:"]
        lines += [f"  {name}: {{formula: hits / trials, {metric}}}" for name in names]
        return [*lines, f"advice: {{a: {{when: '{function.example}', text: '-'}}}}"]
    if any(parameter.type == "cohort" for parameter in function.parameters):
        inputs = ", ".join(f"{name}: {{retention: {{from: rows, id: user, after: 1 day}}}}" for name in names)
        sources = "{rows: {columns: {who: text, date: date, user: text}}}"
        metrics = f"{{m: {{formula: '{function.example}'}}}}"
        return [f"sources: {sources}", f"inputs: {{{inputs}}}", f"metrics: {metrics}"]
    made = {"number": function.example, "flag": f"1 if {function.example} else 0"}
    lines = ["inputs:", "  always: {}", *(f"  {name}: {{type: {type}}}" for name, type in names.items())]
    lines += ["metrics:", f"  m: {{formula: '{made.get(gives, f'1 if is_missing({function.example}) else 0')}'}}"]
    return [*lines, "  n: {formula: always}"]


def test_every_file_of_the_engine_is_told_of() -> None:
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(?:[a-z]+/)?([a-z_]+\.py|[a-z]+/)`", text))
    ours = [file for file in files("engine") if file.suffix == ".py"]
    assert [str(file) for file in ours if not {file.name, f"{file.parts[1]}/"} & told] == []


def test_the_build_runs_the_command_of_the_readme() -> None:
    first, second = [command.strip() for command in COMMAND.findall((ROOT / "README.md").read_text(encoding="utf-8"))][
        :2
    ]
    assert first.endswith("rulecard demo wecom-private-domain")
    steps = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-3:]
    ran = " && ".join(step.replace('"$python"', "python3").replace(' "$@"', "") for step in steps)
    assert ran == second
