"""What a provider still keeps of a message, and how it is made to forget: after intake, after the final fate.

A provider's id is a join to a person, so it is sealed to dispatch until it has served, and known here by its
HMAC alone. What cannot be deleted today is tried again for a month.
"""

import logging
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Connection, Row, bindparam, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from channels.gateway import Uncertain, Undelivered, erases
from channels.house import House
from grievance import vault
from grievance.errors import Damaged, Unknown
from grievance.notice import ATTEMPTS, Leftover
from grievance.vocabulary import NoticeState

FIELD: Final = "leftover"
GIVEN_UP: Final = timedelta(days=30)
PICTURES_STAY: Final = timedelta(days=30)
"""So long pictures and voices wait to be fetched; what only the provider has must not be destroyed at once."""
NO_WORD: Final = timedelta(days=3)
"""So long after it was sent a message of ours is forgotten there, even if nobody says that it arrived."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
FINAL: Final = (NoticeState.DELIVERED, NoticeState.FAILED, NoticeState.SUPPRESSED)

logger = logging.getLogger(__name__)
_LEFT = Leftover.__table__  # type: ignore[attr-defined]
_SAME = select(_LEFT.c.id).where(_LEFT.c.gateway == bindparam("gateway"), _LEFT.c.ref == bindparam("ref"))
_KEEP = insert(_LEFT)


@dataclass(frozen=True, slots=True)
class Kept:
    """A provider's id, sealed, on its way into the table."""

    row: Mapping[str, object]
    name: vault.Sealed


def of(
    house: House, gateway: str, ref: str, *, now: datetime, attempt: str | None = None, media: int = 0
) -> Kept | None:
    """Seal a provider's id for later; None where the provider keeps nothing, or cannot be told to forget."""
    if not ref or not erases(house.gateways.get(gateway)):
        return None
    name = vault.seal(
        ref,
        text_id=os.urandom(16).hex(),
        field=FIELD,
        readers={vault.DISPATCH: house.ring.public(vault.DISPATCH)},
    )
    row = {
        "id": os.urandom(16).hex(), "gateway": gateway, "ref": mark(house, gateway, ref),
        "name": name.id, "attempt": attempt, "since": now, "due_at": now + (PICTURES_STAY if media else timedelta()),
        "tries": 0,
    }  # fmt: skip
    return Kept(row, name)


def mark(house: House, gateway: str, ref: str) -> bytes:
    """Name a message at its provider so that it is found again, and cannot be read."""
    return house.ring.mac("leftover", f"{gateway}/{ref}")


def hasten(conn: Connection, gateway: str, marked: bytes) -> None:
    """Let the provider forget a message now: all that hung on it is safe here, or its person erased it."""
    mine = _LEFT.c.gateway == gateway, _LEFT.c.ref == marked
    conn.execute(update(_LEFT).where(*mine).values(due_at=_LEFT.c.since))


def keep(conn: Connection, kept: Kept) -> None:
    """Write it down, once."""
    if conn.execute(_SAME, {"gateway": kept.row["gateway"], "ref": kept.row["ref"]}).first() is None:
        vault.store(conn, [kept.name])
        conn.execute(_KEEP, dict(kept.row))


def remember(house: House, gateway: str, ref: str, *, attempt: str) -> None:
    """Write down that the provider has a message of ours, unless that is written already."""
    if not ref or not erases(house.gateways.get(gateway)):
        return
    asked = {"gateway": gateway, "ref": mark(house, gateway, ref)}
    if house.store.read(lambda conn: conn.execute(_SAME, asked).first()) is not None:
        return
    kept = of(house, gateway, ref, now=house.now(), attempt=attempt)
    if kept is not None:
        try:
            house.store.transact(lambda conn: keep(conn, kept))
        except IntegrityError:
            logger.info("a message was written down by somebody else")


def clear(house: House, gateways: Collection[str], *, limit: int = 8) -> frozenset[str]:
    """Make providers forget what is due; answers the gateways that could not, which should be left alone for a while.

    Only the process that holds dispatch's key can.
    """
    now = house.now()
    over = or_(
        _LEFT.c.attempt.is_(None), ATTEMPTS.c.state.in_(FINAL), ATTEMPTS.c.id.is_(None), _LEFT.c.since <= now - NO_WORD
    )  # fmt: skip
    due = (
        select(_LEFT)
        .outerjoin(ATTEMPTS, ATTEMPTS.c.id == _LEFT.c.attempt)
        .where(_LEFT.c.due_at <= now, _LEFT.c.gateway.in_(list(gateways)), over)
        .order_by(_LEFT.c.due_at, _LEFT.c.id)
        .limit(limit)
    )
    away: set[str] = set()
    for row in house.store.read(lambda conn: conn.execute(due).all()):
        if row.gateway not in away and not _clear_one(house, row, now=now):
            away.add(row.gateway)
    return frozenset(away)


def _clear_one(house: House, row: Row[tuple[object, ...]], *, now: datetime) -> bool:
    gateway = house.gateways[row.gateway]
    dispatch = house.ring.key("dispatch", vault.DISPATCH)
    try:
        ref = house.store.read(partial(vault.read, text_id=row.name, holder=dispatch))
        if erases(gateway):
            gateway.erase(ref)
    except (Undelivered, Uncertain) as cause:
        if now - row.since < GIVEN_UP + PICTURES_STAY:
            wait = min(FIRST_WAIT * 4 ** min(row.tries, 8), LONGEST_WAIT)
            later = {"due_at": now + wait, "tries": row.tries + 1}
            house.store.transact(
                lambda conn: conn.execute(update(_LEFT).where(_LEFT.c.id == row.id).values(**later))
            )
            return isinstance(cause, Undelivered) and cause.permanent
        logger.error("a provider keeps a message for good", extra={"gateway": row.gateway})  # noqa: TRY400  no text of it
    except (Unknown, Damaged) as cause:
        logger.error("a leftover cannot be named", extra={"why": type(cause).__name__})  # noqa: TRY400

    def forget(conn: Connection) -> None:
        conn.execute(delete(_LEFT).where(_LEFT.c.id == row.id))
        vault.forget(conn, [row.name])

    house.store.transact(forget)
    return True
