"""YAML documents: text to values with places, held against their JSON Schema."""
