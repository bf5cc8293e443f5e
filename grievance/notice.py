"""A notice: a message owed to somebody. This table is the outbox, and it is the truth; queues only wake workers.

A notice names a template, a language and codes, or points to a text of which dispatch is a reader. It is
claimed before it is sent, and its status moves forward, never back.
"""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from grievance.base import blob, long_text, partial


class Notice(SQLModel, table=True):
    """One message owed to one person about one case."""

    __tablename__ = "notices"
    __table_args__ = (
        partial("ix_notices_owed", "not_before", where="state IN ('queued', 'claimed', 'unknown')"),
        partial("ix_notices_text", "text", where="text IS NOT NULL"),
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
    reached_on: date | None = None


class Attempt(SQLModel, table=True):
    """One try to send a notice. The provider's own id is sealed to dispatch; here stands its HMAC."""

    __tablename__ = "attempts"
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
