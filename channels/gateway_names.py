"""The names of every gateway's settings; apart from the gateways, so that reading them imports none."""

NEEDED_BY_TWILIO: tuple[str, ...] = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM")
AFRICASTALKING_HOOK = "AFRICASTALKING_HOOK"
"""What the callback addresses given to Africa's Talking carry, which signs nothing."""
AFRICASTALKING_RECORDINGS = "AFRICASTALKING_RECORDINGS"
"""The https address under which Africa's Talking keeps recordings; without it, its calls are not answered."""
RING_BACK = "RING_BACK"
"""Numbers of ours, with commas between, that do not answer: whoever rings them is called back free of charge."""
OF_LINES: tuple[str, ...] = (AFRICASTALKING_HOOK, AFRICASTALKING_RECORDINGS, RING_BACK)
SETTINGS: tuple[str, ...] = (
    *NEEDED_BY_TWILIO,
    "TWILIO_API_BASE",
    "TWILIO_AUTH_TOKEN_2",
    "TWILIO_SIGNING_KEYS",
)
"""`TWILIO_AUTH_TOKEN_2` is the other token while one is being replaced."""
EVERY: tuple[str, ...] = (*SETTINGS, *OF_LINES, "FOCAL_PAGE")
"""Every name that doors declare: whoever only starts a server must know them too, or calls one a misspelling."""
