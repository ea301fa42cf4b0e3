"""The language in plain Python: a second, slow reading of the contract, that the engine is held against.

It shares nothing with the engine. `scorecards(document, data)` takes a ruleset as the plain dict that its YAML gives,
and rows as dicts, and gives the cards in the shape of `run --format json`.
"""

from .scorecard import scorecards

__all__ = ["scorecards"]
