"""The names of every gateway's settings; apart from the gateways, so that reading them imports none."""

from collections.abc import Mapping

NEEDED: Mapping[str, tuple[str, ...]] = {
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"),
    "africastalking": (
        "AFRICASTALKING_USERNAME", "AFRICASTALKING_API_KEY", "AFRICASTALKING_FROM", "AFRICASTALKING_TOKEN",
    ),
    "envayasms": ("ENVAYASMS_PASSWORD", "ENVAYASMS_NUMBER"),
    "external": ("EXTERNAL", "EXTERNAL_SECRET"),
    "infobip": ("INFOBIP_API_BASE", "INFOBIP_API_KEY", "INFOBIP_FROM"),
    "jasmin": ("JASMIN_USER", "JASMIN_PASSWORD", "JASMIN_FROM", "JASMIN_TOKEN"),
    "telerivet": ("TELERIVET_API_KEY", "TELERIVET_PROJECT", "TELERIVET_SECRET", "TELERIVET_NUMBER"),
    "vonage": ("VONAGE_API_KEY", "VONAGE_API_SECRET", "VONAGE_FROM", "VONAGE_SIGNATURE_SECRET"),
}  # fmt: skip
"""What each gateway cannot do without: none of them, and it is not set up; some, and it is set up by half."""
MORE: Mapping[str, tuple[str, ...]] = {
    "twilio": ("TWILIO_API_BASE", "TWILIO_AUTH_TOKEN_2", "TWILIO_SIGNING_KEYS", "TWILIO_WHATSAPP_FROM"),
    "africastalking": ("AFRICASTALKING_API_BASE",),
    "external": ("EXTERNAL_KEY",),
    "infobip": ("INFOBIP_WEBHOOK_USER", "INFOBIP_WEBHOOK_PASSWORD", "INFOBIP_WEBHOOK_SECRET", "INFOBIP_WEBHOOK_HEADER"),
    "jasmin": ("JASMIN_API_BASE", "JASMIN_ALPHABET"),
    "telerivet": ("TELERIVET_API_BASE", "TELERIVET_ROUTE"),
    "vonage": ("VONAGE_API_BASE", "VONAGE_SIGNATURE_METHOD"),
}  # fmt: skip
"""What each may have too. `TWILIO_AUTH_TOKEN_2` is the other token while one is being replaced."""
SETTINGS: tuple[str, ...] = tuple(
    name for each in (NEEDED, MORE) for names in each.values() for name in names
)
