"""From typed tables to cards: one row for each entity and period, one column for each input."""
