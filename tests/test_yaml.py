"""YAML to documents: YAML 1.2 scalars, places of every key, value and character, and what is refused."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rulecard import Location, Problem
from rulecard.documents import yaml_source
from rulecard.documents.yaml_source import Document, parse_document, read_document

from .verdict import ACCEPTED, REFUSED, named

HEAD = "ruleset: shop\n"


def parsed(text: str) -> Document:
    document, problems = parse_document(text, "shop.yaml")
    assert problems == ()
    assert document is not None
    return document


def problems_in(text: str) -> list[tuple[str, int, int]]:
    _, problems = parse_document(text, "shop.yaml")
    return [(problem.code, *_start(problem)) for problem in problems]


def _start(problem: Problem) -> tuple[int, int]:
    assert problem.location is not None
    return problem.location.line, problem.location.column


def shown(text: str, place: Location) -> str:
    """The characters of a text that a place names."""
    lines = text.splitlines(keepends=True)
    if place.line == place.end_line:
        return lines[place.line - 1][place.column - 1 : place.end_column - 1]
    last = lines[place.end_line - 1][: place.end_column - 1] if place.end_line <= len(lines) else ""
    return "".join([lines[place.line - 1][place.column - 1 :], *lines[place.line : place.end_line - 1], last])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-17", -17),
        ("+3", 3),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        ("5%", "5%"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("12:30", "12:30"),
        ("2025-01-01", "2025-01-01"),
        ("2025-01", "2025-01"),
        ("0b11", "0b11"),
        ("１２", "１２"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("-", "-"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, value: object) -> None:
    if written == "-":
        written = "'-'"
    found = parsed(f"{HEAD}x: {written}\n").data["x"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("written", ["0", "007", "2025-01", "true", "null", "1.50", "'1.50'", "净增粉丝率", "a b"])
def test_keys_are_their_text(written: str) -> None:
    assert list(parsed(f"{HEAD}edges: {{{written}: poor}}\n").data["edges"]) == [written.strip("'")]


def test_kind_and_id() -> None:
    document = parsed("# a comment\n---\noverlay: retail\nextends: shop\n")
    assert (document.kind, document.id, document.file) == ("overlay", "retail", "shop.yaml")
    assert parsed("ruleset: 5\n").id == ""


TEXT = """\
ruleset: shop
title: {zh: 店铺, en: "Shop"}   # 注
inputs:
  𝒳订单: {unit: order}
  visits:
levels:
- a
-
- [b, 😀😀, c]
text: |
  first
    second

  last

end: x
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ((), TEXT.rstrip("\n"), "ruleset"),
        (("ruleset",), "shop", "ruleset"),
        (("title",), '{zh: 店铺, en: "Shop"}', "title"),
        (("title", "en"), '"Shop"', "en"),
        (("inputs",), "𝒳订单: {unit: order}\n  visits", "inputs"),
        (("inputs", "𝒳订单"), "{unit: order}", "𝒳订单"),
        (("inputs", "𝒳订单", "unit"), "order", "unit"),
        (("inputs", "visits"), "visits", "visits"),
        (("levels", 0), "a", "a"),
        (("levels", 1), "-", "-"),
        (("levels", 2, 2), "c", "c"),
        (("text",), "|\n  first\n    second\n\n  last", "text"),
        (("end",), "x", "end"),
        # what is not written is shown by the key of what holds it
        (("inputs", "visits", "unit"), "visits", "visits"),
        (("inputs", "orders"), "inputs", "inputs"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_of_values_and_keys(path: Any, value: str, key: str, ending: str, mark: str) -> None:
    document = parsed(mark + TEXT.replace("\n", ending))
    if path == ("inputs",):
        value = "𝒳订单: {unit: order}\n  visits:"
    assert shown(TEXT, document.at(path)) == value
    assert shown(TEXT, document.at_key(path)) == key


def test_lines_are_those_of_editors() -> None:
    document = parsed(f'{HEAD}a: "x\u2028y\u0085z"\nb: 1\n')
    assert document.at(("b",)) == Location("shop.yaml", 3, 4, 3, 5)


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ("plain text\n", {0: "p", 6: "t", 9: "t"}),
        ("two\n    lines\n\n    # no\n", {3: "\n    ", 4: "l", 8: "s"}),
        ("two\n  lines here\n", {0: "t", 3: "\n  ", 4: "l", 10: "h"}),
        ("two\n\n\n  paragraphs\n", {3: "\n", 4: "\n", 5: "p"}),
        ("'it''s'\n", {1: "t", 2: "''", 3: "s"}),
        ('"a\\tb\\u4e2d\\x41\\"c"\n', {1: "\\t", 2: "b", 3: "\\u4e2d", 4: "\\x41", 5: '\\"', 6: "c"}),
        ('"one  \n   two \\\n   three"\n', {3: "  \n   ", 4: "t", 7: " ", 8: "t"}),
        ("|\n  one\n    two\n\n  three\n", {0: "o", 3: "\n", 4: " ", 6: "t", 9: "\n", 10: "\n", 11: "t"}),
        (">-\n  one\n  two\n\n  three\n   four\n  five\n", {3: "\n  ", 4: "t", 7: "\n", 8: "t"}),
        ("|2-  # header\n    one\n   two\n", {0: " ", 2: "o", 6: " ", 7: "t"}),
        ("|+\n  one\n\n\n", {3: "\n", 5: "\n"}),
    ],
)
def test_places_inside_a_text(written: str, pieces: dict[int, str]) -> None:
    text = f"{HEAD}a: {written}b: 1\n"
    document = parsed(text)
    for index, piece in pieces.items():
        assert shown(text, document.inside(("a",), index, index + 1)) == piece


def test_a_piece_of_a_text_runs_from_its_first_to_its_last_character() -> None:
    text = f'{HEAD}a: "x \\u00e9 yz"\n'
    document = parsed(text)
    assert shown(text, document.inside(("a",), 0, 4)) == "x \\u00e9 "
    # beyond the end is the place just behind the text, where something is missing
    assert document.inside(("a",), 6, 7).column == text.splitlines()[1].rindex('"') + 1
    assert document.inside(("ruleset", "none"), 0, 1) == document.at_key(("ruleset",))


TEXTS = st.text(alphabet=st.sampled_from("ab: #'\"\\{}[]-|>%@&*!?,\n\t 中😀é\u00a0"), max_size=40)


@settings(max_examples=400, deadline=None)
@given(
    value=TEXTS,
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    width=st.integers(5, 40),
    depth=st.integers(0, 3),
    unicode=st.booleans(),
)
def test_each_character_of_a_text_is_found(value: str, style: Any, width: int, depth: int, unicode: bool) -> None:
    data: Any = value
    path: list[str | int] = []
    for level in range(depth):
        data, step = ({"k": data}, "k") if level % 2 else ([data], 0)
        path.insert(0, step)
    written = yaml.dump(
        {"ruleset": data}, default_style=style, width=width, allow_unicode=unicode, default_flow_style=False
    )
    document, problems = parse_document(written, "shop.yaml")
    # libyaml does not read back everything that PyYAML writes; what it reads is what counts here
    if document is None:
        assert problems
        return
    place = ("ruleset", *path)
    text = document.data["ruleset"]
    for step in path:
        text = text[step]
    if not isinstance(text, str):
        return
    spans = [document.inside(place, index, index + 1) for index in range(len(text))]
    for char, span in zip(text, spans, strict=True):
        assert _reads_as(shown(written, span), char, document.places[place][4])
    starts = [(span.line, span.column) for span in spans]
    ends = [(span.end_line, span.end_column) for span in spans]
    assert starts == sorted(set(starts))
    assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


def _reads_as(piece: str, char: str, style: str | None) -> bool:
    """Whether a piece of a file stands for a character: itself, an escape, or a line break with what surrounds it."""
    if piece == char:
        return True
    if style == "'" and char == "'":
        return piece == "''"
    if style == '"' and piece.startswith("\\"):
        return bool(yaml.safe_load(f'"{piece}"') == char)
    return char in " \n" and "\n" in piece and not piece.strip(" \t\n")


@given(st.text(alphabet=st.sampled_from("a:- \n'\"[]{}#|>&*!%,?\t中：，\\0é@`"), max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_gives_a_document_or_a_problem_in_the_file(text: str) -> None:
    document, problems = parse_document(text, "shop.yaml")
    assert document is not None or problems
    lines = text.split("\n")
    for problem in problems:
        place = problem.location
        assert place is not None
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        assert (place.end_line, place.end_column) >= (place.line, place.column)
        assert "this is not YAML" not in problem.message, "libyaml's own words reached the user"


def test_all_problems_of_a_file_are_found_at_once() -> None:
    text = "ruleset: &a x\nb: 1\nb: {c: .inf, c: 2}\nd: !t y\ne: *a\nf: [\n"
    found = [("RC103", 1, 10), ("RC102", 3, 1), ("RC109", 3, 8), ("RC102", 3, 14), ("RC104", 4, 4), ("RC103", 5, 4)]
    assert problems_in(text) == [*found, ("RC101", 6, 4)]


def test_a_key_that_stands_twice_keeps_its_first_value() -> None:
    document, problems = parse_document(f"{HEAD}a: {{x: 1}}\na: {{y: 2}}\n", "shop.yaml")
    assert document is not None
    assert document.data == {"ruleset": "shop", "a": {"x": 1}}
    assert document.at(("a", "x")).line == 2
    assert [(problem.code, problem.hint) for problem in problems] == [
        ("RC102", "it stands in line 2 already; remove or rename one of the two")
    ]


HOSTILE = {
    "brackets": ("'ruleset: ' + '[' * 60_000", "RC105"),
    "braces": ("'ruleset: ' + '{a: ' * 60_000", "RC105"),
    "dashes": ("'- ' * 60_000", "RC105"),
    "many small values": ("'ruleset: [' + 'a,' * 490_000 + ']'", "RC105"),
    "many maps": ("'ruleset: [' + '{},' * 330_000 + ']'", "RC105"),
    "one key again and again": ("'ruleset: x\\n' + 'a: b\\n' * 190_000", "RC102"),
    # one in which each line doubles the one above
    "an alias bomb": ("'a: &a [x]\\n' + ''.join(f'{b}: &{b} [*{a},*{a}]\\n' for a, b in ['ab', 'bc', 'cd'])", "RC103"),
    "a number of a million digits": ("'ruleset: ' + '9' * 999_000", "RC109"),
    "wrong items": ("'ruleset: a\\nmetrics:\\n  m: {formula: x, bands: [' + 'x,' * 90_000 + ']}'", "RC203"),
}  # fmt: skip

MEASURE = """
import resource, sys, time
from rulecard.documents.schema import check_schema
from rulecard.documents.yaml_source import parse_document
text = eval(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
document, problems = parse_document(text, "hostile.yaml")
problems = problems or check_schema(document)
seconds = time.process_time() - start
print(problems[0].code, len(problems), seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured in Linux's units")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_refused_soon_and_in_little_memory(name: str) -> None:
    text, code = HOSTILE[name]
    done = subprocess.run([sys.executable, "-c", MEASURE, text], capture_output=True, text=True, check=True)
    found, count, seconds, megabytes = done.stdout.split()
    assert found == code
    assert int(count) <= 100
    assert float(seconds) < 1
    assert float(megabytes) < 200


def test_a_large_file_is_refused_without_being_read(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000_000)
    start = time.process_time()
    document, (problem,) = read_document(file)
    assert time.process_time() - start < 0.2
    assert document is None
    assert (problem.code, problem.location) == ("RC105", Location(str(file), 1, 1, 1, 1))
    assert "100,000.0 MB" in problem.message


def test_a_stream_without_end_is_refused() -> None:
    endless = Path("/dev/zero")
    if not endless.exists():
        pytest.skip("there is no endless device here")
    assert [problem.code for problem in read_document(endless)[1]] == ["RC105"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(HEAD)
    _, (missing,) = read_document(tmp_path / "shop.yml")
    _, (folder,) = read_document(tmp_path)
    _, (impossible,) = read_document("a\0b")
    assert [problem.code for problem in (missing, folder, impossible)] == ["RC100"] * 3
    assert missing.hint == "did you mean `shop.yaml`?"
    _, (far,) = read_document(tmp_path / "nowhere" / "shop.yaml")
    assert (far.code, far.hint) == ("RC100", None)
    assert "is a folder" in folder.message


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(HEAD)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # whoever runs the tests as root may read every file
    monkeypatch.setattr(Path, "open", refuse)
    _, (problem,) = read_document(file)
    assert problem.code == "RC100"
    assert "may not be read" in problem.message


@pytest.mark.parametrize(
    ("encoding", "text", "named_as"),
    [
        ("gb18030", "ruleset: shop\ntitle: 店铺健康度\n", "GB18030"),
        ("gbk", "ruleset: shop\ntitle: 私域，客户：增长\n", "GB18030"),
        ("utf-16", "ruleset: shop\n", "UTF-16"),
        ("utf-16-be", "ruleset: shop\ntitle: Shop health\n", "UTF-16"),
        ("cp1252", "ruleset: shop\ntitle: Santé\n", "Windows-1252"),
        ("latin-1", "ruleset: shop\ntitle: Größe\n", "Windows-1252"),
    ],
)
def test_another_encoding_is_named(tmp_path: Path, encoding: str, text: str, named_as: str) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes(text.encode(encoding))
    document, (problem,) = read_document(file)
    assert document is None
    assert problem.code == "RC106"
    assert named_as in problem.message
    assert problem.hint is not None
    assert "UTF-8" in problem.hint
    if not encoding.startswith("utf-16"):
        line = text.splitlines()[1]
        first = next(index for index, char in enumerate(line) if char > "\x7f")
        assert _start(problem) == (2, first + 1)


def test_a_byte_order_mark_moves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes(b"\xef\xbb\xbfruleset: shop\nx: \xff\n")
    _, (problem,) = read_document(file)
    assert _start(problem) == (2, 4)
    file.write_bytes(b"\xef\xbb\xbfruleset: shop\n")
    document, _ = read_document(file)
    assert document is not None
    assert document.at_key(("ruleset",)) == Location(str(file), 1, 1, 1, 8)


def test_a_utf_8_file_with_one_broken_character_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes("ruleset: shop\r\ntitle: 店铺健康度\r\ndescription: 每月一次的".encode() + b"\xe5\xba\r\n")
    _, (problem,) = read_document(file)
    assert (problem.code, *_start(problem)) == ("RC106", 3, 19)
    assert "all but 1 of its characters are" in problem.message


def test_half_a_character_is_a_problem() -> None:
    assert problems_in(f"{HEAD}a: \ud83d\n") == [("RC106", 2, 4)]


YAML_FILES = [file for file in (*ACCEPTED, *REFUSED) if not file.with_name(f"{file.name}.expect").exists()]


@pytest.mark.parametrize("file", YAML_FILES, ids=named(YAML_FILES))
def test_without_libyaml_all_is_the_same(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = read_document(file)
    assert issubclass(yaml_source.Parser, yaml.CSafeLoader)
    monkeypatch.setattr(yaml_source, "Parser", yaml.SafeLoader)
    slow = read_document(file)
    assert fast[0] == slow[0]
    assert [problem.to_dict() for problem in fast[1]] == [problem.to_dict() for problem in slow[1]]


def test_reading_and_checking_loads_nothing_slow() -> None:
    code = (
        "import sys; from rulecard.documents.schema import check_schema; "
        "from rulecard.documents.yaml_source import read_document; "
        f"document, problems = read_document({str(ACCEPTED[0])!r}); assert not problems + check_schema(document); "
        "print([name for name in ('polars', 'narwhals', 'jsonschema', 'pydantic', 'typer') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
