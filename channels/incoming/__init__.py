"""Everything that comes in: taken once, sealed before it is written, routed, and kept for the desk's next batch."""
