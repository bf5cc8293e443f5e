"""Printed figures in words: sentences, findings, and what each figure means."""
