"""Formulas: text to a tree, and the units of what it gives."""
