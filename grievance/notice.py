"""A notice: a message owed to somebody. This table is the outbox, and it is the truth; queues only wake workers.

A notice names a template, a language and codes, or points to a text of which dispatch is a reader. It is
claimed before it is sent, and its status moves forward, never back.
"""

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from grievance.base import blob, long_text, partial


class Notice(SQLModel, table=True):
    """One message owed to one person about one case."""

    __tablename__ = "notices"
    __table_args__ = (
        partial("ix_notices_owed", "not_before", where="state IN ('queued', 'claimed', 'unknown')"),
        partial("ix_notices_text", "text", where="text IS NOT NULL"),
        partial("ix_notices_said", "not_before", where="text IS NOT NULL"),
    )
    id: str = Field(primary_key=True, max_length=32)
    case: str | None = Field(default=None, max_length=32, index=True)
    complainant: str | None = Field(default=None, max_length=32, index=True)
    template: str = Field(max_length=32)
    language: str = Field(max_length=8)
    codes: str = Field(sa_column=long_text())
    text: str | None = Field(default=None, max_length=32)
    state: str = Field(max_length=12)
    owed_on: date
    owed_at: datetime
    not_before: datetime
    attempts: int = 0
    via: str | None = Field(default=None, max_length=24)
    """The gateway that tries next, where the person's own could not."""
    reached_on: date | None = None


class Attempt(SQLModel, table=True):
    """One try to send a notice. The provider's own id is sealed to dispatch; here stands its HMAC."""

    __tablename__ = "attempts"
    __table_args__ = (partial("ix_attempts_in_hand", "lease_until", where="state IN ('claimed', 'unknown')"),)
    id: str = Field(primary_key=True, max_length=32)
    notice: str = Field(max_length=32, index=True)
    gateway: str = Field(max_length=24)
    claimed_at: datetime
    tried_on: date
    lease_until: datetime
    state: str = Field(max_length=12)
    receipts: bool
    body_mac: bytes | None = Field(default=None, sa_column=blob(nullable=True))
    ref: bytes | None = Field(default=None, sa_column=blob(nullable=True))
    error: str | None = Field(default=None, max_length=16)


class Stray(SQLModel, table=True):
    """Word of a message whose sending is not written down yet: callbacks can be faster than our own commit."""

    __tablename__ = "strays"
    __table_args__ = (Index("ix_strays_gateway_ref", "gateway", "ref"),)
    id: str = Field(primary_key=True, max_length=32)
    gateway: str = Field(max_length=24)
    ref: bytes = Field(sa_column=blob())
    state: str = Field(max_length=12)
    error: str = Field(max_length=16)
    again: bool
    stopped: bool
    came_at: datetime


class Arrival(SQLModel, table=True):
    """One part of a longer text that arrived, or (part empty) in how many parts it left. `part` is an HMAC."""

    __tablename__ = "arrivals"
    attempt: str = Field(primary_key=True, max_length=32)
    part: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    total: int = 0
    came_at: datetime


class Leftover(SQLModel, table=True):
    """A message that a provider still keeps and must forget. Its id there is sealed to dispatch; here is its HMAC.

    `attempt`: it is one of ours, and may be forgotten once its fate is final.
    """

    __tablename__ = "leftovers"
    __table_args__ = (Index("uq_leftovers_gateway_ref", "gateway", "ref", unique=True),)
    id: str = Field(primary_key=True, max_length=32)
    gateway: str = Field(max_length=24)
    ref: bytes = Field(sa_column=blob())
    name: str = Field(max_length=32)
    attempt: str | None = Field(default=None, max_length=32)
    since: datetime
    due_at: datetime = Field(index=True)
    tries: int = 0


NOTICES = Notice.__table__  # type: ignore[attr-defined]
ATTEMPTS = Attempt.__table__  # type: ignore[attr-defined]
