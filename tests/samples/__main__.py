"""Writes samples again: `python -m tests.samples [PACK...]`, all of them where none is named."""

from __future__ import annotations

import sys

from . import PACKS, generated

for pack in sys.argv[1:] or PACKS:
    for file, content in generated(pack).items():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        print(f"{pack}: {file.name}, {len(content):,} bytes")
