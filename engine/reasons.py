"""Why a result has no value, as small numbers inside a frame and as words outside.

The codes are in the order of the alphabet, so that the smallest code of several rows is also the first word.
"""

from __future__ import annotations

BANDS_CROSSED = 1
LOW_COVERAGE = 2
MISSING_INPUT = 3
NEGATIVE_BASE = 4
NO_PRIOR_PERIOD = 5
NOT_FINITE = 6
OUT_OF_RANGE = 7
TOO_FEW = 8
WINDOW_OPEN = 9
ZERO_DENOMINATOR = 10

OK = "ok"
REASONS: dict[int, str] = {
    BANDS_CROSSED: "bands_crossed",
    LOW_COVERAGE: "low_coverage",
    MISSING_INPUT: "missing_input",
    NEGATIVE_BASE: "negative_base",
    NO_PRIOR_PERIOD: "no_prior_period",
    NOT_FINITE: "not_finite",
    OUT_OF_RANGE: "out_of_range",
    TOO_FEW: "too_few",
    WINDOW_OPEN: "window_open",
    ZERO_DENOMINATOR: "zero_denominator",
}
