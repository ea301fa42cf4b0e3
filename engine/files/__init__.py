"""Files of data: where they are, of what kind, in which encoding, and what is wrong with them as files."""
