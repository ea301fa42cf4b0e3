"""The invented data of the packs' samples, each from a generator with a fixed seed.

    python -m tests.samples [PACK...]

A module here is named as its pack, with `_` for `-`. Its `files()` gives the bytes of each file in that pack's folder
`sample`, the same each time. What is not generated, the dataset document, is left alone.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path

RULESETS = Path(__file__).resolve().parents[2] / "rulesets"
PACKS = sorted(file.stem.replace("_", "-") for file in Path(__file__).parent.glob("[!_]*.py"))


def generated(pack: str) -> Mapping[Path, bytes]:
    """Where each generated file of a pack's sample stands, and what it must hold."""
    module = importlib.import_module(f".{pack.replace('-', '_')}", __package__)
    return {RULESETS / pack / "sample" / name: content for name, content in module.files().items()}
