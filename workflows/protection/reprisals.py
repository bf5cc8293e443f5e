"""Who may be punished for complaining, and when somebody has to look: within a day, and again six months after the end.

Nothing of this is stored: it is worked out from the record at every look, and only the review room shows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select

from grievance import record
from grievance.case import CASES
from grievance.record import EntryExact
from grievance.vocabulary import Role, State, Step
from workflows.criterion import Past, done
from workflows.knowing.evidence import past

FIRST_LOOK: Final = timedelta(hours=24)
LAST_LOOK: Final = timedelta(days=165)
"""Six months less two weeks: a hundred and eighty days after the end nobody knows any more where to reach the person."""
FLAG: Final = "retaliation"
_READERS: Final = frozenset({str(Role.FOCAL), str(Role.REVIEWER)})
_EXACT = EntryExact.__table__  # type: ignore[attr-defined]
_PROTECTED = select(CASES.c.id, CASES.c.number, CASES.c.closed_on).where(CASES.c.protected.is_(True))


@dataclass(frozen=True, slots=True)
class Owed:
    """A first look at the risk that nobody took: the case, and by when it is owed."""

    number: str
    due_at: datetime


def saw_it(entry: Past) -> bool:
    """Tell whether an entry says that somebody saw reprisals: who handed the case over, or who assessed it."""
    if entry.refused or entry.step not in (Step.HAND_TO_FOCAL, Step.ASSESS, Step.CORRECT):
        return False
    flags = entry.facts.get("flags")
    return entry.facts.get("flag") == FLAG or (isinstance(flags, dict) and bool(flags.get(FLAG)))


def may_be_punished(entries: Iterable[Past]) -> bool:
    """Tell whether who read the case saw reprisals."""
    return any(map(saw_it, entries))


def first_looks(conn: Connection) -> list[Owed]:
    """List open cases in which reprisals were seen and nobody wrote down the risk, the one owed first at the top."""
    found: list[Owed] = []
    for case in conn.execute(_PROTECTED.where(CASES.c.state != State.CLOSED)).all():
        entries = record.done_in(conn, case.id)
        lines = [past(entry) for entry in entries]
        seen = next((n for n, line in enumerate(lines) if saw_it(line)), None)
        looked = any("likelihood" in line.facts for line in done(lines, Step.INTERIM))
        if seen is None or looked:
            continue
        mine = _EXACT.c.stream == case.id, _EXACT.c.seq == entries[seen].seq
        since = conn.execute(select(_EXACT.c.recorded_at).where(*mine)).scalar()
        if since is not None:
            found.append(Owed(case.number, since + FIRST_LOOK))
    return sorted(found, key=lambda one: (one.due_at, one.number))


def last_looks(conn: Connection, *, today: date) -> list[str]:
    """List closed cases in which reprisals were seen, six months after, that nobody of the third party opened since."""
    found: list[str] = []
    over = _PROTECTED.where(CASES.c.state == State.CLOSED, CASES.c.closed_on <= today - LAST_LOOK)
    for case in conn.execute(over.order_by(CASES.c.closed_on, CASES.c.number)).all():
        lines = [past(entry) for entry in record.done_in(conn, case.id)]
        read = [line.on for line in done(lines, Step.OPEN) if line.role in _READERS]
        if may_be_punished(lines) and max(read, default=date.min) < case.closed_on + LAST_LOOK:
            found.append(case.number)
    return found
