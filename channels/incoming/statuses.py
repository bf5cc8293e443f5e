"""What a text message is told that asks by number: how a case, a request or a public commitment stands.

Of a case only its own phone learns anything, and by number nothing of a protected one: whoever else holds the phone and
has read a number in it gets the same words as for one that never was.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from channels.incoming.scene import Scene, Work, iso, owe
from channels.talking.conversation import Act, Talk
from grievance import archive, register
from grievance.case import CASES, Case, clocks_of
from grievance.case import get as get_case
from grievance.complainant import Bond
from grievance.vocabulary import Kind, State
from workflows import clocks, requests
from workflows.clockwork import withdrawing
from workflows.registry.registerbook import BY_KEY

UNKNOWN = "number_unknown"
_BONDS = Bond.__table__  # type: ignore[attr-defined]
_OWN = (
    select(CASES.c.id)
    .join(_BONDS, _BONDS.c.case == CASES.c.id)
    .where(CASES.c.number == bindparam("number"), _BONDS.c.complainant == bindparam("who"))
    .where(CASES.c.protected.is_(False))
    .order_by(CASES.c.received_on.desc())
    .limit(1)
)

_OTHERS = (
    select(CASES.c.id)
    .join(_BONDS, _BONDS.c.case == CASES.c.id)
    .where(_BONDS.c.complainant == bindparam("who"), CASES.c.id != bindparam("case"))
    .where(CASES.c.protected.is_(False), CASES.c.state != State.CLOSED)
    .order_by(CASES.c.received_on.desc(), CASES.c.number)
    .limit(bindparam("most"))
)
MOST_AT_ONCE = 3
"""So many cases are told of by one STATUS; of the rest a person learns by number."""


def all_of(conn: Connection, scene: Scene, first: Case, talk: Talk) -> list[str]:
    """Say how a case stands, and how those stand that the same phone has open beside it."""
    beside: Mapping[str, Any] = {"who": scene.person, "case": first.id, "most": MOST_AT_ONCE - 1}
    others = [get_case(conn, case_id) for case_id in conn.execute(_OTHERS, beside).scalars()]
    return [
        message
        for case in (first, *others)
        if case is not None
        for message in _told(conn, scene, case.id, *of(conn, scene, case), talk)
    ]


def of(conn: Connection, scene: Scene, case: Case) -> tuple[str, dict[str, Any]]:
    """Say how a case stands: withdrawn, and until when that can be taken back; of a request, how it was answered."""
    if (last := withdrawing.until(conn, case.id)) is not None:
        return "withdrawing", {"number": case.number, "date": last.isoformat()}
    calendar = scene.house.rules.calendar(case.procedure_version, site=case.site, operator=case.operator)
    due = clocks.next_date(clocks_of(conn, case.id), calendar.site_date(scene.at.now))
    codes = {"number": case.number, "status": case.state, "date": iso(due)}
    stands = "status_over" if due is None else "status"
    if case.kind != Kind.INFORMATION_REQUEST:
        return stands, codes
    item = archive.of_case(conn, case.id)
    if item.answered_on is None:
        return stands, codes
    public = requests.listed_as(conn, case, today=scene.house.rules.today(scene.at.now))
    answered = {"number": case.number, "answer": item.answer_type, "public": public}
    return ("request_answered" if public else "request_answered_alone"), answered


def _by_number(scene: Scene, act: Act) -> Work:
    """Tell whoever asks by number how their own case or request stands."""

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        found = conn.execute(_OWN, {"number": act.text, "who": scene.person}).scalar()
        newest = get_case(conn, talk.case) if talk.case else None
        case = newest if newest is not None and newest.number == act.text else None
        case = case or (get_case(conn, found) if found else None)
        if case is None:
            return talk, _told(conn, scene, None, UNKNOWN, {}, talk), "number_unknown", None
        template, codes = of(conn, scene, case)
        return talk, _told(conn, scene, case.id, template, codes, talk), "status", case.id

    return work


def _commitment(scene: Scene, act: Act) -> Work:
    """Tell anybody of a public commitment what everybody can read at `/commitments`."""

    def work(conn: Connection, talk: Talk) -> tuple[Talk, list[str], str, str | None]:
        row = register.numbered(conn, BY_KEY["commitment"].key, int(act.text))
        codes: dict[str, Any] = {"which": act.text}
        if row is None:
            return talk, _told(conn, scene, None, "commitment_unknown", codes, talk), "commitment", None
        codes |= {"stands": row.state, "by": iso(row.until)}
        return talk, _told(conn, scene, None, "commitment_stands", codes, talk), "commitment", None

    return work


def _told(
    conn: Connection, scene: Scene, case_id: str | None, template: str, codes: dict[str, Any], talk: Talk
) -> list[str]:
    return [] if scene.person is None else [owe(conn, scene, case_id, template, codes, talk)]


KINDS: Mapping[str, Callable[[Scene, Act], Work]] = {"commitment": _commitment, "status_of": _by_number}
"""What is done for each act of this kind."""
