"""Where a complaint goes: the number, form or station says which operator; the place says which site.

On a shared door, or while the operator is not certain, a case is unrouted: sealed to review only, its clocks
running, until a person of the third party routes it. A site whose first reader is the focal point sends
every new case to review first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from channels.talking.subjects import Place, find_place
from grievance.mechanism import SHARED, Mechanism

DESK, REVIEW = "desk", "review"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a complaint goes, and whether the place must still be asked."""

    operator: str | None
    site: str | None
    zone: str | None
    room: str
    ask_place: bool


@lru_cache(maxsize=64)
def places(mechanism: Mechanism, operator: str | None) -> tuple[Place, ...]:
    """List the places people can name: zones and sites, of one operator or of all."""
    sites = mechanism.sites_of(operator or SHARED)
    found: list[Place] = []
    for site in sites:
        found += [
            Place(site=site.key, zone=zone.key, words=(zone.name, *zone.places))
            for zone in mechanism.zones_of(site.key)
        ]
        found.append(Place(site=site.key, zone=None, words=(site.name, *site.places)))
    return tuple(found)


def route(
    mechanism: Mechanism, *, operator: str | None, site: str | None, text: str, protected: bool
) -> Route:
    """Decide where a complaint goes from what its door knows and what its text names."""
    if operator in (None, SHARED):
        # A person routes it: they read the place where it stands already, and nobody is asked what they just said.
        unnamed = find_place(text, places(mechanism, None)) is None
        return Route(operator=None, site=None, zone=None, room=REVIEW, ask_place=unnamed and not protected)
    sites = mechanism.sites_of(str(operator))
    named = find_place(text, places(mechanism, operator))
    zone = None
    if site is None and named is not None:
        site, zone = named.site, named.zone
    elif named is not None and named.site == site:
        zone = named.zone
    if site is None and len(sites) == 1:
        site = sites[0].key
    careful = [s for s in sites if s.first_reader == "focal" and site in (None, s.key)]
    room = REVIEW if protected or careful else DESK
    return Route(operator=operator, site=site, zone=zone, room=room, ask_place=site is None and not protected)


def spoken(sites: Sequence[str]) -> str:
    """Say a list of places in a message."""
    return ", ".join(sites)
