"""Who is called, over the mechanism's own SMS: the third party for a protected case, a company for a danger to many.

The third party's number is a setting of the process that sends; a company's stands in the mechanism, where
everybody can see whom a danger wakes.
"""

import re
from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from channels.gateway_names import FOCAL_PAGE, SIMULATED
from channels.house import House
from channels.incoming import sealing
from grievance import vault
from grievance.errors import Misconfigured
from grievance.mechanism import Mechanism
from grievance.moment import Moment
from grievance.settings import PREFIX, Settings
from workflows.clockwork import pages
from workflows.registry import hazardpages
from workflows.registry.hazardpages import Page

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
    """Call the focal point if somebody in danger waits and it is time; answers the notice that is owed."""
    number = number_on_call(house.settings)
    gateway = _gateway(house)
    if number is None or gateway is None:
        return None
    at = house.moment()
    if not house.store.read(lambda conn: pages.is_due(conn, rules=house.rules, now=at.now)):
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


def page_companies(house: House) -> list[str]:
    """Send each company's number the dangers that must not wait for its desk; answers the notices that are owed."""
    mechanism, at = house.rules.current, house.moment()
    # A demonstration's companies are made up, and their numbers may be somebody's.
    gateway = SIMULATED if house.settings.demo and SIMULATED in house.gateways else _gateway(house)
    if gateway is None:
        return []
    due = house.store.read(lambda conn: hazardpages.owed(conn, mechanism=mechanism, now=at.now))
    made = [_call(house, one, gateway, at) for one in due]
    return [notice for notice in made if notice is not None]


def advice(mechanism: Mechanism, gateways: Collection[str]) -> list[tuple[str, bool, str]]:
    """Say to whoever runs the server when nobody's telephone rings for a danger to many: then only desks show it."""
    if _first(mechanism, gateways) is not None:
        return []
    what = "no gateway of the mechanism runs here: a danger to many people stands at the company's desk alone"
    return [
        (
            what,
            False,
            "set one up, where the clock and the worker run; until then the third party calls by voice",
        )
    ]


def _call(house: House, one: Page, gateway: str, at: Moment) -> str | None:
    address = sealing.address(one.company.emergency, dispatch=house.ring.public(vault.DISPATCH))
    return house.store.transact(
        lambda conn: hazardpages.call(conn, one, address, gateway=gateway, rules=house.rules, at=at)
    )


def _gateway(house: House) -> str | None:
    return _first(house.rules.current, house.gateways)


def _first(mechanism: Mechanism, gateways: Collection[str]) -> str | None:
    return next((c.gateway for c in mechanism.channels if c.gateway in gateways), None)
