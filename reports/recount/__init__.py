"""The same again from the entries alone, by code that shares nothing with the figures."""
