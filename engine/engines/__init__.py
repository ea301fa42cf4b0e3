"""Where a plan runs: one module an engine."""
