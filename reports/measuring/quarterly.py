"""What is told by quarters alone, of the whole: whether the same came again (T18, I-31), why people asked for review (T08).

It flows from what was written in the entry when it happened. Cases that counted for nobody then are not looked at.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import REPEATS, WHY_REVIEW, Kind, State, Step
from reports.measuring.people import NOBODY_KNOWN
from reports.month import Month
from reports.tables import ALL, NOT_STATED, REPEATED, REVIEWS_WHY, Cell, Table

ASKED = (Step.ASK_REVIEW, Step.ASK_INDEPENDENT_REVIEW)
"""Steps by which a person asks for a review; what the clock passes on, nobody asked for."""
_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One of these tables: of which kinds of case, what it counts, and what is read of each in its facts."""

    table: str
    kinds: tuple[Kind, ...]
    which: Callable[[], ColumnElement[bool]]
    fact: str
    members: tuple[str, ...]


def _ends() -> ColumnElement[bool]:
    return and_(_ENTRIES.to_state == State.CLOSED, _ENTRIES.from_state != State.CLOSED)


def _reviews() -> ColumnElement[bool]:
    return or_(*(_ENTRIES.step == str(step) for step in ASKED))


TABLES = (
    _Asked(REVIEWS_WHY, (Kind.GRIEVANCE, Kind.INFORMATION_REQUEST), _reviews, "why", (*WHY_REVIEW, NOT_STATED)),
    _Asked(REPEATED, (Kind.GRIEVANCE,), _ends, "repeat", (*REPEATS, NOT_STATED)),
)  # fmt: skip


@dataclass(slots=True)
class Counted:
    """A table about a quarter, and the people behind each of its cells."""

    table: Table
    people: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)


def counted_in(conn: Connection, months: Sequence[Month], kind: Kind, period: str) -> Iterator[Counted]:
    """Count each of these tables over months that follow one another, every person once."""
    for one in (each for each in TABLES if kind in each.kinds):
        counts = dict.fromkeys((ALL, *one.members), 0)
        behind: dict[str, set[bytes]] = {}
        for facts, token in _happened(conn, months, kind, one.which()):
            for member in (ALL, facts.get(one.fact, NOT_STATED)):
                counts[member] += 1
                behind.setdefault(member, set()).add(token)
        cells = tuple(Cell((member,), n) for member, n in counts.items())
        people: dict[tuple[str, tuple[str, ...]], int] = {
            (one.table, (member,)): len(tokens) for member, tokens in behind.items()
        }
        yield Counted(Table(one.table, cells, kind=str(kind), period=period), people)


def _happened(
    conn: Connection, months: Sequence[Month], kind: Kind, which: ColumnElement[bool]
) -> Iterator[tuple[Mapping[str, Any], bytes]]:
    """Give the facts of such entries of these months, and whose case it was, where it counted for somebody then."""
    stream, counted = "", None
    for row in conn.execute(_rows([str(month) for month in months], kind, which)):
        if row.stream != stream:
            stream, counted = row.stream, None
        facts: Mapping[str, Any] = json.loads(row.facts)
        counted = facts.get("case", {}).get("counted", counted)
        if row.wanted and row.month >= str(months[0]) and counted is not None:
            yield facts, row.token or NOBODY_KNOWN


def _rows(months: Sequence[str], kind: Kind, which: ColumnElement[bool]) -> Select[Any]:
    """Read such entries of these months, and before each for whom its case counted."""
    of_people = and_(_ENTRIES.kind == str(kind), _ENTRIES.refused.is_(False))
    those = select(_ENTRIES.stream).where(_ENTRIES.month.in_(months), of_people, which)
    return (
        select(_ENTRIES.stream, _ENTRIES.month, _ENTRIES.facts, which.label("wanted"), _TOKENS.c.token)
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.stream)
        .where(_ENTRIES.stream.in_(those), _ENTRIES.month <= months[-1], of_people)
        .where(or_(which, _ENTRIES.facts.contains('"counted":')))
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )
