"""Complaints that ended in a quarter, by whether their cause had ended another one in the same place before (T18, I-31).

Whether it had was worked out when each ended, by what was written in its entry then; here it is only counted, with
the people behind. Cases that counted for nobody when they ended are not looked at.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import REPEATS, Kind, State
from reports.measuring.people import NOBODY_KNOWN
from reports.month import Month
from reports.tables import ALL, NOT_STATED, REPEATED, Cell, Table

MEMBERS = (*REPEATS, NOT_STATED)
_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Ended:
    """How many ended, by whether it was the same again, the sum with them, and the people behind each."""

    counts: dict[str, int] = field(default_factory=dict)
    behind: dict[str, set[bytes]] = field(default_factory=dict)

    def add(self, member: str, token: bytes) -> None:
        """Count one end."""
        for each in (ALL, member):
            self.counts[each] = self.counts.get(each, 0) + 1
            self.behind.setdefault(each, set()).add(token)

    def table(self, period: str) -> Table:
        """Lay it out."""
        cells = tuple(Cell((member,), self.counts.get(member, 0)) for member in (ALL, *MEMBERS))
        return Table(REPEATED, cells, kind=str(Kind.GRIEVANCE), period=period)

    @property
    def people(self) -> Mapping[tuple[str, tuple[str, ...]], int]:
        """How many people stand behind each cell."""
        return {(REPEATED, (member,)): len(tokens) for member, tokens in self.behind.items()}


def ended_in(conn: Connection, months: Sequence[Month]) -> Ended:
    """Count the ends of complaints in months that follow one another."""
    found = Ended()
    stream, counted = "", None
    for row in conn.execute(_ends(months)):
        if row.stream != stream:
            stream, counted = row.stream, None
        facts: Mapping[str, Any] = json.loads(row.facts)
        counted = facts.get("case", {}).get("counted", counted)
        is_end = row.to_state == State.CLOSED != row.from_state and row.month >= str(months[0])
        if is_end and counted is not None:
            found.add(facts.get("repeat", NOT_STATED), row.token or NOBODY_KNOWN)
    return found


def _ends(months: Iterable[Month]) -> Select[Any]:
    """Read the ends of these months, and before each for whom its case counted."""
    *_, last = of = [str(month) for month in months]
    is_end = and_(_ENTRIES.to_state == State.CLOSED, _ENTRIES.from_state != State.CLOSED)
    of_people = and_(_ENTRIES.kind == str(Kind.GRIEVANCE), _ENTRIES.refused.is_(False))
    those = select(_ENTRIES.stream).where(_ENTRIES.month.in_(of), of_people, is_end)
    return (
        select(
            _ENTRIES.stream, _ENTRIES.month, _ENTRIES.from_state, _ENTRIES.to_state, _ENTRIES.facts, _TOKENS.c.token
        )
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.stream)
        .where(_ENTRIES.stream.in_(those), _ENTRIES.month <= last, of_people)
        .where(or_(is_end, _ENTRIES.facts.contains('"counted":')))
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )  # fmt: skip
