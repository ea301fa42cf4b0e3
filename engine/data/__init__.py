"""Sources: files, queries and frames to typed tables, and from one table to the columns of another."""
