"""The person who speaks: a pseudonym, never a name, never a number in clear. Everything here can be erased.

The pseudonym is HMAC-SHA256 of the address under a pepper that web and worker hold; the address itself is
sealed to `dispatch`. The desk sees neither.
"""

from datetime import date, datetime

from sqlalchemy import Index, false
from sqlmodel import Field, SQLModel

from grievance.base import blob


class Complainant(SQLModel, table=True):
    """Somebody we may owe an answer. Without an address there is no pseudonym and no text to open."""

    __tablename__ = "complainants"
    __table_args__ = (Index("uq_complainants_pseudonym", "pseudonym", unique=True),)
    id: str = Field(primary_key=True, max_length=32)
    pseudonym: bytes | None = Field(default=None, sa_column=blob(nullable=True))
    gateway: str | None = Field(default=None, max_length=24)
    address: str | None = Field(default=None, max_length=32)
    language: str = Field(max_length=8)
    stopped_on: date | None = None
    since: date


class Bond(SQLModel, table=True):
    """Which case is whose; erased with the person's traces."""

    __tablename__ = "bonds"
    case: str = Field(primary_key=True, max_length=32)
    complainant: str = Field(primary_key=True, max_length=32, index=True)


class LostPhone(SQLModel, table=True):
    """A phone that was its person's and was stolen: the case is theirs, and the phone's no more (no bond)."""

    __tablename__ = "lost_phones"
    case: str = Field(primary_key=True, max_length=32)
    complainant: str = Field(primary_key=True, max_length=32, index=True)
    lost_on: date


class Link(SQLModel, table=True):
    """A case that may belong to an older one, or came out of one; known to review only.

    `withheld`: sent without a code, asked back, ordinary after `until`. `danger`: a protected case that a
    text in an ordinary one opened. `joined`: an alias. `recast`: the same as another kind of case, which the desk knows.
    """

    __tablename__ = "links"
    case: str = Field(primary_key=True, max_length=32)
    older: str = Field(max_length=32, index=True)
    why: str = Field(max_length=16)
    until: date | None = None


class Clave(SQLModel, table=True):
    """The public half of a clave and what finds it; the private half is made from the clave when it is typed.

    `shown`: the page that says it is known to have arrived, so it is not said again.
    """

    __tablename__ = "claves"
    __table_args__ = (Index("ix_claves_lookup", "lookup"),)
    id: str = Field(primary_key=True, max_length=32)
    case: str = Field(max_length=32, index=True)
    complainant: str | None = Field(default=None, max_length=32)
    scheme: int
    lookup: bytes = Field(sa_column=blob())
    public: bytes = Field(sa_column=blob())
    made_on: date
    visited_at: datetime | None = None
    shown: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class Code(SQLModel, table=True):
    """The 4-digit code of our last message about a case, as HMAC; three tries."""

    __tablename__ = "codes"
    case: str = Field(primary_key=True, max_length=32)
    complainant: str = Field(primary_key=True, max_length=32)
    mac: bytes = Field(sa_column=blob())
    drawn_on: date
    tries: int = 0


class Contributor(SQLModel, table=True):
    """A token that lets a release count people instead of messages, until the yearly table is frozen."""

    __tablename__ = "contributors"
    case: str = Field(primary_key=True, max_length=32)
    year: int = Field(index=True)
    token: bytes = Field(sa_column=blob())
