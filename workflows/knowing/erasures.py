"""What was erased before the third party read it: erasing never waits, and that it happened is told without a word of it.

BORRAR is the person's own right, and a reviewer who could hold it up would be one more power over them. So a text in
which somebody spoke of danger may be gone before anybody saw it. The entry of the erasure says so, and for two weeks
the review room shows the case's number and the day: perhaps somebody was made to erase it, and calls again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, select

from grievance import record
from grievance.case import CASES, Case, parse_facts
from grievance.vocabulary import Role, Sense, State, Step
from workflows.criterion import Past

UNREAD: Final = "unread"
"""The fact of an erasure that nobody of the third party read what is erased."""
SHOWN: Final = timedelta(days=14)
MOST: Final = 20
REVIEW: Final = "review"
_READERS: Final = frozenset({str(Role.FOCAL), str(Role.REVIEWER)})
_SAYS: Final = frozenset({str(Step.RECEIVE), str(Step.ADD), str(Step.HAND_TO_FOCAL)})


@dataclass(frozen=True, slots=True)
class Erased:
    """A case that was erased unread: its number, the day, and whether somebody was in danger."""

    number: str
    on: date
    protected: bool


def is_unread(case: Case, entries: Iterable[Past]) -> bool:
    """Tell whether something in a case of the third party came after they last opened it, or they never did."""
    if case.room != REVIEW:
        return False
    unread = False
    for past in entries:
        if past.refused:
            continue
        if past.step in _SAYS:
            unread = True
        elif past.step == Step.OPEN and past.role in _READERS:
            unread = False
    return unread


def listed(conn: Connection, *, today: date) -> list[Erased]:
    """List what was erased unread within two weeks, the newest first."""
    closed = (
        select(CASES.c.id, CASES.c.number, CASES.c.closed_on, CASES.c.protected)
        .where(
            CASES.c.closed_on.is_not(None), CASES.c.closed_on >= today - SHOWN, CASES.c.state == State.CLOSED
        )
        .where(CASES.c.room == REVIEW, CASES.c.sense == str(Sense.ERASED_BY_PERSON))
        .order_by(CASES.c.closed_on.desc(), CASES.c.number)
        .limit(MOST)
    )
    return [
        Erased(row.number, row.closed_on, row.protected)
        for row in conn.execute(closed)
        if _says_so(conn, row.id)
    ]


def _says_so(conn: Connection, case_id: str) -> bool:
    erasures = (e for e in record.entries_of(conn, case_id) if e.step == Step.ERASE and not e.refused)
    return any(parse_facts(entry.facts).get(UNREAD) is True for entry in erasures)
