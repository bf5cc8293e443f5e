"""SMS: how long a text is on the air, and one module for each gateway that carries it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from channels import clock
from channels.gateway import Gateway
from channels.gateway_names import NEEDED, SETTINGS, names_of
from channels.sms import making, simulator
from channels.sms.boxes import Here
from grievance.keyring import Ring
from grievance.settings import Settings

__all__ = ["SETTINGS", "build"]


def build(
    settings: Settings, ring: Ring, *, now: Callable[[], datetime] = clock.now
) -> Mapping[str, Gateway]:
    """Make the gateways this deployment has set up, each by its settings; simulated phones in a demo.

    Raises:
        Misconfigured: a gateway is set up by half, or a setting cannot be.
    """
    found: dict[str, Gateway] = {}
    here = Here(settings.base_url, now, together=settings.embedded)
    for name in NEEDED:
        given = {one: settings.extra[one] for one in names_of(name) if settings.extra.get(one)}
        if given:
            found[name] = making.make(name, given, here)
    if settings.demo and "mac" in ring.secrets:
        found["simulator"] = simulator.Simulator(
            simulator.key_of(ring), folder=settings.home / "phones", now=now
        )
    return found
