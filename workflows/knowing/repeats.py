"""Whether what a case was about had happened before: the same cause in the same place, half a year back at most (I-31).

Places are erased after two years, so it is decided when a case ends and kept without the place. Nobody types it. Cases
that no desk can read are looked at by nobody here, and neither are the cases of whoever was erased.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from grievance.case import CASES
from grievance.record import Entry
from grievance.vocabulary import REPEATS, ROOT_CAUSES, Kind, Sense, State, Step
from workflows.criterion import done, since_opened
from workflows.knowing.evidence import Evidence

FACT: Final = "repeat"
AGAIN, FIRST = REPEATS
NOT_FOUND: Final = "not_established"
"""A cause that nobody found is no cause that came again."""
WITHIN: Final = timedelta(days=180)
_NOT_LOOKED_AT: Final = frozenset({Step.ERASE, Step.JOIN, Step.HAND_OVER})
_ENTRIES = Entry.__table__  # type: ignore[attr-defined]
_ENDED_THERE = select(CASES.c.id).where(
    CASES.c.zone == bindparam("zone"),
    CASES.c.closed_on >= bindparam("since"),
    CASES.c.state == State.CLOSED,
    CASES.c.id != bindparam("but"),
    CASES.c.kind == str(Kind.GRIEVANCE),
    CASES.c.protected.is_(False),
    CASES.c.room == "desk",
    CASES.c.sense.not_in((str(Sense.ERASED_BY_PERSON), str(Sense.JOINED_BY_PERSON))),
)
_LEARNED = (
    select(_ENTRIES.c.stream, _ENTRIES.c.step, _ENTRIES.c.facts)
    .where(
        _ENTRIES.c.stream.in_(bindparam("those", expanding=True)),
        _ENTRIES.c.step.in_((str(Step.LEARN), str(Step.REOPEN))),
        _ENTRIES.c.refused.is_(False),
    )
    .order_by(_ENTRIES.c.stream, _ENTRIES.c.seq)
)


def at_the_end(evidence: Evidence, on: date) -> dict[str, Any]:
    """Say of a complaint that ends now whether its cause had ended another one in its place within 180 days.

    Nothing where no cause was written down, no place is known, or the case is not one that a desk can read.
    """
    case = evidence.case
    if (
        evidence.conn is None
        or evidence.to != State.CLOSED
        or case.kind != Kind.GRIEVANCE
        or case.protected
        or case.room != "desk"
        or case.zone is None
        or evidence.step in _NOT_LOOKED_AT
    ):
        return {}
    learned = done(since_opened(evidence.entries), Step.LEARN)
    cause = learned[-1].facts.get("root_cause") if learned else None
    if cause not in ROOT_CAUSES or cause == NOT_FOUND:
        return {}
    asked = {"zone": case.zone, "since": on - WITHIN, "but": case.id}
    those = evidence.conn.execute(_ENDED_THERE, asked).scalars().all()
    again = bool(those) and cause in _causes(evidence.conn, those)
    return {FACT: AGAIN if again else FIRST}


def _causes(conn: Connection, those: Iterable[str]) -> set[str]:
    """Read what some cases taught last, each since it was last opened again."""
    found: dict[str, str] = {}
    for row in conn.execute(_LEARNED, {"those": list(those)}):
        if row.step == Step.REOPEN:
            found.pop(row.stream, None)
        else:
            facts: Mapping[str, Any] = json.loads(row.facts)
            found[row.stream] = str(facts.get("root_cause", ""))
    return set(found.values())
