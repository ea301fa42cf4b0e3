"""Two versions of a ruleset, compared in meaning."""
