"""What was published and what was in force: releases, versions of the mechanism, public halves of keys.

The database refuses to change or take away a release or a withdrawal.
"""

from datetime import date, datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from grievance.base import blob, long_text


class Release(SQLModel, table=True):
    """A published month: one frozen value, from which every page and file is made, and who published it.

    `signature` is Ed25519 (RFC 8032) over the bytes of `value`; there is none where the publisher held no key.
    """

    __tablename__ = "releases"
    month: str = Field(primary_key=True, max_length=7)
    version: int = Field(primary_key=True)
    status: str = Field(max_length=12)
    cut_off: datetime
    published_on: date
    value: str = Field(sa_column=long_text())
    digest: str = Field(max_length=64)
    signature: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))


class Withdrawal(SQLModel, table=True):
    """A month that was wrong and is shown no more, with the reason; another of it is never made."""

    __tablename__ = "withdrawals"
    month: str = Field(primary_key=True, max_length=7)
    withdrawn_on: date
    because: str = Field(sa_column=long_text())


class MechanismVersion(SQLModel, table=True):
    """A version of `mechanism.toml` as it was published; cases keep the one they were received under."""

    __tablename__ = "mechanisms"
    version: str = Field(primary_key=True, max_length=64)
    published_on: date
    toml: str = Field(sa_column=long_text())


class ReaderKey(SQLModel, table=True):
    """The public half of a reader's key; its fingerprint is an entry, and a mismatch refuses to start."""

    __tablename__ = "reader_keys"
    reader: str = Field(primary_key=True, max_length=48)
    version: int = Field(primary_key=True)
    public: bytes = Field(sa_column=blob())
    fingerprint: str = Field(max_length=64)
    since: date
    until: date | None = None
