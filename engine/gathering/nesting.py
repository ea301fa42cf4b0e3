"""A coarse group-by out of the groups of a finer one, so that the rows themselves are grouped only once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import narwhals as nw

# What becomes of an aggregate of each group over the groups.
_AGAIN = {"rows": "sum", "sum": "sum", "count": "sum", "min": "min", "max": "max", "bad": "min"}


@dataclass(slots=True)
class Nested:
    """`within`: aggregates of each finer group. `over`: what they come to over the groups, under the names that the
    coarse group-by has."""

    within: dict[str, nw.Expr] = field(default_factory=dict)
    over: dict[str, nw.Expr] = field(default_factory=dict)


def nested(aggregates: Mapping[str, tuple[str, nw.Expr]], parted: Collection[str], prefix: str) -> Nested | None:
    """The aggregates of a coarse group-by, by key with name and expression, taken from finer groups; None where one of
    them, such as a median, cannot be put together from parts. `parted` are columns of one value in each finer group;
    names of what is taken of each group begin with `prefix`.
    """
    found = Nested()
    names: dict[str, str] = {}

    def part(key: str, expr: nw.Expr) -> nw.Expr:
        # several of the coarse aggregates may need the same of each group
        name = names.setdefault(key, f"{prefix}{len(names)}")
        found.within.setdefault(name, expr)
        return nw.col(name)

    for key, (name, expr) in aggregates.items():
        operation, _, column = key.partition(" ")
        if operation in _AGAIN:
            found.over[name] = getattr(part(key, expr), _AGAIN[operation])()
        elif operation == "n_unique" and column in parted:
            known, rows = part(f"count {column}", nw.col(column).count()), part("rows", nw.len())
            found.over[name] = _distinct(known, rows)
        else:
            return None
    return found


def _distinct(known: nw.Expr, rows: nw.Expr) -> nw.Expr:
    """Groups that have the value, and one more where rows lack it, as `n_unique` counts."""
    one, none = nw.lit(1), nw.lit(0)
    return nw.when(known > 0).then(one).otherwise(none).sum() + nw.when(known < rows).then(one).otherwise(none).max()
