"""Devices that stand as kiosks: which door they serve, and the oldest key that one of their complaints may need.

A device is known by a token of which the HMAC is here. A kiosk key is destroyed only when every device of its
door has said that nothing waits under it any more (DESIGN 5).
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import Field, SQLModel

from grievance.base import blob, loaded


class Kiosk(SQLModel, table=True):
    """One device. `oldest_key` is the lowest number of a key that something of its own may still need."""

    __tablename__ = "kiosks"
    id: str = Field(primary_key=True, max_length=32)
    door: str = Field(max_length=48, index=True)
    mark: bytes = Field(sa_column=blob())
    oldest_key: int
    waiting: int = 0
    added_on: date
    seen_on: date | None = None
    closed_on: date | None = None


_KIOSKS = Kiosk.__table__  # type: ignore[attr-defined]
_OPEN = _KIOSKS.c.closed_on.is_(None)


def add(conn: Connection, kiosk: Kiosk) -> None:
    """Add a device."""
    conn.execute(insert(_KIOSKS), kiosk.model_dump())


def by_mark(conn: Connection, door: str, mark: bytes) -> Kiosk | None:
    """Find the device of a door that carries this token."""
    row = conn.execute(
        select(_KIOSKS).where(_KIOSKS.c.door == door, _KIOSKS.c.mark == mark, _OPEN)
    ).one_or_none()
    return None if row is None else loaded(Kiosk, row)


def of_door(conn: Connection, door: str) -> Sequence[Kiosk]:
    """List the devices of a door that are still trusted."""
    rows = conn.execute(select(_KIOSKS).where(_KIOSKS.c.door == door, _OPEN).order_by(_KIOSKS.c.added_on))
    return [loaded(Kiosk, row) for row in rows]


def report(conn: Connection, kiosk: Kiosk, *, oldest_key: int, waiting: int, on: date) -> None:
    """Keep what a device says of itself; an older key never comes back."""
    conn.execute(
        update(_KIOSKS)
        .where(_KIOSKS.c.id == kiosk.id)
        .values(oldest_key=max(kiosk.oldest_key, oldest_key), waiting=waiting, seen_on=on)
    )


def close(conn: Connection, door: str, *, on: date) -> int:
    """Trust no device of a door any more: one was stolen. Answers how many there were."""
    closed = conn.execute(update(_KIOSKS).where(_KIOSKS.c.door == door, _OPEN).values(closed_on=on))
    return closed.rowcount


def who_needs(conn: Connection, door: str, key: int) -> int:
    """Count the devices that may still hold something under a key or an older one."""
    query = select(func.count()).select_from(_KIOSKS)
    return int(
        conn.execute(query.where(_KIOSKS.c.door == door, _KIOSKS.c.oldest_key <= key, _OPEN)).scalar_one()
    )
