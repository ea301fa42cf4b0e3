"""A dataset document out of real files."""
