"""The record: append-only entries, the truth of which everything else is a projection (DESIGN 4).

An entry is one event of one stream. It holds codes, numbers and digests, never text. What lives for ever
stands in `entries`; exact times, zone and category stand in `entry_exact` and go after 24 months. The
database itself refuses to change or remove an entry, to skip a number, or to move a case along a path
that `transitions` does not list (`grievance.triggers`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import Column, Connection, Index, Integer, bindparam, insert, select
from sqlmodel import Field, SQLModel

from grievance import leaf
from grievance.base import Json, blob, canonical, counter, long_text, partial
from grievance.moment import Moment


class Stream(SQLModel, table=True):
    """Where a stream of entries stands: changed by the database's own trigger and by nothing else."""

    __tablename__ = "streams"
    id: str = Field(primary_key=True, max_length=32)
    kind: str = Field(max_length=24)
    state: str = Field(max_length=32)
    seq: int


class Entry(SQLModel, table=True):
    """One event, for ever. The month is part of the key so that PostgreSQL can partition by it."""

    __tablename__ = "entries"
    __table_args__ = (
        Index("ix_entries_month_kind", "month", "kind"),
        partial("ix_entries_recused", "stream", where="step = 'recuse'"),
        partial("ix_entries_linked", "stream", where="step = 'link'"),
        partial("ix_entries_appealed", "stream", where="step = 'appeal'"),
        partial(
            "ix_entries_ruled",
            "operator",
            "recorded_on",
            where="step IN ('confirm_answer', 'order', 'return')",
        ),
    )
    stream: str = Field(primary_key=True, max_length=32)
    seq: int = Field(primary_key=True, sa_type=Integer)
    month: str = Field(primary_key=True, max_length=7)
    recorded_on: date
    happened_on: date
    kind: str = Field(max_length=24)
    role: str = Field(max_length=16)
    from_state: str = Field(max_length=32)
    step: str = Field(max_length=32)
    to_state: str = Field(max_length=32)
    refused: bool
    procedure_version: str = Field(max_length=64)
    operator: str | None = Field(default=None, max_length=32)
    site: str | None = Field(default=None, max_length=32)
    theme: str | None = Field(default=None, max_length=32)
    channel: str | None = Field(default=None, max_length=16)
    facts: str = Field(sa_column=long_text())
    guards: str = Field(sa_column=long_text())
    salts: bytes = Field(sa_column=blob())
    leaf: bytes = Field(sa_column=blob())
    leaf_hash: bytes = Field(sa_column=blob())


class EntryExact(SQLModel, table=True):
    """The exact times and places of an entry, with their salts; erased after 24 months."""

    __tablename__ = "entry_exact"
    stream: str = Field(primary_key=True, max_length=32)
    seq: int = Field(primary_key=True, sa_type=Integer)
    recorded_at: datetime
    happened_at: datetime
    zone: str | None = Field(default=None, max_length=32)
    category: str | None = Field(default=None, max_length=32)
    salts: bytes = Field(sa_column=blob())


class Transition(SQLModel, table=True):
    """A path a case may take; written literally by migrations, compared by a test with PROCEDURE."""

    __tablename__ = "transitions"
    kind: str = Field(primary_key=True, max_length=24)
    from_state: str = Field(primary_key=True, max_length=32)
    step: str = Field(primary_key=True, max_length=32)
    to_state: str = Field(primary_key=True, max_length=32)


class LogQueue(SQLModel, table=True):
    """Leaves waiting for an index in the public log (trust B4); written in the entry's own transaction."""

    __tablename__ = "log_queue"
    id: int | None = Field(default=None, sa_column=counter())
    stream: str = Field(max_length=32)
    seq: int
    leaf_hash: bytes = Field(sa_column=blob())


class LogIndex(SQLModel, table=True):
    """The place of a leaf in the log, given by the sequencer; append-only like the entries."""

    __tablename__ = "log_index"
    idx: int = Field(sa_column=Column("idx", Integer, primary_key=True, autoincrement=False))
    stream: str = Field(max_length=32)
    seq: int
    leaf_hash: bytes = Field(sa_column=blob())


@dataclass(frozen=True, slots=True)
class Act:
    """What is about to be written: one event of one stream, in closed vocabulary.

    Dates are the site's own; `happened_at` is earlier than `recorded_at` only for a complainant's act that
    waited for the batch, or that a relay or clerk took down.
    """

    stream: str
    kind: str
    role: str
    from_state: str
    step: str
    to_state: str
    recorded_at: datetime
    recorded_on: date
    happened_at: datetime
    happened_on: date
    procedure_version: str
    operator: str | None = None
    site: str | None = None
    theme: str | None = None
    channel: str | None = None
    zone: str | None = None
    category: str | None = None
    facts: Mapping[str, Json] | None = None
    guards: Mapping[str, str] | None = None
    refused: bool = False

    @property
    def month(self) -> str:
        """The month in which it is counted, `YYYY-MM`."""
        return self.recorded_on.isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Written:
    """An entry as it stands in the record."""

    seq: int
    leaf_hash: bytes


# Built once: Core statements compile to the same string every time and SQLAlchemy caches them by identity.
_INSERT_STREAM = insert(Stream.__table__)  # type: ignore[attr-defined]
_INSERT_ENTRY = insert(Entry.__table__)  # type: ignore[attr-defined]
_INSERT_EXACT = insert(EntryExact.__table__)  # type: ignore[attr-defined]
# Nobody asks which number it got.
_INSERT_QUEUE = insert(LogQueue.__table__).inline()  # type: ignore[attr-defined]
_ENTRY = Entry.__table__  # type: ignore[attr-defined]
_STREAM = Stream.__table__  # type: ignore[attr-defined]
_LAST_LEAF = (
    select(_STREAM.c.seq, _ENTRY.c.leaf_hash)
    .select_from(
        _STREAM.outerjoin(_ENTRY, (_ENTRY.c.stream == _STREAM.c.id) & (_ENTRY.c.seq == _STREAM.c.seq)),
    )
    .where(_STREAM.c.id == bindparam("id"))
)
_DONE_IN = (
    select(
        _ENTRY.c.seq, _ENTRY.c.recorded_on, _ENTRY.c.happened_on, _ENTRY.c.role, _ENTRY.c.from_state, _ENTRY.c.step,
        _ENTRY.c.to_state, _ENTRY.c.refused, _ENTRY.c.facts, _ENTRY.c.leaf_hash,
    )
    .where(_ENTRY.c.stream == bindparam("id"))
    .order_by(_ENTRY.c.seq)
)  # fmt: skip
_OF_STREAM = select(_ENTRY).where(_ENTRY.c.stream == bindparam("id")).order_by(_ENTRY.c.seq)


def begin(conn: Connection, stream: str, kind: str) -> None:
    """Open a stream: state `new`, no entries."""
    conn.execute(_INSERT_STREAM, {"id": stream, "kind": kind, "state": "new", "seq": -1})


def write(
    conn: Connection, act: Act, *, at: Moment, first: bool = False, after: Entry | None = None
) -> Written:
    """Append an entry, with its leaf and its place in the log's queue.

    Args:
        conn: the transaction of the one act.
        act: what happened.
        at: where salts come from.
        first: the stream was begun in this very transaction (saves looking for the previous leaf).
        after: the stream's last entry, if this transaction read it with the stream's case locked. A wrong one
            stores nothing: the database refuses the number.

    Raises:
        sqlalchemy.exc.DatabaseError: the database refuses the path or the number.
    """
    previous = b""
    seq = 0
    if after is not None:
        seq, previous = after.seq + 1, after.leaf_hash
    elif not first:
        last = conn.execute(_LAST_LEAF, {"id": act.stream}).one()
        seq, previous = last.seq + 1, last.leaf_hash or b""
    facts, guards = canonical(act.facts or {}), canonical(act.guards or {})
    sealed = leaf.make(
        _fields(act, seq=seq, facts=facts, guards=guards, previous=previous),
        at=at,
        label=f"{act.stream}/{seq}",
    )
    conn.execute(
        _INSERT_ENTRY,
        {
            "stream": act.stream,
            "seq": seq,
            "month": act.month,
            "recorded_on": act.recorded_on,
            "happened_on": act.happened_on,
            "kind": act.kind,
            "role": act.role,
            "from_state": act.from_state,
            "step": act.step,
            "to_state": act.to_state,
            "refused": act.refused,
            "procedure_version": act.procedure_version,
            "operator": act.operator,
            "site": act.site,
            "theme": act.theme,
            "channel": act.channel,
            "facts": facts,
            "guards": guards,
            "salts": sealed.coarse_salts,
            "leaf": sealed.digests,
            "leaf_hash": sealed.hash,
        },
    )
    conn.execute(
        _INSERT_EXACT,
        {
            "stream": act.stream, "seq": seq, "recorded_at": act.recorded_at, "happened_at": act.happened_at,
            "zone": act.zone, "category": act.category, "salts": sealed.exact_salts,
        },
    )  # fmt: skip
    conn.execute(_INSERT_QUEUE, {"stream": act.stream, "seq": seq, "leaf_hash": sealed.hash})
    return Written(seq=seq, leaf_hash=sealed.hash)


def entries_of(conn: Connection, stream: str) -> Sequence[Entry]:
    """Read a stream from its first entry to its last; what is answered is to be read, by an entry's names."""
    # The rows as they are: every step reads all that was done before it, and making objects costs as much as reading.
    return cast("Sequence[Entry]", conn.execute(_OF_STREAM, {"id": stream}).all())


def done_in(conn: Connection, stream: str) -> Sequence[Entry]:
    """Read what was done in a stream, from its first entry to its last, without verdicts, salts and leaves."""
    return cast("Sequence[Entry]", conn.execute(_DONE_IN, {"id": stream}).all())


def _fields(act: Act, *, seq: int, facts: str, guards: str, previous: bytes) -> dict[str, str]:
    """Name every committed field (trust B3); an absent value is the empty text."""
    return {
        "stream": act.stream,
        "seq": str(seq),
        "kind": act.kind,
        "month": act.month,
        "recorded_on": act.recorded_on.isoformat(),
        "happened_on": act.happened_on.isoformat(),
        "role": act.role,
        "from": act.from_state,
        "step": act.step,
        "to": act.to_state,
        "refused": "1" if act.refused else "0",
        "procedure": act.procedure_version,
        "operator": act.operator or "",
        "site": act.site or "",
        "theme": act.theme or "",
        "channel": act.channel or "",
        "facts": facts,
        "guards": guards,
        "previous": previous.hex(),
        "recorded_at": leaf.instant(act.recorded_at),
        "happened_at": leaf.instant(act.happened_at),
        "zone": act.zone or "",
        "category": act.category or "",
    }
