"""What is known of a conversion or a retention beside its value."""

from __future__ import annotations

from typing import Any

from .declare import Function, Parameter


def _size(c: Any, input: Any) -> Any:
    return input


COHORTS: tuple[Function, ...] = (
    Function("cohort_size", "该批总数", "cohort", (Parameter("input", "cohort"),),
             "How many ids a `conversion` or `retention` looks at: its denominator.",
             "retained_d1 / cohort_size(retained_d1)", _size),
)  # fmt: skip
