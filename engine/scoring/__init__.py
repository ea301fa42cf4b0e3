"""From cards to scores: formulas, bands, weights, caps and advice as columns."""
