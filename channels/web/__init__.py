"""The pages: what people and staff see in a browser."""
