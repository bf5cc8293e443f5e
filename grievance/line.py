"""Lines: sessions of telephone menus and calls, rings to be called back, and recordings. No number, no text in clear.

A session is found by the HMAC of the provider's id of it. What was told in it is a case long before it ends.
"""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from grievance.base import blob, long_text


class LineSession(SQLModel, table=True):
    """Where a dialogue stands in one session; kept for a day, so that somebody whose line dropped goes on.

    `kind` is what it is, a menu or a call; unknown of one from before that was kept.
    `heard` and `heard_mac`: how much of a cumulative entry was answered, and the HMAC of it, never the entry.
    """

    __tablename__ = "line_sessions"
    id: str = Field(primary_key=True, max_length=64)
    gateway: str = Field(max_length=24)
    kind: str | None = Field(default=None, max_length=8)
    pseudonym: bytes | None = Field(default=None, sa_column=blob(nullable=True))
    version: int
    state: str = Field(sa_column=long_text())
    case: str | None = Field(default=None, max_length=32)
    heard: int = 0
    heard_mac: bytes | None = Field(default=None, sa_column=blob(nullable=True))
    steps: int = 0
    ended: bool = False
    at: datetime = Field(index=True)


class Ring(SQLModel, table=True):
    """Somebody rang and hung up, to be called back free of charge: one row, however often they rang.

    The number is sealed to dispatch; with the call placed, or given up, the row and the seal are deleted.
    """

    __tablename__ = "rings"
    __table_args__ = (Index("uq_rings_pseudonym", "pseudonym", unique=True),)
    id: str = Field(primary_key=True, max_length=32)
    pseudonym: bytes = Field(sa_column=blob())
    gateway: str = Field(max_length=24)
    recipient: str = Field(max_length=32)
    address: str = Field(max_length=32)
    rings: int = 1
    tries: int = 0
    rang_on: date
    not_before: datetime


class CalledBack(SQLModel, table=True):
    """How often somebody's phone was made to ring today; gone the day after.

    `mac` is the HMAC of day and pseudonym, so that the rows of two days cannot be laid side by side.
    """

    __tablename__ = "called_back"
    mac: str = Field(primary_key=True, max_length=64)
    day: date = Field(index=True)
    calls: int = 1


class Recording(SQLModel, table=True):
    """A voice note of a case, sealed to review only until somebody has written it down.

    `ref` is the sealed id by which the provider knows it, for dispatch alone; `audio` the sealed sound.
    """

    __tablename__ = "recordings"
    id: str = Field(primary_key=True, max_length=32)
    case: str = Field(max_length=32, index=True)
    gateway: str = Field(max_length=24)
    ref: str | None = Field(default=None, max_length=32)
    audio: str | None = Field(default=None, max_length=32)
    kind: str | None = Field(default=None, max_length=40)
    state: str = Field(max_length=16, index=True)
    tries: int = 0
    not_before: datetime
    made_on: date


class Enclosure(SQLModel, table=True):
    """A text message on which pictures or voices hang that nobody has fetched yet.

    `ref` is the sealed id of the message, for dispatch alone; `mark` the HMAC by which its leftover is found.
    """

    __tablename__ = "enclosures"
    id: str = Field(primary_key=True, max_length=32)
    case: str = Field(max_length=32, index=True)
    gateway: str = Field(max_length=24)
    ref: str = Field(max_length=32)
    mark: bytes = Field(sa_column=blob())
    tries: int = 0
    not_before: datetime = Field(index=True)


FIELDS = ("recording", "audio", "enclosure")
"""Fields of sealed texts that no desk ever reads: what a voice or a picture is known by, and the voice."""
LINES = LineSession.__table__  # type: ignore[attr-defined]
RINGS = Ring.__table__  # type: ignore[attr-defined]
CALLED_BACK = CalledBack.__table__  # type: ignore[attr-defined]
ENCLOSURES = Enclosure.__table__  # type: ignore[attr-defined]
RECORDINGS = Recording.__table__  # type: ignore[attr-defined]
