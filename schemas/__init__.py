"""JSON Schemas of the documents, read with importlib.resources."""
