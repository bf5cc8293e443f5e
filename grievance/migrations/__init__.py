"""Numbered migrations (alembic). Each is literal history: it imports nothing that may change under it."""
