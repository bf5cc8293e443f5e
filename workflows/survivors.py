"""Who suffered violence of the kind after which nobody questions them: by their first answer, or by who looked.

No case says so in a column of its own: the first answer was the one that names who helps, an officer handed the
case over for it, or whoever assessed it found it.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from grievance.notice import Notice
from grievance.vocabulary import Role, Step
from workflows.criterion import Past, done
from workflows.danger import CARE

FIRST_ANSWER = "safe_care"
HEARD = "heard"
_NOTICES = Notice.__table__  # type: ignore[attr-defined]


def is_one(conn: Connection, case_id: str) -> bool:
    """Tell whether the first answer of a case was the one to somebody who suffered violence."""
    query = (
        select(_NOTICES.c.id).where(_NOTICES.c.case == case_id, _NOTICES.c.template == FIRST_ANSWER).limit(1)
    )
    return conn.execute(query).first() is not None


def was_seen(entries: Iterable[Past]) -> bool:
    """Tell whether somebody who read the case said so: at the hand-over, or when it was assessed."""
    seen = list(entries)
    handed = {str(e.facts.get("flag")) for e in done(seen, Step.HAND_TO_FOCAL)}
    marked = [e.facts.get("flags") for e in done(seen, Step.ASSESS)]
    found = {flag for flags in marked if isinstance(flags, dict) for flag, yes in flags.items() if yes}
    return bool((handed | found) & CARE)


def asked(entries: Iterable[Past]) -> bool:
    """Tell whether the person asked to be heard, or to talk: by their own entry, never by anybody's word for them."""
    own = [e for e in done(entries, Step.CONSENT, Step.TALK) if e.role == Role.COMPLAINANT]
    return any(e.step == Step.TALK or e.facts.get("what") == HEARD for e in own)
