"""Whoever is in danger: who is looked after, by whom, and what is looked at again."""
