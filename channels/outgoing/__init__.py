"""Everything that goes out: what is owed, claimed, sent, and what became of it."""
