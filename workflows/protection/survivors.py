"""Who suffered violence of the kind after which nobody questions them: by their own words, or by who read them.

No case says so in a column of its own: what was written called for the first answer that names who helps, an
officer handed the case over for it, or whoever assessed it found it.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from grievance import record
from grievance.vocabulary import Role, Step
from workflows.criterion import Past, done
from workflows.danger import CARE
from workflows.knowing.evidence import past

HEARD = "heard"
"""What a person consents to who asks to be heard."""
ATTENDED = "attended"
"""What a person consents to who says by whom they want to be attended."""
WOMAN, MAN, ANYBODY = "woman", "man", "anybody"


def is_one(conn: Connection, case_id: str) -> bool:
    """Tell of a case whether the person behind it suffered such violence."""
    return was_seen(past(entry) for entry in record.entries_of(conn, case_id))


def was_seen(entries: Iterable[Past]) -> bool:
    """Tell whether it was seen at intake, at the hand-over, or when the case was last assessed or its marks corrected."""
    seen = list(entries)
    if any(e.facts.get("care") for e in done(seen, Step.RECEIVE)):
        return True
    handed = {str(e.facts.get("flag")) for e in done(seen, Step.HAND_TO_FOCAL)}
    marked = [e.facts.get("flags") for e in done(seen, Step.ASSESS, Step.CORRECT)]
    last = next((flags for flags in reversed(marked) if isinstance(flags, dict)), {})
    found = {flag for flag, yes in last.items() if yes}
    return bool((handed | found) & CARE)


def asked(entries: Iterable[Past]) -> bool:
    """Tell whether the person asked to be heard, or to talk: by their own entry, never by anybody's word for them."""
    own = [e for e in done(entries, Step.CONSENT, Step.TALK) if e.role == Role.COMPLAINANT]
    return any(e.step == Step.TALK or e.facts.get("what") == HEARD for e in own)


def wish(entries: Iterable[Past]) -> str:
    """Say by whom the person wants to be attended, as they said last; nothing where they do not mind."""
    own = [e for e in done(entries, Step.CONSENT) if e.role == Role.COMPLAINANT]
    said = [str(e.facts.get("who")) for e in own if e.facts.get("what") == ATTENDED]
    return said[-1] if said and said[-1] in (WOMAN, MAN) else ""
