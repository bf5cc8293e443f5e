"""What the clock does by itself, round after round; nobody has to press a button."""
