"""What guards may look at: what is known of a case, worked out from its record, and nothing that somebody ticks."""
