"""Where people begin: a complaint, or a request for information."""
