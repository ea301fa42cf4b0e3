"""`schema`: the JSON Schema of a kind of document."""

from __future__ import annotations

from rulecard import schema_text

from . import ALL_WELL
from .output import put


def print_schema(kind: str) -> int:
    put(schema_text(kind))
    return ALL_WELL
