"""What a ruleset measures, as tables for readers who do not write rulesets."""
