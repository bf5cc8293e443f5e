"""SMS: how long a text is on the air, and one module for each gateway that carries it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from channels import clock
from channels.gateway import Gateway
from channels.gateway_names import NEEDED_BY_TWILIO as _NEEDED
from channels.gateway_names import SETTINGS
from channels.sms import simulator, twilio
from grievance.errors import Misconfigured
from grievance.keyring import Ring
from grievance.settings import LOOPBACK, PREFIX, Settings

__all__ = ["SETTINGS", "build"]


def build(
    settings: Settings, ring: Ring, *, now: Callable[[], datetime] = clock.now
) -> Mapping[str, Gateway]:
    """Make the gateways this deployment has set up: Twilio by its settings, simulated phones in a demo.

    Raises:
        Misconfigured: a gateway is set up by half.
    """
    found: dict[str, Gateway] = {}
    given = {name: settings.extra[name] for name in SETTINGS if settings.extra.get(name)}
    if given:
        found["twilio"] = _twilio(given, settings.base_url)
    if settings.demo and "mac" in ring.secrets:
        found["simulator"] = simulator.Simulator(
            simulator.key_of(ring), folder=settings.home / "phones", now=now
        )
    return found


def _twilio(given: Mapping[str, str], base_url: str) -> twilio.Twilio:
    missing = [PREFIX + name for name in _NEEDED if name not in given]
    if missing:
        raise Misconfigured(f"Twilio is set up by half; still missing: {', '.join(missing)}")
    return twilio.Twilio(
        account=given["TWILIO_ACCOUNT_SID"],
        tokens=tuple(given[name] for name in ("TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_2") if name in given),
        sender=given["TWILIO_FROM"],
        base_url=base_url,
        api_base=_api_base(given.get("TWILIO_API_BASE", twilio.API_BASE)),
        signing_keys=_signing_keys(given.get("TWILIO_SIGNING_KEYS", "")),
    )


def _api_base(value: str) -> str:
    parts = urlsplit(value)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    ):
        raise Misconfigured(
            f"{PREFIX}TWILIO_API_BASE must be https: texts and numbers would cross the network in clear"
        )
    return value.rstrip("/")


def _signing_keys(value: str) -> Mapping[str, str]:
    pairs = [pair.strip().partition("=") for pair in value.split(",") if pair.strip()]
    if any(not name.strip() or not secret.strip() for name, _, secret in pairs):
        raise Misconfigured(f"{PREFIX}TWILIO_SIGNING_KEYS takes id=secret pairs with commas between them")
    return {name.strip(): secret.strip() for name, _, secret in pairs}
