"""Taking down what somebody says at a radio station or in an office: once, whoever sends it how often.

The relay's own page, batches and forms that came by HF mail all go through here. A relay is named by an id that
its own side made, so that a bad line, a second try and two files with the same form make one case.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from channels.house import House
from channels.incoming import filing
from channels.incoming.filing import Filing, NoSuchSlip
from channels.outgoing import blanks
from channels.typed import fold
from grievance.calendar import Calendar
from grievance.case import CASES
from grievance.errors import Refused, Unknown
from grievance.mechanism import SHARED, Mechanism
from grievance.mechanism_parts import Channel as Door
from grievance.vocabulary import Channel
from translations import Phrase, phrase
from workflows import relays

KINDS = {"radio": Channel.RADIO_RELAY, "office": Channel.OFFICE}
"""The kinds of doors at which somebody takes things down, and how a release counts them."""
LONGEST = 6000
NOON = timedelta(hours=12)
TOO_LONG = phrase("That is too long: {most} letters fit at a time. Please send it in parts.", most=LONGEST)
NO_SLIP = phrase("No free slip of this pad has that number. Look at the slip again, or give none.")
NO_PROGRAMME = phrase("A programme has two or three digits.")
NO_ID = phrase("This form has no name of its own. Open the page again.")
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{7,63}")
_PROGRAMME = re.compile(r"\d{2,3}")


@dataclass(frozen=True, slots=True)
class Relay:
    """What was taken down. `id` was made where it was written.

    `slip` is the number on the slip that was given; `here`: whoever spoke stands there and gets a printed clave;
    without either there is no clave. `programme` is what they say they heard on the air.
    """

    id: str
    text: str
    language: str
    said_on: date | None
    read_back: bool
    theme: str = ""
    place: str = ""
    slip: str = ""
    here: bool = False
    programme: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A relay that is safe. `again`: it was there before. `clave` only where it is handed over at once, on paper.

    `emergency`, `services`: whom to call in danger now and who cares after violence, where it is `protected`; else empty.
    """

    number: str
    again: bool
    protected: bool = False
    due_on: date | None = None
    clave: str | None = None
    emergency: str = ""
    services: str = ""


class NotTaken(Refused):
    """Something is missing or wrong; nothing was stored."""

    def __init__(self, reasons: Iterable[tuple[str, Phrase]]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(f"{name}: {words}" for name, words in self.reasons))


def door_of(mechanism: Mechanism, key: str) -> Door:
    """Find a door at which things are taken down.

    Raises:
        Unknown: there is none of that name, or people come by it themselves.
    """
    found = next((door for door in mechanism.channels if door.key == key and door.kind in KINDS), None)
    if found is None:
        raise Unknown(f"no radio station and no office is named {key}")
    return found


def languages_at(mechanism: Mechanism, door: Door) -> tuple[str, ...]:
    """List the languages that are spoken at a door."""
    return door.languages or mechanism.languages


def today_at(house: House, door: Door) -> date:
    """Say which day it is at a door."""
    return _calendar(house, door).site_date(house.now())


def take_down(house: House, relay: Relay, *, door: Door, by: str) -> Taken:
    """File what was taken down, durable, counted from the day it was said; `by` is who did.

    Raises:
        NotTaken: with every reason, in words; nothing was stored.
        Busy: nothing was stored; the same again is one case.
    """
    relay = replace(relay, id=relay.id.replace("-", "").lower())  # a uuid is written with dashes and without
    before = house.store.read(lambda conn: filing.number_of(conn, door.key, relay.id))
    if before is not None:
        return _came_before(house, relay, door, before)
    reasons = _refused(house, relay, door)
    if reasons:
        raise NotTaken(reasons)
    try:
        filed = filing.file(house, _filing(house, relay, door, by))
    except (NoSuchSlip, IntegrityError) as lost:
        filed = None
        if house.store.read(lambda conn: filing.number_of(conn, door.key, relay.id)) is None:
            if isinstance(lost, NoSuchSlip):
                raise NotTaken([("slip", NO_SLIP)]) from lost
            raise
    if filed is None:
        number = house.store.read(lambda conn: filing.number_of(conn, door.key, relay.id))
        return _came_before(house, relay, door, number or "")
    taken = Taken(filed.received.number, again=False, due_on=filed.received.due_on, clave=filed.clave)
    return _in_danger(house, taken) if filed.protected else taken


def _came_before(house: House, relay: Relay, door: Door, number: str) -> Taken:
    """Answer what came before as it was answered then: whoever asks again holds only the page they wrote on.

    Whether it is a danger is asked of the words that were sent again, and never of the case: what became of it is not
    for the air.
    """
    taken = Taken(number, again=True)
    return _in_danger(house, taken) if filing.dangers(house, _filing(house, relay, door, "")) else taken


def _in_danger(house: House, taken: Taken) -> Taken:
    mine = select(CASES.c.operator).where(CASES.c.number == taken.number)
    operator = house.store.read(lambda conn: conn.execute(mine).scalar())
    return replace(
        taken, protected=True, emergency=blanks.emergency_number(house, operator),
        services=blanks.services_number(house, operator),
    )  # fmt: skip


def _refused(house: House, relay: Relay, door: Door) -> list[tuple[str, Phrase]]:
    today = today_at(house, door)
    reasons = [*relays.refused(relay.text, relay.said_on, today=today, read_back=relay.read_back)]
    if not _ID.fullmatch(relay.id):
        reasons.append(("id", NO_ID))
    if len(relay.text) > LONGEST:
        reasons.append(("text", TOO_LONG))
    if relay.language not in languages_at(house.rules.current, door):
        reasons.append(("language", phrase("Say in which language it was said.")))
    if relay.programme and not _PROGRAMME.fullmatch(relay.programme):
        reasons.append(("programme", NO_PROGRAMME))
    return reasons


def _filing(house: House, relay: Relay, door: Door, by: str) -> Filing:
    said_on = relay.said_on or today_at(house, door)
    return Filing(
        door=door.key,
        key=relay.id,
        text=relay.text.strip(),
        language=relay.language,
        channel=KINDS[door.kind],
        theme=relay.theme,
        place=relay.place.strip()[:200],
        site=door.site or _site_named(house.rules.current, door, relay.place),
        operator=None if door.operator == SHARED else door.operator,
        happened_at=_said_at(house, door, said_on),
        prepared=relay.slip or None,
        by=f"{door.key}/{said_on.isoformat()}",
        relayed_by=by,
        keyless=not relay.here,
        programme=relay.programme,
    )


def _site_named(mechanism: Mechanism, door: Door, place: str) -> str:
    """Find the site of a place that was given by its whole name; anything less leaves it to the third party."""
    said = fold(place)
    of_door = {site.key for site in mechanism.sites_of(door.operator)}
    names = {fold(zone.name): zone.site for zone in mechanism.zones} | {
        fold(s.name): s.key for s in mechanism.sites
    }
    found = names.get(said, "")
    return found if found in of_door else ""


def _said_at(house: House, door: Door, on: date) -> datetime:
    """Give the instant a day is counted from: its noon where it was said, or now while it is today."""
    return min(house.now(), _calendar(house, door).start_of_day_utc(on) + NOON)


def _calendar(house: House, door: Door) -> Calendar:
    rules = house.rules
    operator = None if door.operator == SHARED else door.operator
    return rules.calendar(rules.current.version, site=door.site or None, operator=operator)
