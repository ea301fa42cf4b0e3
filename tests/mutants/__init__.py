"""Right documents with one seeded mistake each, whose place is known because it was made there."""
