"""Officers, focal points, reviewers and relays: their accounts, the sites each serves, their sessions and slips."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from grievance.base import blob, long_text


class Staff(SQLModel, table=True):
    """An account. The password is argon2id; the second factor's secret is sealed to the face it opens.

    `door` is the station or office at which a relay takes things down; nobody else has one. `called`: a list (JSON) of
    what people around the mine call them, names and offices, so that a case that names them is not theirs (G01).
    """

    __tablename__ = "staff"
    id: str = Field(primary_key=True, max_length=32)
    login: str = Field(max_length=64, unique=True)
    role: str = Field(max_length=16)
    face: str = Field(max_length=8)
    operator: str | None = Field(default=None, max_length=32)
    sites: str = Field(sa_column=long_text())
    unit: str | None = Field(default=None, max_length=32)
    door: str | None = Field(default=None, max_length=48)
    called: str | None = Field(default=None, sa_column=long_text(nullable=True))
    password: str = Field(sa_column=long_text())
    totp: bytes = Field(sa_column=blob())
    totp_last: int = 0
    active: bool = True


class StaffSession(SQLModel, table=True):
    """A signed-in browser; the cookie holds a random token, here stands its digest."""

    __tablename__ = "sessions"
    token: bytes = Field(sa_column=blob())
    id: str = Field(primary_key=True, max_length=32)
    staff: str = Field(max_length=32, index=True)
    face: str = Field(max_length=8)
    started_at: datetime
    seen_at: datetime
    ends_at: datetime


class Slip(SQLModel, table=True):
    """A wrong try, kept as HMAC and only long enough to slow the next ones; never an address."""

    __tablename__ = "slips"
    id: str = Field(primary_key=True, max_length=32)
    what: str = Field(max_length=16)
    who: bytes = Field(sa_column=blob())
    at: datetime = Field(index=True)
