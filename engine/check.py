from __future__ import annotations
def check(ruleset):
    return []
