"""Published releases, read back as they were frozen: the newest version of a month is the one that counts.

A month that was withdrawn is on no shelf any more; `every_version` still has it, since people may have kept it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, func, select

from grievance.published import Release as Published
from grievance.published import Withdrawal
from grievance.vocabulary import Kind
from reports import tables
from reports.month import Month
from reports.tables import Table

RELEASES = Published.__table__  # type: ignore[attr-defined]
WITHDRAWALS = Withdrawal.__table__  # type: ignore[attr-defined]
_NEWEST = select(RELEASES.c.month, func.max(RELEASES.c.version).label("version")).group_by(RELEASES.c.month)
_STANDS = RELEASES.c.month.not_in(select(WITHDRAWALS.c.month))


@dataclass(frozen=True)
class Release:
    """A month as it was published: one frozen document in canonical JSON, and the digest of its bytes."""

    month: Month
    version: int
    status: str
    value: str
    signature: bytes | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the document, in hexadecimal."""
        return hashlib.sha256(self.value.encode()).hexdigest()

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The document, read."""
        read: dict[str, Any] = json.loads(self.value)
        return read

    @property
    def made_up(self) -> bool:
        """Tell whether it is a demonstration's: then every form of it says so."""
        return self.document.get("made_up") is True

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """All its tables, in printed order: of complaints, then of requests for information."""
        return tuple(tables.read(plain) for plain in self.document["tables"])

    @cached_property
    def complaints(self) -> Mapping[str, Table]:
        """The tables of complaints by name."""
        return {table.name: table for table in self.tables if table.kind == Kind.GRIEVANCE}

    @cached_property
    def requests(self) -> Mapping[str, Table]:
        """The tables of requests for information by name."""
        return {table.name: table for table in self.tables if table.kind == Kind.INFORMATION_REQUEST}


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A month that was wrong: since when it is not shown, and why."""

    month: Month
    on: date
    because: str


def withdrawn(conn: Connection, month: Month) -> Withdrawn | None:
    """Find the withdrawal of a month, if there is one."""
    row = conn.execute(select(WITHDRAWALS).where(WITHDRAWALS.c.month == str(month))).one_or_none()
    return None if row is None else Withdrawn(month, row.withdrawn_on, row.because)


def all_withdrawn(conn: Connection) -> tuple[Withdrawn, ...]:
    """List the months that were withdrawn, newest first."""
    rows = conn.execute(select(WITHDRAWALS).order_by(WITHDRAWALS.c.month.desc()))
    return tuple(Withdrawn(Month.parse(row.month), row.withdrawn_on, row.because) for row in rows)


def newest(conn: Connection, month: Month) -> Release | None:
    """Find the newest version of a month, if it was published and not withdrawn."""
    query = (
        select(RELEASES)
        .where(RELEASES.c.month == str(month), _STANDS)
        .order_by(RELEASES.c.version.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else _read(row)


def all_newest(conn: Connection, *, before: Month | None = None) -> tuple[Release, ...]:
    """Read the newest version of every month, newest month first; `before`: only the twelve before that."""
    last = _NEWEST.where(_STANDS)
    if before is not None:
        last = last.where(RELEASES.c.month < str(before), RELEASES.c.month >= str(before.back(12)))
    return _all(conn, last)


def every_version(conn: Connection) -> tuple[Release, ...]:
    """Read every version of every month, oldest first, withdrawn ones as well: what was printed once is known for ever."""
    query = select(RELEASES).order_by(RELEASES.c.month, RELEASES.c.version)
    return tuple(map(_read, conn.execute(query)))


def _all(conn: Connection, last: Any) -> tuple[Release, ...]:
    found = last.subquery()
    query = (
        select(RELEASES)
        .join(found, (found.c.month == RELEASES.c.month) & (found.c.version == RELEASES.c.version))
        .order_by(RELEASES.c.month.desc())
    )
    return tuple(map(_read, conn.execute(query)))


def _read(row: Row[Any]) -> Release:
    return Release(Month.parse(row.month), row.version, row.status, row.value, row.signature)


def months(conn: Connection) -> tuple[Month, ...]:
    """List the published months, oldest first."""
    query = select(RELEASES.c.month).distinct().order_by(RELEASES.c.month)
    return tuple(Month.parse(month) for month in conn.execute(query).scalars())


def newest_out(conn: Connection) -> Month | None:
    """Name the newest month that was ever out, also if it was withdrawn; none before the first."""
    found = conn.execute(select(func.max(RELEASES.c.month))).scalar()
    return None if found is None else Month.parse(found)


def newest_version(conn: Connection, month: Month) -> int:
    """Say how often a month was published so far."""
    found = conn.execute(select(func.max(RELEASES.c.version)).where(RELEASES.c.month == str(month))).scalar()
    return int(found or 0)
