"""Who opened a case: every reading of a narrative is an entry, and the person may ask for them (issue 4, 7).

They are told the day and the role, never a name: the answer may lie on a phone that others hold.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from grievance import record
from grievance.record import Entry
from grievance.vocabulary import Role, Step


@dataclass(frozen=True, slots=True)
class Opening:
    """One reading: the day and the role of whoever read."""

    on: date
    role: str


def of(conn: Connection, case_id: str) -> list[Opening]:
    """List the readings of a case by staff, oldest first."""
    return among(record.done_in(conn, case_id))


def among(entries: Iterable[Entry]) -> list[Opening]:
    """List the readings by staff among entries of a case."""
    return [
        Opening(entry.recorded_on, entry.role)
        for entry in entries
        if entry.step == Step.OPEN and not entry.refused and entry.role != Role.COMPLAINANT
    ]
