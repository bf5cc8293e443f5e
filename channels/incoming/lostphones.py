"""A phone that was stolen speaks for its person no more, and is told nothing more; found again, it does again.

Whoever proves one case of it with a clave, by another way, says so. The thief holds every message of that phone, its
claves among them: so a clave that comes from there opens nothing either, in the words of one that is wrong.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from channels.talking.talks import read_talk, show_talk
from grievance.complainant import Bond, Code, Complainant, LostPhone
from grievance.notice import NOTICES
from grievance.talk import Talk
from grievance.vocabulary import NoticeState

_BONDS = Bond.__table__  # type: ignore[attr-defined]
_CODES = Code.__table__  # type: ignore[attr-defined]
_PEOPLE = Complainant.__table__  # type: ignore[attr-defined]
_LOST = LostPhone.__table__  # type: ignore[attr-defined]
_TALKS = Talk.__table__  # type: ignore[attr-defined]
STOLEN, FOUND = WORDS = ("stolen", "found")
_IS_LOST = (
    select(_LOST.c.case)
    .join(_PEOPLE, _PEOPLE.c.id == _LOST.c.complainant)
    .where(_LOST.c.case == bindparam("of"), _PEOPLE.c.pseudonym == bindparam("pseudonym"))
)
_PHONES = (
    select(_PEOPLE.c.id)
    .join(_BONDS, _BONDS.c.complainant == _PEOPLE.c.id)
    .where(_BONDS.c.case == bindparam("of"), _PEOPLE.c.pseudonym.is_not(None))
)
_REPORTED = select(_LOST.c.complainant).where(_LOST.c.case == bindparam("of"))


def lose(conn: Connection, case_id: str, *, by: str | None, on: date) -> int:
    """Part the phones of a case from all their cases; answers how many. `by`: the phone that says so is not one of them."""
    phones = [one for one in conn.execute(_PHONES, {"of": case_id}).scalars() if one != by]
    for phone in phones:
        theirs = list(conn.execute(select(_BONDS.c.case).where(_BONDS.c.complainant == phone)).scalars())
        known = set(conn.execute(select(_LOST.c.case).where(_LOST.c.complainant == phone)).scalars())
        rows = [{"case": one, "complainant": phone, "lost_on": on} for one in theirs if one not in known]
        if rows:
            conn.execute(insert(_LOST), rows)
        conn.execute(delete(_BONDS).where(_BONDS.c.complainant == phone))
        conn.execute(delete(_CODES).where(_CODES.c.complainant == phone))
        waits = NOTICES.c.complainant == phone, NOTICES.c.state.in_((NoticeState.QUEUED, NoticeState.HELD))
        # What was on its way there is read with the clave, as for somebody who never left a number.
        conn.execute(update(NOTICES).where(*waits).values(complainant=None, state=NoticeState.HELD))
        _forget(conn, phone)
    return len(phones)


def find(conn: Connection, case_id: str) -> int:
    """Give phones that were found back to all their cases; answers how many."""
    phones = list(conn.execute(_REPORTED, {"of": case_id}).scalars())
    for phone in phones:
        theirs = list(conn.execute(select(_LOST.c.case).where(_LOST.c.complainant == phone)).scalars())
        bound = set(conn.execute(select(_BONDS.c.case).where(_BONDS.c.complainant == phone)).scalars())
        rows = [{"case": one, "complainant": phone} for one in theirs if one not in bound]
        if rows:
            conn.execute(insert(_BONDS), rows)
        conn.execute(delete(_LOST).where(_LOST.c.complainant == phone))
    return len(phones)


def can_be_said(conn: Connection, case_id: str) -> set[str]:
    """Tell what can be said of the phones of a case: that one was stolen, or that one was found."""
    said = {STOLEN} if conn.execute(_PHONES, {"of": case_id}).first() is not None else set()
    return said | ({FOUND} if conn.execute(_REPORTED, {"of": case_id}).first() is not None else set())


def is_lost(conn: Connection, case_id: str, pseudonym: bytes | None) -> bool:
    """Tell whether a phone was stolen from the person of a case."""
    asked: dict[str, Any] = {"of": case_id, "pseudonym": pseudonym}
    return pseudonym is not None and conn.execute(_IS_LOST, asked).first() is not None


def _forget(conn: Connection, phone: str) -> None:
    """Let the talk of a phone begin anew: whoever has it now talks of no case."""
    row = conn.execute(select(_TALKS.c.state).where(_TALKS.c.id == phone)).first()
    if row is None:
        return
    talk = replace(
        read_talk(row.state),
        case=None,
        opened_at=None,
        expects="",
        asked_at=None,
        kept=None,
        proved=None,
        proved_at=None,
    )
    conn.execute(update(_TALKS).where(_TALKS.c.id == phone).values(state=show_talk(talk)))
