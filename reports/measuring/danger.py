"""People in danger in a year (T16): how many cases, and with how many somebody safe spoke within a day (I-28).

Each told from ten people on, of the whole and once a year; nothing else is ever counted of them.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, select

from grievance.complainant import Contributor
from grievance.record import Entry
from grievance.vocabulary import CASE_KINDS, Kind
from reports.disclosure import PEOPLE_BEHIND_A_ROW
from reports.measuring.people import NOBODY_KNOWN
from reports.tables import CONTACT_DUE, CONTACT_IN_TIME, PROTECTED, PROTECTION, Cell, Table
from workflows.protection.safecontact import SPEAKS, THIRD_PARTY

A_DAY: Final = timedelta(days=1)
"""A safe contact is owed within it (standards I-28), whatever day a mechanism's own rules name."""
_ENTRIES = Entry.__table__.c  # type: ignore[attr-defined]
_TOKENS = Contributor.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Owed:
    """A contact that was owed to somebody in danger: by which day, and whether it came by then."""

    by: date
    in_time: bool


def table(conn: Connection, year: int) -> Table:
    """Count the cases, of either kind, that were protected in a year, and the contacts that were due in it.

    A contact is due on the day after somebody was in danger; it is not owed where it was found before that nobody was.
    Under ten people behind a count nothing is told, noughts included.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    cases: list[bytes] = []
    due: list[tuple[bytes, bool]] = []
    for person, entries in _cases(conn, year):
        if any(row.month >= f"{year:04d}-01" and _protected(row) for row in entries):
            cases.append(person)
        due += [(person, owed.in_time) for owed in _owed(entries) if first <= owed.by <= last]
    enough = _people(person for person, _ in due)
    counts = {
        PROTECTED: len(cases) if _people(cases) else None,
        CONTACT_DUE: len(due) if enough else None,
        CONTACT_IN_TIME: sum(in_time for _, in_time in due) if enough else None,
    }
    cells = tuple(Cell((measure,), told) for measure, told in counts.items())
    return Table(PROTECTION, cells, kind=str(Kind.MECHANISM), period=f"{year:04d}")


def _people(behind: Iterable[bytes]) -> bool:
    return len(set(behind)) >= PEOPLE_BEHIND_A_ROW


def _cases(conn: Connection, year: int) -> Iterator[tuple[bytes, list[Any]]]:
    """Read the cases in which somebody was in danger in a year or on the day before it, and who stands behind each."""
    months = _ENTRIES.month.between(f"{year - 1:04d}-12", f"{year:04d}-12")
    of_people = _ENTRIES.kind.in_([str(kind) for kind in CASE_KINDS])
    there = select(_ENTRIES.stream).where(
        months, of_people, _ENTRIES.refused.is_(False), _ENTRIES.facts.contains('"protected":true')
    )
    query = (
        select(
            _ENTRIES.stream, _ENTRIES.month, _ENTRIES.step, _ENTRIES.role, _ENTRIES.happened_on, _ENTRIES.facts,
            _TOKENS.c.token,
        )
        .outerjoin(_TOKENS, _TOKENS.c.case == _ENTRIES.stream)
        .where(_ENTRIES.stream.in_(there), months, _ENTRIES.refused.is_(False))
        .order_by(_ENTRIES.stream, _ENTRIES.seq)
    )  # fmt: skip
    for _, rows in groupby(conn.execute(query), key=lambda row: row.stream):
        entries = list(rows)
        yield entries[0].token or NOBODY_KNOWN, entries


def _owed(entries: Iterable[Any]) -> Iterator[Owed]:
    """Go through a case: each time somebody came to be in danger, say what contact was owed."""
    began: date | None = None
    for row in entries:
        protected = _protected(row)
        if began is None:
            began = row.happened_on if protected else None
        elif protected is False:
            if row.happened_on > began + A_DAY:
                yield Owed(began + A_DAY, in_time=False)
            began = None
        elif row.step in SPEAKS and row.role in THIRD_PARTY:
            yield Owed(began + A_DAY, in_time=row.happened_on <= began + A_DAY)
            began = None
    if began is not None:
        yield Owed(began + A_DAY, in_time=False)


def _protected(row: Any) -> bool | None:
    """Tell whether an entry protects its case, or ends that; `None` where it says nothing of it."""
    said: bool | None = json.loads(row.facts).get("case", {}).get("protected")
    return said
