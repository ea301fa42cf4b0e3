"""Rulesets with problems, and what `validate` writes about them."""

from __future__ import annotations

import contextlib
import io
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema

from rulecard.cli import main

from .tree import ROOT

SCHEMA = json.loads((ROOT / "tests" / "third_party" / "sarif" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
GOOD = "ruleset: good\nversion: 1.0.0\ninputs: {orders: {}, visits: {}}\nmetrics:\n  rate: {formula: orders / visits}\n"
WRONG = GOOD.replace("/ visits", "/ vists")
UNUSED = GOOD.replace("visits: {}", "visits: {}, unused: {}")
SUPPRESS = "suppress:\n  - {code: RC418, at: inputs.unused, reason: until the shop app counts them}\n"
SUPPRESSED = UNUSED + SUPPRESS
# an astral character, wide ones, and what has a meaning in the formats themselves
HOSTILE = """\
ruleset: hostile
version: 1.0.0
inputs: {成交数: {}, 访问数: {}}
metrics:
  甲: {title: "🔥 100%, a::b | <b>", formula: 成交数 / 访闻数}
"""


def many(errors: int, warnings: int = 0) -> str:
    """A ruleset with so many errors, or else warnings: what is not used is told once the errors are gone."""
    unused = "".join(f", unused{number}: {{}}" for number in range(warnings))
    metrics = "".join(f"  m{number}: {{formula: b}}\n" for number in range(errors))
    return f"ruleset: many\nversion: 1.0.0\ninputs: {{a: {{}}{unused}}}\nmetrics:\n  m: {{formula: a}}\n{metrics}"


def write(**texts: str) -> None:
    """Files of those names in the working folder."""
    for name, text in texts.items():
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")


def shown(*arguments: str, status: int = 1) -> str:
    """What `validate` writes to standard output."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
        assert main(["validate", *arguments]) == status, err.getvalue()
    return out.getvalue()


def summary(*arguments: str, status: int = 0) -> list[str]:
    """The lines below all problems."""
    return shown(*arguments, status=status).rpartition("\n\n")[2].splitlines()


def command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner takes it apart: its name, its properties, its message."""
    found = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
    assert found, line
    properties = dict(part.split("=", 1) for part in found[2].split(","))
    return found[1], {key: unquote(value) for key, value in properties.items()}, unquote(found[3])


def sarif(text: str) -> dict[str, Any]:
    """The one run of a SARIF log that is right by the schema."""
    log = json.loads(text)
    validator = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(log)] == []
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run
