"""Words that are no case yet, waiting among what waits: how they become one. Their facts say all that their door knew."""

import json
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, select, update

from grievance.complainant import Complainant
from grievance.inbox import WAITING
from grievance.moment import Moment
from grievance.talk import Talk
from grievance.vocabulary import Step
from workflows import casework, owing, texts
from workflows.rulebook import Rulebook

_PLAIN: Final = ("channel", "language", "room", "operator", "site", "zone", "theme", "asked")
_PEOPLE, _TALKS = Complainant.__table__, Talk.__table__  # type: ignore[attr-defined]
_WHO = (
    select(_PEOPLE.c.stopped_on, _TALKS.c.state)
    .outerjoin(_TALKS, _TALKS.c.id == _PEOPLE.c.id)
    .where(_PEOPLE.c.id == bindparam("who"))
)


def facts_of(complaint: casework.Complaint, *, counted: bool) -> dict[str, Any]:
    """Write down what a door knows of a complaint, but its words; `counted`: also the token that counts its person."""
    facts: dict[str, Any] = {name: getattr(complaint, name) for name in _PLAIN}
    if complaint.named:
        facts["named"] = list(complaint.named)
    if complaint.token and counted:
        facts |= {"year": complaint.token[0], "token": complaint.token[1].hex()}
    if complaint.link:
        older, why, until = complaint.link
        facts |= {"older": older, "why": why, "until": until.isoformat() if until else None}
    return facts


def become_a_case(conn: Connection, row: Row[Any], *, rules: Rulebook, at: Moment) -> casework.Received:
    """Make a case, a day later, of words too short for one. Its receipt leaves after a STOP too: it is their answer."""
    got = casework.receive(conn, complaint_of(conn, row), rules=rules, at=at)
    if got.notice and json.loads(row.facts).get(owing.AFTER_STOP):
        who = conn.execute(_WHO, {"who": row.complainant}).one_or_none()
        if who is not None and who.stopped_on is not None and owing.BLOCKED not in (who.state or ""):
            owing.let_pass(conn, (got.notice,), stopped=who.stopped_on)
    return got


def stop_again(conn: Connection, person: str) -> None:
    """Let no receipt leave for words that came before this STOP, but after another one."""
    mine = WAITING.c.complainant == person, WAITING.c.step == Step.RECEIVE
    for row in conn.execute(select(WAITING.c.id, WAITING.c.facts).where(*mine)).all():
        facts = json.loads(row.facts)
        if facts.pop(owing.AFTER_STOP, False):
            conn.execute(update(WAITING).where(WAITING.c.id == row.id).values(facts=json.dumps(facts)))


def complaint_of(conn: Connection, row: Row[Any]) -> casework.Complaint:
    """Read the complaint of what waits, with its words; its clocks begin when it came."""
    facts: dict[str, Any] = json.loads(row.facts)
    kept, until = facts.get("said"), facts.get("until")
    token = (facts["year"], bytes.fromhex(facts["token"])) if facts.get("token") else None
    link = (
        (facts["older"], facts["why"], date.fromisoformat(until) if until else None)
        if facts.get("older")
        else None
    )
    return casework.Complaint(
        **{name: value for name, value in facts.items() if name in _PLAIN},
        said=(texts.stored(conn, kept),) if kept else (),
        complainant=row.complainant,
        token=token,
        link=link,
        happened_at=row.happened_at,
        named=tuple(facts.get("named", ())),
    )
