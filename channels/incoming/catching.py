"""What came to a provider and never to us: asked for, and taken in as if it had come.

Some providers knock once. Taking in knows every message by its id, so asking twice changes nothing.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from channels.gateway import Inbound, Remembering
from channels.house import House
from channels.incoming import parts
from grievance import inbox
from grievance.errors import Misconfigured

BACK: Final = timedelta(days=3)
"""So far back is asked; Twilio's own retries end long before."""

logger = logging.getLogger(__name__)
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]


def catch_up(house: House, name: str, *, since: datetime | None = None) -> int:
    """Take in what we missed of one gateway; answers how many messages that were.

    Raises:
        Misconfigured: that gateway is not set up, or its provider keeps no list.
        Undelivered, Uncertain: it cannot say now.
        Busy: what is missing is still missing.
    """
    now = house.now()
    gateway: object = house.gateways.get(name)
    if not isinstance(gateway, Remembering):
        raise Misconfigured(f"{name} cannot be asked what came: it is not set up here, or keeps no list")
    found = 0
    for message in sorted(
        gateway.missed(since=since or now - BACK, now=now), key=lambda one: one.received_at
    ):
        if _ours(house, message) and not _has(house, message):
            parts.take_in(house, message)
            found += 1
    if found:
        logger.warning("messages had been missed", extra={"gateway": name})
    return found


def _ours(house: House, message: Inbound) -> bool:
    """Tell whether somebody wrote to us: an account may have other numbers, for other things."""
    gateway = house.gateways[message.gateway]
    own = {str(getattr(gateway, which, "")) for which in ("sender", "whatsapp")} - {""}
    return message.recipient in own or (
        house.rules.current.channel_for(message.gateway, message.recipient) is not None
    )


def _has(house: House, message: Inbound) -> bool:
    ref = house.ring.mac("ref", f"{message.gateway}/{message.ref}")
    seen = select(_INBOX.c.id).where(_INBOX.c.gateway == message.gateway, _INBOX.c.ref == ref)
    return house.store.read(lambda conn: conn.execute(seen).first()) is not None
