"""Missed calls: who rings a number of ours that never answers is called back, free of charge.

Several rings are one. Who has waited longest is called first, by the network they rang or by another that can call;
whom nobody could call is forgotten after three days. The number is sealed to the process that calls; the list that
review sees has none. Who hid their number, or asked for no messages, is not called. A caller's number can be forged, so
nobody's phone is made to ring more than a few times a day; how often it was stands as an HMAC of that day, and only for
that day.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Protocol, TypeGuard

from sqlalchemy import Connection, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from channels.gateway import Noting, Rang, Uncertain, Undelivered
from channels.gateway_names import RING_BACK, SIMULATED
from channels.house import House
from channels.incoming import sealing
from channels.telephone import modemcalls
from channels.telephone.dialects.found import dialects_of
from grievance import vault
from grievance.complainant import Complainant
from grievance.errors import Unknown
from grievance.line import CALLED_BACK, RINGS
from grievance.mechanism import number_key

FROM, UNTIL = 8, 19
"""Hours of the site within which anybody is called."""
PATIENCE = 3
PAUSE = timedelta(minutes=20)
A_DAY = 3
"""So often one phone is made to ring on a day of the site, whether anybody answers or not."""
KEPT = timedelta(days=3)
"""So long a ring waits for a network that can call; then its number is forgotten."""
AT_ONCE = 8
"""So many are called in one round: the next one is a second away."""
SOON = timedelta(seconds=20)
"""So long a phone that has just rung us is left alone: it may still be at its owner's ear."""
OF_THE_DEMO = "+51900000010"
"""What rings without an answer in a demo where no setting names another: simulated phones alone can dial it."""
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]

logger = logging.getLogger(__name__)


class Caller(Protocol):
    """A gateway that can call somebody."""

    def call(self, to: str, *, sender: str) -> None:
        """Call somebody.

        Raises:
            Undelivered: it was refused.
            Uncertain: nobody knows.
        """
        ...


def is_for_ringing(house: House, recipient: str) -> bool:
    """Tell whether a number of ours never answers, and calls back."""
    return number_key(recipient) in {number_key(one) for one in numbers(house)}


def numbers(house: House) -> tuple[str, ...]:
    """List the numbers of ours that never answer."""
    named = (one.strip() for one in house.settings.extra.get(RING_BACK, "").split(","))
    return tuple(one for one in named if one) or ((OF_THE_DEMO,) if house.settings.demo else ())


def note(house: House, *, gateway: str, caller: str | None, recipient: str, reachable: bool) -> None:
    """Write down that somebody rang."""
    if caller is None or not reachable:
        return
    at, pseudonym = house.moment(), house.ring.pseudonym(caller)
    address = sealing.address(caller, dispatch=house.ring.public(vault.DISPATCH))
    today = _today(house, at.now)

    def work(conn: Connection) -> None:
        if _calls(conn, house, pseudonym, on=today) >= A_DAY:
            return
        again = update(RINGS).where(RINGS.c.pseudonym == pseudonym)
        if conn.execute(again.values(rings=RINGS.c.rings + 1, not_before=at.now + SOON)).rowcount:
            return
        mine = select(_PEOPLE.c.stopped_on).where(_PEOPLE.c.pseudonym == pseudonym)
        if conn.execute(mine).scalar() is not None:
            return
        vault.store(conn, [address])
        conn.execute(insert(RINGS), {
            "id": at.id("ring"), "pseudonym": pseudonym, "gateway": gateway, "recipient": recipient[:32],
            "address": address.id, "rings": 1, "tries": 0, "rang_on": today, "not_before": at.now + SOON,
        })  # fmt: skip

    try:
        house.store.transact(work)
    except IntegrityError:  # two rings at once: the other one wrote it down
        house.store.transact(work)


def take(house: House, rang: Rang) -> None:
    """Write down who rang, where a setting says that this number of ours calls back."""
    if is_for_ringing(house, rang.recipient):
        note(
            house, gateway=rang.gateway, caller=rang.caller, recipient=rang.recipient, reachable=rang.reachable
        )  # fmt: skip


def fetch(house: House) -> int:
    """Take in the calls that a modem's daemon noted; a round of the worker. Answers how many there were.

    A note goes whether its number calls back or not: it holds somebody's number, and nobody else needs it.
    """
    found = 0
    for name, gateway in house.gateways.items():
        if not isinstance(gateway, Noting):
            continue
        try:
            for rang, done in modemcalls.missed(gateway.daemon, gateway=name, ours=gateway.number):
                take(house, rang)
                done()
                found += 1
        except OSError as cause:
            logger.warning("noted calls cannot be read", extra={"gateway": name, "why": type(cause).__name__})
    return found


def waiting(conn: Connection) -> list[Any]:
    """List who waits for a call: the day, how often they rang, how often they were called; never a number."""
    query = select(RINGS.c.rang_on, RINGS.c.rings, RINGS.c.tries, RINGS.c.gateway)
    return list(conn.execute(query.order_by(RINGS.c.rang_on, RINGS.c.id).limit(100)))


def call_back(house: House) -> int:
    """Call who rang, by day, whoever waited longest first; a round of the worker. Answers how many calls were placed.

    Rings that no network of ours can answer with a call keep nobody waiting, and are forgotten after `KEPT`.
    """
    now = house.now()
    _forget_old(house, now)
    if not _is_day(house, now):
        return 0
    able = callers(house)
    from_here = [RINGS.c.gateway == name for name in able if name == SIMULATED]
    from_others = RINGS.c.gateway != SIMULATED
    waits = from_here + [from_others] * any(name != SIMULATED for name in able)
    if not waits:
        return 0
    due = select(RINGS).where(RINGS.c.not_before <= now, or_(*waits))
    due = due.order_by(RINGS.c.rang_on, RINGS.c.not_before, RINGS.c.id).limit(AT_ONCE)
    return sum(_call(house, row, able) for row in house.store.read(lambda conn: list(conn.execute(due))))


def callers(house: House) -> dict[str, Caller]:
    """List the networks that can place a call here, and whose call we could lead."""
    led = dialects_of(house).voice
    return {name: way for name, way in house.gateways.items() if name in led and is_caller(way)}


def is_caller(gateway: object) -> TypeGuard[Caller]:
    """Tell whether a gateway can call somebody."""
    return callable(getattr(gateway, "call", None))


def _way(row: Any, able: Mapping[str, Caller]) -> tuple[Caller, str] | None:
    """Choose who calls, and from which of our numbers: where they rang, or from another network's own number.

    Phones of a demo are called by the demo alone: their numbers are invented, and may be somebody's.
    """
    if row.gateway in able:
        return able[row.gateway], str(row.recipient)
    others = [] if row.gateway == SIMULATED else [able[name] for name in sorted(able) if name != SIMULATED]
    return (others[0], str(getattr(others[0], "sender", ""))) if others else None


def _call(house: House, row: Any, able: Mapping[str, Caller]) -> bool:
    way = _way(row, able)
    if way is None:
        return False
    caller, sender = way
    if (
        house.store.read(lambda conn: _calls(conn, house, row.pseudonym, on=_today(house, house.now())))
        >= A_DAY
    ):
        house.store.transact(lambda conn: _forget(conn, row))
        return False
    if not _claim(house, row):
        return False
    dispatch = house.ring.key("dispatch", vault.DISPATCH)
    try:
        to = house.store.read(lambda conn: vault.read(conn, row.address, dispatch))
        caller.call(to, sender=sender)
    except (Undelivered, Uncertain) as cause:
        permanent = isinstance(cause, Undelivered) and cause.permanent
        if permanent or row.tries + 1 >= PATIENCE:
            house.store.transact(lambda conn: _forget(conn, row))
        logger.warning("call back failed", extra={"why": type(cause).__name__})
        return False
    except Unknown:
        pass
    house.store.transact(lambda conn: _forget(conn, row))
    return True


def _forget_old(house: House, now: datetime) -> None:
    last = _today(house, now) - KEPT
    old = select(RINGS.c.id, RINGS.c.address).where(RINGS.c.rang_on < last).limit(100)
    rows = house.store.read(lambda conn: list(conn.execute(old)))

    def work(conn: Connection) -> None:
        for row in rows:
            _forget(conn, row)

    if rows:
        house.store.transact(work)


def _claim(house: House, row: Any) -> bool:
    """Take a ring in hand, for one worker alone; should it die here, somebody calls after a while."""
    mine = update(RINGS).where(RINGS.c.id == row.id, RINGS.c.tries == row.tries)
    now = house.now()

    def work(conn: Connection) -> bool:
        claimed = conn.execute(mine.values(tries=row.tries + 1, not_before=now + PAUSE)).rowcount
        if claimed:
            _count(conn, house, row.pseudonym, on=_today(house, now))
        return bool(claimed)

    return house.store.transact(work)


def _count(conn: Connection, house: House, pseudonym: bytes, *, on: date) -> None:
    """Count a call, and forget what was counted on other days."""
    mac = _mac(house, pseudonym, on=on)
    conn.execute(delete(CALLED_BACK).where(CALLED_BACK.c.day < on))
    mine = update(CALLED_BACK).where(CALLED_BACK.c.mac == mac).values(calls=CALLED_BACK.c.calls + 1)
    if not conn.execute(mine).rowcount:
        conn.execute(insert(CALLED_BACK), {"mac": mac, "day": on, "calls": 1})


def _calls(conn: Connection, house: House, pseudonym: bytes, *, on: date) -> int:
    mine = select(CALLED_BACK.c.calls).where(CALLED_BACK.c.mac == _mac(house, pseudonym, on=on))
    return conn.execute(mine).scalar() or 0


def _mac(house: House, pseudonym: bytes, *, on: date) -> str:
    return house.ring.mac("called", f"{on.isoformat()}/{pseudonym.hex()}").hex()


def _today(house: House, now: datetime) -> date:
    return house.rules.today(now)


def _forget(conn: Connection, row: Any) -> None:
    vault.forget(conn, [row.address])
    conn.execute(delete(RINGS).where(RINGS.c.id == row.id))


def _is_day(house: House, now: datetime) -> bool:
    calendar = house.rules.calendar(house.rules.current.version, site=None)
    start = calendar.start_of_day_utc(calendar.site_date(now))
    return timedelta(hours=FROM) <= now - start < timedelta(hours=UNTIL)
