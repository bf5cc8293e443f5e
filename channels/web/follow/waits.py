"""What somebody answered and no batch has passed on yet: their page says that we have it, and does not ask again.

The first answer counts when the batch comes, so a second one would be refused, and a page that still asks makes people
press again, or press the opposite.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, select

from channels.web.follow.voice import LABELS
from grievance.case import Case
from grievance.inbox import WAITING
from grievance.vocabulary import Step
from translations import Phrase, phrase, say

NAMED: Final = phrase("We have your answer: “{answer}”. It is passed on in the next round.")
KEPT = phrase("We have your answer. It is passed on in the next round.")
_WAITS = (
    select(WAITING.c.step)
    .where(WAITING.c.case == bindparam("which"), WAITING.c.step.in_(bindparam("steps", expanding=True)))
    .order_by(WAITING.c.seq)
    .limit(1)
)


def answer(conn: Connection, case: Case, answers: Mapping[str, Step]) -> str:
    """Name which of these answers of a case waits for the next batch, the one that counts: the first; or nothing."""
    asked = {"which": case.id, "steps": [str(step) for step in answers.values()]}
    found = conn.execute(_WAITS, asked).scalar() if asked["steps"] else None
    return next((action for action, step in answers.items() if step == found), "")


def told(action: str, spoken: str) -> str:
    """Say back what was answered, so that whoever pressed the wrong button sees it."""
    return say(Phrase(NAMED.msgid, {"answer": LABELS[action]}), spoken)
