"""A kiosk in an office: what it hands in after a cut, its keys, and its printer."""
