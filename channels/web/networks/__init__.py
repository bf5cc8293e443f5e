"""Where telephone networks knock, and the simulated phones of a demo."""
