"""Which gateway tries next when one cannot: the account is unpaid, the queue full, the line dead.

Only another that is set up, can send, and serves the operator of the case; only for telephone numbers; and
never while nobody knows what became of the last try, or a clave would be said twice.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection, func, select, update

from channels.gateway import Undelivered
from channels.gateway_names import SIMULATED
from channels.house import House
from channels.outgoing.fates import UNREACHABLE
from channels.outgoing.outbox import BY, ON_ITS_WAY, PEOPLE, Owed
from grievance.case import CASES
from grievance.mechanism import SHARED
from grievance.notice import ATTEMPTS, NOTICES
from grievance.vocabulary import NoticeState

PATIENT: Final = 3
"""So often a gateway that cannot be reached is tried before another one is."""
A_MOMENT: Final = timedelta(seconds=1)
"""Attempts are told apart by when they began."""
_NUMBER: Final = re.compile(r"\+[1-9]\d{6,14}")
"""E.164: what any telephone gateway can send to."""


@dataclass(frozen=True, slots=True)
class Way:
    """The gateway that tries next, and when: at once if it never tried this notice, else as late as any retry."""

    via: str
    after: timedelta | None


def can_change(address: str) -> bool:
    """Tell whether any telephone gateway could reach an address."""
    return _NUMBER.fullmatch(address) is not None


def ways(house: House, *, own: str, operator: str | None) -> tuple[str, ...]:
    """List the gateways a message of this operator's case may leave by; the person's own first, if it is set up."""
    if own == SIMULATED:
        return tuple(name for name in house.gateways if name == own)
    serves = {
        channel.gateway
        for channel in house.rules.current.channels
        if channel.kind == "sms" and channel.operator in {SHARED, operator}
    }
    others = sorted(
        name for name, at in house.gateways.items() if name in serves and name != own and at.can.two_way
    )
    return (own, *others) if own in house.gateways else tuple(others)


def next_way(conn: Connection, house: House, owed: Owed, refusal: Undelivered) -> Way | None:
    """Choose the gateway that tries next after one that did not take a message; None to stay with it."""
    if refusal.permanent and not refusal.own:
        return None
    if not refusal.own and (refusal.code != UNREACHABLE or (_in_vain(conn, owed) + 1) % PATIENT):
        return None
    ring = ways(house, own=owed.own, operator=owed.operator)
    return _after(conn, ring, gateway=owed.gateway, notice=owed.notice)


def next_way_after(conn: Connection, house: House, attempt_id: str) -> Way | None:
    """Choose the gateway that tries next after one that took a message and could not bring it; None to stay."""
    asked = (
        select(ATTEMPTS.c.notice, ATTEMPTS.c.gateway, PEOPLE.c.gateway.label("own"), CASES.c.operator)
        .join(NOTICES, NOTICES.c.id == ATTEMPTS.c.notice)
        .join(PEOPLE, PEOPLE.c.id == NOTICES.c.complainant)
        .outerjoin(CASES, CASES.c.id == NOTICES.c.case)
        .where(ATTEMPTS.c.id == attempt_id)
    )
    row = conn.execute(asked).one_or_none()
    if row is None:
        return None
    return _after(
        conn, ways(house, own=row.own, operator=row.operator), gateway=row.gateway, notice=row.notice
    )


def _after(conn: Connection, ring: tuple[str, ...], *, gateway: str, notice: str) -> Way | None:
    at = ring.index(gateway) + 1 if gateway in ring else 0
    chosen = next(iter((*ring[at:], *ring[:at])), gateway)
    if chosen == gateway:
        return None
    tried = select(ATTEMPTS.c.id).where(ATTEMPTS.c.notice == notice, ATTEMPTS.c.gateway == chosen)
    return Way(chosen, A_MOMENT if conn.execute(tried.limit(1)).first() is None else None)


def send_otherwise(house: House, *, limit: int = 64) -> int:
    """Give what waits for a gateway that is not set up any more another way out; answers for how many there was one."""
    here = tuple(house.gateways)
    waits = (
        select(NOTICES.c.id, PEOPLE.c.gateway, CASES.c.operator)
        .join(PEOPLE, PEOPLE.c.id == NOTICES.c.complainant)
        .outerjoin(CASES, CASES.c.id == NOTICES.c.case)
        .where(ON_ITS_WAY, NOTICES.c.state == NoticeState.QUEUED, BY.not_in(here))
        .where(NOTICES.c.not_before <= house.now())
        .limit(limit)
    )
    found = 0
    for row in house.store.read(lambda conn: conn.execute(waits).all()):
        mine = ways(house, own=row.gateway, operator=row.operator)
        if mine:
            house.store.transact(partial(_turn, notice=row.id, via=mine[0]))
            found += 1
    return found


def _turn(conn: Connection, notice: str, via: str) -> None:
    waits = NOTICES.c.id == notice, NOTICES.c.state == NoticeState.QUEUED
    conn.execute(update(NOTICES).where(*waits).values(via=via))


def _in_vain(conn: Connection, owed: Owed) -> int:
    before = select(func.count()).where(
        ATTEMPTS.c.notice == owed.notice,
        ATTEMPTS.c.gateway == owed.gateway,
        ATTEMPTS.c.error == UNREACHABLE,
    )
    return int(conn.execute(before).scalar_one())
