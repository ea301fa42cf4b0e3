"""The ruleset language: documents and overlays to the frozen `Ruleset`."""
