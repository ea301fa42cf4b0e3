"""Cases: what a ruleset promises, run and compared."""
