"""SMS: how long a text is on the air, and one module for each gateway that carries it."""
