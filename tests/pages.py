"""Pages of documentation whose examples are real: their files are written, their commands run, their outputs kept.

A fenced block of YAML, CSV or Python whose first line is `# NAME` is that file; `# add to NAME` adds entries to a file
of before. In a `console` block `$ command` is run in the page's folder and the lines below are what it prints; a line
of `…` stands for any lines. Between `<!-- rulecard … -->` and `<!-- /rulecard -->` stands what that command prints.
`python tests/pages.py PAGE...` runs pages and puts the real outputs in; of a README of a pack only those between marks.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (add to )?([\w.-]+(?:/[\w.-]+)*\.(?:yaml|csv|py))\n")
_SECTION = re.compile(r"^(?=\w)", re.MULTILINE)
_BETWEEN = re.compile(r"^<!-- (rulecard .*?) -->\n(.*?)^<!-- /rulecard -->$", re.MULTILINE | re.DOTALL)
ANY = "…\n"


def run(page: str, folder: Path) -> str:
    """The page again, with every output as it comes out when its commands are run in a folder."""
    return _BLOCK.sub(lambda block: f"```{block[1]}\n{_done(block[1], block[2], folder)}```", page)


def filled(page: str, folder: Path) -> str:
    """The page again, with what commands print between their marks."""

    def between(found: re.Match[str]) -> str:
        printed = _printed(found[1], folder)
        return f"<!-- {found[1]} -->\n\n{printed}\n<!-- /rulecard -->"

    return _BETWEEN.sub(between, page)


def files_of(page: str) -> list[str]:
    """Names of the files that the page shows."""
    return [named[2] for _, text in _BLOCK.findall(page) if (named := _FILE.match(text)) and not named[1]]


def unnamed(page: str, language: str) -> list[str]:
    """Blocks in a language that are no file, and so were not tried."""
    return [text for found, text in _BLOCK.findall(page) if found == language and not _FILE.match(text)]


def _done(language: str, text: str, folder: Path) -> str:
    if language == "console":
        return "".join(_ran(command, folder) for command in re.split(r"^(?=\$ )", text, flags=re.MULTILINE) if command)
    named = _FILE.match(text)
    if named:
        file = folder / named[2]
        file.parent.mkdir(parents=True, exist_ok=True)
        if named[1]:
            file.write_text(_added(file.read_text(encoding="utf-8"), text[named.end() :]), encoding="utf-8")
        else:
            # a table has no comments; elsewhere the line stays, so that places in messages are those of the page
            file.write_text(text[named.end() :] if file.suffix == ".csv" else text, encoding="utf-8")
    return text


def _added(text: str, more: str) -> str:
    """A YAML text with the entries of another under its own keys of the same name, or behind it."""
    sections = {section.split(":")[0]: section for section in _SECTION.split(text)}
    for section in _SECTION.split(more):
        key, _, entries = section.partition(":")
        sections[key] = sections[key].rstrip("\n") + entries if key in sections else section
    return "".join(section.rstrip("\n") + "\n" for section in sections.values())


def _ran(block: str, folder: Path) -> str:
    first, _, before = block.partition("\n")
    output = _printed(first.removeprefix("$ "), folder)
    return f"{first}\n{before if _matches(before, output) else output}"


def _printed(command: str, folder: Path) -> str:
    environment = dict(os.environ, COLUMNS="80", PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    # an empty line at the end of a block would look like a slip
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.rstrip("\n").split("\n")) if done.stdout else ""


def _matches(shown: str, output: str) -> bool:
    pattern = "".join(".*?" if line == ANY else re.escape(line) for line in shown.splitlines(keepends=True))
    return re.fullmatch(pattern, output, re.DOTALL) is not None


def rewrite(page: Path, work: Callable[[str, Path], str] = run) -> None:
    """Put the real outputs into a page."""
    with tempfile.TemporaryDirectory() as folder:
        page.write_text(work(page.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name), filled if "rulesets" in Path(name).resolve().parts else run)
