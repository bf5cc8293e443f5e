"""What somebody could work out who keeps every release; it may know nothing of what it attacks."""
