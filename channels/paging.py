"""Who is called when a protected case waits: the number that the third party set, over the mechanism's own SMS."""

import re
from typing import Final

from sqlalchemy import Connection

from channels import sealing
from channels.gateway_names import FOCAL_PAGE
from channels.house import House
from grievance import vault
from grievance.errors import Misconfigured
from grievance.settings import PREFIX, Settings
from workflows import pages

SETTING: Final = FOCAL_PAGE
"""The on-call number of the protection focal point, as +51...; without it the review room alone says who waits."""
_NUMBER: Final = re.compile(r"\+[1-9]\d{7,14}")


def number_on_call(settings: Settings) -> str | None:
    """Read the number to call.

    Raises:
        Misconfigured: it is no number that can be called.
    """
    number = settings.extra.get(SETTING, "").replace(" ", "")
    if not number:
        return None
    if not _NUMBER.fullmatch(number):
        raise Misconfigured(f"{PREFIX}{SETTING} must be like +51900000000")
    return number


def page(house: House) -> str | None:
    """Call the focal point if a protected case waits and an hour has passed; answers the notice that is owed."""
    number = number_on_call(house.settings)
    gateway = next((c.gateway for c in house.rules.current.channels if c.gateway in house.gateways), None)
    if number is None or gateway is None:
        return None
    at = house.moment()
    if not house.store.read(lambda conn: pages.is_due(conn, now=at.now)):
        return None
    address = sealing.address(number, dispatch=house.ring.public(vault.DISPATCH))

    def work(conn: Connection) -> str | None:
        return pages.call(
            conn,
            address,
            gateway=gateway,
            language=house.rules.current.default_language,
            rules=house.rules,
            at=at,
        )

    return house.store.transact(work)
