"""The names of every gateway's settings; apart from the gateways, so that reading them imports none."""

NEEDED_BY_TWILIO: tuple[str, ...] = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
SETTINGS: tuple[str, ...] = (
    *NEEDED_BY_TWILIO,
    "TWILIO_API_BASE",
    "TWILIO_AUTH_TOKEN_2",
    "TWILIO_SIGNING_KEYS",
)
"""`TWILIO_AUTH_TOKEN_2` is the other token while one is being replaced."""
