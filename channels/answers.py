"""What a person's short answer means: the code names the message it answers, and the message names the question.

A code lives until the next one of its case leaves, so the newest message that carried one is what a "1" or a "no"
speaks of. Everything else stays as the state of the case says.
"""

from sqlalchemy import Connection, select

from channels.outbox import ATTEMPTS, NOTICES
from grievance import record
from grievance.vocabulary import NoticeState, Step
from translations.notices import TEMPLATES
from workflows import referrals
from workflows.evidence import past

YES = frozenset({"1"})
NO = frozenset({"2", "no"})
_LEFT = (NoticeState.CLAIMED, NoticeState.UNKNOWN, NoticeState.SENT, NoticeState.DELIVERED)
_CODED = tuple(sorted(key for key, template in TEMPLATES.items() if template.code))


def last_asked(conn: Connection, case_id: str, person: str | None) -> str | None:
    """Name the message whose code the person holds: the newest one that left with a code."""
    query = (
        select(NOTICES.c.template)
        .join(ATTEMPTS, ATTEMPTS.c.notice == NOTICES.c.id)
        .where(NOTICES.c.case == case_id, NOTICES.c.complainant == person, NOTICES.c.template.in_(_CODED))
        .where(ATTEMPTS.c.state.in_(_LEFT))
        .order_by(ATTEMPTS.c.claimed_at.desc(), NOTICES.c.owed_at.desc())
        .limit(1)
    )
    return conn.execute(query).scalar()


def about_referral(
    conn: Connection, case_id: str, person: str | None, choice: str
) -> tuple[Step, dict[str, str]] | None:
    """Read a choice as the answer to a question about a referral, if that is what was asked last."""
    if choice not in YES | NO or last_asked(conn, case_id, person) not in referrals.TEMPLATES.values():
        return None
    asked = referrals.open_question(past(entry) for entry in record.entries_of(conn, case_id))
    return None if asked is None else asked.answered(yes=choice in YES)
