"""Mending what is certain in the text of documents; every other byte stays as it is."""
