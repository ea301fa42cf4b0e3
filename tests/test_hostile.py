"""Files made to hurt: each is refused through the real command line, quickly, in little memory, without a traceback.

Seconds are those of the process itself (its own and the system's for it), so that a busy machine does not fail the
test; `pytest -rP` shows them, and the memory, beside each name.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("Windows does not tell what a process used", allow_module_level=True)

SECONDS, MEGABYTES = 1.0, 200.0
HEAD = "ruleset: hostile\nversion: 1.0.0\ninputs: {a: {}}\n"


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str
    seconds: float
    megabytes: float


# what a process used counts from the fork on, so one of its own starts it: this one may be larger than the limit
RUNNER = """
import json, os, resource, subprocess, sys
done = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    seconds = used.ru_utime + used.ru_stime
    json.dump([done.returncode, done.stdout.decode(), done.stderr.decode(), seconds, used.ru_maxrss], file)
"""


def rulecard(*arguments: str) -> Ended:
    """Runs the command line in a process of its own and says what it used."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [sys.executable, "-c", RUNNER, str(told), sys.executable, "-m", "rulecard.cli", *arguments]
        subprocess.run(command, check=True)
        status, out, err, seconds, size = json.loads(told.read_text(encoding="utf-8"))
    # macOS counts bytes, Linux kilobytes
    return Ended(status, out, err, seconds, size / (1 << 20 if sys.platform == "darwin" else 1 << 10))


def formula(text: str) -> str:
    return f"{HEAD}metrics:\n  m:\n    formula: {json.dumps(text)}\n"


def metrics(count: int, written: Callable[[int], str]) -> str:
    return f"{HEAD}metrics:\n" + "".join(f"  m{number}: {{{written(number)}}}\n" for number in range(count))


BOMB = 'a: &a ["x","x","x","x","x","x","x","x","x"]\n' + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

# what the file holds, and the code of the problem
FILES: dict[str, tuple[Callable[[], str], str]] = {
    "a hundred megabytes": (lambda: HEAD + "description: |\n" + ("  " + "x" * 97 + "\n") * 1_000_000, "RC105"),
    "60,000 nested brackets": (lambda: "ruleset: hostile\nmeta: " + "[" * 60_000 + "]" * 60_000, "RC105"),
    "60,000 brackets never closed": (lambda: "ruleset: hostile\nmeta: " + "[" * 60_000, "RC105"),
    "60,000 nested lists": (lambda: "ruleset: hostile\nmeta:\n  " + "- " * 60_000 + "x\n", "RC105"),
    "60,000 nested maps": (lambda: "ruleset: hostile\nmeta: " + "{a: " * 60_000, "RC105"),
    "steps of 1,300 lines": (
        lambda: "ruleset: hostile\nmeta:\n" + "".join(" " * n + "a:\n" for n in range(1, 1300)),
        "RC105",
    ),
    "80,000 keys": (lambda: "ruleset: h\nmeta:\n" + "".join(f"  k{n}: 1\n" for n in range(80_000)), "RC105"),
    "one key 80,000 times": (lambda: "ruleset: hostile\nmeta:\n" + "  k: 1\n" * 80_000, "RC102"),
    "40,000 documents": (lambda: "---\nruleset: hostile\n" * 40_000, "RC108"),
    "a bomb of aliases": (lambda: BOMB, "RC103"),
    "40,000 anchors": (lambda: "ruleset: h\nmeta:\n" + "".join(f"  k{n}: &a{n} 1\n" for n in range(40_000)), "RC103"),
    "a tag that would run a program": (lambda: 'ruleset: !!python/object/apply:os.system ["touch owned"]\n', "RC104"),
    "a NUL byte": (lambda: HEAD + 'metrics: {m: {formula: "a\0"}}\n', "RC106"),
    "an escaped NUL in a formula": (lambda: HEAD + 'metrics: {m: {formula: "a\\0"}}\n', "RC300"),
    "900,000 letters in a quote": (lambda: 'ruleset: "' + "x" * 900_000, "RC101"),
    "().__class__": (lambda: formula("().__class__"), "RC305"),
    "the way to all classes": (lambda: formula("a.__class__.__bases__[0].__subclasses__()"), "RC305"),
    "9**9**9": (lambda: formula("9**9**9"), "RC309"),
    "9**9**9**9**9**9": (lambda: formula("9**9**9**9**9**9"), "RC309"),
    "1,900 digits": (lambda: formula("9" * 1900), "RC309"),
    "an import": (lambda: formula('__import__("os").system("touch owned")'), "RC305"),
    "a name of Python": (lambda: formula("__builtins__"), "RC301"),
    "eval": (lambda: formula('eval("1")'), "RC302"),
    "a lambda": (lambda: formula("(lambda: 0)()"), "RC305"),
    "a list of a billion": (lambda: formula("[x for x in range(10**9)]"), "RC305"),
    "a text ten billion times": (lambda: formula('"x" * 10**10'), "RC304"),
    "a formula of 400,000 characters": (lambda: formula("a + " * 100_000 + "a"), "RC306"),
    "a name of 200,000 letters": (lambda: formula("a" * 200_000), "RC306"),
    "2,000 minus signs": (lambda: formula("-" * 2_000 + "a"), "RC306"),
    "1,900 minus signs": (lambda: formula("-" * 1_900 + "a"), "RC306"),
    "900 parentheses": (lambda: formula("(" * 900 + "a" + ")" * 900), "RC306"),
    "490 times not": (lambda: formula("not " * 490 + "a"), "RC306"),
    "5,000 keys misspelt": (lambda: metrics(5_000, lambda n: "formla: a"), "RC201"),
    "5,000 unknown names": (lambda: metrics(5_000, lambda n: f"formula: b * {n}"), "RC301"),
    "a circle of 5,000": (lambda: metrics(5_000, lambda n: f"formula: m{(n + 1) % 5_000} + 1"), "RC310"),
}


@pytest.mark.parametrize("name", FILES)
def test_refused_in_a_second_and_200_megabytes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    content, code = FILES[name]
    monkeypatch.chdir(tmp_path)
    Path("hostile.yaml").write_text(content(), encoding="utf-8")
    Path("data.csv").write_text("a\n5\n", encoding="utf-8")
    for arguments, status in ((["validate"], 1), (["run", "--data", "data.csv"], 2)):
        ended = rulecard(*arguments, "hostile.yaml")
        said = ended.out + ended.err
        assert ended.status == status, said[:2_000]
        assert f"error[{code}]" in said
        assert "hostile.yaml:" in said
        assert "Traceback" not in said
        assert "internal error" not in said
        if arguments[0] == "run":
            assert ended.out == ""
        record_property(f"{arguments[0]} seconds", round(ended.seconds, 2))
        record_property(f"{arguments[0]} megabytes", round(ended.megabytes))
        print(f"{arguments[0]}: {ended.seconds:.2f} s, {ended.megabytes:.0f} MB")
        assert ended.seconds < SECONDS
        assert ended.megabytes < MEGABYTES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "hostile.yaml"]


DATA = {
    "a missing file": None,
    "an empty file": "",
    "a header only": "a\n",
    "a missing column": "b\n5\n",
    "text for a number": "a\nfive\n",
    "two rows": "a\n5\n5\n",
    "100,000 rows too many": "a\n" + "5\n" * 100_000,
    "100,000 texts": "a\n" + "x\n" * 100_000,
    "100,000 rows too long": "a\n" + "5,5\n" * 100_000,
    "a quote never closed before 100,000 rows": 'a\n"5\n' + "5\n" * 100_000,
    "a cell of a million letters": "a\n" + "x" * 1_000_000 + "\n",
    "20,000 columns": ",".join(f"c{number}" for number in range(20_000)) + "\n5\n",
}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("name", DATA)
def test_bad_data_is_refused_as_quickly(
    name: str,
    engine: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(HEAD + "metrics: {m: {formula: a * 1}}\n", encoding="utf-8")
    content = DATA[name]
    if content is not None:
        Path("data.csv").write_text(content, encoding="utf-8")
    ended = rulecard("run", "good.yaml", "--data", "data.csv", "--engine", engine)
    record_property("seconds", round(ended.seconds, 2))
    record_property("megabytes", round(ended.megabytes))
    print(f"{ended.seconds:.2f} s, {ended.megabytes:.0f} MB: {ended.err[:200]}")
    assert (ended.status, ended.out) == (2, "")
    assert "error[RC5" in ended.err
    assert "data.csv" in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err) < 2_000
    assert ended.seconds < SECONDS
    assert ended.megabytes < MEGABYTES


def test_nothing_of_python_is_in_reach_of_a_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    advice = "advice: {x: {when: m > 1, text: '{a.__class__} {m!r} {m:>99999999999}'}}\n"
    Path("hostile.yaml").write_text(HEAD + "metrics: {m: {formula: a * 1}}\n" + advice, encoding="utf-8")
    ended = rulecard("validate", "hostile.yaml")
    assert ended.status == 1
    assert "Traceback" not in ended.out + ended.err
    assert ended.out.count("error[") == 3


def test_a_ruleset_of_5000_metrics_is_checked_in_a_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bands = "better: higher, bands: [{level: poor, below: 1}, {level: good}]"
    Path("many.yaml").write_text(metrics(5_000, lambda n: f"formula: a * {n + 1}, {bands}"), encoding="utf-8")
    ended = rulecard("validate", "many.yaml")
    print(f"validate: {ended.seconds:.2f} s, {ended.megabytes:.0f} MB")
    assert (ended.status, ended.err) == (0, "")
    assert ended.seconds < SECONDS
    assert ended.megabytes < MEGABYTES
