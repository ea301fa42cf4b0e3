"""Scorecards as code."""
