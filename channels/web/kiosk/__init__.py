"""A kiosk's screens: one question each, with its own script and without it."""
