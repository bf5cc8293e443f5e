"""Menus and calls: one dialogue, walked step by step over a line that may drop at any moment."""
