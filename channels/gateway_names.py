"""The names of every setting of the doors, above all of the gateways; apart from them, so that reading them imports none."""

from collections.abc import Mapping

SIMULATED = "simulator"
"""The gateway of people who are made up: what is owed to them leaves by no other, or a stranger's phone would ring."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "twilio": ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"),
    "africastalking": (
        "AFRICASTALKING_USERNAME", "AFRICASTALKING_API_KEY", "AFRICASTALKING_FROM", "AFRICASTALKING_TOKEN",
    ),
    "android": ("ANDROID_URL", "ANDROID_USERNAME", "ANDROID_PASSWORD", "ANDROID_SIGNING_KEY", "ANDROID_NUMBER"),
    "envayasms": ("ENVAYASMS_PASSWORD", "ENVAYASMS_NUMBER"),
    "external": ("EXTERNAL", "EXTERNAL_SECRET"),
    "gammu": ("GAMMU_DATABASE", "GAMMU_NUMBER"),
    "gammufiles": ("GAMMUFILES_FOLDER", "GAMMUFILES_NUMBER"),
    "infobip": ("INFOBIP_API_BASE", "INFOBIP_API_KEY", "INFOBIP_FROM"),
    "jasmin": ("JASMIN_USER", "JASMIN_PASSWORD", "JASMIN_FROM", "JASMIN_TOKEN"),
    "kannel": ("KANNEL_URL", "KANNEL_USERNAME", "KANNEL_PASSWORD", "KANNEL_SECRET", "KANNEL_FROM"),
    "telerivet": ("TELERIVET_API_KEY", "TELERIVET_PROJECT", "TELERIVET_SECRET", "TELERIVET_NUMBER"),
    "vonage": ("VONAGE_API_KEY", "VONAGE_API_SECRET", "VONAGE_FROM", "VONAGE_SIGNATURE_SECRET"),
}  # fmt: skip
"""What each gateway cannot do without: none of them, and it is not set up; some, and it is set up by half."""
MORE: Mapping[str, tuple[str, ...]] = {
    "twilio": ("TWILIO_API_BASE", "TWILIO_AUTH_TOKEN_2", "TWILIO_SIGNING_KEYS", "TWILIO_WHATSAPP_FROM"),
    "africastalking": ("AFRICASTALKING_API_BASE", "AFRICASTALKING_VOICE_BASE"),
    "android": ("ANDROID_SIM",),
    "external": ("EXTERNAL_KEY",),
    "infobip": ("INFOBIP_WEBHOOK_USER", "INFOBIP_WEBHOOK_PASSWORD", "INFOBIP_WEBHOOK_SECRET", "INFOBIP_WEBHOOK_HEADER"),
    "jasmin": ("JASMIN_API_BASE", "JASMIN_ALPHABET"),
    "kannel": ("KANNEL_SECRET_2", "KANNEL_CALLBACK", "KANNEL_SMSC"),
    "telerivet": ("TELERIVET_API_BASE", "TELERIVET_MEDIA_BASE", "TELERIVET_ROUTE"),
    "vonage": ("VONAGE_API_BASE", "VONAGE_MEDIA_BASE", "VONAGE_SIGNATURE_METHOD"),
}  # fmt: skip
"""What each may have too. `TWILIO_AUTH_TOKEN_2` and `KANNEL_SECRET_2` are the other ones while one is being replaced."""
WITH_A_COUNTRY = tuple(name for name in NEEDED if name not in ("android", "gammu", "gammufiles"))
"""Whose number may be a short code, which tells no country: a setting then does. A SIM card's own number always tells."""


def of_its_country(gateway: str) -> str:
    """Name the setting that says to which country numbers without one belong, for numbers that write to this gateway."""
    return f"{gateway.upper()}_COUNTRY"


def names_of(gateway: str) -> tuple[str, ...]:
    """Name every setting of a gateway."""
    country = (of_its_country(gateway),) if gateway in WITH_A_COUNTRY else ()
    return (*NEEDED[gateway], *MORE.get(gateway, ()), *country)


SETTINGS: tuple[str, ...] = tuple(name for gateway in NEEDED for name in names_of(gateway))
FETCHED = ("gammu", "gammufiles", "twilio")
"""Whose messages the process that sends may be the first to hear: read from a modem, or asked for when they were missed."""
FOCAL_PAGE = "FOCAL_PAGE"
AFRICASTALKING_HOOK = "AFRICASTALKING_HOOK"
"""What the addresses of menus and calls given to Africa's Talking carry, which signs nothing; else its token."""
AFRICASTALKING_TOKEN = "AFRICASTALKING_TOKEN"  # noqa: S105  the name of a setting
AFRICASTALKING_FROM = "AFRICASTALKING_FROM"
AFRICASTALKING_RECORDINGS = "AFRICASTALKING_RECORDINGS"
"""The https address under which Africa's Talking keeps recordings; without it, its calls are not answered."""
RING_BACK = "RING_BACK"
"""Numbers of ours, with commas between, that do not answer: whoever rings them is called back free of charge."""
OF_LINES: tuple[str, ...] = (AFRICASTALKING_HOOK, AFRICASTALKING_RECORDINGS, RING_BACK)
EVERY: tuple[str, ...] = (*SETTINGS, *OF_LINES, FOCAL_PAGE)
"""Every name that doors declare: whoever only starts a server must know them too, or calls one a misspelling."""
