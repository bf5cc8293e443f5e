"""What a kiosk hands in when the network is back, and the stock of slips it gets for the next cut.

A complaint, or words that somebody added to their own case with the right that its page carried. What a device sealed
arrives exactly once: its own id is the key of the filing. When it was written is told by how long it waited, since the
clocks of such devices are often wrong.
"""

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from channels.claves import pads
from channels.house import House
from channels.incoming import adding, filing
from channels.kiosk import kioskkeys
from grievance import inbox, kiosk, pad
from grievance.case import CASES, Case
from grievance.errors import Damaged
from grievance.kiosk import Kiosk
from grievance.mechanism_parts import Channel as Door
from grievance.record import EntryExact
from grievance.vocabulary import Channel

logger = logging.getLogger(__name__)
STOCK = 40
"""Slips that a door may have in the hands of its devices at once."""
REFILL = 10
LONGEST_WAIT = timedelta(days=30)
LONGEST = 6000
MOST_AT_ONCE = 20
STANDS_THERE = timedelta(minutes=6)
"""So long after writing somebody may still be in front of the screen: a question that is left alone goes sooner."""
TOKEN = 16
_LONGEST_PLACE = 200
_INBOX = inbox.Inbound.__table__  # type: ignore[attr-defined]
_EXACT = EntryExact.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Waited:
    """One thing that waited on a device: its own id, the number of the key, and what was sealed to it."""

    item: str
    key: int
    box: bytes


def doors(house: House) -> tuple[Door, ...]:
    """List the kiosks of the mechanism."""
    return tuple(c for c in house.rules.current.channels if c.kind == "kiosk")


def newest_key(house: House, door: str) -> tuple[int, bytes] | None:
    """Give the key that a kiosk seals to now; `None` where there is none, and nothing can wait there."""
    held = kioskkeys.numbers(house.settings.keys_dir, door)
    return (held[-1], kioskkeys.public(house.settings.keys_dir, door, held[-1])) if held else None


def admit(house: House, door: str) -> str:
    """Admit one more device, perhaps one that was here before; answers the code that is typed into it, once."""
    token = os.urandom(TOKEN).hex()
    at = house.moment()
    held = kioskkeys.numbers(house.settings.keys_dir, door)
    row = Kiosk(
        id=at.id("kiosk"), door=door, mark=_mark(house, token), oldest_key=held[0] if held else 0,
        added_on=at.now.date(),
    )  # fmt: skip
    house.store.transact(lambda conn: kiosk.add(conn, row))
    return token


def known(house: House, door: str, token: str) -> Kiosk | None:
    """Find the device that carries this code."""
    mark = _mark(house, token)
    return house.store.read(lambda conn: kiosk.by_mark(conn, door, mark))


def stock(house: House, door: str) -> tuple[pads.Slip, ...]:
    """Draw slips for a device that runs out of them; none while its door has enough."""
    left = house.store.read(lambda conn: pad.left(conn, door))
    wanted = min(REFILL, STOCK - left)
    return pads.draw(house, door, wanted) if wanted > 0 else ()


def stolen(house: House, door: str) -> tuple[int, int]:
    """Trust no device of a door any more, and void its slips; answers how many of each."""
    on = house.now().date()

    def work(conn: Connection) -> tuple[int, int]:
        return kiosk.close(conn, door, on=on), pad.void(conn, door, on=on)

    return house.store.transact(work)


def take_in(house: House, door: Door, waited: Sequence[Waited], *, clock: int) -> list[str]:
    """File what waited, or add it to the case it is for; answers the ids that the device may forget now.

    What does not open, or proves no right to add, changes nothing and stays on the device: forgetting it would lose
    somebody's words. `clock` is the device's own time in milliseconds.
    """
    safe = []
    for one in waited[:MOST_AT_ONCE]:
        try:
            raw = kioskkeys.open_sealed(
                one.box, house.settings.keys_dir, door=door.key, number=one.key, item=one.item
            )
            said = json.loads(raw.rstrip(b" "))
            older = adding.case_of(house, str(said["add"]), door=door.key) if "add" in said else None
            made = _filing(house, door, one.item, said, clock=clock)
        except (Damaged, ValueError, TypeError, KeyError) as cause:
            logger.error("what waited at a kiosk does not open", extra={"why": type(cause).__name__})  # noqa: TRY400
            continue
        if "add" not in said:
            _file(house, made)
        elif older is not None:
            _add(house, older, made)
        else:
            logger.info("what waited was for a case that its person erased meanwhile")
        safe.append(one.item)
    return safe


def protected_of(house: House, door: str, items: Sequence[str]) -> list[str]:
    """Say which of these ids are protected cases whose person may still stand there, to be told so on the screen.

    Of what waited longer nothing is said: a device that was carried off would tell who of the day was in danger. What
    counts is the time that was recorded when it first came in, so handing in again with another clock changes nothing.
    """
    refs = {filing.reference(door, item): item for item in items}
    since = house.now() - STANDS_THERE
    received = (_EXACT.c.stream == CASES.c.id) & (_EXACT.c.seq == 0) & (_EXACT.c.happened_at >= since)
    found = (
        select(_INBOX.c.ref)
        .join(CASES, CASES.c.id == _INBOX.c.case)
        .join(_EXACT, received)
        .where(_INBOX.c.gateway == door, _INBOX.c.ref.in_(refs), CASES.c.protected)
    )
    return house.store.read(lambda conn: [refs[bytes(row.ref)] for row in conn.execute(found)])


def report(house: House, device: Kiosk, *, oldest_key: int, waiting: int) -> None:
    """Keep what a device says: the oldest key it still needs, and how many complaints wait."""
    on = house.now().date()
    house.store.transact(
        lambda conn: kiosk.report(conn, device, oldest_key=oldest_key, waiting=waiting, on=on)
    )


def token_of(house: House, door: str) -> str:
    """Name whom a release counts complaints of a kiosk for: the door and its day."""
    return f"{door}/{house.now().date().isoformat()}"


def _add(house: House, older: Case, made: filing.Filing) -> None:
    """Add what waited; words of danger are a case of their own, and nobody is there to be given its clave."""
    if adding.is_dangerous(house, made.text):
        _file(house, replace(made, older=older, theme=older.theme or "", prepared=None, keyless=True))
    else:
        adding.add(house, older, made.text, door=made.door, key=made.key, happened_at=made.happened_at)


def _file(house: House, made: filing.Filing) -> None:
    try:
        filing.file(house, made)
    except filing.NoSuchSlip:  # voided meanwhile: better a case without its slip than none
        filing.file(house, replace(made, prepared=None))


def _filing(house: House, door: Door, item: str, said: dict[str, Any], *, clock: int) -> filing.Filing:
    offered = house.rules.current.languages
    waited = min(timedelta(milliseconds=max(0, clock - int(said["at"]))), LONGEST_WAIT)
    spoken = str(said["lang"])
    return filing.Filing(
        door=door.key,
        key=item,
        text=str(said["text"]).strip()[:LONGEST],
        language=spoken if spoken in offered else house.rules.current.default_language,
        channel=Channel.KIOSK,
        theme=str(said["theme"]),
        place=str(said["place"])[:_LONGEST_PLACE],
        site=door.site,
        operator=door.operator,
        happened_at=house.now() - waited,
        prepared=str(said["slip"]) or None,
        by=token_of(house, door.key),
    )


def _mark(house: House, token: str) -> bytes:
    return house.ring.mac("kiosk", hashlib.sha256(token.encode()).hexdigest())
