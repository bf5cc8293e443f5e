"""Slips printed before anybody needs one: a case number and a clave, of which only the public half waits here.

A radio station or a kiosk without a network gives the next slip to whoever speaks. The clave stands on the
paper and nowhere else; the database alone tests no guess (DESIGN 5).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlmodel import Field, SQLModel

from grievance import case as cases
from grievance.base import blob, loaded


class Prepared(SQLModel, table=True):
    """One slip. `id` will be the clave's own; `place` is the door whose slips these are."""

    __tablename__ = "prepared"
    id: str = Field(primary_key=True, max_length=32)
    number: str = Field(max_length=8, unique=True)
    place: str = Field(max_length=48, index=True)
    scheme: int
    lookup: bytes = Field(sa_column=blob())
    public: bytes = Field(sa_column=blob())
    drawn_on: date
    used_on: date | None = None
    void_on: date | None = None


_PREPARED = Prepared.__table__  # type: ignore[attr-defined]
_OPEN = (_PREPARED.c.used_on.is_(None), _PREPARED.c.void_on.is_(None))
_RESERVED = select(_PREPARED.c.id).where(
    _PREPARED.c.number == bindparam("number"), _PREPARED.c.void_on.is_(None)
)


def keep(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what was printed: columns of `Prepared`, without the claves."""
    conn.execute(insert(_PREPARED), list(rows))


def is_reserved(conn: Connection, number: str) -> bool:
    """Tell whether a case number stands on a slip, used or not: no other case may get it."""
    return conn.execute(_RESERVED, {"number": number}).first() is not None


def is_free(conn: Connection, number: str) -> bool:
    """Tell whether a new case, or a new slip, may get this number."""
    return cases.by_number(conn, number) is None and not is_reserved(conn, number)


def unused(conn: Connection, number: str, *, place: str) -> Prepared | None:
    """Find the slip with this number, if it is this place's and nobody has it yet."""
    query = select(_PREPARED).where(_PREPARED.c.number == number, _PREPARED.c.place == place, *_OPEN)
    row = conn.execute(query).one_or_none()
    return None if row is None else loaded(Prepared, row)


def use(conn: Connection, slip_id: str, *, on: date) -> bool:
    """Give a slip away, once; answers whether it was there to give."""
    taken = conn.execute(update(_PREPARED).where(_PREPARED.c.id == slip_id, *_OPEN).values(used_on=on))
    return taken.rowcount == 1


def void(conn: Connection, place: str, *, on: date) -> int:
    """Take back every slip of a place that nobody has: a pad was lost or a kiosk stolen. Answers how many."""
    return conn.execute(
        update(_PREPARED).where(_PREPARED.c.place == place, *_OPEN).values(void_on=on)
    ).rowcount


def left(conn: Connection, place: str) -> int:
    """Count the slips that a place still has."""
    query = select(func.count()).select_from(_PREPARED).where(_PREPARED.c.place == place, *_OPEN)
    return int(conn.execute(query).scalar_one())
