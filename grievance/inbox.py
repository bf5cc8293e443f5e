"""What came in: durable before anybody hears `received`, the same message only once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, bindparam, func, insert, select
from sqlmodel import Field, SQLModel

from grievance.base import blob, long_text


class Inbound(SQLModel, table=True):
    """One message from outside. The provider's id is kept as HMAC, for looking up only."""

    __tablename__ = "inbox"
    __table_args__ = (Index("uq_inbox_gateway_ref", "gateway", "ref", unique=True),)
    id: str = Field(primary_key=True, max_length=32)
    gateway: str = Field(max_length=24)
    ref: bytes = Field(sa_column=blob())
    received_at: datetime
    outcome: str = Field(max_length=24)
    case: str | None = Field(default=None, max_length=32)


class Waiting(SQLModel, table=True):
    """What a complainant did in an existing case, durable, until the desk's next batch (DESIGN 5, timing).

    `seq` counts up among all that waits: a gateway may tell its instants by the second, and two answers of one
    second must not change places.
    """

    __tablename__ = "waiting"
    id: str = Field(primary_key=True, max_length=32)
    case: str = Field(max_length=32, index=True)
    complainant: str | None = Field(default=None, max_length=32)
    step: str = Field(max_length=32)
    facts: str = Field(sa_column=long_text())
    message: str | None = Field(default=None, max_length=32)
    happened_at: datetime
    due_at: datetime = Field(index=True)
    seq: int = Field(default=0, index=True, sa_column_kwargs={"server_default": "0"})


class Part(SQLModel, table=True):
    """One part of a longer text, sealed to dispatch until the others are here. `whole` is an HMAC they share."""

    __tablename__ = "parts"
    __table_args__ = (Index("uq_parts_gateway_ref", "gateway", "ref", unique=True),)
    id: str = Field(primary_key=True, max_length=32)
    gateway: str = Field(max_length=24)
    whole: bytes = Field(sa_column=blob())
    number: int
    total: int
    ref: bytes = Field(sa_column=blob())
    words: str = Field(max_length=32)
    received_at: datetime


_INBOX = Inbound.__table__  # type: ignore[attr-defined]
_SAME = select(_INBOX.c.id).where(_INBOX.c.gateway == bindparam("gateway"), _INBOX.c.ref == bindparam("ref"))
WAITING = Waiting.__table__  # type: ignore[attr-defined]
_NEXT = select(func.coalesce(func.max(WAITING.c.seq), 0) + 1).scalar_subquery()
_WAIT = insert(WAITING).values(seq=_NEXT)


def came_before(conn: Connection, gateway: str, ref: bytes) -> bool:
    """Tell whether this came in already, by this gateway or door."""
    return conn.execute(_SAME, {"gateway": gateway, "ref": ref}).first() is not None


def wait(conn: Connection, row: Mapping[str, Any]) -> None:
    """Keep what waits, behind everything that waits already."""
    conn.execute(_WAIT, dict(row))
