"""The packs that ship with Rulecard. Data only."""
