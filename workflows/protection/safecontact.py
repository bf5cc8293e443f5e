"""Who is in danger and was spoken with: somebody of the third party gets in touch, safely, within the day the rules say.

Worked out from the record at every look; the company sees none of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, select

from grievance import record
from grievance.case import CASES, OPEN, Case
from grievance.vocabulary import Role, State, Step
from workflows.criterion import Past, done
from workflows.knowing.evidence import past
from workflows.rulebook import Rulebook

DEADLINE: Final = "safe_contact"
SPEAKS: Final = (Step.ACKNOWLEDGE, Step.HEAR, Step.ASK, Step.UPDATE, Step.ATTEMPT_CONTACT)
"""Steps by which somebody gets in touch with a person."""
THIRD_PARTY: Final = (Role.FOCAL, Role.REVIEWER)
"""Who keeps people in danger; nobody of the company does."""
_OPEN = select(CASES).where(OPEN, CASES.c.protected.is_(True))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody in danger with whom nobody has spoken yet: their case, and by which day somebody does."""

    number: str
    due_on: date

    def is_late(self, today: date) -> bool:
        """Tell whether that day has passed."""
        return today > self.due_on


def since(entries: Iterable[Past]) -> date | None:
    """Find the day since when somebody in danger waits to be spoken with; None once somebody was in touch."""
    began: date | None = None
    for entry in done(entries, Step.RECEIVE, Step.HAND_TO_FOCAL, *SPEAKS):
        if entry.step in (Step.RECEIVE, Step.HAND_TO_FOCAL):
            began = entry.on
        elif entry.role in THIRD_PARTY:
            began = None
    return began


def due_of(conn: Connection, case: Case, *, rules: Rulebook) -> date | None:
    """Say by which day somebody gets in touch with the person of a case; None where none is owed."""
    if not case.protected or case.state == State.CLOSED:
        return None
    began = since(past(entry) for entry in record.done_in(conn, case.id))
    if began is None:
        return None
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    return rules.due(case.procedure_version, DEADLINE, start=began, calendar=calendar)


def waiting(conn: Connection, *, rules: Rulebook) -> list[Waiting]:
    """List the people in danger with whom nobody has spoken yet, who is owed it first at the top."""
    found = [
        Waiting(case.number, due)
        for case in conn.execute(_OPEN).all()
        if (due := due_of(conn, case, rules=rules)) is not None  # type: ignore[arg-type]
    ]
    return sorted(found, key=lambda one: (one.due_on, one.number))
