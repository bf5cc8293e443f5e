"""What somebody answered and no batch has passed on yet: their page says that we have it, and does not ask again.

The first answer counts when the batch comes, so a second one would be refused, and a page that still asks makes people
press again, or press the opposite.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from grievance.case import Case
from grievance.inbox import WAITING
from grievance.vocabulary import Step
from translations import phrase

KEPT = phrase("We have your answer. It is passed on in the next round.")
_WAITS = (
    select(WAITING.c.id)
    .where(WAITING.c.case == bindparam("which"), WAITING.c.step.in_(bindparam("steps", expanding=True)))
    .limit(1)
)


def is_answered(conn: Connection, case: Case, answers: Iterable[Step]) -> bool:
    """Tell whether one of these answers of a case waits for the next batch."""
    asked = {"which": case.id, "steps": [str(step) for step in answers]}
    return bool(asked["steps"]) and conn.execute(_WAITS, asked).first() is not None
