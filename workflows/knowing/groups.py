"""A group's complaint: what its assembly decided, and that somebody of it stays out of what is agreed (G20)."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, select

from grievance.record import Entry
from grievance.vocabulary import Role, Step
from workflows.criterion import Past

STAYS_OUT: Final = "stays_out"
"""What somebody consents to who says that an agreement of the group does not bind them: a fact of `consent`."""
COMES_BACK: Final = "comes_back"
"""What somebody consents to who stayed out and takes that back."""
LONGEST: Final = timedelta(days=731)
"""How long an assembly binds those who come after it: two years from its day, then it is asked again (ours, no norm's)."""
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]


def is_a_groups(entries: Sequence[Past]) -> bool:
    """Tell whether a case is a group's, by what was said of it last; `entries` oldest first."""
    marks = [e.facts["collective"] for e in entries if "collective" in e.facts and not e.refused]
    return bool(marks and marks[-1])


def has_run_out(entries: Sequence[Past], on: date) -> bool:
    """Tell whether the newest mandate held only until a day before this one; an older kind named no day, and holds."""
    mandates = [e.facts.get("until") for e in entries if e.step == Step.MANDATE and not e.refused]
    return bool(mandates and mandates[-1] and mandates[-1] < on.isoformat())


def may_hold_until(until: object, held_on: str, *, on: date) -> bool:
    """Tell whether an assembly of a day (ISO) can have given its mandate until another (ISO): not past, and not for ever."""
    if not isinstance(until, str):
        return False
    try:
        return on <= date.fromisoformat(until) <= date.fromisoformat(held_on) + LONGEST
    except ValueError:
        return False


def left_since(entries: Sequence[Past]) -> bool:
    """Tell whether the person stays out and no assembly has spoken since; `entries` oldest first."""
    out = False
    for e in entries:
        if e.step == Step.MANDATE and not e.refused:
            out = False
        elif (word := _word(e)) is not None:
            out = word
    return out


def stays_out(entries: Iterable[Past]) -> bool:
    """Tell whether the person's last word is that no agreement of the group binds them; `entries` oldest first."""
    said = [word for e in entries if (word := _word(e)) is not None]
    return bool(said and said[-1])


def is_of_a_group(step: str, facts: Mapping[str, Any]) -> bool:
    """Tell whether an entry says that its person leaves or comes back: no desk learns who does."""
    return step == Step.CONSENT and facts.get("what") in (STAYS_OUT, COMES_BACK)


def _word(e: Past) -> bool | None:
    """Read an entry of the person's as their word on it: they stay out, they come back, or neither."""
    if e.refused or e.role != Role.COMPLAINANT or not is_of_a_group(e.step, e.facts):
        return None
    return bool(e.facts["what"] == STAYS_OUT)


def somebody_stays_out(conn: Connection, case_ids: Collection[str]) -> bool:
    """Tell whether the person of any of these cases stays out: not which of them, and not how many."""
    query = (
        select(_ENTRIES.c.stream, _ENTRIES.c.facts)
        .where(
            _ENTRIES.c.stream.in_(case_ids),
            _ENTRIES.c.step == Step.CONSENT,
            _ENTRIES.c.role == Role.COMPLAINANT,
            _ENTRIES.c.refused.is_(False),
        )
        .order_by(_ENTRIES.c.stream, _ENTRIES.c.seq)
    )
    said = ((row.stream, json.loads(row.facts).get("what")) for row in conn.execute(query))
    last = {stream: what for stream, what in said if what in (STAYS_OUT, COMES_BACK)}
    return STAYS_OUT in last.values()
