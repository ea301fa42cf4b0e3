"""A ruleset, or a pack, that somebody begins with: it validates, runs and passes its cases as it is."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import PurePosixPath

from ..problems import Problem
from ..version import VERSION

# what is put between «» in English and in Chinese
_WORDS = re.compile(r"«([^|»]*)\|([^»]*)»")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FOLDER = files("rulecard.drafts").joinpath("starting_points")
# kind: file of the starting points, and where it goes
_RULESET = {"ruleset/NAME.yaml": "NAME.yaml", "ruleset/cases.yaml": "cases.yaml", "ruleset/data.csv": "data.csv"}
_PACK = {
    "pack/pyproject.toml.in": "pyproject.toml",
    "pack/README.md": "README.md",
    "pack/gitignore": ".gitignore",
    "pack/MODULE/pack.yaml": "MODULE/pack.yaml",
    "ruleset/NAME.yaml": "MODULE/NAME.yaml",
    "pack/MODULE/overlays/NAME-small.yaml": "MODULE/overlays/NAME-small.yaml",
    "ruleset/cases.yaml": "MODULE/cases/NAME.yaml",
    "pack/MODULE/cases/NAME-small.yaml": "MODULE/cases/NAME-small.yaml",
    "pack/MODULE/sample/dataset.yaml": "MODULE/sample/dataset.yaml",
    "ruleset/data.csv": "MODULE/sample/data.csv",
}
KINDS = {"ruleset": _RULESET, "pack": _PACK}


def starting_point(kind: str, name: str, language: str) -> dict[PurePosixPath, str] | Problem:
    """The files of a new ruleset or pack by their places below its folder, with words of a language."""
    if not _NAME.fullmatch(name):
        hint = "such as shop-health; titles may be in any language"
        return Problem("RC509", f"`{name}` is not a name of lower-case letters, digits and `-`", hint=hint)
    beside = f"./{name}.yaml" if kind == "ruleset" else name
    put_in = {"NAME": name, "MODULE": f"rulecard_{name.replace('-', '_')}", "VERSION": VERSION.rpartition(".")[0],
              "BESIDE": beside}  # fmt: skip

    def filled(text: str) -> str:
        text = _WORDS.sub(lambda found: found[2 if language == "zh" else 1], text)
        return re.sub(r"\b(NAME|MODULE|VERSION|BESIDE)\b", lambda found: put_in[found[1]], text)

    return {
        PurePosixPath(filled(place)): filled(_FOLDER.joinpath(file).read_text(encoding="utf-8"))
        for file, place in KINDS[kind].items()
    }
