"""Thirty and ninety days after a case closed its people are asked how it went, and only review learns the answer.

Everybody with an address is asked, so that being asked says nothing. The question and its answer stand with the
notice, which no desk lists; the answer is sealed to review. One that says "badly" becomes a protected case of
its own, linked at review only: no tag, no count and no state of the closed case betrays it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, func, select, update

from grievance import case as cases
from grievance import vault
from grievance.case import CASES
from grievance.complainant import Bond, Complainant
from grievance.moment import Moment
from grievance.notice import NOTICES
from grievance.vocabulary import NoticeState, Sense, State
from workflows import owing
from workflows.rulebook import Rulebook

ASKED_AFTER: Final = (30, 90)
"""Days after closing (standards 6: reprisals come late)."""
GRACE: Final = 14
"""Days within which a question is still asked, and an answer is still one to it."""
TEMPLATE: Final = "checkin"
BADLY: Final = "3"
ANSWERS: Final = frozenset({"1", "2", BADLY})
ASKS_NO_MORE: Final = (Sense.ERASED_BY_PERSON, Sense.JOINED_BY_PERSON)
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_BONDS = Bond.__table__  # type: ignore[attr-defined]
_OPEN_FOR = (
    select(NOTICES.c.id, NOTICES.c.case, NOTICES.c.codes)
    .where(
        NOTICES.c.complainant == bindparam("who"), NOTICES.c.template == TEMPLATE, NOTICES.c.text.is_(None)
    )
    .where(NOTICES.c.state.in_((NoticeState.SENT, NoticeState.DELIVERED, NoticeState.UNKNOWN)))
    .where(NOTICES.c.owed_at >= bindparam("since"))
    .order_by(NOTICES.c.owed_at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question somebody may still answer: its notice, and the case it asks about.

    `quiet`: it went to a phone that others read, said nothing of what it is about, and is answered with its code.
    """

    notice: str
    case: str
    quiet: bool = False


def due(
    conn: Connection, *, today: date, limit: int = 200, case: str | None = None
) -> list[tuple[str, str, int]]:
    """List who is to be asked today: (case, person, days after closing); of one case, or of all."""
    found: list[tuple[str, str, int]] = []
    for nth, days in enumerate(ASKED_AFTER):
        asked = {
            "since": today - timedelta(days=days + GRACE), "until": today - timedelta(days=days), "nth": nth,
            "most": limit,
        } | ({} if case is None else {"of": case})  # fmt: skip
        found += [(row[0], row[1], days) for row in conn.execute(_due(of_one=case is not None), asked)]
    return found


@cache
def _due(*, of_one: bool) -> Select[Any]:
    """Build the query once: the clock asks it at every round."""
    asked = select(func.count()).where(
        NOTICES.c.case == CASES.c.id,
        NOTICES.c.complainant == _PEOPLE.c.id,
        NOTICES.c.template == TEMPLATE,
        NOTICES.c.owed_on >= CASES.c.closed_on,
    )
    query = (
        select(CASES.c.id, _PEOPLE.c.id)
        .join(_BONDS, _BONDS.c.case == CASES.c.id)
        .join(_PEOPLE, _PEOPLE.c.id == _BONDS.c.complainant)
        .where(CASES.c.state == State.CLOSED, CASES.c.sense.not_in(ASKS_NO_MORE))
        .where(CASES.c.closed_on.between(bindparam("since"), bindparam("until")))
        .where(_PEOPLE.c.address.is_not(None), _PEOPLE.c.stopped_on.is_(None))
        .where(asked.scalar_subquery() <= bindparam("nth"))
        .order_by(CASES.c.closed_on, CASES.c.id, _PEOPLE.c.id)
        .limit(bindparam("most"))
    )
    return query.where(CASES.c.id == bindparam("of")) if of_one else query


def ask(conn: Connection, case_id: str, person: str, days: int, *, rules: Rulebook, at: Moment) -> str | None:
    """Owe one question, once: two clocks at once ask as one."""
    case = cases.get(conn, case_id, lock=True)
    if case is None:
        return None
    calendar = rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    today = calendar.site_date(at.now)
    if (case_id, person, days) not in due(conn, today=today, case=case_id):
        return None
    return owing.owe(
        conn, case=case_id, complainant=person, template=TEMPLATE, language=case.language, codes={"days": days},
        at=at, on=today, text=None, soon=False, label=f"{case_id}/{days}",
    )  # fmt: skip


def open_for(conn: Connection, person: str, *, now: datetime) -> Asked | None:
    """Find the newest question that left for somebody and was not answered."""
    row = conn.execute(_OPEN_FOR, {"who": person, "since": now - timedelta(days=GRACE)}).one_or_none()
    return None if row is None else Asked(row.id, row.case, quiet=owing.DISCREET in row.codes)


def answer(conn: Connection, asked: Asked, sealed: vault.Sealed) -> bool:
    """Keep an answer, sealed to review alone; answers whether the question was still open."""
    mine = NOTICES.c.id == asked.notice, NOTICES.c.text.is_(None)
    if conn.execute(update(NOTICES).where(*mine).values(text=sealed.id)).rowcount != 1:
        return False
    vault.store(conn, [sealed], case=asked.case)
    return True


def answers(conn: Connection, case_id: str) -> list[tuple[date, str | None]]:
    """List the questions of a case for the review room: the day it was asked, and the sealed answer's id."""
    query = select(NOTICES.c.owed_on, NOTICES.c.text).where(
        NOTICES.c.case == case_id, NOTICES.c.template == TEMPLATE
    )
    return [(row.owed_on, row.text) for row in conn.execute(query.order_by(NOTICES.c.owed_at, NOTICES.c.id))]
