"""Each gateway made of its settings, strictly: a secret that is short or missing is an error, not a warning."""

from collections.abc import Callable, Mapping
from pathlib import Path

from channels.gateway import Gateway
from channels.gateway_names import NEEDED, of_its_country
from channels.sms import (
    africastalking,
    boxes,
    envayasms,
    external,
    infobip,
    jasmin,
    recipes,
    telerivet,
    twilio,
    vonage,
)
from channels.sms.boxes import Given, Here
from channels.sms.calling import private
from channels.sms.senders import is_country
from grievance.errors import Misconfigured
from grievance.settings import PREFIX

SHORTEST = 16
"""The least signs of a secret that we choose ourselves and that nothing but its length protects."""


def make(name: str, given: Given, here: Here) -> Gateway:
    """Make one gateway of its settings, as this process can have it.

    Raises:
        Misconfigured: it is set up by half, or a setting cannot be.
    """
    missing = [PREFIX + one for one in NEEDED[name] if one not in given]
    if missing:
        raise Misconfigured(f"{name} is set up by half; still missing: {', '.join(missing)}")
    made = _MAKERS[name](given, here)
    if of_its_country(name) in given:
        made.countries = _countries(of_its_country(name), given)  # type: ignore[attr-defined]  # who has the setting
    return made


def _twilio(given: Given, here: Here) -> Gateway:
    return twilio.Twilio(
        account=given["TWILIO_ACCOUNT_SID"],
        tokens=tuple(given[name] for name in ("TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_2") if name in given),
        sender=given["TWILIO_FROM"],
        base_url=here.base_url,
        api_base=_address(given, "TWILIO_API_BASE", twilio.API_BASE),
        signing_keys=_signing_keys(given.get("TWILIO_SIGNING_KEYS", "")),
        whatsapp=given.get("TWILIO_WHATSAPP_FROM", "").removeprefix(twilio.WHATSAPP),
    )


def _africastalking(given: Given, _: Here) -> Gateway:
    return africastalking.AfricasTalking(
        username=given["AFRICASTALKING_USERNAME"],
        key=given["AFRICASTALKING_API_KEY"],
        sender=given["AFRICASTALKING_FROM"],
        token=_secret(given, "AFRICASTALKING_TOKEN"),
        base=_address(given, "AFRICASTALKING_API_BASE", africastalking.API_BASE),
        voice_base=_address(given, "AFRICASTALKING_VOICE_BASE", africastalking.VOICE_BASE),
    )


def _envayasms(given: Given, here: Here) -> Gateway:
    return envayasms.EnvayaSms(
        password=_secret(given, "ENVAYASMS_PASSWORD"),
        number=given["ENVAYASMS_NUMBER"],
        base_url=here.base_url,
        sends=here.together,
        now=here.now,
    )


def _external(given: Given, here: Here) -> Gateway:
    recipe = recipes.load(Path(given["EXTERNAL"]))
    return external.External(
        recipe=recipe,
        secret=_secret(given, "EXTERNAL_SECRET"),
        key=given.get("EXTERNAL_KEY", ""),
        base_url=here.base_url,
        now=here.now,
    )


def _infobip(given: Given, here: Here) -> Gateway:
    user, secret = given.get("INFOBIP_WEBHOOK_USER", ""), given.get("INFOBIP_WEBHOOK_SECRET", "")
    if bool(user) == bool(secret):
        raise Misconfigured(
            f"infobip proves itself either by {PREFIX}INFOBIP_WEBHOOK_USER and _PASSWORD, or by _SECRET"
        )
    return infobip.Infobip(
        base=_address(given, "INFOBIP_API_BASE", ""),
        key=given["INFOBIP_API_KEY"],
        sender=given["INFOBIP_FROM"],
        base_url=here.base_url,
        user=user,
        password=_secret(given, "INFOBIP_WEBHOOK_PASSWORD") if user else "",
        secret=_secret(given, "INFOBIP_WEBHOOK_SECRET") if secret else "",
        signed_in=given.get("INFOBIP_WEBHOOK_HEADER", "X-Signature"),
    )


def _jasmin(given: Given, here: Here) -> Gateway:
    alphabet = _one_of(given, "JASMIN_ALPHABET", "gsm", ("gsm", "latin-1"))
    return jasmin.Jasmin(
        user=given["JASMIN_USER"],
        password=given["JASMIN_PASSWORD"],
        sender=given["JASMIN_FROM"],
        token=_secret(given, "JASMIN_TOKEN"),
        base_url=here.base_url,
        latin=alphabet == "latin-1",
        base=_address(given, "JASMIN_API_BASE", jasmin.API_BASE),
    )


def _telerivet(given: Given, here: Here) -> Gateway:
    return telerivet.Telerivet(
        project=given["TELERIVET_PROJECT"],
        key=given["TELERIVET_API_KEY"],
        secret=_secret(given, "TELERIVET_SECRET"),
        number=given["TELERIVET_NUMBER"],
        base_url=here.base_url,
        route=given.get("TELERIVET_ROUTE", ""),
        base=_address(given, "TELERIVET_API_BASE", telerivet.API_BASE),
        media_base=_address(given, "TELERIVET_MEDIA_BASE", telerivet.MEDIA_BASE),
    )


def _vonage(given: Given, here: Here) -> Gateway:
    return vonage.Vonage(
        key=given["VONAGE_API_KEY"],
        api_secret=given["VONAGE_API_SECRET"],
        sender=given["VONAGE_FROM"],
        signing=_secret(given, "VONAGE_SIGNATURE_SECRET"),
        base_url=here.base_url,
        method=_one_of(given, "VONAGE_SIGNATURE_METHOD", "sha256", vonage.METHODS),
        base=_address(given, "VONAGE_API_BASE", vonage.API_BASE),
        media_base=_address(given, "VONAGE_MEDIA_BASE", vonage.MEDIA_BASE),
        now=here.now,
    )


_MAKERS: Mapping[str, Callable[[Given, Here], Gateway]] = {
    "twilio": _twilio,
    "android": boxes.of_android,
    "gammu": boxes.of_gammu,
    "gammufiles": boxes.of_gammufiles,
    "kannel": boxes.of_kannel,
    "africastalking": _africastalking,
    "envayasms": _envayasms,
    "external": _external,
    "infobip": _infobip,
    "jasmin": _jasmin,
    "telerivet": _telerivet,
    "vonage": _vonage,
}


def _countries(name: str, given: Given) -> Mapping[str, str]:
    """Read the countries of numbers that are written without one: `PE`, or `2020=PE,3030=BO` for several of ours."""
    found: dict[str, str] = {}
    for one in given[name].split(","):
        number, given_one, country = (part.strip() for part in one.rpartition("="))
        digits = number.removeprefix("+")
        named = digits.isascii() and digits.isdigit() if given_one else not number
        if number in found or not named or not is_country(country):
            raise Misconfigured(
                f"{PREFIX}{name} is a country such as PE, or one for each number of ours, as 2020=PE,3030=BO"
            )
        found[number] = country
    return found


def _address(given: Given, name: str, default: str) -> str:
    return private(name, given.get(name, default))


def _secret(given: Given, name: str) -> str:
    value = given.get(name, "")
    if len(value) < SHORTEST:
        raise Misconfigured(f"{PREFIX}{name} needs at least {SHORTEST} signs: it alone keeps strangers out")
    return value


def _one_of(given: Given, name: str, default: str, choices: tuple[str, ...]) -> str:
    value = given.get(name, default).lower()
    if value not in choices:
        raise Misconfigured(f"{PREFIX}{name} must be one of {', '.join(choices)}")
    return value


def _signing_keys(value: str) -> Mapping[str, str]:
    pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
    if any(not name.strip() or not secret.strip() for name, _, secret in pairs):
        raise Misconfigured(f"{PREFIX}TWILIO_SIGNING_KEYS takes id=secret pairs with commas between them")
    return {name.strip(): secret.strip() for name, _, secret in pairs}
